//! The command that makes a call.

use serde_json::Value;

use crate::web::pages::docs::Content;

const NEXT: &str = " \\\n  ";

/// A command for a shell; `bearer`: with a token, which is taken from the environment.
pub fn command(method: &str, url: &str, bearer: bool, body: Option<&Content>) -> String {
    let mut parts = vec![match method {
        "get" => format!("curl {}", quoted(url)),
        _ => format!("curl -X {} {}", method.to_uppercase(), quoted(url)),
    }];
    if bearer {
        parts.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    }
    if let Some(body) = body {
        parts.extend(body_options(body));
    }
    parts.join(NEXT)
}

fn body_options(body: &Content) -> Vec<String> {
    match body.content_type.as_str() {
        "application/json" => vec![
            "-H 'Content-Type: application/json'".to_owned(),
            format!("-d {}", quoted(&compact(&body.example))),
        ],
        "application/x-www-form-urlencoded" => {
            let example: Value = serde_json::from_str(&body.example).unwrap_or_default();
            let pairs = example.as_object().into_iter().flatten();
            let option = |(name, value): (&String, &Value)| {
                format!(
                    "--data-urlencode {}",
                    quoted(&format!("{name}={}", value.as_str().unwrap_or_default()))
                )
            };
            let client = "-u \"$CLIENT_ID:$CLIENT_SECRET\"".to_owned();
            std::iter::once(client).chain(pairs.map(option)).collect()
        }
        _ => vec![
            "-H 'Content-Type: application/octet-stream'".to_owned(),
            "--data-binary @logo.png".to_owned(),
        ],
    }
}

/// On one line.
fn compact(json: &str) -> String {
    serde_json::from_str::<Value>(json).map(|value| value.to_string()).unwrap_or_default()
}

/// As one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_one_word() {
        let body = Content {
            content_type: "application/json".to_owned(),
            example: r#"{ "name": "Ada's app" }"#.to_owned(),
            ..Content::default()
        };
        let expected = "curl -X POST 'https://x/api' \\\n  -H \"Authorization: Bearer $TOKEN\" \\\n  \
                        -H 'Content-Type: application/json' \\\n  -d '{\"name\":\"Ada'\\''s app\"}'";
        assert_eq!(command("post", "https://x/api", true, Some(&body)), expected);
        assert_eq!(command("get", "https://x/api", false, None), "curl 'https://x/api'");
    }
}
