//! Starting points for well-known kinds of apps. A preset only fills in a draft: nothing later depends on it.

use std::time::Duration;

use crate::config::Config;
use crate::manage::apps::ClientDraft;
use crate::model::client::ClientKind;
use crate::model::client::GrantType;
use crate::model::client::Pkce;
use crate::model::lifetime::Seconds;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// A server of one's own.
    Standard,
    /// An installed app, a browser app or an MCP client.
    Native,
    Zapier,
    Make,
    N8n,
    Worktual,
}

impl Preset {
    pub const ALL: [Preset; 6] =
        [Preset::Standard, Preset::Native, Preset::Zapier, Preset::Make, Preset::N8n, Preset::Worktual];

    pub const fn as_str(self) -> &'static str {
        match self {
            Preset::Standard => "standard",
            Preset::Native => "native",
            Preset::Zapier => "zapier",
            Preset::Make => "make",
            Preset::N8n => "n8n",
            Preset::Worktual => "worktual",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == text)
    }

    /// What a redirect URI of such an app looks like, as an example: each is to be checked against what the other
    /// side shows.
    pub const fn redirect_uri_example(self) -> &'static str {
        match self {
            Preset::Standard | Preset::Worktual => "https://app.example.com/oauth/callback",
            Preset::Native => "http://127.0.0.1/callback",
            Preset::Zapier => "https://zapier.com/dashboard/auth/oauth/return/App12345CLIAPI/",
            Preset::Make => "https://www.integromat.com/oauth/cb/app",
            Preset::N8n => "https://n8n.example.com/rest/oauth2-credential/callback",
        }
    }

    /// An app without name, redirect URIs and scopes, with the preset's policy.
    pub fn draft(self, config: &Config) -> ClientDraft {
        let seconds = |span: Duration| Seconds::new(i64::try_from(span.as_secs()).unwrap_or(i64::MAX));
        let standard = ClientDraft {
            grant_types: [GrantType::AuthorizationCode, GrantType::RefreshToken].into_iter().collect(),
            access_lifetime: Some(seconds(config.access_token_lifetime)),
            refresh_lifetime: Some(seconds(config.refresh_token_idle)),
            refresh_window: seconds(config.refresh_window),
            ..ClientDraft::blank()
        };
        match self {
            Preset::Standard => standard,
            Preset::Native => ClientDraft { kind: ClientKind::Public, ..standard },
            Preset::Zapier | Preset::Make | Preset::N8n => ClientDraft { pkce: Pkce::Optional, ..standard },
            // Its connectors never refresh.
            Preset::Worktual => ClientDraft {
                pkce: Pkce::Optional,
                grant_types: [GrantType::AuthorizationCode].into_iter().collect(),
                access_lifetime: None,
                ..standard
            },
        }
    }
}
