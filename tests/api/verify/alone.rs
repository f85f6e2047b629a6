//! A node that verifies alone: the same answers as of any node, by fewer keys and rights, and nothing else.

use std::sync::Arc;

use cazier::certificates::extract_existing::MakeExtracts;
use cazier::db::roles::DbRole;
use cazier::jobs::Handler;
use cazier::log::{LogKeys, append_all};
use cazier::person::Keyring;
use cazier::server::assembly::installation;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::certificates::bound::CLEAN_CNP;
use crate::support::{Citizen, Database, House, Process, json_of, keyring, refused};

const OTHER_CNP: &str = "1800101221144";
const FORM: &str = "multipart/form-data; boundary=limit";

/// A house whose log has keys of its own, a certificate in that log, and a node beside it that verifies alone.
struct Beside {
    house: House,
    certificate: Value,
    holder: Value,
    node: Process,
    payload: Vec<u8>,
    cades: Vec<u8>,
    document: Vec<u8>,
}

impl Beside {
    async fn start() -> Self {
        let log = Keyring::generate_spec().unwrap();
        let house = House::with().setting("CAZIER_LOG_KEYS", &log).start().await;
        let citizen = Citizen::verified(&house, "clean").await;
        house.rest().await;
        let certificate = citizen.certificate("employment").await;
        let file = async |name: &str| {
            citizen.get(certificate["links"][name].as_str().unwrap()).await.bytes().await.unwrap().to_vec()
        };
        let (payload, cades, document) = (file("payload").await, file("cades").await, file("document").await);
        let keys = LogKeys::of(Some(&log), None, &keyring(), &house.api).unwrap();
        append_all(&mut house.database.connect(), &keys, chrono::Utc::now()).unwrap();
        let origin = keys.origin(&mut house.database.connect()).unwrap();
        let public: Vec<_> = keys.public(&origin).iter().map(ToString::to_string).collect();
        let node = Process::verifying(&house.database, &public.join(","), &[]);
        let holder = serde_json::from_slice::<Value>(&payload).unwrap()["holder"].clone();
        Self { house, certificate, holder, node, payload, cades, document }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let request = client.request(method, format!("http://{}{path}", self.node.api()));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        // Whatever token is shown, nobody is known here.
        request.bearer_auth("somebody").send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path, None).await
    }

    async fn verify(&self, proof: &str, value: &Value, name: Option<&str>) -> Response {
        let number = &self.certificate["registration_number"];
        let body = json!({"registration_number": number, proof: value, "name": name});
        self.ask(Method::POST, "/v1/verify", Some(&body)).await
    }

    async fn upload(&self, parts: &[(&str, &[u8])]) -> Response {
        let part = |(name, content): &(&str, &[u8])| {
            let head = format!("--limit\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
            [head.as_bytes(), *content, b"\r\n"].concat()
        };
        let body = [parts.iter().flat_map(part).collect(), b"--limit--\r\n".to_vec()].concat();
        let request = Client::new().post(format!("http://{}/v1/verify/signature", self.node.api()));
        request.header("content-type", FORM).body(body).send().await.unwrap()
    }

    fn name(&self) -> String {
        let part = |name: &str| self.holder[name].as_str().unwrap().to_uppercase();
        format!("{} {}", part("given_name"), part("family_name"))
    }
}

#[actix_web::test]
async fn a_node_that_verifies_alone_answers_as_every_node_does() {
    let beside = Beside::start().await;
    let answer = json_of(beside.verify("cnp", &json!(CLEAN_CNP), None).await, 200).await;
    assert_eq!(answer["outcome"], "valid");
    assert!(answer["log"]["checkpoint"].is_string(), "{answer}");
    let code = &beside.certificate["control_code"];
    let named = json_of(beside.verify("control_code", code, Some(&beside.name())).await, 200).await;
    assert_eq!((&named["outcome"], &named["facts"]["name_matches"]), (&json!("valid"), &json!(true)));
    let other = json_of(beside.verify("control_code", code, Some("Popescu Ion")).await, 200).await;
    assert_eq!((&other["outcome"], &other["facts"]["name_matches"]), (&json!("no_match"), &json!(false)));
    let wrong = json_of(beside.verify("cnp", &json!(OTHER_CNP), None).await, 200).await;
    assert_eq!((&wrong["outcome"], wrong.get("certificate")), (&json!("no_match"), None));
    let document = json_of(beside.upload(&[("document", &beside.document)]).await, 200).await;
    assert_eq!(document["outcome"], "valid", "{document}");
    let signed: [(&str, &[u8]); 2] = [("payload", &beside.payload), ("signature", &beside.cades)];
    assert_eq!(json_of(beside.upload(&signed).await, 200).await["outcome"], "valid");
    let checks = beside.house.database.count("SELECT count(*) FROM certificate_checks");
    assert_eq!(checks, 5, "the holder sees each");
    let checkpoint = beside.get("/v1/log/checkpoint").await.text().await.unwrap();
    assert!(checkpoint.contains("/v1/log\n"), "{checkpoint}");
    assert_eq!(
        json_of(beside.get("/v1/verify/trust").await, 200).await["signers"].as_array().unwrap().len(),
        1
    );
    // Only the operator's own list can be served without a key.
    refused(beside.get("/v1/verify/trust/signed").await, 503, "seal_unavailable").await;
    let ready = json_of(beside.get("/health/ready").await, 200).await;
    let checks: Vec<&str> =
        ready["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!((&ready["status"], checks), (&json!("ready"), vec!["database", "writes", "log"]));
}

#[actix_web::test]
async fn the_page_of_one_node_is_shown_by_the_other() {
    let beside = Beside::start().await;
    let number = beside.certificate["registration_number"].as_str().unwrap();
    let form = [("registration_number", number), ("identifier", CLEAN_CNP), ("name", &beside.name())];
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let (own, other) = (format!("http://{}/", beside.node.api()), beside.house.api.to_string());
    for (asked, shown_by) in [(&own, &other), (&other, &own)] {
        let answer = client.post(format!("{asked}verify")).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 303);
        let address = answer.headers()["location"].to_str().unwrap().trim_start_matches('/');
        let page = client.get(format!("{shown_by}{address}")).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(number) && page.contains("Hub MAI"), "{page}");
    }
}

