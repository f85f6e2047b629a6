//! What the clients know of each other: who there is, and which certificates.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use url::Url;

use crate::house::mail::MailServer;
use crate::house::people::{People, Person};

/// A certificate that somebody holds.
#[derive(Debug, Clone)]
pub struct Held {
    pub id: String,
    pub number: String,
    pub control_code: String,
    pub holder: Rc<Person>,
}

/// As many as verifiers choose among.
const SHOWN: usize = 400;

pub struct World {
    pub people: Arc<People>,
    pub mail: MailServer,
    pub ghiseul: Url,
    reasons: Vec<String>,
    next_wish: Cell<usize>,
    next_stranger: Cell<usize>,
    pub held: RefCell<Vec<Held>>,
    /// Revoked or replaced, as far as somebody was told.
    pub ended: RefCell<Vec<Held>>,
}

impl World {
    pub fn new(people: Arc<People>, mail: MailServer, ghiseul: Url, reasons: Vec<String>) -> Self {
        Self {
            people,
            mail,
            ghiseul,
            reasons,
            next_wish: Cell::new(0),
            next_stranger: Cell::new(0),
            held: RefCell::default(),
            ended: RefCell::default(),
        }
    }

    /// Somebody and a reason that nobody has used today; None when all have.
    pub fn next_wish(&self) -> Option<(Rc<Person>, String)> {
        let n = self.next_wish.replace(self.next_wish.get() + 1);
        let citizens = &self.people.citizens;
        let reason = self.reasons.get(n / citizens.len())?;
        Some((Rc::new(citizens[n % citizens.len()].clone()), reason.clone()))
    }

    /// Somebody who never was at a counter.
    pub fn next_stranger(&self) -> Option<Person> {
        let n = self.next_stranger.replace(self.next_stranger.get() + 1);
        self.people.strangers.get(n).cloned()
    }

    pub fn keep(&self, held: Held) {
        let mut all = self.held.borrow_mut();
        if all.len() >= SHOWN {
            all.remove(0);
        }
        all.push(held);
    }

    /// It has ended: nobody corrects or revokes it any more, and verifiers look at it all the more.
    pub fn end(&self, number: &str) {
        let mut all = self.held.borrow_mut();
        if let Some(place) = all.iter().position(|held| held.number == number) {
            let mut ended = self.ended.borrow_mut();
            if ended.len() >= SHOWN {
                ended.remove(0);
            }
            ended.push(all.remove(place));
        }
    }
}
