//! Proof of identity at a counter and by redirect, log-in by redirect, and ways to abuse them.

mod counter;
mod decision_races;
mod desk;
mod foreign_provider;
mod handoff;
mod lost_factor;
mod ownership;
mod ownership_races;
mod redirect;
mod second_factor;
mod strict;
mod takeover;
mod takeover_by_redirect;