#[actix_web::test]
async fn nothing_but_verification_is_served_there_and_nobody_is_known() {
    let beside = Beside::start().await;
    for (method, path) in [
        (Method::GET, "/v1/services"),
        (Method::POST, "/v1/accounts"),
        (Method::POST, "/v1/sessions"),
        (Method::GET, "/v1/accounts/me"),
        (Method::GET, "/v1/certificates"),
        (Method::GET, "/v1/review/applications"),
        (Method::GET, "/v1/statistics"),
        (Method::GET, "/sandbox/officers"),
    ] {
        refused(beside.ask(method, path, None).await, 404, "not_found").await;
    }
    let contract = json_of(beside.get("/openapi.json").await, 200).await;
    let paths: Vec<_> = contract["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let is_public = |path: &&str| {
        ["/v1/verify", "/v1/log/", "/health/", "/problems"].iter().any(|start| path.starts_with(start))
    };
    assert!(paths.iter().all(is_public) && paths.contains(&"/v1/verify/signature"), "{paths:?}");
    let tags: Vec<&str> =
        contract["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    assert_eq!(tags, ["verification", "log", "service"]);
    let log = beside.node.log();
    assert!(!log.contains(" ERROR "), "nothing is looked up that its role may not read: {log}");
}

#[actix_web::test]
async fn a_certificate_without_its_extract_is_not_judged_there_until_a_worker_makes_it() {
    let beside = Beside::start().await;
    let valid = async || {
        json_of(beside.verify("cnp", &json!(CLEAN_CNP), None).await, 200).await["outcome"] == "valid"
    };
    assert!(valid().await);
    beside.house.database.execute("UPDATE certificates SET extract = NULL");
    let missing =
        refused(beside.verify("cnp", &json!(CLEAN_CNP), None).await, 503, "database_unavailable").await;
    assert_eq!(missing.get("outcome"), None);
    let sandbox = installation(&keyring(), true);
    let db = cazier::db::connect(&beside.house.database.url_as(DbRole::Worker), 1, sandbox);
    let work = MakeExtracts { db, keyring: Arc::new(keyring()) };
    work.run(Uuid::nil(), Vec::new()).await;
    assert!(valid().await);
    let code = &beside.certificate["control_code"];
    let named = json_of(beside.verify("control_code", code, Some(&beside.name())).await, 200).await;
    assert_eq!(named["facts"]["name_matches"], true);
    for altered in ["set_byte(extract, 40, 0)", "substr(extract, 1, 50)", "''"] {
        beside.house.database.execute(&format!("UPDATE certificates SET extract = {altered}"));
        let answer = beside.verify("cnp", &json!(CLEAN_CNP), None).await;
        refused(answer, 503, "certificate_unreadable").await;
    }
}

#[test]
fn a_role_that_may_do_more_is_refused() {
    let database = Database::from_template();
    // The first node begins the installation.
    drop(Process::serve(&database, &[]));
    let keys = LogKeys::of(
        Some(&Keyring::generate_spec().unwrap()),
        None,
        &keyring(),
        &"https://a.example".parse().unwrap(),
    );
    let public = keys.unwrap().public("a.example/v1/log")[0].to_string();
    for role in [DbRole::Serve, DbRole::Worker, DbRole::Rotation] {
        let url = database.url_as(role);
        let node = Process::verifying_badly(&database, &public, &[("DATABASE_URL", &url)]);
        assert!(node.contains("this role may do more than verify"), "{}: {node}", role.name());
    }
}
