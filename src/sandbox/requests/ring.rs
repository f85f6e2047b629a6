//! The newest requests, bounded in number and in bytes.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::message::Message;

/// The largest number of requests that are kept.
pub(super) const MOST: usize = 500;
/// The largest sum of their sizes, in bytes.
pub(super) const MOST_BYTES: usize = 2 * 1024 * 1024;
/// What a request counts for beside its texts.
const FRAME: usize = 256;

/// A request and its answer.
#[derive(Debug, Serialize)]
pub(super) struct Exchange {
    /// The id of the request: `X-Request-Id`, and in the `instance` of a problem.
    pub(super) id: String,
    /// When it came.
    pub(super) at: DateTime<Utc>,
    pub(super) method: String,
    pub(super) path: String,
    /// The query, without secrets.
    pub(super) query: Option<String>,
    pub(super) status: u16,
    pub(super) request: Message,
    pub(super) response: Message,
}

impl Exchange {
    fn size(&self) -> usize {
        let texts = [&self.id, &self.method, &self.path].map(String::len).iter().sum::<usize>();
        let query = self.query.as_ref().map_or(0, String::len);
        FRAME + texts + query + self.request.size() + self.response.size()
    }
}

/// Which requests are wanted.
#[derive(Debug, Default)]
pub(super) struct Filter<'a> {
    pub(super) status: Option<u16>,
    /// How their path begins.
    pub(super) path: Option<&'a str>,
}

impl Filter<'_> {
    fn takes(&self, exchange: &Exchange) -> bool {
        let status = self.status.is_none_or(|status| exchange.status == status);
        status && self.path.is_none_or(|path| exchange.path.starts_with(path))
    }
}

#[derive(Debug, Default)]
struct Kept {
    exchanges: VecDeque<Arc<Exchange>>,
    bytes: usize,
}

/// The requests of one node.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct RequestLog(Mutex<Kept>);

impl RequestLog {
    /// Keeps a request; the oldest ones make room.
    pub(super) fn keep(&self, exchange: Exchange) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += exchange.size();
        kept.exchanges.push_back(Arc::new(exchange));
        while kept.exchanges.len() > MOST || kept.bytes > MOST_BYTES {
            let Some(oldest) = kept.exchanges.pop_front() else { break };
            kept.bytes = kept.bytes.saturating_sub(oldest.size());
        }
    }

    /// Returns the statuses of the kept requests, in order.
    pub(super) fn statuses(&self) -> BTreeSet<u16> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.exchanges.iter().map(|exchange| exchange.status).collect()
    }

    /// Returns the newest requests of a kind, newest first.
    pub(super) fn newest(&self, filter: &Filter<'_>, limit: usize) -> Vec<Arc<Exchange>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.exchanges.iter().rev().filter(|exchange| filter.takes(exchange)).take(limit).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(number: usize, text: usize) -> Exchange {
        let (request, response) = (Message::default(), Message::default());
        let (method, path) = ("GET".to_owned(), "/x".repeat(text / 2));
        let (id, at, status) = (number.to_string(), DateTime::UNIX_EPOCH, 200);
        Exchange { id, at, method, path, query: None, status, request, response }
    }

    #[test]
    fn the_number_of_requests_is_bounded_and_the_oldest_goes_first() {
        let log = RequestLog::default();
        (0..MOST + 7).for_each(|number| log.keep(exchange(number, 2)));
        let all = log.newest(&Filter::default(), usize::MAX);
        assert_eq!((all.len(), all[0].id.as_str()), (MOST, (MOST + 6).to_string().as_str()));
        assert_eq!(all.last().unwrap().id, "7");
        assert_eq!(log.newest(&Filter::default(), 3).len(), 3);
    }

    #[test]
    fn their_bytes_are_bounded_too() {
        let log = RequestLog::default();
        (0..20).for_each(|number| log.keep(exchange(number, MOST_BYTES / 8)));
        let kept = log.0.lock().unwrap();
        assert!(
            kept.bytes <= MOST_BYTES && kept.exchanges.len() == 7,
            "{} {}",
            kept.bytes,
            kept.exchanges.len()
        );
        assert_eq!(kept.bytes, kept.exchanges.iter().map(|exchange| exchange.size()).sum::<usize>());
    }
}
