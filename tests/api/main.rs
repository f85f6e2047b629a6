//! The API as its users meet it: over HTTP, on a real PostgreSQL, against the simulated Ghișeul.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail at any line, and says so by failing"
)]

mod accounts;
mod applications;
mod attack;
mod certificates;
mod clients;
mod database;
mod help_desk;
mod http;
mod identity;
mod jobs;
mod log;
mod mandates;
mod oauth;
mod offices;
mod registry;
mod server;
mod signature;
mod statistics;
mod support;
mod verify;
mod webhooks;
