//! `GET` and `POST /join`: accepting an invitation, by the link that its inviter handed over.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::RequestBody;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::http::header::RETRY_AFTER;
use poem::web::Data;

use crate::accounts::invitations;
use crate::accounts::invitations::Newcomer;
use crate::accounts::invitations::NotAccepted;
use crate::accounts::sessions;
use crate::app::App;
use crate::app::ChangeError;
use crate::base::secret::Secret;
use crate::model::organization::Invitation;
use crate::web::browser;
use crate::web::browser::Browser;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::refusals::Refusal;
use crate::web::console::refusals::Wrong;
use crate::web::console::sign_in;
use crate::web::form;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::onward::Onward;
use crate::web::pages;
use crate::web::pages::error::ErrorPage;
use crate::web::pages::join::Invitee;
use crate::web::pages::join::Join;
use crate::web::pages::parts::Frame;
use crate::web::words;

const STALE: &str = "This page had been open for too long. Type your password again.";
const BUSY: &str = "The server is busy at this moment. Type your password again in a few seconds.";

#[handler]
pub async fn show(request: &Request, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let browser = Browser::read(app, request).await.map_err(browser::failed)?;
    let query = Params::from_query(request.uri().query(), &Rules::STRICT)?;
    answer(app, &browser, query.get("token").unwrap_or_default()).await
}

#[handler]
pub async fn submit(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let browser = Browser::read(app, request).await.map_err(browser::failed)?;
    let params = form::read(request, &mut RequestBody::new(body), &Rules::STRICT).await?;
    let typed = |name| params.get(name).unwrap_or_default();
    let token = typed("token");
    let Some((invitation, _)) = invitations::open(app, token).await.map_err(browser::failed)? else {
        return Ok(no_such_link(app, &browser));
    };
    let mut page = page(app, &browser, token, &invitation);
    page.name.value = typed("name").to_owned();
    if let Err(forged) = browser.check_card(app, request, params.get("csrf")) {
        tracing::info!(%forged, "the form of an invitation was refused");
        page.password_error = Some(STALE.to_owned());
        return Ok(respond(&browser, &page, StatusCode::FORBIDDEN));
    }
    let joined = match &browser.session {
        Some(session) if params.get("leave").is_some() => {
            sessions::sign_out(app, session).await.map_err(browser::failed)?;
            let mut response = browser.to_sign_in(app, &path(token));
            browser.leave(&mut response);
            return Ok(response);
        }
        Some(session) => invitations::accept(app, session, token).await.map(|()| None),
        None => {
            let (name, password) = (typed("name"), Secret::presented(typed("password")));
            let newcomer = Newcomer { name, password, agent: browser::agent(request) };
            invitations::register(app, token, newcomer).await.map(Some)
        }
    };
    match joined {
        Ok(signed_in) => {
            let mut response = notices::go("/", Done::Joined);
            if let Some(signed_in) = signed_in {
                browser.enter(app, &mut response, &signed_in);
            }
            Ok(response)
        }
        Err(NotAccepted::Link) => Ok(no_such_link(app, &browser)),
        Err(NotAccepted::Inviter) => Ok(withdrawn(app, &browser, &invitation)),
        Err(NotAccepted::Address | NotAccepted::Account) => answer(app, &browser, token).await,
        Err(NotAccepted::Member) => Ok(notices::go("/members", Done::MemberBefore)),
        Err(NotAccepted::Refused(error @ ChangeError::Invalid(_))) => {
            let mut wrong = Wrong::of(error).map_err(poem::Error::from)?;
            page.name.error = wrong.take("name");
            page.password_error = wrong.take("password");
            Ok(respond(&browser, &page, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(NotAccepted::Refused(error)) => Err(Refusal::from(error).into()),
        Err(NotAccepted::Busy) => {
            page.password_error = Some(BUSY.to_owned());
            let mut response = respond(&browser, &page, StatusCode::SERVICE_UNAVAILABLE);
            response.headers_mut().insert(RETRY_AFTER, 2.into());
            Ok(response)
        }
    }
}

/// The page of the invitation for whoever looks at it; whoever has an account with its address signs in first.
async fn answer(app: &App, browser: &Browser, token: &str) -> poem::Result<Response> {
    let opened = invitations::open(app, token).await.map_err(browser::failed)?;
    let Some((invitation, known)) = opened else { return Ok(no_such_link(app, browser)) };
    if known && browser.session.is_none() {
        let (onward, email) = (Onward::page(&path(token)), Some(invitation.email.as_str()));
        return sign_in::ask(app, browser, &onward, email).await.map_err(browser::failed);
    }
    Ok(respond(browser, &page(app, browser, token, &invitation), StatusCode::OK))
}

fn page(app: &App, browser: &Browser, token: &str, invitation: &Invitation) -> Join {
    let who = match &browser.session {
        None => Invitee::Newcomer,
        Some(session) if session.email == invitation.email => Invitee::Themselves,
        Some(session) => Invitee::Another(session.email.to_string()),
    };
    Join {
        frame: browser.card(app, Frame::titled(format!("Join {}", invitation.organization_name))),
        token: Secret::presented(token),
        organization: invitation.organization_name.clone(),
        inviter: invitation.invited_by_name.clone(),
        email: invitation.email.to_string(),
        role: words::role(invitation.role).to_owned(),
        means: words::role_means(invitation.role).to_owned(),
        who,
        ..Join::default()
    }
}

fn path(token: &str) -> String {
    format!("/join?token={token}")
}

fn respond(browser: &Browser, page: &Join, status: StatusCode) -> Response {
    let mut response = pages::render(page, status);
    browser.set_cookies(&mut response);
    response
}

fn no_such_link(app: &App, browser: &Browser) -> Response {
    refuse(
        app,
        browser,
        StatusCode::NOT_FOUND,
        "This invitation does not work",
        "Its link was used or withdrawn, a newer one took its place, or it has ended: a link works once and for a week.",
        "If you joined already, sign in. Otherwise ask whoever invited you for a fresh link.",
    )
}

fn withdrawn(app: &App, browser: &Browser, invitation: &Invitation) -> Response {
    let happened = format!(
        "{} invited you, and may not give you that role any more, or belongs to {} no longer.",
        invitation.invited_by_name, invitation.organization_name
    );
    let advice = format!("Ask an admin or an owner of {} for a fresh link.", invitation.organization_name);
    refuse(app, browser, StatusCode::FORBIDDEN, "This invitation does not work any more", &happened, &advice)
}

fn refuse(
    app: &App,
    browser: &Browser,
    status: StatusCode,
    headline: &str,
    happened: &str,
    advice: &str,
) -> Response {
    let page = ErrorPage::written(status, headline, happened, [advice.to_owned()]);
    let page = ErrorPage { frame: browser.card(app, page.frame), ..page };
    pages::render(&page, status)
}
