//! When a request cannot be answered to an app: our own page, which links and redirects nowhere.

use poem::IntoResponse;
use poem::Response;
use poem::http::StatusCode;

use crate::oauth::Error;
use crate::oauth::authorize::AuthorizationRequest;
use crate::oauth::error::Code;
use crate::web::form::ParamError;
use crate::web::language::Language;
use crate::web::language::Message;
use crate::web::pages;
use crate::web::pages::error::ErrorPage;

/// The parameters could not be read.
pub fn unreadable(refused: &poem::Error, language: Language) -> Response {
    let why = refused.downcast_ref::<ParamError>().map(|error| error.to_string());
    let page = explained(language, Message::RequestUnreadable, Message::RequestUnreadableWhy);
    show(ErrorPage { detail: why, ..page }, StatusCode::BAD_REQUEST)
}

/// The client or its redirect URI is not registered. `app_name` is that of the client, if there is one.
pub fn untrusted(
    error: &Error,
    asked: &AuthorizationRequest,
    app_name: Option<&str>,
    language: Language,
) -> Response {
    let page = match (error.code, app_name, &asked.redirect_uri) {
        (Code::TemporarilyUnavailable | Code::ServerError, ..) => return failed(error, language),
        (Code::InvalidClient, ..) => {
            ErrorPage::unknown_app(language, asked.client_id.as_deref().unwrap_or_default())
        }
        (Code::UnauthorizedClient, Some(name), _) => ErrorPage::resting_app(language, name),
        (Code::InvalidRequest, Some(name), Some(received)) => {
            ErrorPage::wrong_redirect_uri(language, name, received)
        }
        (code, name, _) => {
            let status = match (code, name) {
                (Code::InvalidRequest, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
                _ => StatusCode::BAD_REQUEST,
            };
            let page = explained(language, Message::RequestIncomplete, Message::RequestIncompleteWhy);
            return show(detailed(page, error), status);
        }
    };
    show(page, StatusCode::UNPROCESSABLE_ENTITY)
}

/// The form is older than the sign-in, was opened in another browser, or is not ours.
pub fn stale(language: Language) -> Response {
    show(explained(language, Message::StartAgain, Message::StartAgainWhy), StatusCode::BAD_REQUEST)
}

/// The decision could not be made.
pub fn failed(error: &Error, language: Language) -> Response {
    tracing::warn!(%error, "authorization failed");
    match error.code {
        Code::TemporarilyUnavailable => {
            let page = show(ErrorPage::of(language, 503), StatusCode::SERVICE_UNAVAILABLE);
            page.with_header("retry-after", "1").into_response()
        }
        Code::ServerError => show(ErrorPage::of(language, 500), StatusCode::INTERNAL_SERVER_ERROR),
        _ => {
            let page = explained(language, Message::NotAllowed, Message::NotAllowedWhy);
            show(detailed(page, error), StatusCode::BAD_REQUEST)
        }
    }
}

fn explained(language: Language, headline: Message<'_>, happened: Message<'_>) -> ErrorPage {
    ErrorPage::new(language, headline, happened, &[Message::AskTheApp])
}

fn detailed(page: ErrorPage, error: &Error) -> ErrorPage {
    ErrorPage { detail: Some(error.description.to_string()), ..page }
}

fn show(page: ErrorPage, status: StatusCode) -> Response {
    pages::render(&ErrorPage { status: status.as_u16(), ..page }, status)
}
