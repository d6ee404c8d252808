//! `/api/session`: the signed-in browser itself, for scripts of our own pages.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::Object;
use poem_openapi::OpenApi;
use poem_openapi::types::Example;

use crate::accounts::oneself;
use crate::accounts::sessions;
use crate::app::App;
use crate::app::ChangeError;
use crate::base::secret::Secret;
use crate::model::id::OrganizationId;
use crate::model::organization::Membership;
use crate::model::permission::Permission;
use crate::model::session::Session;
use crate::model::user::Password;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::body::Body;
use crate::web::api::caller::SignedIn;
use crate::web::api::choices::Role;
use crate::web::api::outcomes::Changed;
use crate::web::api::outcomes::Proven;
use crate::web::api::outcomes::Shown;
use crate::web::problem::Problem;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub struct SessionApi;

/// A signed-in browser.
#[derive(Object)]
#[oai(rename = "Session", example)]
struct SessionBody {
    user: User,
    /// The organization that is shown now.
    organization_id: String,
    /// Every organization of the person, by name.
    organizations: Vec<Place>,
    /// To be sent in `X-CSRF-Token` with every request of this browser that changes something.
    csrf_token: String,
}

/// A person.
#[derive(Object)]
pub(super) struct User {
    id: String,
    name: String,
    email: String,
    /// May change what belongs to the whole installation.
    operator: bool,
}

/// A person's place in an organization.
#[derive(Object)]
#[oai(rename = "Membership")]
struct Place {
    id: String,
    name: String,
    role: Role,
}

/// The person's password.
#[derive(Object)]
#[oai(rename = "SessionProof", deny_unknown_fields, example)]
struct Proof {
    current_password: Text<Password>,
}

/// The organization to show.
#[derive(Object)]
#[oai(deny_unknown_fields, example)]
struct OrganizationChoice {
    organization_id: Text<OrganizationId>,
}

#[OpenApi(tag = "Tag::Identity")]
impl SessionApi {
    /// Show the browser session
    ///
    /// Who is signed in, their organizations, and the token that changes need.
    #[oai(path = "/api/session", method = "get", operation_id = "get_session")]
    async fn show(
        &self,
        #[oai(scope = "Permission::Session")] caller: SignedIn,
    ) -> Reply<Json<SessionBody>, Shown> {
        let shown = caller.session.organization_id.clone();
        Ok(Answer::Done(Json(Self::describe(caller, &shown))))
    }

    /// Prove who one is
    ///
    /// With the password. For five minutes from then on this session may make secrets, change roles and remove people;
    /// before that, these answer 401 with `insufficient_user_authentication` (RFC 9470).
    #[oai(path = "/api/session/proof", method = "post", operation_id = "prove_session")]
    async fn prove(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Session")] caller: SignedIn,
        body: Body<Proof>,
    ) -> Reply<Empty, Proven> {
        let current = Secret::presented(body.0.current_password.into_string());
        oneself::prove(&app, &caller.session, current).await?;
        Ok(Answer::Done(Empty))
    }

    /// Switch to another organization
    ///
    /// From then on this browser sees and changes what belongs to that organization.
    #[oai(path = "/api/session/organization", method = "put", operation_id = "switch_organization")]
    async fn switch(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Session")] caller: SignedIn,
        body: Body<OrganizationChoice>,
    ) -> Reply<Json<SessionBody>, Changed> {
        let wanted = OrganizationId::parse(body.0.organization_id.as_str());
        let wanted =
            wanted.map_err(|error| Problem::misshapen("organization_id", format!("It is {error}.")))?;
        if !sessions::switch_organization(&app, &caller.session, &wanted).await? {
            return Err(ChangeError::NotFound("organization").into());
        }
        Ok(Answer::Done(Json(Self::describe(caller, &wanted))))
    }
}

impl SessionApi {
    fn describe(caller: SignedIn, shown: &OrganizationId) -> SessionBody {
        let SignedIn { session, csrf } = caller;
        SessionBody {
            user: User::of(&session),
            organization_id: shown.to_string(),
            organizations: session.places.into_iter().map(|place| place.membership.into()).collect(),
            csrf_token: csrf.reveal().to_owned(),
        }
    }
}

impl User {
    pub(super) fn of(session: &Session) -> Self {
        Self {
            id: session.user_id.to_string(),
            name: session.name.clone(),
            email: session.email.to_string(),
            operator: session.operator,
        }
    }
}

impl From<Membership> for Place {
    fn from(membership: Membership) -> Self {
        Self {
            id: membership.organization_id.to_string(),
            name: membership.organization_name,
            role: membership.role.into(),
        }
    }
}

impl Example for User {
    fn example() -> Self {
        Self {
            id: "usr_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            name: "Ada Lovelace".to_owned(),
            email: "ada@example.com".to_owned(),
            operator: false,
        }
    }
}

impl Example for SessionBody {
    fn example() -> Self {
        Self {
            user: User::example(),
            organization_id: "org_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            organizations: vec![Place {
                id: "org_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
                name: "Analytical Engines".to_owned(),
                role: Role::Owner,
            }],
            csrf_token: "CSRF.0rTs8yh0UKTzPZ9xpJ1ChhDC4bMFzVuGYUR0ggkPGrv0pBqwJ".to_owned(),
        }
    }
}

impl Example for Proof {
    fn example() -> Self {
        Self { current_password: "five old maps under the stairs".into() }
    }
}

impl Example for OrganizationChoice {
    fn example() -> Self {
        Self { organization_id: "org_01kafqg3v8e4tbm9d2n5c7x1yz".into() }
    }
}
