//! The kinds of operations, and what each may answer.

use poem::http::StatusCode;

use crate::web::answer::Outcome;
use crate::web::api::refused::Refused;

macro_rules! outcomes {
    ($($(#[$doc:meta])* $name:ident = $status:ident $meaning:literal, $refusals:expr;)+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl Outcome for $name {
            type Refusal = Refused;
            const STATUS: StatusCode = StatusCode::$status;
            const MEANING: &'static str = $meaning;
            const REFUSALS: &'static [u16] = &$refusals;
        }
    )+};
}

outcomes! {
    Shown = OK "What there is", [400, 401, 403, 500, 503];
    /// As [`Shown`], where what is asked for may make no sense.
    Searched = OK "What there is", [400, 401, 403, 422, 500, 503];
    Found = OK "As it is now", [400, 401, 403, 404, 500, 503];
    Created = CREATED "Made, as it is now", [400, 401, 403, 409, 413, 415, 422, 500, 503];
    /// Made below something that may be missing.
    Added = CREATED "Made. The secret is shown this one time", [400, 401, 403, 404, 409, 413, 415, 422, 500, 503];
    /// As [`Added`], where there is nothing to send.
    Generated = CREATED "Made. The secret is shown this one time", [400, 401, 403, 404, 409, 500, 503];
    Changed = OK "As it is now", [400, 401, 403, 404, 409, 413, 415, 422, 500, 503];
    /// Changed by somebody who proved with a password that it is them.
    Proven = NO_CONTENT "Changed", [400, 401, 403, 413, 415, 422, 429, 500, 503];
    Deleted = NO_CONTENT "Gone", [400, 401, 403, 404, 409, 500, 503];
}
