//! What every request passes through before and after its route.
//!
//! On the way in: the issuer's path is taken off, then size and shape of the head, the host, the method, the
//! whole body. On the way out: the framework's own errors in the tongue of their mount, the issuer's path
//! before our own `Location`, security headers, CORS, one log line. Routes thus see only complete,
//! well-formed requests, know their own paths only, and answer only in forms that were chosen. A mount that streams is
//! let through as it comes, once its head is in order.

mod allow;
mod base;
mod body;
mod cors;
mod fault;
mod head;
mod headers;
mod hosts;
mod mounts;
mod strangers;
mod tongue;

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use poem::Endpoint;
use poem::IntoResponse;
use poem::Middleware;
use poem::PathPattern;
use poem::Request;
use poem::Response;
use poem::Result;
use poem::http::HeaderName;
use poem::http::HeaderValue;
use poem::http::Method;
use poem::http::StatusCode;
use poem::http::header::ALLOW;
use poem::http::header::CONTENT_TYPE;
use tokio::time::timeout;
use tracing::info;
use tracing::warn;

use crate::base::origin::Origin;
use crate::config::Issuer;
use crate::web::base_path;
use crate::web::client_ip;
use crate::web::client_ip::ClientIp;
use crate::web::edge::head::Seen;
use crate::web::language::Language;
use crate::web::request_id::RequestId;
use crate::web::serve::Limits;
use crate::web::serve::Streaming;

pub use crate::web::edge::allow::Allow;
pub use crate::web::edge::fault::Fault;
pub use crate::web::edge::headers::FormsEnd;
pub use crate::web::edge::headers::Headers;
pub use crate::web::edge::hosts::Hosts;
pub use crate::web::edge::mounts::Mount;
pub use crate::web::edge::mounts::Mounts;
pub use crate::web::edge::mounts::Tongue;
pub use crate::web::edge::strangers::Strangers;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Request data of a request whose method was HEAD: its route sees GET, and must not do more than look.
#[derive(Clone, Copy, Debug)]
pub struct OnlyHead;

/// Renders the page for one of the framework's own errors, in a language; the status is set by the edge.
pub type ErrorPage = Arc<dyn Fn(&Fault, Language) -> Response + Send + Sync>;

/// The middleware around all routes.
#[derive(Clone)]
pub struct Edge {
    issuer: Arc<Issuer>,
    hosts: Hosts,
    limits: Limits,
    mounts: Mounts,
    allow: Allow,
    strangers: Strangers,
    page: ErrorPage,
}

impl Edge {
    /// An edge for the server at `issuer`, which shows errors to people with `page`.
    pub fn new(issuer: &Issuer, page: ErrorPage) -> Self {
        Self {
            issuer: Arc::new(issuer.clone()),
            hosts: Hosts::new(issuer.url()),
            limits: Limits::default(),
            mounts: Mounts::default(),
            allow: Allow::default(),
            strangers: Strangers::default(),
            page,
        }
    }

    /// The same limits, and the same trusted proxies, as [`crate::web::serve::serve`] has.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Hosts besides the issuer's that this server answers for.
    #[must_use]
    pub fn hosts(self, hosts: Hosts) -> Self {
        Self { hosts, ..self }
    }

    /// Which paths speak which tongue, where not all are pages.
    #[must_use]
    pub fn mounts(self, mounts: Mounts) -> Self {
        Self { mounts, ..self }
    }

    /// Which methods each path takes.
    #[must_use]
    pub fn allow(self, allow: Allow) -> Self {
        Self { allow, ..self }
    }

    /// Where those are noted who send forwarded headers and are not trusted.
    #[must_use]
    pub fn strangers(self, strangers: Strangers) -> Self {
        Self { strangers, ..self }
    }

    /// Notes who is calling, and under which id the request is known.
    fn recognize(&self, request: &mut Request) -> RequestId {
        let Some(peer) = request.remote_addr().as_socket_addr().map(SocketAddr::ip) else {
            return RequestId::new();
        };
        let proxies = &self.limits.proxies;
        request.set_data(proxies.client_ip(peer, request.headers()));
        if proxies.contains(peer) {
            return RequestId::received(request.headers()).unwrap_or_default();
        }
        if client_ip::is_forwarded(request.headers()) && self.strangers.note(peer, Instant::now()) {
            let proxy = peer.to_canonical();
            warn!(
                %proxy,
                "X-Forwarded-For or Forwarded arrived from an address that is not trusted, and is not believed: whoever \
                 comes through {proxy} counts as one caller. If it is your proxy, name it: trusted_proxies = [\"{proxy}\"]"
            );
        }
        RequestId::new()
    }

