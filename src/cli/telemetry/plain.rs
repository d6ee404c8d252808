//! How a line for people is written when nobody needs colors: word for word as the library writes it, without its
//! machinery for what nearly every field is, a short text or a number. Each request leaves a line.

use std::error::Error;
use std::fmt;
use std::fmt::Debug;
use std::ops::Range;
use std::time::SystemTime;

use time::OffsetDateTime;
use tracing::field::Field;
use tracing::field::Visit;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::field::VisitOutput;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::DefaultVisitor;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

/// `2026-11-24T21:54:03.012345Z` (RFC 3339).
pub(super) struct PlainTime;

impl FormatTime for PlainTime {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        #[expect(
            clippy::disallowed_methods,
            reason = "a log shows the time of the machine, whatever is decided by"
        )]
        let now = OffsetDateTime::from(SystemTime::now());
        let (year, month, day) = now.to_calendar_date();
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        let mut put = |place: Range<usize>, mut value: u32| {
            for digit in text[place].iter_mut().rev() {
                *digit = b'0' + (value % 10) as u8;
                value /= 10;
            }
        };
        put(0..4, year.unsigned_abs());
        put(5..7, u8::from(month).into());
        put(8..10, day.into());
        put(11..13, now.hour().into());
        put(14..16, now.minute().into());
        put(17..19, now.second().into());
        put(20..26, now.microsecond());
        writer.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}

/// The fields of a line.
pub(super) struct PlainFields;

impl<'w> FormatFields<'w> for PlainFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut writing = Writing { writer, is_empty: true, result: Ok(()) };
        fields.record(&mut writing);
        writing.result
    }
}

struct Writing<'w> {
    writer: Writer<'w>,
    is_empty: bool,
    result: fmt::Result,
}

impl Writing<'_> {
    /// Writes `name=`, or says that this field is the library's business.
    fn begin(&mut self, field: &Field) -> bool {
        let name = field.name();
        if self.writer.has_ansi_escapes() || name == "message" || name.contains(['.', '#']) {
            return false;
        }
        let space = if std::mem::take(&mut self.is_empty) { "" } else { " " };
        for part in [space, name, "="] {
            self.write(part);
        }
        true
    }

    fn write(&mut self, text: &str) {
        self.result = self.result.and_then(|()| self.writer.write_str(text));
    }

    fn leave(&mut self, field: &Field, record: impl FnOnce(&mut DefaultVisitor<'_>)) {
        let mut visitor = DefaultVisitor::new(self.writer.by_ref(), self.is_empty);
        record(&mut visitor);
        self.result = self.result.and(visitor.finish());
        // Of these nothing is written: they tell where the line comes from.
        self.is_empty &= field.name().starts_with("log.");
    }
}

impl Visit for Writing<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        let needs_no_escape = |byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        if value.bytes().all(needs_no_escape) && self.begin(field) {
            for part in ["\"", value, "\""] {
                self.write(part);
            }
        } else {
            self.leave(field, |visitor| visitor.record_str(field, value));
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if self.begin(field) {
            self.result = self.result.and_then(|()| write!(self.writer, "{value}"));
        } else {
            self.leave(field, |visitor| visitor.record_u64(field, value));
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.leave(field, |visitor| visitor.record_error(field, value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.leave(field, |visitor| visitor.record_debug(field, value));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;
    use std::sync::Mutex;

    use tracing_subscriber::fmt;

    use super::*;
    use crate::base::clock::Clock;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Paper {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    fn events() {
        let broken = io::Error::other(io::Error::other("the disk\nis full"));
        let broken = &broken as &(dyn Error + 'static);
        tracing::info!(
            method = "GET",
            path = "/a b",
            status = 200_u16,
            micros = 12_u64,
            request_id = "0a-_."
        );
        tracing::info!(text = "a \"quote\", a \\ and é\n\u{1b}", empty = "", r#type = "t");
        tracing::warn!(error = broken, number = -1, yes = true, shown = %"<&>", "it {}", "failed");
        tracing::info!("only words \u{1b}[31m");
        tracing::info!(first = ?Some(1), log.line = 3, last = "z");
        tracing::info_span!("around", id = "x", n = 1_u64).in_scope(|| tracing::info!(inside = 2_u64));
    }

    #[test]
    fn a_line_is_what_the_library_would_have_written() {
        for colors in [false, true] {
            let (ours, theirs) = (Paper::default(), Paper::default());
            let (one, other) = (ours.clone(), theirs.clone());
            let log = fmt().without_time().with_ansi(colors);
            let log = log.fmt_fields(PlainFields).with_writer(move || one.clone()).finish();
            tracing::subscriber::with_default(log, events);
            let log = fmt().without_time().with_ansi(colors).with_writer(move || other.clone()).finish();
            tracing::subscriber::with_default(log, events);
            assert_eq!(ours.text(), theirs.text());
            assert!(ours.text().contains("inside"), "{}", ours.text());
        }
    }

    #[test]
    fn a_moment_is_written_as_rfc_3339() {
        let mut text = String::new();
        let before = Clock::default().now();
        PlainTime.format_time(&mut Writer::new(&mut text)).unwrap();
        let read = OffsetDateTime::parse(&text, &time::format_description::well_known::Rfc3339).unwrap();
        assert_eq!(text.len(), "2026-11-24T21:54:03.012345Z".len());
        let millis = i64::try_from(read.unix_timestamp_nanos() / 1_000_000).unwrap();
        assert!((before.millis()..before.millis() + 10_000).contains(&millis), "{text}");
    }
}
