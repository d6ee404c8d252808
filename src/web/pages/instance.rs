//! Every app of the installation, for its operators.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::listing::Listing;
use crate::web::pages::parts::Badge;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::When;

/// `GET /instance/apps`. Posts to `/instance/apps/<id>/stop` with `csrf` and `reason`, and to
/// `/instance/apps/<id>/lift` with `csrf`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "instance.html")]
pub struct Instance {
    pub frame: Frame,
    pub apps: Vec<InstanceApp>,
    pub listing: Listing,
}

impl Page for Instance {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

/// One app of any organization.
#[derive(Clone, Debug, Default)]
pub struct InstanceApp {
    pub id: String,
    pub face: Face,
    /// The organization that publishes it.
    pub publisher: String,
    pub registered: When,
    pub state: Badge,
    /// When an operator stopped it.
    pub stopped: Option<When>,
    /// Why, as its owner reads it.
    pub reason: String,
}
