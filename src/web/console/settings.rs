//! `GET` and `POST /settings`: the organization's name and policies, for its owners and admins.

use std::sync::Arc;

use poem::Body;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;

use crate::app::App;
use crate::manage::organization;
use crate::manage::organization::OrganizationDraft;
use crate::web::api::organization::OrganizationRequest;
use crate::web::console::notices;
use crate::web::console::notices::Done;
use crate::web::console::refusals::Result;
use crate::web::console::refusals::Wrong;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::fields::Choice;
use crate::web::pages::parts::Section;
use crate::web::pages::settings::AGES;
use crate::web::pages::settings::FIELDS;
use crate::web::pages::settings::Settings;
use crate::web::words;

#[handler]
pub async fn show(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let draft = OrganizationDraft::of(&organization::view(app, &visitor.authority).await?);
    Ok(pages::render(&page(&visitor, &draft, Wrong::default()), StatusCode::OK))
}

#[handler]
pub async fn submit(request: &Request, body: Body, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let visitor = Visitor::of(app, request).await?;
    let sent = visitor.submission(body).await?;
    let mut draft = OrganizationDraft::of(&organization::view(app, &visitor.authority).await?);
    let mut wanted = sent.request::<OrganizationRequest>()?;
    draft.version.number = wanted.version.take().unwrap_or(draft.version.number);
    wanted.fill(&mut draft).map_err(|_| StatusCode::BAD_REQUEST)?;
    let authority = visitor.fresh(&sent, Section::Settings, "change the organization’s settings").await?;
    let wanted = sent.request::<OrganizationRequest>()?;
    match organization::edit(app, &authority, |draft| wanted.fill(draft)).await {
        Ok(_) => Ok(notices::go("/settings", Done::Saved)),
        Err(error) => {
            let wrong = Wrong::of(error)?;
            let status = wrong.status();
            Ok(pages::render(&page(&visitor, &draft, wrong), status))
        }
    }
}

fn page(visitor: &Visitor<'_>, draft: &OrganizationDraft, mut wrong: Wrong) -> Settings {
    let mut page = Settings {
        frame: visitor.frame("Settings", Section::Settings),
        version: wrong.version(draft.version.number),
        form: wrong.form(FIELDS, &OrganizationRequest::of(draft)),
        ..Settings::default()
    };
    page.token_age = page.form.choose("private_token_age", AGES);
    let held = page.form.held("private_token_age").concat();
    if page.token_age.choices.iter().all(|choice| !choice.chosen) {
        let label = draft.private_token_age.map_or_else(String::new, |age| words::span(age.get()));
        page.token_age.choices.push(Choice { value: held, label, chosen: true, ..Choice::default() });
    }
    page.frame.notice = wrong.notice().or(page.frame.notice);
    page
}
