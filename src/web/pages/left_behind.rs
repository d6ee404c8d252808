//! What former members know.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::When;

/// `GET /members/left`. Each row posts to where its secret belongs, with `csrf`, and `once` where that makes another.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "left_behind.html")]
pub struct LeftBehind {
    pub frame: Frame,
    pub known: Vec<Known>,
}

/// A secret that somebody knows who has left.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The app or private app, and its page.
    pub owner: String,
    pub href: String,
    /// What lists show of the secret.
    pub shown: String,
    pub made_by: String,
    pub made: When,
    pub used: Option<When>,
    /// Where it is ended.
    pub end: String,
    /// Where another is made before that; empty where that takes more than a button.
    pub renew: String,
    /// As [`crate::web::console::once`] has it.
    pub once: String,
}

impl Page for LeftBehind {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}
