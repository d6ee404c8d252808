use crate::web::form::ParamError;

/// The names and values of a form, decoded; segments without any byte are skipped.
pub fn pairs(form: &[u8]) -> impl Iterator<Item = Result<(String, String), ParamError>> {
    form.split(|byte| *byte == b'&').filter(|segment| !segment.is_empty()).map(|segment| {
        let (name, value) = match segment.iter().position(|byte| *byte == b'=') {
            Some(at) => (&segment[..at], &segment[at + 1..]),
            None => (segment, &[][..]),
        };
        Ok((decode(name)?, decode(value)?))
    })
}

/// Decodes one part of `application/x-www-form-urlencoded` text, repairing nothing.
pub fn decode(part: &[u8]) -> Result<String, ParamError> {
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
