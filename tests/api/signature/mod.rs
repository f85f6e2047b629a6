//! The seal over certificates: which key is in force, rotation, the trust list.

mod rotation;
mod seal;
mod trust_list;
