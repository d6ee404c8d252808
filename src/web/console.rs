//! The console: what people do here in their browsers, one file per page.

pub mod connections;
pub mod organization;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod sign_out;

use poem::Body;
use poem::Request;
use poem::RequestBody;
use poem::http::StatusCode;

use crate::app::App;
use crate::model::session::Session;
use crate::web::browser;
use crate::web::browser::Browser;
use crate::web::form;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::pages::parts::Notice;
use crate::web::pages::parts::Tone;

/// A form that a signed-in person posted from a page of ours.
pub(in crate::web) struct Posted {
    pub browser: Browser,
    pub session: Session,
    pub params: Params,
}

/// Reads a posted form and makes sure that it is one of ours.
///
/// # Errors
/// A redirect to the sign-in page, or a bare 403 for a form that is older than the sign-in or was never ours.
pub(in crate::web) async fn posted(
    app: &App,
    request: &Request,
    body: Body,
    rules: &Rules,
) -> poem::Result<Posted> {
    let (browser, session) = browser::signed_in(app, request).await?;
    let params = form::read(request, &mut RequestBody::new(body), rules).await?;
    browser.check(request, params.get("csrf")).map_err(|forged| {
        tracing::info!(%forged, "a posted form was refused");
        poem::Error::from_status(StatusCode::FORBIDDEN)
    })?;
    Ok(Posted { browser, session, params })
}

/// `text` as the page's notice, when the redirect that led to the page says that this was `done`.
pub(in crate::web) fn notice(request: &Request, done: &str, text: &str) -> Option<Notice> {
    let query = Params::from_query(request.uri().query(), &Rules::STRICT).ok()?;
    let told = query.get("done") == Some(done);
    told.then(|| Notice { kind: Tone::Good, text: text.to_owned() })
}
