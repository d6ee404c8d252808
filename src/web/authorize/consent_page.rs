//! What a person sees before they allow an app: the stored facts, in words.

use poem::Response;
use poem::http::StatusCode;

use crate::app::App;
use crate::base::secret::Secret;
use crate::model::client::Client;
use crate::model::module::Module;
use crate::model::module::Modules;
use crate::model::redirect_uri;
use crate::model::scope::Access;
use crate::model::scope::Scopes;
use crate::oauth::Error;
use crate::oauth::authorize::Checked;
use crate::oauth::authorize::ConsentRequest;
use crate::oauth::authorize::OrganizationChoice;
use crate::web::authorize::refusal_page;
use crate::web::browser::Browser;
use crate::web::pages;
use crate::web::pages::consent::AskingApp;
use crate::web::pages::consent::Consent;
use crate::web::pages::consent::ScopeGroup;
use crate::web::pages::consent::ScopeLine;
use crate::web::pages::fields::Choice;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Section;
use crate::web::words;

const MOVED: &str = "Since you allowed this app, its developers have added an address that people return to, so we ask again. Look at the one below before you allow it.";

const CANNOT_PROVE_ITSELF: &str = "This app runs on a device or in a browser and cannot prove its identity. Allow it only if you started this yourself.";

/// How long a grant may last: the form's value, its words, and the days it means.
pub const DURATIONS: [(&str, &str, Option<i64>); 4] = [
    ("until_revoked", "Until I end it", None),
    ("1y", "1 year", Some(365)),
    ("90d", "90 days", Some(90)),
    ("30d", "30 days", Some(30)),
];

pub async fn show(
    app: &App,
    browser: &Browser,
    checked: &Checked,
    asking: &ConsentRequest,
    ticket: Secret,
) -> Response {
    match page(app, browser, checked, asking, ticket).await {
        Ok(page) => pages::render(&page, StatusCode::OK),
        Err(error) => refusal_page::failed(&error),
    }
}

async fn page(
    app: &App,
    browser: &Browser,
    checked: &Checked,
    asking: &ConsentRequest,
    ticket: Secret,
) -> Result<Consent, Error> {
    let client = checked.client();
    let frame = browser.frame(app, &format!("Allow {}?", client.name), Section::Home);
    // Which organization was allowed what is told where there is no choice of them.
    let settled = match asking.organizations.as_slice() {
        [only] => only.granted.clone(),
        _ => Scopes::default(),
    };
    let offered =
        asking.organizations.iter().fold(Scopes::default(), |all, choice| all.union(&choice.offered));
    Ok(Consent {
        frame,
        ticket,
        app: asking_app(app, client, checked.redirect_uri(), asking.moved),
        organization: Select { choices: organizations(&asking.organizations), error: None },
        groups: groups(&*app.modules().await?, &offered, &settled),
        duration: Select { choices: DURATIONS.iter().map(duration).collect(), error: None },
        error: None,
    })
}

fn asking_app(app: &App, client: &Client, redirect_uri: &str, moved: bool) -> AskingApp {
    AskingApp {
        face: Face { name: client.name.clone(), logo: words::logo_url(client.logo_id.as_ref()) },
        description: client.description.clone(),
        publisher: client.organization_name.clone(),
        verified: false,
        age: format!("Registered {}", words::ago(client.created_at, app.now())),
        returns_to: returns_to(redirect_uri),
        warning: match client.is_confidential() {
            false => Some(CANNOT_PROVE_ITSELF.to_owned()),
            true => moved.then(|| MOVED.to_owned()),
        },
    }
}

/// A host on the web, or what else people can make of it.
fn returns_to(redirect_uri: &str) -> String {
    let destination = redirect_uri::destination(redirect_uri);
    match redirect_uri.split_once(':') {
        Some(("https", _)) => destination,
        Some(("http", _)) => format!("{destination} on this computer"),
        _ => format!("the app {} on this device", destination.trim_end_matches(':')),
    }
}

fn organizations(choices: &[OrganizationChoice]) -> Vec<Choice> {
    let choice = |(place, choice): (usize, &OrganizationChoice)| Choice {
        value: choice.id.to_string(),
        label: choice.name.clone(),
        chosen: place == 0,
        ..Choice::default()
    };
    choices.iter().enumerate().map(choice).collect()
}

/// The scopes by module, in the order of the modules. What the chosen organization does not offer is left out when
/// it is allowed.
fn groups(modules: &Modules, offered: &Scopes, granted: &Scopes) -> Vec<ScopeGroup> {
    let line = |module: &Module, access: Access| {
        let scope = module.scope(access);
        offered.contains(&scope).then(|| ScopeLine {
            words: module.words(access).to_owned(),
            detail: String::new(),
            writes: access == Access::Write,
            sensitive: module.sensitive,
            granted: granted.allow(&scope),
            ticked: true,
            scope: scope.to_string(),
        })
    };
    let group = |module: &Module| {
        let lines = [Access::Read, Access::Write].into_iter().filter_map(|access| line(module, access));
        let lines = lines.collect::<Vec<_>>();
        (!lines.is_empty()).then(|| ScopeGroup {
            id: module.name.clone(),
            title: module.title.clone(),
            lines,
        })
    };
    modules.iter().filter_map(group).collect()
}

fn duration((value, label, days): &(&str, &str, Option<i64>)) -> Choice {
    Choice {
        value: (*value).to_owned(),
        label: (*label).to_owned(),
        chosen: days.is_none(),
        ..Choice::default()
    }
}
