//! The crate oauth2: PKCE, Basic authentication, refresh, introspection and revocation.

use std::env;
use std::error::Error;
use std::process::Command;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use oauth2::AuthUrl;
use oauth2::AuthorizationCode;
use oauth2::ClientId;
use oauth2::ClientSecret;
use oauth2::CsrfToken;
use oauth2::HttpRequest;
use oauth2::HttpResponse;
use oauth2::IntrospectionUrl;
use oauth2::PkceCodeChallenge;
use oauth2::RedirectUrl;
use oauth2::RequestTokenError;
use oauth2::RevocationUrl;
use oauth2::Scope;
use oauth2::TokenIntrospectionResponse;
use oauth2::TokenResponse;
use oauth2::TokenUrl;
use oauth2::basic::BasicClient;
use oauth2::basic::BasicErrorResponseType;
use oauth2::url::Url;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let issuer = env::var("ISSUER")?;
    let scopes = env::var("SCOPE")?;
    let client = BasicClient::new(ClientId::new(env::var("CLIENT_ID")?))
        .set_client_secret(ClientSecret::new(env::var("CLIENT_SECRET")?))
        .set_auth_uri(AuthUrl::new(format!("{issuer}/authorize"))?)
        .set_token_uri(TokenUrl::new(format!("{issuer}/token"))?)
        .set_introspection_url(IntrospectionUrl::new(format!("{issuer}/introspect"))?)
        // The crate refuses to revoke over http. `send` is its TLS proxy.
        .set_revocation_url(RevocationUrl::new(format!("{issuer}/revoke").replacen("http:", "https:", 1))?)
        .set_redirect_uri(RedirectUrl::new(env::var("REDIRECT_URI")?)?);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = client
        .authorize_url(CsrfToken::new_random)
        .add_scopes(scopes.split(' ').map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    let answer = approve(&url)?;
    require(parameter(&answer, "state")? == *state.secret(), "another state")?;
    completed("authorized");

    let code = AuthorizationCode::new(parameter(&answer, "code")?);
    let first = client.exchange_code(code).set_pkce_verifier(verifier).request(&send)?;
    completed("exchanged");

    require(call_me(&issuer, first.access_token().secret())? == 200, "/api/me refuses a fresh token")?;
    completed("called");

    let refresh_token = first.refresh_token().ok_or("no refresh token")?;
    let second = client.exchange_refresh_token(refresh_token).request(&send)?;
    require(call_me(&issuer, second.access_token().secret())? == 200, "/api/me refuses a refreshed token")?;
    completed("refreshed");

    let known = client.introspect(second.access_token()).request(&send)?;
    require(known.active(), "a live token introspects inactive")?;

    let refresh_token = second.refresh_token().ok_or("no refresh token")?;
    client.revoke_token(refresh_token.into())?.request(&send)?;
    completed("revoked");

    wait_until_refused(&issuer, second.access_token().secret())?;
    match client.exchange_refresh_token(refresh_token).request(&send) {
        Err(RequestTokenError::ServerResponse(refused)) => {
            require(
                *refused.error() == BasicErrorResponseType::InvalidGrant,
                "another error than invalid_grant",
            )?;
        }
        Err(other) => return Err(other.into()),
        Ok(_) => return Err("a revoked refresh token was refreshed".into()),
    }
    completed("refused");
    Ok(())
}

/// Has the person allow what is asked for at `url`; returns the address that the app gets them back at.
fn approve(url: &Url) -> Result<Url, Failure> {
    let output = Command::new(env::var("APPROVE")?).arg(url.as_str()).output()?;
    require(output.status.success(), &String::from_utf8_lossy(&output.stderr))?;
    Ok(Url::parse(str::from_utf8(&output.stdout)?.trim())?)
}

/// The crate's way to the network.
fn send(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let (mut parts, body) = request.into_parts();
    parts.uri = parts.uri.to_string().replacen("https:", "http:", 1).parse().expect("it was a URL");
    let request = ureq::http::Request::from_parts(parts, body);
    let (parts, mut body) = agent().run(request)?.into_parts();
    Ok(HttpResponse::from_parts(parts, body.read_to_vec()?))
}

fn call_me(issuer: &str, token: &str) -> Result<u16, Failure> {
    let request = agent().get(format!("{issuer}/api/me")).header("Authorization", format!("Bearer {token}"));
    Ok(request.call()?.status().as_u16())
}

/// Calls until the answer is 401. Another node may remember a token for a second after its end.
fn wait_until_refused(issuer: &str, token: &str) -> Result<(), Failure> {
    let deadline = Instant::now() + Duration::from_secs(2);
    while call_me(issuer, token)? != 401 {
        require(Instant::now() < deadline, "a revoked token still works")?;
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into()
}

fn parameter(url: &Url, name: &str) -> Result<String, Failure> {
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned()).ok_or_else(|| format!("no {name} in {url}").into())
}

fn require(met: bool, failure: &str) -> Result<(), Failure> {
    if met { Ok(()) } else { Err(failure.into()) }
}

fn completed(step: &str) {
    println!("{step}");
}
