//! What an operator at the machine decides about somebody's account, in every organization at once.

use crate::app::App;
use crate::app::ChangeError;
use crate::manage::COMMAND_LINE;
use crate::model::audit::Action;
use crate::model::email::Email;
use crate::store;
use crate::store::audit::Event;
use crate::store::users::WithPassword;

/// Keeps somebody from signing in, ends their sessions, and lets the tokens rest that apps have on their behalf; or
/// lets them again. Each of their organizations finds it in its records.
pub async fn set_disabled(app: &App, email: &Email, disabled: bool) -> Result<(), ChangeError> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let known = store::users::find_by_email(&mut tx, email).await?;
    let WithPassword { user, .. } = known.ok_or(ChangeError::NotFound("person"))?;
    if user.disabled_at.is_some() == disabled {
        return Ok(());
    }
    store::users::set_disabled(&mut tx, &user.id, disabled.then_some(now)).await?;
    if disabled {
        store::sessions::delete_all(&mut tx, &user.id).await?;
    }
    for membership in store::memberships::of_user(&mut tx, &user.id).await? {
        let event = Event {
            organization_id: &membership.organization_id,
            actor: COMMAND_LINE,
            action: if disabled { Action::UserDisable } else { Action::UserEnable },
            object: user.id.as_str(),
            detail: "",
        };
        store::audit::append(&mut tx, &event, now).await?;
    }
    tx.commit().await?;
    app.standing_changed();
    Ok(())
}
