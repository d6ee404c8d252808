//! Every page: its template, and beside it the data that the template shows.
//!
//! A page knows nothing of databases or requests. It is plain data with `#[derive(askama::Template)]`;
//! whoever answers a request fills it and renders it. All pages stand on `layout.html`, which has two shapes:
//! `card.html` for one thing to do (sign in, allow, read an error) and `console.html` for everything behind
//! the sign-in. Pieces that several pages share are the macros below `parts/`.
//!
//! Every page works without script. Styles and script come from [`assets`] only, so the strictest
//! Content-Security-Policy holds: nothing inline, nothing from elsewhere.

pub mod assets;
pub mod fields;
pub mod parts;
pub mod permissions;

pub mod consent;
pub mod error;
pub mod form_post;
pub mod setup;
pub mod sign_in;

pub mod app_choices;
pub mod app_detail;
pub mod app_form;
pub mod apps;
pub mod connections;
pub mod docs;
pub mod home;
pub mod module_form;
pub mod modules;
pub mod private_app_detail;
pub mod private_app_form;
pub mod private_apps;
pub mod secret_once;
pub mod settings;

use askama::Template;
use poem::IntoResponse;
use poem::Response;
use poem::http::StatusCode;
use poem::web::Html;

use crate::web::edge::Headers;

/// As [`render`], with other security headers than a page has by itself.
pub fn render_with(page: &impl Template, status: StatusCode, headers: Headers) -> Response {
    let mut response = render(page, status);
    response.set_data(headers);
    response
}

/// The page as a response. A template that fails to render (it cannot, short of memory) is a bare 500, which the edge
/// words.
pub fn render(page: &impl Template, status: StatusCode) -> Response {
    match page.render() {
        Ok(text) => Html(text).with_status(status).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page did not render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
