//! What people change about themselves.

use std::time::Duration;

use crate::accounts::device::Device;
use crate::accounts::sessions;
use crate::accounts::throttle;
use crate::accounts::throttle::Counted;
use crate::accounts::throttle::Refused;
use crate::accounts::throttle::Who;
use crate::app::App;
use crate::app::ChangeError;
use crate::app::FieldError;
use crate::app::Fields;
use crate::base::clock::Timestamp;
use crate::base::password::Busy;
use crate::base::secret::Secret;
use crate::model::audit::Action;
use crate::model::label;
use crate::model::label::Name;
use crate::model::session::Session;
use crate::model::shape::Shaped;
use crate::model::user;
use crate::model::user::Password;
use crate::store;
use crate::store::users::WithPassword;

/// Why somebody did not prove that it is them, or what they asked for then is refused.
#[derive(Debug, thiserror::Error)]
pub enum NotProven {
    #[error(transparent)]
    Refused(#[from] ChangeError),
    /// Nothing was looked at; the same try works after that time.
    #[error("too many tries; wait {0:?}")]
    Wait(Duration),
    #[error("too many people sign in at this moment; try again")]
    Busy,
}

impl From<store::Error> for NotProven {
    fn from(error: store::Error) -> Self {
        NotProven::Refused(error.into())
    }
}

impl From<Refused> for NotProven {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Wait(wait) => NotProven::Wait(wait),
            Refused::Unavailable(error) => error.into(),
        }
    }
}

/// Changes the person's name, as others see it. The name as it is kept.
pub async fn rename(app: &App, session: &Session, name: &str) -> Result<String, ChangeError> {
    let mut fields = Fields::default();
    let name = fields.take::<Name, _, _>("name", name, label::name);
    fields.finish()?;
    let mut tx = app.db.begin().await?;
    store::users::rename(&mut tx, &session.user_id, &name).await?;
    sessions::record(&mut tx, session, Action::UserEdit, "", app.now()).await?;
    tx.commit().await?;
    Ok(name)
}

/// Changes the person's password, who proves with the one they have that it is them, and ends their other sessions.
pub async fn change_password(
    app: &App,
    session: &Session,
    current: Secret,
    wanted: Secret,
) -> Result<(), NotProven> {
    let mut fields = Fields::default();
    let rule = |text: &str| user::check_password(text, &session.email, &session.name);
    fields.take::<Password, _, _>("new_password", wanted.reveal(), rule);
    fields.finish()?;
    let now = app.now();
    let Proof { counted, known } = verify(app, session, current, now).await?;
    let Ok(password) = app.passwords.hash(wanted).await else {
        counted.take_back(app).await?;
        return Err(NotProven::Busy);
    };
    let mut tx = app.db.begin().await?;
    counted.forgive(&mut tx).await?;
    if !store::users::replace_password(&mut tx, &session.user_id, &known, &password).await? {
        return Err(wrong());
    }
    store::sessions::delete_others(&mut tx, &session.id, &session.user_id).await?;
    store::sessions::mark_authenticated(&mut tx, &session.id, now).await?;
    sessions::record(&mut tx, session, Action::PasswordChange, "", now).await?;
    tx.commit().await?;
    Ok(())
}

/// Proves that it is the person who sits at their browser: the session as it is then.
pub async fn prove(app: &App, session: &Session, current: Secret) -> Result<Session, NotProven> {
    let now = app.now();
    let Proof { counted, known } = verify(app, session, current, now).await?;
    let mut tx = app.db.begin().await?;
    counted.forgive(&mut tx).await?;
    if !store::users::hold(&mut tx, &session.user_id, &known).await? {
        return Err(wrong());
    }
    store::sessions::mark_authenticated(&mut tx, &session.id, now).await?;
    sessions::record(&mut tx, session, Action::SessionProve, "", now).await?;
    tx.commit().await?;
    Ok(Session { authenticated_at: now, ..session.clone() })
}

/// A password that was right a moment ago. What follows from it must see to it that it is still the one.
struct Proof {
    counted: Counted,
    /// The hash that it was verified against.
    known: String,
}

/// Verifies the person's password. Guesses count against the session alone, so that whoever has stolen it locks nobody
/// out.
async fn verify(app: &App, session: &Session, current: Secret, now: Timestamp) -> Result<Proof, NotProven> {
    if Password::check(current.reveal()).is_err() {
        return Err(wrong());
    }
    let device = Device::of_session(session);
    let who = Who { email: Some(&session.email), device: Some(&device), address: None };
    let known = store::users::find_by_email(&mut app.db.read().await?, &session.email).await?;
    let Some(WithPassword { password: known, .. }) = known else { return Err(wrong()) };
    let counted = throttle::count(app, &who, now).await?;
    match app.passwords.verify(current, Some(known.clone())).await {
        Ok(true) => Ok(Proof { counted, known }),
        Ok(false) => {
            let mut tx = app.db.single().await?;
            store::audit::count(&mut tx, Action::SignInFail, Some(session.user_id.as_str()), now).await?;
            tx.commit().await?;
            Err(wrong())
        }
        Err(Busy) => {
            counted.take_back(app).await?;
            Err(NotProven::Busy)
        }
    }
}

/// Whatever was typed as the current password is not, or no longer.
fn wrong() -> NotProven {
    let message = "It is not the password that you have.".to_owned();
    ChangeError::Invalid(vec![FieldError { field: "current_password", message, misshapen: false }]).into()
}
