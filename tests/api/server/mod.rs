//! The node: start, settings, probes, metrics, stop.

mod front_end;
||||||| parent of 8ad4f5ad (server: Compress the contract, and give it a validator)
mod document;
mod installation;
mod live_build;
mod metrics;
mod operating;
mod probes;
mod settings;
mod stopping;
mod trace;
