//! `GET` and `POST /sign-in`.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::RequestBody;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::http::header::REFERER;
use poem::http::header::RETRY_AFTER;
use poem::web::Data;

use crate::accounts::sign_in;
use crate::accounts::sign_in::Attempt;
use crate::accounts::sign_in::SignInError;
use crate::app::App;
use crate::base::secret::Secret;
use crate::model::email::Email;
use crate::store;
use crate::web::browser;
use crate::web::browser::Browser;
use crate::web::browser::Forged;
use crate::web::client_ip::ClientIp;
use crate::web::form;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::language::Message;
use crate::web::onward::Onward;
use crate::web::pages;
use crate::web::pages::fields::Field;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Frame;
use crate::web::pages::sign_in::SignIn;
use crate::web::pages::signed_in::SignedIn;
use crate::web::ticket;
use crate::web::words;

/// `to` holds a whole authorization request, sealed.
const RULES: Rules = Rules::STRICT.long(&["to"]);

/// Somebody who is signed in already, in another tab perhaps, goes on at once; but not to a page that did not know
/// them, which would send them back here for ever.
#[handler]
pub async fn show(request: &Request, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let browser = Browser::read(app, request).await.map_err(browser::failed)?;
    let query = Params::from_query(request.uri().query(), &RULES)?;
    let to = query.get("to").unwrap_or_default();
    if browser.session.is_some() && query.get("anew").is_none() {
        let onward = Onward::open(app, &browser, to).unwrap_or_else(|| Onward::page("/"));
        return Ok(onward.go(browser.language));
    }
    let page = page(app, &browser, to, "").await.map_err(browser::failed)?;
    Ok(respond(&browser, &page, StatusCode::OK))
}

/// The page at the address that somebody must sign in for, signed in or not. `login_hint` is who they may be.
///
/// # Errors
/// When the store cannot be asked.
pub async fn ask(
    app: &App,
    browser: &Browser,
    onward: &Onward,
    login_hint: Option<&str>,
) -> store::Result<Response> {
    // Only what is an address, since whoever made the link chose it.
    let email = login_hint.filter(|hint| Email::parse(hint).is_ok()).unwrap_or_default();
    let page = page(app, browser, onward.seal(app, browser).reveal(), email).await?;
    Ok(respond(browser, &page, StatusCode::OK))
}

#[handler]
pub async fn submit(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let browser = Browser::read(app, request).await.map_err(browser::failed)?;
    let params = form::read(request, &mut RequestBody::new(body), &RULES).await?;
    let to = params.get("to").unwrap_or_default();
    let email = params.get("email").unwrap_or_default();
    let forged = browser.check_card(app, request, params.get("csrf")).err();
    let anew = forged.and_then(|forged| onward_again(app, &browser, request, forged));
    let to = anew.as_ref().map_or(to, Secret::reveal);
    let mut page = page(app, &browser, to, email).await.map_err(browser::failed)?;
    if let Some(forged) = forged {
        tracing::info!(%forged, "a sign-in form was refused");
        page.error = Some(Message::SignInStale);
        return Ok(respond(&browser, &page, StatusCode::FORBIDDEN));
    }
    let Some(password) = params.get("password").filter(|_| !email.is_empty()) else {
        page.error = Some(Message::SignInIncomplete);
        return Ok(respond(&browser, &page, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let attempt = Attempt {
        email,
        password: Secret::presented(password),
        address: request.data::<ClientIp>().map(|client| client.nearest()),
        device: browser.device(request),
        agent: browser::agent(request),
    };
    match sign_in::sign_in(app, attempt, browser.session.as_ref()).await {
        Ok(signed_in) => {
            let mut response = match Onward::open(app, &browser, to) {
                Some(onward) => onward.go(browser.language),
                None => ended(app, &browser),
            };
            browser.enter(app, &mut response, &signed_in);
            Ok(response)
        }
        Err(SignInError::Wrong) => {
            page.error = Some(Message::SignInWrong);
            Ok(respond(&browser, &page, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(SignInError::Wait(wait)) => {
            let seconds = words::whole_seconds(wait);
            let (count, unit) = words::measure(i64::from(seconds));
            page.wait = Some(Message::SignInWait { count, unit });
            let mut response = respond(&browser, &page, StatusCode::TOO_MANY_REQUESTS);
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
            Ok(response)
        }
        Err(SignInError::Busy) => {
            page.error = Some(Message::SignInBusy);
            let mut response = respond(&browser, &page, StatusCode::SERVICE_UNAVAILABLE);
            response.headers_mut().insert(RETRY_AFTER, 2.into());
            Ok(response)
        }
        Err(SignInError::Unavailable(error)) => Err(browser::failed(error)),
    }
}

/// Of two tabs that a new browser opens in one moment, one shows a form for a cookie that the other's answer took the
/// place of. The address that its form stood at still says where it was going.
fn onward_again(app: &App, browser: &Browser, request: &Request, forged: Forged) -> Option<Secret> {
    let stood_at = request.headers().get(REFERER)?.to_str().ok()?.strip_prefix(app.config.issuer.as_str())?;
    let asked = stood_at.contains('?') && !stood_at.starts_with("/sign-in");
    (asked && forged == Forged::Token).then(|| Onward::page(stood_at).seal(app, browser))
}

fn respond(browser: &Browser, page: &SignIn, status: StatusCode) -> Response {
    let mut response = pages::render(page, status);
    browser.set_cookies(&mut response);
    response
}

/// The form with what was typed, which never includes the password.
async fn page(app: &App, browser: &Browser, to: &str, email: &str) -> store::Result<SignIn> {
    let onward = Onward::open(app, browser, to);
    let language = onward.as_ref().and_then(Onward::language).unwrap_or(browser.language);
    Ok(SignIn {
        frame: browser.card(app, Frame::saying(language, Message::SignIn)),
        to: Secret::presented(to),
        app: asking_app(app, onward.as_ref()).await?,
        email: Field::new(email),
        ..SignIn::default()
    })
}

/// The app whose authorization request waits behind the sign-in.
async fn asking_app(app: &App, onward: Option<&Onward>) -> store::Result<Option<Face>> {
    let Some(id) = onward.and_then(Onward::client_id) else { return Ok(None) };
    let known = app.client(&id).await?;
    Ok(known.map(|known| Face {
        name: known.client.name.clone(),
        logo: words::logo_url(known.client.logo_id.as_ref()),
    }))
}

/// The sign-in holds, and what waited behind it does not.
fn ended(app: &App, browser: &Browser) -> Response {
    let frame = browser.card(app, Frame::saying(browser.language, Message::SignedIn));
    let (count, unit) = words::measure(ticket::LIFE.as_secs().cast_signed());
    let page = SignedIn { frame, too_late: Message::SignedInTooLate { count, unit } };
    pages::render(&page, StatusCode::OK)
}
