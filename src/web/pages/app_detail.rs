//! One app: how to connect it, its secrets, and how to end it.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::parts::Badge;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::Notice;
use crate::web::pages::parts::When;
use crate::web::pages::permissions::Reached;

/// `GET /apps/<id>`. Posts to `<href>/secrets` (a second secret), `<href>/secrets/<secret>/end` and
/// `<href>/delete`, each with `csrf`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "app_detail.html")]
pub struct AppDetail {
    pub frame: Frame,
    /// Makes the form of a new secret work once only; posted as `once`.
    pub once: String,
    /// `/apps/<id>`.
    pub href: String,
    pub face: Face,
    pub description: String,
    pub client_id: String,
    /// The addresses that the app needs, such as the one to authorize at.
    pub endpoints: Vec<Fact>,
    pub redirect_uris: Vec<String>,
    /// The app has secrets at all; public ones have none.
    pub has_secrets: bool,
    pub secrets: Vec<SecretRow>,
    /// Why there cannot be another secret now.
    pub no_more_secrets: Option<String>,
    pub permissions: Vec<Reached>,
    /// Its rules in words: type, PKCE, lifetimes, distribution.
    pub policy: Vec<Fact>,
    /// Why it is out of service: who took it out, and who can bring it back.
    pub rests: Vec<Notice>,
    /// The person may disable it.
    pub may_disable: bool,
    /// The person may enable it again.
    pub may_enable: bool,
    /// What is unsafe about its settings, and what to do.
    pub advice: Vec<String>,
    /// The flow by hand, step by step: a label and a command.
    pub flow: Vec<Fact>,
    /// The person may change the app.
    pub editable: bool,
    /// What deleting it breaks, and for whom.
    pub breaks: Vec<String>,
}

impl Page for AppDetail {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

/// One of an app's secrets; the secret itself is not known any more.
#[derive(Clone, Debug, Default)]
pub struct SecretRow {
    pub id: String,
    /// Its first characters, such as "SECRET.k3Yx…".
    pub prefix: String,
    pub created: When,
    pub last_used: Option<When>,
    /// When it ends; none if it does not.
    pub ends: Option<When>,
    pub state: Badge,
    /// What ending it breaks, such as "It was used 5 minutes ago."
    pub breaks: String,
}
