//! The node: start, settings, probes, metrics, stop.

mod installation;
mod metrics;
mod operating;
mod probes;
mod settings;
mod stopping;
mod trace;
