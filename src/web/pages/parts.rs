//! What pages are made of: plain, display-ready data.
//!
//! Whoever fills these has already turned ids, times and enums into words. Nothing here is trusted: every
//! value is escaped where it is printed.

use std::borrow::Borrow;

use crate::base::secret::Secret;
use crate::config::BasePath;
use crate::model::permission::Permission;
use crate::model::role::Rights;
use crate::web::base_path;
use crate::web::language::Language;
use crate::web::language::Message;
use crate::web::language::Said;

/// What surrounds every page: its title, who looks at it, and what just happened.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Stands before every address of ours on the page: `href="{{ frame.base }}/apps"`.
    pub base: BasePath,
    /// What the page speaks.
    pub language: Language,
    /// The name of the page, as in the browser's tab.
    pub title: String,
    /// The session's token against forged posts, repeated by every form in the field `csrf`.
    pub csrf: Secret,
    /// The signed-in person, if there is one.
    pub who: Option<Who>,
    /// The entry of the navigation that this page belongs to.
    pub section: Section,
    /// The result of what the person did last.
    pub notice: Option<Notice>,
}

/// The signed-in person and the organization they look at.
#[derive(Clone, Debug)]
pub struct Who {
    pub name: String,
    pub email: String,
    /// Their role in words, such as "Owner".
    pub role: String,
    /// What they may do, which is what the navigation offers.
    pub rights: Rights,
    pub organization_name: String,
    pub organization_id: String,
    /// Every organization they belong to, for the switcher.
    pub organizations: Vec<Organization>,
}

/// One organization in a list to choose from.
#[derive(Clone, Debug)]
pub struct Organization {
    pub id: String,
    pub name: String,
}

/// The entries of the console's navigation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    #[default]
    Home,
    Apps,
    PrivateApps,
    Modules,
    Members,
    Audit,
    Account,
    Connections,
    Settings,
    Instance,
}

/// One link of the navigation.
#[derive(Clone, Copy, Debug)]
pub struct NavLink {
    pub section: Section,
    /// What it takes to open it.
    permission: Permission,
    pub href: &'static str,
    pub label: &'static str,
    pub icon: &'static str,
}

const fn link(
    section: Section,
    permission: Permission,
    href: &'static str,
    label: &'static str,
    icon: &'static str,
) -> NavLink {
    NavLink { section, permission, href, label, icon }
}

const ORGANIZATION: [NavLink; 6] = [
    link(Section::Apps, Permission::AppsRead, "/apps", "Apps", "app"),
    link(Section::PrivateApps, Permission::PrivateAppsRead, "/private-apps", "Private apps", "key"),
    link(Section::Modules, Permission::ModulesRead, "/modules", "Modules", "module"),
    link(Section::Members, Permission::Members, "/members", "Members", "people"),
    link(Section::Audit, Permission::AuditRead, "/audit", "Audit log", "clock"),
    link(Section::Settings, Permission::Organization, "/settings", "Settings", "settings"),
];

const INSTALLATION: [NavLink; 1] =
    [link(Section::Instance, Permission::InstanceApps, "/instance/apps", "All apps", "eye")];

/// An empty frame of the server that answers, in English: no page is made without its base.
impl Default for Frame {
    fn default() -> Self {
        Self {
            base: base_path::current(),
            language: Language::english(),
            title: String::new(),
            csrf: Secret::default(),
            who: None,
            section: Section::default(),
            notice: None,
        }
    }
}

impl Frame {
    /// A page in `language`, seen by nobody in particular.
    pub fn saying(language: Language, title: Message<'_>) -> Self {
        Self { language, title: language.say(title).plain(), ..Self::default() }
    }

    /// A message in the language of the page. Templates hand over some messages and lend others.
    pub fn say<'m>(&self, message: impl Borrow<Message<'m>>) -> Said {
        self.language.say(*message.borrow())
    }

    /// A page in English, seen by nobody in particular.
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// The navigation's links of the whole installation, for its operators.
    pub fn installation_links(&self) -> Vec<NavLink> {
        self.open(&INSTALLATION)
    }

    /// The navigation's links of the organization, as far as the person's role reaches.
    pub fn organization_links(&self) -> Vec<NavLink> {
        self.open(&ORGANIZATION)
    }

    fn open(&self, links: &[NavLink]) -> Vec<NavLink> {
        let Some(who) = &self.who else { return Vec::new() };
        links.iter().copied().filter(|link| link.permission.is_open_to(who.rights)).collect()
    }
}

/// A sentence about what just happened.
#[derive(Clone, Debug)]
pub struct Notice {
    pub kind: Tone,
    pub text: String,
}

/// How a notice or a badge feels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    Good,
    Warn,
    Bad,
}

impl Tone {
    /// The name of its style.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Good => "good",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
        }
    }
}

/// A word or two that mark a state.
#[derive(Clone, Debug, Default)]
pub struct Badge {
    pub tone: Tone,
    pub text: String,
}

/// A point in time for people: "3 days ago", and exactly "2026-11-21 21:54 UTC".
#[derive(Clone, Debug, Default)]
pub struct When {
    pub human: String,
    pub exact: String,
}

/// An app's or organization's face: its logo, or else its monogram.
#[derive(Clone, Debug, Default)]
pub struct Face {
    pub name: String,
    /// The address of the logo on our own origin, as [`crate::web::words::logo_url`] says it.
    pub logo: Option<String>,
}

impl Face {
    /// Up to two letters that stand for the name.
    pub fn monogram(&self) -> String {
        let initial = |word: &str| word.chars().find(|letter| letter.is_alphanumeric());
        self.name.split_whitespace().filter_map(initial).take(2).flat_map(char::to_uppercase).collect()
    }

    /// One of six quiet colors, always the same for the same name.
    pub fn tint(&self) -> u32 {
        self.name.bytes().fold(5381, |sum: u32, byte| sum.wrapping_mul(33) ^ u32::from(byte)) / 7 % 6
    }
}

/// One step of the path that leads to a page.
#[derive(Clone, Debug, Default)]
pub struct Crumb {
    pub href: String,
    pub label: String,
}

/// Something about something, in words: a label and its value.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    pub label: String,
    pub value: String,
}
