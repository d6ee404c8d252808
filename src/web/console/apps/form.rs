//! The app's form, between what is typed and a draft.

use poem::http::StatusCode;

use crate::app::ChangeError;
use crate::manage::apps::ClientDraft;
use crate::model::client::Client;
use crate::model::module::Modules;
use crate::web::api::apps::AppRequest;
use crate::web::console::apps;
use crate::web::console::once;
use crate::web::console::permissions;
use crate::web::console::permissions::Reaches;
use crate::web::console::refusals::Result;
use crate::web::console::refusals::Wrong;
use crate::web::console::submission::Submission;
use crate::web::console::visitor::Visitor;
use crate::web::pages::app_form::AppForm;
use crate::web::pages::app_form::EditedApp;
use crate::web::pages::app_form::FIELDS;
use crate::web::pages::parts::Notice;
use crate::web::pages::parts::Section;
use crate::web::pages::parts::Tone;

/// Writes what a form says over what the draft says.
///
/// # Errors
/// 400 for a choice that the page does not offer.
pub fn fill(sent: &Submission, draft: &mut ClientDraft) -> Result<()> {
    let mut wanted = sent.request::<AppRequest>()?;
    draft.version.number = wanted.version.take().unwrap_or(draft.version.number);
    fill_in(wanted, &sent.reaches, draft).map_err(|_| StatusCode::BAD_REQUEST.into())
}

/// The same of a form that was read before.
pub fn fill_in(
    mut wanted: AppRequest,
    reaches: &Reaches,
    draft: &mut ClientDraft,
) -> std::result::Result<(), ChangeError> {
    wanted.scopes = Some(reaches.over(&draft.scopes).into());
    wanted.fill(draft)
}

/// What the form is for.
pub enum Purpose<'a> {
    /// To register an app that starts from the preset of this name.
    Register {
        preset: &'a str,
    },
    Edit(&'a Client),
}

/// The form with `draft` filled in, and what is wrong with it.
pub async fn page(
    visitor: &Visitor<'_>,
    purpose: Purpose<'_>,
    draft: &ClientDraft,
    mut wrong: Wrong,
) -> Result<AppForm> {
    let modules = visitor.app.modules().await?;
    let bound = match purpose {
        Purpose::Register { .. } => None,
        Purpose::Edit(client) => bound(visitor, client, &modules),
    };
    let (title, action, edited, preset, has) = match purpose {
        Purpose::Register { preset } => {
            ("Register an app".to_owned(), "/apps/new".to_owned(), None, preset, Default::default())
        }
        Purpose::Edit(client) => {
            let href = apps::href(&client.id);
            let action = format!("{href}/edit");
            let edited = EditedApp { href, face: apps::face(client) };
            (format!("Edit {}", client.name), action, Some(edited), "", client.scopes.clone())
        }
    };
    let mut page = AppForm {
        frame: visitor.frame(&title, Section::Apps),
        once: once::fresh(),
        action,
        app: edited,
        preset: preset.to_owned(),
        version: wrong.version(draft.version.number),
        form: wrong.form(FIELDS, &AppRequest::of(draft)),
        permissions: permissions::rows(&modules, &visitor.authority, &has, &draft.scopes),
    };
    page.frame.notice = wrong.notice().or(bound).or(page.frame.notice);
    Ok(page)
}

/// What of the app is not for this person to change, told before they try.
fn bound(visitor: &Visitor<'_>, client: &Client, modules: &Modules) -> Option<Notice> {
    let lacks = visitor.authority.lacks(client, modules);
    let text = format!(
        "The app holds {lacks}, which you do not. So its redirect URIs, ways to get a token, PKCE and who may allow it \
         stay as they are; the rest is yours to change."
    );
    (!lacks.is_empty()).then_some(Notice { kind: Tone::Warn, text })
}
