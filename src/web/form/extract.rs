use poem::Request;
use poem::RequestBody;
use poem::Result;

use crate::web::edge::Fault;
use crate::web::form::ParamError;
use crate::web::form::Params;
use crate::web::form::Rules;

/// Reads the parameters of a request's body, for routes that have no document.
///
/// # Errors
/// A [`ParamError`] inside the [`poem::Error`].
pub async fn read(request: &Request, body: &mut RequestBody, rules: &Rules) -> Result<Params> {
    // The edge has read it already, and bounded it.
    let bytes = body.take()?.into_bytes().await.map_err(|_| ParamError::Encoding)?;
    if bytes.len() > BODY_BYTES {
        return Err(ParamError::TooLarge.into());
    }
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
