//! An authorization request as it came: nothing in it is trusted yet.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

macro_rules! request {
    ($($(#[doc = $meaning:literal])+ $name:ident,)+) => {
        /// The parameters that `/authorize` reads. Absent and empty are the same; unknown ones are ignored.
        /// `Debug` shows names only: the state is a secret between the app and the browser.
        #[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct AuthorizationRequest {
            $($(#[doc = $meaning])+ #[serde(default, skip_serializing_if = "Option::is_none")] pub $name: Option<String>,)+
        }

        impl AuthorizationRequest {
            /// Name and meaning of every parameter, in the order of the documentation.
            pub const PARAMETERS: &'static [(&'static str, &'static str)] =
                &[$((stringify!($name), concat!($($meaning),+)),)+];

            /// Reads each parameter through `get`.
            pub fn read<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
                Self { $($name: get(stringify!($name)).map(str::to_owned),)+ }
            }

            /// The parameters that are there, for a link that repeats the request.
            pub fn pairs(&self) -> Vec<(&'static str, &str)> {
                let mut pairs = Vec::new();
                $(if let Some(value) = &self.$name { pairs.push((stringify!($name), value.as_str())); })+
                pairs
            }
        }
    };
}

request! {
    /// The app's client id.
    client_id,
    /// `code` is the only response type.
    response_type,
    /// Where the answer goes: one of the registered URIs, byte for byte. May be left out when there is only one.
    redirect_uri,
    /// Scopes with spaces between them. Left out: all that the app is registered for.
    scope,
    /// Comes back unchanged. Its bytes count, in UTF-8.
    state,
    /// PKCE: the base64url SHA-256 of the verifier (RFC 7636).
    code_challenge,
    /// PKCE: `S256` is the only method.
    code_challenge_method,
    /// `query` or `form_post`.
    response_mode,
    /// `none`, `login`, `consent`, `select_account` or `create`, with spaces between them.
    prompt,
    /// The longest time in seconds since the person last signed in.
    max_age,
    /// The e-mail address to offer at sign-in.
    login_hint,
    /// The languages of the person, with spaces between their tags and the best one first. Those that the pages do not
    /// speak are passed over.
    ui_locales,
    /// Not read: refused with `request_not_supported`.
    request,
    /// Not read: refused with `request_uri_not_supported`.
    request_uri,
}

impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.pairs().iter().map(|(name, _)| (name, "[redacted]"))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_table_reads_documents_and_repeats() {
        let request = AuthorizationRequest::read(|name| {
            (name == "state").then_some("a b").or((name == "scope").then_some("x"))
        });
        assert_eq!(request.pairs(), [("scope", "x"), ("state", "a b")]);
        assert!(AuthorizationRequest::PARAMETERS.iter().all(|(_, meaning)| !meaning.is_empty()));
    }
}
