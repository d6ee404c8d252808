//! Registering an app, and editing one.

use askama::Template;

use crate::web::api::lifetime;
use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::app_choices;
use crate::web::pages::app_choices::NEVER;
use crate::web::pages::app_choices::Offer;
use crate::web::pages::app_choices::PRESETS;
use crate::web::pages::app_choices::Preset;
use crate::web::pages::fields::Choice;
use crate::web::pages::fields::Form;
use crate::web::pages::fields::Labels;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Frame;
use crate::web::pages::permissions::PermissionRow;
use crate::web::words;

/// The fields of the form.
pub const FIELDS: Labels = &[
    ("name", "Name"),
    ("description", "Description"),
    ("logo", "Logo"),
    ("kind", "Type"),
    ("redirect_uris", "Redirect URIs"),
    ("grant_types", "Ways to get a token"),
    ("pkce", "PKCE"),
    ("scopes", "Permissions"),
    ("access_lifetime", "An access token lives"),
    ("refresh_lifetime", "A connection ends when unused for"),
    ("distribution", "Who may allow it"),
];

/// `POST` to `action` as `multipart/form-data`: `csrf`, `preset` and `once` (while registering), the [`FIELDS`] with
/// `logo` as a file and, for the scopes, `access.<module>`.
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
    /// The version that is edited; posted while editing.
    pub version: i64,
    pub form: Form,
    pub permissions: Vec<PermissionRow>,
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
    /// The types. An app stays what it is: secrets and consent rest on it.
    fn kinds(&self) -> Select {
        let mut select = self.form.choose("kind", app_choices::KINDS);
        select.choices.iter_mut().for_each(|choice| choice.closed = self.app.is_some());
        select
    }

    /// Lifetimes, and one more for a value that was set elsewhere.
    fn lifetimes(&self, name: &str, offered: &[Offer]) -> Select {
        let mut select = self.form.choose(name, offered);
        let held =
            self.form.held(name).into_iter().find(|held| offered.iter().all(|(value, ..)| value != held));
        select.choices.extend(held.map(|held| Choice {
            value: held.to_owned(),
            label: lifetime::parse(held).ok().flatten().map_or_else(|| NEVER.to_owned(), words::lifetime),
            chosen: true,
            ..Choice::default()
        }));
        select
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
