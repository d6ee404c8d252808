//! The management API through the client that progenitor wrote.

#[allow(clippy::all, reason = "generated")]
mod client {
    progenitor::generate_api!("../../../../openapi/consentry.json");
}

use client::Client;
use client::types;
use reqwest::header::AUTHORIZATION;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let [issuer, token] = ["ISSUER", "TOKEN"].map(|name| std::env::var(name).expect(name));
    let api = bearer(&issuer, &token);
    let anybody = Client::new(&issuer);

    let wish = json!({ "name": "Rust flow", "grant_types": ["client_credentials"], "scopes": ["contacts.read"] });
    let types::RegisteredApp { app, secret } = api.register_app(&read(wish)).await.unwrap().into_inner();
    let secret = secret.expect("a confidential app has a secret");

    assert_eq!(api.get_app(&id(&app.id)).await.unwrap().name, "Rust flow");
    let change = read(json!({ "access_lifetime": "5m" }));
    assert_eq!(api.update_app(&id(&app.id), &change).await.unwrap().access_lifetime, "5m");
    let one = std::num::NonZeroU32::new(1);
    assert_eq!(api.list_apps(None, one, None, None).await.unwrap().items[0].id, app.id);
    let nameless = serde_json::from_value::<types::AppChange>(json!({ "name": " " }));
    assert!(nameless.is_err(), "what the document rules out, the client does not send");
    let unknown = read(json!({ "scopes": ["nothing.read"] }));
    assert_eq!(api.update_app(&id(&app.id), &unknown).await.unwrap_err().status().unwrap(), 422);

    let own = |mut fields: Value| {
        fields["client_id"] = app.id.as_str().into();
        fields["client_secret"] = secret.secret.as_str().into();
        fields
    };
    let wanted = read(own(json!({ "grant_type": "client_credentials" })));
    let issued = anybody.token(&wanted).await.unwrap();
    assert_eq!(issued.expires_in, Some(300));
    let holder = bearer(&issuer, &issued.access_token);
    assert_eq!(holder.me().await.unwrap().subject, app.id);
    let question = own(json!({ "token": issued.access_token }));
    let looked = anybody.introspect(&read(question.clone())).await.unwrap();
    assert_eq!(looked.scope.as_deref(), Some("contacts.read"));
    anybody.revoke(&read(question)).await.unwrap();
    assert_eq!(holder.me().await.unwrap_err().status().unwrap(), 401);

    api.add_app_secret(&id(&app.id)).await.unwrap();
    api.end_app_secret(&id(&app.id), &id(&secret.id)).await.unwrap();
    api.delete_app(&id(&app.id)).await.unwrap();
    assert_eq!(api.get_app(&id(&app.id)).await.unwrap_err().status().unwrap(), 404);
}

/// A request body from what it looks like on the wire.
fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a documented body")
}

/// An identifier of the kind that an operation wants.
fn id<T: DeserializeOwned>(text: &str) -> T {
    read(text.into())
}

fn bearer(issuer: &str, token: &str) -> Client {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().expect("a header"));
    let http = reqwest::Client::builder().default_headers(headers).build().expect("a client");
    Client::new_with_client(issuer, http)
}
