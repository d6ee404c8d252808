use poem::Request;
use poem::RequestBody;
use poem::Result;
use poem::error::ReadBodyError;
use poem_openapi::ApiExtractor;
use poem_openapi::ApiExtractorType;
use poem_openapi::ExtractParamOptions;
use poem_openapi::registry::MetaMediaType;
use poem_openapi::registry::MetaRequest;
use poem_openapi::registry::Registry;
use poem_openapi::types::Type;
use serde::de::DeserializeOwned;

use crate::web::edge::Fault;
use crate::web::form::ParamError;
use crate::web::form::Params;
use crate::web::form::Rules;

/// A body of parameters that is documented as the form `T` and read through [`Params`].
///
/// JSON bodies are taken as well but not documented, since generated clients given the choice send both.
/// A refusal is a [`ParamError`] inside the [`poem::Error`], which the mount words if the operation does not.
#[derive(Clone, Debug)]
pub struct Form<T>(pub T);

/// A form that says which of its parameters may repeat, be long or have several lines.
pub trait FormRules {
    /// The rules its body is read by.
    const RULES: Rules = Rules::STRICT;
}

impl<'a, T: DeserializeOwned + Type + FormRules> ApiExtractor<'a> for Form<T> {
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
    ) -> Result<Self> {
        Ok(Self(read(request, body, &T::RULES).await?.read()?))
    }
}

/// Reads the parameters of a request's body, for routes that have no document.
///
/// # Errors
/// A [`ParamError`] inside the [`poem::Error`].
pub async fn read(request: &Request, body: &mut RequestBody, rules: &Rules) -> Result<Params> {
    let bytes = body.take()?.into_bytes_limit(BODY_BYTES).await.map_err(|error| match error {
        ReadBodyError::PayloadTooLarge => ParamError::TooLarge,
        _ => ParamError::Encoding,
    })?;
    Ok(Params::from_body(request.headers(), &bytes, rules)?)
}

/// What a body of parameters may take, even where the edge lets more through.
const BODY_BYTES: usize = 64 * 1024;

impl From<ParamError> for poem::Error {
    fn from(error: ParamError) -> Self {
        let status = error.status();
        let mut wrapped = Self::new(error.clone(), status);
        wrapped.set_data(Fault::from(error));
        wrapped
    }
}
