//! `consentry.toml`: keys, values and the lines they stand on.

use std::fs;
use std::path::Path;

use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

use super::error::Origin;
use super::error::Problem;
use super::form::Shape;
use super::module;
use super::settings;
use super::sources::Found;
use super::sources::Sources;
use super::sources::unknown;

/// Tells the line of an offset in the file.
pub(super) struct Lines<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Lines<'_> {
    pub(super) fn origin<T>(&self, spanned: &Spanned<T>) -> Origin {
        self.at(spanned.span().start)
    }

    fn at(&self, offset: usize) -> Origin {
        let before = self.text.get(..offset).unwrap_or(self.text);
        Origin::File(self.path.to_owned(), before.matches('\n').count() + 1)
    }
}

/// Adds what the file says to the sources.
pub(super) fn read(path: &Path, sources: &mut Sources) {
    sources.file = Some(path.to_owned());
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            let what = format!("cannot read the configuration file {}: {error}", path.display());
            let help = "name a readable file with --config, or leave the flag out";
            return sources.problems.push(Problem { what, help: help.to_owned() });
        }
    };
    let lines = Lines { path, text: &text };
    match DeTable::parse(&text) {
        Ok(table) => settings_of(table.get_ref(), &lines, sources),
        // The error's own rendering quotes the line, which may hold a password.
        Err(error) => sources.problems.push(Problem {
            what: format!(
                "{} is not valid TOML: {}",
                lines.at(error.span().map_or(0, |span| span.start)),
                error.message()
            ),
            help: "values of text need quotes: key = \"value\"".to_owned(),
        }),
    }
}

fn settings_of(table: &DeTable<'_>, lines: &Lines<'_>, sources: &mut Sources) {
    let known: Vec<&str> = settings().iter().map(|setting| setting.name).chain(["modules"]).collect();
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        let name = key.get_ref().as_ref();
        if name == "modules" {
            let (modules, problems) = module::read(value, lines);
            sources.modules = modules;
            sources.problems.extend(problems);
        } else if known.contains(&name) {
            let (text, shape) = written(value.get_ref());
            sources.values.insert(name.to_owned(), Found { text, shape, origin: lines.origin(value) });
        } else {
            sources.problems.push(unknown("key", name, Some(lines.origin(key)), known.iter().copied()));
        }
    }
}

/// A value as text, and what it was.
pub(super) fn written(value: &DeValue<'_>) -> (String, Shape) {
    match value {
        DeValue::String(text) => (text.to_string(), Shape::Text),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => (number.to_string(), Shape::Number),
            Err(_) => (integer.to_string(), Shape::Number),
        },
        DeValue::Array(items) if items.iter().all(|item| item.get_ref().is_str()) => {
            let texts: Vec<&str> = items.iter().filter_map(|item| item.get_ref().as_str()).collect();
            (texts.join(","), Shape::List)
        }
        DeValue::Float(float) => (float.to_string(), Shape::Other("a decimal number")),
        DeValue::Boolean(truth) => (truth.to_string(), Shape::Other("a boolean")),
        DeValue::Datetime(moment) => (moment.to_string(), Shape::Other("a date")),
        DeValue::Array(_) => (String::new(), Shape::Other("a list with other things than texts")),
        DeValue::Table(_) => (String::new(), Shape::Other("a table")),
    }
}
