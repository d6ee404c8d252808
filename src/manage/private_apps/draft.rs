//! What the admin who makes a private app chooses, and whether it can be so.

use crate::app::ChangeError;
use crate::app::Fields;
use crate::app::compared;
use crate::base::clock::Timestamp;
use crate::model::authority::Authority;
use crate::model::client::GrantTypes;
use crate::model::id::PrivateAppId;
use crate::model::label;
use crate::model::label::Description;
use crate::model::label::Name;
use crate::model::module::Modules;
use crate::model::private_app::Network;
use crate::model::private_app::Networks;
use crate::model::private_app::PrivateApp;
use crate::model::scope::Scopes;
use crate::model::shape::Shaped;
use crate::model::version::Version;

/// A private app as somebody wishes it to be. Texts are as they were typed.
#[derive(Clone, Debug, Default)]
pub struct PrivateAppDraft {
    pub name: String,
    pub description: String,
    /// Names of scopes.
    pub scopes: Vec<String>,
    /// Addresses and networks; none: any address.
    pub allowed_ips: Vec<String>,
    /// Of the private app that is edited.
    pub version: Version,
}

compared! { PrivateAppDraft by version { name, description, scopes, allowed_ips } }

impl PrivateAppDraft {
    /// The private app as it is.
    pub fn of(app: &PrivateApp) -> Self {
        Self {
            name: app.name.clone(),
            description: app.description.clone(),
            scopes: app.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            allowed_ips: app.allowed_ips.entries(),
            version: app.version.clone(),
        }
    }

    /// Writes the draft into `app`, which holds what stands now, unless something is wrong with it or was wrong
    /// before. On an error `app` is of no use.
    pub(super) fn apply(
        &self,
        app: &mut PrivateApp,
        authority: &Authority,
        modules: &Modules,
        mut fields: Fields,
    ) -> Result<(), ChangeError> {
        app.name = fields.take::<Name, _, _>("name", &self.name, label::name);
        app.description =
            fields.take::<Description, _, _>("description", &self.description, label::description);
        let scopes = fields.scopes(&self.scopes, &app.scopes, modules);
        if self.scopes.is_empty() {
            fields.misshapen("scopes", "At least one is needed: without any, a token opens nothing.");
        }
        fields.refuse_beyond(&authority.cannot_give(&scopes.beyond(&app.scopes), &GrantTypes::default()));
        app.scopes = scopes;
        app.allowed_ips = self.allowed_ips(&mut fields);
        fields.finish()
    }

    fn allowed_ips(&self, fields: &mut Fields) -> Networks {
        let (got, most) = (self.allowed_ips.len(), Networks::MOST);
        if got > most {
            fields.misshapen("allowed_ips", format!("There are {got} entries; at most {most} fit."));
            return Networks::default();
        }
        for entry in &self.allowed_ips {
            fields.take::<Network, _, _>("allowed_ips", entry, Network::check);
        }
        Networks::of(&self.allowed_ips).unwrap_or_else(|error| {
            fields.refuse("allowed_ips", format!("{error}."));
            Networks::default()
        })
    }
}

/// A private app that has nothing yet.
pub(super) fn blank(authority: &Authority, now: Timestamp) -> PrivateApp {
    PrivateApp {
        id: PrivateAppId::generate(now),
        organization_id: authority.organization_id().clone(),
        name: String::new(),
        description: String::new(),
        logo_id: None,
        scopes: Scopes::default(),
        allowed_ips: Networks::default(),
        created_by: authority.person().map(|person| person.id.clone()),
        created_by_name: None,
        created_at: now,
        version: Version::default(),
    }
}
