//! Registering an app, and editing one.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::app_choices::PRESETS;
use crate::web::pages::app_choices::Preset;
use crate::web::pages::fields::Field;
use crate::web::pages::fields::FieldError;
use crate::web::pages::fields::Select;
use crate::web::pages::fields::errors;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Frame;
use crate::web::pages::permissions::PermissionRow;

/// `POST` to `action` as `multipart/form-data`: `csrf`, `preset` (while registering), `name`, `description`,
/// `logo` (a file), `kind`, `redirect_uris` (one a line), `grants` (repeated), `access.<module>`,
/// `access_lifetime`, `refresh_lifetime`, `pkce`, `distribution`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "app_form.html")]
pub struct AppForm {
    pub frame: Frame,
    /// Makes the form of a new app work once only; posted as `once`.
    pub once: String,
    /// Where the form is sent: `/apps/new` or `/apps/<id>/edit`.
    pub action: String,
    /// The app being edited; none while registering.
    pub app: Option<EditedApp>,
    /// The preset that a new app starts from.
    pub preset: String,
    pub name: Field,
    pub description: Field,
    pub logo_error: Option<String>,
    pub kind: Select,
    /// One a line; its error has one line for each refused one.
    pub redirect_uris: Field,
    pub grants: Select,
    pub permissions: Vec<PermissionRow>,
    pub permissions_error: Option<String>,
    pub access_lifetime: Select,
    pub refresh_lifetime: Select,
    pub pkce: Select,
    pub distribution: Select,
}

impl Page for AppForm {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

/// The app that is being edited.
#[derive(Clone, Debug, Default)]
pub struct EditedApp {
    pub href: String,
    pub face: Face,
}

impl AppForm {
    /// What is wrong, in the order of the page.
    pub fn errors(&self) -> Vec<FieldError> {
        errors(&[
            ("name", "Name", &self.name.error),
            ("description", "Description", &self.description.error),
            ("logo", "Logo", &self.logo_error),
            ("kind", "Type", &self.kind.error),
            ("redirect_uris", "Redirect URIs", &self.redirect_uris.error),
            ("grants", "Ways to get a token", &self.grants.error),
            ("permissions", "Permissions", &self.permissions_error),
            ("access_lifetime", "An access token lives", &self.access_lifetime.error),
            ("refresh_lifetime", "A connection ends", &self.refresh_lifetime.error),
            ("pkce", "PKCE", &self.pkce.error),
            ("distribution", "Who may allow it", &self.distribution.error),
        ])
    }

    /// The presets to start from, each with whether it is the chosen one.
    pub fn presets(&self) -> impl Iterator<Item = (Preset, bool)> {
        PRESETS.into_iter().map(|preset| (preset, preset.value == self.preset))
    }

    /// Why the type cannot be chosen, if it cannot.
    pub fn about_kind(&self) -> &'static str {
        match self.app {
            Some(_) => "It stays as it is: secrets and consent rest on it.",
            None => "",
        }
    }

    /// Where "Cancel" leads.
    pub fn back(&self) -> &str {
        self.app.as_ref().map_or("/apps", |app| &app.href)
    }
}
