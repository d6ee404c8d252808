//! "Did you mean": the known name that is closest to a misspelled one.

/// The name that was probably meant, if any of the `known` is near enough.
pub(super) fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found = found.to_ascii_lowercase().replace(['-', '.'], "_");
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&found, &name.to_ascii_lowercase()), name))
        .filter(|(distance, name)| *distance <= (name.len().max(found.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const KNOWN: [&str; 3] = ["listen", "issuer", "database_url"];

    #[test]
    fn a_slip_of_the_finger_finds_its_name() {
        assert_eq!(nearest("lisen", KNOWN), Some("listen"));
        assert_eq!(nearest("isseur", KNOWN), Some("issuer"));
        assert_eq!(nearest("Database-URL", KNOWN), Some("database_url"));
        assert_eq!(nearest("database", KNOWN), Some("database_url"));
    }

    #[test]
    fn another_word_finds_nothing() {
        assert_eq!(nearest("replicas", KNOWN), None);
        assert_eq!(nearest("", KNOWN), None);
    }
}
