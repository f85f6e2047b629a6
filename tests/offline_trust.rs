//! Whom `cazier verify` trusts offline: seals that are pinned, in their periods, and nobody else of their authority.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail at any line"
)]

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;

use ades::asic::DataObject;
use ades::development_pki::{DevelopmentPki, Hierarchy};
use ades::timestamp::{DevelopmentAuthority, Request};
use ades::{Certificate, FileKey, Sealer, Signed, SigningKey, Statement};
use cazier::signature::trust_list::{ListedSigner, Pin, TYP, TrustList};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use tempfile::TempDir;

const PAYLOAD: &[u8] = b"{}";

/// The smallest PDF that is sealed.
fn pdf() -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[]>>",
    ];
    let mut pdf = String::from("%PDF-1.7\n");
    let mut table = String::from("xref\n0 4\n0000000000 65535 f \n");
    for (number, object) in (1..).zip(objects) {
        table += &format!("{:010} 00000 n \n", pdf.len());
        pdf += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = pdf.len();
    pdf += &format!("{table}trailer\n<</Size 4/Root 1 0 R/ID[(a)(b)]>>\nstartxref\n{start}\n%%EOF");
    pdf.into_bytes()
}

/// What a seal signed, in every format, each with the files that `cazier verify` is given.
fn files(sealer: &Sealer, at: DateTime<Utc>) -> Vec<(&'static str, Vec<u8>)> {
    let sealed = sealer.seal(PAYLOAD, &mime::APPLICATION_JSON, at).unwrap();
    let object = DataObject { name: "certificate.json".to_owned(), bytes: PAYLOAD.to_vec() };
    vec![
        ("x.p7s", sealed.cades),
        ("x.jws", sealed.jades.into_bytes()),
        ("x.pdf", sealer.seal_pdf(&pdf(), at).unwrap()),
        ("x.asice", sealer.seal_container(&[object], at).unwrap()),
    ]
}

struct Place {
    folder: TempDir,
    pki: DevelopmentPki,
}

fn now() -> DateTime<Utc> {
    Utc::now().duration_trunc(TimeDelta::seconds(1)).unwrap()
}

