//! The choices of the app's form, and what each of them means in words.

use crate::web::pages::fields::Choice;
use crate::web::pages::fields::Select;

/// A starting point for a well-known kind of app; a link to `/apps/new?preset=<value>`.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    pub value: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
}

const fn preset(value: &'static str, label: &'static str, hint: &'static str) -> Preset {
    Preset { value, label, hint }
}

/// Every preset, the plain one first.
pub const PRESETS: [Preset; 6] = [
    preset("standard", "Web app", "A server of your own that keeps a secret"),
    preset("native", "Native, browser or MCP", "No secret; PKCE does its work"),
    preset("zapier", "Zapier", "A Zapier integration"),
    preset("make", "Make", "A Make custom app"),
    preset("n8n", "n8n", "An n8n credential"),
    preset("worktual", "Worktual", "A Worktual connector"),
];

fn choices(chosen: &[&str], all: &[(&str, &str, &str)]) -> Select {
    let choice = |(value, label, hint): &(&str, &str, &str)| Choice {
        value: value.to_string(),
        label: label.to_string(),
        hint: hint.to_string(),
        chosen: chosen.contains(value),
        closed: false,
    };
    Select { choices: all.iter().map(choice).collect(), error: None }
}

/// Can the app keep a secret? `confidential` or `public`.
pub fn kinds(chosen: &str) -> Select {
    choices(
        &[chosen],
        &[
            (
                "confidential",
                "Confidential",
                "Runs on a server that can keep a secret. It signs in with one.",
            ),
            (
                "public",
                "Public",
                "Runs on people’s devices or in their browser. It has no secret and must use PKCE.",
            ),
        ],
    )
}

/// The ways to get a token: `authorization_code`, `refresh_token`, `client_credentials`.
pub fn grants(chosen: &[&str]) -> Select {
    choices(
        chosen,
        &[
            ("authorization_code", "Authorization code", "People are asked, then sent back with a code."),
            ("refresh_token", "Refresh token", "Stays connected without asking again."),
            (
                "client_credentials",
                "Client credentials",
                "Acts for itself, without a person. Confidential apps only.",
            ),
        ],
    )
}

/// `required` or `optional`.
pub fn pkce(chosen: &str) -> Select {
    choices(
        &[chosen],
        &[
            (
                "required",
                "Required",
                "A stolen code is worthless without the app’s verifier. Right for nearly every app.",
            ),
            (
                "optional",
                "Optional",
                "Only for apps that cannot send a challenge. Without it, a stolen code and the secret are \
                 enough; choose Required as soon as the app can.",
            ),
        ],
    )
}

/// `private` or `public`.
pub fn distribution(chosen: &str) -> Select {
    choices(
        &[chosen],
        &[
            ("private", "This organization", "Only your own members can allow the app."),
            ("public", "Everyone", "Members of any organization can allow the app."),
        ],
    )
}

/// How long an access token lives: seconds, or `never` for one that does not end.
pub fn access_lifetimes(chosen: &str) -> Select {
    with_own(
        chosen,
        &[
            ("300", "5 minutes", ""),
            ("900", "15 minutes", ""),
            ("3600", "1 hour", "advised"),
            ("28800", "8 hours", ""),
            ("86400", "1 day", ""),
            ("never", "It never ends", "only where the other side cannot refresh"),
        ],
    )
}

/// How long a refresh token may lie unused, in seconds.
pub fn refresh_lifetimes(chosen: &str) -> Select {
    with_own(
        chosen,
        &[
            ("604800", "7 days", ""),
            ("2592000", "30 days", ""),
            ("7776000", "90 days", "advised"),
            ("31536000", "1 year", ""),
        ],
    )
}

/// The same, and one more for a value that was set elsewhere.
fn with_own(chosen: &str, all: &[(&str, &str, &str)]) -> Select {
    let mut select = choices(&[chosen], all);
    if !chosen.is_empty() && select.choices.iter().all(|choice| !choice.chosen) {
        let label = if chosen == "never" { "It never ends".to_string() } else { format!("{chosen} seconds") };
        select.choices.push(Choice { value: chosen.to_string(), label, chosen: true, ..Choice::default() });
    }
    select
}
