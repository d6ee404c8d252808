//! The organization's settings.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::app_choices::Offer;
use crate::web::pages::fields::Form;
use crate::web::pages::fields::Labels;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Frame;

/// The fields of the form.
pub const FIELDS: Labels = &[("name", "Name"), ("private_token_age", "Tokens may be at most this old")];

/// The ages that are offered.
pub const AGES: &[Offer] = &[
    ("30d", "30 days", ""),
    ("90d", "90 days", ""),
    ("180d", "180 days", ""),
    ("365d", "1 year", ""),
    ("never", "No limit", ""),
];

/// `POST /settings` as `multipart/form-data` with `csrf`, `version` and the [`FIELDS`].
#[derive(Clone, Debug, Default, Template)]
#[template(path = "settings.html")]
pub struct Settings {
    pub frame: Frame,
    /// The version that is edited.
    pub version: i64,
    pub form: Form,
    /// The greatest age of a private app's token: those that are offered, and the one that was set elsewhere.
    pub token_age: Select,
}

impl Page for Settings {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}
