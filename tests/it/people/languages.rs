//! The pages that people meet speak their language: what the app asks for, or else what the browser is set to.

use std::collections::BTreeMap;

use consentry::model::role::Role;
use consentry::model::scope::Scopes;
use consentry::store::db::Kind;
use reqwest::Method;

use crate::harness::Browser;
use crate::harness::Page;
use crate::harness::Server;
use crate::on_both;
use crate::people::EMAIL;
use crate::people::PASSWORD;
use crate::people::ada;

on_both![
    the_browser_is_answered_in_its_language,
    what_an_app_asks_for_comes_before_and_lasts_through_the_sign_in,
    every_language_says_what_is_wrong,
    what_waited_too_long_is_told_in_every_language,
    an_app_is_allowed_in_the_language_it_asks_for,
    what_we_say_of_scopes_is_translated_and_what_the_platform_says_stays,
    an_answer_is_posted_in_the_language_of_the_consent,
    what_an_app_did_wrong_is_told_in_the_language_it_asks_for,
    a_consent_that_is_too_old_is_told_in_its_language,
    the_edge_speaks_the_language_of_whoever_asked,
    the_console_speaks_english,
];

const TITLES: [(&str, &str); 3] = [("en", "Sign in"), ("de", "Anmelden"), ("fr", "Se connecter")];

/// The page is in that language, as far as one can tell from outside.
#[track_caller]
fn speaks(page: &Page, tag: &str) {
    assert_eq!(page.attributes("html", "lang"), [tag], "{}", page.text);
    assert_eq!(page.header("content-language"), tag);
    for (name, value) in page.text.split(['<', '>']).skip(1).step_by(2).flat_map(attributes) {
        assert!(!value.contains("&lt;"), "{name} holds markup: {value}");
    }
    let chosen = page.headers.get_all("vary").iter().any(|vary| vary == "Accept-Language");
    assert!(chosen, "a cache could hand this to somebody else");
}

fn attributes(tag: &str) -> BTreeMap<&str, &str> {
    let mut rest = tag;
    let mut found = BTreeMap::new();
    while let Some((before, after)) = rest.split_once("=\"") {
        let Some((value, after)) = after.split_once('"') else { break };
        found.insert(before.rsplit(' ').next().unwrap_or_default(), value);
        rest = after;
    }
    found
}

async fn the_browser_is_answered_in_its_language(kind: Kind) {
    let server = Server::start(kind).await;
    for (header, tag) in [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.4, fr;q=0.6", "fr"),
        ("*", "en"),
        ("tlh, de;q=0", "en"),
        (",;q=1,\"", "en"),
    ] {
        let mut browser = Browser::new(server.issuer());
        browser.speaks(header);
        let page = browser.get("/sign-in").await;
        speaks(&page, tag);
        let title = TITLES.iter().find(|(known, _)| *known == tag).unwrap().1;
        assert_eq!(page.texts("h1"), [title], "{header}");
        assert_eq!(page.texts("title"), [format!("{title} · Consentry")], "{header}");
    }
    let mut browser = Browser::new(server.issuer());
    browser.speaks(&"de;q=0.5,".repeat(200));
    speaks(&browser.get("/sign-in").await, "de");
    browser.speaks("");
    speaks(&browser.get("/sign-in").await, "en");
}

