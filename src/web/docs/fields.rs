//! Schemas as lists of fields in words.

use serde_json::Value;

use crate::web::pages::docs::DocField;

/// Fields within fields that are shown at most.
const DEEPEST: u8 = 4;

/// The named schemas of a document.
pub struct Schemas<'a>(&'a Value);

impl<'a> Schemas<'a> {
    pub fn new(schemas: &'a Value) -> Self {
        Self(schemas)
    }

    /// Every field of a schema, those within another right after it.
    pub fn fields(&self, schema: &'a Value) -> Vec<DocField> {
        let mut fields = Vec::new();
        self.collect(schema, 0, &mut fields);
        fields
    }

    /// The example that a schema brings along.
    pub fn example(&self, schema: &'a Value) -> Option<&'a Value> {
        let schema = self.resolve(schema);
        schema.get("example").or_else(|| self.example(alternatives(schema).next()?))
    }

    fn collect(&self, schema: &'a Value, depth: u8, fields: &mut Vec<DocField>) {
        let schema = self.resolve(schema);
        for alternative in alternatives(schema) {
            self.collect(alternative, depth, fields);
        }
        let properties = schema["properties"].as_object().into_iter().flatten();
        for (name, property) in properties {
            let required = schema["required"].as_array().is_some_and(|names| names.iter().any(|n| n == name));
            let described = self.resolve(property);
            let words = |value: &Value| value["description"].as_str().unwrap_or_default().replace('`', "");
            let own = words(property);
            fields.push(DocField {
                name: name.clone(),
                kind: self.kind(property),
                required,
                description: if own.is_empty() { words(described) } else { own },
                depth,
            });
            if depth < DEEPEST {
                self.collect(self.innermost(property), depth + 1, fields);
            }
        }
    }

    fn kind(&self, schema: &'a Value) -> String {
        let schema = self.resolve(schema);
        match schema["type"].as_str() {
            Some("array") => format!("list of: {}", kind(self.resolve(&schema["items"]))),
            _ => kind(schema),
        }
    }

    /// What the items of a list are.
    fn innermost(&self, schema: &'a Value) -> &'a Value {
        let schema = self.resolve(schema);
        if schema["type"] == "array" { self.resolve(&schema["items"]) } else { schema }
    }

    /// Follows a reference, also one that stands beside a description.
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let reference = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str());
        match reference.and_then(|reference| reference.rsplit('/').next()) {
            Some(name) => &self.0[name],
            None => schema,
        }
    }
}

/// Of which a value fits one.
fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    let any = ["oneOf", "anyOf"].into_iter().filter_map(|name| schema[name].as_array());
    any.flatten()
}

/// A plain schema in words: "string, at most 80 characters".
pub fn kind(schema: &Value) -> String {
    let base = match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("date-time")) => "date and time",
        (Some("string"), Some("uri")) => "URI",
        (Some("string"), Some("binary")) => "file",
        (Some("integer"), _) => "whole number",
        (Some(name), _) => name,
        (None, _) => "anything",
    };
    let mut words = base.to_owned();
    if let Some(choices) = schema["enum"].as_array() {
        let choices: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
        words = format!("one of {}", choices.join(", "));
    }
    for (limit, wording) in [("maxLength", "at most"), ("minimum", "from"), ("maximum", "to")] {
        if let Some(number) = schema[limit].as_i64() {
            let unit = if limit == "maxLength" { " characters" } else { "" };
            words.push_str(&format!(", {wording} {number}{unit}"));
        }
    }
    words
}
