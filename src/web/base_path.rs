//! The base path of the server that answers, as [`crate::web::request_id`] is the request's id: pages and addresses take
//! it from here, so that none is made without it.

use std::future::Future;

use crate::config::BasePath;

tokio::task_local! {
    static CURRENT: BasePath;
}

/// Runs `answering` with this base path as the current one.
pub fn scope<F: Future>(base: BasePath, answering: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(base, answering)
}

/// The base path of the server that answers in this task; empty outside of a request.
pub fn current() -> BasePath {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}
