//! Where values come from: flags over the environment over the file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;

use super::error::Origin;
use super::error::Problem;
use super::file;
use super::form::Shape;
use super::settings;
use super::suggest::nearest;
use super::table::flag;
use super::table::variable;
use crate::base::private_file;
use crate::model::module::Module;

/// The variable that names the configuration file.
const CONFIG_VARIABLE: &str = "CONSENTRY_CONFIG";

/// The variables that belong to the test suite and are none of ours.
const TEST_PREFIX: &str = "CONSENTRY_TEST_";

/// What the command line said.
#[derive(Clone, Default)]
pub struct Flags {
    /// The configuration file.
    pub config: Option<PathBuf>,
    /// Settings by name, for those in [`super::FLAGS`].
    pub values: Vec<(&'static str, String)>,
}

/// A value as it was written.
pub(super) struct Found {
    pub(super) text: String,
    pub(super) shape: Shape,
    pub(super) origin: Origin,
}

/// All that was written, the strongest source of each setting only.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) file: Option<PathBuf>,
    pub(super) values: BTreeMap<String, Found>,
    pub(super) modules: Vec<Module>,
    pub(super) problems: Vec<Problem>,
}

pub(super) fn collect(
    flags: &Flags,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    folder: &Path,
) -> Sources {
    let mut sources = Sources::default();
    let variables = sources.variables(environment);
    let named = flags.config.clone().or_else(|| variables.get(CONFIG_VARIABLE).map(PathBuf::from));
    let path = folder.join(named.as_deref().unwrap_or(Path::new("consentry.toml")));
    if named.is_some() || path.exists() {
        file::read(&path, &mut sources);
    }
    for setting in settings() {
        let name = setting.variable();
        if let Some(text) = variables.get(&name) {
            sources.set(setting.name, text.clone(), Origin::Variable(name));
        }
    }
    for (name, text) in &flags.values {
        let flag = flag(name);
        if sources.is_said(&flag, text) {
            sources.set(name, text.clone(), Origin::Flag(flag));
        }
    }
    sources.open_database_url(folder);
    sources
}

impl Sources {
    fn set(&mut self, name: &str, text: String, origin: Origin) {
        self.values.insert(name.to_owned(), Found { text, shape: Shape::Untyped, origin });
    }

    /// Reads `database_url` out of the file that `database_url_file` names.
    fn open_database_url(&mut self, folder: &Path) {
        const URL: &str = "database_url";
        let Some(named) = self.values.get("database_url_file") else { return };
        if let Some(other) = self.values.get(URL) {
            let what = format!("{}: `database_url` is set in {} too", named.origin, other.origin);
            return self.problems.push(Problem { what, help: "leave one of the two out".to_owned() });
        }
        let path = folder.join(&named.text);
        match private_file::read(&path) {
            Ok(text) => self.set(URL, text.trim().to_owned(), Origin::Alone(path)),
            Err(error) => {
                let what = format!("{}: {error}", named.origin);
                self.problems.push(Problem { what, help: error.help() });
            }
        }
    }

    /// Whether a flag or variable has a value. An empty one is a slip, as of a secret that failed to arrive, and not
    /// a wish for the default.
    fn is_said(&mut self, place: &str, text: &str) -> bool {
        let blank = text.trim().is_empty();
        if blank {
            let what = format!("{place} is set, but empty");
            self.problems.push(Problem { what, help: "give it a value or remove it".to_owned() });
        }
        !blank
    }

    /// Our variables, with a problem for each that nothing reads.
    fn variables(
        &mut self,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> BTreeMap<String, String> {
        let known: Vec<String> =
            settings().iter().map(|s| variable(s.name)).chain([CONFIG_VARIABLE.to_owned()]).collect();
        let mut variables = BTreeMap::new();
        for (name, text) in environment {
            let name = name.to_string_lossy().into_owned();
            if !name.starts_with("CONSENTRY_") || name.starts_with(TEST_PREFIX) {
                continue;
            }
            if !known.contains(&name) {
                self.problems.push(unknown("variable", &name, None, known.iter().map(String::as_str)));
                continue;
            }
            match text.into_string() {
                Ok(text) if self.is_said(&name, &text) => drop(variables.insert(name, text)),
                Ok(_) => {}
                Err(_) => self.problems.push(Problem {
                    what: format!("{name} is not valid UTF-8"),
                    help: "write it again, in plain text".to_owned(),
                }),
            }
        }
        variables
    }
}

/// The refusal of a name that means nothing.
pub(super) fn unknown<'a>(
    kind: &str,
    name: &str,
    origin: Option<Origin>,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Problem {
    let place = origin.map(|origin| format!(" in {origin}")).unwrap_or_default();
    let help = match nearest(name, known.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known are: {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    };
    Problem { what: format!("unknown {kind} `{}`{place}", name.escape_debug()), help }
}
