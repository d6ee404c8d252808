//! What every page needs to know of the browser that asks for it: who is signed in, and what its forms must carry.
//!
//! Two cookies. `sid` names a session, and what its forms carry ends with it. `browser` is a random value that the
//! server keeps nowhere and that outlives signing in and out: it ties to this browser what is shown before somebody
//! signs in, so that several tabs may be signing in at once.

use std::fmt;

use poem::Request;
use poem::Response;
use poem::http::HeaderValue;
use poem::http::StatusCode;
use poem::http::header::LOCATION;
use poem::http::header::RETRY_AFTER;
use poem::http::header::SET_COOKIE;
use poem::http::header::USER_AGENT;
use subtle::ConstantTimeEq;

use crate::accounts::sessions;
use crate::accounts::sign_in::DEVICE_LIFETIME;
use crate::accounts::sign_in::SignedIn;
use crate::app::App;
use crate::base::secret::Secret;
use crate::model::grant::Place;
use crate::model::id::ClientId;
use crate::model::session::Session;
use crate::store;
use crate::web::cookies;
use crate::web::cookies::Cookies;
use crate::web::cookies::CsrfRefusal;
use crate::web::language::Language;
use crate::web::onward::Onward;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::Organization;
use crate::web::pages::parts::Who;
use crate::web::words;

/// The short name of the session's cookie.
pub const SESSION: &str = "sid";
const BROWSER: &str = "browser";
const DEVICE: &str = "device";

/// A browser in the middle of one request.
pub struct Browser {
    /// Of the person who is signed in.
    pub session: Option<Session>,
    /// The one that suits its settings best, unless an app asks for another.
    pub language: Language,
    cookies: Cookies,
    /// The session's own; none while nobody is signed in.
    cookie: Option<Secret>,
    id: Secret,
    /// The browser brought no id and is to be given this one.
    fresh: bool,
    /// It brought a session's cookie that counts for nothing here; at another path it might.
    astray: bool,
}

/// Why a post is not taken for one of our own forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    #[error(transparent)]
    Origin(#[from] CsrfRefusal),
    #[error("the form was shown to another browser or session than it was posted from")]
    Token,
}

impl Browser {
    /// Recognizes the browser that sent the request.
    ///
    /// # Errors
    /// When the store cannot be asked who it is.
    pub async fn read(app: &App, request: &Request) -> store::Result<Self> {
        Self::read_for(app, request, Language::accepted(request.headers()), None).await
    }

    /// As [`Browser::read`], on the way to an app: spoken to in `language`, and with what the person allows the app of
    /// that id.
    ///
    /// # Errors
    /// As there.
    pub async fn read_for(
        app: &App,
        request: &Request,
        language: Language,
        app_id: Option<&ClientId>,
    ) -> store::Result<Self> {
        let cookies = Cookies::new(&app.config.issuer);
        let sent = |name| cookies.get(request.headers(), name).filter(|value| could_be_ours(value));
        let session = match sent(SESSION) {
            Some(value) => {
                let session = sessions::current_for(app, value, app_id).await?;
                session.map(|session| (session, Secret::presented(value)))
            }
            None => None,
        };
        let (session, cookie) = session.unzip();
        let origin = app.config.issuer.origin();
        // A browser that posts here from another site keeps its cookies back, and is not to lose them.
        let elsewhere =
            !request.method().is_safe() && cookies::same_origin(request.headers(), origin).is_err();
        let (id, fresh) = match sent(BROWSER) {
            Some(id) => (Secret::presented(id), false),
            None => (Secret::generate_plain(), !elsewhere),
        };
        let astray = session.is_none() && cookies.has(request.headers(), SESSION);
        Ok(Self { session, language, cookies, cookie, id, fresh, astray })
    }

    /// A value that no other browser has.
    pub fn id(&self) -> &str {
        self.id.reveal()
    }

    /// What every form of the session must repeat in its field `csrf`; empty while nobody is signed in.
    pub fn csrf(&self, app: &App) -> Secret {
        self.csrf_tokens(app).into_iter().next().unwrap_or_default()
    }

    /// What the forms of the session may repeat, the one to give out first.
    fn csrf_tokens(&self, app: &App) -> Vec<Secret> {
        self.cookie.as_ref().map(|cookie| app.keys.csrf_tokens(cookie.reveal())).unwrap_or_default()
    }

    /// Checks that a post comes from a form of the session that is going on, by its origin and by the form's field
    /// `csrf`, both.
    ///
    /// # Errors
    /// [`Forged`] otherwise; the post must then have no effect.
    pub fn check(&self, app: &App, request: &Request, csrf: Option<&str>) -> Result<(), Forged> {
        check_against(app, &self.csrf_tokens(app), request, csrf)
    }

    /// As [`Browser::check`] for a form of [`Browser::card`], which stays good whoever signs in or out meanwhile.
    ///
    /// # Errors
    /// As there.
    pub fn check_card(&self, app: &App, request: &Request, csrf: Option<&str>) -> Result<(), Forged> {
        check_against(app, &app.keys.csrf_tokens(self.id()), request, csrf)
    }

