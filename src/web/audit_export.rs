//! The audit log as a file that is written while it is read: whatever its length, a stretch of it is in memory.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use futures_util::stream::Stream;
use poem::Body;
use poem::IntoResponse;
use poem::Response;
use poem::http::header::CONTENT_DISPOSITION;
use poem_openapi::registry::MetaMediaType;
use poem_openapi::registry::MetaSchema;
use poem_openapi::registry::MetaSchemaRef;
use serde_json::json;

use crate::app::App;
use crate::app::ChangeError;
use crate::app::Fields;
use crate::manage::audit;
use crate::model::audit::Action;
use crate::model::audit::Record;
use crate::model::audit::Reference;
use crate::model::audit::Wanted;
use crate::model::authority::Authority;
use crate::model::day::Day;
use crate::model::page::Listed;
use crate::model::shape::Shaped;
use crate::web::answer::Content;
use crate::web::text::Text;

/// How the log is written into a file.
#[derive(Clone, Copy)]
pub struct Written {
    content_type: &'static str,
    name: &'static str,
    heading: &'static str,
    line: fn(&Record) -> String,
}

/// A JSON object a line.
pub const JSON_LINES: Written =
    Written { content_type: "application/jsonl", name: "audit.jsonl", heading: "", line: json_line };

/// A table (RFC 4180), with a heading.
pub const CSV: Written = Written {
    content_type: "text/csv; charset=utf-8",
    name: "audit.csv",
    heading: "id,at,actor_id,through,action,object_id,detail,changes,times,address,request_id\r\n",
    line: csv_line,
};

/// What is looked for, as it was asked for.
#[derive(Debug, Default)]
pub struct Filter {
    pub actor: Option<String>,
    pub object: Option<String>,
    pub action: Option<String>,
    pub since: Option<String>,
    pub until: Option<String>,
}

impl Filter {
    pub fn of(
        [actor, object]: [Option<Text<Reference>>; 2],
        action: Option<Text<Action>>,
        [since, until]: [Option<Text<Day>>; 2],
    ) -> Self {
        Self {
            actor: actor.map(Text::into_string),
            object: object.map(Text::into_string),
            action: action.map(Text::into_string),
            since: since.map(Text::into_string),
            until: until.map(Text::into_string),
        }
    }

    /// # Errors
    /// The fields that are nothing to look for.
    pub fn wanted(self) -> Result<Wanted, ChangeError> {
        let mut fields = Fields::default();
        let reference = |text: &str| Reference::check(text).map(|()| text.to_owned());
        let actor = self.actor.and_then(|text| fields.taken::<Reference, _, _>("actor", &text, reference));
        let object = self.object.and_then(|text| fields.taken::<Reference, _, _>("object", &text, reference));
        let action =
            self.action.and_then(|name| fields.taken::<Action, _, _>("action", &name, Action::parse));
        let since = self.since.and_then(|text| fields.taken::<Day, _, _>("since", &text, Day::parse));
        let until = self.until.and_then(|text| fields.taken::<Day, _, _>("until", &text, Day::parse));
        fields.finish()?;
        Ok(Wanted { actor, action, object, since: since.map(Day::begin), until: until.map(Day::end) })
    }
}

/// The file, as far as it is read.
pub struct Export {
    body: Body,
    written: Written,
}

impl Export {
    /// Reads the beginning; the rest is read as it is taken.
    ///
    /// # Errors
    /// Where not even the beginning can be read, or may be.
    pub async fn begin(
        app: Arc<App>,
        authority: Authority,
        wanted: Wanted,
        written: Written,
    ) -> Result<Self, ChangeError> {
        let first = audit::stretch(&app, &authority, &wanted, None).await?;
        let source = Source { app, authority, wanted, written };
        Ok(Self { body: Body::from_bytes_stream(source.stream(first)), written })
    }
}

impl IntoResponse for Export {
    fn into_response(self) -> Response {
        Response::builder()
            .content_type(self.written.content_type)
            .header(CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.written.name))
            .body(self.body)
    }
}

impl Content for Export {
    fn media_types() -> Vec<MetaMediaType> {
        let text = |written: Written| MetaMediaType {
            content_type: written.content_type.split(';').next().unwrap_or_default(),
            schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new("string"))),
        };
        vec![text(JSON_LINES), text(CSV)]
    }
}

/// Where a file is read from.
struct Source {
    app: Arc<App>,
    authority: Authority,
    wanted: Wanted,
    written: Written,
}

impl Source {
    /// A stretch a piece. An error ends the stream in the middle, so that nobody takes a part for the whole.
    fn stream(
        self,
        first: Listed<Record>,
    ) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
        let heading = Bytes::from_static(self.written.heading.as_bytes());
        let begin = stream::iter((!heading.is_empty()).then_some(Ok::<_, Infallible>(heading)));
        let begin = futures_util::StreamExt::map(begin, |piece| piece.map_err(|never| match never {}));
        let rest = stream::try_unfold((self, Some(first)), |(source, stretch)| async move {
            let Some(stretch) = stretch else { return Ok(None) };
            let piece = stretch.items.iter().map(source.written.line).collect::<String>();
            let next = match stretch.next {
                Some(after) => {
                    let next = audit::stretch(&source.app, &source.authority, &source.wanted, Some(after));
                    Some(next.await.map_err(|error| {
                        tracing::warn!(%error, "an export of the audit log breaks off");
                        std::io::Error::other("the log could not be read on")
                    })?)
                }
                None => None,
            };
            Ok(Some((Bytes::from(piece), (source, next))))
        });
        futures_util::StreamExt::chain(begin, rest)
    }
}

fn json_line(record: &Record) -> String {
    let object = json!({
        "id": record.id,
        "at": record.created_at.to_rfc3339(),
        "actor_id": record.actor,
        "through": record.through,
        "action": record.action,
        "object_id": record.object,
        "detail": record.detail,
        "changes": record.changed(),
        "times": record.times,
        "address": record.address,
        "request_id": record.request_id,
    });
    format!("{object}\n")
}

fn csv_line(record: &Record) -> String {
    let (at, times) = (record.created_at.to_rfc3339(), record.times.to_string());
    let cells = [
        record.id.as_str(),
        &at,
        &record.actor,
        record.through.as_deref().unwrap_or_default(),
        &record.action,
        &record.object,
        &record.detail,
        record.changes.as_deref().unwrap_or_default(),
        &times,
        record.address.as_deref().unwrap_or_default(),
        record.request_id.as_deref().unwrap_or_default(),
    ];
    let mut line = String::new();
    for (place, text) in cells.iter().enumerate() {
        line.push_str(if place == 0 { "" } else { "," });
        cell(&mut line, text);
    }
    line.push_str("\r\n");
    line
}

/// Text that a spreadsheet would take for a formula gets an apostrophe in front.
fn cell(line: &mut String, text: &str) {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    let plain = guard.is_empty() && !text.contains(['"', ',', '\r', '\n']);
    let written = match plain {
        true => write!(line, "{text}"),
        false => write!(line, "\"{guard}{}\"", text.replace('"', "\"\"")),
    };
    written.expect("text takes all that is written");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_breaks_out() {
        let written = |text: &str| {
            let mut line = String::new();
            cell(&mut line, text);
            line
        };
        assert_eq!(written("plain"), "plain");
        assert_eq!(written("=1+1"), "\"'=1+1\"");
        assert_eq!(written("@sum"), "\"'@sum\"");
        assert_eq!(written("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
    }
}
