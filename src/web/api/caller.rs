//! Who calls the management API, a signed-in browser or the bearer of a token, and whether they may.

use std::sync::Arc;

use poem::Request;
use poem::RequestBody;
use poem_openapi::ApiExtractor;
use poem_openapi::ApiExtractorType;
use poem_openapi::ExtractParamOptions;
use poem_openapi::OAuthScopes;
use poem_openapi::registry::MetaOAuthFlow;
use poem_openapi::registry::MetaOAuthFlows;
use poem_openapi::registry::MetaSecurityScheme;
use poem_openapi::registry::Registry;

use crate::app::App;
use crate::base::secret::Secret;
use crate::model::authority::Actor;
use crate::model::authority::Authority;
use crate::model::authority::Denied;
use crate::model::authority::Fresh;
use crate::model::authority::Person;
use crate::model::permission::Permission;
use crate::model::role::Rights;
use crate::model::session::Session;
use crate::oauth::bearer;
use crate::oauth::bearer::Bearer;
use crate::oauth::bearer::Subject;
use crate::store;
use crate::web::api::refused::Refused;
use crate::web::api::required;
use crate::web::browser::Browser;
use crate::web::presented;

pub const OAUTH2: &str = "oauth2";
const PRIVATE_APP: &str = "private_app_token";
pub const SESSION: &str = "session";

/// The header in which a script of our own pages repeats the token of its session.
const CSRF: &str = "x-csrf-token";

/// Somebody who may call this operation.
pub struct Caller {
    pub authority: Authority,
    pub who: Who,
}

/// A person who may call this operation, in their own browser.
pub struct SignedIn {
    pub session: Session,
    /// What unsafe requests of the browser must repeat.
    pub csrf: Secret,
}

pub enum Who {
    Session(Box<SignedIn>),
    Bearer(Box<Bearer>),
}

impl Caller {
    /// Their authority for what takes a fresh proof of who they are.
    ///
    /// # Errors
    /// [`Denied::NotFresh`].
    pub fn fresh(&self, app: &App) -> Result<Fresh, Denied> {
        self.authority.fresh(app.now())
    }

    /// Denied by default: an operation that is not known answers nobody.
    async fn of(request: &Request) -> Result<Self, Refused> {
        let caller = Self::identified(request).await?;
        let needed = required::of(request).ok_or_else(|| Refused::broken("the operation is not known"))?;
        caller.authority.require(needed)?;
        Ok(caller)
    }

    /// Somebody, whatever they may do.
    async fn identified(request: &Request) -> Result<Self, Refused> {
        let app =
            request.data::<Arc<App>>().ok_or_else(|| Refused::broken("the app is not in the request"))?;
        match presented::token(request.headers())? {
            Some(token) => Self::bearer(app, request, token.reveal()).await,
            None => Self::browser(app, request).await,
        }
    }

    async fn bearer(app: &App, request: &Request, token: &str) -> Result<Self, Refused> {
        let call = presented::call(request.method().as_str(), request.uri().path());
        let bearer = bearer::verify(app, token, &presented::presentation(request, &call)).await?;
        let actor = match &bearer.subject {
            Subject::User { user_id, client_id } => {
                let person = person(app, user_id, &bearer).await?;
                Actor::Client { id: client_id.clone(), on_behalf_of: Some(person) }
            }
            Subject::Client { client_id } => Actor::Client { id: client_id.clone(), on_behalf_of: None },
            Subject::PrivateApp { private_app_id, .. } => Actor::PrivateApp { id: private_app_id.clone() },
        };
        let authority = Authority::new(bearer.organization_id.clone(), actor, &bearer.scopes);
        Ok(Self { authority, who: Who::Bearer(Box::new(bearer)) })
    }

    async fn browser(app: &App, request: &Request) -> Result<Self, Refused> {
        let browser = Browser::read(app, request).await?;
        let csrf = browser.csrf(app);
        if browser.session.is_some() && !request.method().is_safe() {
            let sent = request.headers().get(CSRF).and_then(|value| value.to_str().ok());
            browser.check(app, request, sent).map_err(Refused::forged)?;
        }
        let session = browser.session.ok_or_else(Refused::nobody)?;
        let modules = app.modules().await?;
        let authority = Authority::of_session(&session, &modules);
        Ok(Self { authority, who: Who::Session(Box::new(SignedIn { session, csrf })) })
    }
}

/// The person behind a token, as they stand now.
async fn person(app: &App, id: &crate::model::id::UserId, bearer: &Bearer) -> Result<Person, Refused> {
    let mut conn = app.db.read().await?;
    let user = store::users::find(&mut conn, id).await?;
    let memberships = store::memberships::of_user(&mut conn, id).await?;
    let here = memberships.into_iter().find(|m| m.organization_id == bearer.organization_id);
    match (user, here) {
        (Some(user), Some(here)) => {
            let rights = Rights { role: here.role, operator: user.operator };
            Ok(Person { id: user.id, rights, proven_at: app.now() })
        }
        _ => Err(crate::oauth::Error::invalid_token().because("the person left meanwhile").into()),
    }
}

impl<'a> ApiExtractor<'a> for Caller {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![OAUTH2, PRIVATE_APP, SESSION]
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self::of(request).await?)
    }
}

impl<'a> ApiExtractor<'a> for SignedIn {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SESSION]
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        match Caller::of(request).await?.who {
            Who::Session(session) => Ok(*session),
            Who::Bearer(_) => Err(Refused::broken("a permission of people let a token in").into()),
        }
    }
}

fn register(registry: &mut Registry) {
    let scheme = |ty, description| MetaSecurityScheme {
        ty,
        description: Some(description),
        name: None,
        key_in: None,
        scheme: None,
        bearer_format: None,
        flows: None,
        openid_connect_url: None,
    };
    let flow = |authorization_url| MetaOAuthFlow {
        authorization_url,
        token_url: Some("/token"),
        refresh_url: authorization_url.map(|_| "/token"),
        scopes: Permission::meta(),
    };
    let flows = MetaOAuthFlows {
        implicit: None,
        password: None,
        client_credentials: Some(flow(None)),
        authorization_code: Some(flow(Some("/authorize"))),
    };
    let oauth2 = scheme("oauth2", "An access token of an OAuth app, as `Authorization: Bearer OAUTH2...`");
    registry.create_security_scheme(OAUTH2, MetaSecurityScheme { flows: Some(flows), ..oauth2 });
    let bearer = scheme("http", "A private app's token, as `Authorization: Bearer PRIVATE...`");
    let bearer = MetaSecurityScheme { scheme: Some("bearer"), bearer_format: Some("PRIVATE"), ..bearer };
    registry.create_security_scheme(PRIVATE_APP, bearer);
    let session = scheme(
        "apiKey",
        "The cookie of a signed-in browser (`__Host-sid` over https). Requests that change something also need the \
         `csrf_token` of `GET /api/session` in the header `X-CSRF-Token`, and must come from our own pages",
    );
    let session = MetaSecurityScheme { name: Some("sid"), key_in: Some("cookie"), ..session };
    registry.create_security_scheme(SESSION, session);
}
