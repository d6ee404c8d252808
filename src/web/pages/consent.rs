//! Asking a person whether an app may use their data.

use askama::Template;

use crate::base::secret::Secret;
use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Frame;

/// `POST /authorize` with `csrf`, `ticket`, `decision` (`allow`, `deny` or `switch_account`), `organization`,
/// `duration`, and one `scope` for each ticked scope.
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
    /// What was wrong with the decision that was just posted.
    pub error: Option<String>,
}

impl Page for Consent {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::AtAnApp
    }
}

/// The app that asks, as far as a person needs it to judge.
#[derive(Clone, Debug, Default)]
pub struct AskingApp {
    pub face: Face,
    pub description: String,
    /// The organization that published it; empty if nobody knows.
    pub publisher: String,
    /// Somebody checked that the publisher is who it says.
    pub verified: bool,
    /// How long it is known here, such as "Registered 2 years ago".
    pub age: String,
    /// Where the person is sent afterwards: a host, or words such as "an app on this computer".
    pub returns_to: String,
    /// A reason to be careful, such as that the app registered itself yesterday.
    pub warning: Option<String>,
}

/// What an app asks for in one module.
#[derive(Clone, Debug, Default)]
pub struct ScopeGroup {
    /// The module's name in the scope, such as "contacts".
    pub id: String,
    /// The module in words, such as "Contacts".
    pub title: String,
    pub lines: Vec<ScopeLine>,
}

/// One scope in words.
#[derive(Clone, Debug, Default)]
pub struct ScopeLine {
    /// The scope itself, such as "contacts.write".
    pub scope: String,
    /// What it lets the app do, such as "Add, change and delete contacts".
    pub words: String,
    /// More about it; may be empty.
    pub detail: String,
    /// It changes data rather than only reading it; ticking it ticks the module's reading too.
    pub writes: bool,
    /// Deserves a second look.
    pub sensitive: bool,
    /// The person allowed it to this app before.
    pub granted: bool,
    pub ticked: bool,
}

impl Consent {
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
    pub fn may_choose(&self) -> bool {
        self.lines().any(|line| !line.granted)
    }

    fn lines(&self) -> impl Iterator<Item = &ScopeLine> {
        self.groups.iter().flat_map(|group| &group.lines)
    }
}
