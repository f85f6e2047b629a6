//! What does the jobs of a kind, and how an attempt at a job ends.

use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

/// How an attempt ended.
#[derive(Debug, Clone, Copy)]
pub enum Outcome {
    /// The job is done.
    Done,
    /// The job must be retried; the text says why, without personal data.
    Retry(&'static str),
    /// The job can never succeed; the text says why, without personal data.
    GiveUp(&'static str),
}

/// Does the jobs of one kind. No database connection is held while it runs.
pub trait Handler {
    /// Returns the kind of its jobs.
    fn kind(&self) -> &'static str;
    /// Returns how many jobs of the kind one process runs concurrently. Each kind has its own slots, so a hanging mail
    /// server holds up no application.
    fn at_once(&self) -> usize {
        4
    }
    /// Makes one attempt, which others may follow: running twice must have the effect of running once. The id is the
    /// same in all attempts at a job. The future is dropped when the lease is lost, so it must not leave work on
    /// another thread.
    fn run(&self, id: Uuid, payload: Vec<u8>) -> LocalBoxFuture<'_, Outcome>;
}
