//! Invitations: made, shown as a link this one time, listed while they are open, and taken back.

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
use crate::manage::invitations;
use crate::model::id::InvitationId;
use crate::model::organization::Invitation;
use crate::model::page::Listed;
use crate::model::permission::Permission;
use crate::model::role::Role;
use crate::web::console::listing::Wanted;
use crate::web::console::members;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::once;
use crate::web::console::refusals::Result;
use crate::web::console::refusals::Wrong;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::fields::Field;
use crate::web::pages::invitation_form::InvitationForm;
use crate::web::pages::invitations::InvitationRow;
use crate::web::pages::invitations::Invitations;
use crate::web::pages::parts::Crumb;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Section;
use crate::web::pages::secret_once::SecretOnce;
use crate::web::words;

const PATH: &str = "/invitations";

/// `GET /invitations`.
#[handler]
pub async fn list(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let wanted = Wanted::of::<InvitationId>(request, PATH)?;
    let listed = invitations::list(app, &visitor.authority, &wanted.page).await?;
    let listing = wanted.listing(&listed);
    let (now, Listed { items, .. }) = (app.now(), listed);
    let page = Invitations {
        frame: visitor.frame("Open invitations", Section::Members),
        invitations: items.into_iter().map(|invitation| row(invitation, now)).collect(),
        listing,
    };
    Ok(pages::render(&page, StatusCode::OK))
}

/// `GET /invitations/new`.
#[handler]
pub async fn blank(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.authority.require(Permission::Roles)?;
    Ok(pages::render(&form(&visitor, Role::Member), StatusCode::OK))
}

/// `POST /invitations/new`: the answer shows the link.
#[handler]
pub async fn add(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let sent = visitor.form(body).await?;
    let role = Role::parse(sent.get("role").unwrap_or_default()).map_err(|_| StatusCode::BAD_REQUEST)?;
    let email = sent.get("email").unwrap_or_default();
    let authority = visitor.fresh(&sent, Section::Members, "invite somebody").await?;
    if !once::is_first(app, &sent).await? {
        return Ok(notices::go(PATH, Done::Before));
    }
    // Before there is a link: nothing that fails may hide it.
    let frame = visitor.frame("Invitation", Section::Members);
    let invited = match invitations::invite(app, &authority, email, role).await {
        Ok(invited) => invited,
        Err(error) => {
            let mut wrong = Wrong::of(error)?;
            let (status, email) = (wrong.status(), wrong.field("email", email));
            let mut page = InvitationForm { email, ..form(&visitor, role) };
            page.frame.notice = wrong.notice();
            return Ok(pages::render(&page, status));
        }
    };
    let (invitation, fact) = (&invited.invitation, |label: &str, value: &str| Fact {
        label: label.to_owned(),
        value: value.to_owned(),
    });
    let ends = words::future(invitation.expires_at, app.now());
    let page = SecretOnce {
        frame,
        crumbs: vec![Crumb { href: "/members".to_owned(), label: "Members".to_owned() }],
        headline: format!("{} is invited", invitation.email),
        beside: vec![fact("Hand it to", invitation.email.as_str()), fact("They become", words::role(role))],
        secret: fact("Invitation link", invited.link.reveal()),
        life: format!("It works once, and ends {} ({}).", ends.human, ends.exact),
        next: Crumb { href: PATH.to_owned(), label: "I have it; go to open invitations".to_owned() },
        ..SecretOnce::default()
    };
    Ok(pages::render(&page, StatusCode::OK))
}

/// `POST /invitations/<id>/withdraw`.
#[handler]
pub async fn withdraw(
    request: &Request,
    body: Body,
    Path(id): Path<String>,
    Data(app): Data<&Arc<App>>,
) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    visitor.form(body).await?;
    let id = InvitationId::parse(&id).map_err(|_| StatusCode::NOT_FOUND)?;
    invitations::withdraw(app, &visitor.authority, &id).await?;
    Ok(notices::go(PATH, Done::InvitationWithdrawn))
}

fn form(visitor: &Visitor<'_>, role: Role) -> InvitationForm {
    InvitationForm {
        frame: visitor.frame("Invite somebody", Section::Members),
        once: once::fresh(),
        organization: visitor.session.organization_name.clone(),
        email: Field::default(),
        role: members::roles(visitor, role),
    }
}

fn row(invitation: Invitation, now: Timestamp) -> InvitationRow {
    InvitationRow {
        id: invitation.id.to_string(),
        email: invitation.email.to_string(),
        role: words::role(invitation.role).to_owned(),
        invited_by: invitation.invited_by_name,
        sent: words::past(invitation.created_at, now),
        ends: words::future(invitation.expires_at, now),
    }
}
