//! Runs [`ades_fuzz::checks::cms`] on any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ades_fuzz::checks::cms(bytes));
