//! Any bytes are answered, and none is accepted.
#![no_main]

use cazier_fuzz::{PAYLOAD, VERIFIER, now};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(verdict) = VERIFIER.verify_jades(bytes, PAYLOAD, now()) {
        assert!(!verdict.is_valid());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = cazier_fuzz::signature::jades::signature_value(text);
    }
});
