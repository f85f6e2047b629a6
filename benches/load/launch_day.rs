//! The first day of the real service, as it was told: 7,600 accounts, 6,912 people proved through Ghișeul, 153 at a
//! counter, 5,532 certificates. Here each comes as soon as the one before has gone, so it takes as long as the machine
//! does. Every certificate is downloaded and verified once; who applies reads the form and the list.

use std::fmt::Write;
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use diesel::sql_types::Text;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::chart::Chart;
use super::cpu::Cpu;
use super::findings::{Figures, Findings};
use super::house::House;
use super::outside::{Outside, Person, issuer};
use super::random::scattered;
use super::server::Kind;
use super::visitor::{HASHES, Plan, Town, Way};
use super::{Result, floor, say, seed, table};

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

/// What came of it.
pub struct Day {
    took: Duration,
    requests: usize,
    mails: usize,
    cpu: Cpu,
}

/// So many percent of the day.
pub fn measure(percent: u32) -> Result<Findings> {
    let size = Size::of(percent)?;
    say(&format!("launch day: inventing {} people", size.by_ghiseul + size.at_counter));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut house = House::build(true, Some(&issuer(listener.local_addr()?)))?;
    house.serve(Kind::Whole)?;
    let setting = Setting::prepare(&house, listener, size)?;
    say(&format!("launch day: {} accounts", size.accounts));
    let day = setting.day(size)?;
    let rate = floor::hashes_a_second(&setting.stored_hash()?)?;
    let hashes = f64::from(u32::try_from(size.accounts)? * HASHES);
    let (took, floor) = (day.took.as_secs_f64(), hashes / rate);
    let bars = vec![("the day".to_owned(), took), ("its passwords alone".to_owned(), floor)];
    Ok(Findings {
        part: "launch-day".to_owned(),
        settings: format!("{percent} % of the day, {AT_ONCE} people at once"),
        machine: table::machine(&house)?,
        text: day.markdown(size, floor, rate)?,
        figures: day.figures(size, floor, rate)?,
        charts: vec![Chart::new("Launch day", "s", bars)],
    })
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
    pub fn day(&self, size: Size) -> Result<Day> {
        let plans = self.plans(size);
        let town = Town {
            api: self.house.address,
            sink: &self.house.sink,
            officer: Mutex::new(self.officer.clone()),
            requests: AtomicUsize::new(0),
            mails: AtomicUsize::new(0),
        };
        let (cpu, before) = (self.house.cpu()?, self.house.sink.count());
        let (begin, next) = (Instant::now(), AtomicUsize::new(0));
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
        let took = begin.elapsed();
        if self.house.sink.count() != before + mails {
            return Err(format!("{} mails came, and not {mails}", self.house.sink.count() - before).into());
        }
        let cpu = self.house.cpu()?.per_transaction(cpu, 1.0);
        Ok(Day { took, requests: town.requests.into_inner(), mails, cpu })
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

    /// The stored hash of somebody's password.
    fn stored_hash(&self) -> Result<String> {
        let mut connection = PgConnection::establish(&self.house.database_url)?;
        let query = "SELECT password_hash FROM accounts WHERE password_hash IS NOT NULL LIMIT 1";
        let Stored { password_hash } = sql_query(query).get_result(&mut connection)?;
        Ok(password_hash)
    }
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Text)]
    password_hash: String,
}

impl Day {
    fn markdown(&self, size: Size, floor: f64, rate: f64) -> Result<String> {
        let took = self.took.as_secs_f64();
        let mut text = String::from("| launch day | |\n| --- | --: |\n");
        let mut row = |name: &str, value: String| writeln!(text, "| {name} | {value} |");
        row("accounts", size.accounts.to_string())?;
        row("proved through Ghișeul, at the counter", format!("{}, {}", size.by_ghiseul, size.at_counter))?;
        row("certificates, each downloaded and verified", size.certificates.to_string())?;
        row("requests, mails", format!("{}, {}", self.requests, self.mails))?;
        row("unexpected answers", "0".to_owned())?;
        row("from the first registration to the last mail", format!("{took:.1} s"))?;
        row(
            "its floor: three hashes an account, on all cores",
            format!("{floor:.1} s, at {rate:.1} hashes a second"),
        )?;
        row("÷ floor", format!("{:.2}", took / floor))?;
        let seconds = |micros: f64| micros / 1e6;
        row(
            "CPU: server, PostgreSQL, the people with Ghișeul and the mail server",
            format!(
                "{:.1} s, {:.1} s, {:.1} s",
                seconds(self.cpu.server),
                seconds(self.cpu.postgres),
                seconds(self.cpu.load)
            ),
        )?;
        Ok(text)
    }

    fn figures(&self, size: Size, floor: f64, rate: f64) -> Result<Figures> {
        let count = |number: usize| u32::try_from(number).map(f64::from);
        let figures = [
            ("accounts", count(size.accounts)?),
            ("certificates", count(size.certificates)?),
            ("requests", count(self.requests)?),
            ("mails", count(self.mails)?),
            ("took_s", self.took.as_secs_f64()),
            ("floor_s", floor),
            ("hashes_per_second", rate),
            ("÷ floor", self.took.as_secs_f64() / floor),
            ("cpu_server_s", self.cpu.server / 1e6),
            ("cpu_postgres_s", self.cpu.postgres / 1e6),
            ("cpu_load_s", self.cpu.load / 1e6),
        ];
        Ok(figures.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}
