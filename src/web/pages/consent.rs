//! Asking a person whether an app may use their data.

use askama::Template;

use crate::base::secret::Secret;
use crate::web::edge::FormsEnd;
use crate::web::language::Asking;
use crate::web::language::Language;
use crate::web::language::Message;
use crate::web::language::Said;
use crate::web::pages::Page;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Frame;

/// `POST /authorize` with `csrf`, `ticket`, `ui_locales`, `decision` (`allow`, `deny` or `switch_account`),
/// `organization`, `duration`, and one `scope` for each ticked scope.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "consent.html")]
pub struct Consent {
    pub frame: Frame,
    /// Names the transaction; sealed and bound to this browser.
    pub ticket: Secret,
    pub app: AskingApp,
    /// The person's organizations. One alone is stated rather than asked.
    pub organization: Select,
    /// What is asked for, grouped by module.
    pub groups: Vec<ScopeGroup>,
    /// How long it is to last.
    pub duration: Select,
}

impl Page for Consent {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::AtAnApp
    }

    fn language(&self) -> Option<Language> {
        Some(self.frame.language)
    }
}

/// The app that asks, as far as a person needs it to judge.
#[derive(Clone, Debug)]
pub struct AskingApp {
    pub face: Face,
    pub description: String,
    /// The organization that published it; empty if nobody knows.
    pub publisher: String,
    /// Somebody checked that the publisher is who it says.
    pub verified: bool,
    /// How long it is known here, such as "Registered 2 years ago".
    pub age: Message<'static>,
    /// Where the person is sent afterwards: to a host, or to an app on this device.
    pub returns_to: Said,
    /// A reason to be careful, such as that the app cannot prove who it is.
    pub warning: Option<Message<'static>>,
}

/// An app without a name that was registered just now.
impl Default for AskingApp {
    fn default() -> Self {
        Self {
            face: Face::default(),
            description: String::new(),
            publisher: String::new(),
            verified: false,
            age: Message::RegisteredNow,
            returns_to: Said::default(),
            warning: None,
        }
    }
}

/// What an app asks for in one module.
#[derive(Clone, Debug, Default)]
pub struct ScopeGroup {
    /// The module's name in the scope, such as "contacts".
    pub id: String,
    /// The module in words, such as "Contacts".
    pub title: Said,
    pub lines: Vec<ScopeLine>,
}

/// One scope in words.
#[derive(Clone, Debug, Default)]
pub struct ScopeLine {
    /// The scope itself, such as "contacts.write".
    pub scope: String,
    /// What it lets the app do, such as "Add, change and delete contacts".
    pub words: Said,
    /// It changes data rather than only reading it; ticking it ticks the module's reading too.
    pub writes: bool,
    /// Deserves a second look.
    pub sensitive: bool,
    /// The person allowed it to this app before.
    pub granted: bool,
    pub ticked: bool,
}

impl Consent {
    /// Who asks for what, and the first thing that is read.
    pub fn headline(&self) -> Message<'_> {
        let app = self.app.face.name.as_str();
        let asking = match (self.asks_again(), self.may_choose()) {
            (false, _) => Asking::First,
            (true, true) => Asking::More,
            (true, false) => Asking::Again,
        };
        match self.only_organization() {
            Some(organization) => Message::AsksForAccessTo { app, organization, asking },
            None => Message::AsksForAccess { app, asking },
        }
    }

    /// Who published the app, and whether somebody checked that.
    pub fn published(&self) -> Message<'_> {
        match (self.app.publisher.as_str(), self.app.verified) {
            ("", _) => Message::PublisherUnknown,
            (publisher, true) => Message::PublishedVerified { publisher },
            (publisher, false) => Message::Published { publisher },
        }
    }

    /// The one organization there is, when there is nothing to choose.
    pub fn only_organization(&self) -> Option<&str> {
        match self.organization.choices.as_slice() {
            [one] => Some(&one.label),
            _ => None,
        }
    }

    /// Whose face the app meets in the picture: the organization, or the person who has yet to choose one.
    pub fn meets(&self) -> &str {
        self.only_organization().unwrap_or_else(|| self.frame.who.as_ref().map_or("", |who| &who.name))
    }

    /// The app was allowed something here before.
    pub fn asks_again(&self) -> bool {
        self.lines().any(|line| line.granted)
    }

    /// The app asks for something that it was not allowed before.
    fn may_choose(&self) -> bool {
        self.lines().any(|line| !line.granted)
    }

    fn lines(&self) -> impl Iterator<Item = &ScopeLine> {
        self.groups.iter().flat_map(|group| &group.lines)
    }
}
