//! The forms that clients post, as the document shows them; they are read as plain parameters.

use std::marker::PhantomData;

use poem::Request;
use poem::RequestBody;
use poem_openapi::ApiExtractor;
use poem_openapi::ApiExtractorType;
use poem_openapi::Enum;
use poem_openapi::ExtractParamOptions;
use poem_openapi::Object;
use poem_openapi::Union;
use poem_openapi::registry::MetaMediaType;
use poem_openapi::registry::MetaRequest;
use poem_openapi::registry::MetaSecurityScheme;
use poem_openapi::registry::Registry;
use poem_openapi::types::Example;
use poem_openapi::types::Type;

use crate::base::secret::Secret;
use crate::model::client::GrantType;
use crate::model::scope::Scopes;
use crate::oauth::Error;
use crate::oauth::error::Code;
use crate::oauth::token::ClientRequest;
use crate::oauth::token::CodeRequest;
use crate::oauth::token::RefreshRequest;
use crate::oauth::token::TokenRequest;
use crate::web::form;
use crate::web::form::Filled;
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

/// A documented parameter as its value is read: one that is needed, or one that may be left out.
trait Documented<V> {
    /// # Errors
    /// It is needed, and absent or empty.
    fn read(params: &Params, name: &'static str) -> Result<V, Error>;
}

impl<T, V: From<Presented>> Documented<V> for Text<T> {
    fn read(params: &Params, name: &'static str) -> Result<V, Error> {
        params.get(name).map(|text| Presented(text.to_owned()).into()).ok_or(Error::missing(name))
    }
}

impl<T, V: From<Presented>> Documented<Option<V>> for Option<Text<T>> {
    fn read(params: &Params, name: &'static str) -> Result<Option<V>, Error> {
        Ok(params.get(name).map(|text| Presented(text.to_owned()).into()))
    }
}

/// The value of a parameter, which may be a secret.
struct Presented(String);

impl From<Presented> for String {
    fn from(presented: Presented) -> Self {
        presented.0
    }
}

impl From<Presented> for Secret {
    fn from(presented: Presented) -> Self {
        Self::presented(presented.0)
    }
}

/// A form for each grant. One declaration documents its parameters and reads them: a parameter that the verb needs is
/// not optional in the document, or this does not compile.
macro_rules! grants {
    ($($(#[$meta:meta])* $grant:ident: $form:ident as $title:literal, $constant:ident, $request:ident {
        $($(#[$doc:meta])* $field:ident: $type:ty,)*
    })+) => {
        $(
            /// The grant type of this form.
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
            #[oai(rename_all = "snake_case")]
            pub(super) enum $constant { $grant }

            $(#[$meta])*
            #[derive(Object)]
            #[oai(rename = $title, skip_serializing_if_is_none, example)]
            pub(super) struct $form {
                grant_type: $constant,
                $($(#[$doc])* $field: $type,)*
                /// The app, unless it is in the `Authorization` header.
                client_id: Option<Text<Plain>>,
                /// Its secret, unless it is in the `Authorization` header or the app has none.
                client_secret: Option<Text<Plain>>,
            }
        )+

        /// A request for tokens: what each grant type needs, and what it takes besides.
        #[derive(Union)]
        #[oai(rename = "TokenRequest", one_of)]
        pub(super) enum TokenForm { $($grant($form),)+ }

        /// The token request in the parameters of a form.
        ///
        /// # Errors
        /// `unsupported_grant_type`; `invalid_request` when something is missing that the grant type needs.
        pub(in crate::web) fn token_request(grant_type: &str, params: &Params) -> Result<TokenRequest, Error> {
            Ok(match GrantType::try_from(grant_type).map_err(unsupported)? {
                $(GrantType::$grant => TokenRequest::$grant($request {
                    $($field: <$type as Documented<_>>::read(params, stringify!($field))?,)*
                }),)+
            })
        }
    };
}

grants! {
    /// A code for tokens (RFC 6749 section 4.1.3).
    AuthorizationCode: CodeForm as "AuthorizationCodeRequest", AuthorizationCodeGrantType, CodeRequest {
        /// The code that came back from `/authorize`. It works once.
        code: Text<Filled>,
        /// The redirect URI of the authorization request; needed if that named one.
        redirect_uri: Option<Text<Plain>>,
        /// The secret behind the `code_challenge` (RFC 7636); needed if there was one.
        code_verifier: Option<Text<Plain>>,
    }

    /// A refresh token for new tokens (RFC 6749 section 6).
    RefreshToken: RefreshForm as "RefreshTokenRequest", RefreshTokenGrantType, RefreshRequest {
        /// The latest one.
        refresh_token: Text<Filled>,
        /// Scopes with spaces between them: fewer than were granted. Left out: all of them.
        scope: Option<Text<Scopes>>,
    }

    /// The app's own credentials for a token (RFC 6749 section 4.4).
    ClientCredentials: ClientForm as "ClientCredentialsRequest", ClientCredentialsGrantType, ClientRequest {
        /// Scopes with spaces between them: fewer than the app is registered for. Left out: all of them.
        scope: Option<Text<Scopes>>,
    }
}

fn unsupported<E>(_: E) -> Error {
    Error::new(
        Code::UnsupportedGrantType,
        "The grant_type is none of authorization_code, refresh_token and client_credentials.",
    )
}

impl Form for TokenForm {
    const RULES: Rules = Rules::STRICT;
}

impl Example for CodeForm {
    fn example() -> Self {
        Self {
            grant_type: AuthorizationCodeGrantType::AuthorizationCode,
            code: "SplxlOBeZQQYbYS6WxSbIA".into(),
            redirect_uri: Some("https://app.example.com/oauth/callback".into()),
            code_verifier: Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into()),
            client_id: None,
            client_secret: None,
        }
    }
}

impl Example for RefreshForm {
    fn example() -> Self {
        Self {
            grant_type: RefreshTokenGrantType::RefreshToken,
            refresh_token: "REFRESH.1fVx3Fq5ZsD0n7c2mHqk9dPjLwYbT8uRgXeSaKiNoMv0QzB4tE".into(),
            scope: None,
            client_id: None,
            client_secret: None,
        }
    }
}

impl Example for ClientForm {
    fn example() -> Self {
        Self {
            grant_type: ClientCredentialsGrantType::ClientCredentials,
            scope: Some("contacts.read".into()),
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

        impl Example for $name {
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