async fn what_an_app_asks_for_comes_before_and_lasts_through_the_sign_in(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    for (ui_locales, tag) in [("de-CH fr", "de"), ("x y_z fr-CA", "fr"), ("tlh", "en"), ("%00", "en")] {
        let mut browser = Browser::new(server.issuer());
        browser.speaks("en");
        let page = browser.visit(&client.authorize_path(&[("ui_locales", ui_locales)])).await;
        speaks(&page, tag);
        let wrong = browser.submit(&page, "/sign-in", &[("email", EMAIL), ("password", "wrong")]).await;
        assert_eq!(wrong.status, 422, "{ui_locales}");
        speaks(&wrong, tag);
        let back = browser.submit(&wrong, "/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        let asked = back.redirected("ui_locales");
        assert_eq!(asked.as_deref(), Some(ui_locales), "the rest of the request still asks for it");
    }
    let mut browser = Browser::new(server.issuer());
    browser.speaks("de");
    let page = browser.visit(&client.authorize_path(&[("ui_locales", "tlh ja")])).await;
    speaks(&page, "de");
    let mut browser = Browser::new(server.issuer());
    let long = "de ".repeat(2000);
    let page = browser.get(&client.authorize_path(&[("ui_locales", &long)])).await;
    assert_eq!((page.status.as_u16(), page.location()), (400, None), "longer than a parameter may be");
}

async fn every_language_says_what_is_wrong(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    for (tag, incomplete, wrong, stale) in [
        ("en", "Type your e-mail", "is wrong", "sign in again"),
        ("de", "Geben Sie", "stimmt nicht", "noch einmal an"),
        ("fr", "Saisissez", "est incorrect", "vous reconnecter"),
    ] {
        let mut browser = Browser::new(server.issuer());
        browser.speaks(tag);
        let form = browser.get("/sign-in").await;
        let typed = |password| [("email", EMAIL), ("password", password)];
        for (page, status, words) in [
            (browser.submit(&form, "/sign-in", &typed("")).await, 422, incomplete),
            (browser.submit(&form, "/sign-in", &typed("not it")).await, 422, wrong),
            (browser.submit(&form, "/sign-in", &[("csrf", "none")]).await, 403, stale),
        ] {
            assert_eq!(page.status, status, "{tag}");
            speaks(&page, tag);
            assert!(page.texts("[role=alert]")[0].contains(words), "{tag}: {:?}", page.texts("[role=alert]"));
        }
    }
}

async fn what_waited_too_long_is_told_in_every_language(kind: Kind) {
    let server = Server::start(kind).await;
    ada(&server, Role::Member).await;
    for (tag, title, span) in [
        ("en", "You are signed in", "30 minutes"),
        ("de", "Sie sind angemeldet", "30 Minuten"),
        ("fr", "Vous êtes connecté", "30 minutes"),
    ] {
        let mut browser = Browser::new(server.issuer());
        browser.speaks(tag);
        let form = browser.get("/sign-in").await;
        let typed = [("to", "nothing of ours"), ("email", EMAIL), ("password", PASSWORD)];
        let page = browser.submit(&form, "/sign-in", &typed).await;
        speaks(&page, tag);
        assert_eq!(page.texts("h1"), [title]);
        assert!(page.texts(".lead")[0].contains(span), "{}", page.text);
    }
}

/// What the consent page says of an app that asks for reading and writing contacts.
const ASKED: [(&str, &[&str]); 3] = [
    (
        "en",
        &["Contact Sync asks for access to Analytical Engines", "Until I end it", "90 days", "Reads only"],
    ),
    (
        "de",
        &[
            "Contact Sync bittet um Zugriff auf Analytical Engines",
            "Bis ich den Zugriff beende",
            "90 Tage",
            "Liest nur",
        ],
    ),
    (
        "fr",
        &[
            "Contact Sync demande l’accès à Analytical Engines",
            "Jusqu’à ce que j’y mette fin",
            "90 jours",
            "Lecture seule",
        ],
    ),
];

fn everything(page: &Page) -> String {
    page.texts("body").join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn an_app_is_allowed_in_the_language_it_asks_for(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    let path = |tag| client.authorize_path(&[("ui_locales", tag), ("scope", "contacts.read")]);
    for (tag, words) in ASKED {
        let mut browser = Browser::new(server.issuer());
        browser.speaks(if tag == "de" { "fr" } else { "de" });
        let form = browser.visit(&path(tag)).await;
        let back = browser.submit(&form, "/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        let page = browser.get(&back.location().unwrap()).await;
        speaks(&page, tag);
        assert_eq!(page.texts("h1"), [words[0]]);
        for words in words {
            assert!(everything(&page).contains(words), "{tag}: {words} in {}", everything(&page));
        }
        let switch = [("decision", "switch_account"), ("organization", ""), ("duration", "")];
        speaks(&browser.submit(&page, "/authorize", &switch).await, tag);
    }
    let mut browser = server.signed_in(&seed).await;
    browser.speaks("fr-CH, de;q=0.8");
    speaks(&browser.get(&path("tlh")).await, "fr");
}

async fn what_we_say_of_scopes_is_translated_and_what_the_platform_says_stays(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let scopes = Scopes::parse("contacts.read apps.write").unwrap();
    let client = server.client_with(&seed, |client| client.scopes = scopes.clone()).await;
    let mut browser = server.signed_in(&seed).await;
    for (tag, words) in [
        ("de", "OAuth-Apps der Organisation und ihre Geheimnisse anlegen, ändern und löschen"),
        (
            "fr",
            "Enregistrer, modifier et supprimer les applications OAuth de l’organisation et leurs secrets",
        ),
    ] {
        let asked = [("ui_locales", tag), ("scope", "contacts.read apps.write")];
        let page = browser.get(&client.authorize_path(&asked)).await;
        assert_eq!(page.texts(".scope-words strong"), ["See contacts", words]);
    }
}

async fn an_answer_is_posted_in_the_language_of_the_consent(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    let mut browser = server.signed_in(&seed).await;
    browser.speaks("en");
    for (tag, title, go_on) in [("de", "Zurück zu", "Weiter"), ("fr", "Retour à", "Continuer")] {
        let asked = [("ui_locales", tag), ("response_mode", "form_post"), ("prompt", "consent")];
        let page = browser.get(&client.authorize_path(&asked)).await;
        let posting = browser.submit(&page, "/authorize", &[("decision", "deny")]).await;
        speaks(&posting, tag);
        assert_eq!(posting.texts("h1"), [format!("{title} Contact Sync")]);
        assert_eq!(posting.texts("button"), [go_on]);
    }
}

async fn what_an_app_did_wrong_is_told_in_the_language_it_asks_for(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    let mut browser = Browser::new(server.issuer());
    browser.speaks("en");
    for (tag, unknown, wrong, incomplete) in [
        ("en", "This app is not known here", "Contact Sync sent you here", "We cannot go on from here"),
        ("de", "Diese App ist hier nicht bekannt", "Contact Sync hat Sie", "Hier geht es nicht weiter"),
        ("fr", "Cette application est inconnue ici", "Contact Sync vous a", "Impossible de continuer"),
    ] {
        let elsewhere =
            client.authorize_path(&[("ui_locales", tag), ("redirect_uri", "https://elsewhere.example/")]);
        for (path, status, headline) in [
            (format!("/authorize?client_id=app_1&ui_locales={tag}"), 422, unknown),
            (elsewhere, 422, wrong),
            (format!("/authorize?ui_locales={tag}"), 400, incomplete),
        ] {
            let page = browser.get(&path).await;
            assert_eq!(page.status, status, "{path}: {}", page.text);
            speaks(&page, tag);
            assert!(page.texts("h1")[0].starts_with(headline), "{tag}: {:?}", page.texts("h1"));
        }
        let page = browser.get(&format!("/authorize?ui_locales={tag}")).await;
        let detail = page.texts("dd[lang=en]");
        assert_eq!(detail, ["The parameter client_id is missing or empty."], "for whoever develops the app");
        let mut own = Browser::new(server.issuer());
        own.speaks(tag);
        speaks(&own.get("/authorize?client_id=1&client_id=2").await, tag);
    }
}

async fn a_consent_that_is_too_old_is_told_in_its_language(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let client = server.client(&seed).await;
    let mut browser = server.signed_in(&seed).await;
    for (tag, headline) in [
        ("en", "Please start again"),
        ("de", "Bitte beginnen Sie noch einmal"),
        ("fr", "Veuillez recommencer"),
    ] {
        let page = browser.get(&client.authorize_path(&[("ui_locales", tag)])).await;
        let stale = browser.submit(&page, "/authorize", &[("decision", "allow"), ("ticket", "old")]).await;
        assert_eq!(stale.status, 400);
        speaks(&stale, tag);
        assert_eq!(stale.texts("h1"), [headline]);
    }
}

async fn the_edge_speaks_the_language_of_whoever_asked(kind: Kind) {
    let server = Server::start(kind).await;
    for (language, path, tag, headline) in [
        ("en", "/nowhere", "en", "There is nothing here"),
        ("de", "/nowhere", "de", "Hier ist nichts"),
        ("de", "/authorize/nowhere?ui_locales=fr", "fr", "Il n’y a rien ici"),
        ("fr-BE", "/sign-in?to=1&to=2", "fr", "Nous n’avons pas pu lire cela"),
    ] {
        let mut browser = Browser::new(server.issuer());
        browser.speaks(language);
        let page = browser.get(path).await;
        speaks(&page, tag);
        assert_eq!(page.texts("h1"), [headline], "{path}");
    }
    let mut browser = Browser::new(server.issuer());
    browser.speaks("de");
    let page = browser.ask(Method::DELETE, "/sign-in").await;
    assert_eq!(
        (page.status.as_u16(), page.texts("h1")),
        (405, vec!["Diese Adresse funktioniert anders".to_owned()])
    );
}

async fn the_console_speaks_english(kind: Kind) {
    let server = Server::start(kind).await;
    let seed = ada(&server, Role::Owner).await;
    let mut browser = server.signed_in(&seed).await;
    browser.speaks("de");
    let page = browser.get("/apps").await;
    assert_eq!(page.attributes("html", "lang"), ["en"]);
    assert_eq!((page.header("content-language"), page.header("vary")), ("en", ""));
    assert_eq!(page.texts(".skip"), ["Skip to the content"]);
}
