//! What is recorded, by name: the one home of the names that the audit log keeps.

use std::fmt;

use serde_json::json;

use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::base::id;
use crate::model::page::Keyed;
use crate::model::shape::Shape;
use crate::model::shape::Shaped;

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $said:literal;)+) => {
        /// Something that was done. Its name is kept for ever, so it never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action { $($(#[$doc])* $variant,)+ }

        impl Action {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in the log.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What whoever did it did, in words; `{}` stands for what they did it to.
            pub const fn said(self) -> &'static str {
                match self { $(Self::$variant => $said,)+ }
            }
        }
    };
}

actions! {
    ClientCreate = "client.create", "registered the app {}";
    ClientEdit = "client.edit", "changed the app {}";
    ClientDisable = "client.disable", "disabled the app {}";
    ClientEnable = "client.enable", "enabled the app {}";
    /// An operator stopped an app on the whole instance.
    ClientStop = "client.stop", "stopped the app {} on the whole server";
    ClientStopLifted = "client.stop_lifted", "let the stopped app {} go on";
    ClientLogo = "client.logo", "changed the logo of the app {}";
    ClientDelete = "client.delete", "deleted the app {}";
    SecretCreate = "secret.create", "added a secret to {}";
    SecretEnd = "secret.end", "ended a secret of {}";
    PrivateAppCreate = "private_app.create", "created the private app {}";
    PrivateAppEdit = "private_app.edit", "changed the private app {}";
    PrivateAppLogo = "private_app.logo", "changed the logo of the private app {}";
    PrivateAppDelete = "private_app.delete", "deleted the private app {}";
    PrivateAppTokenCreate = "private_app_token.create", "added a token to {}";
    PrivateAppTokenRevoke = "private_app_token.revoke", "revoked a token of {}";
    ModuleCreate = "module.create", "added the module {}";
    ModuleEdit = "module.edit", "changed the module {}";
    ModuleDelete = "module.delete", "deleted the module {}";
    /// A person allowed an app something that they had not allowed it before.
    GrantGive = "grant.give", "allowed {} to act for them";
    /// A person allowed an app less than before.
    GrantNarrow = "grant.narrow", "allowed {} less than before";
    /// A person ended an app's access, and with it every token below.
    GrantRevoke = "grant.revoke", "ended what {} was allowed";
    /// An app ended one of its access tokens.
    AccessTokenRevoke = "access_token.revoke", "ended one of its access tokens";
    /// An app ended a refresh token, and with it everything that came of the same authorization.
    AuthorizationRevoke = "authorization.revoke", "ended what it was allowed in one sign-in";
    /// A code or a refresh token was presented again by its app, so everything that came of it was ended.
    AuthorizationRevokedAfterReplay = "authorization.revoked_after_replay", "presented a used code or token again, so what came of it was ended";
    SessionBegin = "session.begin", "signed in";
    /// A person proved again that it is them.
    SessionProve = "session.prove", "confirmed their password";
    /// A person ended a session of their own, the one at hand or others.
    SessionEnd = "session.end", "ended a browser session";
    /// A person's browser shows another of their organizations.
    SessionSwitch = "session.switch", "looked at this organization";
    /// A wrong password, or somebody who may not sign in. Counted by the hour.
    SignInFail = "sign_in.fail", "did not get in as {}";
    /// A person changed their own name.
    UserEdit = "user.edit", "changed their name";
    /// A person changed their own password, which ended their other sessions.
    PasswordChange = "password.change", "changed their password";
    MemberAdd = "member.add", "made {} a member";
    /// Somebody was given another role.
    MemberEdit = "member.edit", "changed the role of {}";
    MemberRemove = "member.remove", "removed {}";
    MemberLeave = "member.leave", "left the organization";
    InvitationCreate = "invitation.create", "invited somebody";
    InvitationWithdraw = "invitation.withdraw", "withdrew an invitation";
    /// An operator kept a person from signing in, and let them again.
    UserDisable = "user.disable", "disabled the account of {}";
    UserEnable = "user.enable", "enabled the account of {}";
    OrganizationUpdate = "organization.update", "changed the organization";
    InstallationSetUp = "installation.set_up", "set the server up";
    /// A fresh master key was put in front in the keyring's file.
    MasterKeyRotate = "master_key.rotate", "made a new master key";
    /// A node began to use another master key than the one before.
    MasterKeyUse = "master_key.use", "began to use another master key";
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no action.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no action of the audit log: expected something like client.create")]
pub struct NotAnAction;

impl Action {
    pub fn parse(name: &str) -> Result<Self, NotAnAction> {
        Self::ALL.iter().copied().find(|action| action.as_str() == name).ok_or(NotAnAction)
    }
}

impl Shaped for Action {
    const SHAPE: Shape = Shape::up_to(64, "^[a-z_]+[.][a-z_]+$").filled();
    type Refusal = NotAnAction;

    fn check(text: &str) -> Result<(), NotAnAction> {
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_one = Self::SHAPE.fits(text)
            && text.split_once('.').is_some_and(|(noun, verb)| {
                !noun.is_empty() && !verb.is_empty() && plain(noun) && plain(verb)
            });
        if is_one { Ok(()) } else { Err(NotAnAction) }
    }
}

/// What an edit changed of one field.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Change {
    pub field: String,
    pub from: String,
    pub to: String,
}

