//! OAuth apps as JSON, field by field.

use poem_openapi::Object;
use poem_openapi::types::Example;

use crate::manage::apps::ClientDraft;
use crate::manage::apps::ClientView;
use crate::manage::apps::NewSecret;
use crate::manage::apps::Registered;
use crate::model::client;
use crate::model::client::Client;
use crate::model::client::ClientSecret;
use crate::model::client::GrantTypes;
use crate::model::label::Description;
use crate::model::label::Name;
use crate::model::redirect_uri::RedirectUri;
use crate::model::redirect_uri::RedirectUris;
use crate::model::scope::Scope;
use crate::model::scope::Scopes;
use crate::web::api::choices::ClientKind;
use crate::web::api::choices::Distribution;
use crate::web::api::choices::GrantType;
use crate::web::api::choices::Pkce;
use crate::web::api::choices::Preset;
use crate::web::api::lifetime;
use crate::web::api::lifetime::AccessLifetime;
use crate::web::api::lifetime::RefreshLifetime;
use crate::web::api::lifetime::RefreshWindow;
use crate::web::api::moment;
use crate::web::api::moment::Moment;
use crate::web::api::request::Takes;
use crate::web::api::request::request;
use crate::web::text::List;
use crate::web::text::Text;
use crate::web::words;

/// An OAuth app.
#[derive(Object)]
#[oai(rename = "App", skip_serializing_if_is_none, example)]
pub struct AppBody {
    /// Its `client_id`.
    pub id: String,
    pub organization_id: String,
    pub name: String,
    pub description: String,
    /// Where its picture is, relative to this server.
    pub logo_url: Option<String>,
    pub kind: ClientKind,
    /// Where people may be sent back to. Compared byte for byte; on loopback the port may differ.
    pub redirect_uris: Vec<String>,
    pub grant_types: Vec<GrantType>,
    /// What it may ask for, and what it gets when a request names no scope.
    pub scopes: Vec<String>,
    pub pkce: Pkce,
    pub distribution: Distribution,
    /// How long its access tokens live: `1h`, or `never` for until they are revoked.
    pub access_lifetime: String,
    /// How long its refresh tokens live unused: `90d`, or `never`.
    pub refresh_lifetime: String,
    /// How long a refresh token may be presented again after it was exchanged, and gets the same answer.
    pub refresh_window: String,
    /// May introspect the tokens of every app.
    pub resource_server: bool,
    /// A disabled app's tokens rest until it is enabled again.
    pub disabled: bool,
    /// Who disabled it: the identifier of a person, an app or a private app.
    pub disabled_by: Option<String>,
    /// What they were in the organization then. Nobody below that role can enable it.
    pub disabled_as: Option<String>,
    /// That an operator of this server stopped it: its tokens rest, and only an operator lifts that.
    pub stopped: Option<Stopped>,
    /// The person who registered it.
    pub created_by: Option<String>,
    pub created_at: Moment,
    /// Raised by every edit. Sent along with a change, it keeps the change from overwriting what others changed since.
    pub version: i64,
    /// Its live secrets. Only when one app is shown.
    pub secrets: Option<Vec<Secret>>,
    /// How many people allowed it something, which ends when it is deleted: counted up to 10000. Only when one app is
    /// shown.
    pub grants: Option<i64>,
}

/// A stop by an operator of this server.
#[derive(Object)]
#[oai(rename = "AppStop")]
pub struct Stopped {
    pub at: Moment,
    /// Why, in the operator's words.
    pub reason: String,
}

/// A secret that is known by its hint only.
#[derive(Object)]
#[oai(rename = "AppSecret", skip_serializing_if_is_none)]
pub struct Secret {
    pub id: String,
    /// Its kind and last characters.
    pub hint: String,
    pub created_at: Moment,
    /// When it was used last, give or take minutes.
    pub last_used_at: Option<Moment>,
}

/// A secret at the one moment when it is known.
#[derive(Object)]
#[oai(rename = "NewAppSecret", example)]
pub struct SecretInClear {
    pub id: String,
    /// Keep it now: it is not shown again.
    pub secret: String,
    /// What lists will show of it.
    pub hint: String,
    pub created_at: Moment,
}

