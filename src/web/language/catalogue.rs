//! The Fluent catalogues, compiled in, and what they say.

use std::fmt;
use std::fmt::Write;
use std::sync::LazyLock;

use askama::filters::HtmlSafe;
use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
use include_dir::Dir;
use include_dir::File;
use include_dir::include_dir;
use unic_langid::LanguageIdentifier;

use crate::web::language::Message;
use crate::web::language::message;

const ENGLISH: &str = "en";

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/web/pages/languages");

/// English first, the others by their tags.
static CATALOGUES: LazyLock<Vec<Catalogue>> = LazyLock::new(|| {
    let mut all: Vec<Catalogue> = FILES.files().filter_map(Catalogue::read).collect();
    all.sort_by_key(|catalogue| (catalogue.tag != ENGLISH, catalogue.tag));
    all
});

pub fn all() -> &'static [Catalogue] {
    &CATALOGUES
}

pub fn english() -> &'static Catalogue {
    &CATALOGUES[0]
}

/// The words of one language.
pub struct Catalogue {
    tag: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// The catalogue in `de.ftl` is that of German. What is wrong with it fails a test, so that it is no matter here.
    fn read(file: &'static File<'static>) -> Option<Self> {
        let tag = file.path().file_stem()?.to_str()?;
        let language: LanguageIdentifier = tag.parse().ok()?;
        let text = file.contents_utf8()?.to_owned();
        let entries = FluentResource::try_new(text).unwrap_or_else(|(entries, _)| entries);
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        bundle.set_use_isolating(false); // Facts that others wrote are isolated already, and nothing else need be.
        bundle.add_resource_overriding(entries);
        Some(Self { tag, bundle })
    }

    pub fn tag(&self) -> &'static str {
        self.tag
    }

    pub fn say(&self, message: Message<'_>) -> Said {
        let pattern = self.bundle.get_message(message.name()).and_then(|entry| entry.value());
        let Some(pattern) = pattern else { return Said(message.name().to_owned()) };
        Said(self.bundle.format_pattern(pattern, Some(&message.facts()), &mut Vec::new()).into_owned())
    }
}

/// A message in words. It prints as HTML: escaped, and what others wrote within `<bdi>`. Where no element may stand, in
/// an attribute or a title, is [`Said::plain`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said(String);

impl Said {
    /// What others wrote, in whatever language that is.
    pub fn written(text: &str) -> Self {
        Self(message::isolated(text))
    }

    /// The words alone, not escaped.
    pub fn plain(&self) -> String {
        self.0.chars().filter(|letter| !matches!(letter, '\u{2068}' | '\u{2069}')).collect()
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '\u{2068}' => f.write_str("<bdi>")?,
                '\u{2069}' => f.write_str("</bdi>")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

impl HtmlSafe for Said {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use crate::web::language::Language;
    use crate::web::language::Unit;

    use super::*;

    const UNITS: [Unit; 6] = [Unit::Second, Unit::Minute, Unit::Hour, Unit::Day, Unit::Month, Unit::Year];

    /// Every `{ $fact }` and `{ Message }` of each entry.
    fn entries(text: &str) -> BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> {
        let mut entries: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
        let mut name = "";
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((begins, _)) = line.split_once(" =").filter(|_| !line.starts_with(' ')) {
                name = begins;
                assert!(entries.insert(name, Default::default()).is_none(), "{name} is there twice");
            }
            for inside in line.split('{').skip(1) {
                let word = inside.split(['}', ' ', '-']).find(|word| !word.is_empty()).unwrap_or_default();
                let (facts, messages) = entries.get_mut(name).unwrap();
                match word.strip_prefix('$') {
                    Some(fact) => facts.insert(fact),
                    None => messages.insert(word),
                };
            }
        }
        entries
    }

    fn files() -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/pages/languages");
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let named = |path: std::path::PathBuf| {
            let tag = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (tag, fs::read_to_string(&path).unwrap())
        };
        paths.map(named).collect()
    }

