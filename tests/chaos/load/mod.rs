//! The load: people who use the house as front ends let them.

mod accounts;
mod applicants;
mod client;
mod counter;
mod officers;
mod redirects;
mod verifiers;
mod world;

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use actix_web::rt::{System, spawn, time::sleep};
use reqwest::redirect::Policy;
use url::Url;

use crate::dice::Dice;
use crate::history::{Kind, Recorder};
use crate::house::House;
use crate::house::mail::MailServer;
use crate::house::people::People;
use crate::progress::Progress;
use client::{Client, Common};
use world::World;

/// Handles to the running load.
pub struct Load {
    pub history: Recorder,
    pub progress: Progress,
    /// Clients that flood the nodes now.
    pub flood: Arc<AtomicUsize>,
    closing: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What the load's thread is given.
struct Given {
    seed: u64,
    nodes: Vec<Url>,
    ghiseul: Url,
    mail: MailServer,
    people: Arc<People>,
    flood: Arc<AtomicUsize>,
}

/// Applicants at once; half of them send keys.
const APPLICANTS: usize = 4;
/// Newcomers at once: one whose mail is late must not hold up the others.
const NEWCOMERS: usize = 3;
/// Officers who share the queue.
pub const REVIEWERS: usize = 2;
/// The most clients of a flood.
const FLOOD: usize = 120;

impl Load {
    pub fn start(house: &House, seed: u64) -> Self {
        let url = |address| Url::parse(&format!("http://{address}")).unwrap();
        let flood = Arc::<AtomicUsize>::default();
        let given = Given {
            seed,
            nodes: house.serving.iter().map(|node| url(node.address)).collect(),
            ghiseul: url(house.outside.ghiseul),
            mail: house.mail.clone(),
            people: house.people.clone(),
            flood: flood.clone(),
        };
        let (history, progress) = (Recorder::new(), Progress::default());
        let (closing, over) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let (recorder, noted) = (history.clone(), progress.clone());
        let (closes, ends) = (closing.clone(), over.clone());
        let thread = thread::spawn(move || {
            let nodes = given.nodes.clone();
            let common =
                Common { http, nodes, history: recorder, progress: noted, closing: closes, over: ends };
            System::new().block_on(everybody(given, Rc::new(common)));
        });
        Self { history, progress, flood, closing, over, thread: Some(thread) }
    }

    /// Nothing new is begun; officers go on with what is there.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    /// Ends it, and waits until everybody has gone.
    pub fn end(&mut self) {
        self.close();
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// Runs all clients until it is over.
async fn everybody(given: Given, common: Rc<Common>) {
    let mut dice = Dice::new(given.seed ^ 0x10ad);
    let Given { ghiseul, mail, people, flood, .. } = given;
    let reasons = loop {
        match reasons(&common).await {
            Some(reasons) => break reasons,
            None => sleep(Duration::from_millis(100)).await,
        }
        if common.over.load(Ordering::Relaxed) {
            return;
        }
    };
    let world = Rc::new(World::new(people, mail, ghiseul, reasons));
    let mut client = |kind| Client::new(kind, common.clone(), dice.fork());
    let mut tasks = vec![
        spawn(redirects::log_in(client(Kind::Redirects), world.clone())),
        spawn(redirects::are_handed_over(client(Kind::Handoffs), world.clone())),
        spawn(counter::come_once(client(Kind::Counter), world.clone())),
        spawn(counter::ask_for_help(client(Kind::Help), world.clone())),
        spawn(officers::revoke(client(Kind::Revocations), world.clone())),
        spawn(applicants::report_errors(client(Kind::Corrections), world.clone())),
    ];
    for officer in 0..REVIEWERS {
        tasks.push(spawn(officers::review(client(Kind::Reviews), world.clone(), officer)));
    }
    for _ in 0..NEWCOMERS {
        tasks.push(spawn(accounts::come_and_go(client(Kind::Accounts), world.clone())));
    }
    for number in 0..APPLICANTS {
        let applicant = client(Kind::Applications);
        tasks.push(spawn(applicants::apply(applicant, world.clone(), number % 2 == 0)));
    }
    for _ in 0..2 {
        tasks.push(spawn(verifiers::verify(client(Kind::Verifications), world.clone())));
    }
    for number in 0..FLOOD {
        let gate = (flood.clone(), number);
        tasks.push(spawn(verifiers::flood(client(Kind::Flood), world.clone(), gate)));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

/// Codes of the reasons that need no words of one's own.
async fn reasons(common: &Common) -> Option<Vec<String>> {
    let url = common.nodes[0].join("/v1/services/criminal-record-certificate/reasons").unwrap();
    let list: serde_json::Value = common.http.get(url).send().await.ok()?.json().await.ok()?;
    let items = list["items"].as_array()?.iter().filter(|item| item["needs_detail"] == false);
    Some(items.filter_map(|item| item["code"].as_str().map(str::to_owned)).collect())
}
