//! What is logged.

use std::fmt;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;

use super::Unfit;
use crate::config::suggest::nearest;

const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];

/// Directives for [`EnvFilter`]: a level, and levels for single targets.
///
/// A word alone must be a level. `EnvFilter` would take a misspelled one for a target, and log nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// The filter for a subscriber.
    pub fn filter(&self) -> EnvFilter {
        EnvFilter::new(&self.0)
    }
}

impl FromStr for LogFilter {
    type Err = Unfit;

    fn from_str(text: &str) -> Result<Self, Unfit> {
        for directive in text.split(',').map(str::trim) {
            let level = directive.rsplit_once('=').map_or(directive, |(_, level)| level);
            if LEVELS.contains(&level) || directive.contains(['[', '{']) {
                continue;
            }
            return Err(match nearest(level, LEVELS) {
                Some(level) => Unfit(format!("did you mean `{level}`?")),
                None => Unfit::new("write a level, or target=level pairs with commas: info,sqlx=warn"),
            });
        }
        EnvFilter::builder().parse(text).map_err(|error| Unfit(error.to_string()))?;
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for LogFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::LogFilter;

    #[test]
    fn a_misspelled_level_is_not_taken_for_a_target() {
        assert!("info".parse::<LogFilter>().is_ok());
        assert!("warn,consentry=debug".parse::<LogFilter>().is_ok());
        let advice = |text: &str| text.parse::<LogFilter>().unwrap_err().0;
        assert_eq!(advice("inof"), "did you mean `info`?");
        assert_eq!(advice("info,consentry=debgu"), "did you mean `debug`?");
        assert!(advice("").starts_with("write a level"));
    }
}
