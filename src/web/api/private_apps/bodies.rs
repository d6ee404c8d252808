//! Private apps as JSON, field by field.

use poem_openapi::Object;
use poem_openapi::types::Example;

use crate::base::clock::Timestamp;
use crate::manage::private_apps::Created;
use crate::manage::private_apps::NewToken;
use crate::manage::private_apps::PrivateAppDraft;
use crate::manage::private_apps::PrivateAppView;
use crate::model::label::Description;
use crate::model::label::Name;
use crate::model::private_app::Network;
use crate::model::private_app::Networks;
use crate::model::private_app::PrivateAppToken;
use crate::model::scope::Scope;
use crate::model::scope::Scopes;
use crate::web::api::choices::Expiry;
use crate::web::api::moment;
use crate::web::api::moment::Moment;
use crate::web::api::request::Takes;
use crate::web::api::request::request;
use crate::web::text::List;
use crate::web::text::Text;
use crate::web::words;

/// A private app.
#[derive(Object)]
#[oai(rename = "PrivateApp", skip_serializing_if_is_none, example)]
pub struct PrivateAppBody {
    pub id: String,
    pub organization_id: String,
    pub name: String,
    pub description: String,
    /// Where its picture is, relative to this server.
    pub logo_url: Option<String>,
    /// What its tokens allow.
    pub scopes: Vec<String>,
    /// The addresses and networks that may use its tokens; empty: any.
    pub allowed_ips: Vec<String>,
    /// The person who created it.
    pub created_by: Option<String>,
    /// Their name.
    pub created_by_name: Option<String>,
    pub created_at: Moment,
    /// Raised by every edit. Sent along with a change, it keeps the change from overwriting what others changed since.
    pub version: i64,
    /// Those that were not revoked, oldest first.
    pub tokens: Vec<TokenBody>,
}

/// A token that is known by its hint only.
#[derive(Object)]
#[oai(rename = "PrivateAppToken", skip_serializing_if_is_none)]
pub struct TokenBody {
    pub id: String,
    /// Its kind and last characters.
    pub hint: String,
    /// Whether it has not expired.
    pub live: bool,
    pub created_at: Moment,
    /// Absent: it lives until it is revoked.
    pub expires_at: Option<Moment>,
    /// When it was used last, give or take minutes.
    pub last_used_at: Option<Moment>,
    /// The address that used it last.
    pub last_used_ip: Option<String>,
    /// The method and path that it was used for last.
    pub last_used_call: Option<String>,
}

/// A token at the one moment when it is known.
#[derive(Object)]
#[oai(rename = "NewPrivateAppToken", skip_serializing_if_is_none, example)]
pub struct TokenInClear {
    pub id: String,
    /// Keep it now: it is not shown again. To be sent as `Authorization: Bearer ...`.
    pub token: String,
    /// What lists will show of it.
    pub hint: String,
    pub created_at: Moment,
    /// Absent: it lives until it is revoked.
    pub expires_at: Option<Moment>,
}

/// A private app that was just created.
#[derive(Object)]
#[oai(rename = "CreatedPrivateApp")]
pub struct CreatedPrivateApp {
    pub private_app: PrivateAppBody,
    /// Its first token.
    pub token: TokenInClear,
}

/// One page of private apps.
#[derive(Object)]
#[oai(rename = "PrivateAppList", skip_serializing_if_is_none)]
pub struct PrivateAppList {
    pub items: Vec<PrivateAppBody>,
    /// The `after` of the next page. Absent on the last one.
    pub next: Option<String>,
}

type AddressList = List<Text<Network>, 0, { Networks::MOST }>;
type ScopeList = List<Text<Scope>, 1, { Scopes::MOST }>;

request! {
    /// A private app as somebody wishes it to be.
    PrivateAppRequest for PrivateAppDraft by version {
        name: Text<Name>,
        description: Text<Description>,
        /// All of them. Those that it did not have before must be held by the caller.
        scopes: ScopeList,
        /// Addresses and networks, all of them. Empty: any address may use its tokens.
        allowed_ips: AddressList,
    }
    besides {
        /// How long the first token lives. The organization may limit it.
        expiry: Expiry,
    }
}

/// A private app is created.
pub enum Create {}

