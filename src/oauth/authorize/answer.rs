//! The answer to the app, carried by the browser.

use crate::base::secret::Secret;
use crate::oauth::Error;
use crate::oauth::authorize::Checked;

/// How the parameters travel (OAuth 2.0 Multiple Response Types, Form Post Response Mode).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// In the query of a 303.
    #[default]
    Query,
    /// In a form that the browser posts.
    FormPost,
}

/// Where to send the browser, and with what. It exists only for a redirect URI that was found registered.
#[derive(Debug)]
pub struct Answer {
    app_name: String,
    to: String,
    mode: Mode,
    parameters: Vec<(&'static str, Secret)>,
}

impl Answer {
    /// The code, the state byte for byte and the issuer (RFC 9207).
    pub(super) fn code(checked: &Checked, code: &Secret, issuer: &str) -> Self {
        Self::with(checked, vec![("code", code.clone())], issuer)
    }

    /// The error instead (RFC 6749 §4.1.2.1).
    pub(super) fn error(checked: &Checked, error: &Error, issuer: &str) -> Self {
        let parameters = vec![
            ("error", Secret::presented(error.code.as_str())),
            ("error_description", Secret::presented(error.description.clone())),
        ];
        Self::with(checked, parameters, issuer)
    }

    fn with(checked: &Checked, mut parameters: Vec<(&'static str, Secret)>, issuer: &str) -> Self {
        if let Some(state) = checked.state() {
            parameters.push(("state", Secret::presented(state)));
        }
        parameters.push(("iss", Secret::presented(issuer)));
        let app_name = checked.client().name.clone();
        Self { app_name, to: checked.redirect_uri().to_owned(), mode: checked.mode(), parameters }
    }

    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whom it is for, in words.
    pub fn app_name(&self) -> &str {
        &self.app_name
    }

    /// The bare redirect URI.
    pub fn to(&self) -> &str {
        &self.to
    }

    pub fn parameters(&self) -> &[(&'static str, Secret)] {
        &self.parameters
    }

    /// The redirect URI with the parameters added to its query; what the query held before is kept as it was.
    pub fn location(&self) -> Secret {
        let mut location = self.to.clone();
        let mut separator = match self.to.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        for (name, value) in &self.parameters {
            location.push_str(separator);
            location.push_str(name);
            location.push('=');
            location.extend(form_urlencoded::byte_serialize(value.reveal().as_bytes()));
            separator = "&";
        }
        Secret::presented(location)
    }
}
