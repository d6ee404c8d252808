//! The settings as documentation.

use super::FLAGS;
use super::module::EXAMPLE;
use super::settings;

/// A setting as the documentation describes it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The heading it stands under.
    pub group: &'static str,
    /// Its key in `consentry.toml`.
    pub name: &'static str,
    /// The default as text; empty when there is none. May name other settings in braces.
    pub default: &'static str,
    /// The values it takes, in words.
    pub expected: String,
    /// What it does.
    pub meaning: &'static str,
}

impl Setting {
    /// Its environment variable: `CONSENTRY_LISTEN`.
    pub fn variable(&self) -> String {
        variable(self.name)
    }

    /// Its flag, when it has one: `--listen`.
    pub fn flag(&self) -> Option<String> {
        FLAGS.contains(&self.name).then(|| flag(self.name))
    }
}

pub(super) fn variable(name: &str) -> String {
    format!("CONSENTRY_{}", name.to_ascii_uppercase())
}

pub(super) fn flag(name: &str) -> String {
    format!("--{}", name.replace('_', "-"))
}

const INTRODUCTION: &str = "
Every key of `consentry.toml` is also a variable: `CONSENTRY_` and its name in capitals, lists with commas. Some are \
flags too, of every command. A flag wins over a variable, a variable over the file, the file over the default. The \
file is `consentry.toml` in the working directory, or what `--config` or `CONSENTRY_CONFIG` names. Relative paths are \
taken from the working directory. Whatever is unknown or impossible stops the start and says why; \
`consentry doctor` checks the rest.
";

const MODULES: &str = "
**Modules**

The parts of your API that apps may ask for. Each gives two scopes, here `contacts.read` and `contacts.write`; write \
implies read. `name` and `title` are required, and they stand at the end of the file.
";

/// The README's configuration section in Markdown: a table for each group, and how modules are written.
pub fn table() -> String {
    let mut text = INTRODUCTION.to_owned();
    let mut group = "";
    for setting in settings() {
        if setting.group != group {
            group = setting.group;
            text.push_str(&format!(
                "\n**{group}**\n\n| key | value | default | meaning |\n|---|---|---|---|\n"
            ));
        }
        let Setting { name, expected, default, meaning, .. } = &setting;
        let flag = setting.flag().map(|flag| format!(" `{flag}`")).unwrap_or_default();
        let default = if default.is_empty() { "none".to_owned() } else { format!("`{default}`") };
        text.push_str(&format!("| `{name}`{flag} | {expected} | {default} | {meaning} |\n"));
    }
    text.push_str(&format!("{MODULES}\n```toml\n{EXAMPLE}```\n"));
    text
}
