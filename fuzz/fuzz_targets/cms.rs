//! Any bytes are answered, and none is accepted.
#![no_main]

use cazier_fuzz::{PAYLOAD, VERIFIER, now};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(verdict) = VERIFIER.verify_cades(bytes, PAYLOAD, now()) {
        assert!(!verdict.is_valid());
    }
    let _ = cazier_fuzz::signature::cades::add_validation_data(bytes, &[], &[]);
});
