use std::sync::Arc;
use std::time::Duration;

/// In which form a mount words the framework's own errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// `{"error": ..., "error_description": ...}` of RFC 6749 §5.2.
    OAuth,
    /// `application/problem+json` of RFC 9457.
    Problem,
    /// A page for people, or a problem document for programs that ask for JSON.
    Page,
}

/// How the edge treats the paths below one prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mount {
    tongue: Tongue,
    cors: bool,
    options: bool,
    anywhere: bool,
    body_bytes: Option<usize>,
    stream: Option<Duration>,
}

impl Mount {
    /// A mount that speaks `tongue`, to same-origin scripts only, with bodies of the usual size.
    pub const fn new(tongue: Tongue) -> Self {
        Self { tongue, cors: false, options: false, anywhere: false, body_bytes: None, stream: None }
    }

    /// Scripts of every site may call it, without cookies.
    #[must_use]
    pub const fn with_cors(self) -> Self {
        Self { cors: true, ..self }
    }

    /// `OPTIONS` is the route's business, as every other method is.
    #[must_use]
    pub const fn with_options(self) -> Self {
        Self { options: true, ..self }
    }

    /// Found outside of the issuer's path as well: it is about this process rather than about the issuer.
    #[must_use]
    pub const fn with_every_path(self) -> Self {
        Self { anywhere: true, ..self }
    }

    /// Bodies may have this many bytes.
    #[must_use]
    pub const fn with_body_bytes(self, most: usize) -> Self {
        Self { body_bytes: Some(most), ..self }
    }

    /// Bodies pass as they come, both ways, however long and large they are, and answers with their own words: only
    /// their beginning has to come within `patience`. What a peer may leave unread or unsent is bounded as everywhere.
    #[must_use]
    pub const fn with_streams(self, patience: Duration) -> Self {
        Self { stream: Some(patience), ..self }
    }

    pub(super) fn tongue(&self) -> Tongue {
        self.tongue
    }

    pub(super) fn has_cors(&self) -> bool {
        self.cors
    }

    pub(super) fn takes_options(&self) -> bool {
        self.options
    }

    pub(super) fn is_anywhere(&self) -> bool {
        self.anywhere
    }

    pub(super) fn body_bytes(&self) -> Option<usize> {
        self.body_bytes
    }

    /// Within which time an answer has to begin, where bodies stream.
    pub(super) fn stream(&self) -> Option<Duration> {
        self.stream
    }
}

const PAGES: Mount = Mount::new(Tongue::Page);

/// Which prefix is mounted how; a path belongs to the longest prefix of whole segments, and otherwise to
/// the pages.
#[derive(Clone, Debug, Default)]
pub struct Mounts(Arc<[(Pattern<'static>, Mount)]>);

/// The whole segments that a path begins with; one that begins with a colon stands for any.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern<'p> {
    text: &'p str,
    /// What stands before the first colon, and mostly tells already that a path is another one.
    literal: &'p str,
}

impl Mounts {
    /// The mount that `path` belongs to.
    pub(super) fn of(&self, path: &str) -> &Mount {
        // The table begins with the longest.
        self.0.iter().find(|(pattern, _)| pattern.begins(path)).map_or(&PAGES, |(_, mount)| mount)
    }
}

impl FromIterator<(&'static str, Mount)> for Mounts {
    /// What a shorter prefix says already is left out, so that few are looked through.
    fn from_iter<I: IntoIterator<Item = (&'static str, Mount)>>(mounts: I) -> Self {
        let mounts = mounts.into_iter().map(|(prefix, mount)| (Pattern::new(prefix), mount));
        let mut mounts: Vec<_> = mounts.collect();
        mounts.sort_by_key(|(pattern, _)| pattern.segments());
        let mut kept: Vec<(Pattern<'static>, Mount)> = Vec::new();
        for (pattern, mount) in mounts {
            let shorter = kept.iter().rev().find(|(shorter, _)| shorter.begins(pattern.text));
            if *shorter.map_or(&PAGES, |(_, mount)| mount) != mount {
                kept.push((pattern, mount));
            }
        }
        kept.reverse();
        Self(kept.into())
    }
}

impl<'p> Pattern<'p> {
    pub fn new(text: &'p str) -> Self {
        Self { text, literal: text.split(':').next().unwrap_or(text) }
    }

    pub fn segments(&self) -> usize {
        self.text.split('/').count()
    }

    /// Whether `path` begins with these segments.
    pub fn begins(&self, path: &str) -> bool {
        let Some(rest) = path.strip_prefix(self.literal) else { return false };
        if self.literal.len() == self.text.len() {
            return rest.is_empty() || rest.starts_with('/');
        }
        let mut segments = path.split('/');
        self.text
            .split('/')
            .all(|wanted| segments.next().is_some_and(|seen| seen == wanted || wanted.starts_with(':')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_of_whole_segments_wins() {
        let logo = Mount::new(Tongue::Problem).with_body_bytes(1);
        let api = Mount::new(Tongue::Problem);
        let mounts = Mounts::from_iter([("/api", api), ("/api/apps/:id/logo", logo)]);
        assert_eq!(*mounts.of("/api/apps/app_1/logo"), logo);
        for path in ["/api", "/api/", "/api/apps/app_1", "/api/apps/app_1/logos"] {
            assert_eq!(*mounts.of(path), api, "{path}");
        }
        for path in ["/", "", "*", "/apis", "/x/api", "//api"] {
            assert_eq!(*mounts.of(path), PAGES, "{path}");
        }
    }
}
