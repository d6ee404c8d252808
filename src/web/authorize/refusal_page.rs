//! When a request cannot be answered to an app: our own page, which links and redirects nowhere.

use poem::IntoResponse;
use poem::Response;
use poem::http::StatusCode;

use crate::oauth::Error;
use crate::oauth::authorize::AuthorizationRequest;
use crate::oauth::error::Code;
use crate::web::form::ParamError;
use crate::web::pages;
use crate::web::pages::error::ErrorPage;
use crate::web::pages::parts::Frame;
use crate::web::request_id::RequestId;

const ASK_THE_APP: &str =
    "Go back to the app and try again from there. If it stays like this, tell its makers what stands above.";

/// The parameters could not be read.
pub fn unreadable(refused: &poem::Error) -> Response {
    let why = refused.downcast_ref::<ParamError>().map(|error| error.to_string());
    let happened = why.unwrap_or_else(|| "the request's parameters cannot be read".to_owned());
    page(
        "The app sent a request that we cannot read",
        &format!("What it sent is not a well-formed authorization request: {happened}."),
    )
}

/// The client or its redirect URI is not registered. `app_name` is that of the client, if there is one.
pub fn untrusted(error: &Error, asked: &AuthorizationRequest, app_name: Option<&str>) -> Response {
    let request_id = RequestId::current_text();
    let mut page = match (error.code, app_name, &asked.redirect_uri) {
        (Code::TemporarilyUnavailable | Code::ServerError, ..) => return failed(error),
        (Code::InvalidClient, ..) => {
            ErrorPage::unknown_app(asked.client_id.as_deref().unwrap_or_default(), &request_id)
        }
        (Code::UnauthorizedClient, Some(name), _) => ErrorPage::resting_app(name, &request_id),
        (Code::InvalidRequest, Some(name), Some(received)) => {
            ErrorPage::wrong_redirect_uri(name, received, &request_id)
        }
        (Code::InvalidRequest, Some(_), None) => {
            explained(StatusCode::UNPROCESSABLE_ENTITY, "We cannot go on from here", &error.description)
        }
        _ => return page("We cannot go on from here", &error.description),
    };
    page.status = StatusCode::UNPROCESSABLE_ENTITY.as_u16();
    pages::render(&page, StatusCode::UNPROCESSABLE_ENTITY)
}

/// The form is older than the sign-in, was opened in another browser, or is not ours.
pub fn stale() -> Response {
    page(
        "Please start again",
        "This page had been open for too long, or you have signed in anew since, so nothing was allowed.",
    )
}

/// The decision could not be made.
pub fn failed(error: &Error) -> Response {
    tracing::warn!(%error, "authorization failed");
    match error.code {
        Code::TemporarilyUnavailable => {
            let page = ErrorPage::of(503, "a few seconds", &RequestId::current_text());
            pages::render(&page, StatusCode::SERVICE_UNAVAILABLE)
                .with_header("retry-after", "1")
                .into_response()
        }
        Code::ServerError => {
            let page = ErrorPage::of(500, "", &RequestId::current_text());
            pages::render(&page, StatusCode::INTERNAL_SERVER_ERROR)
        }
        _ => page("That cannot be allowed", &error.description),
    }
}

fn page(headline: &str, happened: &str) -> Response {
    pages::render(&explained(StatusCode::BAD_REQUEST, headline, happened), StatusCode::BAD_REQUEST)
}

fn explained(status: StatusCode, headline: &str, happened: &str) -> ErrorPage {
    ErrorPage {
        frame: Frame::titled(headline),
        status: status.as_u16(),
        headline: headline.to_owned(),
        happened: happened.to_owned(),
        facts: Vec::new(),
        advice: vec![ASK_THE_APP.to_owned()],
        request_id: RequestId::current_text(),
    }
}
