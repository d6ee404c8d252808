//! The management API: what the console does, for programs.
//!
//! Its operations are documented where they are written, and what they document is also the rule: [`required`] reads
//! the permission of an operation out of its own documentation, and an operation that names none keeps the program from
//! starting.

mod account;
pub(super) mod apps;
mod audit;
mod body;
pub(super) mod caller;
pub(super) mod choices;
mod grants;
mod instance;
mod invitations;
pub(super) mod lifetime;
mod me;
mod members;
pub mod modules;
mod moment;
pub(super) mod organization;
mod outcomes;
mod page;
pub mod private_apps;
mod refused;
pub(super) mod request;
mod required;
mod scope;
mod session;
mod upload;

use poem_openapi::OpenApiService;

use crate::web::oauth::OAuthApi;

pub use self::refused::Refused;

/// Every operation, in reading order.
type Operations = (
    OAuthApi,
    me::MeApi,
    (apps::AppsApi, apps::SecretsApi, apps::LogosApi),
    (private_apps::PrivateAppsApi, private_apps::TokensApi, private_apps::LogosApi),
    modules::ModulesApi,
    grants::GrantsApi,
    organization::OrganizationApi,
    members::MembersApi,
    invitations::InvitationsApi,
    audit::AuditApi,
    instance::InstanceApi,
    session::SessionApi,
    account::AccountApi,
);

/// The service behind every documented path. Its operations find the app in the data of the request.
pub fn service() -> OpenApiService<Operations, ()> {
    required::check();
    let operations = (
        OAuthApi,
        me::MeApi,
        (apps::AppsApi, apps::SecretsApi, apps::LogosApi),
        (private_apps::PrivateAppsApi, private_apps::TokensApi, private_apps::LogosApi),
        modules::ModulesApi,
        grants::GrantsApi,
        organization::OrganizationApi,
        members::MembersApi,
        invitations::InvitationsApi,
        audit::AuditApi,
        instance::InstanceApi,
        session::SessionApi,
        account::AccountApi,
    );
    OpenApiService::new(operations, "Consentry", env!("CARGO_PKG_VERSION"))
}
