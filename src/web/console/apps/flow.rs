//! The flow by hand, as commands to copy into a terminal.

use crate::config::Issuer;
use crate::model::client::Client;
use crate::model::client::GrantType;
use crate::web::pages::parts::Fact;

/// Step by step from nothing to a token. Secrets, codes and tokens stand as variables of the shell, so that what is
/// copied holds none.
pub fn by_hand(issuer: &Issuer, client: &Client) -> Vec<Fact> {
    let step = |label: &str, value: String| Fact { label: label.to_owned(), value };
    let mut steps = Vec::new();
    let uses_codes = client.may_use(GrantType::AuthorizationCode);
    if let Some(uri) = client.redirect_uris.iter().next().filter(|_| uses_codes) {
        let redirect_uri = format!("--data-urlencode redirect_uri={}", quoted(uri.as_str()));
        let code =
            ["-d grant_type=authorization_code", "-d code=\"$CODE\"", "-d code_verifier=\"$VERIFIER\""];
        let code = [&code[..], &[&redirect_uri]].concat();
        steps.push(step("Make a verifier and its challenge (PKCE)", CHALLENGE.to_owned()));
        let address = authorize(issuer, client, uri.as_str());
        steps.push(step("Print the address, open it, and allow the app", address));
        let label = "You come back with a code in the address; change it for tokens";
        steps.push(step(label, token_request(issuer, client, &code)));
        if client.may_use(GrantType::RefreshToken) {
            let refresh = ["-d grant_type=refresh_token", "-d refresh_token=\"$REFRESH_TOKEN\""];
            let label = "Later, get fresh tokens without asking anybody";
            steps.push(step(label, token_request(issuer, client, &refresh)));
        }
    }
    if client.may_use(GrantType::ClientCredentials) {
        let itself = ["-d grant_type=client_credentials"];
        steps.push(step("Get a token for the app itself", token_request(issuer, client, &itself)));
    }
    steps
}

const CHALLENGE: &str = "VERIFIER=$(openssl rand -hex 32)\n\
     CHALLENGE=$(printf %s \"$VERIFIER\" | openssl dgst -sha256 -binary \\\n  | openssl base64 -A | tr '+/' '-_' | tr -d =)";

/// One call of the token endpoint, an option a line.
fn token_request(issuer: &Issuer, client: &Client, options: &[&str]) -> String {
    let proof = match client.is_confidential() {
        true => format!("-u \"{}:$CLIENT_SECRET\"", client.id),
        false => format!("-d client_id={}", client.id),
    };
    let call = format!("curl {}", issuer.join("/token"));
    [&[call.as_str(), &proof], options].concat().join(" \\\n  ")
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
    let address = format!("{}?{query}&code_challenge=", issuer.join("/authorize"));
    format!("echo {}\"$CHALLENGE\"", quoted(&address))
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
