//! One member: their role, and their end.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::When;

/// `GET /members/<id>`; `POST` there with `csrf` and `role`, `POST /members/<id>/remove` with `csrf`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "member.html")]
pub struct MemberPage {
    pub frame: Frame,
    /// `/members/<id>`.
    pub href: String,
    pub organization: String,
    pub name: String,
    pub email: String,
    pub role: String,
    /// The roles that the person may give; none when they decide nothing about this member.
    pub roles: Select,
    pub disabled: bool,
    pub joined: When,
    pub seen: Option<When>,
}

impl Page for MemberPage {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}
