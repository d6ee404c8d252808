//! The browser's leg of the authorization code flow: `GET` and `POST /authorize` (RFC 6749 §3.1).

mod consent_page;
pub(super) mod refusal_page;

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::RequestBody;
use poem::Response;
use poem::handler;
use poem::http::Method;
use poem::http::StatusCode;
use poem::http::header::LOCATION;
use poem::web::Data;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::base::secret::Secret;
use crate::model::id::ClientId;
use crate::model::id::OrganizationId;
use crate::model::lifetime::Seconds;
use crate::model::scope::Scope;
use crate::model::session::Session;
use crate::oauth::authorize;
use crate::oauth::authorize::Answer;
use crate::oauth::authorize::AuthorizationRequest;
use crate::oauth::authorize::Checked;
use crate::oauth::authorize::Decision;
use crate::oauth::authorize::Mode;
use crate::oauth::authorize::Next;
use crate::oauth::authorize::Refusal;
use crate::oauth::error::Code;
use crate::web::browser::Browser;
use crate::web::edge::Headers;
use crate::web::edge::OnlyHead;
use crate::web::form;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::pages;

/// How long a consent page may stay open, in seconds.
const TICKET_LIFE: i64 = 30 * 60;

/// An authorization request: only `resource` may repeat (RFC 8707 §2).
const REQUEST: Rules = Rules::STRICT.repeatable(&["resource"]);

/// What is posted: such a request, or the decision's form with a scope for each ticked box and the sealed request.
const POSTED: Rules = Rules::STRICT.repeatable(&["resource", "scope"]).long(&["ticket"]);

/// The request that a consent page is about, sealed for the browser session that it was shown to.
#[derive(Serialize, Deserialize)]
struct Ticket {
    request: AuthorizationRequest,
    issued_at: i64,
}

