//! Lifetimes as text: `90d`, `1h`, `60s`, `never`.

use std::sync::LazyLock;

use crate::manage::apps::ClientDraft;
use crate::manage::organization::OrganizationDraft;
use crate::model::lifetime::Seconds;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;
use crate::web::text::Text;

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

/// A span of at most nine digits and a unit.
const SPAN: Shape = Shape { least: 2, ..Shape::up_to(10, "^[0-9]+[smhd]$") };

/// The text is no lifetime.
#[derive(Debug, thiserror::Error)]
#[error("is no lifetime: write a whole number and s, m, h or d, such as 90d{0}")]
pub struct NotALifetime(&'static str);

macro_rules! endless {
    ($($(#[$doc:meta])* $name:ident = $limits:expr;)+) => {$(
        $(#[$doc])*
        pub enum $name {}

        impl Shaped for $name {
            const SHAPE: Shape = Shape { pattern: "^([0-9]+[smhd]|never)$", ..SPAN };
            type Refusal = NotALifetime;

            fn describe() -> Option<&'static str> {
                static WORDS: LazyLock<String> = LazyLock::new(|| format!("{}, or `never`.", between($limits)));
                Some(&WORDS)
            }

            fn check(text: &str) -> Result<(), NotALifetime> {
                parse(text).map(drop)
            }
        }

        impl TryFrom<Text<$name>> for Option<Seconds> {
            type Error = NotALifetime;

            fn try_from(sent: Text<$name>) -> Result<Self, NotALifetime> {
                parse(sent.as_str())
            }
        }

        impl From<Option<Seconds>> for Text<$name> {
            fn from(span: Option<Seconds>) -> Self {
                text(span).into()
            }
        }
    )+};
}

endless! {
    /// How long access tokens live.
    AccessLifetime = ClientDraft::ACCESS_LIFETIME;
    /// The greatest age of a private app's token.
    PrivateTokenAge = OrganizationDraft::PRIVATE_TOKEN_AGE;
    /// How long refresh tokens live unused.
    RefreshLifetime = ClientDraft::REFRESH_LIFETIME;
}

/// How long a spent refresh token may be presented again.
pub enum RefreshWindow {}

impl Shaped for RefreshWindow {
    const SHAPE: Shape = SPAN;
    type Refusal = NotALifetime;

    fn describe() -> Option<&'static str> {
        static WORDS: LazyLock<String> =
            LazyLock::new(|| format!("{}.", between(ClientDraft::REFRESH_WINDOW)));
        Some(&WORDS)
    }

    fn check(text: &str) -> Result<(), NotALifetime> {
        window(text).map(drop)
    }
}

impl TryFrom<Text<RefreshWindow>> for Seconds {
    type Error = NotALifetime;

    fn try_from(sent: Text<RefreshWindow>) -> Result<Self, NotALifetime> {
        window(sent.as_str())
    }
}

impl From<Seconds> for Text<RefreshWindow> {
    fn from(span: Seconds) -> Self {
        text(Some(span)).into()
    }
}

fn between((least, most): (Seconds, Seconds)) -> String {
    format!("From `{}` to `{}`", text(Some(least)), text(Some(most)))
}

/// Reads what `text` writes; `None` is `never`.
pub fn parse(text: &str) -> Result<Option<Seconds>, NotALifetime> {
    if text == NEVER {
        return Ok(None);
    }
    span(text).map(Some).ok_or(NotALifetime(", or never"))
}

/// Reads a span that ends.
fn window(text: &str) -> Result<Seconds, NotALifetime> {
    span(text).ok_or(NotALifetime(""))
}

fn span(text: &str) -> Option<Seconds> {
    let number = |(unit, size): (char, i64)| {
        let digits = text.strip_suffix(unit)?;
        let fits = SPAN.fits(text) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number: i64 = fits.then(|| digits.parse().ok())??;
        Some(Seconds::new(number * size))
    };
    UNITS.into_iter().find_map(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_read_as_they_are_written() {
        for (seconds, written) in [(0, "0s"), (60, "1m"), (90, "90s"), (3600, "1h"), (7_776_000, "90d")] {
            let span = Some(Seconds::new(seconds));
            assert_eq!(text(span), written);
            assert_eq!(parse(written).unwrap(), span);
        }
        assert_eq!(text(None), "never");
        assert_eq!(parse("never").unwrap(), None);
        for odd in ["", "d", "1", "1w", "-1d", "1.5h", "1 d", "+1d", "9999999999d", "Never"] {
            assert!(parse(odd).is_err(), "{odd}");
        }
    }
}
