//! Pictures as raw request bodies.

use poem::FromRequest;
use poem::Request;
use poem::RequestBody;
use poem_openapi::ApiExtractor;
use poem_openapi::ApiExtractorType;
use poem_openapi::ExtractParamOptions;
use poem_openapi::Object;
use poem_openapi::error::ContentTypeError;
use poem_openapi::registry::MetaMediaType;
use poem_openapi::registry::MetaRequest;
use poem_openapi::registry::MetaSchema;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::types::Example;

use crate::model::id::LogoId;
use crate::web::words;

/// The documented media type: what the bytes really are is found out when they are decoded. The types of pictures are
/// taken too, and not documented because generators of clients cannot choose among several.
const BYTES: &str = "application/octet-stream";

const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// A picture as it was uploaded.
pub struct Picture(pub Vec<u8>);

/// Where a picture is now.
#[derive(Object)]
#[oai(rename = "Logo", skip_serializing_if_is_none, example)]
pub struct LogoBody {
    /// Relative to this server.
    logo_url: Option<String>,
}

impl From<Option<LogoId>> for LogoBody {
    fn from(id: Option<LogoId>) -> Self {
        Self { logo_url: words::logo_url(id.as_ref()) }
    }
}

impl Example for LogoBody {
    fn example() -> Self {
        Self { logo_url: Some("/logos/pic_01kafqg3v8e4tbm9d2n5c7x1yz.png".to_owned()) }
    }
}

impl<'a> ApiExtractor<'a> for Picture {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn request_meta() -> Option<MetaRequest> {
        let schema = MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "binary")));
        let content = vec![MetaMediaType { content_type: BYTES, schema }];
        Some(MetaRequest { description: Some("The file itself"), content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let content_type = request.content_type().ok_or(ContentTypeError::ExpectContentType)?;
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !PICTURES.iter().chain([&BYTES]).any(|taken| taken.eq_ignore_ascii_case(essence)) {
            return Err(ContentTypeError::NotSupported { content_type: content_type.to_owned() }.into());
        }
        Ok(Self(<Vec<u8> as FromRequest>::from_request(request, body).await?))
    }
}
