//! `GET /account`, and what people change there about themselves.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Path;

use crate::accounts::oneself;
use crate::accounts::oneself::NotProven;
use crate::accounts::sessions;
use crate::app::App;
use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::base::secret::Secret;
use crate::model::session;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::proof::Told;
use crate::web::console::refusals::Result;
use crate::web::console::refusals::Wrong;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::account::Account;
use crate::web::pages::account::OpenSession;
use crate::web::pages::fields::Field;
use crate::web::pages::parts::Section;
use crate::web::words;

#[handler]
pub async fn show(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    Ok(pages::render(&page(&visitor).await?, StatusCode::OK))
}

#[handler]
pub async fn rename(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let form = visitor.form(body).await?;
    let name = form.get("name").unwrap_or_default();
    let Err(error) = oneself::rename(app, &visitor.session, name).await else {
        return Ok(notices::go("/account", Done::Saved));
    };
    let mut wrong = Wrong::of(error)?;
    let (status, name) = (wrong.status(), wrong.field("name", name));
    Ok(pages::render(&Account { name, ..page(&visitor).await? }, status))
}

#[handler]
pub async fn change_password(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let form = visitor.form(body).await?;
    let typed = |name| Secret::presented(form.get(name).unwrap_or_default());
    let (current, wanted) = (typed("current_password"), typed("new_password"));
    let kept = match oneself::change_password(app, &visitor.session, current, wanted).await {
        Ok(()) => return Ok(notices::go("/account", Done::PasswordChanged)),
        Err(kept) => kept,
    };
    let mut page = page(&visitor).await?;
    let (status, retry_after) = match kept {
        NotProven::Refused(error) => {
            let mut wrong = Wrong::of(error)?;
            let status = wrong.status();
            page.current_password_error = wrong.take("current_password");
            page.new_password_error = wrong.take("new_password");
            (status, None)
        }
        kept => {
            let told = Told::of(kept)?;
            page.current_password_error = told.text;
            (told.status, told.retry_after)
        }
    };
    let mut response = pages::render(&page, status);
    Told::delay(&mut response, retry_after);
    Ok(response)
}

/// A session of somebody else is none, whether it exists or not.
#[handler]
pub async fn end_session(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    let id = Digest::parse(&id).ok_or(StatusCode::NOT_FOUND)?;
    match sessions::end(app, &visitor.session, &id).await? {
        true => Ok(notices::go("/account", Done::SessionEnded)),
        false => Err(StatusCode::NOT_FOUND.into()),
    }
}

#[handler]
pub async fn end_others(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    sessions::end_others(app, &visitor.session).await?;
    Ok(notices::go("/account", Done::SessionEnded))
}

async fn page(visitor: &Visitor<'_>) -> Result<Account> {
    let (app, session) = (visitor.app, &visitor.session);
    let now = app.now();
    let open = sessions::list(app, session).await?;
    let mut sessions: Vec<_> = open.into_iter().map(|open| shown(open, session, now)).collect();
    sessions.sort_by_key(|session| !session.current);
    Ok(Account {
        frame: visitor.frame("Your account", Section::Account),
        name: Field::new(&session.name),
        email: session.email.to_string(),
        sessions,
        ..Account::default()
    })
}

fn shown(open: session::OpenSession, looking: &session::Session, now: Timestamp) -> OpenSession {
    OpenSession {
        current: open.id == looking.id,
        id: open.id.as_str().to_owned(),
        program: words::program(open.agent.as_deref()),
        address: open.address.unwrap_or_default(),
        organization: open.organization_name,
        since: words::past(open.created_at, now),
        seen: words::past(open.seen_at, now),
    }
}
