//! What a page says at its top about what the person did just before. The address names it; the words are ours.

use poem::Request;
use poem::Response;

use crate::web::browser;
use crate::web::pages::parts::Notice;
use crate::web::pages::parts::Tone;

/// Something that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Registered,
    Saved,
    SecretEnded,
    TokenRevoked,
    ConnectionEnded,
    Deleted,
    ModuleAdded,
    ModuleRemoved,
    AppDisabled,
    AppEnabled,
    AppStopped,
    AppGoesOn,
    PasswordChanged,
    SessionEnded,
    RoleChanged,
    MemberRemoved,
    InvitationWithdrawn,
    Joined,
    /// Whoever accepted an invitation was a member already.
    MemberBefore,
    /// A form that works once was posted again, as reloading its answer does.
    Before,
}

impl Done {
    const ALL: [Done; 20] = [
        Done::Registered,
        Done::Saved,
        Done::SecretEnded,
        Done::TokenRevoked,
        Done::ConnectionEnded,
        Done::Deleted,
        Done::ModuleAdded,
        Done::ModuleRemoved,
        Done::AppDisabled,
        Done::AppEnabled,
        Done::AppStopped,
        Done::AppGoesOn,
        Done::PasswordChanged,
        Done::SessionEnded,
        Done::RoleChanged,
        Done::MemberRemoved,
        Done::InvitationWithdrawn,
        Done::Joined,
        Done::MemberBefore,
        Done::Before,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Done::Registered => "registered",
            Done::Saved => "saved",
            Done::SecretEnded => "secret-ended",
            Done::TokenRevoked => "token-revoked",
            Done::ConnectionEnded => "connection-ended",
            Done::Deleted => "deleted",
            Done::ModuleAdded => "module-added",
            Done::ModuleRemoved => "module-removed",
            Done::AppDisabled => "app-disabled",
            Done::AppEnabled => "app-enabled",
            Done::AppStopped => "app-stopped",
            Done::AppGoesOn => "app-goes-on",
            Done::PasswordChanged => "password-changed",
            Done::SessionEnded => "session-ended",
            Done::RoleChanged => "role-changed",
            Done::MemberRemoved => "member-removed",
            Done::InvitationWithdrawn => "invitation-withdrawn",
            Done::Joined => "joined",
            Done::MemberBefore => "member-before",
            Done::Before => "before",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Done::Registered => "The app is registered.",
            Done::Saved => "Your changes are saved.",
            Done::SecretEnded => "The secret has ended: the app cannot sign in with it any more.",
            Done::TokenRevoked => "The token is revoked: nothing can use it any more.",
            Done::ConnectionEnded => "The app’s access has ended.",
            Done::Deleted => "It is deleted, and everything that it was allowed has ended.",
            Done::ModuleAdded => "The module is added: apps can ask for it now.",
            Done::ModuleRemoved => "The module is removed: nobody can ask for it any more.",
            Done::AppDisabled => "The app is disabled: its tokens rest until it is enabled again.",
            Done::AppEnabled => "The app is enabled: its tokens work again as they did.",
            Done::AppStopped => "The app is stopped, and its owner reads why.",
            Done::AppGoesOn => "The app goes on: its tokens work again as they did.",
            Done::PasswordChanged => "Your password is changed, and you are signed out everywhere else.",
            Done::SessionEnded => "It is ended: whoever uses that browser must sign in again.",
            Done::RoleChanged => "The role is changed, and counts from now on.",
            Done::MemberRemoved => "They are removed, and whatever they allowed here has ended.",
            Done::InvitationWithdrawn => "The invitation is withdrawn: its link does not work any more.",
            Done::Joined => "Welcome: you are a member now.",
            Done::MemberBefore => {
                "You were a member already, so your role stays as it was. The link is used up."
            }
            Done::Before => {
                "This form was sent before, so nothing was made this time. What it made then is listed here."
            }
        }
    }

    const fn tone(self) -> Tone {
        match self {
            Done::Before => Tone::Warn,
            _ => Tone::Good,
        }
    }
}

/// The notice that the request's address asks for.
pub fn of(request: &Request) -> Option<Notice> {
    let query = request.uri().query()?;
    let word = query.strip_prefix("done=")?;
    let done = Done::ALL.into_iter().find(|done| done.as_str() == word)?;
    Some(Notice { kind: done.tone(), text: done.words().to_owned() })
}

/// On to a page that says what was done.
pub fn go(path: &str, done: Done) -> Response {
    browser::see_other(&format!("{path}?done={}", done.as_str()))
}
