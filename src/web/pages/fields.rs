//! The state of a form: what was typed, and what is wrong with it.

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
