//! Any bytes are answered by a client, and by the authority for tests.
#![no_main]

use cazier_fuzz::signature::timestamp::{DevelopmentAuthority, Request, Token};
use cazier_fuzz::{PAYLOAD, PKI, now};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Token::from_der(bytes);
    let request = Request::new(PAYLOAD, None).expect("random numbers");
    assert!(request.check(bytes, PAYLOAD, &[], now()).is_err());
    let authority = DevelopmentAuthority::new(&PKI.timestamp_key_pem, &PKI.timestamp_chain_pem);
    authority.expect("a key").respond(bytes, now()).expect("an answer, if only a refusal");
});
