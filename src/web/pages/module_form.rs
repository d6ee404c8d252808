//! Adding a module, and editing one.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::fields::Choice;
use crate::web::pages::fields::Field;
use crate::web::pages::fields::FieldError;
use crate::web::pages::fields::Select;
use crate::web::pages::fields::errors;
use crate::web::pages::parts::Frame;

/// `POST` to `action`: `csrf`, `id` (while adding), `title`, `description`, `read`, `write`, `sensitivity`
/// (`normal` or `sensitive`). Posts to `delete` to remove it.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "module_form.html")]
pub struct ModuleForm {
    pub frame: Frame,
    /// Where the form is sent: `/modules/new` or `/modules/<id>/edit`.
    pub action: String,
    /// The module exists already, so its name in scopes stays.
    pub exists: bool,
    /// Its name in scopes, such as "contacts"; posted as `id`.
    pub scope_name: Field,
    pub title: Field,
    pub description: Field,
    pub read: Field,
    pub write: Field,
    pub sensitivity: Select,
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

impl ModuleForm {
    /// The two sensitivities, with one chosen.
    pub fn sensitivities(sensitive: bool) -> Select {
        let choice = |value: &str, label: &str, hint: &str, chosen| Choice {
            value: value.to_string(),
            label: label.to_string(),
            hint: hint.to_string(),
            chosen,
            closed: false,
        };
        let choices = vec![
            choice("normal", "Normal", "Asked for like any other.", !sensitive),
            choice(
                "sensitive",
                "Sensitive",
                "Marked when people are asked, so that they look twice.",
                sensitive,
            ),
        ];
        Select { choices, error: None }
    }

    /// What is wrong, in the order of the page.
    pub fn errors(&self) -> Vec<FieldError> {
        errors(&[
            ("id", "Name in scopes", &self.scope_name.error),
            ("title", "Title", &self.title.error),
            ("description", "Description", &self.description.error),
            ("read", "To read", &self.read.error),
            ("write", "To write", &self.write.error),
            ("sensitivity", "Sensitivity", &self.sensitivity.error),
        ])
    }
}
