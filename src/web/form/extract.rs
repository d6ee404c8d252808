use bytes::Bytes;
use poem::Body;
use poem::Request;
use poem::RequestBody;
use poem::Result;

use crate::web::edge::Fault;
use crate::web::form::ParamError;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::form::media_type::MediaType;

/// Reads the parameters of a request's body, for routes that have no document.
///
/// # Errors
/// A [`ParamError`] inside the [`poem::Error`].
pub async fn read(request: &Request, body: &mut RequestBody, rules: &Rules) -> Result<Params> {
    let bytes = within_limit(body.take()?).await?;
    Ok(Params::from_body(request.headers(), &bytes, rules)?)
}

/// The body of a request that is a form, for a route that reads it together with its query.
///
/// # Errors
/// As [`read`], and [`ParamError::MediaType`] for anything but a form.
pub async fn bytes(request: &Request, body: Body) -> Result<Vec<u8>> {
    let bytes = within_limit(body).await?;
    match MediaType::of(request.headers()) {
        Some(MediaType::Form) => Ok(bytes.into()),
        _ => Err(ParamError::MediaType.into()),
    }
}

/// The edge has read it already, and bounded it.
async fn within_limit(body: Body) -> Result<Bytes, ParamError> {
    let bytes = body.into_bytes().await.map_err(|_| ParamError::Encoding)?;
    if bytes.len() > BODY_BYTES { Err(ParamError::TooLarge) } else { Ok(bytes) }
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
