//! JSON as YAML in block style. Every scalar is written as in JSON, which YAML 1.2 reads the same.

use serde_json::Value;

/// `value` as a YAML document.
pub fn to_yaml(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
}

/// Writes what stands after a key or a dash, with its line break.
fn write(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (index, (name, value)) in members.iter().enumerate() {
                indent(text, depth, index);
                text.push_str(&key(name));
                text.push(':');
                below(text, value, depth);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                indent(text, depth, index);
                text.push_str("- ");
                write(text, item, depth + 1);
            }
        }
        scalar => {
            text.push_str(&scalar.to_string());
            text.push('\n');
        }
    }
}

fn below(text: &mut String, value: &Value, depth: usize) {
    let is_block = value.as_object().is_some_and(|members| !members.is_empty())
        || value.as_array().is_some_and(|items| !items.is_empty());
    if is_block {
        text.push('\n');
        text.push_str(&"  ".repeat(depth + 1));
        write(text, value, depth + 1);
    } else {
        text.push(' ');
        write(text, value, depth);
    }
}

/// The first line of a block stands where its parent left off.
fn indent(text: &mut String, depth: usize, index: usize) {
    if index > 0 {
        text.push_str(&"  ".repeat(depth));
    }
}

fn key(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-/.{}".contains(&byte))
        && !matches!(name, "null" | "true" | "false" | "y" | "n" | "yes" | "no" | "on" | "off");
    if plain { name.to_owned() } else { Value::from(name).to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn blocks_are_indented_and_scalars_quoted() {
        let value = json!({ "a": { "b": [1, { "c": "x: y", "200": null }], "d": [] }, "e": "é\n" });
        let expected = "a:\n  b:\n    - 1\n    - c: \"x: y\"\n      \"200\": null\n  d: []\ne: \"é\\n\"\n";
        assert_eq!(to_yaml(&value), expected);
    }
}
