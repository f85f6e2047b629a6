//! Whose work is being done: the id of the request and its place in a trace (W3C Trace Context). Every log line names both,
//! and whoever is asked on the way is told the trace.
//!
//! They are kept beside the task and not handed down: the log needs them everywhere, also where a parameter would pass
//! through twenty functions that have no other use for it. Work that goes on on another thread takes them along with
//! [`carried`].

mod parent;
mod state;

use std::future::Future;
use std::sync::Arc;

pub use parent::{TRACEPARENT, Trace};
pub use state::TRACESTATE;

/// The work of a request.
#[derive(Debug, Clone)]
pub struct Work {
    /// `X-Request-Id`.
    pub request_id: Arc<str>,
    /// The trace that it belongs to.
    pub trace: Trace,
}

tokio::task_local! {
    static CURRENT: Work;
}

/// Does the work of a request.
pub async fn within<F: Future>(work: Work, future: F) -> F::Output {
    CURRENT.scope(work, future).await
}

/// What is being worked on here, if it is a request's.
#[must_use]
pub fn current() -> Option<Work> {
    CURRENT.try_with(Clone::clone).ok()
}

/// The same work, wherever it is run.
pub fn carried<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let current = current();
    move || match current {
        Some(current) => CURRENT.sync_scope(current, work),
        None => work(),
    }
}

/// The headers for whoever is asked now: of the trace of this work, or of a new one where no request began it.
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
        let work = Work { request_id: Arc::from("request-1"), trace: Trace::begin() };
        let trace_id = work.trace.id();
        within(work, async {
            let known = || current().map(|work| work.request_id.to_string());
            assert_eq!(known().as_deref(), Some("request-1"));
            let elsewhere = std::thread::spawn(carried(known)).join().unwrap();
            assert_eq!(elsewhere.as_deref(), Some("request-1"));
            assert_eq!(std::thread::spawn(known).join().unwrap(), None);
            let [(name, parent)] = headers().try_into().unwrap();
            assert_eq!(name, "traceparent");
            assert!(parent.starts_with(&format!("00-{trace_id}-")), "{parent}");
        })
        .await;
        assert!(current().is_none());
    }
}
