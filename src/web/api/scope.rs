//! The permissions of the management API's operations, as these document them: `#[oai(scope = "Permission::AppsRead")]`.

use poem_openapi::OAuthScopes;
use poem_openapi::registry::MetaOAuthScope;

use crate::model::permission::Callers;
use crate::model::permission::Permission;

impl OAuthScopes for Permission {
    /// Those that tokens can have.
    fn meta() -> Vec<MetaOAuthScope> {
        let permissions = Permission::ALL.iter().filter(|permission| permission.callers() == Callers::Tokens);
        let scope = |permission: &Permission| MetaOAuthScope {
            name: permission.name(),
            description: Some(permission.meaning()),
        };
        permissions.map(scope).collect()
    }

    fn name(&self) -> &'static str {
        Permission::name(*self)
    }
}
