//! Creating a private app, and editing one.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::app_form::EditedApp;
use crate::web::pages::fields::Field;
use crate::web::pages::fields::FieldError;
use crate::web::pages::fields::Select;
use crate::web::pages::fields::errors;
use crate::web::pages::parts::Frame;
use crate::web::pages::permissions::PermissionRow;

/// `POST` to `action` as `multipart/form-data`: `csrf`, `name`, `description`, `logo` (a file),
/// `access.<module>`, `expiry` (while creating), `addresses` (one a line).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "private_app_form.html")]
pub struct PrivateAppForm {
    pub frame: Frame,
    /// Makes the form of a new app work once only; posted as `once`.
    pub once: String,
    /// Where the form is sent: `/private-apps/new` or `/private-apps/<id>/edit`.
    pub action: String,
    /// The private app being edited; none while creating.
    pub app: Option<EditedApp>,
    pub name: Field,
    pub description: Field,
    pub logo_error: Option<String>,
    pub permissions: Vec<PermissionRow>,
    pub permissions_error: Option<String>,
    /// How long the token lives. What the organization's policy forbids is closed, with the reason.
    pub expiry: Select,
    /// The addresses and networks that may use the token, one a line; empty means all.
    pub addresses: Field,
}

impl Page for PrivateAppForm {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

impl PrivateAppForm {
    /// What is wrong, in the order of the page.
    pub fn errors(&self) -> Vec<FieldError> {
        errors(&[
            ("name", "Name", &self.name.error),
            ("description", "Description", &self.description.error),
            ("logo", "Logo", &self.logo_error),
            ("scopes", "Permissions", &self.permissions_error),
            ("expiry", "The token ends after", &self.expiry.error),
            ("addresses", "Allowed addresses", &self.addresses.error),
        ])
    }

    /// Where "Cancel" leads.
    pub fn back(&self) -> &str {
        self.app.as_ref().map_or("/private-apps", |app| &app.href)
    }
}