/// `GET /authorize` with a query, `POST /authorize` with a form: an authorization request, or what a person decided
/// about one.
#[handler]
pub async fn enter(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Response {
    let params = match read(request, body).await {
        Ok(params) => params,
        Err(refused) => return refusal_page::unreadable(&refused),
    };
    if request.method() == Method::POST && params.get("ticket").is_some() {
        return decide(app, request, &params).await;
    }
    match Params::from_pairs(params.iter(), &REQUEST) {
        Ok(params) => begin(app, request, AuthorizationRequest::read(|name| params.get(name))).await,
        Err(refused) => refusal_page::unreadable(&refused.into()),
    }
}

async fn read(request: &Request, body: Body) -> poem::Result<Params> {
    if request.method() == Method::POST {
        return form::read(request, &mut RequestBody::new(body), &POSTED).await;
    }
    Ok(Params::from_query(request.uri().query(), &REQUEST)?)
}

/// Steps 2 to 4: check, then sign in, ask or answer.
pub(super) async fn begin(app: &App, request: &Request, asked: AuthorizationRequest) -> Response {
    let browser = match Browser::read(app, request).await {
        Ok(browser) => browser,
        Err(error) => return refusal_page::failed(&error.into()),
    };
    let checked = match authorize::check(app, asked.clone()).await {
        Ok(checked) => checked,
        Err(refusal) => return refuse(app, refusal, &asked).await,
    };
    // HEAD is answered as to somebody unknown: it must mint no code.
    let session = browser.session.as_ref().filter(|_| request.data::<OnlyHead>().is_none());
    match authorize::next(app, &checked, session).await {
        Ok(Next::Answer(answer)) => send(&answer),
        Ok(Next::SignIn) => sign_in(app, &browser, &checked),
        Ok(Next::Consent(asking)) => match session {
            Some(session) => {
                let ticket = seal(app, session, checked.request());
                consent_page::show(app, &browser, &checked, &asking, ticket).await
            }
            None => sign_in(app, &browser, &checked),
        },
        Err(error) => refusal_page::failed(&error),
    }
}

/// Step 5: the ticket names what was shown, and is checked again as if it came anew.
async fn decide(app: &App, request: &Request, params: &Params) -> Response {
    let browser = match Browser::read(app, request).await {
        Ok(browser) => browser,
        Err(error) => return refusal_page::failed(&error.into()),
    };
    let Some(session) = &browser.session else { return refusal_page::stale() };
    if browser.check(request, params.get("csrf")).is_err() {
        return refusal_page::stale();
    }
    let Some(asked) = params.get("ticket").and_then(|ticket| open(app, session, ticket)) else {
        return refusal_page::stale();
    };
    let checked = match authorize::check(app, asked.clone()).await {
        Ok(checked) => checked,
        Err(refusal) => return refuse(app, refusal, &asked).await,
    };
    match params.get("decision") {
        Some("allow") => match decision(params) {
            Some(decision) => match authorize::approve(app, &checked, session, decision).await {
                Ok(answer) => send(&answer),
                Err(error) => refusal_page::failed(&error),
            },
            None => refusal_page::stale(),
        },
        Some("deny") => send(&authorize::deny(app, &checked)),
        Some("switch_account") => sign_in(app, &browser, &checked),
        _ => refusal_page::stale(),
    }
}

/// What the form says, if it is one of ours.
fn decision(params: &Params) -> Option<Decision> {
    let duration = params.get("duration")?;
    let (_, _, days) = consent_page::DURATIONS.iter().find(|(value, ..)| *value == duration)?;
    Some(Decision {
        organization_id: OrganizationId::parse(params.get("organization")?).ok()?,
        scopes: params.all("scope").filter_map(|scope| Scope::parse(scope).ok()).collect(),
        lasts: days.map(Seconds::days),
    })
}

/// Step 6: 303 to the app, or a page that posts to it.
fn send(answer: &Answer) -> Response {
    match answer.mode() {
        Mode::Query => see_other(&answer.location()),
        Mode::FormPost => {
            let page = pages::form_post::FormPost {
                frame: pages::parts::Frame::titled("Back to the app"),
                app_name: answer.app_name().to_owned(),
                target: answer.to().to_owned(),
                fields: answer.parameters().to_vec(),
            };
            pages::render_with(&page, StatusCode::OK, Headers::Consent)
        }
    }
}

async fn refuse(app: &App, refusal: Refusal, asked: &AuthorizationRequest) -> Response {
    match refusal {
        Refusal::Show(error) => {
            let name = match error.code {
                Code::InvalidRequest => app_name(app, asked).await,
                _ => None,
            };
            refusal_page::untrusted(&error, asked, name.as_deref())
        }
        Refusal::Return(answer) => send(&answer),
    }
}

/// What the app that asks is called, if there is such an app and the store can be asked.
async fn app_name(app: &App, asked: &AuthorizationRequest) -> Option<String> {
    let id = ClientId::parse(asked.client_id.as_deref()?).ok()?;
    let known = app.client(&id).await.ok()??;
    Some(known.client.name.clone())
}

/// To the sign-in page and back to the same request, without the `prompt` and `max_age` that have then been obeyed.
fn sign_in(app: &App, browser: &Browser, checked: &Checked) -> Response {
    let mut asked = checked.request().clone();
    let prompt = asked.prompt.unwrap_or_default();
    let rest = prompt.split(' ').filter(|word| !matches!(*word, "login" | "select_account" | "create" | ""));
    asked.max_age = None;
    asked.prompt = Some(rest.collect::<Vec<_>>().join(" ")).filter(|rest| !rest.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(asked.pairs()).finish();
    let mut response = browser.to_sign_in(app, &format!("/authorize?{query}"));
    browser.set_cookies(&mut response);
    response
}

fn seal(app: &App, session: &Session, request: &AuthorizationRequest) -> Secret {
    let ticket = Ticket { request: request.clone(), issued_at: app.now().millis() };
    Secret::presented(app.keys.seal(&context(session), &ticket))
}

fn open(app: &App, session: &Session, ticket: &str) -> Option<AuthorizationRequest> {
    let ticket: Ticket = app.keys.open(&context(session), ticket)?;
    let end = Timestamp::from_millis(ticket.issued_at) + Seconds::new(TICKET_LIFE).duration();
    (app.now() < end).then_some(ticket.request)
}

/// One browser's ticket never opens in another's.
fn context(session: &Session) -> String {
    format!("consent/{}", session.id.as_str())
}

/// Always 303: the browser forgets that it posted (RFC 9700 §4.12).
fn see_other(location: &Secret) -> Response {
    let mut response =
        Response::builder().status(StatusCode::SEE_OTHER).header(LOCATION, location.reveal()).finish();
    if let Some(location) = response.headers_mut().get_mut(LOCATION) {
        location.set_sensitive(true); // It may hold a code: never printed, never in a compression table.
    }
    response
}
