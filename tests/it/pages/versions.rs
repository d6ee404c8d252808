//! Two pages open on the same thing: the second save shows what the first one changed.

use consentry::model::role::Role;
use consentry::store::db::Kind;

use crate::harness::Server;
use crate::on_both;
use crate::pages::clients;

on_both![the_second_save_shows_what_the_first_one_changed];

async fn the_second_save_shows_what_the_first_one_changed(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = server.seed("Acme", "ada@example.com", Role::Owner).await;
    let client = server.client(&seed).await;
    let mut browser = server.signed_in(&seed).await;
    let edit = format!("/apps/{}/edit", client.id);
    let [one, two] = [browser.get(&edit).await, browser.get(&edit).await];
    assert_eq!(one.field(&edit, "version"), "1");
    let wrong = browser.submit(&two, &edit, &[("name", "")]).await;
    assert_eq!(wrong.status, 422);
    let first = [("name", "Hers"), ("access.deals", "none")];
    assert_eq!(browser.submit(&one, &edit, &first).await.status, 303);

    let mine = [("name", "Mine"), ("description", "Mine too")];
    let page = browser.submit(&wrong, &edit, &mine).await;
    assert_eq!(page.status, 409, "{}", page.text);
    assert_eq!(page.field(&edit, "name"), "Mine", "what was typed stays");
    assert_eq!(page.field(&edit, "description").trim(), "Mine too");
    assert_eq!(page.field(&edit, "access.deals"), "read");
    assert!(page.texts("#name-error").remove(0).ends_with("it is now: Hers"));
    assert!(page.texts("#scopes-error").remove(0).ends_with("it is now: contacts.read, contacts.write"));
    assert!(page.texts("#description-error").is_empty(), "nobody else changed it");
    assert_eq!(clients(&server, &seed).await[0].name, "Hers");

    assert_eq!(page.field(&edit, "version"), "2");
    assert_eq!(browser.submit(&page, &edit, &[]).await.status, 303, "now it is a decision");
    let kept = clients(&server, &seed).await.remove(0);
    assert_eq!((kept.name.as_str(), kept.description.as_str()), ("Mine", "Mine too"));
    assert_eq!(kept.scopes.to_string(), "contacts.read contacts.write deals.read");
}
