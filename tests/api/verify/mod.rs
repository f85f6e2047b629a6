//! Public verification.

mod logged;
mod numbers;
mod page;
