//! What the protocol's endpoints answer, member by member.

use poem_openapi::Enum;
use poem_openapi::Object;
use poem_openapi::types::Example;
use serde::Serialize;

use crate::config::Issuer;
use crate::oauth::bearer::Bearer;
use crate::oauth::bearer::Subject;
use crate::oauth::introspect::Introspection;
use crate::oauth::issue::TokenResponse;

/// How an access token is sent (RFC 6750).
#[derive(Clone, Copy, Enum, Serialize)]
pub(super) enum TokenType {
    Bearer,
}

/// Who acts with a token.
#[derive(Clone, Copy, Enum, Serialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(in crate::web) enum SubjectKind {
    /// An app on a person's behalf.
    User,
    /// An app for itself.
    Client,
    PrivateApp,
}

impl SubjectKind {
    pub fn of(subject: &Subject) -> Self {
        match subject {
            Subject::User { .. } => SubjectKind::User,
            Subject::Client { .. } => SubjectKind::Client,
            Subject::PrivateApp { .. } => SubjectKind::PrivateApp,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            SubjectKind::User => "user",
            SubjectKind::Client => "client",
            SubjectKind::PrivateApp => "private_app",
        }
    }
}

/// Fresh tokens (RFC 6749 section 5.1).
#[derive(Object, Serialize)]
#[oai(rename = "TokenResponse", skip_serializing_if_is_none, example)]
pub(super) struct Issued {
    /// To be sent as `Authorization: Bearer ...`.
    access_token: String,
    token_type: TokenType,
    /// Seconds that the access token lives. Absent: until it is revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<i64>,
    /// For the next access token. Keep the newest one.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// What the access token allows: scopes with spaces between them.
    scope: String,
    /// Seconds after which the refresh token dies if it is not used. Absent: it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_timeout: Option<i64>,
    /// Seconds until what the person allowed ends. Absent: only when they say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_expires_in: Option<i64>,
}

impl From<TokenResponse> for Issued {
    fn from(issued: TokenResponse) -> Self {
        Self {
            access_token: issued.access_token.reveal().to_owned(),
            token_type: TokenType::Bearer,
            expires_in: issued.expires_in,
            refresh_token: issued.refresh_token.map(|token| token.reveal().to_owned()),
            scope: issued.scopes.to_string(),
            refresh_token_timeout: issued.refresh_token_timeout,
            authorization_expires_in: issued.authorization_expires_in,
        }
    }
}

impl Example for Issued {
    fn example() -> Self {
        Self {
            access_token: "OAUTH2.0rTs8yh0UKTzPZ9xpJ1ChhDC4bMFzVuGYUR0ggkPGrv0pBqwJ".to_owned(),
            token_type: TokenType::Bearer,
            expires_in: Some(3600),
            refresh_token: Some("REFRESH.1fVx3Fq5ZsD0n7c2mHqk9dPjLwYbT8uRgXeSaKiNoMv0QzB4tE".to_owned()),
            scope: "contacts.read contacts.write".to_owned(),
            refresh_token_timeout: Some(7_776_000),
            authorization_expires_in: None,
        }
    }
}

/// What a token is (RFC 7662 section 2.2). Only `active` is there when it does not count.
#[derive(Default, Object, Serialize)]
#[oai(rename = "IntrospectionResponse", skip_serializing_if_is_none, example)]
pub(super) struct Introspected {
    /// Whether the token counts now.
    active: bool,
    /// What it allows now: scopes with spaces between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The app that it was issued to. Absent for a private app's token.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// `Bearer`; absent for a refresh token, which is no token type to call an API with.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<TokenType>,
    /// When it ends, in Unix seconds. Absent: it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// When it was issued, in Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    /// On whose behalf: a person, the app itself, or a private app.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// What `sub` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_kind: Option<SubjectKind>,
    /// The organization whose data it reaches.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
}

impl Introspected {
    /// `access`: the token is one to call an API with.
    pub fn new(issuer: &Issuer, found: Introspection, access: bool) -> Self {
        let Introspection::Active(bearer) = found else { return Self::default() };
        let Bearer { subject, organization_id, scopes, issued_at, expires_at } = *bearer;
        let client_id = match &subject {
            Subject::User { client_id, .. } | Subject::Client { client_id } => {
                Some(client_id.as_str().to_owned())
            }
            Subject::PrivateApp { .. } => None,
        };
        Self {
            active: true,
            scope: Some(scopes.to_string()),
            client_id,
            token_type: access.then_some(TokenType::Bearer),
            exp: expires_at.map(|end| end.seconds()),
            iat: Some(issued_at.seconds()),
            sub: Some(subject_id(&subject).to_owned()),
            iss: Some(issuer.as_str().to_owned()),
            subject_kind: Some(SubjectKind::of(&subject)),
            organization: Some(organization_id.as_str().to_owned()),
        }
    }
}

impl Example for Introspected {
    fn example() -> Self {
        Self {
            active: true,
            scope: Some("contacts.read".to_owned()),
            client_id: Some("app_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned()),
            token_type: Some(TokenType::Bearer),
            exp: Some(1_795_303_600),
            iat: Some(1_795_300_000),
            sub: Some("usr_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned()),
            iss: Some("https://id.example.com".to_owned()),
            subject_kind: Some(SubjectKind::User),
            organization: Some("org_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned()),
        }
    }
}

/// An empty object: some clients fail on an empty body.
#[derive(Object)]
#[oai(rename = "RevocationResponse", example)]
pub(super) struct Revoked {}

impl Example for Revoked {
    fn example() -> Self {
        Self {}
    }
}

/// The identifier of who acts.
pub(in crate::web) fn subject_id(subject: &Subject) -> &str {
    match subject {
        Subject::User { user_id, .. } => user_id.as_str(),
        Subject::Client { client_id } => client_id.as_str(),
        Subject::PrivateApp { private_app_id, .. } => private_app_id.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::ToJSON;

    use super::*;

    #[test]
    fn what_is_written_is_what_is_documented() {
        fn check(body: &(impl ToJSON + Serialize)) {
            assert_eq!(serde_json::to_value(body).ok(), body.to_json());
        }
        check(&Issued::example());
        check(&Issued { expires_in: None, refresh_token: None, ..Issued::example() });
        check(&Introspected::example());
        check(&Introspected { subject_kind: Some(SubjectKind::PrivateApp), ..Introspected::example() });
        check(&Introspected::default());
    }
}
