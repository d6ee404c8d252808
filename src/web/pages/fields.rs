//! The state of a form: what was typed, and what is wrong with it.

use serde_json::Map;
use serde_json::Value;

/// What was typed into one field, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Field {
    pub value: String,
    pub error: Option<String>,
}

impl Field {
    /// A field that holds `value`, with nothing wrong.
    pub fn new(value: impl Into<String>) -> Field {
        Field { value: value.into(), error: None }
    }

    /// The same field with an error that says what is wrong and what to do.
    pub fn refused(self, error: impl Into<String>) -> Field {
        Field { error: Some(error.into()), ..self }
    }
}

/// A field whose value is one of several.
#[derive(Clone, Debug, Default)]
pub struct Select {
    pub choices: Vec<Choice>,
    pub error: Option<String>,
}

/// One value to choose.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// What choosing it means, or why it cannot be chosen.
    pub hint: String,
    pub chosen: bool,
    /// Cannot be chosen; `hint` says why.
    pub closed: bool,
}

/// The names of a form's fields, as the API has them, with what the page calls each, in the order of the page.
pub type Labels = &'static [(&'static str, &'static str)];

/// A whole form: what each field holds, and what is wrong with it. The fields have the names that the API gives them.
#[derive(Clone, Debug, Default)]
pub struct Form {
    labels: Labels,
    values: Map<String, Value>,
    wrong: Vec<FieldError>,
}

impl Form {
    /// A form that shows `values`, and what `wrong` says of its fields.
    pub fn new(
        labels: Labels,
        values: Map<String, Value>,
        mut wrong: impl FnMut(&str) -> Option<String>,
    ) -> Self {
        let told = |(field, label): &(&'static str, &'static str)| {
            wrong(field).map(|text| FieldError { field, label, text })
        };
        Self { labels, values, wrong: labels.iter().filter_map(told).collect() }
    }

    /// What the page calls a field.
    pub fn label(&self, name: &str) -> &'static str {
        self.labels.iter().find(|(field, _)| *field == name).map_or("", |(_, label)| label)
    }

    pub fn errors(&self) -> &[FieldError] {
        &self.wrong
    }

    pub fn error(&self, name: &str) -> Option<String> {
        self.wrong.iter().find(|error| error.field == name).map(|error| error.text.clone())
    }

    /// A field with text in it, of a list one item a line.
    pub fn text(&self, name: &str) -> Field {
        Field { value: self.held(name).join("\n"), error: self.error(name) }
    }

    /// A field whose values are among those that are `offered`: each value, its label and a hint.
    pub fn choose(&self, name: &str, offered: &[(&str, &str, &str)]) -> Select {
        let held = self.held(name);
        let choice = |(value, label, hint): &(&str, &str, &str)| Choice {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            hint: (*hint).to_owned(),
            chosen: held.contains(value),
            closed: false,
        };
        Select { choices: offered.iter().map(choice).collect(), error: self.error(name) }
    }

    /// What a field holds.
    pub fn held(&self, name: &str) -> Vec<&str> {
        match self.values.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(Value::Bool(value)) => vec![if *value { "true" } else { "false" }],
            value => value.and_then(Value::as_str).into_iter().collect(),
        }
    }
}

/// One line of the list of errors at the top of a form; it leads to the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    /// What the field is called, where the text does not say so.
    pub label: &'static str,
    pub text: String,
}

/// The errors among `fields`, each with its field's name and label, in their order on the page.
pub fn errors(fields: &[(&'static str, &'static str, &Option<String>)]) -> Vec<FieldError> {
    let error = |(field, label, error): &(&'static str, &'static str, &Option<String>)| {
        error.as_ref().map(|text| FieldError { field, label, text: text.clone() })
    };
    fields.iter().filter_map(error).collect()
}
