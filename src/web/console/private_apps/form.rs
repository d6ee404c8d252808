//! The private app's form, between what is typed and a draft.

use poem::http::StatusCode;

use crate::manage::private_apps::PrivateAppDraft;
use crate::manage::private_apps::TokenLife;
use crate::model::private_app::Networks;
use crate::model::private_app::PrivateApp;
use crate::model::scope::Scopes;
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
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Section;
use crate::web::pages::private_app_form::PrivateAppForm;

/// The life that a new token has unless another is chosen.
pub const USUAL_LIFE: TokenLife = TokenLife::Days90;

/// What a form says.
pub struct Typed {
    name: String,
    description: String,
    addresses: String,
    reaches: Reaches,
}

impl Typed {
    /// Takes the texts as they are; what is wrong with them is for the draft to say.
    pub fn read(form: Submission) -> Self {
        let text = |name: &str| form.fields.get(name).unwrap_or_default().to_owned();
        Self {
            name: text("name"),
            description: text("description"),
            addresses: text("addresses"),
            reaches: form.reaches,
        }
    }

    pub fn apply(&self, draft: &mut PrivateAppDraft) {
        draft.name.clone_from(&self.name);
        draft.description.clone_from(&self.description);
        draft.allowed_ips = Networks::split(&self.addresses);
        self.reaches.apply(&mut draft.scopes);
    }
}

/// The life that a form chooses for a token.
///
/// # Errors
/// 400 for one that the page does not offer.
pub fn life(form: &Params) -> Result<TokenLife> {
    match form.get("expiry") {
        Some(text) => TokenLife::parse(text).ok_or_else(|| StatusCode::BAD_REQUEST.into()),
        None => Ok(USUAL_LIFE),
    }
}

/// The form for a new private app, with `draft` filled in, and what is wrong with it.
pub async fn create_page(
    visitor: &Visitor<'_>,
    draft: &PrivateAppDraft,
    life: TokenLife,
    mut wrong: Wrong,
) -> Result<PrivateAppForm> {
    let lives = Policy::of(visitor).await?.lives(life);
    let form = PrivateAppForm {
        frame: visitor.frame("Create a private app", Section::PrivateApps),
        once: once::fresh(),
        action: "/private-apps/new".to_owned(),
        expiry: Select { error: wrong.take("expiry"), ..lives },
        ..PrivateAppForm::default()
    };
    fill(visitor, form, &Scopes::default(), draft, wrong).await
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
    fill(visitor, form, &app.scopes, draft, wrong).await
}

/// What both have in common.
async fn fill(
    visitor: &Visitor<'_>,
    form: PrivateAppForm,
    has: &Scopes,
    draft: &PrivateAppDraft,
    mut wrong: Wrong,
) -> Result<PrivateAppForm> {
    let modules = visitor.app.modules().await?;
    let mut form = PrivateAppForm {
        name: wrong.field("name", &draft.name),
        description: wrong.field("description", &draft.description),
        logo_error: wrong.take("logo"),
        permissions: permissions::rows(&modules, &visitor.authority, has, &draft.scopes),
        permissions_error: wrong.take("scopes"),
        addresses: wrong.field("allowed_ips", draft.allowed_ips.join("\n")),
        ..form
    };
    form.frame.notice = wrong.notice().or(form.frame.notice);
    Ok(form)
}
