//! JSON bodies, taken as they are documented and in no other way.

use poem::FromRequest;
use poem::Request;
use poem::RequestBody;
use poem_openapi::ApiExtractor;
use poem_openapi::ApiExtractorType;
use poem_openapi::ExtractParamOptions;
use poem_openapi::error::ContentTypeError;
use poem_openapi::error::ParseRequestPayloadError;
use poem_openapi::payload::Json;
use poem_openapi::payload::Payload;
use poem_openapi::registry::MetaMediaType;
use poem_openapi::registry::MetaRequest;
use poem_openapi::registry::Registry;
use poem_openapi::types::ParseFromJSON;
use poem_openapi::types::ToJSON;
use poem_openapi::types::Type;
use serde_json::Value;

/// A body of the documented type. Nothing is converted on the way: `false` is no name, and `null` is not absent.
pub struct Body<T>(pub T);

impl<'a, T: Type + ParseFromJSON + ToJSON> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: Json::<T>::CONTENT_TYPE, schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: T::IS_REQUIRED })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let content_type = request.content_type().ok_or(ContentTypeError::ExpectContentType)?;
        if !Json::<T>::check_content_type(content_type) {
            return Err(ContentTypeError::NotSupported { content_type: content_type.to_owned() }.into());
        }
        let bytes = <Vec<u8> as FromRequest>::from_request(request, body).await?;
        let unfit = |reason: String| ParseRequestPayloadError { reason };
        let sent: Value = serde_json::from_slice(&bytes).map_err(|error| unfit(error.to_string()))?;
        let read = T::parse_from_json(Some(sent.clone())).map_err(|error| unfit(error.into_message()))?;
        match converted(&sent, &read.to_json().unwrap_or_default()) {
            Some(name) => Err(unfit(format!("{name} has another type than documented")).into()),
            None => Ok(Self(read)),
        }
    }
}

/// The first member that was read as something else than it was sent as.
fn converted<'v>(sent: &'v Value, read: &Value) -> Option<&'v str> {
    let members = sent.as_object().into_iter().flatten();
    members
        .filter(|(name, value)| read.get(name.as_str()) != Some(value))
        .map(|(name, _)| name.as_str())
        .next()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_read_is_what_was_sent() {
        let read = json!({ "name": "false", "scopes": ["a"] });
        assert_eq!(converted(&json!({ "name": "false" }), &read), None);
        assert_eq!(converted(&json!({ "name": false }), &read), Some("name"));
        assert_eq!(converted(&json!({ "name": "false", "logo": null }), &read), Some("logo"));
        assert_eq!(converted(&json!({ "scopes": ["b"] }), &read), Some("scopes"));
    }
}
