//! `GET` and `POST /settings`: the organization's name and policies, for its owners and admins.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;

use crate::app::App;
use crate::manage;
use crate::model::lifetime::Seconds;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::refusals::Result;
use crate::web::console::refusals::Wrong;
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
    let visitor = Visitor::of(app, request).await?;
    Ok(pages::render(&page(&visitor).await?, StatusCode::OK))
}

#[handler]
pub async fn submit(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let form = visitor.form(body).await?;
    match change(&visitor, &form).await? {
        None => Ok(notices::go("/settings", Done::Saved)),
        Some(mut wrong) => {
            let mut page = page(&visitor).await?;
            page.name = wrong.field("name", form.get("name").unwrap_or_default());
            page.token_age.error = wrong.take("token_age");
            for choice in &mut page.token_age.choices {
                choice.chosen = form.get("token_age") == Some(choice.value.as_str());
            }
            Ok(pages::render(&page, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// Does what the form asks for, or tells what is wrong with it.
async fn change(visitor: &Visitor<'_>, form: &Params) -> Result<Option<Wrong>> {
    let Some(age) = form.get("token_age").and_then(token_age) else {
        return Ok(Some(Wrong::in_field("token_age", "Choose one of these.".to_owned())));
    };
    let authority = visitor.fresh(form, Section::Settings, "change the organization’s settings").await?;
    let changed = manage::organization::edit(visitor.app, &authority, |draft| {
        form.get("name").unwrap_or_default().clone_into(&mut draft.name);
        if let TokenAge::Set(age) = age {
            draft.private_token_age = age;
        }
    });
    match changed.await {
        Ok(_) => Ok(None),
        Err(error) => Wrong::of(error).map(Some),
    }
}

enum TokenAge {
    Unchanged,
    Set(Option<Seconds>),
}

fn token_age(value: &str) -> Option<TokenAge> {
    if value == UNCHANGED {
        return Some(TokenAge::Unchanged);
    }
    let (_, _, days) = AGES.iter().find(|(offered, ..)| *offered == value)?;
    Some(TokenAge::Set(days.map(Seconds::days)))
}

async fn page(visitor: &Visitor<'_>) -> Result<Settings> {
    let organization = manage::organization::view(visitor.app, &visitor.authority).await?;
    Ok(Settings {
        frame: visitor.frame("Settings", Section::Settings),
        name: Field::new(organization.name),
        token_age: choices(organization.private_token_age),
    })
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
