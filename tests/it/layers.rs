//! The layers: arrows point down only, and siblings never name each other.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The verbs: siblings, of which none names another.
const VERBS: [&str; 3] = ["oauth", "accounts", "manage"];

/// What every verb may name.
const BELOW_VERBS: [&str; 5] = ["base", "config", "model", "store", "app"];

/// Each module of the crate and those it may name.
fn layers() -> BTreeMap<&'static str, Vec<&'static str>> {
    let below_edges = [&BELOW_VERBS[..], &VERBS].concat();
    let mut layers = BTreeMap::from([
        ("base", vec![]),
        ("model", vec!["base"]),
        ("config", vec!["base", "model"]),
        ("store", vec!["base", "model"]),
        ("app", vec!["base", "config", "model", "store"]),
        ("cli", [&below_edges[..], &["web", "jobs"]].concat()),
        ("web", below_edges.clone()),
        ("jobs", below_edges),
        ("lib", vec![]),
        ("main", vec!["cli"]),
    ]);
    layers.extend(VERBS.map(|verb| (verb, BELOW_VERBS.to_vec())));
    layers
}

#[test]
fn arrows_point_down_only() {
    let layers = layers();
    let mut upward = Vec::new();
    for (file, text) in sources() {
        let layer = layer_of(&file);
        let below = layers.get(layer.as_str()).unwrap_or_else(|| panic!("{layer} is in no layer: {file:?}"));
        for named in named_layers(&text) {
            if named != layer && !below.contains(&named.as_str()) {
                upward.push(format!("{} names crate::{named}", file.display()));
            }
        }
    }
    assert!(upward.is_empty(), "a layer names one above it or beside it:\n{}", upward.join("\n"));
}

#[test]
fn one_use_a_line_and_no_climbing() {
    let mut odd = Vec::new();
    for (file, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("use crate::") && line.contains('{')
                || line.contains("super::super")
            {
                odd.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(odd.is_empty(), "one `use crate::x` a line, never `super::super`:\n{}", odd.join("\n"));
}

#[test]
fn only_web_knows_poem_and_only_store_knows_sql() {
    let mut strangers = Vec::new();
    for (file, text) in sources() {
        let layer = layer_of(&file);
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            if line.contains("poem::") && !matches!(layer.as_str(), "web" | "cli") {
                strangers.push(format!("{}: {}", file.display(), line.trim()));
            }
            if line.contains("sqlx::") && layer != "store" {
                strangers.push(format!("{}: {}", file.display(), line.trim()));
            }
        }
    }
    assert!(strangers.is_empty(), "a framework outside its layer:\n{}", strangers.join("\n"));
}

/// poem-openapi's own payload reads `false` as the text "false" and `null` as absent; `web::api::body::Body` does not.
#[test]
fn bodies_are_read_by_our_own_extractor_only() {
    let outside = |file: &Path| file != Path::new("src/web/api/body.rs");
    let named = sources().into_iter().filter(|(file, _)| outside(file)).flat_map(|(file, text)| {
        let lines = text.lines().filter(|line| line.contains("poem_openapi::payload::Json"));
        lines.map(|line| format!("{}: {}", file.display(), line.trim())).collect::<Vec<_>>()
    });
    let named = named.collect::<Vec<_>>();
    assert!(named.is_empty(), "a body is read by poem-openapi; take Body:\n{}", named.join("\n"));
}

fn layer_of(file: &Path) -> String {
    let first = file.strip_prefix("src").unwrap().components().next().unwrap();
    first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// What follows `crate::` anywhere in the code, comments left out.
fn named_layers(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>())
        .filter(|name| !name.starts_with("store_"))
        .collect()
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push((path.clone(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(files.len() > 50, "the sources were not found");
    files
}
