//! What an operation answers, and what the document says that it may answer: one declaration for both.

use std::marker::PhantomData;

use poem::IntoResponse;
use poem::Response;
use poem::http::StatusCode;
use poem_openapi::ApiResponse;
use poem_openapi::payload::Payload;
use poem_openapi::registry::MetaHeader;
use poem_openapi::registry::MetaMediaType;
use poem_openapi::registry::MetaResponse;
use poem_openapi::registry::MetaResponses;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::registry::Registry;
use poem_openapi::types::ToJSON;
use poem_openapi::types::Type;
use serde::Serialize;

/// A kind of outcome: the status of success, and the statuses of refusals.
pub trait Outcome: Send + Sync + 'static {
    type Refusal: Refusal;
    const STATUS: StatusCode;
    /// What success means.
    const MEANING: &'static str;
    const REFUSALS: &'static [u16];
}

/// How operations of one part of the API refuse. As a response of its own it documents nothing: the [`Outcome`] does.
pub trait Refusal: IntoResponse + Into<poem::Error> + ApiResponse + Send + Sync + 'static {
    const CONTENT_TYPE: &'static str;

    /// The request could not be read.
    fn unreadable(error: poem::Error) -> Response;

    /// The schema of the body.
    fn schema() -> MetaSchemaRef;

    fn register_schema(registry: &mut Registry);

    /// What a status means here.
    fn meaning(status: u16) -> &'static str;
}

/// What the operation did, or why its request could not even be read.
pub enum Answer<T, O> {
    Done(T),
    Refused(Response, PhantomData<O>),
}

/// What an operation returns; `Err` is a refusal.
pub type Reply<T, O> = Result<Answer<T, O>, <O as Outcome>::Refusal>;

impl<T: IntoResponse, O: Outcome> IntoResponse for Answer<T, O> {
    fn into_response(self) -> Response {
        match self {
            Answer::Done(body) => body.with_status(O::STATUS).into_response(),
            Answer::Refused(response, _) => response,
        }
    }
}

impl<T: Content + IntoResponse, O: Outcome> ApiResponse for Answer<T, O> {
    const BAD_REQUEST_HANDLER: bool = true;

    fn meta() -> MetaResponses {
        let done = MetaResponse {
            description: O::MEANING,
            status: Some(O::STATUS.as_u16()),
            status_range: None,
            content: T::media_types(),
            headers: Vec::new(),
        };
        let refusals = O::REFUSALS.iter().map(|status| MetaResponse {
            description: O::Refusal::meaning(*status),
            status: Some(*status),
            status_range: None,
            content: vec![MetaMediaType {
                content_type: O::Refusal::CONTENT_TYPE,
                schema: O::Refusal::schema(),
            }],
            headers: headers(*status),
        });
        MetaResponses { responses: std::iter::once(done).chain(refusals).collect() }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
        O::Refusal::register_schema(registry);
    }

    fn from_parse_request_error(error: poem::Error) -> Self {
        Answer::Refused(O::Refusal::unreadable(error), PhantomData)
    }
}

fn headers(status: u16) -> Vec<MetaHeader> {
    let header = |name: &str, description: &str, schema| MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: true,
        deprecated: false,
        schema,
    };
    match status {
        401 => vec![header(
            "WWW-Authenticate",
            "The scheme to authenticate with, and what was wrong (RFC 6750 section 3, RFC 7617).",
            String::schema_ref(),
        )],
        429 | 503 => {
            vec![header("Retry-After", "Seconds to wait before the next attempt.", u32::schema_ref())]
        }
        _ => Vec::new(),
    }
}

/// The body of a success.
pub trait Content: Send {
    fn media_types() -> Vec<MetaMediaType>;

    fn register(_registry: &mut Registry) {}
}

impl<T: Payload> Content for T {
    fn media_types() -> Vec<MetaMediaType> {
        vec![MetaMediaType { content_type: T::CONTENT_TYPE, schema: T::schema_ref() }]
    }

    fn register(registry: &mut Registry) {
        <T as Payload>::register(registry);
    }
}

/// Gives a [`Refusal`] what it needs to be returned as an `Err`.
macro_rules! refuses {
    ($refusal:ty) => {
        impl From<$refusal> for poem::Error {
            fn from(refusal: $refusal) -> Self {
                poem::Error::from_response(poem::IntoResponse::into_response(refusal))
            }
        }

        impl poem_openapi::ApiResponse for $refusal {
            fn meta() -> poem_openapi::registry::MetaResponses {
                poem_openapi::registry::MetaResponses { responses: Vec::new() }
            }

            fn register(_registry: &mut poem_openapi::registry::Registry) {}
        }
    };
}
pub(super) use refuses;

/// No body.
pub struct Empty;

impl Content for Empty {
    fn media_types() -> Vec<MetaMediaType> {
        Vec::new()
    }
}

impl IntoResponse for Empty {
    fn into_response(self) -> Response {
        Response::default()
    }
}

/// JSON, documented by its schema.
pub struct Json<T>(pub T);

impl<T: Type> Payload for Json<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ToJSON> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        Response::builder().content_type("application/json").body(self.0.to_json_string())
    }
}

/// Bytes that hold most of what is [`Written`].
const USUAL: usize = 512;

/// JSON that is written as it is, without being built as a tree of values first: for what is asked all the time.
pub struct Written<T>(pub T);

impl<T: Type> Payload for Written<T> {
    const CONTENT_TYPE: &'static str = Json::<T>::CONTENT_TYPE;

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: Type + Serialize> IntoResponse for Written<T> {
    fn into_response(self) -> Response {
        let mut text = Vec::with_capacity(USUAL);
        serde_json::to_writer(&mut text, &self.0).expect("a body has names of text and no maps");
        Response::builder().content_type("application/json").body(text)
    }
}
