//! Why a change is refused; and the check of its fields, which finds everything that is wrong and not just the first
//! of it.

use std::fmt;

use serde_json::Value;

use crate::model::audit::Change;
use crate::model::authority::Denied;
use crate::model::client::ClientKind;
use crate::model::client::Distribution;
use crate::model::client::GrantTypes;
use crate::model::client::Pkce;
use crate::model::lifetime::Seconds;
use crate::model::module::Modules;
use crate::model::scope::Scope;
use crate::model::scope::Scopes;
use crate::model::shape::Shaped;
use crate::store;

#[derive(Clone, Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no such thing in the organization; another organization's is the same as none.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error(transparent)]
    Denied(#[from] Denied),
    /// At least one field.
    #[error("some fields are not valid")]
    Invalid(Vec<FieldError>),
    /// The change is fine, but not now.
    #[error("{0}")]
    Conflict(&'static str),
    /// Others changed fields since the version that was edited, and the change would overwrite them.
    #[error("some fields were changed by others since")]
    Stale {
        /// The number of the version that stands now.
        version: i64,
        /// At least one.
        differences: Vec<Difference>,
    },
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What is wrong with one field, as a sentence about what it has and what it needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct FieldError {
    pub field: &'static str,
    pub message: String,
    /// It is not even of the shape that is documented: no state of things would make it right.
    pub misshapen: bool,
}

/// A field that somebody else changed meanwhile: as it is now, and as it was to be. Never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub field: &'static str,
    pub now: Value,
    pub sent: Value,
}

/// Gives a draft `changes`: the fields in which another of them differs, each as it is in both.
macro_rules! compared {
    ($draft:ident $(by $version:ident)? { $($field:ident),+ $(,)? }) => {
        impl $draft {
            pub(crate) fn changes(&self, after: &Self) -> Vec<crate::model::audit::Change> {
                // Each is named, so that none is forgotten.
                let Self { $($version: _,)? $($field,)+ } = self;
                let mut changes = Vec::new();
                $(if *$field != after.$field {
                    changes.push(crate::app::compare(stringify!($field), $field, &after.$field));
                })+
                changes
            }
        }
    };
}

/// One field of [`compared`].
pub(crate) fn compare(field: &'static str, from: &impl Recorded, to: &impl Recorded) -> Change {
    let short = |text: String| text.chars().take(LONGEST_VALUE).collect();
    Change { field: field.into(), from: short(from.recorded()), to: short(to.recorded()) }
}

/// Characters of a value that are kept in the audit log.
const LONGEST_VALUE: usize = 500;

/// How a field stands in the audit log. No field that is compared is a secret.
pub(crate) trait Recorded {
    fn recorded(&self) -> String;
}

macro_rules! recorded {
    ($($type:ty: $value:ident => $text:expr;)+) => {$(
        impl Recorded for $type {
            fn recorded(&self) -> String {
                let $value = self;
                $text
            }
        }
    )+};
}

recorded! {
    String: text => text.clone();
    bool: is => if *is { "yes" } else { "no" }.to_owned();
    Option<bool>: is => is.as_ref().map(Recorded::recorded).unwrap_or_default();
    Vec<String>: items => items.join(" ");
    Seconds: span => format!("{} s", span.get());
    Option<Seconds>: span => span.as_ref().map_or_else(|| "never ends".to_owned(), Recorded::recorded);
    ClientKind: kind => kind.to_string();
    GrantTypes: types => types.to_string();
    Pkce: pkce => pkce.to_string();
    Distribution: distribution => distribution.to_string();
}

pub(crate) use compared;

/// What was wrong so far.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// What `rule` makes of a text that is documented as a `T`, or its default once the error is noted:
    /// [`Fields::finish`] then keeps it from being used.
    pub fn take<T: Shaped, V: Default, E: fmt::Display>(
        &mut self,
        field: &'static str,
        text: &str,
        rule: impl FnOnce(&str) -> Result<V, E>,
    ) -> V {
        self.taken::<T, V, E>(field, text, rule).unwrap_or_default()
    }

    /// As [`Fields::take`]; `None` once the error is noted.
    pub fn taken<T: Shaped, V, E: fmt::Display>(
        &mut self,
        field: &'static str,
        text: &str,
        rule: impl FnOnce(&str) -> Result<V, E>,
    ) -> Option<V> {
        let note = |error: E| {
            let (message, misshapen) = (format!("It {error}."), T::check(text).is_err());
            self.0.push(FieldError { field, message, misshapen });
        };
        rule(text).map_err(note).ok()
    }

    /// The value is not of the documented shape.
    pub fn misshapen(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(FieldError { field, message: message.into(), misshapen: true });
    }

    /// The value is of the documented shape, and does not do here and now.
    pub fn refuse(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(FieldError { field, message: message.into(), misshapen: false });
    }

    pub fn refuse_if(&mut self, wrong: bool, field: &'static str, message: &str) {
        if wrong {
            self.refuse(field, message);
        }
    }

    /// Reads scopes of which each belongs to a module, unless the app `had` it before.
    pub fn scopes(&mut self, names: &[String], had: &Scopes, modules: &Modules) -> Scopes {
        let mut scopes = Scopes::default();
        let mut unknown = Vec::new();
        for name in names {
            match Scope::parse(name) {
                Ok(scope) if modules.of(&scope).is_some() || had.contains(&scope) => scopes.insert(scope),
                Ok(scope) => unknown.push(scope.as_str().chars().take(64).collect::<String>()),
                Err(error) => self.misshapen("scopes", format!("Of the scopes, {error}.")),
            }
        }
        if !unknown.is_empty() {
            let known = modules.scopes().to_string();
            self.refuse("scopes", format!("There is no scope {}. Choose of: {known}.", unknown.join(", ")));
        }
        let most = Scopes::MOST;
        if names.len() > most {
            self.misshapen("scopes", format!("There are {} scopes; at most {most} fit.", names.len()));
        }
        scopes
    }

    /// Notes what the actor cannot give.
    pub fn refuse_beyond(&mut self, beyond: &Scopes) {
        if !beyond.is_empty() {
            self.refuse("scopes", format!("You cannot give what you do not hold yourself: {beyond}."));
        }
    }

    pub fn finish(self) -> Result<(), ChangeError> {
        self.finish_with(Some(()))
    }

    /// What was made of the fields, which is there when none of them was wrong.
    pub fn finish_with<T>(self, made: Option<T>) -> Result<T, ChangeError> {
        made.filter(|_| self.0.is_empty()).ok_or(ChangeError::Invalid(self.0))
    }
}

/// Passes when there is nothing `beyond` what the actor holds.
pub fn require_holding(beyond: &Scopes) -> Result<(), ChangeError> {
    if beyond.is_empty() { Ok(()) } else { Err(Denied::Beyond { scopes: beyond.clone() }.into()) }
}
