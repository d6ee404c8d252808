//! Somebody has signed in, and what waited for that does not wait any more.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::language::Language;
use crate::web::language::Message;
use crate::web::pages::Page;
use crate::web::pages::parts::Frame;

/// The answer to `POST /sign-in` whose `to` had ended, or belongs to another browser.
#[derive(Clone, Debug, Template)]
#[template(path = "signed_in.html")]
pub struct SignedIn {
    pub frame: Frame,
    /// How long it would have waited.
    pub too_late: Message<'static>,
}

impl Page for SignedIn {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }

    fn language(&self) -> Option<Language> {
        Some(self.frame.language)
    }
}
