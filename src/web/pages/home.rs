//! Where the console begins.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::parts::Frame;

/// `GET /`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "home.html")]
pub struct Home {
    pub frame: Frame,
    /// The way from nothing to a working app; empty once it is done.
    pub steps: Vec<Step>,
    pub counts: Vec<Count>,
}

impl Page for Home {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

/// One step of the way.
#[derive(Clone, Debug, Default)]
pub struct Step {
    pub done: bool,
    pub title: String,
    pub text: String,
    pub href: String,
    /// What the link says, such as "Register an app".
    pub action: String,
}

/// How many there are of something.
#[derive(Clone, Debug, Default)]
pub struct Count {
    /// Such as "1,204".
    pub number: String,
    pub label: String,
    pub href: String,
}

impl Home {
    /// How many steps are done.
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.done).count()
    }

    /// The place of the first step that is not done; after the last if all are.
    pub fn next(&self) -> usize {
        self.steps.iter().position(|step| !step.done).unwrap_or(self.steps.len())
    }
}
