//! What every page needs to know of the browser that asks for it: who is signed in, and what its forms must carry.
//!
//! One cookie, `sid`. It names a session; before somebody signs in it is a random value that the server keeps
//! nowhere and that only ties forms to the browser that they were shown to, the sign-in form included.

use std::fmt;

use poem::Request;
use poem::Response;
use poem::http::HeaderValue;
use poem::http::StatusCode;
use poem::http::header::LOCATION;
use poem::http::header::RETRY_AFTER;
use poem::http::header::SET_COOKIE;
use serde::Deserialize;
use serde::Serialize;
use subtle::ConstantTimeEq;

use crate::accounts::sessions;
use crate::accounts::sign_in::DEVICE_LIFETIME;
use crate::accounts::sign_in::SignedIn;
use crate::app::App;
use crate::base::secret::Secret;
use crate::model::organization::Membership;
use crate::model::role::Role;
use crate::model::session::Session;
use crate::store;
use crate::web::cookies;
use crate::web::cookies::Cookies;
use crate::web::cookies::CsrfRefusal;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::Organization;
use crate::web::pages::parts::Section;
use crate::web::pages::parts::Who;

/// The short name of the session's cookie.
pub const SESSION: &str = "sid";
const DEVICE: &str = "device";

/// What a sealed return target is for.
const RETURN: &str = "return";

/// A browser in the middle of one request.
pub struct Browser {
    /// Of the person who is signed in.
    pub session: Option<Session>,
    cookies: Cookies,
    origin: String,
    /// What its forms may carry, the one to give out first.
    csrf: Vec<Secret>,
    /// The cookie to give to a browser that brought none.
    anonymous: Option<Secret>,
}

/// Why a post is not taken for one of our own forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    #[error(transparent)]
    Origin(#[from] CsrfRefusal),
    #[error("the form was shown to another browser session than it was posted from")]
    Token,
}

/// One of our own paths to go to after signing in. Sealed, because a browser brings it back.
#[derive(Serialize, Deserialize)]
struct Return(String);

impl Browser {
    /// Recognizes the browser that sent the request.
    ///
    /// # Errors
    /// When the store cannot be asked who it is.
    pub async fn read(app: &App, request: &Request) -> store::Result<Self> {
        let cookies = Cookies::new(&app.config.issuer);
        let sent = cookies.get(request.headers(), SESSION).filter(|value| could_be_ours(value));
        let (session, csrf, anonymous) = match sent {
            Some(value) => (sessions::current(app, value).await?, app.keys.csrf_tokens(value), None),
            None => {
                let fresh = Secret::generate_plain();
                (None, app.keys.csrf_tokens(fresh.reveal()), Some(fresh))
            }
        };
        Ok(Self { session, cookies, origin: app.config.issuer.origin(), csrf, anonymous })
    }

    /// What every form must repeat in its field `csrf`.
    pub fn csrf(&self) -> Secret {
        self.csrf[0].clone()
    }

    /// Checks that a post comes from a form that this browser session was shown: by its origin and by the form's
    /// field `csrf`, both.
    ///
    /// # Errors
    /// [`Forged`] otherwise; the post must then have no effect.
    pub fn check(&self, request: &Request, csrf: Option<&str>) -> Result<(), Forged> {
        cookies::same_origin(request.headers(), &self.origin)?;
        let token = csrf.unwrap_or_default();
        let is_it = |own: &Secret| bool::from(token.as_bytes().ct_eq(own.reveal().as_bytes()));
        if self.csrf.iter().any(is_it) { Ok(()) } else { Err(Forged::Token) }
    }

