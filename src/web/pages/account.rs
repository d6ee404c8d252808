//! The person's own account.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::fields::Field;
use crate::web::pages::fields::FieldError;
use crate::web::pages::fields::errors;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::When;

/// `POST /account` with `csrf` and `name`; `/account/password` with `csrf`, `current_password` and `new_password`;
/// `/account/sessions/<id>/end` and `/account/sessions/end-others` with `csrf`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "account.html")]
pub struct Account {
    pub frame: Frame,
    pub name: Field,
    pub email: String,
    /// What is wrong with either password. Neither is ever shown again.
    pub current_password_error: Option<String>,
    pub new_password_error: Option<String>,
    /// The one that looks at the page first.
    pub sessions: Vec<OpenSession>,
}

/// A browser in which the person is signed in.
#[derive(Clone, Debug, Default)]
pub struct OpenSession {
    pub id: String,
    pub current: bool,
    /// Browser and system.
    pub program: String,
    /// Empty when it is not known.
    pub address: String,
    pub organization: String,
    pub since: When,
    pub seen: When,
}

impl Page for Account {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

impl Account {
    /// What is wrong, in the order of the page.
    pub fn errors(&self) -> Vec<FieldError> {
        errors(&[
            ("name", "Name", &self.name.error),
            ("current_password", "Current password", &self.current_password_error),
            ("new_password", "New password", &self.new_password_error),
        ])
    }
}
