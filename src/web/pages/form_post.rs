//! The answer to an app that asked for `response_mode=form_post`.

use askama::Template;

use crate::base::secret::Secret;
use crate::web::pages::parts::Frame;

/// Posts `fields` to `target` by itself, or by its button where there is no script.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "form_post.html")]
pub struct FormPost {
    pub frame: Frame,
    /// The name of the app that is posted to.
    pub app_name: String,
    /// The app's redirect URI, checked against its registered ones; or one of our own paths.
    pub target: String,
    /// The parameters of the answer, in order.
    pub fields: Vec<(&'static str, Secret)>,
}
