//! What was done in the organization.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::fields::Choice;
use crate::web::pages::fields::Field;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::When;

/// `GET /audit` with `actor`, `action`, `object`, `since`, `until`, and `after` or `before`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "audit.html")]
pub struct AuditLog {
    pub frame: Frame,
    /// The person sees what others did, too.
    pub everybody: bool,
    pub records: Vec<RecordRow>,
    /// Who and what is looked for.
    pub actor: Field,
    pub object: Field,
    pub actions: Vec<Choice>,
    pub since: Field,
    pub until: Field,
    pub is_narrowed: bool,
    /// The filter as an address has it, beginning with `?` or empty.
    pub query: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// One record in the list.
#[derive(Clone, Debug, Default)]
pub struct RecordRow {
    pub id: String,
    pub who: String,
    /// What they did, in words.
    pub what: String,
    pub when: When,
    pub facts: Vec<Fact>,
    /// Everything that the same actor did.
    pub of_actor: String,
    /// Everything that was done to the same thing.
    pub of_object: String,
}

impl Page for AuditLog {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

impl AuditLog {
    /// What cannot be looked for.
    pub fn wrong(&self) -> String {
        let named =
            [("Who", &self.actor), ("To what", &self.object), ("From", &self.since), ("To", &self.until)];
        let told = named
            .iter()
            .filter_map(|(name, field)| field.error.as_ref().map(|error| format!("{name}: {error}")));
        told.collect::<Vec<_>>().join(" ")
    }
}