impl Place {
    fn new() -> Self {
        let pki = Hierarchy::named("cazier").create(Utc::now()).unwrap();
        let place = Self { folder: tempfile::tempdir().unwrap(), pki };
        place.write("payload.json", PAYLOAD);
        place.write("root.pem", place.pki.root_pem.as_bytes());
        place.write("trust.pem", place.chain().as_bytes());
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn chain(&self) -> String {
        self.pki.seal_chain_pem.clone() + &self.pki.root_pem
    }

    fn sealer(&self) -> Sealer {
        let key = SigningKey::from_pem(&self.pki.seal_key_pem, &self.pki.seal_chain_pem, Utc::now()).unwrap();
        Sealer::new(Arc::new(key)).unwrap()
    }

    fn openssl(&self, command: &str) {
        let output = Command::new("openssl")
            .current_dir(self.folder.path())
            .args(command.split('|'))
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Another customer of the same authority, to whom it gave a certificate with the seal's own name.
    fn namesake(&self) -> Sealer {
        self.write("issuing.pem", self.pki.issuing_pem.as_bytes());
        self.write("issuing.key", self.pki.issuing_key_pem.as_bytes());
        self.write(
            "extensions",
            b"basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n",
        );
        self.openssl(
            "req|-new|-newkey|ec|-pkeyopt|ec_paramgen_curve:P-256|-nodes|-keyout|other.key|-out|other.csr|-utf8|-subj|\
             /O=cazier development/CN=cazier TEST seal – not valid in law",
        );
        self.openssl(
            "x509|-req|-in|other.csr|-CA|issuing.pem|-CAkey|issuing.key|-set_serial|77|-days|30|-extfile|extensions|\
             -out|other.pem",
        );
        let read = |name| std::fs::read_to_string(self.path(name)).unwrap();
        let chain = read("other.pem") + &self.pki.issuing_pem;
        let key = SigningKey::from_pem(&read("other.key"), &chain, Utc::now()).unwrap();
        assert_eq!(key.leaf().subject(), self.sealer().key().leaf().subject());
        Sealer::new(Arc::new(key)).unwrap()
    }

    /// A list of the seal with this period, signed by it.
    fn list(&self, name: &str, change: impl FnOnce(&mut ListedSigner)) {
        let mut signer = ListedSigner {
            chain_pem: self.chain(),
            active_from: Some(now() - TimeDelta::minutes(30)),
            retired_from: None,
            retired_in_emergency: false,
        };
        change(&mut signer);
        let list = TrustList { issued_at: now() - TimeDelta::minutes(20), test: true, signers: vec![signer] };
        self.write(name, &self.signed(&list));
    }

    fn signed(&self, list: &TrustList) -> Vec<u8> {
        let payload = serde_json::to_vec(list).unwrap();
        let statement = self.sealer().seal_statement(&payload, TYP, Utc::now()).unwrap();
        serde_json::to_vec(&statement).unwrap()
    }

    /// `cazier verify` of a file; its exit code and what it said.
    fn verify(&self, name: &str, content: &[u8], options: &[&str]) -> (Option<i32>, String) {
        self.write(name, content);
        let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
        command.current_dir(self.folder.path()).arg("verify");
        if name.ends_with("p7s") || name.ends_with("jws") {
            command.arg("payload.json");
        }
        said(&command.args([name, "--test"]).args(options).output().unwrap())
    }

    fn cazier(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
        command.current_dir(self.folder.path()).env("CAZIER_SEAL_KEY_PASSPHRASE", "a long secret");
        command.env_remove("CAZIER_CONFIG").args(arguments).output().unwrap()
    }
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn another_customer_of_the_authority_does_not_pass_in_any_format() {
    let place = Place::new();
    place.list("list.jws", |_| ());
    let (ours, theirs) = (place.sealer(), place.namesake());
    for trust in ["trust.pem", "list.jws"] {
        for (name, content) in files(&ours, now()) {
            let (code, said) = place.verify(name, &content, &["--trust", trust]);
            assert_eq!(code, Some(0), "{name} by {trust}: {said}");
        }
        for (name, content) in files(&theirs, now()) {
            let (code, said) = place.verify(name, &content, &["--trust", trust]);
            assert_eq!(code, Some(1), "{name} by {trust}: {said}");
            assert!(said.starts_with("REFUSED"), "{said}");
            assert!(said.contains("somebody else signed this, whatever name stands"), "{said}");
        }
    }
}

#[test]
fn an_authority_alone_is_not_trusted() {
    let place = Place::new();
    let (_, cades) = files(&place.sealer(), now()).remove(0);
    let (code, said) = place.verify("x.p7s", &cades, &["--trust", "root.pem"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("An authority vouches for all its customers"), "{said}");
}

/// The same signature with a time-stamp of `at`.
fn stamped(pki: &DevelopmentPki, signature: &[u8], at: DateTime<Utc>) -> Vec<u8> {
    let signed = Signed::Detached { signature, payload: PAYLOAD };
    let value = signed.signature_value().unwrap();
    let request = Request::new(&value, None).unwrap();
    let authority = DevelopmentAuthority::new(&pki.timestamp_key_pem, &pki.timestamp_chain_pem).unwrap();
    let response = authority.respond(request.der(), at).unwrap();
    let anchors = Certificate::all_from_pem(&pki.root_pem).unwrap();
    let token = request.check(&response, &value, &anchors, at).unwrap();
    signed.with_signature_timestamp(&token).unwrap()
}

#[test]
fn a_key_retired_in_an_emergency_counts_only_with_an_earlier_time_stamp() {
    let place = Place::new();
    let until = now() - TimeDelta::minutes(10);
    place.list("orderly.jws", |signer| signer.retired_from = Some(until));
    place.list("emergency.jws", |signer| {
        (signer.retired_from, signer.retired_in_emergency) = (Some(until), true);
    });
    let minutes = |minutes| until + TimeDelta::minutes(minutes);
    for (name, content) in files(&place.sealer(), minutes(-5)) {
        let (code, said) = place.verify(name, &content, &["--trust", "orderly.jws"]);
        assert_eq!(code, Some(0), "{name}: {said}");
        let (code, said) = place.verify(name, &content, &["--trust", "emergency.jws"]);
        assert_eq!(code, Some(1), "{name}: {said}");
        // Who has the key can write any time. (Such a list is signed by another seal or the operator: this one is not.)
        assert!(said.contains("not signed by any of the keys"), "{said}");
    }
    place.openssl("genpkey|-algorithm|EC|-pkeyopt|ec_paramgen_curve:P-256|-out|operator.key");
    place.openssl("pkey|-in|operator.key|-pubout|-out|operator.pub");
    let mut list: serde_json::Value =
        serde_json::from_slice(&std::fs::read(place.path("emergency.jws")).unwrap()).unwrap();
    list["signatures"] = serde_json::json!([]);
    let mut statement = Statement::from_json(list.to_string().as_bytes()).unwrap();
    let key = std::fs::read_to_string(place.path("operator.key")).unwrap();
    statement.sign(&FileKey::from_pem(&key, None).unwrap(), TYP).unwrap();
    place.write("emergency.jws", &serde_json::to_vec(&statement).unwrap());
    let trust = ["--trust", "emergency.jws", "--operator-key", "operator.pub"];
    for (name, content) in files(&place.sealer(), minutes(-5)) {
        let (code, said) = place.verify(name, &content, &trust);
        assert_eq!(code, Some(1), "{name}: {said}");
        assert!(said.contains("no time-stamp proves that this was signed before"), "{said}");
    }
    for (name, content) in files(&place.sealer(), minutes(-5)).into_iter().take(2) {
        let before = stamped(&place.pki, &content, minutes(-4));
        let (code, said) = place.verify(name, &before, &trust);
        assert_eq!(code, Some(0), "{name}: {said}");
        let after = stamped(&place.pki, &content, minutes(1));
        let (code, said) = place.verify(name, &after, &trust);
        assert_eq!(code, Some(1), "{name}: {said}");
    }
}

#[test]
fn a_signing_key_counts_in_its_period() {
    let place = Place::new();
    place.list("later.jws", |signer| signer.active_from = Some(now() - TimeDelta::minutes(21)));
    place.list("announced.jws", |signer| signer.active_from = None);
    place.list("retired.jws", |signer| signer.retired_from = Some(now() - TimeDelta::minutes(10)));
    let sign = |at| files(&place.sealer(), at).remove(0).1;
    let early = sign(now() - TimeDelta::minutes(30));
    let (code, said) = place.verify("x.p7s", &early, &["--trust", "later.jws"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("before the key was active"), "{said}");
    let (code, said) = place.verify("x.p7s", &sign(now()), &["--trust", "retired.jws"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("after the key was retired"), "{said}");
    let (code, said) = place.verify("x.p7s", &sign(now()), &["--trust", "announced.jws"]);
    assert_eq!(code, Some(1), "{said}");
}

#[test]
fn a_list_must_be_signed_by_the_pinned_key() {
    let (place, stranger) = (Place::new(), Place::new());
    place.list("list.jws", |_| ());
    stranger.list("list.jws", |_| ());
    place.write("theirs.jws", &std::fs::read(stranger.path("list.jws")).unwrap());
    let cades = files(&place.sealer(), now()).remove(0).1;
    let made = place.cazier(&["keys", "make", "--out", "operator.key"]);
    assert!(made.status.success(), "{}", said(&made).1);
    place.openssl("pkey|-in|operator.key|-passin|pass:a long secret|-pubout|-out|operator.pub");
    let signed = place.cazier(&["keys", "sign-trust", "list.jws", "--key", "operator.key"]);
    assert!(signed.status.success(), "{}", said(&signed).1);
    assert!(said(&signed).1.contains("cazier TEST seal"), "it tells what is signed");
    place.write("both.jws", &signed.stdout);
    for (options, code, words) in [
        (&["--trust", "list.jws"][..], 0, "not verified"),
        (&["--trust", "both.jws", "--operator-key", "operator.pub"], 0, "signed by the operator's key"),
        (&["--trust", "both.jws", "--known-list", "list.jws"], 0, "signed by a key of the known list"),
        (
            &["--trust", "list.jws", "--operator-key", "operator.pub"],
            1,
            "not signed by the given operator's key",
        ),
        (&["--trust", "both.jws", "--known-list", "theirs.jws"], 1, "not signed by a key of the known list"),
        (
            &["--trust", "trust.pem", "--operator-key", "operator.pub"],
            1,
            "certificates in PEM are not signed",
        ),
    ] {
        let (found, said) = place.verify("x.p7s", &cades, options);
        assert_eq!(found, Some(code), "{options:?}: {said}");
        assert!(said.contains(words), "{options:?}: {said}");
    }
    let text = std::fs::read_to_string(place.path("both.jws")).unwrap();
    let mut list: serde_json::Value = serde_json::from_str(&text).unwrap();
    list["payload"] =
        serde_json::Value::String(base64_of(&std::fs::read(stranger.path("list.jws")).unwrap()));
    place.write("changed.jws", list.to_string().as_bytes());
    for options in
        [&["--trust", "changed.jws"][..], &["--trust", "changed.jws", "--operator-key", "operator.pub"]]
    {
        let (code, said) = place.verify("x.p7s", &cades, options);
        assert_eq!(code, Some(1), "{said}");
    }
}

/// Who stole a seal's key can leave its end out of a list of their own, and date that back.
#[test]
fn a_compromised_key_vouches_for_no_list() {
    let place = Place::new();
    let until = now() - TimeDelta::minutes(10);
    place.list("forged.jws", |_| ());
    let forged = Statement::from_json(&std::fs::read(place.path("forged.jws")).unwrap()).unwrap();
    let mut known = TrustList::open(&forged, Pin::Nothing).unwrap();
    assert!(TrustList::open(&forged, Pin::Known(&known)).is_ok());
    place.list("marked.jws", |signer| {
        (signer.retired_from, signer.retired_in_emergency) = (Some(until), true);
    });
    let marked = Statement::from_json(&std::fs::read(place.path("marked.jws")).unwrap()).unwrap();
    assert!(TrustList::open(&marked, Pin::Known(&known)).is_err(), "it says so of its own signer");
    known.signers[0].retired_from = Some(until);
    assert!(TrustList::open(&forged, Pin::Known(&known)).is_ok(), "it was in use when the list was made");
    known.signers[0].retired_in_emergency = true;
    assert!(TrustList::open(&forged, Pin::Known(&known)).is_err());
    known.signers[0].retired_in_emergency = false;
    known.signers[0].retired_from = Some(now() - TimeDelta::minutes(25));
    assert!(TrustList::open(&forged, Pin::Known(&known)).is_err(), "it was not in use any more");
}

/// A list from before a theft was known is by the same seals, and must not undo that it was.
#[test]
fn a_list_older_than_the_known_one_is_refused() {
    let (place, other) = (Place::new(), Place::new());
    // One time for all lists: a second later, the same retirement would be dated later.
    let now = now();
    let stolen = |change: &dyn Fn(&mut ListedSigner)| {
        let mut signer = ListedSigner {
            chain_pem: other.chain(),
            active_from: Some(now - TimeDelta::minutes(60)),
            retired_from: Some(now - TimeDelta::minutes(20)),
            retired_in_emergency: true,
        };
        change(&mut signer);
        signer
    };
    let mine = ListedSigner {
        chain_pem: place.chain(),
        active_from: Some(now - TimeDelta::minutes(50)),
        retired_from: None,
        retired_in_emergency: false,
    };
    let at = |minutes, others: Vec<ListedSigner>| {
        let signers = [vec![mine.clone()], others].concat();
        place.signed(&TrustList { issued_at: now + TimeDelta::minutes(minutes), test: true, signers })
    };
    place.write("known.jws", &at(-10, vec![stolen(&|_| ())]));
    let cades = files(&place.sealer(), now).remove(0).1;
    let earlier = now - TimeDelta::minutes(40);
    for (list, code, words) in [
        (at(-10, vec![stolen(&|_| ())]), 0, ""),
        (at(3, vec![stolen(&|signer| signer.retired_from = Some(earlier))]), 0, ""),
        (at(-11, vec![stolen(&|_| ())]), 1, "older than the known list"),
        (
            at(-5, vec![stolen(&|signer| signer.retired_in_emergency = false)]),
            1,
            "lacks an emergency retirement",
        ),
        (at(-5, vec![stolen(&|signer| signer.retired_from = Some(now))]), 1, "lacks an emergency retirement"),
        (at(-5, vec![stolen(&|signer| signer.retired_from = None)]), 1, "lacks an emergency retirement"),
        (at(-5, vec![]), 1, "lacks an emergency retirement"),
        (at(7, vec![stolen(&|_| ())]), 1, "from the future"),
    ] {
        place.write("new.jws", &list);
        let (found, said) =
            place.verify("x.p7s", &cades, &["--trust", "new.jws", "--known-list", "known.jws"]);
        assert_eq!(found, Some(code), "{said}");
        assert!(said.contains(words), "{said}");
    }
    let (code, said) = place.verify("x.p7s", &cades, &["--trust", "new.jws"]);
    assert!(code == Some(1) && said.contains("from the future"), "{said}");
}

/// The payload of a stranger's list, as it stands in the file.
fn base64_of(list: &[u8]) -> String {
    let list: serde_json::Value = serde_json::from_slice(list).unwrap();
    list["payload"].as_str().unwrap().to_owned()
}

/// The recipe of the documents for stock OpenSSL: it takes the seal that is pinned, and nobody else of its authority.
#[test]
fn stock_openssl_can_pin_the_seal() {
    let place = Place::new();
    let accepted = |content: &[u8]| {
        place.write("x.p7s", content);
        let script = recipe();
        let output =
            Command::new("bash").args(["-c", script]).current_dir(place.folder.path()).output().unwrap();
        output.status.success()
    };
    let sha256: String = data_encoding::HEXLOWER.encode(&place.sealer().key().leaf().fingerprint());
    place.write(
        "trust.json",
        serde_json::json!({"signers": [
            {"sha256": sha256, "retired_in_emergency": false, "chain_pem": place.chain()}
        ]})
        .to_string()
        .as_bytes(),
    );
    std::fs::rename(place.path("payload.json"), place.path("certificate.json")).unwrap();
    let cades = |sealer: &Sealer| {
        let content = files(sealer, now()).remove(0).1;
        place.write("certificate.json.p7s", &content);
        content
    };
    assert!(accepted(&cades(&place.sealer())));
    assert!(!accepted(&cades(&place.namesake())));
}

/// The commands after the one that gets the trust list.
fn recipe() -> &'static str {
    let page = include_str!("../docs/relying-parties.md");
    let (_, rest) = page.split_once("With stock OpenSSL alone (3.0 or newer):\n\n```sh\n").unwrap();
    let (first, offline) = rest.split_once("```").unwrap().0.split_once('\n').unwrap();
    assert!(first.starts_with("curl ") && first.ends_with("> trust.json"), "{first}");
    offline
}
