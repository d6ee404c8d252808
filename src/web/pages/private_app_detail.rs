//! One private app: its tokens, what it reaches, and how to end it.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Badge;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::When;
use crate::web::pages::permissions::Reached;

/// `GET /private-apps/<id>`. Posts to `<href>/tokens` (with `expiry`), `<href>/tokens/<token>/revoke` and
/// `<href>/delete`, each with `csrf`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "private_app_detail.html")]
pub struct PrivateAppDetail {
    pub frame: Frame,
    /// Makes the form of a new token work once only; posted as `once`.
    pub once: String,
    /// `/private-apps/<id>`.
    pub href: String,
    pub face: Face,
    pub description: String,
    /// Why its tokens do not work now, and what to do about it.
    pub blocked: Option<String>,
    /// Two at most.
    pub tokens: Vec<TokenRow>,
    /// How long a second token lives, when there may be one.
    pub second_token: Option<Select>,
    pub permissions: Vec<Reached>,
    /// Its other rules in words: who created it, allowed addresses.
    pub facts: Vec<Fact>,
    /// A command that tries a token out.
    pub trial: String,
    /// The person may change the private app.
    pub editable: bool,
    /// What deleting it breaks.
    pub breaks: Vec<String>,
}

impl Page for PrivateAppDetail {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

/// One token of a private app; the token itself is not known any more.
#[derive(Clone, Debug, Default)]
pub struct TokenRow {
    pub id: String,
    /// Its first characters, such as "PRIVATE.k3Yx…".
    pub prefix: String,
    pub state: Badge,
    pub created: When,
    /// When it ends; none if it does not.
    pub ends: Option<When>,
    pub last_use: Option<LastUse>,
    /// What revoking it breaks, such as "It was used 3 minutes ago from 203.0.113.7."
    pub breaks: String,
}

/// When and where a token was used last, and for what.
#[derive(Clone, Debug, Default)]
pub struct LastUse {
    pub when: When,
    pub address: String,
    /// Such as "GET /api/contacts".
    pub call: String,
}
