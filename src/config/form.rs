//! The forms that values take: what is expected in words, and the parser that goes with the words.

use std::fmt;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;

use super::suggest::nearest;
use super::value::DatabaseUrl;
use super::value::Issuer;
use super::value::LogFilter;
use super::value::LogFormat;
use super::value::Unfit;
use crate::base::secret::Secret;

/// What a value is in TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// From a flag or a variable, where everything is text.
    Untyped,
    Text,
    Number,
    List,
    /// Something that no setting takes, in words.
    Other(&'static str),
}

impl Shape {
    pub(super) fn fits(self, expected: Self) -> bool {
        self == Self::Untyped || self == expected
    }

    pub(super) fn quoted(self, text: &str) -> String {
        match self {
            Self::Number => text.to_owned(),
            Self::List => "[\"10.0.0.0/8\"]".to_owned(),
            _ => format!("\"{text}\""),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Untyped | Self::Text => "a text in quotes",
            Self::Number => "a number",
            Self::List => "a list",
            Self::Other(words) => words,
        })
    }
}

/// Who may see a value, and where it may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secrecy {
    Open,
    /// Never shown.
    Redacted,
    /// Never shown, and accepted from the environment alone.
    VariableOnly,
}

/// Why a text is no such value, as advice; nothing when the expectation says it all.
pub(super) type Advice = Option<String>;

/// How a setting is written and read.
pub(super) struct Form<T> {
    /// Completes "expected ...".
    pub(super) expected: String,
    pub(super) shape: Shape,
    pub(super) secrecy: Secrecy,
    parser: Parser<T>,
}

type Parser<T> = Box<dyn Fn(&str) -> Result<T, Advice>>;

impl<T> Form<T> {
    fn new(
        shape: Shape,
        expected: impl Into<String>,
        parser: impl Fn(&str) -> Result<T, Advice> + 'static,
    ) -> Self {
        Self { expected: expected.into(), shape, secrecy: Secrecy::Open, parser: Box::new(parser) }
    }

    fn kept(self, secrecy: Secrecy) -> Self {
        Self { secrecy, ..self }
    }

    pub(super) fn parse(&self, text: &str) -> Result<T, Advice> {
        (self.parser)(text)
    }
}

/// A found value for a message: quoted, on one line, not endless, and without a password in a URL.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.contains("://") && text.contains('@') {
        return "[redacted]".to_owned();
    }
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(LONGEST).collect();
    let dots = if characters.next().is_some() { "..." } else { "" };
    format!("{start:?}{dots}")
}

pub(super) fn address() -> Form<SocketAddr> {
    Form::new(Shape::Text, "an IP address and a port", |text| text.parse().map_err(|_| None))
}

pub(super) fn issuer() -> Form<Issuer> {
    Form::new(Shape::Text, "an https URL, or http on a loopback host", |text| {
        text.parse().map_err(|unfit: Unfit| Some(unfit.0))
    })
}

pub(super) fn path() -> Form<PathBuf> {
    Form::new(
        Shape::Text,
        "a path",
        |text| {
            if text.contains('\0') { Err(None) } else { Ok(PathBuf::from(text)) }
        },
    )
}

pub(super) fn optional_path() -> Form<Option<PathBuf>> {
    let path = path();
    Form::new(Shape::Text, "a path", move |text| match text {
        "" => Ok(None),
        text => path.parse(text).map(Some),
    })
}

pub(super) fn database_url() -> Form<DatabaseUrl> {
    Form::new(Shape::Text, "`sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME`", |text| {
        text.parse().map_err(|unfit: Unfit| Some(unfit.0))
    })
    .kept(Secrecy::Redacted)
}

pub(super) fn secret() -> Form<Option<Secret>> {
    Form::new(Shape::Text, "32 random bytes in Base64, several with commas between them", |text| {
        Ok((!text.is_empty()).then(|| Secret::presented(text)))
    })
    .kept(Secrecy::VariableOnly)
}

pub(super) fn log_filter() -> Form<LogFilter> {
    Form::new(Shape::Text, "a log filter: `error`, `warn`, `info`, `debug` or `trace`", |text| {
        text.parse().map_err(|unfit: Unfit| Some(unfit.0))
    })
}

pub(super) fn log_format() -> Form<LogFormat> {
    const NAMES: [&str; 2] = ["pretty", "json"];
    Form::new(Shape::Text, "`pretty` or `json`", |text| match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        other => Err(nearest(other, NAMES).map(|name| format!("did you mean `{name}`?"))),
    })
}

pub(super) fn number<T>(range: RangeInclusive<T>) -> Form<T>
where
    T: FromStr + PartialOrd + fmt::Display + 'static,
{
    let expected = format!("a whole number from {} to {}", range.start(), range.end());
    Form::new(Shape::Number, expected, move |text| {
        text.parse().ok().filter(|number| range.contains(number)).ok_or(None)
    })
}

pub(super) fn duration(shortest: &'static str, longest: &'static str) -> Form<Duration> {
    let expected = format!("a duration from {shortest} to {longest}");
    Form::new(Shape::Text, expected, move |text| within(text, shortest, longest).ok_or_else(units))
}

pub(super) fn duration_or_never(shortest: &'static str, longest: &'static str) -> Form<Option<Duration>> {
    let expected = format!("a duration from {shortest} to {longest}, or `never`");
    Form::new(Shape::Text, expected, move |text| match text {
        "never" => Ok(None),
        text => within(text, shortest, longest).map(Some).ok_or_else(units),
    })
}

fn units() -> Advice {
    Some("write a number and one of the units s, m, h and d, such as 90s or 12h".to_owned())
}

fn within(text: &str, shortest: &str, longest: &str) -> Option<Duration> {
    let bounds = seconds(shortest)?..=seconds(longest)?;
    seconds(text).filter(|seconds| bounds.contains(seconds)).map(Duration::from_secs)
}

/// `90s`, `10m`, `12h`, `30d` in seconds.
fn seconds(text: &str) -> Option<u64> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse::<u64>().ok()?.checked_mul(unit) } else { None }
}

pub(super) fn networks() -> Form<Vec<IpNet>> {
    Form::new(Shape::List, "a list of networks such as 10.0.0.0/8", |text| {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(network).collect()
    })
}

fn network(text: &str) -> Result<IpNet, Advice> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(address.into());
    }
    let network: IpNet = text.parse().map_err(|_| Some(format!("{} is not a network", shown(text))))?;
    if network.prefix_len() == 0 {
        return Err(Some(format!(
            "{text} is everybody, who could then claim any address; name your proxies"
        )));
    }
    if network.trunc() != network {
        return Err(Some(format!("{text} is one host in a network; did you mean {}?", network.trunc())));
    }
    Ok(network)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_are_a_number_and_a_unit() {
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("2h"), Some(7200));
        assert_eq!(seconds("30d"), Some(2_592_000));
        for wrong in
            ["", "s", "90", "-1s", "+1s", "1.5h", "1h30m", "1 h", "1w", "99999999999999999999d", "1\u{b5}"]
        {
            assert_eq!(seconds(wrong), None, "{wrong:?}");
        }
    }
}
