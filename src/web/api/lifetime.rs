//! Lifetimes as text: `90d`, `1h`, `60s`, `never`.

use crate::model::lifetime::Seconds;
use crate::web::problem::Problem;

/// Without an end.
const NEVER: &str = "never";

const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

/// In the largest unit that fits exactly; `None` is `never`.
pub fn text(span: Option<Seconds>) -> String {
    let Some(seconds) = span.map(Seconds::get) else { return NEVER.to_owned() };
    let fits = |(_, size): &(char, i64)| seconds != 0 && seconds % size == 0;
    let (unit, size) = UNITS.into_iter().find(fits).unwrap_or(('s', 1));
    format!("{}{unit}", seconds / size)
}

/// Reads what `text` writes; `None` is `never`.
///
/// # Errors
/// A problem with that field.
pub fn parse(field: &'static str, text: &str) -> Result<Option<Seconds>, Problem> {
    if text == NEVER {
        return Ok(None);
    }
    let number = |(unit, size): (char, i64)| {
        let digits = text.strip_suffix(unit)?;
        let fits =
            !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number: i64 = fits.then(|| digits.parse().ok())??;
        Some(Seconds::new(number * size))
    };
    let span = UNITS.into_iter().find_map(number);
    let message = "Write a whole number and s, m, h or d, such as 90d; or never.";
    span.map(Some).ok_or_else(|| Problem::invalid(field, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_read_as_they_are_written() {
        for (seconds, written) in [(0, "0s"), (60, "1m"), (90, "90s"), (3600, "1h"), (7_776_000, "90d")] {
            let span = Some(Seconds::new(seconds));
            assert_eq!(text(span), written);
            assert_eq!(parse("x", written).unwrap(), span);
        }
        assert_eq!(text(None), "never");
        assert_eq!(parse("x", "never").unwrap(), None);
        for odd in ["", "d", "1", "1w", "-1d", "1.5h", "1 d", "+1d", "9999999999d", "Never"] {
            assert!(parse("x", odd).is_err(), "{odd}");
        }
    }
}
