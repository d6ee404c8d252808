//! What the admin who makes a private app chooses, and whether it can be so.

use crate::base::clock::Timestamp;
use crate::model::authority::Authority;
use crate::model::client::GrantTypes;
use crate::model::id::PrivateAppId;
use crate::model::label;
use crate::model::module::Modules;
use crate::model::private_app::Networks;
use crate::model::private_app::PrivateApp;
use crate::model::scope::Scopes;
use crate::oauth::edit::EditError;
use crate::oauth::edit::Fields;

/// A private app as somebody wishes it to be. Texts are as they were typed.
#[derive(Clone, Debug, Default)]
pub struct PrivateAppDraft {
    pub name: String,
    pub description: String,
    /// Names of scopes.
    pub scopes: Vec<String>,
    /// Addresses and networks with commas, spaces or line breaks between them; none: any address.
    pub allowed_ips: String,
}

impl PrivateAppDraft {
    /// The private app as it is.
    pub fn of(app: &PrivateApp) -> Self {
        Self {
            name: app.name.clone(),
            description: app.description.clone(),
            scopes: app.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            allowed_ips: app.allowed_ips.to_string(),
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
    ) -> Result<(), EditError> {
        app.name = fields.take("name", label::name(&self.name));
        app.description = fields.take("description", label::description(&self.description));
        let scopes = fields.scopes(&self.scopes, &app.scopes, modules);
        fields.refuse_if(
            scopes.is_empty(),
            "scopes",
            "At least one is needed: without any, a token opens nothing.",
        );
        fields.refuse_beyond(&authority.cannot_give(&scopes.beyond(&app.scopes), &GrantTypes::default()));
        app.scopes = scopes;
        app.allowed_ips = self.allowed_ips(&mut fields);
        fields.finish()
    }

    fn allowed_ips(&self, fields: &mut Fields) -> Networks {
        match Networks::parse(&self.allowed_ips) {
            Ok(networks) if networks.len() > Networks::MOST => {
                let (got, most) = (networks.len(), Networks::MOST);
                fields.refuse("allowed_ips", format!("There are {got} entries; at most {most} fit."));
                Networks::default()
            }
            Ok(networks) => networks,
            Err(error) => {
                fields.refuse("allowed_ips", format!("{error}."));
                Networks::default()
            }
        }
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
    }
}
