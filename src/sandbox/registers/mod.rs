//! The simulated registers: a separate service that speaks the protocol of `openapi/registry.json` over mutual TLS, and
//! is late, wrong or away for the persons and companies made for that, or as a whole for a while (`outages`).
//!
//! | File | What lives there |
//! | --- | --- |
//! | `service` | the service: its endpoints, and its contract |
//! | `faults` | its misbehaviour for some persons |
//! | `tls` | an authority for this sandbox alone, and the certificates of both sides |
//! | `cast` | writes the test persons and companies into the registers |

mod cast;
pub(super) mod faults;
mod service;
mod tls;

pub use cast::{import_companies, import_persons};
pub use service::{SimulatedRegisters, contract_json, serve};
pub use tls::SandboxCertificates;
