//! Public verification.

mod alone;
mod logged;
mod numbers;
mod page;
