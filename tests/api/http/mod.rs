//! What holds for every request.

mod authorisation;
mod bodies;
mod contract;
mod forms;
mod hostile_input;
mod idempotency;
mod limits;
mod message_boundaries;
pub mod operations;
mod quotas;
mod rules;
mod security_headers;
mod selections;
mod slow_clients;
mod tls;