/// An app that was just registered.
#[derive(Object)]
#[oai(rename = "RegisteredApp", skip_serializing_if_is_none)]
pub struct RegisteredApp {
    pub app: AppBody,
    /// The first secret of a confidential app.
    pub secret: Option<SecretInClear>,
}

/// One page of apps.
#[derive(Object)]
#[oai(rename = "AppList", skip_serializing_if_is_none)]
pub struct AppList {
    pub items: Vec<AppBody>,
    /// The `after` of the next page. Absent on the last one.
    pub next: Option<String>,
}

type GrantTypeList = List<GrantType, 1, { client::GrantType::ALL.len() }>;
type RedirectUriList = List<Text<RedirectUri>, 0, { RedirectUris::MOST }>;
type ScopeList = List<Text<Scope>, 0, { Scopes::MOST }>;

request! {
    /// An app as somebody wishes it to be. What the request leaves out stays as it is, or as the preset says.
    AppRequest for ClientDraft by version {
        name: Text<Name>,
        description: Text<Description>,
        kind: ClientKind,
        /// All of them, each in full; at least one for the grant type `authorization_code`. To change them, `grant_types`,
        /// `pkce` or `distribution`, the caller must hold every scope of the app.
        redirect_uris: RedirectUriList,
        grant_types: GrantTypeList,
        /// All of them. Those that the app did not have before must be held by the caller.
        scopes: ScopeList,
        pkce: Pkce,
        distribution: Distribution,
        access_lifetime: Text<AccessLifetime>,
        refresh_lifetime: Text<RefreshLifetime>,
        refresh_window: Text<RefreshWindow>,
        /// Only an operator can set this.
        resource_server: bool,
    }
    besides {
        /// Where the policy comes from that the request leaves out. `standard` when this is left out too.
        preset: Preset,
        /// Who is less than whoever disabled it cannot enable it.
        disabled: bool,
    }
}

/// An app is registered.
pub enum Register {}

impl Takes<AppRequest> for Register {
    const NAME: &'static str = "NewApp";
    const DESCRIPTION: &'static str = "An app to register.";
    const NEEDED: &'static [&'static str] = &["name"];
    const REFUSED: &'static [&'static str] = &["disabled", "version"];

    fn example() -> AppRequest {
        AppRequest {
            preset: Some(Preset::Standard),
            name: Some("Acme CRM".into()),
            description: Some("Keeps contacts in step.".into()),
            redirect_uris: Some(List::of(&["https://app.example.com/oauth/callback"])),
            scopes: Some(List::of(&["contacts.read", "contacts.write"])),
            ..AppRequest::default()
        }
    }
}

/// An app is changed.
pub enum Change {}

impl Takes<AppRequest> for Change {
    const NAME: &'static str = "AppChange";
    const DESCRIPTION: &'static str = "What is to be different about an app.";
    const REFUSED: &'static [&'static str] = &["preset", "kind"];

    fn example() -> AppRequest {
        AppRequest {
            name: Some("Acme CRM 2".into()),
            access_lifetime: Some("30m".into()),
            version: Some(1),
            ..AppRequest::default()
        }
    }
}

/// More grant types than there are.
#[derive(Debug, thiserror::Error)]
#[error("has {got} items; at most {most} fit", most = client::GrantType::ALL.len())]
pub struct TooMany {
    got: usize,
}

impl TryFrom<GrantTypeList> for GrantTypes {
    type Error = TooMany;

    fn try_from(sent: GrantTypeList) -> Result<Self, TooMany> {
        let got = sent.0.len();
        let fits = got <= client::GrantType::ALL.len();
        if fits { Ok(sent.0.into_iter().map(Into::into).collect()) } else { Err(TooMany { got }) }
    }
}

impl From<GrantTypes> for GrantTypeList {
    fn from(grant_types: GrantTypes) -> Self {
        List(grant_types.iter().map(GrantType::from).collect())
    }
}

impl Stopped {
    pub fn of(client: &Client) -> Option<Self> {
        let reason = client.stop_reason.clone().unwrap_or_default();
        client.stopped_at.map(|at| Self { at: at.into(), reason })
    }
}

