//! Public verification.

mod numbers;
mod page;
