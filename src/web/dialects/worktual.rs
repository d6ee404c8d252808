//! Worktual's OAuth: `/services/oauth2/v1/authorize` and `/services/oauth2/v1/token`.
//!
//! Names are case-blind, `redirect_url` stands for `redirect_uri`, `authorisation_code` (or no grant type at all)
//! for `authorization_code`, and success is an array of one. Errors are RFC 6749's object.

use std::sync::Arc;

use poem::Body;
use poem::IntoResponse;
use poem::Request;
use poem::RequestBody;
use poem::Response;
use poem::handler;
use poem::web::Data;
use poem::web::Json;
use serde_json::json;

use crate::app::App;
use crate::oauth;
use crate::oauth::authorize::AuthorizationRequest;
use crate::oauth::issue::TokenResponse;
use crate::web::answer::Refusal;
use crate::web::authorize;
use crate::web::authorize::refusal_page;
use crate::web::form;
use crate::web::form::ParamError;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::language::Language;
use crate::web::oauth as endpoints;
use crate::web::oauth_error;

/// `GET /services/oauth2/v1/authorize`.
#[handler]
pub async fn enter(request: &Request, Data(app): Data<&Arc<App>>) -> Response {
    let params = Params::from_query(request.uri().query(), &Rules::STRICT);
    match params.and_then(|params| canonical(&params)) {
        Ok(params) => {
            authorize::begin(app, request, AuthorizationRequest::read(|name| params.get(name))).await
        }
        Err(refused) => refusal_page::unreadable(&refused.into(), Language::accepted(request.headers())),
    }
}

/// `POST /services/oauth2/v1/token`.
#[handler]
pub async fn redeem(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Response {
    let params = form::read(request, &mut RequestBody::new(body), &Rules::STRICT).await;
    let params = match params.and_then(|params| Ok(canonical(&params)?)) {
        Ok(params) => params,
        Err(refused) => return oauth::Error::unreadable(refused),
    };
    match exchange(app, request, &params).await {
        Ok(issued) => Json(array_of_one(issued)).into_response(),
        Err(error) => oauth_error::respond(&error),
    }
}

async fn exchange(app: &App, request: &Request, params: &Params) -> Result<TokenResponse, oauth::Error> {
    let credentials = endpoints::credentials(request, params)?;
    let grant_type = match params.get("grant_type") {
        None | Some("authorisation_code") => "authorization_code",
        Some(other) => other,
    };
    oauth::token::exchange(app, &credentials, &endpoints::token_request(grant_type, params)?).await
}

/// The same parameters under the names of RFC 6749. A name that is there twice in any spelling is refused, and so
/// are a `redirect_url` and a `redirect_uri` that differ.
fn canonical(params: &Params) -> Result<Params, ParamError> {
    let lower = params.iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
    let lower = Params::from_pairs(lower, &Rules::STRICT)?;
    if lower.get("redirect_url").is_some() && lower.get("redirect_url") == lower.get("redirect_uri") {
        return Params::from_pairs(lower.iter().filter(|(name, _)| *name != "redirect_url"), &Rules::STRICT);
    }
    let renamed = lower.iter().map(|(name, value)| match name {
        "redirect_url" => ("redirect_uri", value),
        _ => (name, value),
    });
    Params::from_pairs(renamed, &Rules::STRICT)
}

fn array_of_one(issued: TokenResponse) -> serde_json::Value {
    let mut object = json!({
        "access_token": issued.access_token.reveal(),
        "token_type": "Bearer",
        "scope": issued.scopes.to_string(),
    });
    if let Some(seconds) = issued.expires_in {
        object["expires_in"] = seconds.into();
    }
    if let Some(refresh_token) = &issued.refresh_token {
        object["refresh_token"] = refresh_token.reveal().into();
    }
    json!([object])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_of(query: &str) -> Result<Params, ParamError> {
        canonical(&Params::from_query(Some(query), &Rules::STRICT).unwrap())
    }

    #[test]
    fn spellings_become_those_of_the_rfc() {
        let params = canonical_of("Client_Id=a&REDIRECT_URL=https%3A%2F%2Fx&State=S").unwrap();
        assert_eq!(params.get("client_id"), Some("a"));
        assert_eq!(params.get("redirect_uri"), Some("https://x"));
        assert_eq!(params.get("state"), Some("S"));
    }

    #[test]
    fn a_name_twice_in_any_spelling_is_refused() {
        assert!(canonical_of("code=1&Code=1").is_err());
        assert!(canonical_of("redirect_uri=a&redirect_url=b").is_err());
        assert!(canonical_of("redirect_uri=a&redirect_url=a").is_ok());
        assert!(canonical_of("redirect_url=a&Redirect_url=a").is_err());
    }
}
