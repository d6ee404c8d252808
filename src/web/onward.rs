//! Where somebody goes on to once they have signed in.

use std::fmt;

use poem::Response;
use poem::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::base::secret::Secret;
use crate::model::id::ClientId;
use crate::oauth::authorize::AuthorizationRequest;
use crate::web::browser::Browser;
use crate::web::browser::see_other;
use crate::web::language::Language;
use crate::web::language::Message;
use crate::web::pages;
use crate::web::pages::form_post::FormPost;
use crate::web::pages::parts::Frame;
use crate::web::ticket;

/// Bytes of a target that every proxy in front of us lets through; their usual limit is 8 KB for the whole line.
const LONGEST_TARGET: usize = 6 * 1024;

/// What waits behind the sign-in. It travels with the sign-in page and is kept nowhere.
#[derive(Clone, Serialize, Deserialize)]
pub enum Onward {
    /// One of our own pages, by its path and query.
    Page(String),
    /// What an app asks for. Nothing in it is trusted yet.
    App(Box<AuthorizationRequest>),
}

impl Onward {
    /// One of our own pages; the first one for anything else, and for an address so long that it is none of ours.
    pub fn page(path: &str) -> Self {
        let path = if is_own(path) && path.len() <= LONGEST_TARGET / 2 { path } else { "/" };
        Self::Page(path.to_owned())
    }

    /// As text that opens in this browser only; empty for the first page.
    pub fn seal(&self, app: &App, browser: &Browser) -> Secret {
        match self {
            Self::Page(path) if path == "/" => Secret::default(),
            onward => ticket::seal(app, &context(browser), onward),
        }
    }

    /// What [`Onward::seal`] made; `None` when it was made in another browser, not by us, or too long ago.
    pub fn open(app: &App, browser: &Browser, sealed: &str) -> Option<Self> {
        match sealed {
            "" => Some(Self::page("/")),
            sealed => ticket::open(app, &context(browser), sealed),
        }
    }

    /// The app that asks.
    pub fn client_id(&self) -> Option<ClientId> {
        match self {
            Self::Page(_) => None,
            Self::App(asked) => ClientId::parse(asked.client_id.as_deref()?).ok(),
        }
    }

    /// The language that the app asks its person to be spoken to in.
    pub fn language(&self) -> Option<Language> {
        match self {
            Self::Page(_) => None,
            Self::App(asked) => Language::asked(asked.ui_locales.as_deref()?),
        }
    }

    /// There: by a 303, or by a page that posts what no address can hold. It speaks `language` where the app asks for
    /// none.
    pub fn go(&self, language: Language) -> Response {
        let asked = match self {
            Self::Page(path) => return see_other(path),
            Self::App(asked) => asked,
        };
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(asked.pairs()).finish();
        let target = format!("/authorize?{query}");
        if target.len() <= LONGEST_TARGET {
            return see_other(&target);
        }
        let page = FormPost {
            frame: Frame::saying(self.language().unwrap_or(language), Message::OneMoment),
            target: "/authorize".to_owned(),
            fields: asked.pairs().into_iter().map(|(name, value)| (name, Secret::presented(value))).collect(),
        };
        pages::render(&page, StatusCode::OK)
    }
}

/// Values of requests are the app's and the person's business.
impl fmt::Debug for Onward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Page(_) => "Page(..)",
            Self::App(_) => "App(..)",
        })
    }
}

fn context(browser: &Browser) -> String {
    format!("onward/{}", browser.id())
}

/// Whether a browser that is sent there stays with us: a second slash or a backslash would name another host.
fn is_own(path: &str) -> bool {
    let rest = path.strip_prefix('/');
    rest.is_some_and(|rest| {
        !rest.starts_with(['/', '\\']) && path.bytes().all(|byte| matches!(byte, 0x21..=0x7e))
    })
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
