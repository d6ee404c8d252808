//! `[[modules]]`: the parts of the platform's API that apps may ask for.

use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

use super::error::Origin;
use super::error::Problem;
use super::file::Lines;
use super::file::written;
use super::form::shown;
use super::settings;
use super::sources::unknown;

/// The keys of one module.
const KEYS: [&str; 6] =
    ["name", "title", "description", "read_description", "write_description", "sensitive"];

/// Names of our own API's modules, and the two that address them.
const RESERVED: [&str; 6] = ["apps", "private_apps", "members", "modules", "integrations", "audit"];

/// Two modules as they are written, for the documentation.
pub(super) const EXAMPLE: &str = r#"[[modules]]
name = "contacts"
title = "Contacts"
description = "People and companies, with their addresses and numbers"

[[modules]]
name = "calls"
title = "Calls"
read_description = "Listen to recorded calls"
write_description = "Place calls"
sensitive = true
"#;

/// A part of the platform's API. It gives the scopes `name.read` and `name.write`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The scopes' first half: a lower-case letter, then 1 to 31 lower-case letters, digits and underscores.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it holds. May be empty.
    pub description: String,
    /// What an app that may read can do, for the consent page.
    pub read_description: String,
    /// What an app that may write can do, for the consent page.
    pub write_description: String,
    /// Whether the consent page warns.
    pub sensitive: bool,
}

/// The modules that are right, and the problems of those that are not.
pub(super) fn read(value: &Spanned<DeValue<'_>>, lines: &Lines<'_>) -> (Vec<Module>, Vec<Problem>) {
    let mut modules: Vec<Module> = Vec::new();
    let mut problems = Vec::new();
    let Some(entries) = value.get_ref().as_array() else {
        let what = format!("{}: `modules` is not a list of tables", lines.origin(value));
        return (
            modules,
            vec![Problem { what, help: "begin each module with a line [[modules]]".to_owned() }],
        );
    };
    for entry in entries {
        let origin = lines.origin(entry);
        let Some(table) = entry.get_ref().as_table() else {
            let what = format!("{origin}: a module is not a table");
            problems.push(Problem { what, help: "begin each module with a line [[modules]]".to_owned() });
            continue;
        };
        let mut entry = Entry { table, lines, origin, problems: Vec::new() };
        let module = entry.module();
        if let Some(module) = module.filter(|_| entry.problems.is_empty()) {
            if modules.iter().any(|other| other.name == module.name) {
                entry.refuse(
                    "name",
                    format!("there are two modules `{}`", module.name),
                    "rename or remove one",
                );
            } else {
                modules.push(module);
            }
        }
        problems.append(&mut entry.problems);
    }
    (modules, problems)
}

/// One `[[modules]]` table while it is read.
struct Entry<'a> {
    table: &'a DeTable<'a>,
    lines: &'a Lines<'a>,
    origin: Origin,
    problems: Vec<Problem>,
}

impl Entry<'_> {
    fn module(&mut self) -> Option<Module> {
        self.refuse_unknown_keys();
        let name = self.name();
        let title = self.required("title");
        let (name, title) = (name?, title?);
        Some(Module {
            description: self.text("description").unwrap_or_default(),
            read_description: self.text("read_description").unwrap_or_else(|| format!("Read {title}")),
            write_description: self
                .text("write_description")
                .unwrap_or_else(|| format!("Read and change {title}")),
            sensitive: self.truth("sensitive"),
            name,
            title,
        })
    }

    fn name(&mut self) -> Option<String> {
        let name = self.required("name")?;
        if RESERVED.contains(&name.as_str()) {
            self.refuse(
                "name",
                format!("the name `{name}` is reserved for this server's own API"),
                "choose another",
            );
            return None;
        }
        if !is_name(&name) {
            self.refuse(
                "name",
                format!("the name {} cannot stand in a scope", shown(&name)),
                "write 2 to 32 of a-z, 0-9 and _, beginning with a letter, such as `contacts`",
            );
            return None;
        }
        Some(name)
    }

    fn required(&mut self, key: &str) -> Option<String> {
        let text = self.text(key);
        if text.is_none() && !self.table.contains_key(key) {
            self.refuse(key, format!("a module has no {key}"), &format!("add {key} = \"...\""));
        }
        text
    }

    /// A text that is not empty and has no control characters.
    fn text(&mut self, key: &str) -> Option<String> {
        let value = self.table.get(key)?.get_ref();
        match value.as_str() {
            Some(text) if !text.trim().is_empty() && !text.contains(char::is_control) => {
                Some(text.to_owned())
            }
            Some(text) => {
                self.refuse(key, format!("`{key}` is {}", shown(text)), "write words on one line");
                None
            }
            None => {
                self.refuse(key, format!("`{key}` is {}", written(value).1), "write a text in quotes");
                None
            }
        }
    }

    fn truth(&mut self, key: &str) -> bool {
        let Some(value) = self.table.get(key) else { return false };
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            let what = format!("`{key}` is {}", written(value.get_ref()).1);
            self.refuse(key, what, "write true or false, without quotes");
        }
        truth.unwrap_or_default()
    }

    fn refuse_unknown_keys(&mut self) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            let origin = self.lines.origin(key);
            if KEYS.contains(&name) {
                continue;
            }
            // In TOML everything after [[modules]] belongs to that module.
            let problem = if settings().iter().any(|setting| setting.name == name) {
                let what =
                    format!("{origin}: `{name}` stands inside a module, but is a setting of the server");
                Problem { what, help: "move it above the first [[modules]]".to_owned() }
            } else {
                unknown("key of a module", name, Some(origin), KEYS)
            };
            self.problems.push(problem);
        }
    }

    fn refuse(&mut self, key: &str, what: String, help: &str) {
        let origin = self.table.get(key).map_or(self.origin.clone(), |value| self.lines.origin(value));
        self.problems.push(Problem { what: format!("{origin}: {what}"), help: help.to_owned() });
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && (2..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
