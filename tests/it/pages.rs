//! The console's pages, as people use them without script.

mod app_secrets;
mod apps;
mod forms;
mod home;
mod lists;
pub mod logos;
mod modules;
mod private_apps;
mod versions;

use consentry::model::client::Client;
use consentry::model::page::Page;
use consentry::model::page::Place;
use consentry::model::private_app::PrivateApp;
use consentry::model::scope::Scopes;
use consentry::store;

use crate::harness::Browser;
use crate::harness::Seed;
use crate::harness::Server;

/// As much of a list as any test makes.
const WHOLE: Page = Page { from: Place::Newest, limit: 1000 };

fn scopes(text: &str) -> Scopes {
    Scopes::parse(text).unwrap()
}

/// The organization's apps, newest first.
async fn clients(server: &Server, seed: &Seed) -> Vec<Client> {
    let mut conn = server.app.db.read().await.unwrap();
    store::clients::of_organization(&mut conn, &seed.organization_id, None, None, &WHOLE).await.unwrap().items
}

/// The organization's private apps, newest first.
async fn private_apps(server: &Server, seed: &Seed) -> Vec<PrivateApp> {
    let mut conn = server.app.db.read().await.unwrap();
    store::private_apps::of_organization(&mut conn, &seed.organization_id, None, &WHOLE).await.unwrap().items
}

/// What the forms of this browser carry.
async fn csrf(browser: &mut Browser) -> String {
    browser.get("/connections").await.attributes("input[name=csrf]", "value").remove(0)
}

/// What is typed into a form: `good`, but for one field.
fn but<'a>(good: &[(&'a str, &'a str)], field: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    good.iter().copied().filter(|(name, _)| *name != field).chain([(field, value)]).collect()
}