impl Takes<PrivateAppRequest> for Create {
    const NAME: &'static str = "NewPrivateApp";
    const DESCRIPTION: &'static str = "A private app to create.";
    const NEEDED: &'static [&'static str] = &["name", "scopes", "expiry"];
    const REFUSED: &'static [&'static str] = &["version"];

    fn example() -> PrivateAppRequest {
        PrivateAppRequest {
            name: Some("Nightly export".into()),
            description: Some("Copies contacts to the warehouse.".into()),
            scopes: Some(List::of(&["contacts.read"])),
            allowed_ips: Some(List::of(&["203.0.113.0/24"])),
            expiry: Some(Expiry::Days90),
            version: None,
        }
    }
}

/// A private app is changed.
pub enum Change {}

impl Takes<PrivateAppRequest> for Change {
    const NAME: &'static str = "PrivateAppChange";
    const DESCRIPTION: &'static str = "What is to be different about a private app.";
    const REFUSED: &'static [&'static str] = &["expiry"];

    fn example() -> PrivateAppRequest {
        PrivateAppRequest {
            allowed_ips: Some(List::of(&["203.0.113.7"])),
            version: Some(1),
            ..PrivateAppRequest::default()
        }
    }
}

/// How a token is wanted.
#[derive(Object)]
#[oai(rename = "TokenWish", deny_unknown_fields, example)]
pub struct TokenWish {
    /// How long it lives. The organization may limit it.
    pub expiry: Expiry,
}

impl PrivateAppBody {
    pub fn new(view: PrivateAppView, now: Timestamp) -> Self {
        let PrivateAppView { app, tokens } = view;
        Self {
            id: app.id.to_string(),
            organization_id: app.organization_id.to_string(),
            name: app.name,
            description: app.description,
            logo_url: words::logo_url(app.logo_id.as_ref()),
            scopes: app.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            allowed_ips: app.allowed_ips.entries(),
            created_by: app.created_by.map(|id| id.to_string()),
            created_by_name: app.created_by_name,
            created_at: app.created_at.into(),
            version: app.version.number,
            tokens: tokens.into_iter().map(|token| TokenBody::new(token, now)).collect(),
        }
    }
}

impl TokenBody {
    fn new(token: PrivateAppToken, now: Timestamp) -> Self {
        Self {
            id: token.id.to_string(),
            live: token.is_live(now),
            hint: token.hint,
            created_at: token.created_at.into(),
            expires_at: token.expires_at.map(Moment::from),
            last_used_at: token.last_used_at.map(Moment::from),
            last_used_ip: token.last_used_ip,
            last_used_call: token.last_used_call,
        }
    }
}

impl From<NewToken> for TokenInClear {
    fn from(new: NewToken) -> Self {
        Self {
            id: new.kept.id.to_string(),
            token: new.token.reveal().to_owned(),
            hint: new.kept.hint,
            created_at: new.kept.created_at.into(),
            expires_at: new.kept.expires_at.map(Moment::from),
        }
    }
}

impl CreatedPrivateApp {
    pub fn new(created: Created, now: Timestamp) -> Self {
        let view = PrivateAppView { app: created.app, tokens: vec![created.token.kept.clone()] };
        Self { private_app: PrivateAppBody::new(view, now), token: created.token.into() }
    }
}

impl Example for PrivateAppBody {
    fn example() -> Self {
        Self {
            id: "pri_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            organization_id: "org_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            name: "Nightly export".to_owned(),
            description: "Copies contacts to the warehouse.".to_owned(),
            logo_url: None,
            scopes: vec!["contacts.read".to_owned()],
            allowed_ips: vec!["203.0.113.0/24".to_owned()],
            created_by: Some("usr_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned()),
            created_by_name: Some("Ada Lovelace".to_owned()),
            created_at: moment::example(),
            version: 1,
            tokens: vec![TokenBody {
                id: "pat_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
                hint: "PRIVATE.…BqwJ".to_owned(),
                live: true,
                created_at: moment::example(),
                expires_at: None,
                last_used_at: Some(moment::example()),
                last_used_ip: Some("203.0.113.7".to_owned()),
                last_used_call: Some("GET /api/contacts".to_owned()),
            }],
        }
    }
}

impl Example for TokenInClear {
    fn example() -> Self {
        Self {
            id: "pat_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            token: "PRIVATE.0rTs8yh0UKTzPZ9xpJ1ChhDC4bMFzVuGYUR0ggkPGrv0pBqwJ".to_owned(),
            hint: "PRIVATE.…BqwJ".to_owned(),
            created_at: moment::example(),
            expires_at: None,
        }
    }
}

impl Example for TokenWish {
    fn example() -> Self {
        Self { expiry: Expiry::Days90 }
    }
}
