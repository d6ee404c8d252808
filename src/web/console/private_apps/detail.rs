//! One private app: its tokens, what it reaches, and its end.

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
use crate::manage::private_apps::PrivateAppView;
use crate::manage::private_apps::TokenLife;
use crate::model::permission::Permission;
use crate::model::private_app::PrivateApp;
use crate::model::private_app::PrivateAppToken;
use crate::web::browser;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::once;
use crate::web::console::permissions;
use crate::web::console::private_apps;
use crate::web::console::private_apps::state::Policy;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Section;
use crate::web::pages::private_app_detail::LastUse;
use crate::web::pages::private_app_detail::PrivateAppDetail;
use crate::web::pages::private_app_detail::TokenRow;
use crate::web::words;

/// `GET /private-apps/<id>`.
#[handler]
pub async fn show(request: &Request, Path(id): Path<String>, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let view = manage::private_apps::view(app, &visitor.authority, &private_apps::id(&id)?).await?;
    Ok(pages::render(&page(&visitor, &view).await?, StatusCode::OK))
}

/// `GET /private-apps/<id>/delete`: the private app's page asks before it deletes.
#[handler]
pub async fn confirm(Path(id): Path<String>) -> Result<Response> {
    Ok(browser::see_other(&format!("{}#end", private_apps::href(&private_apps::id(&id)?))))
}

/// `POST /private-apps/<id>/delete`.
#[handler]
pub async fn delete(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    manage::private_apps::delete(app, &visitor.authority, &private_apps::id(&id)?).await?;
    Ok(notices::go("/private-apps", Done::Deleted))
}

async fn page(visitor: &Visitor<'_>, view: &PrivateAppView) -> Result<PrivateAppDetail> {
    let (app, now) = (&view.app, visitor.app.now());
    let policy = Policy::of(visitor).await?;
    let modules = visitor.app.modules().await?;
    let live = view.tokens.iter().filter(|token| token.is_live(now)).count();
    let verify = visitor.app.config.issuer.join("/verify");
    Ok(PrivateAppDetail {
        frame: visitor.frame(&app.name, Section::PrivateApps),
        once: once::fresh(),
        href: private_apps::href(&app.id),
        face: private_apps::face(app),
        description: app.description.clone(),
        blocked: policy.blocked(&view.tokens, now),
        tokens: view.tokens.iter().rev().map(|token| row(token, &policy, now)).collect(),
        second_token: (live < PrivateAppToken::MOST).then(|| policy.lives(TokenLife::default())),
        permissions: permissions::of(&modules, &app.scopes),
        facts: facts(app, now),
        trial: format!("curl -i {verify} \\\n  -H \"Authorization: Bearer $TOKEN\""),
        editable: visitor.authority.may(Permission::PrivateAppsWrite),
        breaks: breaks(&view.tokens, now),
    })
}

fn row(token: &PrivateAppToken, policy: &Policy, now: Timestamp) -> TokenRow {
    let last_use = token.last_used_at.map(|then| LastUse {
        when: words::past(then, now),
        address: token.last_used_ip.clone().unwrap_or_else(|| "an unknown address".to_owned()),
        call: token.last_used_call.clone().unwrap_or_default(),
    });
    let breaks = match &last_use {
        Some(used) => format!("It was used {} from {}.", used.when.human, used.address),
        None => "It was never used.".to_owned(),
    };
    let moment = |end| if end <= now { words::past(end, now) } else { words::future(end, now) };
    TokenRow {
        id: token.id.to_string(),
        prefix: token.hint.clone(),
        state: policy.state(token, now),
        created: words::past(token.created_at, now),
        ends: token.expires_at.map(moment),
        last_use,
        breaks,
    }
}

fn facts(app: &PrivateApp, now: Timestamp) -> Vec<Fact> {
    let fact = |label: &str, value: String| Fact { label: label.to_owned(), value };
    let creator = app.created_by_name.as_deref().unwrap_or("somebody who has left");
    let addresses = if app.allowed_ips.is_empty() { "Any".to_owned() } else { app.allowed_ips.to_string() };
    vec![
        fact("Created", format!("{} by {creator}", words::ago(app.created_at, now))),
        fact("Allowed addresses", addresses),
        fact("ID", app.id.to_string()),
    ]
}

fn breaks(tokens: &[PrivateAppToken], now: Timestamp) -> Vec<String> {
    let ending = match tokens.iter().filter(|token| token.is_live(now)).count() {
        0 => "No token of it lives, so nothing breaks.".to_owned(),
        1 => "Its token stops working at once.".to_owned(),
        count => format!("Its {count} tokens stop working at once."),
    };
    let used = tokens.iter().filter_map(|token| token.last_used_at).max();
    let last = used.map(|then| format!("Something used it {}.", words::ago(then, now)));
    std::iter::once(ending).chain(last).collect()
}
