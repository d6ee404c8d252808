//! The permission that each operation needs, read out of the operations' own documentation.

use std::collections::HashMap;
use std::sync::LazyLock;

use poem::PathPattern;
use poem::Request;
use poem::http::Method;
use poem_openapi::OpenApi;

use crate::model::permission::Callers;
use crate::model::permission::Permission;
use crate::web::api::Operations;
use crate::web::api::caller::SESSION;

/// By method and path, where every parameter is a bare colon.
static REQUIRED: LazyLock<HashMap<(Method, String), Permission>> = LazyLock::new(|| {
    let paths = Operations::meta().into_iter().flat_map(|api| api.paths);
    let managed = paths.filter(|path| path.path.starts_with("/api/"));
    let documented = managed.flat_map(|path| {
        let pattern = pattern(&path.path, '{');
        path.operations.into_iter().map(move |operation| {
            let mut names = operation.security.iter().flat_map(|scheme| scheme.values().flatten());
            let permission = names.find_map(|name| Permission::named(name)).unwrap_or_else(|| {
                panic!("{} {} documents no permission: who may call it?", operation.method, path.path)
            });
            let for_people = operation.security.iter().all(|scheme| scheme.contains_key(SESSION));
            assert!(
                !for_people || permission.callers() == Callers::People,
                "{} {} takes people alone, and {permission} is open to tokens",
                operation.method,
                path.path
            );
            ((operation.method, pattern.clone()), permission)
        })
    });
    documented.collect()
});

/// Passes when every operation documents who may call it, and takes those.
///
/// # Panics
/// When one does not: such a program does not start.
pub fn check() {
    LazyLock::force(&REQUIRED);
}

/// What the operation that answers this request needs.
pub fn of(request: &Request) -> Option<Permission> {
    let path = request.data::<PathPattern>()?;
    // The edge hands HEAD on as GET.
    REQUIRED.get(&(request.method().clone(), pattern(&path.0, ':'))).copied()
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
        let needed = |method, path: &str| REQUIRED.get(&(method, path.to_owned())).copied();
        assert_eq!(needed(Method::GET, "api/apps"), Some(Permission::AppsRead));
        assert_eq!(needed(Method::POST, "api/apps/:/secrets"), Some(Permission::AppsWrite));
        assert_eq!(needed(Method::DELETE, "api/private-apps/:/tokens/:"), Some(Permission::PrivateAppsWrite));
        assert_eq!(needed(Method::GET, "api/me"), Some(Permission::Identity));
        assert_eq!(needed(Method::PUT, "api/apps"), None);
    }
}
