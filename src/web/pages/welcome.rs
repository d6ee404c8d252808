//! The first page while nobody has an account yet.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::parts::Frame;

/// `GET /` of a fresh installation: says where its set-up link is, and does not give it away.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "welcome.html")]
pub struct Welcome {
    pub frame: Frame,
}

impl Page for Welcome {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}
