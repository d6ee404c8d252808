//! What does not work, for people: a page that says why, or the fields of a form that are wrong.

use poem::http::StatusCode;
use poem_openapi::types::ToJSON;
use serde_json::Map;
use serde_json::Value;

use crate::app::ChangeError;
use crate::app::Difference;
use crate::app::FieldError;
use crate::model::authority::Denied;
use crate::store;
use crate::web::browser;
use crate::web::form::ParamError;
use crate::web::language::Language;
use crate::web::language::Said;
use crate::web::pages;
use crate::web::pages::error::ErrorPage;
use crate::web::pages::fields::Field;
use crate::web::pages::fields::Form;
use crate::web::pages::fields::Labels;
use crate::web::pages::parts::Notice;
use crate::web::pages::parts::Tone;

pub type Result<T> = std::result::Result<T, Refusal>;

/// Why a page of the console is not shown, as the response that is sent instead.
#[derive(Debug)]
pub struct Refusal(poem::Error);

impl From<Refusal> for poem::Error {
    fn from(refusal: Refusal) -> Self {
        refusal.0
    }
}

impl From<poem::Error> for Refusal {
    fn from(error: poem::Error) -> Self {
        Self(error)
    }
}

impl From<ParamError> for Refusal {
    fn from(error: ParamError) -> Self {
        Self(error.into())
    }
}

/// A bare status, which the edge words.
impl From<StatusCode> for Refusal {
    fn from(status: StatusCode) -> Self {
        Self(poem::Error::from_status(status))
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Self(browser::failed(error))
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        ChangeError::from(denied).into()
    }
}

impl From<ChangeError> for Refusal {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound(_) => StatusCode::NOT_FOUND.into(),
            ChangeError::Denied(denied) => explained(StatusCode::FORBIDDEN, &denied.to_string()),
            ChangeError::Conflict(why) => explained(StatusCode::CONFLICT, why),
            ChangeError::Stale { .. } => explained(StatusCode::CONFLICT, CHANGED),
            ChangeError::Invalid(fields) => {
                let all = fields.into_iter().map(|field| field.message).collect::<Vec<_>>();
                explained(StatusCode::UNPROCESSABLE_ENTITY, &all.join(" "))
            }
            ChangeError::Store(error) => error.into(),
        }
    }
}

/// A page with its own reason instead of the general words of its status.
fn explained(status: StatusCode, why: &str) -> Refusal {
    let mut page = ErrorPage::of(Language::english(), status.as_u16());
    if status != StatusCode::FORBIDDEN {
        page.frame.title = "That does not go together".to_owned();
        page.headline = Said::written(&page.frame.title);
        page.advice = vec![Said::written(
            "Nothing was changed. Go back, reload the page and look at how things stand.",
        )];
    }
    page.happened = Said::written(why);
    Refusal(poem::Error::from_response(pages::render(&page, status)))
}

const CHANGED: &str = "Somebody else changed this while you were editing, so nothing was saved yet. What you typed is \
     still here. Compare it with what is told beside the marked fields; saving again puts yours in its place.";

/// What is told beside a field that somebody else changed meanwhile.
fn changed(Difference { field, now, .. }: Difference) -> FieldError {
    let items = match &now {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().filter(|text| !text.is_empty()).into_iter().collect::<Vec<_>>(),
    };
    let told = match now {
        Value::Bool(value) => if value { "yes" } else { "no" }.to_owned(),
        _ if items.is_empty() => "empty".to_owned(),
        _ => items.join(", "),
    };
    FieldError {
        field,
        message: format!("Somebody else changed it meanwhile; it is now: {told}"),
        misshapen: false,
    }
}

/// What is wrong with a form that is shown again, as it was filled in.
#[derive(Debug, Default)]
pub struct Wrong {
    fields: Vec<FieldError>,
    conflict: Option<String>,
    version: Option<i64>,
}

impl Wrong {
    /// What the form can show of an error; anything else has a page of its own.
    pub fn of(error: ChangeError) -> Result<Self> {
        match error {
            ChangeError::Invalid(fields) => Ok(Self { fields, ..Self::default() }),
            ChangeError::Stale { version, differences } => {
                let fields = differences.into_iter().map(changed).collect();
                Ok(Self { fields, conflict: Some(CHANGED.to_owned()), version: Some(version) })
            }
            ChangeError::Conflict(why) => Ok(Self::as_a_whole(why)),
            error => Err(error.into()),
        }
    }

    /// Something that is not the fault of one field.
    pub fn as_a_whole(why: &str) -> Self {
        Self { conflict: Some(why.to_owned()), ..Self::default() }
    }

    /// One field that is wrong.
    pub fn in_field(field: &'static str, message: String) -> Self {
        Self { fields: vec![FieldError { field, message, misshapen: false }], ..Self::default() }
    }

    /// The version that the form is for: the one that was edited, unless another is shown beside the fields.
    pub fn version(&self, edited: i64) -> i64 {
        self.version.unwrap_or(edited)
    }

    /// The status of the page that shows it.
    pub fn status(&self) -> StatusCode {
        match (&self.conflict, self.fields.as_slice()) {
            (Some(_), _) => StatusCode::CONFLICT,
            (None, []) => StatusCode::OK,
            (None, _) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// What is wrong with the field of that name.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let (taken, rest) =
            std::mem::take(&mut self.fields).into_iter().partition(|error| error.field == name);
        self.fields = rest;
        let taken: Vec<FieldError> = taken;
        let messages = taken.into_iter().map(|error| error.message).collect::<Vec<_>>();
        (!messages.is_empty()).then(|| messages.join("\n"))
    }

    /// A form with what is asked for in it, and what is wrong with its fields.
    pub fn form(&mut self, labels: Labels, asked: &impl ToJSON) -> Form {
        let values = match asked.to_json() {
            Some(Value::Object(values)) => values,
            _ => Map::new(),
        };
        Form::new(labels, values, |name| self.take(name))
    }

    /// A field with its value and what is wrong with it.
    pub fn field(&mut self, name: &str, value: impl Into<String>) -> Field {
        Field { value: value.into(), error: self.take(name) }
    }

    /// The rest, which belongs to no field of the page.
    pub fn notice(self) -> Option<Notice> {
        let rest = self.conflict.into_iter().chain(self.fields.into_iter().map(|error| error.message));
        let text = rest.collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(Notice { kind: Tone::Bad, text })
    }
}