    #[test]
    fn every_catalogue_is_compiled_in_and_well_formed() {
        let mut tags = files().into_iter().map(|(tag, _)| tag).collect::<Vec<_>>();
        tags.sort_by_key(|tag| (tag != ENGLISH, tag.clone()));
        assert_eq!(Language::all().map(Language::tag).collect::<Vec<_>>(), tags, "touch a source file");
        assert!(tags.len() >= 3 && tags[0] == ENGLISH);
        for (tag, text) in files() {
            if let Err((_, errors)) = FluentResource::try_new(text) {
                panic!("{tag}: {errors:?}");
            }
        }
    }

    #[test]
    fn every_catalogue_has_each_message_with_its_facts_and_no_other() {
        for (tag, text) in files() {
            let entries = entries(&text);
            let parts: BTreeSet<&str> =
                entries.values().flat_map(|(_, parts)| parts.iter().copied()).collect();
            for (name, facts) in Message::ALL {
                let (mut used, parts) =
                    entries.get(name).unwrap_or_else(|| panic!("{tag} lacks {name}")).clone();
                used.extend(parts.iter().flat_map(|part| entries[part].0.iter().copied()));
                assert_eq!(used, facts.iter().copied().collect(), "{tag}: the facts of {name}");
            }
            for name in entries.keys() {
                let used = parts.contains(name) || Message::ALL.iter().any(|(message, _)| message == name);
                assert!(used, "{tag}: nobody says {name}");
            }
        }
    }

    #[test]
    fn every_message_is_said_by_some_page() {
        let sources = crate_texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web"));
        for (name, _) in Message::ALL {
            let said = format!("Message::{name}");
            let mut rest = sources
                .iter()
                .flat_map(|text| text.match_indices(&said).map(|(at, _)| &text[at + said.len()..]));
            assert!(rest.any(|rest| !rest.starts_with(char::is_alphanumeric)), "nobody says {name}");
        }
    }

    fn crate_texts(folder: &Path) -> Vec<String> {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let text = |path: std::path::PathBuf| match path.extension().and_then(|extension| extension.to_str())
        {
            Some("rs" | "html") => vec![fs::read_to_string(&path).unwrap()],
            None => crate_texts(&path),
            Some(_) => Vec::new(),
        };
        paths.flat_map(text).collect()
    }

    #[test]
    fn numbers_decide_the_form_of_words() {
        let wait =
            |language: Language, count, unit| language.say(Message::SignInWait { count, unit }).plain();
        for language in Language::all() {
            for unit in UNITS {
                let (one, many) = (wait(language, 1, unit), wait(language, 2, unit));
                assert!(one.contains('1') && many.contains('2'), "{language}: {one}, {many}");
                let same = language.tag() == "fr" && unit == Unit::Month; // un mois, deux mois
                assert_eq!(one.replace('1', "2") == many, same, "{language}: {one}, {many}");
            }
        }
        let [english, german, french] = ["en", "de", "fr"].map(|tag| Language::asked(tag).unwrap());
        assert_eq!(wait(english, 0, Unit::Second), "Please wait 0 seconds");
        assert_eq!(wait(german, 0, Unit::Minute), "Bitte warten Sie 0 Minuten");
        assert_eq!(wait(french, 0, Unit::Minute), "Veuillez patienter 0 minute");
    }

    #[test]
    fn a_name_is_neither_markup_nor_does_it_turn_the_sentence_around() {
        let app = "<b>\u{202e}x\u{2069}\u{2068}\"'&";
        for language in Language::all() {
            let said = language.say(Message::ContinueToApp { app });
            assert!(said.to_string().ends_with("<bdi>&lt;b&gt;x&quot;&#39;&amp;</bdi>"), "{said}");
            assert!(said.plain().ends_with("<b>x\"'&"), "{said:?}");
        }
    }
}
