//! The private app's form, between what is typed and a draft.

use poem::http::StatusCode;

use crate::app::ChangeError;
use crate::manage::private_apps::PrivateAppDraft;
use crate::manage::private_apps::TokenLife;
use crate::model::private_app::PrivateApp;
use crate::model::scope::Scopes;
use crate::web::api::private_apps::PrivateAppRequest;
use crate::web::console::once;
use crate::web::console::permissions;
use crate::web::console::permissions::Reaches;
use crate::web::console::private_apps;
use crate::web::console::private_apps::state::Policy;
use crate::web::console::refusals::Result;
use crate::web::console::refusals::Wrong;
use crate::web::console::submission::Submission;
use crate::web::console::visitor::Visitor;
use crate::web::form::Params;
use crate::web::pages::app_form::EditedApp;
use crate::web::pages::parts::Section;
use crate::web::pages::private_app_form::FIELDS;
use crate::web::pages::private_app_form::PrivateAppForm;

/// Writes what a form says over what the draft says.
///
/// # Errors
/// 400 for a choice that the page does not offer.
pub fn fill(sent: &Submission, draft: &mut PrivateAppDraft) -> Result<()> {
    let mut wanted = sent.request::<PrivateAppRequest>()?;
    draft.version.number = wanted.version.take().unwrap_or(draft.version.number);
    fill_in(wanted, &sent.reaches, draft).map_err(|_| StatusCode::BAD_REQUEST.into())
}

/// The same of a form that was read before.
pub fn fill_in(
    mut wanted: PrivateAppRequest,
    reaches: &Reaches,
    draft: &mut PrivateAppDraft,
) -> std::result::Result<(), ChangeError> {
    wanted.scopes = Some(reaches.over(&draft.scopes).into());
    wanted.fill(draft)
}

/// The life that a form chooses for a token.
///
/// # Errors
/// 400 for one that the page does not offer.
pub fn life(form: &Params) -> Result<TokenLife> {
    match form.get("expiry") {
        Some(text) => TokenLife::parse(text).ok_or_else(|| StatusCode::BAD_REQUEST.into()),
        None => Ok(TokenLife::default()),
    }
}

/// The form for a new private app, with `draft` filled in, and what is wrong with it.
pub async fn create_page(
    visitor: &Visitor<'_>,
    draft: &PrivateAppDraft,
    life: TokenLife,
    wrong: Wrong,
) -> Result<PrivateAppForm> {
    let lives = Policy::of(visitor).await?.lives(life);
    let form = PrivateAppForm {
        frame: visitor.frame("Create a private app", Section::PrivateApps),
        once: once::fresh(),
        action: "/private-apps/new".to_owned(),
        expiry: lives,
        ..PrivateAppForm::default()
    };
    complete(visitor, form, &Scopes::default(), draft, wrong).await
}

/// The form of a private app, with `draft` filled in, and what is wrong with it.
pub async fn edit_page(
    visitor: &Visitor<'_>,
    app: &PrivateApp,
    draft: &PrivateAppDraft,
    wrong: Wrong,
) -> Result<PrivateAppForm> {
    let href = private_apps::href(&app.id);
    let form = PrivateAppForm {
        frame: visitor.frame(&format!("Edit {}", app.name), Section::PrivateApps),
        action: format!("{href}/edit"),
        app: Some(EditedApp { href, face: private_apps::face(app) }),
        ..PrivateAppForm::default()
    };
    complete(visitor, form, &app.scopes, draft, wrong).await
}

/// What both have in common.
async fn complete(
    visitor: &Visitor<'_>,
    form: PrivateAppForm,
    has: &Scopes,
    draft: &PrivateAppDraft,
    mut wrong: Wrong,
) -> Result<PrivateAppForm> {
    let modules = visitor.app.modules().await?;
    let mut form = PrivateAppForm {
        version: wrong.version(draft.version.number),
        form: wrong.form(FIELDS, &PrivateAppRequest::of(draft)),
        permissions: permissions::rows(&modules, &visitor.authority, has, &draft.scopes),
        ..form
    };
    form.expiry.error = form.form.error("expiry");
    form.frame.notice = wrong.notice().or(form.frame.notice);
    Ok(form)
}
