//! What the owner of an app chooses, and whether it can be so.

use crate::app::ChangeError;
use crate::app::Fields;
use crate::app::compared;
use crate::app::require_holding;
use crate::base::clock::Timestamp;
use crate::model::authority::Authority;
use crate::model::authority::Denied;
use crate::model::client::Client;
use crate::model::client::ClientKind;
use crate::model::client::Distribution;
use crate::model::client::GrantType;
use crate::model::client::GrantTypes;
use crate::model::client::Pkce;
use crate::model::id::ClientId;
use crate::model::label;
use crate::model::label::Description;
use crate::model::label::Name;
use crate::model::lifetime::Seconds;
use crate::model::module::Modules;
use crate::model::redirect_uri::RedirectUri;
use crate::model::redirect_uri::RedirectUris;
use crate::model::role::Role;
use crate::model::scope::Scopes;
use crate::model::shape::Shaped;
use crate::model::version::Version;

/// An app as somebody wishes it to be. Texts are as they were typed.
#[derive(Clone, Debug)]
pub struct ClientDraft {
    pub name: String,
    pub description: String,
    /// Chosen once; not changed by an edit.
    pub kind: ClientKind,
    pub redirect_uris: Vec<String>,
    pub grant_types: GrantTypes,
    /// Names of scopes.
    pub scopes: Vec<String>,
    pub pkce: Pkce,
    pub distribution: Distribution,
    /// `None`: until revoked.
    pub access_lifetime: Option<Seconds>,
    /// `None`: until revoked.
    pub refresh_lifetime: Option<Seconds>,
    pub refresh_window: Seconds,
    /// Only an operator can set this.
    pub resource_server: bool,
    /// A disabled app's tokens rest until it is enabled again. `None`: as it is.
    pub disabled: Option<bool>,
    /// Of the app that is edited.
    pub version: Version,
}

compared! {
    ClientDraft by version {
        name,
        description,
        kind,
        redirect_uris,
        grant_types,
        scopes,
        pkce,
        distribution,
        access_lifetime,
        refresh_lifetime,
        refresh_window,
        resource_server,
        disabled,
    }
}

impl ClientDraft {
    /// The shortest and the longest life of an access token that ends.
    pub const ACCESS_LIFETIME: (Seconds, Seconds) = (Seconds::minutes(1), Client::LONGEST_ACCESS);

    /// The shortest and the longest idle life of a refresh token that ends.
    pub const REFRESH_LIFETIME: (Seconds, Seconds) = (Seconds::hours(1), Seconds::days(3650));

    /// The shortest and the longest time in which a spent refresh token may be presented again.
    pub const REFRESH_WINDOW: (Seconds, Seconds) = (Seconds::new(0), Seconds::hours(1));

