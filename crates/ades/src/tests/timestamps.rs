//! Tokens are taken when everything about them is right, and by strangers' software too.

use std::process::Command;

use super::*;
use crate::timestamp::{TimestampError, UntrustedToken};

/// What comes of a response to a request over `PAYLOAD`.
fn check(
    anchors: &DevelopmentPki,
    request: &Request,
    response: &[u8],
    at: DateTime<Utc>,
) -> Result<Token, TimestampError> {
    let anchors = Certificate::all_from_pem(&anchors.root_pem).unwrap();
    request.check(response, PAYLOAD, &anchors, at)
}

fn untrusted(result: Result<Token, TimestampError>) -> UntrustedToken {
    match result {
        Err(TimestampError::Untrusted(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_the_answer_to_the_question_is_taken() {
    let (pki, other) = (new_pki(), new_pki());
    let request = Request::new(PAYLOAD, None).unwrap();
    let answer = |query: &[u8], at| authority(&pki).respond(query, at).unwrap();
    let good = answer(request.der(), now());
    assert_eq!(check(&pki, &request, &good, now()).unwrap().gen_time(), now());
    let of_another = answer(Request::new(PAYLOAD, None).unwrap().der(), now());
    assert_eq!(untrusted(check(&pki, &request, &of_another, now())), UntrustedToken::Nonce);
    let of_another = answer(Request::new(b"{}", None).unwrap().der(), now());
    assert_eq!(untrusted(check(&pki, &request, &of_another, now())), UntrustedToken::Imprint);
    let late = answer(request.der(), now() - TimeDelta::minutes(6));
    assert_eq!(untrusted(check(&pki, &request, &late, now())), UntrustedToken::Time);
    assert_eq!(untrusted(check(&other, &request, &good, now())), UntrustedToken::Path);
    let policy = Some("1.3.6.1.4.1.32473.1".parse().unwrap());
    let asking = Request::new(PAYLOAD, policy).unwrap();
    assert!(check(&pki, &asking, &answer(asking.der(), now()), now()).is_ok());
}

#[test]
fn a_refusal_is_told_as_one() {
    let pki = new_pki();
    let refused = authority(&pki).respond(b"nonsense", now()).unwrap();
    let request = Request::new(PAYLOAD, None).unwrap();
    assert!(matches!(check(&pki, &request, &refused, now()), Err(TimestampError::Refused(2))));
    assert!(matches!(check(&pki, &request, b"", now()), Err(TimestampError::Malformed(_))));
}

#[test]
fn only_a_certificate_for_time_stamps_alone_may_sign_them() {
    let pki = new_pki();
    assert!(DevelopmentAuthority::new(&pki.seal_key_pem, &pki.seal_chain_pem).is_err());
    assert!(DevelopmentAuthority::new(&pki.seal_key_pem, &pki.timestamp_chain_pem).is_err());
    assert!(leaf(&pki.timestamp_chain_pem).check_timestamp_authority().is_ok());
    assert!(leaf(&pki.seal_chain_pem).check_timestamp_authority().is_err());
    // And it may sign nothing else.
    assert!(leaf(&pki.timestamp_chain_pem).check_signer().is_err());
}

#[test]
fn no_bit_of_an_answer_can_be_flipped() {
    let pki = new_pki();
    let request = Request::new(PAYLOAD, None).unwrap();
    let mut response = authority(&pki).respond(request.der(), now()).unwrap();
    let mut accepted = Vec::new();
    for position in 0..response.len() {
        let bit = 1 << (position % 8);
        response[position] ^= bit;
        if check(&pki, &request, &response, now()).is_ok() {
            accepted.push(position);
        }
        response[position] ^= bit;
    }
    // The status is not signed: 0 (granted) and 1 (granted with modifications) both come with a token.
    assert!(accepted.iter().all(|position| *position < 12), "{accepted:?}");
}

/// Runs `openssl ts` in a folder with these files.
fn openssl_ts(folder: &std::path::Path, arguments: &str) -> (bool, String) {
    let output = Command::new("openssl").current_dir(folder).arg("ts").args(arguments.split(' ')).output();
    let output = output.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn openssl_accepts_a_token_and_refuses_it_for_other_bytes_and_under_other_anchors() {
    let (pki, other) = (new_pki(), new_pki());
    let token = stamp(&pki, PAYLOAD, now());
    let folder = tempfile::tempdir().unwrap();
    let files: [(&str, &[u8]); 5] = [
        ("token.der", token.der()),
        ("payload", PAYLOAD),
        ("other", b"{}"),
        ("root.pem", pki.root_pem.as_bytes()),
        ("stranger.pem", other.root_pem.as_bytes()),
    ];
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let verify = |data: &str, root: &str| {
        openssl_ts(folder.path(), &format!("-verify -in token.der -token_in -data {data} -CAfile {root}"))
    };
    let (accepted, said) = verify("payload", "root.pem");
    assert!(accepted && said.contains("Verification: OK"), "{said}");
    assert!(!verify("other", "root.pem").0);
    assert!(!verify("payload", "stranger.pem").0);
}

#[test]
fn a_token_made_by_openssl_is_taken() {
    let pki = new_pki();
    let folder = tempfile::tempdir().unwrap();
    let request = Request::new(PAYLOAD, None).unwrap();
    let config = "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4\n\
         digests=sha256\naccuracy=secs:1\ness_cert_id_alg=sha256\ness_cert_id_chain=no\n";
    let [_, issuing] = Certificate::all_from_pem(&pki.timestamp_chain_pem).unwrap().try_into().unwrap();
    let issuing = issuing.to_pem();
    let files: [(&str, &[u8]); 6] = [
        ("request", request.der()),
        ("config", config.as_bytes()),
        ("serial", b"01\n"),
        ("tsa.pem", pki.timestamp_chain_pem.as_bytes()),
        ("key.pem", pki.timestamp_key_pem.as_bytes()),
        ("issuing.pem", issuing.as_bytes()),
    ];
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let (made, said) = openssl_ts(
        folder.path(),
        "-reply -config config -section t -queryfile request -signer tsa.pem -inkey key.pem -chain issuing.pem \
         -out response",
    );
    assert!(made, "{said}");
    let response = std::fs::read(folder.path().join("response")).unwrap();
    let token = check(&pki, &request, &response, Utc::now()).unwrap();
    assert!(token.covers(PAYLOAD));
}
