//! Makes the seeds of the fuzz targets anew. The targets' crate replays them in its own tests.

use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::BASE64URL_NOPAD;

use super::algorithms::{Case, ED25519, P256, P384, RSA, pss};
use super::pdf::plain_pdf;
use super::*;
use crate::asic::DataObject;
use crate::pades::{Draft, SignatureField};
use crate::{Signed, jades};

/// What the signatures among the seeds are over: `ades_fuzz::checks::PAYLOAD`.
const SEED_PAYLOAD: &[u8] = b"{\"invoice\":\"1234567/2026\"}";

/// The time of the seeds: `ades_fuzz::checks::now`.
fn seeded_at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

#[test]
#[ignore = "makes the seeds anew: cargo test -p ades make_fuzz_seeds -- --ignored"]
fn make_fuzz_seeds() {
    let maker = Maker { pki: Hierarchy::default().publishing_at(REVOCATION).create(seeded_at()).unwrap() };
    maker.trust();
    let token = maker.signatures();
    maker.files();
    maker.evidence(&token);
}

struct Maker {
    pki: DevelopmentPki,
}

impl Maker {
    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = root("fuzz/seeds").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn sealer(&self) -> Sealer {
        let key = SigningKey::from_pem(&self.pki.seal_key_pem, &self.pki.seal_chain_pem, seeded_at());
        Sealer::new(Arc::new(key.unwrap())).unwrap()
    }

    fn trust(&self) {
        let publisher = Publisher::new(&self.pki).unwrap();
        self.write("trust/root.pem", &self.pki.root_pem);
        self.write("trust/issuing.pem", &self.pki.issuing_pem);
        self.write("trust/seal.pem", &self.pki.seal_chain_pem);
        self.write("trust/root.crl", publisher.root_crl(seeded_at(), &[]).unwrap());
    }

    /// CMS and JWS, at every level, and of every algorithm; answers with the time-stamp.
    fn signatures(&self) -> Token {
        let sealed = self.sealer().seal(SEED_PAYLOAD, &mime::APPLICATION_JSON, seeded_at()).unwrap();
        let token = stamp(&self.pki, cades::signature_value(&sealed.cades).unwrap(), seeded_at());
        let stamped = cades::add_signature_timestamp(&sealed.cades, &token).unwrap();
        let complete =
            cades::add_validation_data(&stamped, &[], &evidence(&self.pki, seeded_at(), &[])).unwrap();
        self.write("cms/good-b-b.p7s", &sealed.cades);
        self.write("cms/good-b-t.p7s", stamped);
        self.write("cms/good-b-lt.p7s", complete);
        for (name, key, options) in
            [("p384", P384, " -md sha384"), ("rsa", RSA, " -md sha256"), ("rsa-pss", RSA, &pss("sha256", 32))]
        {
            let case = Case::new(P256, key);
            case.certify("");
            self.write(&format!("cms/{name}.p7s"), case.sign(options));
        }
        let case = Case::new(P256, ED25519);
        case.certify("");
        let [p7s, jws] = case.sign_by_strangers("EdDSA");
        self.write("cms/ed25519.p7s", p7s);
        self.write("jws/ed25519.jws", jws);
        let value = jades::signature_value(&sealed.jades).unwrap();
        let stamped = jades::add_signature_timestamp(&sealed.jades, &stamp(&self.pki, &value, seeded_at()));
        let (stamped, header) = (stamped.unwrap(), sealed.jades.split("..").next().unwrap());
        self.write("jws/header.json", BASE64URL_NOPAD.decode(header.as_bytes()).unwrap());
        let outer: serde_json::Value = serde_json::from_str(&stamped).unwrap();
        let unprotected = outer["header"]["etsiU"][0].as_str().unwrap();
        self.write("jws/time-stamp.json", BASE64URL_NOPAD.decode(unprotected.as_bytes()).unwrap());
        self.write("jws/good-b-b.jws", &sealed.jades);
        self.write("jws/good-b-t.jws", &stamped);
        token
    }

    /// PDF and containers.
    fn files(&self) {
        let (sealer, pki, now) = (self.sealer(), &self.pki, seeded_at());
        let key = SigningKey::from_pem(&pki.seal_key_pem, &pki.seal_chain_pem, now).unwrap();
        // A small hole: a fuzzer has better things to change than zeros.
        let draft = Draft::new(&plain_pdf(), &SignatureField::default(), now, 4096).unwrap();
        let cms = cades::Signer::new(Arc::new(key)).unwrap().sign_for_pdf(&draft.signed_bytes()).unwrap();
        let pdf = draft.complete(&cms).unwrap();
        self.write("pdf/plain.pdf", plain_pdf());
        self.write("pdf/good-b-b.pdf", &pdf);
        let (stamped, complete) = self.raised(Signed::Pdf(&pdf));
        self.write("pdf/good-b-t.pdf", stamped);
        self.write("pdf/good-b-lt.pdf", complete);
        let object = |name: &str, bytes: &[u8]| DataObject { name: name.to_owned(), bytes: bytes.to_vec() };
        let objects = [object("payload.json", SEED_PAYLOAD), object("document.pdf", b"%PDF-1.7")];
        for (name, objects) in [("good-one", &objects[..1]), ("good-two", &objects)] {
            let container = sealer.seal_container(objects, now).unwrap();
            self.write(&format!("container/{name}.asice"), &container);
            self.write("container/good-b-lt.asice", self.raised(Signed::Container(&container)).1);
        }
        self.write("container/files.txt", b"payload.json\0{}\0document.pdf\0%PDF-1.7");
    }

    /// At B-T and at B-LT.
    fn raised(&self, signed: Signed<'_>) -> (Vec<u8>, Vec<u8>) {
        let token = stamp(&self.pki, &signed.signature_value().unwrap(), seeded_at());
        let stamped = signed.with_signature_timestamp(&token).unwrap();
        let evidence = evidence(&self.pki, seeded_at(), &[]);
        let complete = signed.replaced_by(&stamped).with_validation_data(&[], &evidence).unwrap();
        (stamped, complete)
    }

    /// What authorities say: tokens, lists, answers; and certificates.
    fn evidence(&self, token: &Token) {
        let (publisher, now) = (Publisher::new(&self.pki).unwrap(), seeded_at());
        let request = Request::new(SEED_PAYLOAD, None).unwrap();
        let gone = [revoked(&self.pki.seal_chain_pem, now)];
        self.write("timestamp/good.token", token.der());
        self.write("timestamp/request.tsq", request.der());
        self.write("timestamp/response.tsr", authority(&self.pki).respond(request.der(), now).unwrap());
        self.write("revocation/good-issuing.crl", publisher.issuing_crl(now, &[]).unwrap());
        self.write("revocation/good-revoked.crl", publisher.issuing_crl(now - days(9), &gone).unwrap());
        self.write("revocation/good.ocsp", super::revocation::ocsp(&self.pki, &self.pki, now, &[]));
        let stranger = publishing_pki();
        self.write("revocation/stranger.ocsp", super::revocation::ocsp(&stranger, &self.pki, now, &gone));
        self.write("revocation/request.ocsp", super::revocation::ocsp_request(&self.pki));
        let chains = [
            &self.pki.seal_chain_pem,
            &self.pki.root_pem,
            &self.pki.timestamp_chain_pem,
            &self.pki.responder_pem,
        ];
        for (name, chain) in ["seal", "root", "time-stamp", "responder"].iter().zip(chains) {
            self.write(&format!("certificate/{name}.der"), leaf(chain).der());
        }
    }
}
