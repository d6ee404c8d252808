//! The organization's apps.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::listing::Listing;
use crate::web::pages::parts::Badge;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::When;

/// `GET /apps`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "apps.html")]
pub struct Apps {
    pub frame: Frame,
    pub apps: Vec<AppRow>,
    pub listing: Listing,
}

impl Page for Apps {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

/// One app in the list.
#[derive(Clone, Debug, Default)]
pub struct AppRow {
    pub href: String,
    pub face: Face,
    /// Its type in words, such as "Confidential".
    pub kind: String,
    /// Who may allow it, such as "Everyone".
    pub distribution: String,
    /// The hosts that people return to.
    pub hosts: Vec<String>,
    /// The age of its newest secret; none for an app without one.
    pub secret: Option<When>,
    pub last_used: Option<When>,
    /// What needs attention, such as "Secret ends in 5 days".
    pub attention: Option<Badge>,
}
