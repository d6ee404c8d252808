//! The first owner, through the page.

use consentry::accounts::setup;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::Server;
use crate::on_both;
use crate::people::EMAIL;
use crate::people::PASSWORD;
use crate::people::sign_in;

on_both![the_link_makes_an_owner_once, what_is_wrong_is_told_beside_its_field];

async fn path(server: &Server) -> String {
    let link = setup::link(&server.app).await.unwrap().unwrap();
    link.strip_prefix(server.issuer()).unwrap().to_owned()
}

const TYPED: [(&str, &str); 4] = [
    ("organization", "Analytical Engines"),
    ("name", "Ada Lovelace"),
    ("email", EMAIL),
    ("password", PASSWORD),
];

async fn the_link_makes_an_owner_once(kind: Kind) {
    let server = Server::start(kind).await;
    let link = path(&server).await;
    let mut browser = Browser::new(server.issuer());
    let mut late = Browser::new(server.issuer());
    let form = browser.get(&link).await;
    let other = late.get(&link).await;
    assert_eq!((form.status.as_u16(), other.status.as_u16()), (200, 200));
    assert_eq!(browser.submit(&form, "/setup", &TYPED).await.location().as_deref(), Some("/"));
    assert_eq!(browser.get("/settings").await.status, 200, "the owner is signed in");
    assert_eq!(late.submit(&other, "/setup", &TYPED).await.status, 404);
    assert_eq!(late.get(&link).await.status, 404);
    assert_eq!(late.get("/setup").await.status, 404);
    let back = sign_in(&mut late, "/settings", PASSWORD).await;
    assert_eq!(back.location().as_deref(), Some("/settings"));
}

async fn what_is_wrong_is_told_beside_its_field(kind: Kind) {
    let server = Server::start(kind).await;
    let mut browser = Browser::new(server.issuer());
    let form = browser.get(&path(&server).await).await;
    let wrong = [("organization", "Engines"), ("name", ""), ("email", "ada"), ("password", "too short")];
    let told = browser.submit(&form, "/setup", &wrong).await;
    assert_eq!(told.status, 422);
    assert_eq!(told.attributes("#organization", "value"), ["Engines"]);
    assert_eq!(told.texts("#name-error"), ["It is missing."]);
    assert!(told.texts("#email-error")[0].contains("is not an e-mail address"));
    assert!(!told.text.contains("too short"));
    let told =
        browser.submit(&told, "/setup", &[("name", "Ada"), ("email", EMAIL), ("password", "short")]).await;
    assert!(told.texts("#password-error")[0].contains("at least 15"));
    assert_eq!(browser.submit(&told, "/setup", &TYPED).await.status, 303);
}
