//! `GET` and `POST /settings`: the organization's name and policies, for its owners and admins.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;

use crate::app::App;
use crate::model::audit::Action;
use crate::model::label;
use crate::model::lifetime::Seconds;
use crate::model::role::Role;
use crate::model::session::Session;
use crate::store;
use crate::store::audit::Event;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::form::Params;
use crate::web::pages;
use crate::web::pages::fields::Choice;
use crate::web::pages::fields::Field;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Section;
use crate::web::pages::settings::Settings;
use crate::web::words;

/// The ages that are offered: the form's value, its words, and the days it means.
const AGES: [(&str, &str, Option<i64>); 5] = [
    ("30d", "30 days", Some(30)),
    ("90d", "90 days", Some(90)),
    ("180d", "180 days", Some(180)),
    ("365d", "1 year", Some(365)),
    ("never", "No limit", None),
];

/// The form's value for an age that was set elsewhere and stays.
const UNCHANGED: &str = "unchanged";

#[handler]
pub async fn show(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = administrator(app, request).await?;
    Ok(pages::render(&page(&visitor).await?, StatusCode::OK))
}

#[handler]
pub async fn submit(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = administrator(app, request).await?;
    let form = visitor.form(body).await?;
    match read(&form) {
        Ok(wanted) => {
            save(app, &visitor.session, wanted).await?;
            Ok(notices::go("/settings", Done::Saved))
        }
        Err(wrong) => {
            let mut page = page(&visitor).await?;
            page.name = wrong.name;
            page.token_age.error = wrong.token_age;
            for choice in &mut page.token_age.choices {
                choice.chosen = form.get("token_age") == Some(choice.value.as_str());
            }
            Ok(pages::render(&page, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

async fn administrator<'a>(app: &'a App, request: &'a Request) -> Result<Visitor<'a>> {
    let visitor = Visitor::of(app, request).await?;
    if visitor.session.role >= Role::Admin { Ok(visitor) } else { Err(StatusCode::FORBIDDEN.into()) }
}

/// What the form asks for.
struct Wanted {
    name: String,
    token_age: TokenAge,
}

enum TokenAge {
    Unchanged,
    Set(Option<Seconds>),
}

/// What is wrong with the form, and what was typed.
struct Wrong {
    name: Field,
    token_age: Option<String>,
}

fn read(params: &Params) -> std::result::Result<Wanted, Wrong> {
    let typed = params.get("name").unwrap_or_default();
    let name = label::name(typed);
    let age = params.get("token_age").and_then(token_age);
    match (name, age) {
        (Ok(name), Some(token_age)) => Ok(Wanted { name, token_age }),
        (name, age) => Err(Wrong {
            name: Field {
                value: typed.to_owned(),
                error: name.err().map(|error| format!("The organization’s name {error}.")),
            },
            token_age: age.is_none().then(|| "Choose one of these.".to_owned()),
        }),
    }
}

fn token_age(value: &str) -> Option<TokenAge> {
    if value == UNCHANGED {
        return Some(TokenAge::Unchanged);
    }
    let (_, _, days) = AGES.iter().find(|(offered, ..)| *offered == value)?;
    Some(TokenAge::Set(days.map(Seconds::days)))
}

async fn page(visitor: &Visitor<'_>) -> Result<Settings> {
    let frame = visitor.frame("Settings", Section::Settings).await?;
    let mut conn = visitor.app.db.read().await?;
    let organization = store::organizations::find(&mut conn, &visitor.session.organization_id).await?;
    let age = organization.and_then(|organization| organization.private_token_age);
    Ok(Settings { frame, name: Field::new(&visitor.session.organization_name), token_age: choices(age) })
}

fn choices(current: Option<Seconds>) -> Select {
    let choice = |(value, label, days): (&str, &str, Option<i64>)| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: days.map(Seconds::days) == current,
        ..Choice::default()
    };
    let mut choices: Vec<Choice> = AGES.into_iter().map(choice).collect();
    if let Some(age) = current.filter(|_| choices.iter().all(|choice| !choice.chosen)) {
        choices.push(Choice {
            value: UNCHANGED.to_owned(),
            label: words::span(age.get()),
            chosen: true,
            ..Choice::default()
        });
    }
    Select { choices, error: None }
}

async fn save(app: &App, session: &Session, wanted: Wanted) -> store::Result<()> {
    let now = app.now();
    let id = &session.organization_id;
    let mut tx = app.db.begin().await?;
    let before = store::organizations::find(&mut tx, id).await?;
    let age = match wanted.token_age {
        TokenAge::Unchanged => before.and_then(|organization| organization.private_token_age),
        TokenAge::Set(age) => age,
    };
    store::organizations::update(&mut tx, id, &wanted.name, age).await?;
    let event = Event {
        organization_id: id,
        actor: session.user_id.as_str(),
        action: Action::OrganizationUpdate,
        object: id.as_str(),
        detail: "",
    };
    store::audit::append(&mut tx, &event, now).await?;
    tx.commit().await?;
    // Tokens of private apps may have become too old.
    app.standing_changed();
    Ok(())
}
