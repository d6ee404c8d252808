//! `GET` and `POST /settings`: the organization's name and policies, for its owners and admins.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;

use crate::app::App;
use crate::model::label;
use crate::model::lifetime::Seconds;
use crate::model::role::Role;
use crate::model::session::Session;
use crate::store;
use crate::store::audit::Event;
use crate::web::browser;
use crate::web::browser::Browser;
use crate::web::console;
use crate::web::form::Params;
use crate::web::form::Rules;
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
pub async fn show(request: &Request, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let (browser, session) = browser::signed_in(app, request).await?;
    must_administer(&session)?;
    let mut page = page(app, &browser, &session).await.map_err(browser::failed)?;
    page.frame.notice = console::notice(request, "saved", "The settings are saved.");
    Ok(pages::render(&page, StatusCode::OK))
}

#[handler]
pub async fn submit(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let posted = console::posted(app, request, body, &Rules::STRICT).await?;
    must_administer(&posted.session)?;
    match read(&posted.params) {
        Ok(wanted) => {
            save(app, &posted.session, wanted).await.map_err(browser::failed)?;
            Ok(browser::see_other("/settings?done=saved"))
        }
        Err(wrong) => {
            let mut page = page(app, &posted.browser, &posted.session).await.map_err(browser::failed)?;
            page.name = wrong.name;
            page.token_age.error = wrong.token_age;
            Ok(pages::render(&page, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

fn must_administer(session: &Session) -> poem::Result<()> {
    if session.role >= Role::Admin { Ok(()) } else { Err(poem::Error::from_status(StatusCode::FORBIDDEN)) }
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

fn read(params: &Params) -> Result<Wanted, Wrong> {
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

async fn page(app: &App, browser: &Browser, session: &Session) -> store::Result<Settings> {
    let frame = browser.frame(app, "Settings", Section::Settings).await?;
    let mut conn = app.db.read().await?;
    let organization = store::organizations::find(&mut conn, &session.organization_id).await?;
    let age = organization.and_then(|organization| organization.private_token_age);
    Ok(Settings { frame, name: Field::new(&session.organization_name), token_age: choices(age) })
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
        action: "organization.update",
        object: id.as_str(),
    };
    store::audit::append(&mut tx, &event, now).await?;
    tx.commit().await?;
    // Tokens of private apps may have become too old.
    app.standing_changed();
    Ok(())
}
