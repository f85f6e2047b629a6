//! Limits how often accounts ask a node, counted in memory: for what is asked too often to be counted in the database, and leaves
//! rows for good.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::error::Quota;

/// The window of each count.
const WINDOW: TimeDelta = TimeDelta::minutes(10);
/// As many counts are kept before those whose window is over are removed.
const KEPT: usize = 4096;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Holder {
    Account(Uuid),
    Session(Uuid),
    Refreshes(Uuid),
    LogIns(Uuid),
}

impl Holder {
    /// The name of the limit.
    const fn limit(self) -> &'static str {
        match self {
            Self::Account(_) => "account-requests",
            Self::Session(_) => "session-requests",
            Self::Refreshes(_) => "refreshes",
            Self::LogIns(_) => "log-ins",
        }
    }
}

/// How often accounts and their sessions asked.
#[derive(Debug, Clone)]
pub struct Paces {
    most: u32,
    counted: Arc<Mutex<Counted>>,
}

#[derive(Debug)]
struct Counted {
    by_holder: HashMap<Holder, Count>,
    /// So many counts that a look at all of them is due.
    sweep_at: usize,
}

#[derive(Debug)]
struct Count {
    asked: u32,
    until: DateTime<Utc>,
}

impl Paces {
    /// Lets each account ask so often in ten minutes.
    #[must_use]
    pub fn new(most: u32) -> Self {
        let counted = Counted { by_holder: HashMap::new(), sweep_at: KEPT };
        Self { most, counted: Arc::new(Mutex::new(counted)) }
    }

    /// Counts a request of a session, or of all sessions of a grant together. One holder has half of what the account has:
    /// whoever stole a token, or a client that goes wild, leaves the owner the other half.
    ///
    /// # Errors
    /// Fails if a window is full; returns which, and when it ends.
    pub fn request(&self, holder: Uuid, account: Uuid, now: DateTime<Utc>) -> Result<(), Quota> {
        self.count(Holder::Session(holder), self.most / 2, now)?;
        self.count(Holder::Account(account), self.most, now)
    }

    /// Counts a refresh of a session.
    ///
    /// # Errors
    /// Fails if the window is full; returns when it ends.
    pub fn refresh(&self, session: Uuid, now: DateTime<Utc>) -> Result<(), Quota> {
        self.count(Holder::Refreshes(session), self.most / 2, now)
    }

    /// Counts a log-in whose password was right: nobody else uses this up.
    ///
    /// # Errors
    /// Fails if the window is full; returns when it ends.
    pub fn log_in(&self, account: Uuid, now: DateTime<Utc>) -> Result<(), Quota> {
        self.count(Holder::LogIns(account), self.most / 2, now)
    }

    fn count(&self, holder: Holder, most: u32, now: DateTime<Utc>) -> Result<(), Quota> {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.by_holder.len() >= counted.sweep_at {
            counted.by_holder.retain(|_, count| count.until > now);
            counted.sweep_at = KEPT.max(2 * counted.by_holder.len());
        }
        let new = || Count { asked: 0, until: now + WINDOW };
        let count = counted.by_holder.entry(holder).or_insert_with(new);
        // A clock that was set back makes no window longer.
        if count.until <= now || count.until > now + WINDOW {
            *count = new();
        }
        if count.asked >= most {
            let resets_in = (count.until - now).to_std().unwrap_or_default();
            return Err(Quota {
                name: holder.limit(),
                most,
                window: WINDOW.to_std().ok(),
                left: 0,
                resets_in,
            });
        }
        count.asked += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    /// The name of the limit that is full, and for how many seconds.
    fn full(counted: Result<(), Quota>) -> Option<(&'static str, u64)> {
        counted.err().map(|quota| (quota.name, quota.resets_in.as_secs()))
    }

    #[test]
    fn a_session_has_half_of_its_accounts_window_which_begins_anew() {
        let paces = Paces::new(4);
        let [account, other, stolen, own] = [(); 4].map(|()| Uuid::now_v7());
        assert_eq!(paces.request(stolen, account, at(0)), Ok(()));
        assert_eq!(paces.request(stolen, account, at(599)), Ok(()));
        assert_eq!(full(paces.request(stolen, account, at(599))), Some(("session-requests", 1)));
        assert_eq!(paces.request(own, account, at(599)), Ok(()), "the owner's half");
        assert_eq!(paces.request(Uuid::now_v7(), account, at(599)), Ok(()));
        let all = full(paces.request(Uuid::now_v7(), account, at(599)));
        assert_eq!(all, Some(("account-requests", 1)), "all of the account's");
        assert_eq!(paces.request(Uuid::now_v7(), other, at(599)), Ok(()));
        assert_eq!(paces.request(stolen, account, at(600)), Ok(()));
        assert_eq!(paces.request(stolen, account, at(600)), Ok(()));
        assert!(full(paces.request(stolen, account, at(600))).is_some());
        assert_eq!(paces.request(stolen, account, at(0)), Ok(()), "the clock was set back");
    }

    #[test]
    fn log_ins_and_refreshes_are_counted_apart_from_requests() {
        let (paces, id) = (Paces::new(2), Uuid::now_v7());
        assert_eq!((paces.request(id, id, at(0)), paces.log_in(id, at(0))), (Ok(()), Ok(())));
        assert_eq!(paces.refresh(id, at(0)), Ok(()));
        assert_eq!(full(paces.refresh(id, at(1))), Some(("refreshes", 599)));
        assert_eq!(full(paces.log_in(id, at(1))), Some(("log-ins", 599)));
    }

    #[test]
    fn whose_window_is_over_takes_no_memory_for_long() {
        let paces = Paces::new(2);
        for _ in 0..KEPT {
            paces.log_in(Uuid::now_v7(), at(0)).unwrap();
        }
        paces.log_in(Uuid::now_v7(), at(600)).unwrap();
        assert_eq!(paces.counted.lock().unwrap().by_holder.len(), 1);
    }
}
