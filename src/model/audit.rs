//! What is recorded, by name: the one home of the names that the audit log keeps.

use std::fmt;

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// Something that was done. Its name is kept for ever, so it never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action { $($(#[$doc])* $variant,)+ }

        impl Action {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in the log.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

actions! {
    ClientCreate = "client.create",
    ClientEdit = "client.edit",
    ClientDisable = "client.disable",
    ClientEnable = "client.enable",
    /// An operator stopped an app on the whole instance.
    ClientStop = "client.stop",
    ClientStopLifted = "client.stop_lifted",
    ClientLogo = "client.logo",
    ClientDelete = "client.delete",
    SecretCreate = "secret.create",
    SecretEnd = "secret.end",
    PrivateAppCreate = "private_app.create",
    PrivateAppEdit = "private_app.edit",
    PrivateAppLogo = "private_app.logo",
    PrivateAppDelete = "private_app.delete",
    PrivateAppTokenCreate = "private_app_token.create",
    PrivateAppTokenRevoke = "private_app_token.revoke",
    ModuleCreate = "module.create",
    ModuleEdit = "module.edit",
    ModuleDelete = "module.delete",
    /// A person allowed an app something that they had not allowed it before.
    GrantGive = "grant.give",
    /// A person allowed an app less than before.
    GrantNarrow = "grant.narrow",
    /// A person ended an app's access, and with it every token below.
    GrantRevoke = "grant.revoke",
    /// An app ended one of its access tokens.
    AccessTokenRevoke = "access_token.revoke",
    /// An app ended a refresh token, and with it everything that came of the same authorization.
    AuthorizationRevoke = "authorization.revoke",
    /// A code or a refresh token was presented again by its app, so everything that came of it was ended.
    AuthorizationRevokedAfterReplay = "authorization.revoked_after_replay",
    SessionBegin = "session.begin",
    /// A person proved again that it is them.
    SessionProve = "session.prove",
    /// A person ended a session of their own, the one at hand or others.
    SessionEnd = "session.end",
    /// A person's browser shows another of their organizations.
    SessionSwitch = "session.switch",
    /// A wrong password, or somebody who may not sign in. Counted by the hour.
    SignInFail = "sign_in.fail",
    /// A person changed their own name.
    UserEdit = "user.edit",
    /// A person changed their own password, which ended their other sessions.
    PasswordChange = "password.change",
    MemberAdd = "member.add",
    /// Somebody was given another role.
    MemberEdit = "member.edit",
    MemberRemove = "member.remove",
    MemberLeave = "member.leave",
    InvitationCreate = "invitation.create",
    InvitationWithdraw = "invitation.withdraw",
    /// An operator kept a person from signing in, and let them again.
    UserDisable = "user.disable",
    UserEnable = "user.enable",
    OrganizationUpdate = "organization.update",
    InstallationSetUp = "installation.set_up",
    /// A fresh master key was put in front in the keyring's file.
    MasterKeyRotate = "master_key.rotate",
    /// A node began to use another master key than the one before.
    MasterKeyUse = "master_key.use",
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
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
