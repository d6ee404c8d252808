//! The app's form, between what is typed and a draft.

use poem::http::StatusCode;

use crate::manage::apps::ClientDraft;
use crate::model::client::Client;
use crate::model::client::ClientKind;
use crate::model::client::Distribution;
use crate::model::client::GrantType;
use crate::model::client::GrantTypes;
use crate::model::client::Pkce;
use crate::model::lifetime::Seconds;
use crate::model::module::Modules;
use crate::web::console::apps;
use crate::web::console::once;
use crate::web::console::permissions;
use crate::web::console::permissions::Reaches;
use crate::web::console::refusals::Refusal;
use crate::web::console::refusals::Result;
use crate::web::console::refusals::Wrong;
use crate::web::console::submission::Submission;
use crate::web::console::visitor::Visitor;
use crate::web::pages::app_choices;
use crate::web::pages::app_form::AppForm;
use crate::web::pages::app_form::EditedApp;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Notice;
use crate::web::pages::parts::Section;
use crate::web::pages::parts::Tone;

/// The value of a lifetime that does not end.
const NEVER: &str = "never";

/// What a form says. What it leaves out stays as it was: a choice that cannot be changed is not sent.
pub struct Typed {
    name: String,
    description: String,
    redirect_uris: Vec<String>,
    grant_types: GrantTypes,
    reaches: Reaches,
    kind: Option<ClientKind>,
    pkce: Option<Pkce>,
    distribution: Option<Distribution>,
    access_lifetime: Option<Option<Seconds>>,
    refresh_lifetime: Option<Option<Seconds>>,
}

impl Typed {
    /// Reads a form. Texts are taken as they are; what is wrong with them is for the draft to say.
    ///
    /// # Errors
    /// 400 for a choice that the page does not offer.
    pub fn read(form: Submission) -> Result<Self> {
        let fields = &form.fields;
        let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
        let lines = fields.get("redirect_uris").unwrap_or_default().lines().map(str::trim);
        let grant_types = fields.all("grants").map(|text| GrantType::try_from(text).map_err(unoffered));
        Ok(Self {
            name: text("name"),
            description: text("description"),
            redirect_uris: lines.filter(|line| !line.is_empty()).map(str::to_owned).collect(),
            grant_types: grant_types.collect::<Result<_>>()?,
            kind: choice(&form, "kind")?,
            pkce: choice(&form, "pkce")?,
            distribution: choice(&form, "distribution")?,
            access_lifetime: lifetime(&form, "access_lifetime")?,
            refresh_lifetime: lifetime(&form, "refresh_lifetime")?,
            reaches: form.reaches,
        })
    }

    pub fn apply(&self, draft: &mut ClientDraft) {
        draft.name.clone_from(&self.name);
        draft.description.clone_from(&self.description);
        draft.redirect_uris.clone_from(&self.redirect_uris);
        draft.grant_types.clone_from(&self.grant_types);
        self.reaches.apply(&mut draft.scopes);
        draft.kind = self.kind.unwrap_or(draft.kind);
        draft.pkce = self.pkce.unwrap_or(draft.pkce);
        draft.distribution = self.distribution.unwrap_or(draft.distribution);
        draft.access_lifetime = self.access_lifetime.unwrap_or(draft.access_lifetime);
        draft.refresh_lifetime = self.refresh_lifetime.unwrap_or(draft.refresh_lifetime);
    }
}

fn choice<'a, T: TryFrom<&'a str>>(form: &'a Submission, name: &str) -> Result<Option<T>> {
    form.fields.get(name).map(T::try_from).transpose().map_err(unoffered)
}

fn lifetime(form: &Submission, name: &str) -> Result<Option<Option<Seconds>>> {
    let span = |text: &str| match text {
        NEVER => Ok(None),
        text => text.parse().map(|seconds| Some(Seconds::new(seconds))),
    };
    form.fields.get(name).map(span).transpose().map_err(unoffered)
}

fn unoffered<E>(_: E) -> Refusal {
    StatusCode::BAD_REQUEST.into()
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
    let grants = draft.grant_types.iter().map(GrantType::as_str).collect::<Vec<_>>();
    let mut choose = |name: &str, select: Select| Select { error: wrong.take(name), ..select };
    let kind = choose("kind", kinds(draft.kind, edited.is_some()));
    let grants = choose("grant_types", app_choices::grants(&grants));
    let pkce = choose("pkce", app_choices::pkce(draft.pkce.as_str()));
    let distribution = choose("distribution", app_choices::distribution(draft.distribution.as_str()));
    let access_lifetime =
        choose("access_lifetime", app_choices::access_lifetimes(&lifetime_text(draft.access_lifetime)));
    let refresh_lifetime =
        choose("refresh_lifetime", app_choices::refresh_lifetimes(&lifetime_text(draft.refresh_lifetime)));
    let mut page = AppForm {
        frame: visitor.frame(&title, Section::Apps).await?,
        once: once::fresh(),
        action,
        app: edited,
        preset: preset.to_owned(),
        name: wrong.field("name", &draft.name),
        description: wrong.field("description", &draft.description),
        logo_error: wrong.take("logo"),
        kind,
        redirect_uris: wrong.field("redirect_uris", draft.redirect_uris.join("\n")),
        grants,
        permissions: permissions::rows(&modules, &visitor.authority, &has, &draft.scopes),
        permissions_error: wrong.take("scopes"),
        access_lifetime,
        refresh_lifetime,
        pkce,
        distribution,
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

/// An app stays what it is: secrets and consent rest on it.
fn kinds(chosen: ClientKind, registered: bool) -> Select {
    let mut select = app_choices::kinds(chosen.as_str());
    select.choices.iter_mut().for_each(|choice| choice.closed = registered);
    select
}

fn lifetime_text(lifetime: Option<Seconds>) -> String {
    lifetime.map_or_else(|| NEVER.to_owned(), |life| life.get().to_string())
}
