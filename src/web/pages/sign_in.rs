//! Signing in.

use askama::Template;

use crate::base::secret::Secret;
use crate::web::edge::FormsEnd;
use crate::web::language::Language;
use crate::web::language::Message;
use crate::web::pages::Page;
use crate::web::pages::fields::Field;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Frame;

/// `POST /sign-in` with `csrf`, `to`, `email`, `password`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    pub frame: Frame,
    /// Where to go on afterwards, sealed.
    pub to: Secret,
    /// The app that sent the person here, if one did.
    pub app: Option<Face>,
    pub email: Field,
    /// Why it did not work. Never says which of the two was wrong.
    pub error: Option<Message<'static>>,
    /// How long to wait before the next try.
    pub wait: Option<Message<'static>>,
}

impl Page for SignIn {
    fn forms_end(&self) -> FormsEnd {
        match self.app {
            Some(_) => FormsEnd::AtAnApp,
            None => FormsEnd::Here,
        }
    }

    fn language(&self) -> Option<Language> {
        Some(self.frame.language)
    }
}
