//! The node as a whole: what it consists of, its contract, its probes, its start.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `assembly` | a node made from its settings, or all faults of the settings |
//! | `app` | the application: routes, layers, limits; the server that runs it; the gauges of `/metrics` |
//! | `openapi` | the contract, generated from the routes |
//! | `docs` | the guides for developers as pages, and the reference |
//! | `health` | probes of life and readiness |

pub mod app;
pub mod assembly;
mod docs;
pub mod health;
pub mod openapi;
