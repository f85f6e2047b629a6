//! What the tests share: a database of its own for each, a running house, people who use it.

mod citizen;
mod database;
mod handoff;
mod house;
mod mail_server;
mod node;
mod process;

pub use citizen::{Citizen, PASSWORD, answer_of_ghiseul, application, location, newest_mail, query};
pub use database::{Database, KEYS, url_of};
pub use handoff::Handoff;
pub use house::{House, json_of, refused, secrets};
pub use mail_server::MailServer;
pub use node::node;
pub use process::Process;
