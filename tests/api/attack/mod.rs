//! Attacks on a running service, by `make attack` and outside of `make test`: many at once, many kinds, and figures by the
//! hundred. They end by themselves, and nothing leaves this machine.
//!
//! | File | What is tried |
//! | --- | --- |
//! | `races`, `races_of_clients`, `races_of_people` | thirty times at once what may happen once |
//! | `provider`, `id_tokens` | a malicious OpenID provider, and the tokens that it hands out |
//! | `return_urls` | addresses that only look like registered ones |
//! | `uploads` | files that cost more than they weigh |
//! | `made_persons` | a sandbox whose memory is filled with persons |
//! | `timing`, `statistics` | whether the time of an answer tells who has an account |
#![allow(clippy::print_stdout, reason = "figures are for whoever runs them")]

mod id_tokens;
mod made_persons;
mod provider;
mod races;
mod races_of_clients;
mod races_of_people;
mod return_urls;
mod statistics;
mod timing;
mod uploads;
