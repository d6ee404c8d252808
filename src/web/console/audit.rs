//! `GET /audit`: what was done in the organization, or what oneself did there.

use std::sync::Arc;

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;

use crate::app::App;
use crate::base::clock::Timestamp;
use crate::base::id;
use crate::manage::audit;
use crate::manage::audit::Told;
use crate::model::audit::Action;
use crate::model::audit::Change;
use crate::model::audit::Record;
use crate::model::audit::RecordId;
use crate::model::email::Email;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::page::Place;
use crate::model::permission::Permission;
use crate::model::shape::Shaped;
use crate::store;
use crate::web::audit_export::Filter;
use crate::web::console::refusals::Result;
use crate::web::console::refusals::Wrong;
use crate::web::console::visitor::Visitor;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::pages;
use crate::web::pages::audit::AuditLog;
use crate::web::pages::audit::RecordRow;
use crate::web::pages::fields::Choice;
use crate::web::pages::fields::Field;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Section;
use crate::web::words;

const PATH: &str = "/audit";

/// What the address may narrow the log by.
const FILTERS: [&str; 5] = ["actor", "action", "object", "since", "until"];

/// Records on a page.
const LIMIT: usize = 50;

#[handler]
pub async fn list(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let params = Params::from_query(request.uri().query(), &Rules::STRICT)?;
    let asked = |name| params.get(name).map(str::to_owned);
    let filter = Filter {
        actor: actor(app, params.get("actor")).await?,
        object: asked("object"),
        action: asked("action"),
        since: asked("since"),
        until: asked("until"),
    };
    let place = place(&params)?;
    let mut page = AuditLog {
        frame: visitor.frame("Audit log", Section::Audit),
        everybody: visitor.authority.narrowed_to(Permission::AuditRead).is_none(),
        actions: actions(params.get("action")),
        is_narrowed: FILTERS.iter().any(|name| params.get(name).is_some()),
        query: query(&params, None),
        ..AuditLog::default()
    };
    let field = |name| Field::new(params.get(name).unwrap_or_default());
    (page.actor, page.object) = (field("actor"), field("object"));
    (page.since, page.until) = (field("since"), field("until"));
    let wanted = match filter.wanted() {
        Ok(wanted) => wanted,
        Err(error) => {
            let mut wrong = Wrong::of(error)?;
            page.actor.error = wrong.take("actor");
            page.object.error = wrong.take("object");
            page.since.error = wrong.take("since");
            page.until.error = wrong.take("until");
            return Ok(pages::render(&page, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let told = audit::list(app, &visitor.authority, &wanted, &Page { from: place, limit: LIMIT }).await?;
    let Listed { items, previous, next } = &told.records;
    let now = app.now();
    page.records = items.iter().map(|record| row(record, &told, now)).collect();
    let beside = |direction, key: &Option<String>| {
        key.as_ref().map(|key| format!("{PATH}{}", query(&params, Some((direction, key)))))
    };
    (page.previous, page.next) = (beside("before", previous), beside("after", next));
    Ok(pages::render(&page, StatusCode::OK))
}

/// Whoever is looked for: by identifier, or a person by their address.
async fn actor(app: &App, asked: Option<&str>) -> Result<Option<String>> {
    let Some(Ok(email)) = asked.map(Email::parse) else { return Ok(asked.map(str::to_owned)) };
    let known = store::users::find_by_email(&mut app.db.read().await?, &email).await?;
    // Nobody's name, where nobody has the address.
    Ok(Some(known.map_or_else(|| "usr_".to_owned(), |known| known.user.id.to_string())))
}

fn place(params: &Params) -> Result<Place> {
    let key = |name: &str| {
        let key = params.get(name).map(str::to_owned);
        key.map(|key| RecordId::check(&key).map(|()| key)).transpose().map_err(|_| StatusCode::BAD_REQUEST)
    };
    match (key("after")?, key("before")?) {
        (None, None) => Ok(Place::Newest),
        (Some(after), None) => Ok(Place::After(after)),
        (None, Some(before)) => Ok(Place::Before(before)),
        (Some(_), Some(_)) => Err(StatusCode::BAD_REQUEST.into()),
    }
}

/// The filter as it stands in an address, and perhaps a page of what it finds.
fn query(params: &Params, page: Option<(&str, &str)>) -> String {
    let kept = FILTERS.iter().filter_map(|name| params.get(name).map(|value| (*name, value)));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept.chain(page)).finish();
    if query.is_empty() { query } else { format!("?{query}") }
}

fn actions(chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, String)| Choice {
        value: value.to_owned(),
        label,
        chosen: chosen.unwrap_or_default() == value,
        ..Choice::default()
    };
    let all = Action::ALL.iter().map(|action| (action.as_str(), capitalized(&sentence(*action, "…"))));
    std::iter::once(("", "Anything".to_owned())).chain(all).map(choice).collect()
}

/// What was done, in words.
fn sentence(action: Action, object: &str) -> String {
    action.said().replace("{}", object)
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn row(record: &Record, told: &Told, now: Timestamp) -> RecordRow {
    let who = told.name(&record.actor).map_or_else(|| stranger(&record.actor), str::to_owned);
    let object = told.name(&record.object).unwrap_or_else(|| unnamed(record));
    let what =
        Action::parse(&record.action).map_or_else(|_| record.action.clone(), |one| sentence(one, object));
    let what = match record.times {
        1 => what,
        times => format!("{what}, {times} times within an hour"),
    };
    let when = words::past(record.created_at, now);
    let name = |id: &str| told.name(id).map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"));
    let changes = record.changed().into_iter().map(|Change { field, from, to }| {
        let told = |value: String| if value.is_empty() { "nothing".to_owned() } else { value };
        (field.replace('_', " "), format!("{} → {}", told(from), told(to)))
    });
    let facts = [
        ("When", when.exact.clone()),
        ("Who", name(&record.actor)),
        ("Through", record.through.as_deref().map(name).unwrap_or_default()),
        ("To what", name(&record.object)),
        ("More", record.detail.clone()),
        ("Address", record.address.clone().unwrap_or_default()),
        ("Request", record.request_id.clone().unwrap_or_default()),
        ("Action", record.action.clone()),
        ("Record", record.id.clone()),
    ]
    .map(|(label, value)| (label.to_owned(), value));
    let all_of = |name: &str, id: &str| match told.name(id) {
        Some(_) => format!("{PATH}?{name}={id}"),
        None => String::new(),
    };
    RecordRow {
        id: record.id.clone(),
        who,
        what,
        when,
        facts: changes
            .chain(facts)
            .filter(|(_, value)| !value.is_empty())
            .map(|(label, value)| Fact { label: capitalized(&label), value })
            .collect(),
        of_actor: all_of("actor", &record.actor),
        of_object: all_of("object", &record.object),
    }
}

/// What has no name of its own, or none any more. What is deleted leaves its name behind.
fn unnamed(record: &Record) -> &str {
    let is_id = record.object.split_once('_').is_some_and(|(_, number)| id::is_well_formed(number));
    let is_deleted = record.action.ends_with(".delete") && !record.detail.is_empty();
    match (is_id, is_deleted) {
        (_, true) => &record.detail,
        (true, false) => "(gone)",
        (false, false) => &record.object,
    }
}

/// Whoever has no name: gone, or never had one.
fn stranger(actor: &str) -> String {
    match actor {
        "command-line" | "operator" => "Somebody at the server’s command line".to_owned(),
        "nobody" => "Somebody unknown".to_owned(),
        gone => format!("Somebody who is gone ({gone})"),
    }
}
