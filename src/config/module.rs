//! `[[modules]]`: the parts of the platform's API that apps may ask for.

use std::fmt;

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
use crate::model::label;
use crate::model::module;
use crate::model::module::Module;
use crate::model::module::Origin as ModuleOrigin;
use crate::model::version::Version;

/// The keys of one module.
const KEYS: [&str; 6] =
    ["name", "title", "description", "read_description", "write_description", "sensitive"];

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
        let name = self.required("name", module::name);
        let title = self.required("title", label::name);
        let mut words = |key| self.text(key, label::description).unwrap_or_default();
        let module = Module {
            description: words("description"),
            read_description: words("read_description"),
            write_description: words("write_description"),
            sensitive: self.truth("sensitive"),
            name: name?,
            title: title?,
            origin: ModuleOrigin::Configuration,
            version: Version::default(),
        };
        Some(module.described())
    }

    fn required<E: fmt::Display>(
        &mut self,
        key: &str,
        rule: impl FnOnce(&str) -> Result<String, E>,
    ) -> Option<String> {
        let text = self.text(key, rule);
        if text.is_none() && !self.table.contains_key(key) {
            self.refuse(key, format!("a module has no {key}"), &format!("add {key} = \"...\""));
        }
        text
    }

    /// What `rule` makes of a text, the same rule as in the API and the console.
    fn text<E: fmt::Display>(
        &mut self,
        key: &str,
        rule: impl FnOnce(&str) -> Result<String, E>,
    ) -> Option<String> {
        let value = self.table.get(key)?.get_ref();
        let Some(text) = value.as_str() else {
            self.refuse(key, format!("`{key}` is {}", written(value).1), "write a text in quotes");
            return None;
        };
        let read = rule(text);
        if let Err(error) = &read {
            let help = "the README shows how modules are written";
            self.refuse(key, format!("the {key} {} {error}", shown(text)), help);
        }
        read.ok()
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
