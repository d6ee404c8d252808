//! The pages of people, through a browser, on both databases.

mod account;
mod connections;
mod cookies;
mod form_action;
mod fresh;
mod join;
mod languages;
mod onward;
mod settings;
mod setup;
mod sign_in;
mod tossed_cookies;

use consentry::base::secret::Secret;
use consentry::manage::members;
use consentry::manage::members::NewMember;
use consentry::model::role::Role;

use crate::harness::Browser;
use crate::harness::Page;
use crate::harness::Seed;
use crate::harness::Server;

pub const EMAIL: &str = "ada@example.com";
pub const PASSWORD: &str = "correct horse battery staple";

/// Ada, who has a password and the given role in Analytical Engines.
pub async fn ada(server: &Server, role: Role) -> Seed {
    let member = NewMember {
        email: EMAIL,
        name: "Ada Lovelace",
        role,
        organization: "Analytical Engines",
        operator: false,
        password: Some(Secret::presented(PASSWORD)),
    };
    let added = members::add(&server.app, member).await.unwrap();
    Seed { organization_id: added.organization_id, user_id: added.user_id }
}

/// Fills in the sign-in form that the path leads to.
pub async fn sign_in(browser: &mut Browser, path: &str, password: &str) -> Page {
    let form = browser.visit(path).await;
    assert_eq!(form.status, 200, "{}", form.text);
    browser.submit(&form, "/sign-in", &[("email", EMAIL), ("password", password)]).await
}
