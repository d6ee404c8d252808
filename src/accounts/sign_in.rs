//! Signing in with a password.

use std::net::IpAddr;
use std::time::Duration;

use crate::accounts::device::Device;
use crate::accounts::sessions;
use crate::accounts::throttle;
use crate::accounts::throttle::Counted;
use crate::accounts::throttle::Refused;
use crate::accounts::throttle::Who;
use crate::app::App;
use crate::base::secret::Secret;
use crate::model::audit::Action;
use crate::model::email::Email;
use crate::model::id::OrganizationId;
use crate::model::id::UserId;
use crate::model::session::Session;
use crate::model::user::User;
use crate::store;
use crate::store::audit::Event;
use crate::store::db::Conn;
use crate::store::users::WithPassword;

pub use crate::accounts::device::LIFETIME as DEVICE_LIFETIME;

/// What somebody presents.
pub struct Attempt<'a> {
    /// As typed.
    pub email: &'a str,
    pub password: Secret,
    /// Where they are, as far as it is known.
    pub address: Option<IpAddr>,
    /// The cookie of an earlier sign-in from the same device.
    pub device: Option<&'a str>,
    /// What their browser calls itself.
    pub agent: Option<&'a str>,
}

/// Two cookies for the browser.
#[derive(Debug)]
pub struct SignedIn {
    /// The session's.
    pub cookie: Secret,
    /// The device's, sealed; it lasts for [`DEVICE_LIFETIME`].
    pub device: Secret,
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Nobody has that address, or the password is another, or the person is disabled or belongs to no
    /// organization: a stranger cannot tell which.
    #[error("the e-mail address or the password is wrong")]
    Wrong,
    /// Nothing was looked at; the same try works after that time.
    #[error("too many tries; wait {0:?}")]
    Wait(Duration),
    #[error("too many people sign in at this moment; try again")]
    Busy,
    #[error(transparent)]
    Unavailable(#[from] store::Error),
}

impl From<Refused> for SignInError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Wait(wait) => SignInError::Wait(wait),
            Refused::Unavailable(error) => SignInError::Unavailable(error),
        }
    }
}

/// Signs somebody in, in place of the session that the browser had.
pub async fn sign_in(
    app: &App,
    attempt: Attempt<'_>,
    previous: Option<&Session>,
) -> Result<SignedIn, SignInError> {
    let now = app.now();
    let email = Email::parse(attempt.email).ok();
    let known = match &email {
        Some(email) => store::users::find_by_email(&mut app.db.read().await?, email).await?,
        None => None,
    };
    let (user, password) = known.map(|WithPassword { user, password }| (user, password)).unzip();
    let device = user
        .as_ref()
        .zip(attempt.device)
        .and_then(|(user, cookie)| Device::recognize(app, cookie, &user.id, now));
    let who = Who { email: email.as_ref(), device: device.as_ref(), address: attempt.address };
    let counted = throttle::count(app, &who, now).await?;
    let Ok(matches) = app.passwords.verify(attempt.password, password.clone()).await else {
        counted.take_back(app).await?;
        return Err(SignInError::Busy);
    };
    let tried = user.as_ref().map(|user| user.id.clone());
    let Some((user, password)) = user.zip(password).filter(|_| matches) else {
        return failed(app, tried.as_ref()).await;
    };
    let device = device.unwrap_or_else(|| Device::new(&user.id, now));
    let verified = WithPassword { user, password };
    let cookie = open(app, &verified, &counted, attempt.agent, previous).await?;
    Ok(SignedIn { cookie, device: device.seal(app, now) })
}

/// Opens the session of somebody whose password was verified, unless it was changed or they were disabled meanwhile:
/// a change of the password ends the sessions that it finds, so none may be opened by the old one after it.
async fn open(
    app: &App,
    WithPassword { user, password }: &WithPassword,
    counted: &Counted,
    agent: Option<&str>,
    previous: Option<&Session>,
) -> Result<Secret, SignInError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    counted.forgive(&mut tx).await?;
    let home = match store::users::hold(&mut tx, &user.id, password).await? {
        true => home(&mut tx, user).await?,
        false => None,
    };
    let Some(organization_id) = home else {
        drop(tx);
        return failed(app, Some(&user.id)).await;
    };
    let cookie = sessions::open(&mut tx, &user.id, &organization_id, agent, previous, now).await?;
    let event = Event {
        organization_id: &organization_id,
        actor: user.id.as_str(),
        action: Action::SessionBegin,
        object: user.id.as_str(),
        detail: "",
    };
    store::audit::append(&mut tx, &event, now).await?;
    tx.commit().await?;
    Ok(cookie)
}

/// Records the failure: on the account that was tried, or on nobody, whatever was typed.
async fn failed<T>(app: &App, tried: Option<&UserId>) -> Result<T, SignInError> {
    let mut tx = app.db.single().await?;
    store::audit::count(&mut tx, Action::SignInFail, tried.map(UserId::as_str), app.now()).await?;
    tx.commit().await?;
    Err(SignInError::Wrong)
}

/// The organization that the person looked at last, or else their first by name.
async fn home(conn: &mut Conn, user: &User) -> store::Result<Option<OrganizationId>> {
    let mut memberships = store::memberships::of_user(conn, &user.id).await?;
    let last = store::sessions::last_organization(conn, &user.id).await?;
    memberships.sort_by_key(|membership| Some(&membership.organization_id) != last.as_ref());
    Ok(memberships.into_iter().next().map(|membership| membership.organization_id))
}
