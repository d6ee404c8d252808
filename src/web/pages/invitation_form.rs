//! Inviting somebody.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::fields::Field;
use crate::web::pages::fields::FieldError;
use crate::web::pages::fields::Select;
use crate::web::pages::fields::errors;
use crate::web::pages::parts::Frame;

/// `POST /invitations/new` with `csrf`, `once`, `email` and `role`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "invitation_form.html")]
pub struct InvitationForm {
    pub frame: Frame,
    /// As [`crate::web::console::once`] has it.
    pub once: String,
    pub organization: String,
    pub email: Field,
    pub role: Select,
}

impl Page for InvitationForm {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

impl InvitationForm {
    /// What is wrong, in the order of the page.
    pub fn errors(&self) -> Vec<FieldError> {
        errors(&[("email", "E-mail", &self.email.error), ("role", "Role", &self.role.error)])
    }
}
