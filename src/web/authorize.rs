//! The browser's leg of the authorization code flow: `GET` and `POST /authorize` (RFC 6749 §3.1).

mod consent_page;
pub(super) mod refusal_page;

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::Method;
use poem::http::StatusCode;
use poem::web::Data;

use crate::app::App;
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
use crate::web::browser::see_other;
use crate::web::console::sign_in;
use crate::web::cookies;
use crate::web::cookies::CsrfRefusal;
use crate::web::edge::OnlyHead;
use crate::web::form;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::language::Language;
use crate::web::language::Message;
use crate::web::onward::Onward;
use crate::web::pages;
use crate::web::pages::form_post::FormPost;
use crate::web::pages::parts::Frame;
use crate::web::ticket;

/// An authorization request: only `resource` may repeat (RFC 8707 §2). A request object is long, and is refused for
/// what it is.
const REQUEST: Rules = Rules::STRICT.repeatable(&["resource"]).long(&["request"]);

/// The decision's form: the sealed request, and a scope for each ticked box.
const DECISION: Rules = Rules::STRICT.repeatable(&["scope"]).long(&["ticket"]);

/// `GET /authorize` with a query, `POST /authorize` with a form: an authorization request, or what a person decided
/// about one.
#[handler]
pub async fn enter(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Response {
    match read(request, body).await {
        // Boxed, because these are large and would be copied as they go on their way.
        Ok(Posted::Decision(form)) => Box::pin(decide(app, request, &form)).await,
        // The browser kept its cookies back, the session's among them. It sends them when it comes from here.
        Ok(Posted::Request(asked)) if is_from_elsewhere(app, request) => {
            Onward::App(asked).go(Language::accepted(request.headers()))
        }
        Ok(Posted::Request(asked)) => Box::pin(begin(app, request, *asked)).await,
        Err(refused) => refusal_page::unreadable(&refused, Language::accepted(request.headers())),
    }
}

/// What may come to `/authorize`.
enum Posted {
    Request(Box<AuthorizationRequest>),
    Decision(Params),
}

/// Reads a request in the query, in a form, or in both as if it stood in one. Only a form can be a decision.
async fn read(request: &Request, body: Body) -> poem::Result<Posted> {
    let form = match *request.method() == Method::POST {
        true => form::bytes(request, body).await?,
        false => Vec::new(),
    };
    if let Ok(decision) = Params::from_form(&form, &DECISION)
        && decision.get("ticket").is_some()
    {
        return Ok(Posted::Decision(decision));
    }
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let params = Params::from_form(&[query, &form].join(&b'&'), &REQUEST)?;
    Ok(Posted::Request(Box::new(AuthorizationRequest::read(|name| params.get(name)))))
}

/// Whether a page of another site posted this (SameSite=Lax cookies stay away then).
fn is_from_elsewhere(app: &App, request: &Request) -> bool {
    let origin = cookies::same_origin(request.headers(), app.config.issuer.origin());
    let hidden = matches!(origin, Err(CsrfRefusal::ForeignOrigin | CsrfRefusal::HiddenOrigin));
    *request.method() == Method::POST && hidden
}

/// Steps 2 to 4: check, then sign in, ask or answer.
pub(super) async fn begin(app: &App, request: &Request, asked: AuthorizationRequest) -> Response {
    let app_id = asked.client_id.as_deref().and_then(|id| ClientId::parse(id).ok());
    let language = Language::chosen(asked.ui_locales.as_deref(), request.headers());
    let browser = match Browser::read_for(app, request, language, app_id.as_ref()).await {
        Ok(browser) => browser,
        Err(error) => return refusal_page::failed(&error.into(), language),
    };
    let checked = match authorize::check(app, asked.clone()).await {
        Ok(checked) => checked,
        Err(refusal) => return refuse(app, refusal, &asked, language).await,
    };
    // HEAD is answered as to somebody unknown: it must mint no code.
    let session = browser.session.as_ref().filter(|_| request.data::<OnlyHead>().is_none());
    match authorize::next(app, &checked, session).await {
        Ok(Next::Answer(answer)) => send(&answer, language),
        Ok(Next::Consent(asking)) => match session {
            Some(session) => {
                let ticket = ticket::seal(app, &context(session), &checked.after_sign_in());
                Box::pin(consent_page::show(app, &browser, &checked, &asking, ticket)).await
            }
            None => Box::pin(sign_in(app, &browser, &checked)).await,
        },
        Ok(Next::SignIn) => Box::pin(sign_in(app, &browser, &checked)).await,
        Err(error) => refusal_page::failed(&error, language),
    }
}

/// Step 5: the ticket names what was shown, and is checked again as if it came anew.
async fn decide(app: &App, request: &Request, params: &Params) -> Response {
    let language = Language::chosen(params.get("ui_locales"), request.headers());
    let browser = match Browser::read_for(app, request, language, None).await {
        Ok(browser) => browser,
        Err(error) => return refusal_page::failed(&error.into(), language),
    };
    let Some(session) = &browser.session else { return refusal_page::stale(language) };
    if browser.check(app, request, params.get("csrf")).is_err() {
        return refusal_page::stale(language);
    }
    let Some(asked): Option<AuthorizationRequest> =
        params.get("ticket").and_then(|ticket| ticket::open(app, &context(session), ticket))
    else {
        return refusal_page::stale(language);
    };
    let checked = match authorize::check(app, asked.clone()).await {
        Ok(checked) => checked,
        Err(refusal) => return refuse(app, refusal, &asked, language).await,
    };
    match params.get("decision") {
        Some("allow") => match decision(params) {
            Some(decision) => match authorize::approve(app, &checked, session, decision).await {
                Ok(answer) => send(&answer, language),
                Err(error) => refusal_page::failed(&error, language),
            },
            None => refusal_page::stale(language),
        },
        Some("deny") => send(&authorize::deny(app, &checked), language),
        Some("switch_account") => sign_in(app, &browser, &checked).await,
        _ => refusal_page::stale(language),
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
fn send(answer: &Answer, language: Language) -> Response {
    match answer.mode() {
        Mode::Query => see_other(answer.location().reveal()),
        Mode::FormPost => {
            let page = FormPost {
                frame: Frame::saying(language, Message::BackToApp { app: answer.app_name() }),
                target: answer.to().to_owned(),
                fields: answer.parameters().to_vec(),
            };
            pages::render(&page, StatusCode::OK)
        }
    }
}

async fn refuse(app: &App, refusal: Refusal, asked: &AuthorizationRequest, language: Language) -> Response {
    match refusal {
        Refusal::Show(error) => {
            let name = match error.code {
                Code::TemporarilyUnavailable | Code::ServerError => None,
                _ => app_name(app, asked).await,
            };
            refusal_page::untrusted(&error, asked, name.as_deref(), language)
        }
        Refusal::Return(answer) => send(&answer, language),
    }
}

/// What the app that asks is called, if there is such an app and the store can be asked.
async fn app_name(app: &App, asked: &AuthorizationRequest) -> Option<String> {
    let id = ClientId::parse(asked.client_id.as_deref()?).ok()?;
    let known = app.client(&id).await.ok()??;
    Some(known.client.name.clone())
}

/// The sign-in page, which leads on to the rest of the request.
async fn sign_in(app: &App, browser: &Browser, checked: &Checked) -> Response {
    let onward = Onward::App(Box::new(checked.after_sign_in()));
    match sign_in::ask(app, browser, &onward, checked.request().login_hint.as_deref()).await {
        Ok(page) => page,
        Err(error) => refusal_page::failed(&error.into(), browser.language),
    }
}

/// The ticket of one session never opens in another's.
fn context(session: &Session) -> String {
    format!("consent/{}", session.id.as_str())
}
