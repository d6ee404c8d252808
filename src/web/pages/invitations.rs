//! Invitations that wait to be accepted.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::listing::Listing;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::When;

/// `GET /invitations`; `POST /invitations/<id>/withdraw` with `csrf`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "invitations.html")]
pub struct Invitations {
    pub frame: Frame,
    pub invitations: Vec<InvitationRow>,
    pub listing: Listing,
}

/// One invitation in the list.
#[derive(Clone, Debug, Default)]
pub struct InvitationRow {
    pub id: String,
    pub email: String,
    pub role: String,
    pub invited_by: String,
    pub sent: When,
    pub ends: When,
}

impl Page for Invitations {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}
