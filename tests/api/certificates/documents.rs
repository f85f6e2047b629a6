//! Documents: what people hold, and what strangers' software says to it.

use std::fs;
use std::process::{Command, Output};

use cazier::document::Signed;
use cazier::document::certificate::{Languages, render};
use diesel::{RunQueryDsl, sql_query};
use futures_util::future::join;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Citizen, House, application, json_of, refused};

/// A document on its holder's disk.
struct File {
    folder: TempDir,
    bytes: Vec<u8>,
}

impl File {
    async fn of(answer: Response) -> Self {
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/pdf");
        Self::from(answer.bytes().await.unwrap().to_vec())
    }

    fn from(bytes: Vec<u8>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("document.pdf"), &bytes).unwrap();
        Self { folder, bytes }
    }

    /// Runs a command line in the folder.
    fn run(&self, command: &str) -> Output {
        let mut words = command.split(' ');
        let program = words.next().unwrap();
        Command::new(program).args(words).current_dir(self.folder.path()).output().unwrap()
    }

    fn says(&self, command: &str) -> String {
        let output = self.run(command);
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What the QR codes of the first page say.
    fn qr(&self) -> String {
        self.says("pdftoppm -r 150 -l 1 -png document.pdf page");
        let page = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let page = page.filter_map(|name| name.into_string().ok()).find(|name| name.ends_with(".png"));
        self.says(&format!("zbarimg --quiet --raw {}", page.unwrap()))
    }
}

fn link(certificate: &Value, name: &str) -> String {
    certificate["links"][name].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn poppler_qpdf_and_a_scanner_read_the_document_as_its_holder_does() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean-3").await;
    let certificate = citizen.certificate("employment").await;
    let answer = citizen.get(&link(&certificate, "document")).await;
    let number = certificate["registration_number"].as_str().unwrap();
    let name = format!("attachment; filename=\"certificat-cazier-judiciar-{number}.pdf\"");
    assert_eq!(answer.headers()["content-disposition"], name.as_str());
    let file = File::of(answer).await;
    file.says("qpdf --check document.pdf");
    let signature = file.says("pdfsig -nocert document.pdf");
    for fact in ["ETSI.CAdES.detached", "Total document signed", "Signature is Valid"] {
        assert!(signature.contains(fact), "{signature}");
    }
    let text = file.says("pdftotext -layout document.pdf -");
    let code = certificate["control_code"].as_str().unwrap();
    for words in
        ["Țîrlea-Brâncoveanu", "nu este înscrisă în cazierul judiciar", "fără valoare juridică", number]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(text.contains(&code.replace('-', " ")), "in groups, for a voice: {text}");
    assert!(!text.contains("is not entered"), "Romanian alone: {text}");
    assert_eq!(file.qr().trim(), format!("{}verify#{number}.{code}", house.api));
    let attached = file.says("pdfdetach -list document.pdf");
    assert!(attached.contains(&format!("{number}.json.p7s")), "{attached}");
    file.says("pdfdetach -saveall document.pdf");
    let payload = citizen.get(&link(&certificate, "payload")).await.bytes().await.unwrap();
    assert_eq!(fs::read(file.folder.path().join(format!("{number}.json"))).unwrap(), payload);
}

#[actix_web::test]
async fn an_application_in_english_gives_a_document_in_both_languages() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let mut body = application("studies");
    body["language"] = json!("en");
    let application = json_of(citizen.post("/v1/applications", &body).await, 201).await;
    let file = File::of(citizen.get(&link(&application["certificate"], "document")).await).await;
    let text = file.says("pdftotext -layout document.pdf -");
    for words in ["nu este înscrisă", "is not entered in the criminal record", "Studies or admission"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[actix_web::test]
async fn a_name_in_the_letters_of_west_africa_is_printed_and_read_back() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let mut payload = json_of(citizen.get(&link(&certificate, "payload")).await, 200).await;
    payload["holder"]["family_name"] = json!("Mɛnsa");
    payload["holder"]["given_name"] = json!("Kɔfi Ŋwaaɓi Ⱡⱥ");
    let payload = payload.to_string();
    let signed = Signed { payload: payload.as_bytes(), cades: b"signature" };
    let file = File::from(render(signed, Languages::RomanianAndEnglish).unwrap());
    let text = file.says("pdftotext -layout document.pdf -");
    for words in ["Mɛnsa", "Kɔfi Ŋwaaɓi Ⱡⱥ"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("[U+"), "{text}");
}

