//! The API as its users meet it: over HTTP, on a real PostgreSQL, against the simulated Ghișeul.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail at any line, and says so by failing"
)]

mod accounts;
mod applications;
mod bad_answers;
mod bound;
mod certificates;
mod conflicts;
mod contract;
mod counter;
mod cut;
mod database_faults;
mod desk;
mod documents;
mod foreign_provider;
mod handoff;
mod help;
mod hostile_input;
mod housekeeping;
mod idempotency;
mod identity;
mod installation;
mod jobs;
mod killed;
mod legal_person_cases;
mod legal_persons;
mod life;
mod mail;
mod mandate_review;
mod mandates;
mod metrics;
mod migrations;
mod nodes;
mod offices;
mod operating;
mod outage;
mod ownership;
mod ownership_races;
mod passwords;
mod probes;
mod refresh;
mod registers;
mod reminders;
mod review;
mod rotation;
mod seal;
mod second_factor;
mod settings;
mod signatures;
mod slow_clients;
mod staff;
mod statistics;
mod stopping;
mod stream;
mod support;
mod takeover;
mod takeover_by_redirect;
mod trace;
mod trust_list;
mod unbound;
mod verify;
mod verify_page;
mod waiting;
