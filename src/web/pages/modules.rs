//! The parts of the platform's API that permissions are given for.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::listing::Listing;
use crate::web::pages::parts::Frame;

/// `GET /modules`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "modules.html")]
pub struct Modules {
    pub frame: Frame,
    pub modules: Vec<ModuleRow>,
    pub listing: Listing,
    /// The person may add modules.
    pub addable: bool,
}

impl Page for Modules {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

/// One module in the list.
#[derive(Clone, Debug, Default)]
pub struct ModuleRow {
    /// Its name in scopes, such as "contacts".
    pub id: String,
    pub title: String,
    pub description: String,
    /// What reading lets an app do, as people are asked.
    pub read: String,
    /// What writing lets an app do, as people are asked.
    pub write: String,
    pub sensitive: bool,
    /// Where it comes from, such as "Configuration file".
    pub origin: String,
    /// Where to edit it; none if it cannot be edited here.
    pub edit: Option<String>,
}
