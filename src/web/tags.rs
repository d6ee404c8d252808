//! The chapters of the API's documentation.

use poem_openapi::Tags;

#[derive(Tags)]
pub enum Tag {
    /// The protocol between an app and this server: OAuth 2 (RFC 6749 and its successors).
    Protocol,
    /// Who a token or a browser session is.
    Identity,
    /// OAuth apps: software that acts for people who allowed it.
    Apps,
    /// Private apps: scoped tokens for an organization's own scripts.
    #[oai(rename = "Private apps")]
    PrivateApps,
    /// The parts of the platform's API that apps may ask for.
    Modules,
    /// What a person has allowed.
    Grants,
    /// An organization, who belongs to it, and who is invited to.
    Members,
    /// What was done in an organization, by whom and from where.
    #[oai(rename = "Audit log")]
    Audit,
    /// The whole installation, for its operators.
    Instance,
}
