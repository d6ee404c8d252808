//! Who and what a demo begins with.

use crate::app::App;
use crate::app::ChangeError;
use crate::base::secret::Secret;
use crate::cli::Failure;
use crate::manage::apps;
use crate::manage::apps::ClientDraft;
use crate::manage::apps::Preset;
use crate::manage::members;
use crate::manage::members::NewMember;
use crate::manage::private_apps;
use crate::manage::private_apps::PrivateAppDraft;
use crate::manage::private_apps::TokenLife;
use crate::model::authority::Actor;
use crate::model::authority::Authority;
use crate::model::authority::Person;
use crate::model::client::Distribution;
use crate::model::client::Pkce;
use crate::model::role::Rights;
use crate::model::role::Role;

/// What the terminal shows.
pub struct Seeded {
    pub email: String,
    pub password: Secret,
    pub authorize_url: String,
    pub private_token: Secret,
    /// The command that exchanges a code, up to the code.
    pub exchange: Exchange,
}

/// What the exchange of a code needs besides the code.
pub struct Exchange {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Secret,
    pub redirect_uri: String,
}

/// Makes a person, an app and a private app.
pub async fn seed(app: &App, redirect_uri: &str) -> Result<Seeded, Failure> {
    let suffix = app.now().seconds();
    let email = format!("ada.{suffix}@example.com");
    let member = NewMember {
        email: &email,
        name: "Ada Lovelace",
        role: Role::Owner,
        organization: "Analytical Engines",
        operator: true,
        password: None,
    };
    let added = members::add(app, member).await?;
    let rights = Rights { role: Role::Owner, operator: true };
    let person = Person { id: added.user_id, rights, proven_at: app.now() };
    let modules = app.modules().await?;
    let authority = Authority::new(added.organization_id, Actor::Person(person), &modules.scopes());
    let authority = authority.fresh(app.now()).map_err(ChangeError::from)?;

    // Without PKCE the flow fits into two commands that can be typed; the draft's own default is to require it.
    let draft = ClientDraft {
        name: "Contact Sync".to_owned(),
        description: "Keeps your address book and your customer database alike".to_owned(),
        redirect_uris: vec![redirect_uri.to_owned()],
        scopes: ["contacts.read", "contacts.write", "deals.read"].map(str::to_owned).into(),
        pkce: Pkce::Optional,
        distribution: Distribution::Public,
        ..Preset::Standard.draft(&app.config)
    };
    let registered = apps::register(app, &authority, &draft).await?;
    let private = PrivateAppDraft {
        name: "Nightly export".to_owned(),
        description: "Copies contacts into the data warehouse".to_owned(),
        scopes: ["contacts.read", "apps.read"].map(str::to_owned).into(),
        ..PrivateAppDraft::default()
    };
    let private = private_apps::create(app, &authority, &private, TokenLife::Days30).await?;

    let client_id = registered.client.id.to_string();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", &client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", "contacts.read contacts.write")
        .append_pair("state", "demo")
        .finish();
    Ok(Seeded {
        email,
        password: added.password.unwrap_or_else(Secret::generate_plain),
        authorize_url: app.config.issuer.join(&format!("/authorize?{query}")),
        private_token: private.token.token,
        exchange: Exchange {
            issuer: app.config.issuer.as_str().to_owned(),
            client_id,
            client_secret: registered
                .secret
                .map(|secret| secret.secret)
                .unwrap_or_else(Secret::generate_plain),
            redirect_uri: redirect_uri.to_owned(),
        },
    })
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        Self::new(error.to_string(), "this is a defect of the demo; please report it")
    }
}
