//! Asking for the password once more, before something that matters.

use askama::Template;

use crate::base::secret::Secret;
use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::fields::FieldError;
use crate::web::pages::fields::errors;
use crate::web::pages::parts::Frame;

/// `POST` to wherever something was sent too late, with all of it, `csrf`, `proof_password`, and `username` for whoever
/// keeps the passwords.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "proof.html")]
pub struct ProofPage {
    pub frame: Frame,
    /// Where it was sent, and is sent again.
    pub action: String,
    /// What is going to be done, such as "add a secret".
    pub what: String,
    pub email: String,
    /// What was sent.
    pub fields: Vec<(String, Secret)>,
    /// How it was sent.
    pub is_multipart: bool,
    /// A picture came along, which no page can send again by itself.
    pub loses_picture: bool,
    pub error: Option<String>,
}

impl Page for ProofPage {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

impl ProofPage {
    /// What is wrong.
    pub fn errors(&self) -> Vec<FieldError> {
        errors(&[("proof_password", "Password", &self.error)])
    }
}
