//! The choices of the app's form, and what each of them means in words.

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

/// A value to choose, its label, and what choosing it means.
pub type Offer = (&'static str, &'static str, &'static str);

/// Can the app keep a secret?
pub const KINDS: &[Offer] = &[
    ("confidential", "Confidential", "Runs on a server that can keep a secret. It signs in with one."),
    ("public", "Public", "Runs on people’s devices or in their browser. It has no secret and must use PKCE."),
];

/// The ways to get a token.
pub const GRANT_TYPES: &[Offer] = &[
    ("authorization_code", "Authorization code", "People are asked, then sent back with a code."),
    ("refresh_token", "Refresh token", "Stays connected without asking again."),
    (
        "client_credentials",
        "Client credentials",
        "Acts for itself, without a person. Confidential apps only.",
    ),
];

pub const PKCE: &[Offer] = &[
    (
        "required",
        "Required",
        "A stolen code is worthless without the app’s verifier. Right for nearly every app.",
    ),
    (
        "optional",
        "Optional",
        "Only for apps that cannot send a challenge. Without it, a stolen code and the secret are enough; choose \
         Required as soon as the app can.",
    ),
];

pub const DISTRIBUTIONS: &[Offer] = &[
    ("private", "This organization", "Only your own members can allow the app."),
    ("public", "Everyone", "Members of any organization can allow the app."),
];

/// How long an access token lives.
pub const ACCESS_LIFETIMES: &[Offer] = &[
    ("5m", "5 minutes", ""),
    ("15m", "15 minutes", ""),
    ("1h", "1 hour", "advised"),
    ("8h", "8 hours", ""),
    ("1d", "1 day", ""),
    ("never", NEVER, "only where the other side cannot refresh"),
];

/// How long a refresh token may lie unused.
pub const REFRESH_LIFETIMES: &[Offer] =
    &[("7d", "7 days", ""), ("30d", "30 days", ""), ("90d", "90 days", "advised"), ("365d", "1 year", "")];

/// A lifetime that does not end.
pub const NEVER: &str = "It never ends";
