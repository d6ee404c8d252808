//! Accepting an invitation.

use askama::Template;

use crate::base::secret::Secret;
use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::fields::Field;
use crate::web::pages::fields::FieldError;
use crate::web::pages::fields::errors;
use crate::web::pages::parts::Frame;

/// `POST /join` with `csrf`, `token`, and `name` and `password` from somebody new; with `leave` from somebody who wants
/// to sign in as another.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "join.html")]
pub struct Join {
    pub frame: Frame,
    pub token: Secret,
    pub organization: String,
    /// Whoever invited.
    pub inviter: String,
    /// The invitation's address.
    pub email: String,
    pub role: String,
    pub means: String,
    pub who: Invitee,
    pub name: Field,
    pub password_error: Option<String>,
}

/// Who looks at the invitation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Invitee {
    /// Nobody has an account with the address yet.
    #[default]
    Newcomer,
    /// Signed in, with the address.
    Themselves,
    /// Signed in, with this other address.
    Another(String),
}

impl Page for Join {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

impl Join {
    /// What is wrong, in the order of the page.
    pub fn errors(&self) -> Vec<FieldError> {
        errors(&[("name", "Your name", &self.name.error), ("password", "Password", &self.password_error)])
    }
}
