//! The scopes that each operation needs, read out of the operations' own documentation.

use std::collections::HashMap;
use std::sync::LazyLock;

use poem::PathPattern;
use poem::Request;
use poem::http::Method;
use poem_openapi::OpenApi;

use crate::model::scope::Scopes;
use crate::web::api::Operations;
use crate::web::api::caller::OAUTH2;

/// By method and path, where every parameter is a bare colon.
static REQUIRED: LazyLock<HashMap<(Method, String), Scopes>> = LazyLock::new(|| {
    let paths = Operations::meta().into_iter().flat_map(|api| api.paths);
    let documented = paths.flat_map(|path| {
        let pattern = pattern(&path.path, '{');
        path.operations.into_iter().filter_map(move |operation| {
            let scopes = operation.security.iter().find_map(|scheme| scheme.get(OAUTH2))?;
            let scopes = Scopes::parse(&scopes.join(" ")).ok().filter(|scopes| !scopes.is_empty())?;
            Some(((operation.method, pattern.clone()), scopes))
        })
    });
    documented.collect()
});

/// What the operation that answers this request needs; `None` where its documentation does not say.
pub fn of(request: &Request) -> Option<&'static Scopes> {
    let path = request.data::<PathPattern>()?;
    // The edge hands HEAD on as GET.
    REQUIRED.get(&(request.method().clone(), pattern(&path.0, ':')))
}

fn pattern(path: &str, parameter: char) -> String {
    let plain =
        |segment: &str| if segment.starts_with(parameter) { ":".to_owned() } else { segment.to_owned() };
    let segments = path.split('/').filter(|segment| !segment.is_empty()).map(plain);
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_documented_is_required() {
        let needed = |method, path: &str| REQUIRED.get(&(method, path.to_owned())).map(Scopes::to_string);
        assert_eq!(needed(Method::GET, "api/apps").as_deref(), Some("apps.read"));
        assert_eq!(needed(Method::POST, "api/apps/:/secrets").as_deref(), Some("apps.write"));
        assert_eq!(
            needed(Method::DELETE, "api/private-apps/:/tokens/:").as_deref(),
            Some("private_apps.write")
        );
        assert_eq!(needed(Method::GET, "api/me"), None);
        assert_eq!(needed(Method::PUT, "api/apps"), None);
    }
}
