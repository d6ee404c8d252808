//! Where the console begins: how far the organization has come, and what there is.

use std::sync::Arc;

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;

use crate::app::App;
use crate::model::authority::Authority;
use crate::model::module::Origin;
use crate::model::permission::Permission;
use crate::store;
use crate::web::browser::Browser;
use crate::web::console::refusals::Result;
use crate::web::console::visitor::Visitor;
use crate::web::pages;
use crate::web::pages::home::Count;
use crate::web::pages::home::Home;
use crate::web::pages::home::Step;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::Section;
use crate::web::pages::welcome::Welcome;

/// `GET /`.
#[handler]
pub async fn show(request: &Request, Data(app): Data<&Arc<App>>) -> Result<Response> {
    let browser = Browser::read(app, request).await?;
    if browser.session.is_none() && !store::users::any(&mut app.db.read().await?).await? {
        return Ok(pages::render(
            &Welcome { frame: browser.card(app, Frame::titled("Almost there")) },
            StatusCode::OK,
        ));
    }
    let visitor = Visitor::of(app, request).await?;
    let facts = Facts::of(&visitor).await?;
    let page = Home {
        frame: visitor.frame("Overview", Section::Home),
        steps: facts.steps(&visitor.authority),
        counts: facts.counts(),
    };
    Ok(pages::render(&page, StatusCode::OK))
}

/// What the visitor may know of the organization.
struct Facts {
    /// Of the platform.
    modules: i64,
    apps: Option<i64>,
    private_apps: Option<i64>,
    /// What this person allowed.
    connections: i64,
    /// Some app or private app was used.
    used: bool,
}

impl Facts {
    async fn of(visitor: &Visitor<'_>) -> Result<Self> {
        let (app, authority) = (visitor.app, &visitor.authority);
        let modules = app.modules().await?;
        let (person, organization) = (&visitor.session.user_id, authority.organization_id());
        let mut conn = app.db.read().await?;
        let apps = match authority.may(Permission::AppsRead) {
            true => Some(store::clients::count(&mut conn, organization).await?),
            false => None,
        };
        let private_apps = match authority.may(Permission::PrivateAppsRead) {
            true => Some(store::private_apps::count(&mut conn, organization).await?),
            false => None,
        };
        Ok(Self {
            modules: modules.iter().filter(|module| module.origin != Origin::BuiltIn).count() as i64,
            apps,
            private_apps,
            connections: store::grants::count_of_user(&mut conn, person, app.now()).await?,
            used: store::clients::any_used(&mut conn, organization).await?,
        })
    }

    /// The way from nothing to a token that works, as far as the visitor can go it; empty once it is done.
    fn steps(&self, authority: &Authority) -> Vec<Step> {
        let step = |done, title: &str, text: &str, href: &str, action: &str| Step {
            done,
            title: title.to_owned(),
            text: text.to_owned(),
            href: href.to_owned(),
            action: action.to_owned(),
        };
        let Some(apps) = self.apps else { return Vec::new() };
        let made = apps + self.private_apps.unwrap_or_default() > 0;
        let mut steps = Vec::new();
        if authority.may(Permission::ModulesWrite) {
            let text = "A module is what an app asks to read or write, such as Contacts.";
            steps.push(step(
                self.modules > 0,
                "Name the parts of your API",
                text,
                "/modules/new",
                "Add a module",
            ));
        }
        let text = "It gets a client ID and a secret. Start from a preset: a web app, Zapier, Make, n8n, an MCP client.";
        steps.push(step(made, "Register an app", text, "/apps/new", "Register an app"));
        let text = "The app’s page has the whole flow as commands to copy, from the address to the token.";
        steps.push(step(self.used, "Use a token", text, "/apps", "Open your apps"));
        if steps.iter().all(|step| step.done) { Vec::new() } else { steps }
    }

    fn counts(&self) -> Vec<Count> {
        let count = |number: i64, one: &str, many: &str, href: &str| Count {
            number: number.to_string(),
            label: if number == 1 { one.to_owned() } else { many.to_owned() },
            href: href.to_owned(),
        };
        let apps = self.apps.map(|number| count(number, "App", "Apps", "/apps"));
        let modules = self.apps.map(|_| count(self.modules, "Module", "Modules", "/modules"));
        let private =
            self.private_apps.map(|number| count(number, "Private app", "Private apps", "/private-apps"));
        let connections = count(self.connections, "Connected app", "Connected apps", "/connections");
        apps.into_iter().chain(private).chain(modules).chain([connections]).collect()
    }
}
