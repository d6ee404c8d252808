//! A form that the browser posts for us: the answer to an app that asked for `response_mode=form_post`, or a request
//! that is too long for an address.

use askama::Template;

use crate::base::secret::Secret;
use crate::web::edge::FormsEnd;
use crate::web::language::Language;
use crate::web::language::Message;
use crate::web::pages::Page;
use crate::web::pages::parts::Frame;

/// Posts `fields` to `target` by itself, or by its button where there is no script.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "form_post.html")]
pub struct FormPost {
    pub frame: Frame,
    /// The app's redirect URI, checked against its registered ones; or one of our own paths.
    pub target: String,
    /// The parameters, in order.
    pub fields: Vec<(&'static str, Secret)>,
}

impl Page for FormPost {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::AtAnApp
    }

    fn language(&self) -> Option<Language> {
        Some(self.frame.language)
    }
}
