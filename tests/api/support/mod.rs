//! What the tests share: a database of its own for each, a running house, people who use it.

mod accounts;
mod answer;
mod app;
mod browsers;
mod citizen;
mod cluster;
mod company;
mod contract;
mod crowd;
mod database;
mod gate;
mod handoff;
mod house;
mod mail_server;
mod mailbox;
mod midnight;
mod moods;
mod node;
mod officer;
mod process;
mod senders;
mod until;
mod wire;

pub use accounts::{keyring, open_session};
pub use answer::{json_of, refused};
pub use app::App;
pub use citizen::{
    Citizen, PASSWORD, STAFF_PASSWORD, answer_of_ghiseul, application, location, next_code, query,
};
pub use company::{
    apply_for_company, ask_mandate, company_application, cui_of, mandate, register_named, register_names,
};
pub use contract::check_event;
pub use crowd::{cnp, crowd, member, set_entries};
pub use database::{Database, KEYS, url_of};
pub use gate::Gate;
pub use handoff::Handoff;
pub use house::{House, TrustServices, secrets};
pub use mail_server::MailServer;
pub use mailbox::{Mail, mail_to, mails_to, subject};
pub use moods::{Mood, Moods};
pub use node::node;
pub use officer::{Officer, at_counter, certified, certify, claim_of};
pub use process::Process;
pub use senders::{house_behind_proxy, post_from};
pub use until::{until, until_some};
pub use wire::{Lost, Wire};
