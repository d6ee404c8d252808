//! `/api/members`: who belongs to the organization.

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
use crate::manage::members;
use crate::model::id::UserId;
use crate::model::organization;
use crate::model::page::Listed;
use crate::model::permission::Permission;
use crate::model::search::Search;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::body::Body;
use crate::web::api::caller::Caller;
use crate::web::api::choices::Role;
use crate::web::api::moment;
use crate::web::api::moment::Moment;
use crate::web::api::outcomes::Changed;
use crate::web::api::outcomes::Deleted;
use crate::web::api::outcomes::Found;
use crate::web::api::outcomes::Shown;
use crate::web::api::page;
use crate::web::api::page::Limit;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub struct MembersApi;

/// Somebody who belongs to the organization.
#[derive(Object)]
#[oai(skip_serializing_if_is_none, example)]
struct Member {
    id: String,
    name: String,
    email: String,
    role: Role,
    /// An operator of the installation keeps them from signing in.
    disabled: bool,
    joined_at: Moment,
    /// When they used this organization's console last, give or take minutes. For admins and owners.
    last_seen_at: Option<Moment>,
}

/// One page of members.
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
struct MemberList {
    items: Vec<Member>,
    /// The `after` of the next page. Absent on the last one.
    next: Option<String>,
}

/// What a member is to be.
#[derive(Object)]
#[oai(deny_unknown_fields, example)]
struct MemberChange {
    role: Role,
}

#[OpenApi(tag = "Tag::Members")]
impl MembersApi {
    /// List members
    ///
    /// Those whose account is newest first.
    #[oai(path = "/api/members", method = "get", operation_id = "list_members")]
    async fn list(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Members")] caller: Caller,
        request: &Request,
        /// Finds the members in whose name or address each word of it begins a word, in whatever case; or the one of
        /// that `id`.
        q: Query<Option<Text<Search>>>,
        /// How many at most.
        limit: Query<Option<Limit>>,
        /// The `next` of the page before.
        after: Query<Option<Text<UserId>>>,
    ) -> Reply<Json<MemberList>, Shown> {
        let page = page::read(request, limit.0, after.0)?;
        let search = page::search(q.0)?;
        let listed = members::list(&app, &caller.authority, search.as_ref(), &page).await?;
        let Listed { items, next, .. } = listed.map(Member::from);
        Ok(Answer::Done(Json(MemberList { items, next })))
    }

    /// Leave the organization
    ///
    /// What one allowed apps here ends, and so do the roles; what one made stays with the organization. The last owner
    /// cannot leave.
    #[oai(path = "/api/members/me", method = "delete", operation_id = "leave_organization")]
    async fn leave(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Members")] caller: Caller,
    ) -> Reply<Empty, Deleted> {
        members::leave(&app, &caller.authority).await?;
        Ok(Answer::Done(Empty))
    }

    /// Show a member
    ///
    /// Who they are, and as what they belong to the organization.
    #[oai(path = "/api/members/:id", method = "get", operation_id = "get_member")]
    async fn get(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Members")] caller: Caller,
        /// The member's `id`.
        id: Path<Text<UserId>>,
    ) -> Reply<Json<Member>, Found> {
        let member = members::find(&app, &caller.authority, &user_id(id.0.as_str())?).await?;
        Ok(Answer::Done(Json(member.into())))
    }

    /// Change the role of a member
    ///
    /// Admins decide about everybody but owners, owners about everybody; the last owner stays one. Tokens of apps that
    /// the member allowed reach no further than the new role from then on.
    #[oai(path = "/api/members/:id", method = "patch", operation_id = "update_member")]
    async fn change(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Roles")] caller: Caller,
        /// The member's `id`.
        id: Path<Text<UserId>>,
        body: Body<MemberChange>,
    ) -> Reply<Json<Member>, Changed> {
        let (id, role) = (user_id(id.0.as_str())?, body.0.role.into());
        let member = members::change_role(&app, &caller.fresh(&app)?, &id, role).await?;
        Ok(Answer::Done(Json(member.into())))
    }

    /// Remove a member
    ///
    /// What they allowed apps here ends at once, and their open invitations do; apps and private apps that they made
    /// stay with the organization and go on. Admins remove everybody but owners, owners everybody; the last owner
    /// stays.
    #[oai(path = "/api/members/:id", method = "delete", operation_id = "remove_member")]
    async fn remove(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Roles")] caller: Caller,
        /// The member's `id`.
        id: Path<Text<UserId>>,
    ) -> Reply<Empty, Deleted> {
        members::remove(&app, &caller.fresh(&app)?, &user_id(id.0.as_str())?).await?;
        Ok(Answer::Done(Empty))
    }
}

fn user_id(text: &str) -> Result<UserId, ChangeError> {
    UserId::parse(text).map_err(|_| ChangeError::NotFound("member"))
}

impl From<organization::Member> for Member {
    fn from(member: organization::Member) -> Self {
        Self {
            id: member.user_id.to_string(),
            name: member.name,
            email: member.email.to_string(),
            role: member.role.into(),
            disabled: member.disabled_at.is_some(),
            joined_at: member.joined_at.into(),
            last_seen_at: member.seen_at.map(Moment::from),
        }
    }
}

impl Example for Member {
    fn example() -> Self {
        Self {
            id: "usr_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            name: "Ada Lovelace".to_owned(),
            email: "ada@example.com".to_owned(),
            role: Role::Developer,
            disabled: false,
            joined_at: moment::example(),
            last_seen_at: Some(moment::example()),
        }
    }
}

impl Example for MemberChange {
    fn example() -> Self {
        Self { role: Role::Developer }
    }
}
