//! `GET /.well-known/oauth-authorization-server` (RFC 8414), which needs no database, and how the server is.

use std::sync::Arc;

use poem::Response;
use poem::handler;
use poem::http::header::CACHE_CONTROL;
use poem::web::Data;

use crate::app::App;
use crate::model::module::Origin;
use crate::model::scope::Access;
use crate::model::scope::Scopes;
use crate::oauth;
use crate::web::language::Language;
use crate::web::problem::Problem;

#[handler]
pub async fn authorization_server(Data(app): Data<&Arc<App>>) -> Response {
    let modules = app.modules_or_last().await;
    let platform = modules.iter().filter(|module| module.origin != Origin::BuiltIn);
    let scopes: Scopes =
        platform.flat_map(|module| [module.scope(Access::Read), module.scope(Access::Write)]).collect();
    let document = oauth::metadata::document(&app.config.issuer, &scopes, &Language::tags());
    Response::builder()
        .content_type("application/json")
        .header(CACHE_CONTROL, "public, max-age=300")
        .body(document.to_string())
}

/// `GET /health/live`: the process answers.
#[handler]
pub fn live() -> Response {
    Response::builder().content_type("application/json").body(r#"{"status":"ok"}"#)
}

/// `GET /health/ready`: the database answers too. It also tells whether the machine's clock is right, without which the
/// server goes on.
#[handler]
pub async fn ready(Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let mut conn = app.db.read().await.map_err(|_| Problem::unavailable(1))?;
    crate::store::users::any(&mut conn).await.map_err(|_| Problem::unavailable(1))?;
    let clock = app.clock.skew().map_or_else(|| "right".to_owned(), |skew| skew.to_string());
    let body = serde_json::json!({ "status": "ready", "clock": clock });
    Ok(Response::builder().content_type("application/json").body(body.to_string()))
}
