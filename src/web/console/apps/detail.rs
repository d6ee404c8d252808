//! One app: how to connect it, its secrets, and its end.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Path;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::manage;
use crate::manage::apps::ClientView;
use crate::model::authority::Denied;
use crate::model::client::Client;
use crate::model::client::ClientSecret;
use crate::model::id::UserId;
use crate::store;
use crate::web;
use crate::web::browser;
use crate::web::console::apps;
use crate::web::console::apps::flow;
use crate::web::console::apps::words;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::once;
use crate::web::console::permissions;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::app_detail::AppDetail;
use crate::web::pages::app_detail::SecretRow;
use crate::web::pages::parts::Badge;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Section;
use crate::web::pages::parts::Tone;

const TWO_SECRETS: &str = "Two secrets live. End one of them before you add another.";

/// `GET /apps/<id>`.
#[handler]
pub async fn show(request: &Request, Path(id): Path<String>, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let view = manage::apps::view(app, &visitor.authority, &apps::id(&id)?).await?;
    let page = page(&visitor, &view).await?;
    Ok(pages::render(&page, StatusCode::OK))
}

/// `GET /apps/<id>/delete`: the app's page asks before it deletes.
#[handler]
pub async fn confirm(Path(id): Path<String>) -> Result<Response> {
    Ok(browser::see_other(&format!("{}#end", apps::href(&apps::id(&id)?))))
}

/// `POST /apps/<id>/delete`.
#[handler]
pub async fn delete(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    manage::apps::delete(app, &visitor.authority, &apps::id(&id)?).await?;
    Ok(notices::go("/apps", Done::Deleted))
}

async fn page(visitor: &Visitor<'_>, view: &ClientView) -> Result<AppDetail> {
    let app = visitor.app;
    let (client, now) = (&view.client, app.now());
    let modules = app.modules().await?;
    let endpoint =
        |label: &str, path: &str| Fact { label: label.to_owned(), value: app.config.issuer.join(path) };
    let lacks = visitor.authority.lacks(client, &modules);
    let no_more_secrets = match view.secrets.len() >= ClientSecret::MOST {
        true => Some(TWO_SECRETS.to_owned()),
        false if lacks.is_empty() => None,
        false => Some(Denied::Beyond { scopes: lacks }.to_string()),
    };
    let editable = visitor.authority.require_change_of(client).is_ok();
    let rests = words::rests(client, disabled_by(app, client).await?, now);
    Ok(AppDetail {
        frame: visitor.frame(&client.name, Section::Apps),
        once: once::fresh(),
        href: apps::href(&client.id),
        face: apps::face(client),
        description: client.description.clone(),
        client_id: client.id.to_string(),
        endpoints: vec![
            endpoint("Authorization URL", "/authorize"),
            endpoint("Token URL", "/token"),
            endpoint("Revocation URL", "/revoke"),
        ],
        redirect_uris: client.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect(),
        has_secrets: client.is_confidential(),
        secrets: secrets(client, &view.secrets, now),
        no_more_secrets,
        rests,
        may_disable: editable && client.disabled_at.is_none(),
        may_enable: editable && client.disabled_at.is_some() && visitor.authority.may_enable(client),
        permissions: permissions::of(&modules, &client.scopes),
        policy: words::policy(client, now),
        advice: words::advice(client),
        flow: flow::by_hand(&app.config.issuer, client),
        editable,
        breaks: words::breaks(view.grants, view.secrets.len()),
    })
}

/// The name of the person who disabled the app; an app that did has none.
async fn disabled_by(app: &App, client: &Client) -> Result<Option<String>> {
    let first = client.disabled_by.as_deref().and_then(|by| by.split(' ').next());
    let Some(id) = first.and_then(|id| UserId::parse(id).ok()) else { return Ok(None) };
    let mut conn = app.db.read().await?;
    Ok(store::users::find(&mut conn, &id).await?.map(|user| user.name))
}

/// The newest first.
fn secrets(client: &Client, secrets: &[ClientSecret], now: Timestamp) -> Vec<SecretRow> {
    let row = |secret: &ClientSecret| {
        let used = match secret.last_used_at {
            Some(then) => format!("{} used it last {}.", client.name, web::words::ago(then, now)),
            None => "It was never used.".to_owned(),
        };
        let only = if secrets.len() == 1 { " The app has no other." } else { "" };
        SecretRow {
            id: secret.id.to_string(),
            prefix: secret.hint.clone(),
            created: web::words::past(secret.created_at, now),
            last_used: secret.last_used_at.map(|then| web::words::past(then, now)),
            ends: secret.expires_at.map(|end| web::words::future(end, now)),
            state: Badge { tone: Tone::Good, text: "Live".to_owned() },
            breaks: format!("{used}{only}"),
        }
    };
    secrets.iter().rev().map(row).collect()
}
