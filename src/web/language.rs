//! The languages that pages speak to people, and which of them somebody gets.
//!
//! Each is one file in `src/web/pages/languages`, a Fluent catalogue with the words of every [`Message`]. Pages of the
//! console, and everything that programs read, speak English.

mod catalogue;
mod message;

use std::fmt;

use poem::http::HeaderMap;
use poem::http::HeaderValue;
use poem::http::header::ACCEPT_LANGUAGE;

use crate::web::language::catalogue::Catalogue;

pub use crate::web::language::catalogue::Said;
pub use crate::web::language::message::Asking;
pub use crate::web::language::message::Message;
pub use crate::web::language::message::Unit;

/// Ranges that are looked at. Nobody reads more languages than that, and whoever sends more wants us to be busy.
const MOST: usize = 32;

/// A language that there is a catalogue of.
#[derive(Clone, Copy)]
pub struct Language(&'static Catalogue);

impl Language {
    /// The language of whoever asks for none that we speak.
    pub fn english() -> Self {
        Self(catalogue::english())
    }

    /// Every language there is, English first.
    pub fn all() -> impl Iterator<Item = Self> {
        catalogue::all().iter().map(Self)
    }

    /// The tags of all languages.
    pub fn tags() -> Vec<&'static str> {
        Self::all().map(Self::tag).collect()
    }

    /// The first language of `ui_locales` that we speak: tags with spaces between them, the dearest first (OpenID
    /// Connect Core §3.1.2.1). What is no tag, or none of ours, is passed over.
    pub fn asked(ui_locales: &str) -> Option<Self> {
        ui_locales.split_ascii_whitespace().take(MOST).find_map(Self::for_range)
    }

    /// The best language for a browser, by its `Accept-Language` (RFC 9110 §12.5.4). Of ranges with the same weight the
    /// first counts more, and `*` means any language that no range names.
    pub fn accepted(headers: &HeaderMap) -> Self {
        Self::best(headers.get_all(ACCEPT_LANGUAGE))
    }

    /// The same, by the lines of that header alone.
    pub fn best<'h>(lines: impl IntoIterator<Item = &'h HeaderValue>) -> Self {
        let lines = lines.into_iter().filter_map(|line| line.to_str().ok());
        let ranges = lines.flat_map(|line| line.split(',')).take(MOST).filter_map(weighted);
        let mut ranges: Vec<(&str, u16)> = ranges.collect();
        ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight)); // A stable sort: the first stays first.
        let refused = |language: &Self| {
            ranges.iter().any(|(range, weight)| *weight == 0 && range.eq_ignore_ascii_case(language.tag()))
        };
        let unnamed =
            |language: &Self| !ranges.iter().any(|(range, _)| Self::for_range(range) == Some(*language));
        let meant = |range: &str| match range {
            "*" => Self::all().find(unnamed),
            range => Self::for_range(range).filter(|language| !refused(language)),
        };
        let wanted = ranges.iter().filter(|(_, weight)| *weight > 0);
        wanted.into_iter().find_map(|(range, _)| meant(range)).unwrap_or_else(Self::english)
    }

    /// The language of a page that an app sends somebody to: what the app asks for in `ui_locales`, or else what suits
    /// the browser.
    pub fn chosen(ui_locales: Option<&str>, headers: &HeaderMap) -> Self {
        ui_locales.and_then(Self::asked).unwrap_or_else(|| Self::accepted(headers))
    }

    /// Its tag, such as `de` (BCP 47).
    pub fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// The words of a message.
    pub fn say(self, message: Message<'_>) -> Said {
        self.0.say(message)
    }

    /// The language that a range names, or else a wider one: `de` for `de-AT` (RFC 4647 §3.4).
    fn for_range(range: &str) -> Option<Self> {
        let is_subtag = |subtag: &str| {
            (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if !range.split('-').all(is_subtag) {
            return None;
        }
        let ends = range.match_indices('-').map(|(end, _)| end).chain([range.len()]);
        let wider = ends.map(|end| &range[..end]).collect::<Vec<_>>();
        let named = |tag: &&str| Self::all().find(|language| language.tag().eq_ignore_ascii_case(tag));
        wider.iter().rev().find_map(named)
    }
}

/// A range and its weight in thousandths; `None` when the weight is malformed (RFC 9110 §12.4.2).
fn weighted(range: &str) -> Option<(&str, u16)> {
    let (range, parameter) = match range.split_once(';') {
        Some((range, parameter)) => (range.trim(), Some(parameter.trim())),
        None => (range.trim(), None),
    };
    let Some(parameter) = parameter else { return Some((range, 1000)) };
    let weight = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?;
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let digits = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths = || format!("{part:0<3}").parse::<u16>().ok();
    match whole {
        "0" if digits => Some((range, thousandths()?)),
        "1" if digits && part.bytes().all(|byte| byte == b'0') => Some((range, 1000)),
        _ => None,
    }
}

impl Default for Language {
    fn default() -> Self {
        Self::english()
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.tag() == other.tag()
    }
}

impl Eq for Language {}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(lines: &[&str]) -> &'static str {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_LANGUAGE, line.parse().unwrap());
        }
        Language::accepted(&headers).tag()
    }

    #[test]
    fn the_dearest_language_that_we_speak_is_taken() {
        let many = format!("{}de", "xx,".repeat(MOST));
        for (header, tag) in [
            ("de", "de"),
            ("DE-at", "de"),
            ("de-AT-1996-x-private", "de"),
            ("de-AT,de;q=0.9,en;q=0.8", "de"),
            ("en;q=0.5, fr;q=0.8 ,de;q=0.7", "fr"),
            ("fr;q=0.8, de;q=0.8", "fr"),
            ("ja, fr;Q=0.1", "fr"),
            ("tlh", "en"),
            ("", "en"),
            (",;,,;q=1", "en"),
            ("deu", "en"),
            ("d, de_AT, de AT, -de, de--AT, verylongsubtag-de", "en"),
            ("de;q=2, de;q=-1, de;q=0.1234, de;q=1.001, de;q, de;q=, de;level=1, fr;q=0.001", "fr"),
            (&many, "en"),
        ] {
            assert_eq!(accepted(&[header]), tag, "{header}");
        }
        assert_eq!(accepted(&["ja", "de"]), "de", "several lines are one list");
        assert_eq!(accepted(&[]), "en");
    }

    #[test]
    fn what_is_refused_is_not_spoken_and_a_star_is_anything_else() {
        for (header, tag) in [
            ("de;q=0", "en"),
            ("de-AT, de;q=0, fr;q=0.1", "fr"),
            ("*", "en"),
            ("de;q=0.5, *;q=0.1", "de"),
            ("de;q=0.5, *", "en"),
            ("en;q=0, *", "de"),
            ("en;q=0, de;q=0.000, *;q=0.5", "fr"),
            ("*;q=0", "en"),
        ] {
            assert_eq!(accepted(&[header]), tag, "{header}");
        }
    }

    #[test]
    fn an_app_asks_for_languages_in_order() {
        let many = format!("{}de", "xx ".repeat(MOST));
        for (ui_locales, tag) in [
            ("de", Some("de")),
            ("ja fr-CA de", Some("fr")),
            ("  de-AT\t en ", Some("de")),
            ("xx yy", None),
            ("", None),
            ("de;q=1 *", None),
            (&many, None),
        ] {
            assert_eq!(Language::asked(ui_locales).map(Language::tag), tag, "{ui_locales}");
        }
    }
}
