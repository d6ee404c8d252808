//! Each kind of credential counts where its kind is expected and nowhere else (RFC 9700, and our own types).

use consentry::base::secret::Secret;
use consentry::store::db::Kind;
use serde_json::json;

use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Server;
use crate::on_both;

on_both![no_kind_passes_for_another, nothing_but_the_very_token_passes,];

/// Live credentials of every kind, by name.
struct Wallet {
    server: Server,
    client: OAuthClient,
    resource_server: OAuthClient,
    credentials: Vec<(&'static str, String)>,
}

impl Wallet {
    async fn new(kind: Kind) -> Wallet {
        let (server, seed, client) = Server::start_with_client(kind).await;
        let resource_server = server.client_with(&seed, |client| client.resource_server = true).await;
        let mut browser = server.signed_in(&seed).await;
        let tokens = client.connect(&mut browser).await;
        let code = client.code(&mut browser).await;
        let private = server.private_app(&seed, |_, _| {}).await;
        let page = browser.get(&client.authorize_path(&[("prompt", "consent")])).await;
        let form = page.fields("/authorize");
        let hidden =
            |name| form.iter().find(|(kept, _)| kept == name).map(|(_, value)| value.clone()).unwrap();
        let credentials = vec![
            ("code", code),
            ("access", tokens.text("access_token").to_owned()),
            ("refresh", tokens.text("refresh_token").to_owned()),
            ("client secret", client.secret.clone().unwrap()),
            ("private app", private.reveal().to_owned()),
            ("session", browser.cookie("sid").unwrap().to_owned()),
            ("csrf", hidden("csrf")),
            ("ticket", hidden("ticket")),
            ("client id", client.id.clone()),
            ("set-up", Secret::generate("SETUP").reveal().to_owned()),
        ];
        Wallet { server, client, resource_server, credentials }
    }

    fn get(&self, kind: &str) -> &str {
        self.credentials.iter().find(|(known, _)| *known == kind).map(|(_, text)| text.as_str()).unwrap()
    }

    /// Presents `text` wherever a credential is taken except as a kind in `but`: each refuses it in its own way.
    async fn is_refused_everywhere(&self, text: &str, but: &[&str], what: &str) {
        let Wallet { client, resource_server, server, .. } = self;
        if !but.contains(&"code") {
            client.redeem(text).await.assert_error(400, "invalid_grant");
        }
        if !but.contains(&"refresh") {
            client.refresh(text).await.assert_error(400, "invalid_grant");
        }
        if !but.contains(&"refresh") && !but.contains(&"access") {
            assert_eq!(client.introspect(text).await.json, json!({"active": false}), "{what}");
        }
        if !but.contains(&"access") && !but.contains(&"private app") {
            assert_eq!(resource_server.introspect(text).await.json, json!({"active": false}), "{what}");
            let called = client.call("/verify?scope=contacts.read", text).await;
            match called.status.as_u16() {
                400 => called.assert_error(400, "invalid_request"),
                _ => called.assert_error(401, "invalid_token"),
            }
        }
        if !but.contains(&"client secret") {
            let grant = ("grant_type", "client_credentials");
            let body = [grant, ("client_id", client.id.as_str()), ("client_secret", text)];
            client.post_bare("/token", &body).await.assert_error(401, "invalid_client");
            let asked = ("client_id", text);
            client.post_bare("/token", &[grant, asked]).await.assert_error(401, "invalid_client");
        }
        if !but.contains(&"session") && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            let mut browser = Browser::with_cookie(server.issuer(), "sid", text);
            let page = browser.get(&client.authorize_path(&[])).await;
            assert!(page.asks_for_a_password(), "{what}: {page:?}");
        }
    }
}

async fn no_kind_passes_for_another(kind: Kind) {
    let wallet = Wallet::new(kind).await;
    for (kind, text) in &wallet.credentials {
        if *kind == "private app" {
            assert_eq!(wallet.client.introspect(text).await.json["active"], false);
        }
        let own = if *kind == "client id" { "client secret" } else { kind };
        wallet.is_refused_everywhere(text, &[own], kind).await;
        let revoked = wallet.client.revoke(text).await;
        assert_eq!(revoked.json, json!({}), "{kind}");
    }
    let client = &wallet.client;
    for gone in ["access", "refresh"] {
        assert!(!client.is_active(wallet.get(gone)).await, "it was revoked");
    }
    assert_eq!(client.redeem(wallet.get("code")).await.status, 200, "a code is not revoked by its text");
    assert!(
        wallet.resource_server.is_active(wallet.get("private app")).await,
        "nor is a private app's token"
    );
    assert_eq!(client.client_credentials().await.status, 200, "nor is a secret");
    let mut browser = Browser::with_cookie(wallet.server.issuer(), "sid", wallet.get("session"));
    assert_eq!(browser.get(&client.authorize_path(&[])).await.status, 303, "nor is a session");
}

/// Other texts that a careless reading would take for `text`.
fn variations(text: &str) -> Vec<String> {
    let changed = |place: usize| {
        let other = if text.as_bytes()[place] == b'x' { "y" } else { "x" };
        let mut changed = text.to_owned();
        changed.replace_range(place..=place, other);
        changed
    };
    let (prefix, body) = text.split_once('.').unwrap_or(("", text));
    let mut all = vec![
        changed(0),
        changed(text.len() / 2),
        changed(text.len() - 1),
        text[..text.len() - 1].to_owned(),
        text[..text.len() - 6].to_owned(),
        text[1..].to_owned(),
        format!("{text}x"),
        format!("{text}="),
        format!("{text}{text}"),
        format!(" {text}"),
        format!("{text} "),
        format!("{text}\u{200b}"),
        text.to_lowercase(),
        text.to_uppercase(),
        text.replace('.', ""),
        text.replace('.', "-"),
    ];
    if !prefix.is_empty() {
        all.push(body.to_owned());
        let others = ["OAUTH2", "REFRESH", "PRIVATE", "SECRET", "SETUP", "oauth2", "", "OAUTH2.OAUTH2"];
        all.extend(others.iter().filter(|other| **other != prefix).map(|other| format!("{other}.{body}")));
    }
    all.retain(|other| other != text);
    all
}

async fn nothing_but_the_very_token_passes(kind: Kind) {
    let wallet = Wallet::new(kind).await;
    for kind in ["code", "access", "refresh", "client secret", "private app", "session"] {
        for other in variations(wallet.get(kind)) {
            if other.trim() == wallet.get(kind) {
                // A blank around a bearer token belongs to the header.
                wallet.is_refused_everywhere(&other, &["access", "private app"], &other).await;
            } else {
                wallet.is_refused_everywhere(&other, &[], &other).await;
            }
        }
    }
    let client = &wallet.client;
    assert!(client.is_active(wallet.get("access")).await);
    assert!(wallet.resource_server.is_active(wallet.get("private app")).await);
    assert_eq!(client.refresh(wallet.get("refresh")).await.status, 200);
    assert_eq!(client.redeem(wallet.get("code")).await.status, 200);
}
