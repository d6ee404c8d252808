//! Who belongs to the organization.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::listing::Listing;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::When;

/// `GET /members`; `POST /members/leave` with `csrf`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "members.html")]
pub struct Members {
    pub frame: Frame,
    pub organization: String,
    pub members: Vec<MemberRow>,
    pub listing: Listing,
    /// The person looks after the members.
    pub manages: bool,
    /// Secrets that former members made and that work still, as far as they are counted.
    pub left_behind: usize,
}

/// One member in the list.
#[derive(Clone, Debug, Default)]
pub struct MemberRow {
    pub name: String,
    pub email: String,
    pub role: String,
    /// It is whoever looks at the page.
    pub you: bool,
    pub disabled: bool,
    pub joined: When,
    /// None when that is not told, or not known yet.
    pub seen: Option<When>,
    /// Where to see and change more; none when the person decides nothing about this one.
    pub href: Option<String>,
}

impl Page for Members {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}