    /// The sealed cookie of an earlier sign-in from this device.
    pub fn device<'r>(&self, request: &'r Request) -> Option<&'r str> {
        self.cookies.get(request.headers(), DEVICE)
    }

    /// Gives the browser a cookie for its forms when it brought none.
    pub fn set_cookies(&self, response: &mut Response) {
        if let Some(anonymous) = &self.anonymous {
            append(response, self.cookies.set(SESSION, anonymous.reveal(), None));
        }
    }

    /// Gives the browser the cookies of somebody who has just signed in.
    pub fn enter(&self, app: &App, response: &mut Response, signed_in: &SignedIn) {
        let longest = Some(app.config.session_absolute);
        append(response, self.cookies.set(SESSION, signed_in.cookie.reveal(), longest));
        append(response, self.cookies.set(DEVICE, signed_in.device.reveal(), Some(DEVICE_LIFETIME)));
    }

    /// Replaces the cookie of somebody who has just signed out. The device stays known.
    pub fn leave(&self, response: &mut Response) {
        append(response, self.cookies.set(SESSION, Secret::generate_plain().reveal(), None));
    }

    /// What surrounds a page that has one thing to do, whoever looks at it.
    pub fn card(&self, title: &str) -> Frame {
        Frame { csrf: self.csrf(), ..Frame::titled(title) }
    }

    /// What surrounds a page for this browser.
    ///
    /// # Errors
    /// When the store cannot be asked for the person's organizations.
    pub async fn frame(&self, app: &App, title: &str, section: Section) -> store::Result<Frame> {
        let who = match &self.session {
            Some(session) => {
                let mut conn = app.db.read().await?;
                Some(who(session, store::memberships::of_user(&mut conn, &session.user_id).await?))
            }
            None => None,
        };
        Ok(Frame { who, section, ..self.card(title) })
    }

    /// To the sign-in page, and from there on to `path`, which begins with a slash.
    pub fn to_sign_in(&self, app: &App, path: &str) -> Response {
        let to = return_ticket(app, path);
        let mut response = see_other(&match to.is_empty() {
            true => "/sign-in".to_owned(),
            false => format!("/sign-in?to={to}"),
        });
        self.set_cookies(&mut response);
        response
    }
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

/// The sealed form of one of our own paths; empty for the first page and for what is no path of ours.
pub fn return_ticket(app: &App, path: &str) -> String {
    match path {
        "/" => String::new(),
        path if is_own(path) => app.keys.seal(RETURN, &Return(path.to_owned())),
        _ => String::new(),
    }
}

/// The path that a ticket of [`return_ticket`] names; the first page for anything else.
pub fn return_path(app: &App, ticket: &str) -> String {
    let opened: Option<Return> = app.keys.open(RETURN, ticket);
    opened.map(|Return(path)| path).filter(|path| is_own(path)).unwrap_or_else(|| "/".to_owned())
}

/// 303: the browser goes there with GET, whatever it has posted here (RFC 9700 §4.12).
pub fn see_other(location: &str) -> Response {
    Response::builder().status(StatusCode::SEE_OTHER).header(LOCATION, location).finish()
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

/// Whether a browser that is sent there stays with us: a second slash or a backslash would name another host.
fn is_own(path: &str) -> bool {
    let rest = path.strip_prefix('/');
    rest.is_some_and(|rest| {
        !rest.starts_with(['/', '\\']) && path.bytes().all(|byte| matches!(byte, 0x21..=0x7e))
    })
}

fn append(response: &mut Response, cookie: Result<HeaderValue, cookies::BadCookie>) {
    if let Ok(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

fn who(session: &Session, memberships: Vec<Membership>) -> Who {
    let organization = |membership: Membership| Organization {
        id: membership.organization_id.to_string(),
        name: membership.organization_name,
    };
    Who {
        name: session.name.clone(),
        email: session.email.to_string(),
        role: role(session.role).to_owned(),
        builds: session.role >= Role::Developer,
        administers: session.role >= Role::Admin,
        operates: session.operator,
        organization_name: session.organization_name.clone(),
        organization_id: session.organization_id.to_string(),
        organizations: memberships.into_iter().map(organization).collect(),
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Developer => "Developer",
        Role::Member => "Member",
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser").field("session", &self.session).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_paths_stay_with_us() {
        for path in ["/", "/apps", "/authorize?client_id=app_1&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"] {
            assert!(is_own(path), "{path}");
        }
        for path in [
            "",
            "apps",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/a\r\nb",
        ] {
            assert!(!is_own(path), "{path}");
        }
    }
}
