//! The authorization endpoint (RFC 6749 §4.1.1): from a query to a code.
//!
//! [`check`] decides whom to trust with an answer, [`next`] what the browser must do before there is one,
//! [`approve`] and [`deny`] make it.

mod answer;
mod checked;
mod consent;
mod request;

pub use self::answer::Answer;
pub use self::answer::Mode;
pub use self::checked::Checked;
pub use self::checked::CodeChallenge;
pub use self::checked::Prompt;
pub use self::checked::Refusal;
pub use self::checked::State;
pub use self::checked::check;
pub use self::consent::ConsentRequest;
pub use self::consent::Decision;
pub use self::consent::Next;
pub use self::consent::OrganizationChoice;
pub use self::consent::approve;
pub use self::consent::deny;
pub use self::consent::next;
pub use self::request::AuthorizationRequest;
