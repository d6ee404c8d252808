//! The organization's private apps.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::listing::Listing;
use crate::web::pages::parts::Badge;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::When;

/// `GET /private-apps`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "private_apps.html")]
pub struct PrivateApps {
    pub frame: Frame,
    pub apps: Vec<PrivateAppRow>,
    pub listing: Listing,
}

impl Page for PrivateApps {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

/// One private app in the list.
#[derive(Clone, Debug, Default)]
pub struct PrivateAppRow {
    pub href: String,
    pub face: Face,
    /// What it reaches in short, such as "Contacts, Calendar and 2 more".
    pub reach: String,
    /// When its last token ends; none if it does not.
    pub ends: Option<When>,
    pub last_used: Option<When>,
    /// Works, ends soon, is blocked.
    pub state: Badge,
}
