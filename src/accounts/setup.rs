//! The first owner: by a link that is shown on the console while there is nobody, and works once.

use std::time::Duration;

use subtle::ConstantTimeEq;

use crate::accounts::device::Device;
use crate::accounts::sessions;
use crate::accounts::sign_in::SignedIn;
use crate::app::App;
use crate::app::ChangeError;
use crate::app::Fields;
use crate::app::TypedPerson;
use crate::base::password::Busy;
use crate::base::secret::Secret;
use crate::model::audit::Action;
use crate::model::id::OrganizationId;
use crate::model::label;
use crate::model::label::Name;
use crate::model::lifetime::Seconds;
use crate::model::organization::Organization;
use crate::model::role::Role;
use crate::model::user::User;
use crate::model::version::Version;
use crate::store;
use crate::store::audit::Event;

/// How long a link works.
pub const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// The setting that holds what the link's secret derives from. It is gone once the link was used.
const NONCE: &str = "setup_nonce";

/// What the first owner types.
pub struct NewOwner<'a> {
    pub organization: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub password: Secret,
    /// What their browser calls itself.
    pub agent: Option<&'a str>,
}

/// Why the installation is not set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("the link was used, has expired or is none of ours")]
    Link,
    #[error(transparent)]
    Refused(#[from] ChangeError),
    #[error("the server is busy at this moment; try again")]
    Busy,
}

impl From<store::Error> for SetupError {
    fn from(error: store::Error) -> Self {
        SetupError::Refused(error.into())
    }
}

impl From<Busy> for SetupError {
    fn from(_: Busy) -> Self {
        SetupError::Busy
    }
}

/// The link for the first owner; `None` when there is somebody. Every node that asks within [`LIFETIME`] gets the
/// same one, and none stores its secret.
pub async fn link(app: &App) -> store::Result<Option<String>> {
    if store::users::any(&mut app.db.read().await?).await? {
        return Ok(None);
    }
    let now = app.now();
    let offered = Secret::generate_plain();
    let mut tx = app.db.single().await?;
    let nonce = store::settings::settle(&mut tx, NONCE, offered.reveal(), now, Some(now + LIFETIME)).await?;
    tx.commit().await?;
    let token = app.keys.setup_tokens(&nonce).swap_remove(0);
    Ok(Some(app.config.issuer.join(&format!("/setup?token={}", token.reveal()))))
}

/// Whether a link's token would work now.
pub async fn works(app: &App, token: &str) -> store::Result<bool> {
    Ok(nonce(app, token).await?.is_some())
}

/// The nonce behind the token.
async fn nonce(app: &App, token: &str) -> store::Result<Option<String>> {
    let mut conn = app.db.read().await?;
    let nonce = store::settings::find(&mut conn, NONCE, app.now()).await?;
    let is_it = |expected: &Secret| bool::from(expected.reveal().as_bytes().ct_eq(token.as_bytes()));
    let ours = |nonce: &String| app.keys.setup_tokens(nonce).iter().any(is_it);
    Ok(nonce.filter(ours))
}

/// Creates the organization and its owner, who also operates the installation, and signs them in. Of any number of
/// calls at once, on any number of nodes, one does.
pub async fn complete(app: &App, token: &str, owner: NewOwner<'_>) -> Result<SignedIn, SetupError> {
    let nonce = nonce(app, token).await?.ok_or(SetupError::Link)?;
    let NewOwner { organization, name, email, password, agent } = owner;
    let mut fields = Fields::default();
    let organization = fields.take::<Name, _, _>("organization", organization, label::name);
    let person = fields.person(TypedPerson { name, email, password: Some(&password) });
    let person = fields.finish_with(person)?;
    let password = app.passwords.hash(password).await?;
    let now = app.now();
    let organization = Organization {
        id: OrganizationId::generate(now),
        name: organization,
        private_token_age: app.config.private_app_token_max_age.map(Seconds::from),
        created_at: now,
        version: Version::default(),
    };
    let user = User::new(person.name, person.email, now);
    let user = User { operator: true, ..user };
    let event = Event {
        organization_id: &organization.id,
        actor: user.id.as_str(),
        action: Action::InstallationSetUp,
        object: organization.id.as_str(),
        detail: "",
    };
    let mut tx = app.db.begin().await?;
    let won = store::settings::take(&mut tx, NONCE, &nonce, now).await?;
    // A node may have shown a fresh link at the moment in which the last one was used.
    if !won || store::users::any(&mut tx).await? {
        return Err(SetupError::Link);
    }
    store::organizations::insert(&mut tx, &organization).await?;
    store::users::insert(&mut tx, &user, &password).await?;
    store::memberships::insert(&mut tx, &user.id, &organization.id, Role::Owner, now).await?;
    store::audit::append(&mut tx, &event, now).await?;
    let cookie = sessions::open(&mut tx, &user.id, &organization.id, agent, None, now).await?;
    tx.commit().await?;
    Ok(SignedIn { cookie, device: Device::new(&user.id, now).seal(app, now) })
}
