//! What people change about themselves.

use std::time::Duration;

use crate::accounts::device::Device;
use crate::accounts::sessions;
use crate::accounts::throttle;
use crate::accounts::throttle::Refused;
use crate::accounts::throttle::Who;
use crate::app::App;
use crate::app::ChangeError;
use crate::app::FieldError;
use crate::app::Fields;
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

/// Why a password stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum PasswordKept {
    #[error(transparent)]
    Refused(#[from] ChangeError),
    /// Nothing was looked at; the same try works after that time.
    #[error("too many tries; wait {0:?}")]
    Wait(Duration),
    #[error("too many people sign in at this moment; try again")]
    Busy,
}

impl From<store::Error> for PasswordKept {
    fn from(error: store::Error) -> Self {
        PasswordKept::Refused(error.into())
    }
}

impl From<Refused> for PasswordKept {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Wait(wait) => PasswordKept::Wait(wait),
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
) -> Result<(), PasswordKept> {
    let mut fields = Fields::default();
    let rule = |text: &str| user::check_password(text, &session.email, &session.name);
    fields.take::<Password, _, _>("new_password", wanted.reveal(), rule);
    fields.finish()?;
    if Password::check(current.reveal()).is_err() {
        return Err(wrong());
    }
    let now = app.now();
    let device = Device::of_session(session);
    let who = Who { email: Some(&session.email), device: Some(&device), address: None };
    let known = store::users::find_by_email(&mut app.db.read().await?, &session.email).await?;
    let Some(WithPassword { password: known, .. }) = known else { return Err(wrong()) };
    let counted = throttle::count(app, &who, now).await?;
    let matches = app.passwords.verify(current, Some(known.clone())).await;
    if let Ok(false) = matches {
        let mut tx = app.db.single().await?;
        store::audit::count(&mut tx, Action::SignInFail, Some(session.user_id.as_str()), now).await?;
        tx.commit().await?;
        return Err(wrong());
    }
    let (Ok(_), Ok(password)) = (matches, app.passwords.hash(wanted).await) else {
        counted.take_back(app).await?;
        return Err(PasswordKept::Busy);
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

/// Whatever was typed as the current password is not, or no longer.
fn wrong() -> PasswordKept {
    let message = "It is not the password that you have.".to_owned();
    ChangeError::Invalid(vec![FieldError { field: "current_password", message, misshapen: false }]).into()
}
