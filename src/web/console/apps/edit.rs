//! Registering an app, and editing one.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Path;

use crate::app::App;
use crate::app::ChangeError;
use crate::manage;
use crate::manage::apps::ClientDraft;
use crate::manage::apps::Preset;
use crate::manage::apps::Registered;
use crate::model::client::Client;
use crate::model::permission::Permission;
use crate::web::api::apps::AppRequest;
use crate::web::console::apps;
use crate::web::console::apps::form;
use crate::web::console::apps::form::Purpose;
use crate::web::console::apps::secrets;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::once;
use crate::web::console::permissions::Reaches;
use crate::web::console::pictures;
use crate::web::console::refusals::Result;
use crate::web::console::refusals::Wrong;
use crate::web::console::visitor::Visitor;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::pages;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::Section;

const SENT_BEFORE: &str = "This form was sent before, and the app is in your list already; its secret cannot be shown \
     again, but you can add another. Send the form once more only if you want a second app.";

/// `GET /apps/new`, with `preset` to start from.
#[handler]
pub async fn blank(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.authority.require(Permission::AppsWrite)?;
    let preset = preset(&Params::from_query(request.uri().query(), &Rules::STRICT)?);
    let purpose = Purpose::Register { preset: preset.as_str() };
    let page = form::page(&visitor, purpose, &preset.draft(&app.config), Wrong::default()).await?;
    Ok(pages::render(&page, StatusCode::OK))
}

/// `POST /apps/new`.
#[handler]
pub async fn register(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let mut sent = visitor.submission(body).await?;
    visitor.authority.require(Permission::AppsWrite)?;
    let authority = visitor.fresh(&sent, Section::Apps, "register an app").await?;
    let preset = preset(&sent.fields);
    let first = once::is_first(app, &sent.fields).await?;
    let logo = pictures::read(sent.logo.take()).await;
    let frame = visitor.frame("Secret", Section::Apps);
    let mut draft = preset.draft(&app.config);
    form::fill(&sent, &mut draft)?;
    let wrong = match logo {
        _ if !first => Wrong::as_a_whole(SENT_BEFORE),
        Err(wrong) => wrong,
        Ok(logo) => match manage::apps::register(app, &authority, &draft).await {
            Ok(registered) => return answer(&visitor, frame, registered, logo).await,
            Err(error) => Wrong::of(error)?,
        },
    };
    let status = wrong.status();
    let purpose = Purpose::Register { preset: preset.as_str() };
    Ok(pages::render(&form::page(&visitor, purpose, &draft, wrong).await?, status))
}

/// What a registration is answered with. Once there is a secret, nothing that fails may hide it.
async fn answer(
    visitor: &Visitor<'_>,
    mut frame: Frame,
    registered: Registered,
    logo: Option<String>,
) -> Result<Response> {
    let client = &registered.client;
    let kept = keep(visitor, client, logo).await;
    match registered.secret {
        Some(secret) => {
            frame.notice = kept.err().map(pictures::not_kept);
            let headline = format!("{} is registered", client.name);
            Ok(secrets::show(visitor.app, frame, client, &secret, headline))
        }
        None => {
            kept?;
            Ok(notices::go(&apps::href(&client.id), Done::Registered))
        }
    }
}

/// `GET /apps/<id>/edit`.
#[handler]
pub async fn filled(
    request: &Request,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let client = changeable(&visitor, &id).await?;
    let draft = ClientDraft::of(&client);
    let page = form::page(&visitor, Purpose::Edit(&client), &draft, Wrong::default()).await?;
    Ok(pages::render(&page, StatusCode::OK))
}

/// `POST /apps/<id>/edit`.
#[handler]
pub async fn save(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let mut sent = visitor.submission(body).await?;
    let client = changeable(&visitor, &id).await?;
    let logo = pictures::read(sent.logo.take()).await;
    let mut draft = ClientDraft::of(&client);
    form::fill(&sent, &mut draft)?;
    let wrong = match logo {
        Err(wrong) => wrong,
        Ok(logo) => match change(&visitor, &client, (sent.request()?, &sent.reaches), logo).await {
            Ok(()) => return Ok(notices::go(&apps::href(&client.id), Done::Saved)),
            Err(error) => Wrong::of(error)?,
        },
    };
    let status = wrong.status();
    let page = form::page(&visitor, Purpose::Edit(&client), &draft, wrong).await?;
    Ok(pages::render(&page, status))
}

async fn change(
    visitor: &Visitor<'_>,
    client: &Client,
    sent: (AppRequest, &Reaches),
    logo: Option<String>,
) -> std::result::Result<(), ChangeError> {
    let (wanted, reaches) = sent;
    let fill = |draft: &mut ClientDraft| form::fill_in(wanted, reaches, draft);
    manage::apps::edit(visitor.app, &visitor.authority, &client.id, fill).await?;
    keep(visitor, client, logo).await
}

/// Keeps the picture, if one came along.
async fn keep(
    visitor: &Visitor<'_>,
    client: &Client,
    logo: Option<String>,
) -> std::result::Result<(), ChangeError> {
    if logo.is_some() {
        manage::apps::set_logo(visitor.app, &visitor.authority, &client.id, logo.as_deref()).await?;
    }
    Ok(())
}

async fn changeable(visitor: &Visitor<'_>, id: &str) -> Result<Client> {
    let client = manage::apps::view(visitor.app, &visitor.authority, &apps::id(id)?).await?.client;
    visitor.authority.require_change_of(&client)?;
    Ok(client)
}

fn preset(params: &Params) -> Preset {
    params.get("preset").and_then(Preset::parse).unwrap_or(Preset::Standard)
}