impl From<Client> for AppBody {
    fn from(client: Client) -> Self {
        Self {
            stopped: Stopped::of(&client),
            id: client.id.to_string(),
            organization_id: client.organization_id.to_string(),
            name: client.name,
            description: client.description,
            logo_url: words::logo_url(client.logo_id.as_ref()),
            kind: client.kind.into(),
            redirect_uris: client.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect(),
            grant_types: client.grant_types.iter().map(GrantType::from).collect(),
            scopes: client.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            pkce: client.pkce.into(),
            distribution: client.distribution.into(),
            access_lifetime: lifetime::text(client.access_lifetime),
            refresh_lifetime: lifetime::text(client.refresh_lifetime),
            refresh_window: lifetime::text(Some(client.refresh_window)),
            resource_server: client.resource_server,
            disabled: client.disabled_at.is_some(),
            disabled_by: client.disabled_by,
            disabled_as: client.disabled_role.map(|role| role.to_string()),
            created_by: client.created_by.map(|id| id.to_string()),
            created_at: client.created_at.into(),
            version: client.version.number,
            secrets: None,
            grants: None,
        }
    }
}

impl From<ClientView> for AppBody {
    fn from(view: ClientView) -> Self {
        Self {
            secrets: Some(view.secrets.into_iter().map(Secret::from).collect()),
            grants: Some(view.grants),
            ..view.client.into()
        }
    }
}

impl From<ClientSecret> for Secret {
    fn from(secret: ClientSecret) -> Self {
        Self {
            id: secret.id.to_string(),
            hint: secret.hint,
            created_at: secret.created_at.into(),
            last_used_at: secret.last_used_at.map(Moment::from),
        }
    }
}

impl From<NewSecret> for SecretInClear {
    fn from(new: NewSecret) -> Self {
        Self {
            id: new.kept.id.to_string(),
            secret: new.secret.reveal().to_owned(),
            hint: new.kept.hint,
            created_at: new.kept.created_at.into(),
        }
    }
}

impl From<Registered> for RegisteredApp {
    fn from(registered: Registered) -> Self {
        Self { app: registered.client.into(), secret: registered.secret.map(SecretInClear::from) }
    }
}

impl Example for AppBody {
    fn example() -> Self {
        Self {
            id: "app_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            organization_id: "org_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            name: "Acme CRM".to_owned(),
            description: "Keeps contacts in step.".to_owned(),
            logo_url: Some("/logos/pic_01kafqg3v8e4tbm9d2n5c7x1yz.png".to_owned()),
            kind: ClientKind::Confidential,
            redirect_uris: vec!["https://app.example.com/oauth/callback".to_owned()],
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            scopes: vec!["contacts.read".to_owned(), "contacts.write".to_owned()],
            pkce: Pkce::Required,
            distribution: Distribution::Private,
            access_lifetime: "1h".to_owned(),
            refresh_lifetime: "90d".to_owned(),
            refresh_window: "1m".to_owned(),
            resource_server: false,
            disabled: false,
            disabled_by: None,
            disabled_as: None,
            stopped: None,
            created_by: Some("usr_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned()),
            created_at: moment::example(),
            version: 1,
            secrets: None,
            grants: None,
        }
    }
}

impl Example for SecretInClear {
    fn example() -> Self {
        Self {
            id: "sec_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            secret: "SECRET.0rTs8yh0UKTzPZ9xpJ1ChhDC4bMFzVuGYUR0ggkPGrv0pBqwJ".to_owned(),
            hint: "SECRET.…BqwJ".to_owned(),
            created_at: moment::example(),
        }
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::registry::Registry;

    use super::*;

    #[test]
    fn whatever_can_be_asked_for_is_shown() {
        let shown = Registry::new().create_fake_schema::<AppBody>();
        let asked = Registry::new().create_fake_schema::<AppRequest>();
        for (name, _) in asked.properties.iter().filter(|(name, _)| *name != "preset") {
            assert!(shown.properties.iter().any(|(shown, _)| shown == name), "{name}");
        }
    }
}
