//! The members of the organization: listed for everybody, looked after by its admins and owners.

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
use crate::model::id::ClientId;
use crate::model::id::UserId;
use crate::model::organization::LeftBehind;
use crate::model::organization::Member;
use crate::model::page::Listed;
use crate::model::permission::Permission;
use crate::model::role::Role;
use crate::web::browser;
use crate::web::console::listing::Wanted;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::once;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::fields::Choice;
use crate::web::pages::fields::Select;
use crate::web::pages::left_behind::Known;
use crate::web::pages::member::MemberPage;
use crate::web::pages::members::MemberRow;
use crate::web::pages::members::Members;
use crate::web::pages::parts::Section;
use crate::web::words;

const PATH: &str = "/members";

/// `GET /members`.
#[handler]
pub async fn list(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let wanted = Wanted::of::<UserId>(request, PATH)?;
    let listed = manage::members::list(app, &visitor.authority, wanted.search.as_ref(), &wanted.page).await?;
    let listing = wanted.listing(&listed);
    let (now, Listed { items, .. }) = (app.now(), listed);
    let manages = visitor.authority.may(Permission::Roles);
    let left_behind = match manages {
        true => manage::members::left_behind(app, &visitor.authority).await?.len(),
        false => 0,
    };
    let page = Members {
        frame: visitor.frame("Members", Section::Members),
        organization: visitor.session.organization_name.clone(),
        members: items.into_iter().map(|member| row(&visitor, member, now)).collect(),
        listing,
        manages,
        left_behind,
    };
    Ok(pages::render(&page, StatusCode::OK))
}

/// `GET /members/<id>`.
#[handler]
pub async fn show(request: &Request, Path(id): Path<String>, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.authority.require(Permission::Roles)?;
    let member = manage::members::find(app, &visitor.authority, &user_id(&id)?).await?;
    let now = app.now();
    let page = MemberPage {
        frame: visitor.frame(&member.name, Section::Members),
        href: href(&member.user_id),
        organization: visitor.session.organization_name.clone(),
        role: words::role(member.role).to_owned(),
        roles: if governs(&visitor, &member) { roles(&visitor, member.role) } else { Select::default() },
        disabled: member.disabled_at.is_some(),
        joined: words::past(member.joined_at, now),
        seen: member.seen_at.map(|seen| words::past(seen, now)),
        name: member.name,
        email: member.email.to_string(),
    };
    Ok(pages::render(&page, StatusCode::OK))
}

/// `GET /members/left`.
#[handler]
pub async fn secrets(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let left = manage::members::left_behind(app, &visitor.authority).await?;
    let now = app.now();
    let page = pages::left_behind::LeftBehind {
        frame: visitor.frame("What former members know", Section::Members),
        known: left.into_iter().map(|left| known(left, now)).collect(),
    };
    Ok(pages::render(&page, StatusCode::OK))
}

fn known(left: LeftBehind, now: Timestamp) -> Known {
    let is_client = ClientId::parse(&left.owner_id).is_ok();
    let href = format!("{}/{}", if is_client { "/apps" } else { "/private-apps" }, left.owner_id);
    let (renew, end) = match is_client {
        true => (format!("{href}/secrets"), format!("{href}/secrets/{}/end", left.id)),
        false => (String::new(), format!("{href}/tokens/{}/revoke", left.id)),
    };
    Known {
        owner: left.owner_name,
        href,
        shown: left.hint,
        made_by: left.made_by,
        made: words::past(left.created_at, now),
        used: left.last_used_at.map(|used| words::past(used, now)),
        end,
        renew,
        once: once::fresh(),
    }
}

/// `POST /members/<id>`.
#[handler]
pub async fn change_role(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let form = visitor.form(body).await?;
    let role = Role::parse(form.get("role").unwrap_or_default()).map_err(|_| StatusCode::BAD_REQUEST)?;
    let id = user_id(&id)?;
    let authority = visitor.fresh(&form, Section::Members, "change somebody’s role").await?;
    manage::members::change_role(app, &authority, &id, role).await?;
    Ok(notices::go(&back(&visitor, &id), Done::RoleChanged))
}

/// `POST /members/<id>/remove`.
#[handler]
pub async fn remove(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let form = visitor.form(body).await?;
    let authority = visitor.fresh(&form, Section::Members, "remove somebody").await?;
    manage::members::remove(app, &authority, &user_id(&id)?).await?;
    Ok(notices::go(PATH, Done::MemberRemoved))
}

/// `POST /members/leave`.
#[handler]
pub async fn leave(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    manage::members::leave(app, &visitor.authority).await?;
    Ok(browser::see_other("/"))
}

/// The roles that the visitor may give, the highest first.
pub fn roles(visitor: &Visitor<'_>, chosen: Role) -> Select {
    let given = Role::ALL.into_iter().filter(|role| visitor.session.role.governs(*role));
    let choice = |role: Role| Choice {
        value: role.as_str().to_owned(),
        label: words::role(role).to_owned(),
        hint: words::role_means(role).to_owned(),
        chosen: role == chosen,
        closed: false,
    };
    Select { choices: given.map(choice).collect(), error: None }
}

fn row(visitor: &Visitor<'_>, member: Member, now: Timestamp) -> MemberRow {
    MemberRow {
        you: member.user_id == visitor.session.user_id,
        role: words::role(member.role).to_owned(),
        disabled: member.disabled_at.is_some(),
        joined: words::past(member.joined_at, now),
        seen: member.seen_at.map(|seen| words::past(seen, now)),
        href: governs(visitor, &member).then(|| href(&member.user_id)),
        name: member.name,
        email: member.email.to_string(),
    }
}

fn governs(visitor: &Visitor<'_>, member: &Member) -> bool {
    visitor.session.role.governs(member.role)
}

fn href(id: &UserId) -> String {
    format!("{PATH}/{id}")
}

/// Whoever took their own role down sees the list.
fn back(visitor: &Visitor<'_>, id: &UserId) -> String {
    if visitor.session.user_id == *id { PATH.to_owned() } else { href(id) }
}

fn user_id(text: &str) -> Result<UserId> {
    Ok(UserId::parse(text).map_err(|_| StatusCode::NOT_FOUND)?)
}
