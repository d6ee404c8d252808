//! What is looked for in a list: beginnings of words, in whatever case.
//!
//! Beginnings, because an index can hand them out in the order of the list; and it is what people type.

use crate::base::id;
use crate::model::shape;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;

/// Characters of a search.
pub const LONGEST: usize = 100;

/// Letters of a word that count.
const LETTERS: usize = 16;

/// Words of a search that count.
const WORDS: usize = 5;

/// What a text looks for: names in which each of its words begins a word. Of a word the first 16 letters count, of more
/// than five words the five longest. The whole identifier of an object finds it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search([String; WORDS]);

/// The text is nothing to look for.
#[derive(Debug, thiserror::Error)]
#[error("is longer than {} characters or holds a control character", Search::SHAPE.most)]
pub struct NotASearch;

impl Shaped for Search {
    const SHAPE: Shape = Shape::up_to(LONGEST, shape::ONE_LINE);
    type Refusal = NotASearch;

    fn check(text: &str) -> Result<(), NotASearch> {
        let fits = Self::SHAPE.fits(text) && !text.contains(char::is_control);
        if fits { Ok(()) } else { Err(NotASearch) }
    }
}

impl Search {
    /// What `text` looks for; `None` when it has no word, which is to look for everything.
    ///
    /// # Errors
    /// When it is not of its shape.
    pub fn parse(text: &str) -> Result<Option<Self>, NotASearch> {
        Self::check(text)?;
        let text = text.trim();
        let mut words = if is_identifier(text) { vec![text.to_owned()] } else { words(text) };
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let Some(longest) = words.first().cloned() else { return Ok(None) };
        words.resize(WORDS, longest);
        Ok(words.try_into().ok().map(Self))
    }

    /// The words, the longest first and again where there are fewer than five.
    pub fn words(&self) -> &[String; WORDS] {
        &self.0
    }

    /// Whether it finds what has that name.
    pub fn finds(&self, name: &str) -> bool {
        let terms = terms(name);
        self.0.iter().all(|word| terms.contains(word))
    }
}

/// Everything that a word of a search can be, to find `name`.
pub fn terms(name: &str) -> Vec<String> {
    let mut terms = Vec::new();
    for word in words(name) {
        let ends = word.char_indices().map(|(at, letter)| at + letter.len_utf8());
        terms.extend(ends.map(|end| word[..end].to_owned()));
    }
    terms.sort();
    terms.dedup();
    terms
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().take(LETTERS).collect()).collect()
}

fn is_identifier(text: &str) -> bool {
    text.split_once('_').is_some_and(|(_, number)| id::is_well_formed(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_begins_a_word() {
        let finds =
            |search: &str, name: &str| Search::parse(search).unwrap().is_none_or(|search| search.finds(name));
        for (search, name) in [
            ("acme", "Acme CRM"),
            ("crm ac", "Acme CRM"),
            ("ÄRZ", "Ärzte-Portal"),
            ("portal", "Ärzte-Portal"),
            ("100%", "Globex 100%"),
            ("internationalizationx", "Internationalization"),
            ("", "x"),
            ("%", "x"),
            ("one two three four five s", "six one two three four five seven"),
        ] {
            assert!(finds(search, name), "{search} finds {name}");
        }
        for (search, name) in [("cme", "Acme"), ("acme crn", "Acme CRM"), ("mail_s", "Mail Merge")] {
            assert!(!finds(search, name), "{search} does not find {name}");
        }
        assert!(Search::parse(&"x".repeat(101)).is_err());
        assert!(Search::parse("a\nb").is_err());
    }
}
