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
use crate::web::language::Language;
use crate::web::language::Message;
use crate::web::language::Said;
use crate::web::language::Unit;
use crate::web::meanings;
use crate::web::pages;
use crate::web::pages::consent::AskingApp;
use crate::web::pages::consent::Consent;
use crate::web::pages::consent::ScopeGroup;
use crate::web::pages::consent::ScopeLine;
use crate::web::pages::fields::Choice;
use crate::web::pages::fields::Select;
use crate::web::pages::parts::Face;
use crate::web::pages::parts::Frame;
use crate::web::words;

/// How long a grant may last: the form's value, its words, and the days it means.
pub const DURATIONS: [(&str, Message<'static>, Option<i64>); 4] = [
    ("until_revoked", Message::UntilEnded, None),
    ("1y", Message::Lasting { count: 1, unit: Unit::Year }, Some(365)),
    ("90d", Message::Lasting { count: 90, unit: Unit::Day }, Some(90)),
    ("30d", Message::Lasting { count: 30, unit: Unit::Day }, Some(30)),
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
        Err(error) => refusal_page::failed(&error, browser.language),
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
    let language = browser.language;
    let title = Message::AllowTitle { app: &client.name };
    // Which organization was allowed what is told where there is no choice of them.
    let settled = match asking.organizations.as_slice() {
        [only] => only.granted.clone(),
        _ => Scopes::default(),
    };
    let offered =
        asking.organizations.iter().fold(Scopes::default(), |all, choice| all.union(&choice.offered));
    Ok(Consent {
        frame: browser.frame(app, Frame::saying(language, title)),
        ticket,
        app: AskingApp {
            returns_to: returns_to(checked.redirect_uri(), language),
            warning: match client.is_confidential() {
                false => Some(Message::AppUnproven),
                true => asking.moved.then_some(Message::AppMoved),
            },
            ..asking_app(app, client)
        },
        organization: Select { choices: organizations(&asking.organizations), error: None },
        groups: groups(&*app.modules().await?, &offered, &settled, language),
        duration: Select { choices: durations(language), error: None },
    })
}

fn asking_app(app: &App, client: &Client) -> AskingApp {
    AskingApp {
        face: Face { name: client.name.clone(), logo: words::logo_url(client.logo_id.as_ref()) },
        description: client.description.clone(),
        publisher: client.organization_name.clone(),
        verified: false,
        age: match words::measure_since(client.created_at, app.now()) {
            None => Message::RegisteredNow,
            Some((count, unit)) => Message::RegisteredAgo { count, unit },
        },
        ..AskingApp::default()
    }
}

/// A host on the web, or what else people can make of it.
fn returns_to(redirect_uri: &str, language: Language) -> Said {
    let host = &redirect_uri::destination(redirect_uri);
    language.say(match redirect_uri.split_once(':') {
        Some(("https", _)) => Message::ReturnToHost { host },
        Some(("http", _)) => Message::ReturnToComputer { host },
        _ => Message::ReturnToDevice { scheme: host.trim_end_matches(':') },
    })
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
fn groups(modules: &Modules, offered: &Scopes, granted: &Scopes, language: Language) -> Vec<ScopeGroup> {
    let line = |module: &Module, access: Access| {
        let scope = module.scope(access);
        offered.contains(&scope).then(|| ScopeLine {
            words: meanings::access(module, access, language),
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
            title: meanings::title(module, language),
            lines,
        })
    };
    modules.iter().filter_map(group).collect()
}

fn durations(language: Language) -> Vec<Choice> {
    let choice = |(value, label, days): (&str, Message<'_>, Option<i64>)| Choice {
        value: value.to_owned(),
        label: language.say(label).plain(),
        chosen: days.is_none(),
        ..Choice::default()
    };
    DURATIONS.into_iter().map(choice).collect()
}
