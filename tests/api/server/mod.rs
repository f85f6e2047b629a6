//! The node: start, settings, probes, metrics, stop.

mod clock;
mod commands;
mod document;
mod front_end;
mod guides;
mod installation;
mod live_build;
mod metrics;
mod operating;
mod outages;
mod probes;
mod request_log;
mod settings;
mod stopping;
mod trace;
mod unknown_names;
