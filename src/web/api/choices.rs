//! The model's choices as the API spells them.

use poem_openapi::Enum;

use crate::manage::apps;
use crate::manage::private_apps;
use crate::model::client;
use crate::model::module;
use crate::model::role;

macro_rules! choices {
    ($($(#[$meta:meta])* $name:ident = $model:path { $($(#[$doc:meta])* $variant:ident,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        #[oai(rename_all = "snake_case")]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl From<$name> for $model {
            fn from(choice: $name) -> Self {
                match choice { $($name::$variant => Self::$variant,)+ }
            }
        }

        impl From<$model> for $name {
            fn from(choice: $model) -> Self {
                match choice { $(<$model>::$variant => Self::$variant,)+ }
            }
        }
    )+};
}

choices! {
    /// Whether the app can keep a secret.
    ClientKind = client::ClientKind {
        Confidential,
        Public,
    }
    /// What the app may do at `/token`.
    GrantType = client::GrantType {
        AuthorizationCode,
        RefreshToken,
        ClientCredentials,
    }
    /// Whether authorization requests must carry a code challenge (RFC 7636).
    Pkce = client::Pkce {
        Required,
        Optional,
    }
    /// Who may allow the app: members of its own organization, or anybody.
    Distribution = client::Distribution {
        Private,
        Public,
    }
    /// Whether an app works: disabled by its organization, stopped by an operator of this server, or neither.
    State = client::State {
        Enabled,
        Disabled,
        Stopped,
    }
    /// What a member may do in an organization; each may do what those after it may.
    Role = role::Role {
        Owner,
        Admin,
        Developer,
        Member,
    }
    /// Where a module comes from. Only those of `api` can be changed by the API.
    Origin = module::Origin {
        BuiltIn,
        Configuration,
        Api,
    }
    /// A starting point for a well-known kind of app.
    Preset = apps::Preset {
        Standard,
        Native,
        Zapier,
        Make,
        #[oai(rename = "n8n")]
        N8n,
        Worktual,
    }
    /// How long a private app's token lives.
    Expiry = private_apps::TokenLife {
        #[oai(rename = "30d")]
        Days30,
        #[oai(rename = "90d")]
        Days90,
        #[oai(rename = "1y")]
        Year,
        #[oai(rename = "never")]
        Never,
    }
}
