//! The organization's settings.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::fields::Field;
use crate::web::pages::fields::FieldError;
use crate::web::pages::fields::Select;
use crate::web::pages::fields::errors;
use crate::web::pages::parts::Frame;

/// `POST /settings` with `csrf`, `name`, `token_age`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "settings.html")]
pub struct Settings {
    pub frame: Frame,
    pub name: Field,
    /// The greatest age of a private app's token.
    pub token_age: Select,
}

impl Page for Settings {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

impl Settings {
    /// What is wrong, in the order of the page.
    pub fn errors(&self) -> Vec<FieldError> {
        errors(&[
            ("name", "Name", &self.name.error),
            ("token_age", "Tokens may be at most this old", &self.token_age.error),
        ])
    }
}
