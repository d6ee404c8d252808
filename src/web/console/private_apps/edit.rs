//! Creating a private app, and editing one.

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
use crate::manage::private_apps::PrivateAppDraft;
use crate::manage::private_apps::TokenLife;
use crate::model::permission::Permission;
use crate::model::private_app::PrivateApp;
use crate::web::api::private_apps::PrivateAppRequest;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::once;
use crate::web::console::permissions::Reaches;
use crate::web::console::pictures;
use crate::web::console::private_apps;
use crate::web::console::private_apps::form;
use crate::web::console::private_apps::tokens;
use crate::web::console::refusals::Result;
use crate::web::console::refusals::Wrong;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::parts::Section;

const SENT_BEFORE: &str = "This form was sent before, and the private app is in your list already; its token cannot be \
     shown again, but you can create another. Send the form once more only if you want a second private app.";

/// `GET /private-apps/new`.
#[handler]
pub async fn blank(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.authority.require(Permission::PrivateAppsWrite)?;
    let draft = PrivateAppDraft::default();
    let page = form::create_page(&visitor, &draft, TokenLife::default(), Wrong::default()).await?;
    Ok(pages::render(&page, StatusCode::OK))
}

/// `POST /private-apps/new`: the answer shows the token.
#[handler]
pub async fn create(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let mut sent = visitor.submission(body).await?;
    visitor.authority.require(Permission::PrivateAppsWrite)?;
    let authority = visitor.fresh(&sent, Section::PrivateApps, "create a private app").await?;
    let life = form::life(&sent.fields)?;
    let first = once::is_first(app, &sent.fields).await?;
    let logo = pictures::read(sent.logo.take()).await;
    let mut frame = visitor.frame("Token", Section::PrivateApps);
    let mut draft = PrivateAppDraft::default();
    form::fill(&sent, &mut draft)?;
    let wrong = match logo {
        _ if !first => Wrong::as_a_whole(SENT_BEFORE),
        Err(wrong) => wrong,
        Ok(logo) => match manage::private_apps::create(app, &authority, &draft, life).await {
            Ok(created) => {
                // Once there is a token, nothing that fails may hide it.
                frame.notice = keep(&visitor, &created.app, logo).await.err().map(pictures::not_kept);
                let headline = format!("{} is created", created.app.name);
                return Ok(tokens::show(app, frame, &created.app, &created.token, headline));
            }
            Err(error) => Wrong::of(error)?,
        },
    };
    let status = wrong.status();
    Ok(pages::render(&form::create_page(&visitor, &draft, life, wrong).await?, status))
}

/// `GET /private-apps/<id>/edit`.
#[handler]
pub async fn filled(
    request: &Request,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let private_app = changeable(&visitor, &id).await?;
    let draft = PrivateAppDraft::of(&private_app);
    let page = form::edit_page(&visitor, &private_app, &draft, Wrong::default()).await?;
    Ok(pages::render(&page, StatusCode::OK))
}

/// `POST /private-apps/<id>/edit`.
#[handler]
pub async fn save(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let mut sent = visitor.submission(body).await?;
    let private_app = changeable(&visitor, &id).await?;
    let logo = pictures::read(sent.logo.take()).await;
    let mut draft = PrivateAppDraft::of(&private_app);
    form::fill(&sent, &mut draft)?;
    let wrong = match logo {
        Err(wrong) => wrong,
        Ok(logo) => match change(&visitor, &private_app, (sent.request()?, &sent.reaches), logo).await {
            Ok(()) => return Ok(notices::go(&private_apps::href(&private_app.id), Done::Saved)),
            Err(error) => Wrong::of(error)?,
        },
    };
    let status = wrong.status();
    Ok(pages::render(&form::edit_page(&visitor, &private_app, &draft, wrong).await?, status))
}

async fn change(
    visitor: &Visitor<'_>,
    private_app: &PrivateApp,
    sent: (PrivateAppRequest, &Reaches),
    logo: Option<String>,
) -> std::result::Result<(), ChangeError> {
    let (app, authority, id) = (visitor.app, &visitor.authority, &private_app.id);
    let (wanted, reaches) = sent;
    let fill = |draft: &mut PrivateAppDraft| form::fill_in(wanted, reaches, draft);
    manage::private_apps::edit(app, authority, id, fill).await?;
    keep(visitor, private_app, logo).await
}

/// Keeps the picture, if one came along.
async fn keep(
    visitor: &Visitor<'_>,
    private_app: &PrivateApp,
    logo: Option<String>,
) -> std::result::Result<(), ChangeError> {
    if logo.is_some() {
        let (app, authority, id) = (visitor.app, &visitor.authority, &private_app.id);
        manage::private_apps::set_logo(app, authority, id, logo.as_deref()).await?;
    }
    Ok(())
}

async fn changeable(visitor: &Visitor<'_>, id: &str) -> Result<PrivateApp> {
    visitor.authority.require(Permission::PrivateAppsWrite)?;
    Ok(manage::private_apps::view(visitor.app, &visitor.authority, &private_apps::id(id)?).await?.app)
}
