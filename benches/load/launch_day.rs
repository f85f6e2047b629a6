//! The first day of the real service, as it was told: 7,600 accounts, 6,912 people proved through Ghișeul, 153 at a
//! counter, 5,532 certificates. Here each comes as soon as the one before has gone, so it takes as long as the machine
//! does. Every certificate is downloaded and verified once; who applies reads the form and the list.

use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::house::House;
use super::outside::{Outside, Person};
use super::random::scattered;
use super::visitor::{Plan, Town, Way};
use super::{Result, seed};

/// The whole day.
const ACCOUNTS: u32 = 7_600;
const BY_GHISEUL: u32 = 6_912;
const AT_COUNTER: u32 = 153;
const CERTIFICATES: u32 = 5_532;
/// People who come at the same time.
const AT_ONCE: usize = 32;

/// How many there are of each.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    accounts: usize,
    by_ghiseul: usize,
    at_counter: usize,
    certificates: usize,
}

impl Size {
    /// Percent of the whole day, and at least one of each.
    pub fn of(percent: u32) -> Result<Self> {
        let of = |number: u32| usize::try_from((number * percent / 100).max(1));
        let (by_ghiseul, at_counter) = (of(BY_GHISEUL)?, of(AT_COUNTER)?);
        let accounts = of(ACCOUNTS)?.max(by_ghiseul + at_counter);
        Ok(Self { accounts, by_ghiseul, at_counter, certificates: of(CERTIFICATES)? })
    }
}

/// A house with the simulated Ghișeul, and people who will come.
pub struct Setting<'a> {
    house: &'a House,
    people: Vec<Person>,
    officer: String,
}

impl<'a> Setting<'a> {
    /// In a house that was built with the simulated Ghișeul of this listener's name.
    pub fn prepare(house: &'a House, listener: TcpListener, size: Size) -> Result<Self> {
        let outside = Outside::start(house, listener)?;
        let people = outside.people(house, size.by_ghiseul + size.at_counter)?;
        let officer = seed::officer(&house.database_url, &house.keyring)?;
        Ok(Self { house, people, officer })
    }

    /// From the first registration to the last mail.
    pub fn day(&self, size: Size) -> Result<()> {
        let plans = self.plans(size);
        let town = Town {
            api: self.house.address,
            sink: &self.house.sink,
            officer: Mutex::new(self.officer.clone()),
            requests: AtomicUsize::new(0),
            mails: AtomicUsize::new(0),
        };
        let (before, next) = (self.house.sink.count(), AtomicUsize::new(0));
        thread::scope(|scope| {
            let visits = || -> Result<()> {
                while let Some(plan) = plans.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // After a failure nobody comes any more.
                    town.welcome(plan).inspect_err(|_| next.store(plans.len(), Ordering::Relaxed))?;
                }
                Ok(())
            };
            let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(visits)).collect();
            threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a visitor panicked")?)
        })?;
        let mails = town.mails.into_inner();
        self.house.wait_for_mails(before + mails)?;
        if self.house.sink.count() != before + mails {
            return Err(format!("{} mails came, and not {mails}", self.house.sink.count() - before).into());
        }
        Ok(())
    }

    /// Who comes when, in no order: each way is spread over the day, and so are those who apply.
    fn plans(&self, size: Size) -> Vec<Plan<'_>> {
        let mut numbers: Vec<usize> = (0..size.accounts).collect();
        numbers.sort_unstable_by_key(|number| scattered(*number));
        let plan = |number: usize| {
            let way = match number {
                number if number < size.at_counter => Way::Counter,
                number if number < size.at_counter + size.by_ghiseul => Way::Ghiseul,
                _ => Way::None,
            };
            let applies = way != Way::None && number < size.certificates;
            Plan { number, way, person: self.people.get(number), applies }
        };
        numbers.into_iter().map(plan).collect()
    }
}
