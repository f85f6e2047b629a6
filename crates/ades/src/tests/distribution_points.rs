//! Lists that say which certificates they are about (`IssuingDistributionPoint`): certificates and lists are made by
//! `openssl`, and `openssl verify` is asked about each pair too.

use std::path::Path;
use std::process::Command;

use super::*;
use crate::revocation::{Status, status};

/// Sections of certificates and of lists.
const CONFIG: &str = "
[req]
distinguished_name = none
prompt = no
[none]
[ca]
default_ca = authority
[authority]
database = index
default_md = sha256
default_crl_days = 1
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash

[unpublished]
[plain]
crlDistributionPoints = URI:http://ca.test/a.crl
[two]
crlDistributionPoints = URI:http://ca.test/z.crl, URI:http://ca.test/a.crl
[relative]
crlDistributionPoints = relative_point
[relative_point]
relativename = first_list
[first_list]
CN = list 1
[for_compromise]
crlDistributionPoints = point_for_compromise
[point_for_compromise]
fullname = URI:http://ca.test/a.crl
reasons = keyCompromise
[of_other]
crlDistributionPoints = point_of_other
[point_of_other]
fullname = URI:http://ca.test/a.crl
CRLissuer = dirName:other
[other]
CN = somebody else
[authority_below]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
crlDistributionPoints = URI:http://ca.test/a.crl

[list_plain]
[list_a]
issuingDistributionPoint = critical, @idp_a
[idp_a]
fullname = URI:http://ca.test/a.crl
[list_b]
issuingDistributionPoint = critical, @idp_b
[idp_b]
fullname = URI:http://ca.test/b.crl
[list_not_critical_b]
issuingDistributionPoint = @idp_b
[list_upper]
issuingDistributionPoint = critical, @idp_upper
[idp_upper]
fullname = URI:http://ca.test/A.crl
[list_users]
issuingDistributionPoint = critical, @idp_users
[idp_users]
fullname = URI:http://ca.test/a.crl
onlyuser = TRUE
[list_authorities]
issuingDistributionPoint = critical, @idp_authorities
[idp_authorities]
fullname = URI:http://ca.test/a.crl
onlyCA = TRUE
[list_attributes]
issuingDistributionPoint = critical, @idp_attributes
[idp_attributes]
onlyAA = TRUE
[list_both]
issuingDistributionPoint = critical, @idp_both
[idp_both]
onlyuser = TRUE
onlyCA = TRUE
[list_indirect]
issuingDistributionPoint = critical, @idp_indirect
[idp_indirect]
fullname = URI:http://ca.test/a.crl
indirectCRL = TRUE
[list_reasons]
issuingDistributionPoint = critical, @idp_reasons
[idp_reasons]
fullname = URI:http://ca.test/a.crl
onlysomereasons = keyCompromise, CACompromise
[list_relative]
issuingDistributionPoint = critical, @idp_relative
[idp_relative]
relativename = first_list
[list_directory]
issuingDistributionPoint = critical, @idp_directory
[idp_directory]
fullname = dirName:directory
[directory]
CN = list 1
[list_spelled_out]
issuingDistributionPoint = critical, @idp_spelled_out
[idp_spelled_out]
fullname = dirName:spelled_out
[spelled_out]
0.CN = authority
1.CN = list 1
[list_delta]
2.5.29.27 = ASN1:INTEGER:1
issuingDistributionPoint = critical, @idp_a
[list_twice]
issuingDistributionPoint = critical, @idp_a
2.5.29.28 = critical, DER:30:00
[list_access]
subjectInfoAccess = critical, caRepository;URI:http://ca.test/a.crl
";

/// An authority by `openssl`, in a folder of its own.
struct Authority(tempfile::TempDir);

impl Authority {
    fn new() -> Self {
        let one = Self(tempfile::tempdir().unwrap());
        std::fs::write(one.path().join("config"), CONFIG).unwrap();
        std::fs::write(one.path().join("index"), "").unwrap();
        one.openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -days 30 \
             -subj /CN=authority -config config -extensions root",
        );
        one
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn openssl(&self, command: &str) -> String {
        let (done, said) = self.asked(command);
        assert!(done, "{command}: {said}");
        said
    }

