//! Adding a module, and editing one.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::app_choices::Offer;
use crate::web::pages::fields::Form;
use crate::web::pages::fields::Labels;
use crate::web::pages::parts::Frame;

/// The fields of the form.
pub const FIELDS: Labels = &[
    ("title", "Title"),
    ("name", "Name in scopes"),
    ("description", "Description"),
    ("read_description", "To read"),
    ("write_description", "To write"),
    ("sensitive", "Sensitivity"),
];

/// Whether people are asked to look twice.
pub const SENSITIVITIES: &[Offer] = &[
    ("false", "Normal", "Asked for like any other."),
    ("true", "Sensitive", "Marked when people are asked, so that they look twice."),
];

/// `POST` to `action` as `multipart/form-data`: `csrf` and the [`FIELDS`], `name` while adding only. Posts to `delete`
/// to remove it.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "module_form.html")]
pub struct ModuleForm {
    pub frame: Frame,
    /// Where the form is sent: `/modules/new` or `/modules/<id>/edit`.
    pub action: String,
    /// The module exists already, so its name in scopes stays.
    pub exists: bool,
    /// The version that is edited; posted while editing.
    pub version: i64,
    pub form: Form,
    /// Where to post to remove it; none if it cannot be removed.
    pub delete: Option<String>,
    /// What removing it breaks, and for whom.
    pub breaks: Vec<String>,
}

impl Page for ModuleForm {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}
