//! Creating a private app, and editing one.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::app_form::EditedApp;
use crate::web::pages::fields::Form;
use crate::web::pages::fields::Labels;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Frame;
use crate::web::pages::permissions::PermissionRow;

/// The fields of the form.
pub const FIELDS: Labels = &[
    ("name", "Name"),
    ("description", "Description"),
    ("logo", "Logo"),
    ("scopes", "Permissions"),
    ("expiry", "The token ends after"),
    ("allowed_ips", "Allowed addresses"),
];

/// `POST` to `action` as `multipart/form-data`: `csrf`, `once` (while creating), the [`FIELDS`] with `logo` as a file
/// and, for the scopes, `access.<module>`.
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
    /// The version that is edited; posted while editing.
    pub version: i64,
    pub form: Form,
    pub permissions: Vec<PermissionRow>,
    /// How long the token lives. What the organization's policy forbids is closed, with the reason.
    pub expiry: Select,
}

impl Page for PrivateAppForm {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

impl PrivateAppForm {
    /// Where "Cancel" leads.
    pub fn back(&self) -> &str {
        self.app.as_ref().map_or("/private-apps", |app| &app.href)
    }
}