    /// An app that has nothing and may do nothing yet.
    pub(super) fn blank() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            kind: ClientKind::Confidential,
            redirect_uris: Vec::new(),
            grant_types: GrantTypes::default(),
            scopes: Vec::new(),
            pkce: Pkce::Required,
            distribution: Distribution::Private,
            access_lifetime: None,
            refresh_lifetime: None,
            refresh_window: Seconds::new(0),
            resource_server: false,
            disabled: None,
            version: Version::default(),
        }
    }

    /// The app as it is.
    pub fn of(client: &Client) -> Self {
        Self {
            name: client.name.clone(),
            description: client.description.clone(),
            kind: client.kind,
            redirect_uris: client.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect(),
            grant_types: client.grant_types.clone(),
            scopes: client.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            pkce: client.pkce,
            distribution: client.distribution,
            access_lifetime: client.access_lifetime,
            refresh_lifetime: client.refresh_lifetime,
            refresh_window: client.refresh_window,
            resource_server: client.resource_server,
            disabled: None,
            version: client.version.clone(),
        }
    }

    /// Writes the draft into `client`, which holds what stands now. On an error `client` is of no use.
    pub(super) fn apply(
        &self,
        client: &mut Client,
        authority: &Authority,
        modules: &Modules,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        let mut fields = Fields::default();
        client.name = fields.take::<Name, _, _>("name", &self.name, label::name);
        client.description =
            fields.take::<Description, _, _>("description", &self.description, label::description);
        let redirect_uris = self.redirect_uris(&mut fields);
        self.check_grant_types(client.kind, &mut fields);
        self.check_lifetimes(&mut fields);

        let scopes = fields.scopes(&self.scopes, &client.scopes, modules);
        fields.refuse_beyond(&self.given_anew(client, &scopes, authority));
        fields.refuse_if(
            self.resource_server && !client.resource_server && !authority.is_operator(),
            "resource_server",
            "Only an operator of this installation can let an app see the tokens of others.",
        );
        fields.finish()?;
        if self.rekeys(client, &redirect_uris) {
            require_holding(&authority.lacks(client, modules))?;
        }
        self.enable_or_disable(client, authority, now)?;

        let known = |uri| client.redirect_uris.iter().any(|known| known == uri);
        if !redirect_uris.iter().all(known) {
            client.redirected_at = Some(now);
        }
        // Each is named, so that none is forgotten: the first six were dealt with above, and the version is for who edits.
        let Self {
            name: _,
            description: _,
            kind: _,
            redirect_uris: _,
            scopes: _,
            disabled: _,
            version: _,
            resource_server,
            grant_types,
            pkce,
            distribution,
            access_lifetime,
            refresh_lifetime,
            refresh_window,
        } = self;
        client.redirect_uris = redirect_uris;
        client.scopes = scopes;
        client.grant_types.clone_from(grant_types);
        client.pkce = *pkce;
        client.distribution = *distribution;
        client.access_lifetime = *access_lifetime;
        client.refresh_lifetime = *refresh_lifetime;
        client.refresh_window = *refresh_window;
        client.resource_server = *resource_server;
        Ok(())
    }

    /// Whether the draft changes who can use what the client holds. Secrets are changed elsewhere, the kind never.
    fn rekeys(&self, client: &Client, redirect_uris: &RedirectUris) -> bool {
        *redirect_uris != client.redirect_uris
            || self.grant_types != client.grant_types
            || self.pkce != client.pkce
            || self.distribution != client.distribution
    }

    /// Who disables says so as what they are. Who is more raises it by disabling again; who is less cannot undo it.
    fn enable_or_disable(
        &self,
        client: &mut Client,
        authority: &Authority,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        match self.disabled {
            Some(false) if !authority.may_enable(client) => {
                let role = client.disabled_role.unwrap_or(Role::Admin);
                return Err(Denied::DisabledAbove { role }.into());
            }
            Some(false) => {
                (client.disabled_at, client.disabled_by, client.disabled_role) = (None, None, None);
            }
            Some(true) if client.disabled_at.is_none() || authority.may_enable(client) => {
                client.disabled_at = client.disabled_at.or(Some(now));
                client.disabled_by = Some(authority.actor().to_string());
                client.disabled_role = Some(authority.rank());
            }
            Some(true) | None => {}
        }
        Ok(())
    }

    /// One message for all lines, each named by its number.
    fn redirect_uris(&self, fields: &mut Fields) -> RedirectUris {
        let most = RedirectUris::MOST;
        if self.redirect_uris.len() > most {
            let got = self.redirect_uris.len();
            fields.misshapen("redirect_uris", format!("There are {got} redirect URIs; at most {most} fit."));
            return RedirectUris::default();
        }
        let (mut good, mut bad, mut misshapen) = (Vec::new(), Vec::new(), false);
        for (index, text) in self.redirect_uris.iter().enumerate() {
            match RedirectUri::register(text) {
                Ok(uri) => good.push(uri),
                Err(error) => {
                    misshapen |= RedirectUri::check(text).is_err();
                    let shown = text.chars().filter(|c| !c.is_control()).take(100).collect::<String>();
                    bad.push(format!("Line {}: {shown} {error}.", index + 1));
                }
            }
        }
        if misshapen {
            fields.misshapen("redirect_uris", bad.join("\n"));
        } else if !bad.is_empty() {
            fields.refuse("redirect_uris", bad.join("\n"));
        } else if good.is_empty() && self.grant_types.contains(GrantType::AuthorizationCode) {
            fields.refuse("redirect_uris", "At least one is needed for the grant type authorization_code.");
        }
        good.into_iter().collect()
    }

    fn check_grant_types(&self, kind: ClientKind, fields: &mut Fields) {
        let uses = |grant_type| self.grant_types.contains(grant_type);
        let public = kind == ClientKind::Public;
        if self.grant_types.is_empty() {
            fields.misshapen("grant_types", "At least one is needed.");
        }
        fields.refuse_if(
            public && uses(GrantType::ClientCredentials),
            "grant_types",
            "A public app cannot act for itself (client_credentials): it has no secret to prove who it is.",
        );
        fields.refuse_if(
            uses(GrantType::RefreshToken) && !uses(GrantType::AuthorizationCode),
            "grant_types",
            "refresh_token needs authorization_code: without it there is nothing to refresh.",
        );
        fields.refuse_if(
            public && self.pkce == Pkce::Optional,
            "pkce",
            "A public app must use PKCE; choose required.",
        );
    }

    fn check_lifetimes(&self, fields: &mut Fields) {
        let mut check = |field, span: Option<Seconds>, (least, most): (Seconds, Seconds)| {
            if span.is_some_and(|span| span < least || most < span) {
                let (least, most) = (least.get(), most.get());
                fields.refuse(field, format!("It must be between {least} and {most} seconds."));
            }
        };
        check("access_lifetime", self.access_lifetime, Self::ACCESS_LIFETIME);
        check("refresh_lifetime", self.refresh_lifetime, Self::REFRESH_LIFETIME);
        check("refresh_window", Some(self.refresh_window), Self::REFRESH_WINDOW);
    }

    /// What the app would get that it did not have in the same way before, and the actor cannot give.
    fn given_anew(&self, client: &Client, scopes: &Scopes, authority: &Authority) -> Scopes {
        let acts_for_itself = |types: &GrantTypes| types.contains(GrantType::ClientCredentials);
        let begins_to = acts_for_itself(&self.grant_types) && !acts_for_itself(&client.grant_types);
        let fresh = if begins_to { scopes.clone() } else { scopes.beyond(&client.scopes) };
        authority.cannot_give(&fresh, &self.grant_types)
    }
}

/// An app that has nothing yet.
pub(super) fn blank(authority: &Authority, kind: ClientKind, now: Timestamp) -> Client {
    Client {
        id: ClientId::generate(now),
        organization_id: authority.organization_id().clone(),
        organization_name: String::new(),
        name: String::new(),
        description: String::new(),
        logo_id: None,
        kind,
        redirect_uris: RedirectUris::default(),
        grant_types: GrantTypes::default(),
        scopes: Scopes::default(),
        pkce: Pkce::Required,
        distribution: Distribution::Private,
        access_lifetime: None,
        refresh_lifetime: None,
        refresh_window: Seconds::new(0),
        resource_server: false,
        created_by: authority.person().map(|person| person.id.clone()),
        created_at: now,
        redirected_at: None,
        disabled_at: None,
        disabled_by: None,
        disabled_role: None,
        stopped_at: None,
        stopped_by: None,
        stop_reason: None,
        version: Version::default(),
    }
}