    /// Answers what no route need see; else the request is complete.
    async fn admit(
        &self,
        request: &mut Request,
        inside: bool,
        mount: &Mount,
    ) -> Result<Option<Response>, Fault> {
        head::check_size(request, &self.limits)?;
        allow::check(request.method())?;
        self.hosts.check(request)?;
        if inside
            && !mount.takes_options()
            && let Some(response) = self.allow.answer(request, mount.has_cors())
        {
            return Ok(Some(response));
        }
        if mount.stream().is_none() {
            head::check_encoding(request)?;
            let most = mount.body_bytes().unwrap_or(self.limits.body_bytes);
            body::complete(request, most, self.limits.body).await?;
        }
        if inside { Ok(None) } else { Err(Fault::outside(&self.issuer)) }
    }

    /// Answers with the route, or with why not.
    async fn answer(
        &self,
        mut request: Request,
        mount: &Mount,
        route: &impl Endpoint,
    ) -> Result<Response, Fault> {
        if *request.method() == Method::HEAD {
            // Routes answer as to GET; `finish` drops the body and keeps its length.
            request.set_method(Method::GET);
            request.set_data(OnlyHead);
        }
        // Boxed, because the future of all routes is large and would be copied into each wrapper.
        let answering = AssertUnwindSafe(Box::pin(route.call(request))).catch_unwind();
        match timeout(mount.stream().unwrap_or(self.limits.request), answering).await {
            Ok(Ok(Ok(answer))) => {
                let mut response = answer.into_response();
                if mount.stream().is_some() {
                    response.set_data(Streaming);
                }
                Ok(response)
            }
            Ok(Ok(Err(error))) => Ok(error.into_response()),
            // What was thrown may quote a secret, so it is left to the panic hook.
            Ok(Err(_thrown)) => Err(Fault::panicked()),
            Err(_elapsed) => Err(Fault::timed_out()),
        }
    }

    /// Words what nobody worded, and adds what every response has.
    fn finish(&self, answered: Result<Response, Fault>, mount: &Mount, seen: &Seen) -> Response {
        let mut response = match answered {
            Ok(response) if needs_words(&response, mount.tongue(), seen) => {
                tongue::reword(response, mount.tongue(), seen, &self.page)
            }
            Ok(response) => response,
            Err(fault) => tongue::render(&fault, mount.tongue(), seen, &self.page),
        };
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, self.allow.at(seen.path()));
        }
        if mount.has_cors() {
            cors::open(&mut response);
            if seen.is_preflight() {
                cors::answer_preflight(&mut response);
            }
        }
        base::leave(&mut response, self.issuer.base());
        headers::finish(&mut response, mount.tongue(), self.issuer.is_https());
        match *seen.method() == Method::HEAD {
            true => body::without(response),
            false => response,
        }
    }
}

/// Whether a response is an error that nobody worded (poem's plain text, or no body at all), or one that
/// was worded for programs and goes to a person, or the other way round.
fn needs_words(response: &Response, tongue: Tongue, seen: &Seen) -> bool {
    if response.data::<Streaming>().is_some() {
        return false;
    }
    let error = response.status().is_client_error() || response.status().is_server_error();
    let as_problem = tongue == Tongue::Problem || tongue == Tongue::Page && seen.prefers_json();
    let worded =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    error && (!worded || response.data::<Fault>().is_some() && !as_problem)
}

impl<E: Endpoint> Middleware<E> for Edge {
    type Output = Edged<E>;

    fn transform(&self, route: E) -> Edged<E> {
        Edged { edge: self.clone(), route }
    }
}

/// Routes with the edge around them.
pub struct Edged<E> {
    edge: Edge,
    route: E,
}

impl<E: Endpoint> Endpoint for Edged<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let started = Instant::now();
        let id = self.edge.recognize(&mut request);
        let address = request.data::<ClientIp>().map(|client| client.nearest());
        let origin = Origin { address, request: Some(id.clone().into()) };
        let base = self.edge.issuer.base();
        let inside = base::enter(&mut request, base, &self.edge.mounts);
        let seen = Seen::of(&request);
        let answering = async {
            let mount = self.edge.mounts.of(seen.path());
            let (answered, unread) = match self.edge.admit(&mut request, inside, mount).await {
                Ok(None) => (self.edge.answer(request, mount, &self.route).await, false),
                Ok(Some(response)) => (Ok(response), body::is_left(&mut request).await),
                // Who was too slow once is not waited for again.
                Err(fault) if fault.status == StatusCode::REQUEST_TIMEOUT => (Err(fault), true),
                Err(fault) => (Err(fault), body::is_left(&mut request).await),
            };
            let mut response = self.edge.finish(answered, mount, &seen);
            seen.close_if_needed(&mut response, unread);
            response
        };
        let mut response = origin.scope(base_path::scope(base.clone(), answering)).await;
        if let Ok(id) = HeaderValue::from_str(id.as_str()) {
            response.headers_mut().insert(X_REQUEST_ID, id);
        }

        let pattern = response.data::<PathPattern>().map(|pattern| pattern.0.as_ref());
        info!(
            target: "consentry::access",
            method = seen.method().as_str(),
            path = pattern.unwrap_or(seen.short_path()),
            status = response.status().as_u16(),
            micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            request_id = id.as_str(),
        );
        Ok(response)
    }
}