    /// The sealed cookie of an earlier sign-in from this device.
    pub fn device<'r>(&self, request: &'r Request) -> Option<&'r str> {
        self.cookies.get(request.headers(), DEVICE)
    }

    /// Gives the browser an id when it brought none.
    pub fn set_cookies(&self, response: &mut Response) {
        if self.fresh {
            append(response, self.cookies.set(BROWSER, self.id(), None));
        }
    }

    /// Gives the browser the cookies of somebody who has just signed in.
    pub fn enter(&self, app: &App, response: &mut Response, signed_in: &SignedIn) {
        let longest = Some(app.config.session_absolute);
        append(response, self.cookies.set(SESSION, signed_in.cookie.reveal(), longest));
        append(response, self.cookies.set(DEVICE, signed_in.device.reveal(), Some(DEVICE_LIFETIME)));
    }

    /// Takes the cookie of somebody who has just signed out. The device stays known.
    pub fn leave(&self, response: &mut Response) {
        append(response, self.cookies.clear(SESSION));
    }

    /// What surrounds a page that has one thing to do, whoever looks at it.
    pub fn card(&self, app: &App, frame: Frame) -> Frame {
        let csrf = app.keys.csrf_tokens(self.id()).into_iter().next().unwrap_or_default();
        Frame { csrf, ..frame }
    }

    /// What surrounds a page of the session that is going on.
    pub fn frame(&self, app: &App, frame: Frame) -> Frame {
        let who = self.session.as_ref().map(who);
        Frame { csrf: self.csrf(app), who, ..frame }
    }

    /// To the sign-in page, and from there on to `path`, which begins with a slash.
    pub fn to_sign_in(&self, app: &App, path: &str) -> Response {
        let to = Onward::page(path).seal(app, self);
        let mut response = see_other(&match to.reveal() {
            "" => "/sign-in".to_owned(),
            to if self.astray => format!("/sign-in?to={to}&anew=1"),
            to => format!("/sign-in?to={to}"),
        });
        self.set_cookies(&mut response);
        response
    }
}

fn check_against(
    app: &App,
    expected: &[Secret],
    request: &Request,
    csrf: Option<&str>,
) -> Result<(), Forged> {
    cookies::same_origin(request.headers(), app.config.issuer.origin())?;
    let csrf = csrf.unwrap_or_default();
    let is_it = |own: &Secret| bool::from(csrf.as_bytes().ct_eq(own.reveal().as_bytes()));
    if expected.iter().any(is_it) { Ok(()) } else { Err(Forged::Token) }
}

/// The browser and its session; anybody who is not signed in is sent to do so first, and then back.
///
/// # Errors
/// The redirect, or what [`failed`] says.
pub async fn signed_in(app: &App, request: &Request) -> poem::Result<(Browser, Session)> {
    let browser = Browser::read(app, request).await.map_err(failed)?;
    match browser.session.clone() {
        Some(session) => Ok((browser, session)),
        None => {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let back = if request.method().is_safe() { path } else { "/" };
            Err(poem::Error::from_response(browser.to_sign_in(app, back)))
        }
    }
}

/// What the browser calls itself.
pub fn agent(request: &Request) -> Option<&str> {
    request.headers().get(USER_AGENT)?.to_str().ok()
}

/// 303: the browser goes there with GET, whatever it has posted here (RFC 9700 §4.12).
pub fn see_other(location: &str) -> Response {
    let mut response = Response::builder().status(StatusCode::SEE_OTHER).header(LOCATION, location).finish();
    if let Some(location) = response.headers_mut().get_mut(LOCATION) {
        location.set_sensitive(true); // It may hold a code: never printed, never in a compression table.
    }
    response
}

/// A failure of the store as a bare status, which the edge words: 503 when it may work later, 500 when not.
pub fn failed(error: store::Error) -> poem::Error {
    tracing::warn!(%error, "a page could not be answered");
    let response = match error.is_unavailable() {
        true => Response::builder().status(StatusCode::SERVICE_UNAVAILABLE).header(RETRY_AFTER, "1"),
        false => Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR),
    };
    poem::Error::from_response(response.finish())
}

/// Whether a cookie has the shape of those we give out.
fn could_be_ours(value: &str) -> bool {
    value.len() == 43 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn append(response: &mut Response, cookie: Result<HeaderValue, cookies::BadCookie>) {
    if let Ok(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

fn who(session: &Session) -> Who {
    let organization = |place: &Place| Organization {
        id: place.membership.organization_id.to_string(),
        name: place.membership.organization_name.clone(),
    };
    Who {
        name: session.name.clone(),
        email: session.email.to_string(),
        role: words::role(session.role).to_owned(),
        rights: session.rights(),
        organization_name: session.organization_name.clone(),
        organization_id: session.organization_id.to_string(),
        organizations: session.places.iter().map(organization).collect(),
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser").field("session", &self.session).finish_non_exhaustive()
    }
}
