//! The settings as documentation.

use std::fmt::Write;

use super::FLAGS;
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

/// The README's configuration tables in Markdown, one for each group.
pub fn table() -> String {
    let mut text = String::new();
    let mut group = "";
    for setting in settings() {
        if setting.group != group {
            group = setting.group;
            let _ = write!(text, "\n**{group}**\n\n| key | variable | flag | value | default | meaning |\n");
            text.push_str("|---|---|---|---|---|---|\n");
        }
        let code = |text: &str| if text.is_empty() { "-".to_owned() } else { format!("`{text}`") };
        let _ = writeln!(
            text,
            "| `{}` | `{}` | {} | {} | {} | {} |",
            setting.name,
            setting.variable(),
            code(&setting.flag().unwrap_or_default()),
            setting.expected,
            code(setting.default),
            setting.meaning,
        );
    }
    text
}
