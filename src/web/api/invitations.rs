//! `/api/invitations`: links by which somebody becomes a member.

use std::sync::Arc;

use poem::Request;
use poem::web::Data;
use poem_openapi::Object;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::param::Query;
use poem_openapi::types::Example;

use crate::app::App;
use crate::app::ChangeError;
use crate::manage::invitations;
use crate::model::email::Email;
use crate::model::id::InvitationId;
use crate::model::organization;
use crate::model::page::Listed;
use crate::model::permission::Permission;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::body::Body;
use crate::web::api::caller::Caller;
use crate::web::api::choices::Role;
use crate::web::api::moment;
use crate::web::api::moment::Moment;
use crate::web::api::outcomes::Created;
use crate::web::api::outcomes::Deleted;
use crate::web::api::outcomes::Shown;
use crate::web::api::page;
use crate::web::api::page::Limit;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub struct InvitationsApi;

/// An invitation that may be accepted.
#[derive(Object)]
#[oai(example)]
struct Invitation {
    id: String,
    /// Whoever has this address may accept it.
    email: String,
    /// What they become.
    role: Role,
    /// The name of whoever invited. The invitation ends when they may not give that role any more.
    invited_by_name: String,
    created_at: Moment,
    expires_at: Moment,
}

/// An invitation and its link.
#[derive(Object)]
#[oai(example)]
struct NewInvitation {
    invitation: Invitation,
    /// Where it is accepted, once. It is shown this one time; hand it to the owner of the address yourself.
    link: String,
}

/// One page of invitations.
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
struct InvitationList {
    items: Vec<Invitation>,
    /// The `after` of the next page. Absent on the last one.
    next: Option<String>,
}

/// Whom to invite, as what.
#[derive(Object)]
#[oai(deny_unknown_fields, example)]
struct InvitationRequest {
    email: Text<Email>,
    role: Role,
}

#[OpenApi(tag = "Tag::Members")]
impl InvitationsApi {
    /// List open invitations
    ///
    /// Newest first.
    #[oai(path = "/api/invitations", method = "get", operation_id = "list_invitations")]
    async fn list(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Roles")] caller: Caller,
        request: &Request,
        /// How many at most.
        limit: Query<Option<Limit>>,
        /// The `next` of the page before.
        after: Query<Option<Text<InvitationId>>>,
    ) -> Reply<Json<InvitationList>, Shown> {
        let page = page::read(request, limit.0, after.0)?;
        let listed = invitations::list(&app, &caller.authority, &page).await?;
        let Listed { items, next, .. } = listed.map(Invitation::from);
        Ok(Answer::Done(Json(InvitationList { items, next })))
    }

    /// Invite somebody
    ///
    /// Makes a link that works once, for a week, for whoever has the address. An earlier link for the address ends.
    /// Admins invite everybody but owners, owners everybody.
    #[oai(path = "/api/invitations", method = "post", operation_id = "create_invitation")]
    async fn create(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Roles")] caller: Caller,
        body: Body<InvitationRequest>,
    ) -> Reply<Json<NewInvitation>, Created> {
        let InvitationRequest { email, role } = body.0;
        let invited = invitations::invite(&app, &caller.fresh(&app)?, email.as_str(), role.into()).await?;
        let link = invited.link.reveal().to_owned();
        Ok(Answer::Done(Json(NewInvitation { invitation: invited.invitation.into(), link })))
    }

    /// Withdraw an invitation
    ///
    /// Its link does not work from then on.
    #[oai(path = "/api/invitations/:id", method = "delete", operation_id = "withdraw_invitation")]
    async fn withdraw(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Roles")] caller: Caller,
        /// The invitation's `id`.
        id: Path<Text<InvitationId>>,
    ) -> Reply<Empty, Deleted> {
        let id = InvitationId::parse(id.0.as_str()).map_err(|_| ChangeError::NotFound("invitation"))?;
        invitations::withdraw(&app, &caller.authority, &id).await?;
        Ok(Answer::Done(Empty))
    }
}

impl From<organization::Invitation> for Invitation {
    fn from(invitation: organization::Invitation) -> Self {
        Self {
            id: invitation.id.to_string(),
            email: invitation.email.to_string(),
            role: invitation.role.into(),
            invited_by_name: invitation.invited_by_name,
            created_at: invitation.created_at.into(),
            expires_at: invitation.expires_at.into(),
        }
    }
}

impl Example for Invitation {
    fn example() -> Self {
        let InvitationRequest { email, role } = InvitationRequest::example();
        Self {
            id: "inv_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            email: email.into_string(),
            role,
            invited_by_name: "Ada Lovelace".to_owned(),
            created_at: moment::example(),
            expires_at: moment::example(),
        }
    }
}

impl Example for NewInvitation {
    fn example() -> Self {
        Self {
            invitation: Invitation::example(),
            link:
                "https://id.example.com/join?token=INVITE.0rTs8yh0UKTzPZ9xpJ1ChhDC4bMFzVuGYUR0ggkPGrv0pBqwJ"
                    .to_owned(),
        }
    }
}

impl Example for InvitationRequest {
    fn example() -> Self {
        Self { email: "grace@example.com".into(), role: Role::Developer }
    }
}
