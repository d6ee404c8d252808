//! A small site with one route of every kind, behind the edge.

use std::sync::Arc;
use std::time::Duration;

use consentry::config::Issuer;
use consentry::web::client_ip::ClientIp;
use consentry::web::edge::Allow;
use consentry::web::edge::Edge;
use consentry::web::edge::ErrorPage;
use consentry::web::edge::Fault;
use consentry::web::edge::FormsEnd;
use consentry::web::edge::Headers;
use consentry::web::edge::Hosts;
use consentry::web::edge::Mount;
use consentry::web::edge::Mounts;
use consentry::web::edge::Tongue;
use consentry::web::form::Params;
use consentry::web::form::Rules;
use consentry::web::problem::Problem;
use consentry::web::serve::Limits;
use poem::Body;
use poem::Endpoint;
use poem::EndpointExt;
use poem::IntoResponse;
use poem::Request;
use poem::Response;
use poem::Route;
use poem::get;
use poem::handler;
use poem::http::Method;
use poem::http::StatusCode;
use poem::post;
use poem::web::Html;
use poem_openapi::OpenApi;
use poem_openapi::OpenApiService;
use poem_openapi::param::Query;
use poem_openapi::payload::PlainText;
use tokio::time::sleep;

use crate::edge::wire::Server;

pub const ISSUER: &str = "https://id.example.com";

#[handler]
fn home() -> Html<&'static str> {
    Html("<h1>home</h1>")
}

#[handler]
fn consent() -> Response {
    let mut response = Html("<h1>consent</h1>").into_response();
    response.set_data(Headers::Page(FormsEnd::AtAnApp));
    response
}

#[handler]
fn panics() -> Response {
    panic!("the secret is hunter2")
}

#[handler]
async fn slow() -> &'static str {
    sleep(Duration::from_secs(5)).await;
    "late"
}

/// Answers with the names and lengths of the parameters of the body, or of why they were refused.
#[handler]
async fn token(request: &Request, body: Body) -> poem::Result<String> {
    let body = body.into_bytes().await?;
    match Params::from_body(request.headers(), &body, &Rules::STRICT) {
        Ok(params) => Ok(params.iter().map(|(name, value)| format!("{name}:{};", value.len())).collect()),
        Err(error) => Ok(format!("{}: {}", error.status().as_u16(), error.description())),
    }
}

#[handler]
fn search(request: &Request) -> String {
    match Params::from_query(request.uri().query(), &Rules::STRICT.repeatable(&["resource"])) {
        Ok(params) => params.iter().map(|(name, value)| format!("{name}={value};")).collect(),
        Err(error) => error.description(),
    }
}

#[handler]
async fn count(body: Body) -> poem::Result<String> {
    Ok(body.into_bytes().await?.len().to_string())
}

#[handler]
fn whoami(request: &Request) -> String {
    request.data::<ClientIp>().map(|client| client.nearest().to_string()).unwrap_or_default()
}

#[handler]
fn bare(request: &Request) -> Response {
    let status = request.uri().query().and_then(|code| code.parse().ok()).unwrap_or(StatusCode::FORBIDDEN);
    Response::builder().status(status).header("www-authenticate", "Bearer").finish()
}

#[handler]
fn invalid() -> Problem {
    Problem::invalid("name", "Give the app a name.").and("redirect_uris", "Give at least one address.")
}

/// Fails with an error that is a value, to be worded by its mount.
#[handler]
async fn fails(request: &Request, body: Body) -> poem::Result<String> {
    match request.uri().query() {
        Some("problem") => Err(Problem::conflict("The app \"Tea\" was deleted.").into()),
        Some("away") => Err(Problem::unavailable(17).into()),
        _ => {
            let read = Params::from_form(&body.into_bytes().await?, &Rules::STRICT)?;
            Ok(read.require("code")?.to_owned())
        }
    }
}

/// Gives back what it gets, as it gets it.
#[handler]
fn echo(body: Body) -> Response {
    Response::builder().body(body)
}

#[handler]
fn upstream_failed() -> Response {
    Response::builder().status(StatusCode::BAD_GATEWAY).content_type("text/plain").body("as it came")
}

#[handler]
async fn never() {
    std::future::pending().await
}

struct Api;

#[OpenApi]
impl Api {
    /// A documented operation.
    #[oai(path = "/pages", method = "get")]
    async fn pages(&self, number: Query<u32>) -> PlainText<String> {
        PlainText(number.0.to_string())
    }
}

pub fn routes() -> impl Endpoint + 'static {
    Route::new()
        .at("/", get(home))
        .at("/login", get(home).post(home))
        .at("/consent", get(consent))
        .at("/token", post(token))
        .at("/search", get(search))
        .at("/count", post(count))
        .at("/api/logo", post(count))
        .at("/api/invalid", get(invalid))
        .at("/invalid", get(invalid))
        .at("/fails", post(fails))
        .at("/api/fails", post(fails))
        .at("/token/fails", post(fails))
        .at("/api/panic", get(panics))
        .at("/introspect", post(panics))
        .at("/panic", get(panics))
        .at("/slow", get(slow))
        .at("/whoami", get(whoami))
        .at("/bare", get(bare))
        .at("/api/bare", get(bare))
        .at("/verify", bare)
        .at("/stream/echo", post(echo))
        .at("/stream/failed", get(upstream_failed).post(upstream_failed))
        .at("/stream/never", get(never))
        .nest("/api/v", OpenApiService::new(Api, "test", "1"))
        .map_to_response()
}

pub fn edge(limits: Limits) -> Edge {
    let page: ErrorPage =
        Arc::new(|fault: &Fault, _language| Html(format!("<h1>{}</h1>", fault.title)).into_response());
    let issuer: Issuer = ISSUER.parse().expect("an issuer");
    let allow = Allow::default()
        .path("/login", [Method::GET, Method::POST])
        .path("/token", [Method::POST])
        .path("/api/v/pages", [Method::GET]);
    let oauth = Mount::new(Tongue::OAuth);
    let problem = Mount::new(Tongue::Problem);
    let mounts = Mounts::from_iter([
        ("/token", oauth.with_cors()),
        ("/introspect", oauth),
        ("/verify", oauth.with_options()),
        ("/api", problem),
        ("/stream", problem.with_streams(Duration::from_secs(1))),
        ("/api/logo", problem.with_body_bytes(1024 * 1024)),
    ]);
    Edge::new(&issuer, page)
        .hosts(Hosts::new(issuer.url()).and(["consentry".to_owned()]))
        .limits(limits)
        .mounts(mounts)
        .allow(allow)
}

pub async fn site(limits: Limits) -> Server {
    Server::start(routes().with(edge(limits.clone())), limits).await
}

/// A request that asks the server to close afterwards.
pub fn ask(method: &str, target: &str, headers: &str, body: &str) -> String {
    let length = match body.is_empty() {
        true => String::new(),
        false => format!("content-length: {}\r\n", body.len()),
    };
    format!(
        "{method} {target} HTTP/1.1\r\nhost: id.example.com\r\nconnection: close\r\n{headers}{length}\r\n{body}"
    )
}

/// One header of a response as text.
pub fn header<'a>(response: &'a str, name: &str) -> Option<&'a str> {
    let head = response.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

pub fn status(response: &str) -> u16 {
    response.get(9..12).and_then(|code| code.parse().ok()).unwrap_or_default()
}

pub fn body(response: &str) -> &str {
    response.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default()
}
