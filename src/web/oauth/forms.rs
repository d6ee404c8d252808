//! The forms that clients post, as the document shows them; they are read as plain parameters.

use std::marker::PhantomData;

use poem::Request;
use poem::RequestBody;
use poem_openapi::ApiExtractor;
use poem_openapi::ApiExtractorType;
use poem_openapi::ExtractParamOptions;
use poem_openapi::Object;
use poem_openapi::registry::MetaMediaType;
use poem_openapi::registry::MetaRequest;
use poem_openapi::registry::MetaSecurityScheme;
use poem_openapi::registry::Registry;
use poem_openapi::types::Type;

use crate::model::scope::Scopes;
use crate::web::api::choices::GrantType;
use crate::web::form;
use crate::web::form::Params;
use crate::web::form::Plain;
use crate::web::form::Rules;
use crate::web::text::Text;

/// Parameters that are documented as the form `T`. JSON bodies are taken as well but not documented, since generated
/// clients given the choice send both.
pub(super) struct Fields<T> {
    pub params: Params,
    documented_as: PhantomData<T>,
}

/// A form and how it is read.
pub(super) trait Form: Type {
    const RULES: Rules;
}

impl<T: Form> Fields<T> {
    /// The parameters of the request's body.
    ///
    /// # Errors
    /// As [`form::read`].
    pub async fn read(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        let params = form::read(request, body, &T::RULES).await?;
        Ok(Self { params, documented_as: PhantomData })
    }
}

impl<'a, T: Form> ApiExtractor<'a> for Fields<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content_type = "application/x-www-form-urlencoded";
        let content = vec![MetaMediaType { content_type, schema: T::schema_ref() }];
        Some(MetaRequest { description: None, required: true, content })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Self::read(request, body).await
    }
}

/// A request for tokens.
#[derive(Object)]
#[oai(rename = "TokenRequest", skip_serializing_if_is_none, example)]
pub(super) struct TokenForm {
    grant_type: GrantType,
    /// For `authorization_code`: the code that came back from `/authorize`. It works once.
    code: Option<Text<Plain>>,
    /// For `authorization_code`: the redirect URI of the authorization request, if it named one.
    redirect_uri: Option<Text<Plain>>,
    /// For `authorization_code`: the secret behind the `code_challenge` (RFC 7636).
    code_verifier: Option<Text<Plain>>,
    /// For `refresh_token`: the latest one.
    refresh_token: Option<Text<Plain>>,
    /// Scopes with spaces between them: fewer than were granted. Left out: all of them.
    scope: Option<Text<Scopes>>,
    /// The app, unless it is in the `Authorization` header.
    client_id: Option<Text<Plain>>,
    /// Its secret, unless it is in the `Authorization` header or the app has none.
    client_secret: Option<Text<Plain>>,
}

impl Form for TokenForm {
    const RULES: Rules = Rules::STRICT;
}

impl poem_openapi::types::Example for TokenForm {
    fn example() -> Self {
        Self {
            grant_type: GrantType::AuthorizationCode,
            code: Some("SplxlOBeZQQYbYS6WxSbIA".into()),
            redirect_uri: Some("https://app.example.com/oauth/callback".into()),
            code_verifier: Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into()),
            refresh_token: None,
            scope: None,
            client_id: None,
            client_secret: None,
        }
    }
}

macro_rules! token_form {
    ($(#[$doc:meta])* $name:ident as $title:literal) => {
        $(#[$doc])*
        #[derive(Object)]
        #[oai(rename = $title, skip_serializing_if_is_none, example)]
        pub(super) struct $name {
            /// The token in question.
            #[oai(validator(min_length = 1))]
            token: String,
            /// What kind of token it is. It is found without this too.
            token_type_hint: Option<Text<Plain>>,
            /// The app, unless it is in the `Authorization` header.
            client_id: Option<Text<Plain>>,
            /// Its secret, unless it is in the `Authorization` header.
            client_secret: Option<Text<Plain>>,
        }

        impl Form for $name {
            const RULES: Rules = Rules::STRICT.opaque(&["token"]);
        }

        impl poem_openapi::types::Example for $name {
            fn example() -> Self {
                Self {
                    token: "OAUTH2.0rTs8yh0UKTzPZ9xpJ1ChhDC4bMFzVuGYUR0ggkPGrv0pBqwJ".to_owned(),
                    token_type_hint: Some("access_token".into()),
                    client_id: None,
                    client_secret: None,
                }
            }
        }
    };
}

token_form! {
    /// A question about a token.
    IntrospectForm as "IntrospectionRequest"
}

token_form! {
    /// The wish to end a token.
    RevokeForm as "RevocationRequest"
}

/// How clients authenticate, for the document: by header, or in the body. The operation reads both itself.
pub(super) struct ClientAuth;

impl<'a> ApiExtractor<'a> for ClientAuth {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        let scheme = MetaSecurityScheme {
            ty: "http",
            description: Some(
                "An OAuth app's `client_id` and secret, each form-encoded (RFC 6749 section 2.3.1).",
            ),
            name: None,
            key_in: None,
            scheme: Some("basic"),
            bearer_format: None,
            flows: None,
            openid_connect_url: None,
        };
        registry.create_security_scheme("client_basic", scheme);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec!["client_basic"]
    }

    fn has_security_fallback() -> bool {
        true
    }

    async fn from_request(
        _request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self)
    }
}