/// What somebody did or could not do, as it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub id: String,
    /// An organization's, or `installation`.
    pub organization_id: String,
    /// Whoever did it: a person, an app, a private app, the command line, or nobody who is known.
    pub actor: String,
    /// The app through which a person did it.
    pub through: Option<String>,
    /// Of [`Action`], or of a release to come.
    pub action: String,
    /// What it was done to.
    pub object: String,
    pub detail: String,
    /// A JSON list of each [`Change`], where something was edited.
    pub changes: Option<String>,
    pub created_at: Timestamp,
    /// How often, within the hour.
    pub times: i64,
    pub address: Option<String>,
    pub request_id: Option<String>,
}

impl Keyed for Record {
    fn key(&self) -> &str {
        &self.id
    }
}

impl Record {
    /// What an edit changed.
    pub fn changed(&self) -> Vec<Change> {
        self.changes.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// The hash of the record in its chain, in which `before` is the hash of the one before: of an empty text at first.
    /// Whoever changes anything of it, or its place, changes this and every hash after it.
    pub fn hash(&self, before: &str) -> Digest {
        // Each is named, so that none is forgotten.
        let Self {
            id,
            organization_id,
            actor,
            through,
            action,
            object,
            detail,
            changes,
            created_at,
            times,
            address,
            request_id,
        } = self;
        let all = json!([
            before,
            id,
            organization_id,
            actor,
            through,
            action,
            object,
            detail,
            changes,
            created_at.millis(),
            times,
            address,
            request_id
        ]);
        Digest::of(&all.to_string())
    }
}

/// The identifier of a record.
pub enum RecordId {}

/// The text is not an identifier of a record.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the identifier of a record: expected evt_ and 26 letters and digits")]
pub struct NotARecordId;

impl Shaped for RecordId {
    const SHAPE: Shape =
        Shape { least: 4 + id::LENGTH, ..Shape::up_to(4 + id::LENGTH, "^evt_[0-9a-hjkmnp-tv-z]+$") };
    type Refusal = NotARecordId;

    fn check(text: &str) -> Result<(), NotARecordId> {
        let is_one = text.strip_prefix("evt_").is_some_and(id::is_well_formed);
        if is_one { Ok(()) } else { Err(NotARecordId) }
    }
}

/// What a record names as its actor or its object.
pub enum Reference {}

/// The text names nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no identifier: expected up to {} letters, digits, - and _", Reference::SHAPE.most)]
pub struct NotAReference;

impl Shaped for Reference {
    const SHAPE: Shape = Shape::up_to(64, "^[A-Za-z0-9_-]+$").filled();
    type Refusal = NotAReference;

    fn check(text: &str) -> Result<(), NotAReference> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if Self::SHAPE.fits(text) && text.bytes().all(known) { Ok(()) } else { Err(NotAReference) }
    }
}

/// Which records somebody wants to see.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What this person, app or private app did.
    pub actor: Option<String>,
    pub action: Option<Action>,
    /// What was done to this.
    pub object: Option<String>,
    pub since: Option<Timestamp>,
    /// Not at that moment or later.
    pub until: Option<Timestamp>,
}

/// The last record of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub organization_id: String,
    /// Records are counted from 1.
    pub position: i64,
    pub hash: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_plain_and_there_once() {
        for (place, action) in Action::ALL.iter().enumerate() {
            let name = action.as_str();
            let plain = |part: &str| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            };
            assert!(name.split_once('.').is_some_and(|(noun, verb)| plain(noun) && plain(verb)), "{name}");
            assert!(Action::ALL[..place].iter().all(|other| other.as_str() != name), "{name} is there twice");
        }
    }
}
