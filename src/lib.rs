//! **cazier**: criminal-record certificates online. A citizen proves who they are, applies, and gets a signed
//! certificate; anybody verifies one.
//!
//! This is the map of the house. Rooms are features; inside each, `handlers.rs` holds the endpoints, `types.rs` the
//! wire types, `view.rs` how rows become them, `store.rs` the rows, `mails.rs` the mails; all other files are named
//! after the room's own ideas, in the table of its `mod.rs`. A room imports only rooms above it in this table, or to its
//! left in the same row (`tests/map.rs` checks both); an endpoint is in a room that may import all it needs, which is not
//! always the one that its path names. Signatures and their formats are a separate crate, [`ades`] (`crates/ades`, with a
//! map of its own), which knows nothing of the service.
//!
//! | Room | What lives there |
//! | --- | --- |
//! | [`absence`] | what a missing row means: the places where "nothing found" is a statement, and their guards |
//! | [`text`] [`time`] | rules for input, human text, CSV files, codes to read aloud, enums of codes; clock, civil dates, working days |
//! | [`person`] | CNP, CUI, names, addresses; encrypted identifiers and their keyed index |
//! | [`web`] | origins and redirect URIs of front ends, parsed |
//! | [`sender`] | who sends a request: the peer, or whom the trusted proxies name; only as a keyed hash |
//! | [`error`] [`backoff`] [`config`] | the error type and the catalogue of problems; growing pauses; settings |
//! | [`trace`] [`telemetry`] | the request, trace, sender and account that work belongs to; metrics and log lines |
//! | [`db`] | pool, migrations, prepared statements |
//! | [`connections`] [`stopping`] | limits on clients' connections, and on slow ones; announces that a node is stopping |
//! | [`clients`] [`state`] [`http`] | front ends and relying parties' systems, as rows; the state of handlers; problem JSON, strict bodies, request ids, idempotency, streams, pages |
//! | [`rate_limit`] [`audit`] [`circuit_breaker`] [`jobs`] [`notify`] | rate limits; append-only log; circuit breakers; background work; mail |
//! | [`log`] | the tamper-evident log: a Merkle tree over audit events and certificates, signed checkpoints, tiles, proofs |
//! | [`signature`] | the seal over certificates: the node's keys, the one in force, the history of all, the trust list |
//! | [`registry`] | criminal records, civil status, companies: local registers, imported, and remote ones over mutual TLS |
//! | [`services`] | the certificates on offer, the reasons, the phases of the roll-out, the period of validity |
//! | [`document`] | the certificate as PDF/A-3a and PDF/UA-1, made from the signed payload; the European form |
//! | [`accounts`] [`offices`] | registration, passwords, second factors, sessions, [`accounts::Caller`], staff; the ministry's counters |
//! | [`client_registration`] | operators register clients: commands and endpoints |
//! | [`mandates`] | who represents which legal person: requested, confirmed once, ended |
//! | [`certificates`] | payload, issue, download, the binding of rows, higher levels of signatures |
//! | [`applications`] | prefilled form, the life of an application, review, the statements that issue |
//! | [`identity`] | proof of identity at a counter or through identity providers (OpenID Connect), log-in by redirect |
//! | [`oauth`] | sign in with the Hub (OpenID Connect, OAuth 2.1): log-in and consent pages, tokens of clients, grants |
//! | [`webhooks`] | tells clients what happens to people who granted them something: messages, signatures, deliveries |
//! | [`verify`] | public verification: of numbers, as JSON and as a page, and of signature files; the log of checks |
//! | [`statistics`] [`help_desk`] | public figures that point at nobody; the help desk |
//! | [`rights`] | a person's rights over their data: who looked at it |
//! | [`housekeeping`] | deletes expired rows in short batches; the rules are each room's `RETENTION` (in its `retention.rs`, or its first file) |
//! | [`data_keys`] [`index_keys`] | encrypts older values again once the encryption key has rotated, while nodes serve; makes all keyed hashes anew once the index key has, while none does |
//! | [`server`] | the node: start, routes and layers, contract, probes |
//! | [`sandbox`] | cargo feature, not in the live build: test persons, simulated Ghișeul and registers, mailbox, private Postgres |
//! | [`cli`] | commands |

pub mod absence;
pub mod accounts;
pub mod applications;
pub mod audit;
pub mod backoff;
pub mod certificates;
pub mod circuit_breaker;
pub mod cli;
pub mod client_registration;
pub mod clients;
pub mod config;
pub mod connections;
pub mod data_keys;
pub mod db;
pub mod document;
#[cfg(test)]
mod doors;
pub mod error;
pub mod help_desk;
pub mod housekeeping;
pub mod http;
pub mod identity;
pub mod index_keys;
pub mod jobs;
pub mod log;
pub mod mandates;
pub mod notify;
pub mod oauth;
pub mod offices;
pub mod person;
pub mod rate_limit;
pub mod registry;
pub mod rights;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod sender;
pub mod server;
pub mod services;
pub mod signature;
pub mod state;
pub mod statistics;
pub mod stopping;
pub mod telemetry;
pub mod text;
pub mod time;
pub mod trace;
pub mod verify;
pub mod web;
pub mod webhooks;
