//! `/api/audit`: what was done in the organization.

use std::sync::Arc;

use poem::Request;
use poem::web::Data;
use poem_openapi::Enum;
use poem_openapi::Object;
use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::types::Example;

use crate::app::App;
use crate::manage::audit;
use crate::manage::audit::Told;
use crate::model::audit::Action;
use crate::model::audit::Change;
use crate::model::audit::Record;
use crate::model::audit::RecordId;
use crate::model::audit::Reference;
use crate::model::day::Day;
use crate::model::permission::Permission;
use crate::web::answer::Answer;
use crate::web::answer::Json;
use crate::web::answer::Reply;
use crate::web::api::caller::Caller;
use crate::web::api::moment;
use crate::web::api::moment::Moment;
use crate::web::api::outcomes::Searched;
use crate::web::api::page;
use crate::web::api::page::Limit;
use crate::web::audit_export;
use crate::web::audit_export::Export;
use crate::web::audit_export::Filter;
use crate::web::tags::Tag;
use crate::web::text::Text;

pub struct AuditApi;

/// Something that was done.
#[derive(Object)]
#[oai(skip_serializing_if_is_none, example)]
struct AuditRecord {
    id: String,
    at: Moment,
    /// A person, an app, a private app, `command-line`, or `nobody` who is known.
    actor_id: String,
    /// What the actor is called, unless they are gone.
    actor_name: Option<String>,
    /// The app through which a person did it.
    through: Option<String>,
    /// What was done, such as `client.create`.
    action: String,
    /// What it was done to.
    object_id: String,
    /// What that, or the app that it belongs to, is called, unless it is gone.
    object_name: Option<String>,
    /// More about it, in a few words; never a secret.
    detail: Option<String>,
    /// What an edit changed.
    changes: Option<Vec<FieldChange>>,
    /// How often, within the hour that began at `at`.
    times: i64,
    /// Where the request came from.
    address: Option<String>,
    /// The request, as the server's log names it.
    request_id: Option<String>,
}

/// What an edit changed of one field.
#[derive(Object)]
struct FieldChange {
    /// The field's name.
    field: String,
    /// What it was.
    from: String,
    /// What it is since.
    to: String,
}

/// One page of the log.
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
struct AuditRecordList {
    items: Vec<AuditRecord>,
    /// The `after` of the next page. Absent on the last one.
    next: Option<String>,
}

/// How a log is written into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
enum Format {
    /// A JSON object a line.
    Jsonl,
    /// A table, with a heading.
    Csv,
}

#[expect(clippy::too_many_arguments, reason = "one for each parameter that is documented")]
#[OpenApi(tag = "Tag::Audit")]
impl AuditApi {
    /// List what was done
    ///
    /// Newest first. Admins and owners see everything in their organization, everybody else what they did themselves.
    #[oai(path = "/api/audit", method = "get", operation_id = "list_audit_records")]
    async fn list(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::AuditRead")] caller: Caller,
        request: &Request,
        /// Only what this person, app or private app did.
        actor: Query<Option<Text<Reference>>>,
        /// Only this, such as `client.create`.
        action: Query<Option<Text<Action>>>,
        /// Only what was done to this.
        object: Query<Option<Text<Reference>>>,
        /// Not before this day, in UTC.
        since: Query<Option<Text<Day>>>,
        /// Not after this day, in UTC.
        until: Query<Option<Text<Day>>>,
        /// How many at most.
        limit: Query<Option<Limit>>,
        /// The `next` of the page before.
        after: Query<Option<Text<RecordId>>>,
    ) -> Reply<Json<AuditRecordList>, Searched> {
        let page = page::read(request, limit.0, after.0)?;
        let filter = Filter::of([actor.0, object.0], action.0, [since.0, until.0]);
        let told = audit::list(&app, &caller.authority, &filter.wanted()?, &page).await?;
        let items = told.records.items.iter().map(|record| AuditRecord::of(record, &told)).collect();
        Ok(Answer::Done(Json(AuditRecordList { items, next: told.records.next })))
    }

    /// Take the log away
    ///
    /// Everything that the list shows, newest first, as one file however long it is. A file that breaks off was not
    /// handed out whole.
    #[oai(path = "/api/audit/export", method = "get", operation_id = "export_audit_records")]
    async fn export(
        &self,
        app: Data<&Arc<App>>,
        #[oai(scope = "Permission::AuditRead")] caller: Caller,
        request: &Request,
        /// How it is written.
        #[oai(default = "jsonl")]
        format: Query<Format>,
        /// Only what this person, app or private app did.
        actor: Query<Option<Text<Reference>>>,
        /// Only this, such as `client.create`.
        action: Query<Option<Text<Action>>>,
        /// Only what was done to this.
        object: Query<Option<Text<Reference>>>,
        /// Not before this day, in UTC.
        since: Query<Option<Text<Day>>>,
        /// Not after this day, in UTC.
        until: Query<Option<Text<Day>>>,
    ) -> Reply<Export, Searched> {
        page::check(request)?;
        let filter = Filter::of([actor.0, object.0], action.0, [since.0, until.0]);
        let written = match format.0 {
            Format::Jsonl => audit_export::JSON_LINES,
            Format::Csv => audit_export::CSV,
        };
        let app = Arc::clone(app.0);
        Ok(Answer::Done(Export::begin(app, caller.authority, filter.wanted()?, written).await?))
    }
}

fn jsonl() -> Format {
    Format::Jsonl
}

impl From<Change> for FieldChange {
    fn from(Change { field, from, to }: Change) -> Self {
        Self { field, from, to }
    }
}

impl AuditRecord {
    fn of(record: &Record, told: &Told) -> Self {
        let name = |id: &str| told.name(id).map(str::to_owned);
        Self {
            id: record.id.clone(),
            at: record.created_at.into(),
            actor_id: record.actor.clone(),
            actor_name: name(&record.actor),
            through: record.through.clone(),
            action: record.action.clone(),
            object_id: record.object.clone(),
            object_name: name(&record.object),
            detail: Some(record.detail.clone()).filter(|detail| !detail.is_empty()),
            changes: Some(record.changed().into_iter().map(FieldChange::from).collect::<Vec<_>>())
                .filter(|changes| !changes.is_empty()),
            times: record.times,
            address: record.address.clone(),
            request_id: record.request_id.clone(),
        }
    }
}

impl Example for AuditRecord {
    fn example() -> Self {
        Self {
            id: "evt_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            at: moment::example(),
            actor_id: "usr_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            actor_name: Some("Ada Lovelace".to_owned()),
            through: None,
            action: Action::ClientCreate.as_str().to_owned(),
            object_id: "app_01kafqg3v8e4tbm9d2n5c7x1yz".to_owned(),
            object_name: Some("Acme CRM".to_owned()),
            detail: None,
            changes: None,
            times: 1,
            address: Some("192.0.2.7".to_owned()),
            request_id: Some("5tqc2m9v0hx1k".to_owned()),
        }
    }
}
