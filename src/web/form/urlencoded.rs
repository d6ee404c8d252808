use crate::web::form::ParamError;
use crate::web::form::Rules;

/// The names and values of a form, decoded; segments without any byte are skipped.
pub fn pairs<'a>(
    form: &'a [u8],
    rules: &'a Rules,
) -> impl Iterator<Item = Result<(String, String), ParamError>> + 'a {
    form.split(|byte| *byte == b'&').filter(|segment| !segment.is_empty()).map(|segment| {
        let (name, value) = match segment.iter().position(|byte| *byte == b'=') {
            Some(at) => (&segment[..at], &segment[at + 1..]),
            None => (segment, &[][..]),
        };
        let name = decode(name)?;
        let value = match decode(value) {
            Err(_) if rules.is_opaque(&name) => String::from_utf8_lossy(value).into_owned(),
            value => value?,
        };
        Ok((name, value))
    })
}

/// Decodes one part of `application/x-www-form-urlencoded` text, repairing nothing.
pub fn decode(part: &[u8]) -> Result<String, ParamError> {
    // To look at all the bytes at once is faster than to stop at the first that is escaped.
    let is_escaped = part.iter().fold(false, |found, byte| found | matches!(byte, b'+' | b'%'));
    if !is_escaped {
        return str::from_utf8(part).map(str::to_owned).map_err(|_| ParamError::Encoding);
    }
    let mut decoded = Vec::with_capacity(part.len());
    let mut rest = part.iter();
    while let Some(byte) = rest.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => escaped(rest.next(), rest.next()).ok_or(ParamError::Escape)?,
            byte => *byte,
        });
    }
    String::from_utf8(decoded).map_err(|_| ParamError::Encoding)
}

fn escaped(high: Option<&u8>, low: Option<&u8>) -> Option<u8> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}