    fn asked(&self, command: &str) -> (bool, String) {
        let arguments = command.split_whitespace();
        let output = Command::new("openssl").current_dir(self.path()).args(arguments).output().unwrap();
        (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// The certificate of the section, in `leaf.pem` too.
    fn certificate(&self, section: &str) -> Certificate {
        self.openssl(
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr -subj /CN=leaf \
             -config config",
        );
        self.openssl(&format!(
            "x509 -req -in leaf.csr -CA root.pem -CAkey root.key -set_serial 7 -days 10 -out leaf.pem \
             -extfile config -extensions {section}"
        ));
        leaf(&self.read("leaf.pem"))
    }

    /// The list of the section, in `list.pem` too; with the certificate on it or not.
    fn list(&self, section: &str, revoked: bool) -> Evidence {
        let line = "R\t351231235959Z\t260101000000Z,keyCompromise\t07\tunknown\t/CN=leaf\n";
        std::fs::write(self.path().join("index"), if revoked { line } else { "" }).unwrap();
        self.openssl(&format!(
            "ca -gencrl -config config -cert root.pem -keyfile root.key -crlexts {section} -out list.pem"
        ));
        Evidence::from_bytes(self.read("list.pem").as_bytes()).unwrap()
    }

    /// What `openssl` and we make of a list, about a certificate that is not on it and about the same on it.
    fn judge(&self, points: &str, list: &str) -> [(Status, bool); 2] {
        let (root, certificate) = (leaf(&self.read("root.pem")), self.certificate(points));
        [false, true].map(|revoked| {
            let evidence = self.list(list, revoked);
            let (accepted, _) = self.asked("verify -crl_check -CAfile root.pem -CRLfile list.pem leaf.pem");
            (status(&certificate, &root, &[&evidence], now(), now()), accepted)
        })
    }
}

fn is_revoked(status: Status) -> bool {
    matches!(status, Status::Revoked(_))
}

#[test]
fn a_list_tells_of_the_certificates_that_it_is_about() {
    let authority = Authority::new();
    for (points, list) in [
        ("plain", "list_plain"),
        ("plain", "list_a"),
        ("plain", "list_users"),
        ("two", "list_a"),
        ("relative", "list_relative"),
        ("relative", "list_spelled_out"),
        ("of_other", "list_plain"),
        ("authority_below", "list_authorities"),
    ] {
        let [(good, accepted), (gone, still_accepted)] = authority.judge(points, list);
        assert_eq!(good, Status::Good, "{points}, {list}");
        assert!(is_revoked(gone), "{points}, {list}: {gone:?}");
        assert!(accepted && !still_accepted, "openssl: {points}, {list}");
    }
}

#[test]
fn a_list_tells_nothing_of_others() {
    let authority = Authority::new();
    for (points, list) in [
        ("plain", "list_b"),
        ("plain", "list_not_critical_b"),
        ("plain", "list_upper"),
        ("plain", "list_authorities"),
        ("plain", "list_attributes"),
        ("plain", "list_both"),
        ("plain", "list_relative"),
        ("relative", "list_a"),
        ("relative", "list_directory"),
        ("of_other", "list_a"),
        ("authority_below", "list_users"),
    ] {
        let told = authority.judge(points, list);
        for (told, accepted) in told {
            assert_eq!(told, Status::Unknown, "{points}, {list}");
            assert!(!accepted, "openssl: {points}, {list}");
        }
    }
    // Read more strictly here: openssl takes an indirect list of the issuer itself, the rest of a list that says twice
    // what it is about, and a delta that is not critical.
    for list in ["list_indirect", "list_twice", "list_delta", "list_access"] {
        for (told, _) in authority.judge("plain", list) {
            assert_eq!(told, Status::Unknown, "{list}");
        }
    }
}

#[test]
fn a_list_of_some_reasons_is_believed_in_what_it_says_and_not_in_its_silence() {
    let authority = Authority::new();
    for (points, list) in
        [("plain", "list_reasons"), ("for_compromise", "list_a"), ("for_compromise", "list_plain")]
    {
        let [(silent, _), (gone, accepted)] = authority.judge(points, list);
        assert_eq!(silent, Status::Unknown, "{points}, {list}");
        assert!(is_revoked(gone), "{points}, {list}: {gone:?}");
        assert!(!accepted, "openssl: {points}, {list}");
    }
}

#[test]
fn a_certificate_that_names_no_list_is_on_the_one_named_like_its_issuer() {
    let authority = Authority::new();
    assert_eq!(authority.judge("unpublished", "list_a")[1].0, Status::NotPublished);
    assert!(is_revoked(authority.judge("unpublished", "list_plain")[1].0));
    let config = CONFIG.replace("[directory]\nCN = list 1", "[directory]\nCN = authority");
    std::fs::write(authority.path().join("config"), config).unwrap();
    let [(good, _), (gone, _)] = authority.judge("unpublished", "list_directory");
    assert_eq!(good, Status::Good);
    assert!(is_revoked(gone));
}
