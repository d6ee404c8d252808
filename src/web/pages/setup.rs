//! The first owner, by a one-time link.

use askama::Template;

use crate::base::secret::Secret;
use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::fields::Field;
use crate::web::pages::fields::FieldError;
use crate::web::pages::fields::errors;
use crate::web::pages::parts::Frame;

/// `POST /setup` with `csrf`, `token`, `organization`, `name`, `email`, `password`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "setup.html")]
pub struct Setup {
    pub frame: Frame,
    /// The one-time token of the link.
    pub token: Secret,
    pub organization: Field,
    pub name: Field,
    pub email: Field,
    /// What is wrong with the password; the password itself is never sent back.
    pub password_error: Option<String>,
}

impl Page for Setup {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

impl Setup {
    /// What is wrong, in the order of the page.
    pub fn errors(&self) -> Vec<FieldError> {
        errors(&[
            ("organization", "", &self.organization.error),
            ("name", "", &self.name.error),
            ("email", "", &self.email.error),
            ("password", "", &self.password_error),
        ])
    }
}
