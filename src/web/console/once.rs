//! Forms that work once. What they make is shown in the answer to the post itself, so that reloading it posts again;
//! and a hasty double click posts twice at once. Neither may make a second secret.

use std::time::Duration;

use crate::app::App;
use crate::base::digest::Digest;
use crate::base::secret::Secret;
use crate::model::throttle::Limit;
use crate::store;
use crate::web::form::Params;

/// The name of the field.
const FIELD: &str = "once";

/// A form counts as sent for this long; the sweep forgets it then.
const LIMIT: Limit = Limit { free: 1, window: Duration::from_secs(24 * 60 * 60), longest_pause: None };

/// The value of the field for a form that is shown now.
pub fn fresh() -> String {
    Secret::generate_plain().reveal().to_owned()
}

/// Whether this form was not sent before; of any number of posts at once, on any number of nodes, one hears so.
pub async fn is_first(app: &App, form: &Params) -> store::Result<bool> {
    let Some(value) = form.get(FIELD) else { return Ok(false) };
    let subject = format!("form/{}", Digest::of(value).as_str());
    let mut tx = app.db.begin().await?;
    let counted = store::throttles::count(&mut tx, &subject, &LIMIT, app.now()).await?;
    tx.commit().await?;
    Ok(counted.is_some())
}
