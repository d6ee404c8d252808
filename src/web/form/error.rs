use std::fmt;

use poem::http::StatusCode;

/// Why parameters were refused. Never holds a value, and a name only if it is plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamError {
    /// A required parameter is absent or empty.
    Missing(&'static str),
    /// A parameter is there more than once.
    Repeated(PlainName),
    /// A value holds NUL, a line break or another control character.
    Control(PlainName),
    /// A value is longer than its limit.
    TooLong(PlainName),
    /// A JSON member is an object or an array.
    Nested(PlainName),
    /// There are too many parameters.
    TooMany,
    /// A percent sign is not followed by two hexadecimal digits.
    Escape,
    /// The decoded text is not UTF-8.
    Encoding,
    /// The body is not a JSON object.
    Json,
    /// The body is larger than its limit.
    TooLarge,
    /// The body has a type, or a charset, that is not taken here.
    MediaType,
}

/// A parameter's name as it may be shown: lower-case letters, digits, `_`, `.` and `-`, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlainName(Option<Box<str>>);

impl PlainName {
    fn of(name: &str) -> Self {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
        let fits = (1..=64).contains(&name.len()) && name.bytes().all(plain);
        Self(fits.then(|| name.into()))
    }

    /// The name, if it may be shown.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Display for PlainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(name) => write!(f, "the parameter {name}"),
            None => f.write_str("a parameter"),
        }
    }
}

impl ParamError {
    pub(super) fn repeated(name: &str) -> Self {
        Self::Repeated(PlainName::of(name))
    }

    pub(super) fn control(name: &str) -> Self {
        Self::Control(PlainName::of(name))
    }

    pub(super) fn too_long(name: &str) -> Self {
        Self::TooLong(PlainName::of(name))
    }

    pub(super) fn nested(name: &str) -> Self {
        Self::Nested(PlainName::of(name))
    }

    /// What is wrong, for an `error_description`: within the characters of RFC 6749 §5.2.
    pub fn description(&self) -> String {
        self.to_string()
    }

    /// The parameter at fault, if it is known and may be shown.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::Missing(name) => Some(name),
            Self::Repeated(name) | Self::Control(name) | Self::TooLong(name) | Self::Nested(name) => {
                name.as_str()
            }
            _ => None,
        }
    }

    /// The HTTP status that says the same.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "the parameter {name} is required and is missing or empty"),
            Self::Repeated(name) => write!(f, "{name} is repeated; send it once"),
            Self::Control(name) => write!(f, "{name} holds a control character; remove it"),
            Self::TooLong(name) => write!(f, "{name} is longer than this server takes"),
            Self::Nested(name) => {
                write!(f, "{name} is nested; send a string, a number or a boolean")
            }
            Self::TooMany => f.write_str("there are more than 64 parameters"),
            Self::Escape => f.write_str("a percent sign must be followed by two hexadecimal digits"),
            Self::Encoding => f.write_str("the parameters are not encoded in UTF-8"),
            Self::Json => f.write_str("the body is not a JSON object"),
            Self::TooLarge => f.write_str("the body is larger than this server takes"),
            Self::MediaType => {
                f.write_str("the Content-Type must be application/x-www-form-urlencoded in UTF-8")
            }
        }
    }
}

impl std::error::Error for ParamError {}
