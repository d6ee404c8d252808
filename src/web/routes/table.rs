//! The table of paths, and what comes out of it.

use poem::Endpoint;
use poem::EndpointExt;
use poem::IntoEndpoint;
use poem::Request;
use poem::Response;
use poem::Route;
use poem::RouteMethod;
use poem::http::Method;
use serde_json::Value;

use crate::web::edge::Allow;
use crate::web::edge::Mount;
use crate::web::edge::Mounts;

/// What one path does with which methods.
pub struct Methods {
    route: RouteMethod,
    taken: Vec<Method>,
}

pub fn get<E: IntoEndpoint>(endpoint: E) -> Methods
where
    E::Endpoint: 'static,
{
    let methods = Methods { route: RouteMethod::new(), taken: Vec::new() };
    methods.taking(Method::GET, endpoint)
}

pub fn post<E: IntoEndpoint>(endpoint: E) -> Methods
where
    E::Endpoint: 'static,
{
    let methods = Methods { route: RouteMethod::new(), taken: Vec::new() };
    methods.taking(Method::POST, endpoint)
}

impl Methods {
    /// `POST` as well.
    pub fn post<E: IntoEndpoint>(self, endpoint: E) -> Methods
    where
        E::Endpoint: 'static,
    {
        self.taking(Method::POST, endpoint)
    }

    fn taking<E: IntoEndpoint>(mut self, method: Method, endpoint: E) -> Methods
    where
        E::Endpoint: 'static,
    {
        self.taken.push(method.clone());
        Methods { route: self.route.method(method, endpoint), ..self }
    }
}

/// Paths with how they are mounted, what methods they take, and what answers them.
#[derive(Default)]
pub struct Table {
    route: Route,
    allow: Allow,
    mounts: Vec<(&'static str, Mount)>,
    documented: Vec<&'static str>,
}

impl Table {
    /// `path`, in which a segment that begins with a colon stands for any.
    #[must_use]
    pub fn at(self, path: &'static str, mount: Mount, methods: Methods) -> Self {
        let allow = self.allow.path(path, methods.taken);
        Self { route: self.route.at(path, methods.route), allow, ..self }.below(path, mount)
    }

    /// `path` with whatever method, which `endpoint` looks at itself.
    #[must_use]
    pub fn any<E: IntoEndpoint>(self, path: &'static str, mount: Mount, endpoint: E) -> Self
    where
        E::Endpoint: 'static,
    {
        Self { route: self.route.at(path, endpoint), ..self }.below(path, mount)
    }

    /// The operations of the OpenAPI document at `path` and below it.
    #[must_use]
    pub fn documented(mut self, path: &'static str, mount: Mount) -> Self {
        self.documented.push(path);
        self.below(path, mount)
    }

    /// What is at `path` and below it, also where nothing answers.
    #[must_use]
    pub fn below(mut self, path: &'static str, mount: Mount) -> Self {
        self.mounts.push((path, mount));
        self
    }

    /// How each path is mounted.
    pub fn mounts(&self) -> Mounts {
        self.mounts.iter().copied().collect()
    }

    /// Which methods each path takes, those of `document` too.
    pub fn allow(&self, document: &Value) -> Allow {
        self.allow.clone().document(document)
    }

    /// The router, where `service` answers what is documented.
    pub fn into_endpoint(self, service: impl Endpoint + 'static) -> impl Endpoint<Output = Response> {
        Split { documented: self.documented, service: service.map_to_response(), others: self.route }
    }
}

/// Beside the other routes and not below them: a nested router misreads its parent's pattern, and one at the root would
/// take the first page.
struct Split<E> {
    documented: Vec<&'static str>,
    service: E,
    others: Route,
}

impl<E: Endpoint<Output = Response>> Endpoint for Split<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let path = request.uri().path();
        let within =
            |top: &&str| path.strip_prefix(*top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        match self.documented.iter().any(within) {
            true => self.service.call(request).await,
            false => self.others.call(request).await,
        }
    }
}
