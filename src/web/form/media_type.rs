use poem::http::HeaderMap;
use poem::http::header::CONTENT_TYPE;

/// The types of body that parameters are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    Form,
    Json,
}

impl MediaType {
    /// The type that exactly one `Content-Type` names, unless its charset is other than UTF-8.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all(CONTENT_TYPE).iter();
        let (line, None) = (lines.next()?.to_str().ok()?, lines.next()) else { return None };
        let mut parts = line.split(';').map(str::trim);
        let essence = parts.next()?;
        let in_utf8 = |part: &str| match part.split_once('=') {
            Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
                let value = value.trim_matches('"');
                value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
            }
            _ => true,
        };
        if !parts.all(in_utf8) {
            return None;
        }
        let is = |name: &str| essence.eq_ignore_ascii_case(name);
        match () {
            () if is("application/x-www-form-urlencoded") => Some(Self::Form),
            () if is("application/json") => Some(Self::Json),
            () => None,
        }
    }
}
