//! What a certificate claims to be in law: the QC statements (ETSI EN 319 412-5, in the extension of RFC 3739).

use x509_parser::der_parser::asn1_rs::{Any, FromDer, Oid, Sequence};
use x509_parser::der_parser::oid;
use x509_parser::prelude::X509Certificate;

use super::certificate::Certificate;

/// The extension `qcStatements`.
const QC_STATEMENTS: Oid<'static> = oid!(1.3.6.1.5.5.7.1.3);
/// The statement `QcCompliance`: a qualified certificate under Regulation (EU) 910/2014.
const QC_COMPLIANCE: Oid<'static> = oid!(0.4.0.1862.1.1);

/// Whether a certificate claims to be qualified. Statements that cannot be read count as the claim: whoever asks
/// wants to be sure that there is none.
#[must_use]
pub fn claims_qualified(certificate: &Certificate) -> bool {
    let Ok((_, parsed)) = X509Certificate::from_der(certificate.der()) else { return true };
    let statements = parsed.extensions().iter().find(|extension| extension.oid == QC_STATEMENTS);
    statements.is_some_and(|statements| holds_compliance(statements.value).unwrap_or(true))
}

/// `SEQUENCE OF SEQUENCE { statementId OBJECT IDENTIFIER, statementInfo ANY OPTIONAL }`.
fn holds_compliance(statements: &[u8]) -> Option<bool> {
    let (_, statements) = Sequence::from_der(statements).ok()?;
    let mut rest = statements.content.as_ref();
    while !rest.is_empty() {
        let (after, statement) = Any::from_der(rest).ok()?;
        let (_, id) = Oid::from_der(statement.data).ok()?;
        if id == QC_COMPLIANCE {
            return Some(true);
        }
        rest = after;
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::development_pki;
    use chrono::Utc;
    use rcgen::{CertificateParams, CustomExtension, KeyPair};

    fn with_statements(statements: &[u8]) -> Certificate {
        let mut params = CertificateParams::new(vec![]).unwrap();
        let extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 3], statements.to_vec());
        params.custom_extensions.push(extension);
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        Certificate::from_der(certificate.der()).unwrap()
    }

    /// `SEQUENCE { SEQUENCE { 0.4.0.1862.1.n } … }`
    fn statements(numbers: &[u8]) -> Vec<u8> {
        let one = |n: &u8| vec![0x30, 0x08, 0x06, 0x06, 0x04, 0x00, 0x8e, 0x46, 0x01, *n];
        let all: Vec<u8> = numbers.iter().flat_map(one).collect();
        [vec![0x30, u8::try_from(all.len()).unwrap()], all].concat()
    }

    #[test]
    fn the_claim_is_found_among_other_statements_and_in_what_cannot_be_read() {
        assert!(claims_qualified(&with_statements(&statements(&[1]))));
        assert!(claims_qualified(&with_statements(&statements(&[6, 4, 1]))));
        assert!(!claims_qualified(&with_statements(&statements(&[4, 6]))));
        assert!(claims_qualified(&with_statements(&[0x30, 0x05, 0x30, 0x01])));
    }

    #[test]
    fn a_key_for_tests_never_claims_to_be_qualified() {
        let pki = development_pki::create(Utc::now()).unwrap();
        for certificate in Certificate::all_from_pem(&(pki.seal_chain_pem + &pki.root_pem)).unwrap() {
            assert!(!claims_qualified(&certificate), "{}", certificate.subject());
        }
    }
}
