//! Where the request comes from that this task answers.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

/// The caller's address and the name of the request. Of work that nobody asked for, neither.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Of the caller, or of the trusted proxy that does not tell it.
    pub address: Option<IpAddr>,
    /// As in the log line and the answer's `X-Request-Id`. Not a secret and not a proof of anything.
    pub request: Option<Arc<str>>,
}

tokio::task_local! {
    static CURRENT: Origin;
}

impl Origin {
    /// Of the request that this task answers.
    pub fn current() -> Self {
        CURRENT.try_with(Self::clone).unwrap_or_default()
    }

    /// Runs `answering` as work for this one.
    pub fn scope<F: Future>(self, answering: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, answering)
    }
}
