//! The request whose work is being done: its id, its place in a trace (W3C Trace Context), its sender, the account of its
//! caller, and the client that acts for it. Every log line names them, and outgoing calls carry the trace. And what is left of the
//! limits that the request was counted for, which its answer says.
//!
//! They are kept in the task rather than passed as parameters: the log needs them everywhere, and a parameter would
//! pass through twenty functions that do not use it. Work that moves to another thread takes them along with
//! [`carried`].
//!
//! | File | What lives there |
//! | --- | --- |
//! | `parent`, `state` | the headers `traceparent` and `tracestate` |

mod parent;
mod state;

use std::future::Future;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use uuid::Uuid;

use crate::error::Quota;
use crate::sender::Sender;

pub use parent::{TRACEPARENT, Trace};
pub use state::TRACESTATE;

/// The request that work belongs to.
#[derive(Debug, Clone)]
pub struct Work {
    /// `X-Request-Id`.
    pub request_id: Arc<str>,
    /// The request's trace.
    pub trace: Trace,
    /// The request's sender, as far as it is known.
    pub sender: Option<Sender>,
    /// The caller's account, once it is known.
    account: Arc<OnceLock<Uuid>>,
    /// The account that the caller tries to log in to.
    aim: Arc<OnceLock<Uuid>>,
    /// The client that sends the request, for an account or for itself.
    client: Arc<OnceLock<Arc<str>>>,
    /// What is left of the limits that the request was counted for, as far as its answer says so.
    quotas: Arc<Mutex<Vec<Quota>>>,
}

impl Work {
    /// Makes the work of a request whose caller is not known yet.
    #[must_use]
    pub fn new(request_id: &str, trace: Trace, sender: Option<Sender>) -> Self {
        Self {
            request_id: request_id.into(),
            trace,
            sender,
            account: Arc::default(),
            aim: Arc::default(),
            client: Arc::default(),
            quotas: Arc::default(),
        }
    }

    /// Returns the account of the caller, if it is known.
    #[must_use]
    pub fn account(&self) -> Option<Uuid> {
        self.account.get().copied()
    }

    /// Returns the account that the caller tries to log in to, if it is known.
    #[must_use]
    pub fn aim(&self) -> Option<Uuid> {
        self.aim.get().copied()
    }

    /// Returns the id of the client that acts, if it is known.
    #[must_use]
    pub fn client(&self) -> Option<&str> {
        self.client.get().map(AsRef::as_ref)
    }
}

tokio::task_local! {
    static CURRENT: Work;
}

/// Runs a future as the work of a request.
pub async fn within<F: Future>(work: Work, future: F) -> F::Output {
    CURRENT.scope(work, future).await
}

/// Returns the current request, if there is one.
#[must_use]
pub fn current() -> Option<Work> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Returns the sender of the current request.
#[must_use]
pub fn sender() -> Option<Sender> {
    CURRENT.try_with(|work| work.sender).ok().flatten()
}

/// Returns the id of the client that acts in the current request.
#[must_use]
pub fn client() -> Option<String> {
    CURRENT.try_with(|work| work.client().map(str::to_owned)).ok().flatten()
}

/// Remembers whose account the current request acts for. The first account stays.
pub fn acts_for(account: Uuid) {
    let _ = CURRENT.try_with(|work| work.account.set(account));
}

/// Remembers which account the current request tries to log in to.
pub fn aims_at(account: Uuid) {
    let _ = CURRENT.try_with(|work| work.aim.set(account));
}

/// Remembers which client acts in the current request. The first one stays.
pub fn acts_through(client: &str) {
    let _ = CURRENT.try_with(|work| work.client.set(client.into()));
}

/// Remembers what is left of a limit that the current request was counted for. The last count of a limit stays.
pub fn counted(quota: Quota) {
    let _ = CURRENT.try_with(|work| {
        let mut quotas = work.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        quotas.retain(|other| other.name != quota.name);
        quotas.push(quota);
    });
}

/// Returns what is left of the limits that the current request was counted for.
#[must_use]
pub fn quotas() -> Vec<Quota> {
    let quotas = |work: &Work| work.quotas.lock().unwrap_or_else(PoisonError::into_inner).clone();
    CURRENT.try_with(quotas).unwrap_or_default()
}

/// Wraps a closure so that it keeps the current request on any thread.
pub fn carried<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let current = current();
    move || match current {
        Some(current) => CURRENT.sync_scope(current, work),
        None => work(),
    }
}

/// Returns the headers for an outgoing call: of the current trace, or of a new one outside any request.
#[must_use]
pub fn headers() -> Vec<(&'static str, String)> {
    let trace = current().map_or_else(Trace::begin, |work| work.trace);
    let state = trace.state().map(|state| (TRACESTATE, state.to_owned()));
    std::iter::once((TRACEPARENT, trace.child())).chain(state).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn work_is_known_in_its_task_and_on_threads_that_go_on_with_it() {
        assert!(current().is_none());
        let work = Work::new("request-1", Trace::begin(), None);
        let trace_id = work.trace.id();
        within(work, async {
            let known = || current().map(|work| work.request_id.to_string());
            assert_eq!(known().as_deref(), Some("request-1"));
            let elsewhere = std::thread::spawn(carried(known)).join().unwrap();
            assert_eq!(elsewhere.as_deref(), Some("request-1"));
            assert_eq!(std::thread::spawn(known).join().unwrap(), None);
            std::thread::spawn(carried(|| acts_for(Uuid::nil()))).join().unwrap();
            acts_for(Uuid::max());
            assert_eq!(current().and_then(|work| work.account()), Some(Uuid::nil()));
            std::thread::spawn(carried(|| acts_through("city"))).join().unwrap();
            assert_eq!(client().as_deref(), Some("city"));
            let [(name, parent)] = headers().try_into().unwrap();
            assert_eq!(name, "traceparent");
            assert!(parent.starts_with(&format!("00-{trace_id}-")), "{parent}");
        })
        .await;
        assert!(current().is_none());
    }
}