#[actix_web::test]
async fn a_document_is_made_once_and_kept_as_issued() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let path = link(&certificate, "document");
    // A signature has a random part: two that were made would differ.
    let (first, second) = join(citizen.get(&path), citizen.get(&path)).await;
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let (first, second) = (File::of(first).await, File::of(second).await);
    assert!(first.bytes == second.bytes);
    let later = File::of(citizen.get(&path).await).await;
    assert!(first.bytes == later.bytes);
    let known = citizen.request(Method::GET, &path).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!((known.status().as_u16(), known.bytes().await.unwrap().len()), (304, 0));
    let other = Citizen::verified(&house, "clean-2").await;
    refused(other.get(&path).await, 404, "not_found").await;
    let kept = "SELECT count(*)::text AS line FROM certificate_documents WHERE kind = 'certificate'";
    let events = "SELECT count(*)::text AS line FROM audit_events WHERE action = 'certificate.document_read'";
    assert_eq!((line(&house, kept), line(&house, events)), ("1".to_owned(), "4".to_owned()));
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

fn line(house: &House, query: &str) -> String {
    sql_query(query).get_result::<Line>(&mut house.database.connect()).unwrap().line
}

#[actix_web::test]
async fn the_european_form_is_there_in_each_language_for_a_certificate_without_a_record() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean-3").await;
    let certificate = citizen.certificate("employment").await;
    let path = link(&certificate, "document");
    for (language, words) in [
        ("ro", "nu este înscrisă în cazierul judiciar"),
        ("en", "has no criminal record in Romania"),
        ("fr", "pas inscrite au casier judiciaire"),
        ("de", "im rumänischen Strafregister nicht eingetragen"),
        ("it", "non risulta iscritta nel casellario giudiziale"),
        ("es", "no tiene antecedentes penales"),
        ("hu", "nem szerepel a romániai bűnügyi"),
        ("bg", "не е вписано в регистъра за съдимост"),
    ] {
        let file = File::of(citizen.get(&format!("{path}?form=eu&language={language}")).await).await;
        let text = file.says("pdftotext -layout document.pdf -");
        assert!(text.contains(words) && text.contains("Țîrlea-Brâncoveanu"), "{language}: {text}");
        assert!(file.says("pdfsig -nocert document.pdf").contains("Signature is Valid"), "{language}");
    }
    for (query, pointer, code) in [
        ("form=eu", "?language", "form_language_missing"),
        ("language=fr", "?language", "form_language_unwanted"),
        ("form=eu&language=tlh", "?language", "unknown_value"),
        ("form=us&language=en", "?form", "unknown_value"),
    ] {
        let problem = refused(citizen.get(&format!("{path}?{query}")).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
    sql_query("UPDATE certificates SET finding = 'record'").execute(&mut house.database.connect()).unwrap();
    let answer = citizen.get(&format!("{path}?form=eu&language=fr")).await;
    refused(answer, 409, "form_needs_clean_record").await;
}

#[actix_web::test]
async fn a_changed_document_is_refused_by_strangers_too() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let mut bytes = File::of(citizen.get(&link(&certificate, "document")).await).await.bytes;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let said = File::from(bytes).run("pdfsig -nocert document.pdf");
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("Digest Mismatch"), "{said}");
}

/// What anybody with unzip, openssl and a SHA-256 can find out about a container.
#[actix_web::test]
async fn a_container_holds_payload_and_document_under_one_signature() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let path = link(&certificate, "container");
    let answer = citizen.get(&path).await;
    assert_eq!(answer.headers()["content-type"], "application/vnd.etsi.asic-e+zip");
    let bytes = answer.bytes().await.unwrap();
    assert!(bytes == citizen.get(&path).await.bytes().await.unwrap(), "kept as issued");
    let (verdict, files) = house.verifier().verify_container(&bytes, chrono::Utc::now()).unwrap();
    assert!(verdict.is_valid(), "{verdict:?}");
    let document = citizen.get(&link(&certificate, "document")).await.bytes().await.unwrap();
    let payload = citizen.get(&link(&certificate, "payload")).await.bytes().await.unwrap();
    assert!(files[0].bytes == payload && files[1].bytes == document);
    let file = File::from(bytes.to_vec());
    fs::rename(file.folder.path().join("document.pdf"), file.folder.path().join("container.asice")).unwrap();
    file.says("python3 -m zipfile -e container.asice .");
    fs::write(file.folder.path().join("root.pem"), house.root_pem()).unwrap();
    let openssl = "openssl cms -verify -binary -cades -purpose any -inform DER -in META-INF/signature.p7s \
        -content META-INF/ASiCManifest.xml -CAfile root.pem -out verified";
    let manifest = || fs::read_to_string(file.folder.path().join("META-INF/ASiCManifest.xml")).unwrap();
    file.says(openssl);
    for name in ["payload.json", "document.pdf"] {
        let digest = file.run(&format!("openssl dgst -sha256 -binary {name}")).stdout;
        let digest = data_encoding::BASE64.encode(digest.as_ref());
        assert!(manifest().contains(&digest), "{name}: {digest}");
    }
    let forged = manifest().replace("payload.json", "payload.jsom");
    fs::write(file.folder.path().join("META-INF/ASiCManifest.xml"), forged).unwrap();
    assert!(!file.run(openssl).status.success());
}
