//! From text to typed values, collecting every problem on the way.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread::available_parallelism;

use super::error::ConfigError;
use super::error::Origin;
use super::error::Problem;
use super::form::Form;
use super::form::Secrecy;
use super::form::Shape;
use super::form::shown;
use super::sources::Found;
use super::sources::Sources;
use super::table::flag;
use super::table::variable;
use crate::model::module::Module;

pub(super) struct Reader {
    sources: Sources,
    /// What defaults may name in braces.
    settled: BTreeMap<&'static str, String>,
}

impl Reader {
    pub(super) fn new(sources: Sources) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self { sources, settled: BTreeMap::from([("cores", cores.to_string())]) }
    }

    /// The value of a setting, or nothing and a problem.
    pub(super) fn read<T>(&mut self, name: &'static str, default: &str, form: Form<T>) -> Option<T> {
        let found = match self.sources.values.remove(name) {
            Some(found) => found,
            None => Found { text: self.filled(default)?, shape: Shape::Untyped, origin: Origin::Default },
        };
        match judge(name, default, &form, &found) {
            Ok(value) => {
                self.settled.insert(name, found.text);
                Some(value)
            }
            Err(problem) => {
                self.sources.problems.push(problem);
                None
            }
        }
    }

    pub(super) fn modules(&mut self) -> Vec<Module> {
        std::mem::take(&mut self.sources.modules)
    }

    pub(super) fn file(&self) -> Option<PathBuf> {
        self.sources.file.clone()
    }

    pub(super) fn is_content(&self) -> bool {
        self.sources.problems.is_empty()
    }

    pub(super) fn into_error(self) -> ConfigError {
        ConfigError { problems: self.sources.problems }
    }

    /// A default with the settings it names. Nothing when one of them was refused: that problem is told already.
    fn filled(&self, default: &str) -> Option<String> {
        let Some((before, rest)) = default.split_once('{') else { return Some(default.to_owned()) };
        let (name, after) = rest.split_once('}')?;
        Some(format!("{before}{}{after}", self.settled.get(name)?))
    }
}

fn judge<T>(name: &str, default: &str, form: &Form<T>, found: &Found) -> Result<T, Problem> {
    let Found { text, shape, origin } = found;
    let expected = &form.expected;
    if form.secrecy == Secrecy::VariableOnly && !matches!(origin, Origin::Variable(_) | Origin::Default) {
        return Err(Problem {
            what: format!("{origin}: `{name}` is a secret, which does not belong here"),
            help: format!("set {} instead, or leave it out and use `{name}_file`", variable(name)),
        });
    }
    if !shape.fits(form.shape) {
        return Err(Problem {
            what: format!("{origin}: `{name}` is {shape}, expected {expected}"),
            help: format!("for example {}", example(name, default, form.shape, origin)),
        });
    }
    form.parse(text).map_err(|why| {
        let found = if form.secrecy == Secrecy::Open { shown(text) } else { "[redacted]".to_owned() };
        let what = match origin {
            Origin::Default => format!("`{name}` is not set and its default {found} cannot be used"),
            _ => format!("{origin}: `{name}` is {found}, expected {expected}"),
        };
        let help = match (origin, why) {
            (_, Some(why)) => why,
            (_, None) => format!("for example {}", example(name, default, form.shape, origin)),
        };
        Problem { what, help }
    })
}

/// The default, spelled as it would be where the mistake was made.
fn example(name: &str, default: &str, shape: Shape, origin: &Origin) -> String {
    let default =
        default.replace("{listen}", "127.0.0.1:8080").replace("{data}", "data").replace("{cores}", "2");
    match origin {
        Origin::Flag(_) => format!("{} {default}", flag(name)),
        Origin::Variable(_) => format!("{}={default}", variable(name)),
        Origin::File(..) | Origin::Alone(_) | Origin::Default => {
            format!("{name} = {}", shape.quoted(&default))
        }
    }
}
