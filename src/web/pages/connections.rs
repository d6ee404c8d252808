//! The apps that a person allowed.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::listing::Listing;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::When;

/// `GET /connections`. Posts to `/connections/<id>/revoke` with `csrf`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "connections.html")]
pub struct Connections {
    pub frame: Frame,
    pub connections: Vec<Connection>,
    pub listing: Listing,
}

impl Page for Connections {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

/// One app that the person allowed in one organization.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    pub id: String,
    pub face: Face,
    /// The organization that published it; empty if nobody knows.
    pub publisher: String,
    pub verified: bool,
    /// The organization whose data it reaches.
    pub organization: String,
    /// What it may do, one sentence each.
    pub scopes: Vec<String>,
    pub since: When,
    pub last_used: Option<When>,
    /// When it ends; none if only by the person.
    pub until: Option<When>,
}
