//! A secret that is shown this one time: of an app, or the token of a private app.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::parts::Crumb;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Frame;

/// The answer to whatever made the secret. It has no `Debug`: the secret is all over it.
#[derive(Clone, Default, Template)]
#[template(path = "secret_once.html")]
pub struct SecretOnce {
    pub frame: Frame,
    pub crumbs: Vec<Crumb>,
    /// What happened, such as "Acme CRM is registered".
    pub headline: String,
    /// What goes with the secret and is no secret, such as the client ID.
    pub beside: Vec<Fact>,
    /// The secret: what it is called, and itself.
    pub secret: Fact,
    /// When it ends, such as "It ends on 2027-02-19 23:56 UTC."; may be empty.
    pub life: String,
    /// The name of the file to download, such as "acme-crm.env"; empty where there is none.
    pub file_name: String,
    /// What is in it.
    pub file: String,
    /// A command that tries the secret out; empty where there is none.
    pub trial: String,
    /// Where to go on.
    pub next: Crumb,
}

impl Page for SecretOnce {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}
