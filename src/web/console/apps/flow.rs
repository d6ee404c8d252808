//! The flow by hand, as commands to copy into a terminal.

use crate::config::Issuer;
use crate::model::client::Client;
use crate::model::client::GrantType;
use crate::web::pages::parts::Fact;

/// Step by step from nothing to a token. Secrets, codes and tokens stand as variables of the shell, so that what is
/// copied holds none.
pub fn by_hand(issuer: &Issuer, client: &Client) -> Vec<Fact> {
    let mut steps = Vec::new();
    let mut step = |label: &str, value: String| steps.push(Fact { label: label.to_owned(), value });
    let token = issuer.join("/token");
    let (user, id_field) = match client.is_confidential() {
        true => (format!("-u \"{}:$CLIENT_SECRET\" ", client.id), String::new()),
        false => (String::new(), format!(" -d client_id={}", client.id)),
    };
    if let Some(redirect_uri) =
        client.redirect_uris.iter().next().filter(|_| client.may_use(GrantType::AuthorizationCode))
    {
        step(
            "Make a verifier and its challenge (PKCE)",
            "VERIFIER=$(openssl rand -hex 32)\n\
             CHALLENGE=$(printf %s \"$VERIFIER\" | openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d =)"
                .to_owned(),
        );
        step(
            "Print the address, open it, and allow the app",
            authorize(issuer, client, redirect_uri.as_str()),
        );
        step(
            "You come back with a code in the address; change it for tokens",
            format!(
                "curl {user}{token} -d grant_type=authorization_code -d code=\"$CODE\" \
                 -d code_verifier=\"$VERIFIER\" --data-urlencode redirect_uri={}{id_field}",
                quoted(redirect_uri.as_str())
            ),
        );
        if client.may_use(GrantType::RefreshToken) {
            step(
                "Later, get fresh tokens without asking anybody",
                format!(
                    "curl {user}{token} -d grant_type=refresh_token -d refresh_token=\"$REFRESH_TOKEN\"{id_field}"
                ),
            );
        }
    }
    if client.may_use(GrantType::ClientCredentials) {
        step(
            "Get a token for the app itself",
            format!("curl {user}{token} -d grant_type=client_credentials"),
        );
    }
    steps
}

fn authorize(issuer: &Issuer, client: &Client, redirect_uri: &str) -> String {
    let scope = client.scopes.to_string();
    let pairs = [
        ("response_type", "code"),
        ("client_id", client.id.as_str()),
        ("redirect_uri", redirect_uri),
        ("scope", scope.as_str()),
        ("state", "by-hand"),
        ("code_challenge_method", "S256"),
    ];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!(
        "echo {}\"$CHALLENGE\"",
        quoted(&format!("{}?{query}&code_challenge=", issuer.join("/authorize")))
    )
}

/// One word for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_cannot_leave_its_word() {
        assert_eq!(quoted("https://a.example/cb?x='$(id)'"), r"'https://a.example/cb?x='\''$(id)'\'''");
    }
}
