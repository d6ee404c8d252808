//! What pages say: each message with its facts, whatever the language.

use std::borrow::Cow;

use fluent_bundle::FluentArgs;
use fluent_bundle::FluentValue;

/// Something that a message tells besides its words.
trait Fact {
    fn value(self) -> FluentValue<'static>;
}

/// What others wrote. It is kept apart from the words around it: a name that runs from right to left turns nothing
/// else around (Unicode Standard Annex 9, isolates), and cannot end that itself.
impl Fact for &str {
    fn value(self) -> FluentValue<'static> {
        FluentValue::String(Cow::Owned(isolated(self)))
    }
}

/// What others wrote, between isolates and with none of its own.
pub(super) fn isolated(text: &str) -> String {
    let turns = |letter: char| matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept = text.chars().filter(|letter| !turns(*letter));
    ['\u{2068}'].into_iter().chain(kept).chain(['\u{2069}']).collect()
}

impl Fact for i64 {
    fn value(self) -> FluentValue<'static> {
        self.into()
    }
}

/// What a span of time is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
}

impl Unit {
    /// In English, and in the catalogues.
    pub const fn as_str(self) -> &'static str {
        match self {
            Unit::Second => "second",
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Month => "month",
            Unit::Year => "year",
        }
    }
}

/// A word of ours that a catalogue chooses by.
impl Fact for Unit {
    fn value(self) -> FluentValue<'static> {
        FluentValue::String(Cow::Borrowed(self.as_str()))
    }
}

/// How an app that asks for access stands to what it was allowed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// It was allowed nothing.
    First,
    /// It asks for something else too.
    More,
    /// It asks for what it was allowed, or for less.
    Again,
}

impl Fact for Asking {
    fn value(self) -> FluentValue<'static> {
        FluentValue::String(Cow::Borrowed(match self {
            Asking::First => "first",
            Asking::More => "more",
            Asking::Again => "again",
        }))
    }
}

macro_rules! messages {
    ($($name:ident $({ $($fact:ident: $kind:ty),+ })?,)+) => {
        /// A message to people. Each has an entry of its name in every catalogue, which may use its facts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Message<'a> {
            $($name $({ $($fact: $kind),+ })?,)+
        }

        impl<'a> Message<'a> {
            /// The name of every message, and those of its facts.
            #[cfg(test)]
            pub(super) const ALL: &'static [(&'static str, &'static [&'static str])] =
                &[$((stringify!($name), &[$($(stringify!($fact)),+)?])),+];

            pub(super) fn name(&self) -> &'static str {
                match self {
                    $(Self::$name $({ $($fact: _),+ })? => stringify!($name),)+
                }
            }

            pub(super) fn facts(self) -> FluentArgs<'static> {
                #[allow(unused_mut)]
                let mut facts = FluentArgs::new();
                match self {
                    $(Self::$name $({ $($fact),+ })? => { $($(facts.set(stringify!($fact), $fact.value());)+)? })+
                }
                facts
            }
        }
    };
}

messages! {
    // Every page
    SkipToContent,
    WhatToDo,
    GoToOverview,
    Lasting { count: i64, unit: Unit },
    // Signing in
    SignIn,
    ContinueToApp { app: &'a str },
    Email,
    Password,
    NoAccount,
    SignInIncomplete,
    SignInWrong,
    SignInStale,
    SignInBusy,
    SignInWait { count: i64, unit: Unit },
    SignInWaitReason,
    // Signed in, and what waited does not any more
    SignedIn,
    SignedInTooLate { count: i64, unit: Unit },
    SignedInFromApp,
    SignedInFromPage,
    // Allowing an app
    AllowTitle { app: &'a str },
    AsksForAccess { app: &'a str, asking: Asking },
    AsksForAccessTo { app: &'a str, organization: &'a str, asking: Asking },
    Published { publisher: &'a str },
    PublishedVerified { publisher: &'a str },
    PublisherUnknown,
    RegisteredNow,
    RegisteredAgo { count: i64, unit: Unit },
    AppUnproven,
    AppMoved,
    SignedInAs,
    UseAnotherAccount,
    Organization,
    OrganizationOnly,
    WhatItMayDo,
    UntickHint,
    UntickLoses,
    AllowedBefore,
    Sensitive,
    CanChange,
    ReadsOnly,
    ForHowLong,
    UntilEnded,
    ReturnToHost { host: &'a str },
    ReturnToComputer { host: &'a str },
    ReturnToDevice { scheme: &'a str },
    Deny,
    Allow,
    ActsInYourName { app: &'a str },
    EndAnyTime,
    ConnectedApps,
    // What scopes mean, where the platform did not say
    SeeModule { title: &'a str },
    ChangeModule { title: &'a str },
    OAuthApps,
    SeeOAuthApps,
    ChangeOAuthApps,
    PrivateApps,
    SeePrivateApps,
    ChangePrivateApps,
    Modules,
    SeeModules,
    ChangeModules,
    AuditLog,
    SeeAuditLog,
    ChangeAuditLog,
    // When an app's request cannot be answered
    RequestUnreadable,
    RequestUnreadableWhy,
    RequestIncomplete,
    RequestIncompleteWhy,
    StartAgain,
    StartAgainWhy,
    NotAllowed,
    NotAllowedWhy,
    AskTheApp,
    AppUnknown,
    AppUnknownWhy,
    WrongAddress { app: &'a str },
    WrongAddressWhy,
    AppRests { app: &'a str },
    AppRestsWhy,
    UserTellsDevelopers,
    UserWaits,
    DeveloperCopiesId,
    DeveloperComparesAddresses,
    DeveloperLooksUp,
    Received { parameter: &'a str },
    Expected,
    ExpectedClientId,
    ExpectedRedirectUri,
    Nothing,
    ForDevelopers,
    // When something did not work
    ErrorStatus { status: i64 },
    ErrorHeadline { status: i64 },
    ErrorHappened { status: i64 },
    ErrorAdvice { status: i64 },
    TryAgainSoon,
    RequestId,
    // On the way to somewhere
    BackToApp { app: &'a str },
    OneMoment,
    OnYourWay,
    Continue,
}
