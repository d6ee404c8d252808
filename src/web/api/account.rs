//! `/api/account` and `/api/sessions`: what people change about themselves.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::Object;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::types::Example;

use crate::accounts::oneself;
use crate::accounts::oneself::NotProven;
use crate::accounts::sessions;
use crate::app::App;
use crate::app::ChangeError;
use crate::base::digest::Digest;
use crate::base::secret::Secret;
use crate::model::label::Name;
use crate::model::permission::Permission;
use crate::model::session::OpenSession;
use crate::model::user::Password;
use crate::web::answer::Answer;
use crate::web::answer::Empty;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::Refused;
use crate::web::api::body::Body;
use crate::web::api::caller::SignedIn;
use crate::web::api::moment;
use crate::web::api::moment::Moment;
use crate::web::api::outcomes::Changed;
use crate::web::api::outcomes::Deleted;
use crate::web::api::outcomes::Proven;
use crate::web::api::outcomes::Shown;
use crate::web::api::session::User;
use crate::web::problem::Problem;
use crate::web::tags::Tag;
use crate::web::text::Text;
use crate::web::words;

pub struct AccountApi;

/// What the person is called.
#[derive(Object)]
#[oai(deny_unknown_fields, example)]
struct AccountChange {
    name: Text<Name>,
}

/// A new password, and the one that it takes the place of.
#[derive(Object)]
#[oai(deny_unknown_fields, example)]
struct PasswordChange {
    current_password: Text<Password>,
    new_password: Text<Password>,
}

/// A browser in which the person is signed in.
#[derive(Object)]
#[oai(rename = "BrowserSession", skip_serializing_if_is_none, example)]
struct BrowserSession {
    id: String,
    /// It is the one that asks.
    current: bool,
    /// Browser and system in words, as far as they are known.
    program: String,
    /// What the browser called itself when the session began.
    user_agent: Option<String>,
    /// The address that the session was begun from.
    address: Option<String>,
    /// The organization that its console shows.
    organization_name: String,
    created_at: Moment,
    /// When it was used last, give or take minutes.
    last_seen_at: Moment,
}

/// The person's sessions.
#[derive(Object)]
struct SessionList {
    items: Vec<BrowserSession>,
}

#[OpenApi(tag = "Tag::Identity")]
impl AccountApi {
    /// Change the own account
    ///
    /// What others see of the person. An operator changes the e-mail address.
    #[oai(path = "/api/account", method = "patch", operation_id = "update_account")]
    async fn rename(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Session")] caller: SignedIn,
        body: Body<AccountChange>,
    ) -> Reply<Json<User>, Changed> {
        let mut session = caller.session;
        session.name = oneself::rename(&app, &session, body.0.name.as_str()).await?;
        Ok(Answer::Done(Json(User::of(&session))))
    }

    /// Change the own password
    ///
    /// Every other session of the person ends.
    #[oai(path = "/api/account/password", method = "put", operation_id = "change_password")]
    async fn change_password(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Session")] caller: SignedIn,
        body: Body<PasswordChange>,
    ) -> Reply<Empty, Proven> {
        let PasswordChange { current_password, new_password } = body.0;
        let (current, wanted) = (current_password.into_string(), new_password.into_string());
        let (current, wanted) = (Secret::presented(current), Secret::presented(wanted));
        oneself::change_password(&app, &caller.session, current, wanted).await?;
        Ok(Answer::Done(Empty))
    }

    /// List the own sessions
    ///
    /// Where the person is signed in, seen last first: a hundred at most.
    #[oai(path = "/api/sessions", method = "get", operation_id = "list_sessions")]
    async fn sessions(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Session")] caller: SignedIn,
    ) -> Reply<Json<SessionList>, Shown> {
        let open = sessions::list(&app, &caller.session).await?;
        let items = open.into_iter().map(|open| BrowserSession::of(open, &caller.session.id)).collect();
        Ok(Answer::Done(Json(SessionList { items })))
    }

    /// End all other sessions
    ///
    /// The person stays signed in here only.
    #[oai(path = "/api/sessions", method = "delete", operation_id = "end_other_sessions")]
    async fn end_others(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Session")] caller: SignedIn,
    ) -> Reply<Empty, Deleted> {
        sessions::end_others(&app, &caller.session).await?;
        Ok(Answer::Done(Empty))
    }

    /// End a session
    ///
    /// Whoever uses that browser must sign in again.
    #[oai(path = "/api/sessions/:id", method = "delete", operation_id = "end_session")]
    async fn end(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::Session")] caller: SignedIn,
        /// The session's `id`.
        id: Path<Text<Digest>>,
    ) -> Reply<Empty, Deleted> {
        let id = Digest::parse(id.0.as_str()).ok_or(ChangeError::NotFound("session"))?;
        if !sessions::end(&app, &caller.session, &id).await? {
            return Err(ChangeError::NotFound("session").into());
        }
        Ok(Answer::Done(Empty))
    }
}

impl BrowserSession {
    fn of(open: OpenSession, current: &Digest) -> Self {
        Self {
            current: open.id == *current,
            id: open.id.as_str().to_owned(),
            program: words::program(open.agent.as_deref()),
            user_agent: open.agent,
            address: open.address,
            organization_name: open.organization_name,
            created_at: open.created_at.into(),
            last_seen_at: open.seen_at.into(),
        }
    }
}

impl From<NotProven> for Refused {
    fn from(kept: NotProven) -> Self {
        match kept {
            NotProven::Refused(error) => error.into(),
            NotProven::Wait(wait) => Problem::too_many(words::whole_seconds(wait)).into(),
            NotProven::Busy => Problem::unavailable(2).into(),
        }
    }
}

impl Example for AccountChange {
    fn example() -> Self {
        Self { name: "Ada Lovelace".into() }
    }
}

impl Example for PasswordChange {
    fn example() -> Self {
        Self {
            current_password: "five old maps under the stairs".into(),
            new_password: "seven quiet lanterns over the bay".into(),
        }
    }
}

impl Example for BrowserSession {
    fn example() -> Self {
        Self {
            id: "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg".to_owned(),
            current: true,
            program: "Firefox on Linux".to_owned(),
            user_agent: Some(
                "Mozilla/5.0 (X11; Linux x86_64; rv:152.0) Gecko/20100101 Firefox/152.0".to_owned(),
            ),
            address: Some("192.0.2.7".to_owned()),
            organization_name: "Analytical Engines".to_owned(),
            created_at: moment::example(),
            last_seen_at: moment::example(),
        }
    }
}
