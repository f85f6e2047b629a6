//! What holds for every request.

mod contract;
mod hostile_input;
mod idempotency;
mod slow_clients;
