//! Files made to keep a verifier busy: they are refused before they cost anything.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::json;

use super::*;
use crate::pades::PdfError;
use crate::{Malformed, jades};

#[test]
fn a_dictionary_with_thousands_of_keys_is_not_read_to_its_end() {
    let keys: String = (0..20_000).map(|at| format!("/k{at} 1")).collect();
    let catalog = format!("1 0 obj\n<<{keys}>>\nendobj\n");
    let table = "xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\n";
    let start = 9 + catalog.len();
    let pdf = format!("%PDF-1.7\n{catalog}{table}startxref\n{start}\n%%EOF");
    let refused = Verifier::new(Vec::new(), Vec::new()).verify_pdf(pdf.as_bytes(), now());
    assert!(
        matches!(refused, Err(Malformed::Pdf(PdfError::Syntax("a dictionary has too many entries")))),
        "{refused:?}"
    );
}

#[test]
fn lists_by_the_dozen_under_the_name_of_the_issuer_are_not_tried_one_by_one() {
    let (pki, stranger) = (publishing_pki(), publishing_pki());
    let list = |hours| {
        let at = now() - TimeDelta::hours(hours);
        Evidence::from_crl(&Publisher::new(&stranger).unwrap().issuing_crl(at, &[]).unwrap()).unwrap()
    };
    let lists: Vec<Evidence> = (0..11).map(list).collect();
    let with = |count: usize| {
        let signature = seal(&sealer(&pki)).cades;
        let signature = cades::add_validation_data(&signature, &[], &lists[..count]).unwrap();
        verifier(&pki).verify_cades(&signature, PAYLOAD, now())
    };
    assert!(!with(10).unwrap().every_part_used);
    assert!(matches!(with(11), Err(Malformed::Profile("too much revocation data"))));
}

/// A good JWS with these tokens, each member of the outer list in one object.
fn stamped_jws(jws: &str, tokens: &[Vec<&Token>]) -> String {
    let (protected, signature) = jws.split_once("..").unwrap();
    let object = |tokens: &Vec<&Token>| {
        let values: Vec<_> =
            tokens.iter().map(|token| json!({ "val": BASE64.encode(token.der()) })).collect();
        BASE64URL_NOPAD.encode(json!({ "sigTst": { "tstTokens": values } }).to_string().as_bytes())
    };
    let etsi_u: Vec<String> = tokens.iter().map(object).collect();
    json!({ "protected": protected, "signature": signature, "header": { "etsiU": etsi_u } }).to_string()
}

#[test]
fn time_stamps_of_a_jws_are_few_and_each_stands_once() {
    let pki = new_pki();
    let jws = seal(&sealer(&pki)).jades;
    let token = || stamp(&pki, &jades::signature_value(&jws).unwrap(), now());
    let [a, b, c, d] = [token(), token(), token(), token()];
    let verify = |tokens: &[Vec<&Token>]| {
        verifier(&pki).verify_jades(stamped_jws(&jws, tokens).as_bytes(), PAYLOAD, now())
    };
    for good in [vec![vec![&a]], vec![vec![&a, &b]], vec![vec![&a], vec![&b, &c]]] {
        assert!(verify(&good).unwrap().is_valid());
    }
    for bad in [vec![], vec![vec![]], vec![vec![&a], vec![]], vec![vec![&a, &a]], vec![vec![&a], vec![&a]]] {
        assert!(matches!(verify(&bad), Err(Malformed::Profile(_))));
    }
    for many in [vec![vec![&a, &b, &c, &d]], vec![vec![&a], vec![&b], vec![&c], vec![&d]]] {
        assert!(matches!(verify(&many), Err(Malformed::Profile("number of time-stamps"))));
    }
}
