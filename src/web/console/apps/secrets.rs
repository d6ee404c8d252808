//! The secrets of an app: added, shown this one time, and ended.

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
use crate::manage::apps::NewSecret;
use crate::model::client::Client;
use crate::model::client::GrantType;
use crate::model::id::ClientSecretId;
use crate::web::console::apps;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::once;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::parts::Crumb;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::Section;
use crate::web::pages::secret_once::SecretOnce;
use crate::web::words;

/// `POST /apps/<id>/secrets`: the answer shows the secret.
#[handler]
pub async fn add(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let form = visitor.form(body).await?;
    let id = apps::id(&id)?;
    let client = manage::apps::view(app, &visitor.authority, &id).await?.client;
    let authority = visitor.fresh(&form, Section::Apps, "add a secret").await?;
    if !once::is_first(app, &form).await? {
        return Ok(notices::go(&apps::href(&id), Done::Before));
    }
    // Before there is a secret: nothing that fails may hide it.
    let frame = visitor.frame("Secret", Section::Apps);
    let secret = manage::apps::add_secret(app, &authority, &id).await?;
    Ok(show(app, frame, &client, &secret, format!("{} has a new secret", client.name)))
}

/// `POST /apps/<id>/secrets/<secret>/end`.
#[handler]
pub async fn end(
    request: &Request,
    body: Body,
    Path((id, secret)): Path<(String, String)>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    let id = apps::id(&id)?;
    let secret = ClientSecretId::parse(&secret).map_err(|_| StatusCode::NOT_FOUND)?;
    manage::apps::end_secret(app, &visitor.authority, &id, &secret).await?;
    Ok(notices::go(&apps::href(&id), Done::SecretEnded))
}

/// The page that shows a secret this one time, under a headline.
pub fn show(app: &App, frame: Frame, client: &Client, secret: &NewSecret, headline: String) -> Response {
    let (id, secret) = (client.id.as_str(), secret.secret.reveal());
    let fact = |label: &str, value: &str| Fact { label: label.to_owned(), value: value.to_owned() };
    let crumb = |href: &str, label: &str| Crumb { href: href.to_owned(), label: label.to_owned() };
    let href = apps::href(&client.id);
    let page = SecretOnce {
        frame,
        crumbs: vec![crumb("/apps", "Apps"), crumb(&href, &client.name)],
        headline,
        beside: vec![fact("Client ID", id)],
        secret: fact("Client secret", secret),
        life: String::new(),
        file_name: format!("{}.env", words::slug(&client.name)),
        file: format!("CLIENT_ID={id}\nCLIENT_SECRET={secret}\n"),
        trial: trial(app, client, secret),
        next: crumb(&href, &format!("I have it; go to {}", client.name)),
    };
    pages::render(&page, StatusCode::OK)
}

/// A call that only the right secret gets an answer to.
fn trial(app: &App, client: &Client, secret: &str) -> String {
    let (path, option) = match client.may_use(GrantType::ClientCredentials) {
        true => ("/token", "grant_type=client_credentials"),
        false => ("/introspect", "token=anything"),
    };
    let url = app.config.issuer.join(path);
    format!("curl {url} \\\n  -u '{}:{secret}' \\\n  -d {option}", client.id)
}
