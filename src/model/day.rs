//! Days, as people write them.

use time::Date;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::base::clock::Timestamp;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;

const FORMAT: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// A day in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(Date);

/// The text is no day.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a day: expected something like 2026-12-01")]
pub struct NotADay;

impl Day {
    pub fn parse(text: &str) -> Result<Self, NotADay> {
        Self::check_digits(text)?;
        Date::parse(text, FORMAT).map(Self).map_err(|_| NotADay)
    }

    /// When it begins.
    pub fn begin(self) -> Timestamp {
        Timestamp::from_millis(self.0.midnight().assume_utc().unix_timestamp() * 1000)
    }

    /// When the next one begins.
    pub fn end(self) -> Timestamp {
        self.begin() + std::time::Duration::from_secs(24 * 60 * 60)
    }

    fn check_digits(text: &str) -> Result<(), NotADay> {
        let fits = text.len() == Self::SHAPE.most
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if fits { Ok(()) } else { Err(NotADay) }
    }
}

impl Shaped for Day {
    const SHAPE: Shape = Shape { least: 10, ..Shape::up_to(10, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$") };
    type Refusal = NotADay;

    fn check(text: &str) -> Result<(), NotADay> {
        Self::check_digits(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_and_ends_with_the_next() {
        let day = Day::parse("2024-02-29").unwrap();
        assert_eq!((day.begin().seconds(), day.end().seconds()), (1_709_164_800, 1_709_251_200));
        for text in ["", "2026-02-29", "2026-13-01", "2026-1-1", "+026-01-01", "2026-12-01 ", "2026/12/01"] {
            assert_eq!(Day::parse(text), Err(NotADay), "{text}");
        }
    }
}
