//! The tokens of a private app: created, shown this one time, and revoked.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Path;

use crate::app::App;
use crate::manage;
use crate::manage::private_apps::NewToken;
use crate::model::id::PrivateAppTokenId;
use crate::model::private_app::PrivateApp;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::once;
use crate::web::console::private_apps;
use crate::web::console::private_apps::form;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::parts::Crumb;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::Section;
use crate::web::pages::secret_once::SecretOnce;
use crate::web::words;

/// `POST /private-apps/<id>/tokens`: the answer shows the token.
#[handler]
pub async fn add(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let sent = visitor.form(body).await?;
    let id = private_apps::id(&id)?;
    let life = form::life(&sent)?;
    let private_app = manage::private_apps::view(app, &visitor.authority, &id).await?.app;
    let authority = visitor.fresh(&sent, Section::PrivateApps, "add a token").await?;
    if !once::is_first(app, &sent).await? {
        return Ok(notices::go(&private_apps::href(&id), Done::Before));
    }
    // Before there is a token: nothing that fails may hide it.
    let frame = visitor.frame("Token", Section::PrivateApps);
    let token = manage::private_apps::add_token(app, &authority, &id, life).await?;
    Ok(show(app, frame, &private_app, &token, format!("{} has a new token", private_app.name)))
}

/// `POST /private-apps/<id>/tokens/<token>/revoke`.
#[handler]
pub async fn revoke(
    request: &Request,
    body: Body,
    Path((id, token)): Path<(String, String)>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    let id = private_apps::id(&id)?;
    let token = PrivateAppTokenId::parse(&token).map_err(|_| StatusCode::NOT_FOUND)?;
    manage::private_apps::revoke_token(app, &visitor.authority, &id, &token).await?;
    Ok(notices::go(&private_apps::href(&id), Done::TokenRevoked))
}

/// The page that shows a token this one time, under a headline.
pub fn show(
    app: &App,
    frame: Frame,
    private_app: &PrivateApp,
    token: &NewToken,
    headline: String,
) -> Response {
    let crumb = |href: &str, label: &str| Crumb { href: href.to_owned(), label: label.to_owned() };
    let href = private_apps::href(&private_app.id);
    let life = match token.kept.expires_at {
        Some(end) => format!("It ends on {}.", end.to_text()),
        None => "It does not end by itself.".to_owned(),
    };
    let token = token.token.reveal();
    let verify = app.config.issuer.join("/verify");
    let page = SecretOnce {
        frame,
        crumbs: vec![crumb("/private-apps", "Private apps"), crumb(&href, &private_app.name)],
        headline,
        beside: Vec::new(),
        secret: Fact { label: "Token".to_owned(), value: token.to_owned() },
        life,
        file_name: format!("{}.env", words::slug(&private_app.name)),
        file: format!("TOKEN={token}\n"),
        trial: format!("curl -i {verify} \\\n  -H 'Authorization: Bearer {token}'"),
        next: crumb(&href, &format!("I have it; go to {}", private_app.name)),
    };
    pages::render(&page, StatusCode::OK)
}
