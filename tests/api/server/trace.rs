//! W3C Trace Context: taken over from callers, passed on to registers, written into the log.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::http::header::HeaderMap;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use cazier::sandbox::registers::SandboxCertificates;
use reqwest::Method;
use serde_json::Value;

use crate::support::{Citizen, Database, House, Process, json_of, refused};

const ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A register that answers nothing and remembers how it was asked.
struct Deaf {
    url: String,
    authority: PathBuf,
    identity: PathBuf,
    heard: Arc<Mutex<Vec<HeaderMap>>>,
    server: ServerHandle,
    _folder: tempfile::TempDir,
}

impl Deaf {
    fn start() -> Self {
        let certificates = SandboxCertificates::create().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (authority, identity) = (folder.path().join("authority.pem"), folder.path().join("identity.pem"));
        let client = certificates.client();
        std::fs::write(&authority, client.authority).unwrap();
        std::fs::write(&identity, client.identity).unwrap();
        let heard: Arc<Mutex<Vec<HeaderMap>>> = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let known = web::Data::from(Arc::clone(&heard));
        let hear = async |request: HttpRequest, heard: web::Data<Mutex<Vec<HeaderMap>>>| {
            heard.lock().unwrap().push(request.headers().clone());
            HttpResponse::ServiceUnavailable().finish()
        };
        let server =
            HttpServer::new(move || App::new().app_data(known.clone()).default_service(web::to(hear)));
        let tls = certificates.server().unwrap();
        let server = server.workers(1).disable_signals().listen_rustls_0_23(listener, tls).unwrap().run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { url, authority, identity, heard, server: handle, _folder: folder }
    }

    /// The headers of this name in the last question.
    fn last(&self, name: &str) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let values = heard.last().unwrap().get_all(name);
        values.map(|value| value.to_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Deaf {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

#[actix_web::test]
async fn a_register_is_told_the_trace_of_the_caller() {
    let deaf = Deaf::start();
    let house = House::with()
        .legal_persons()
        .setting("CAZIER_CIVIL_STATUS_URL", deaf.url.as_str())
        .setting("CAZIER_CRIMINAL_RECORDS_URL", "")
        .setting("CAZIER_COMPANIES_URL", "")
        .setting("CAZIER_REGISTER_AUTHORITY", deaf.authority.to_str().unwrap())
        .setting("CAZIER_REGISTER_IDENTITY", deaf.identity.to_str().unwrap())
        .start()
        .await;
    let citizen = Citizen::verified(&house, "clean").await;
    let ask = async |headers: &[(&str, &str)]| {
        let path = "/v1/applications/prefill?service=criminal-record-certificate";
        let request = citizen.request(Method::GET, path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        refused(request.send().await.unwrap(), 503, "register_unavailable").await;
        let [parent] = deaf.last("traceparent").try_into().unwrap();
        (parent, deaf.last("tracestate"))
    };
    let (parent, state) = ask(&[("traceparent", PARENT), ("tracestate", "a=1"), ("tracestate", "b=2")]).await;
    assert!(parent.starts_with(&format!("00-{ID}-")) && parent.ends_with("-01"), "{parent}");
    assert_ne!(parent, PARENT, "the question is a part of its own");
    assert_eq!(state, ["a=1,b=2"]);

    let upper = PARENT.to_uppercase();
    for headers in [&[][..], &[("traceparent", upper.as_str()), ("tracestate", "a=1")]] {
        let (parent, state) = ask(headers).await;
        assert!(parent.len() == 55 && !parent.contains(ID), "{parent}");
        assert!(state.is_empty(), "{state:?}");
    }
}

#[actix_web::test]
async fn a_page_may_send_its_trace() {
    let house = House::start().await;
    let request = house
        .request(Method::OPTIONS, "/v1/services")
        .header("origin", "http://localhost:3000")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "traceparent, tracestate");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let allowed = answer.headers()["access-control-allow-headers"].to_str().unwrap().to_lowercase();
    assert!(allowed.contains("traceparent") && allowed.contains("tracestate"), "{allowed}");
}

/// The access log's lines of a node that trusts the proxy of the tests: one for each request.
async fn senders_of(requests: &[(&str, Option<&str>)]) -> Vec<Value> {
    let database = Database::from_template();
    let settings = [("CAZIER_LOG_FORMAT", "json"), ("CAZIER_TRUSTED_PROXIES", "127.0.0.1")];
    let (node, [api, _]) = Process::serve(&database, &settings);
    for (name, value) in requests {
        let request = reqwest::Client::new().get(format!("{api}/v1/services"));
        let request = value.iter().fold(request, |request, value| request.header(*name, *value));
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    let log = node.terminate();
    assert!(!log.contains("192.0.2.") && !log.contains("2001:db8"), "no address is logged");
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
    lines
        .filter(|line: &Value| line["target"] == "cazier::access")
        .map(|line| line["sender"].clone())
        .collect()
}

#[actix_web::test]
async fn the_log_names_senders_by_a_hash_and_believes_the_trusted_proxy_alone() {
    let senders = senders_of(&[
        ("x-forwarded-for", Some("192.0.2.1")),
        ("x-forwarded-for", Some("192.0.2.9, 192.0.2.1")),
        ("forwarded", Some("for=192.0.2.1")),
        ("x-forwarded-for", Some("192.0.2.2")),
        ("x-forwarded-for", Some("2001:db8::1")),
        ("x-forwarded-for", Some("2001:db8::2")),
        ("x-forwarded-for", Some("nonsense")),
        ("x-forwarded-for", None),
    ])
    .await;
    let [one, spoofed, standard, other, v6, same_v6, nonsense, proxy] = senders.try_into().unwrap();
    assert_eq!(one.as_str().unwrap().len(), 16);
    assert_eq!([&spoofed, &standard], [&one, &one]);
    assert!(other != one && v6 != one && proxy != one, "{one} {other} {v6} {proxy}");
    assert_eq!((v6, nonsense), (same_v6, proxy));
}

#[actix_web::test]
async fn a_request_with_two_words_about_its_sender_is_refused() {
    let database = Database::from_template();
    let (node, [api, _]) = Process::serve(&database, &[("CAZIER_TRUSTED_PROXIES", "127.0.0.1")]);
    let ask = |forwarded: &'static str| {
        let request = reqwest::Client::new().get(format!("{api}/v1/services"));
        request.header("x-forwarded-for", "192.0.2.1").header("forwarded", forwarded).send()
    };
    let answer = ask("for=192.0.2.2").await.unwrap();
    assert!(answer.headers().contains_key("content-security-policy"));
    refused(answer, 400, "forwarded_headers_differ").await;
    assert_eq!(ask("for=192.0.2.1").await.unwrap().status(), 200);
    let log = node.terminate();
    assert!(log.contains("GET /v1/services 400"), "{log}");
}

#[actix_web::test]
async fn the_log_names_the_account_of_a_caller() {
    let database = std::rc::Rc::new(Database::from_template());
    let house = House::with().on(&database).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (node, [api, _]) = Process::serve(&database, &[]);
    let request = reqwest::Client::new().get(format!("{api}/v1/accounts/me")).bearer_auth(&citizen.access);
    let account = json_of(request.send().await.unwrap(), 200).await["id"].as_str().unwrap().to_owned();
    let log = node.terminate();
    let line = log.lines().find(|line| line.contains("GET /v1/accounts/me 200")).unwrap();
    assert!(line.contains(&format!(" account={account} ")), "{line}");
}

#[actix_web::test]
async fn a_json_log_has_one_object_per_line_with_the_ids_of_its_request() {
    let database = Database::from_template();
    let (node, [api, _]) = Process::serve(&database, &[("CAZIER_LOG_FORMAT", "json")]);
    let request = reqwest::Client::new().get(format!("{api}/v1/services"));
    let request = request.header("x-request-id", "request-of-this-test").header("traceparent", PARENT);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let log = node.terminate();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines {
        assert!(["time", "level", "target", "message"].iter().all(|name| line[name].is_string()), "{line}");
    }
    let access = lines.iter().find(|line| line["target"] == "cazier::access").unwrap();
    assert_eq!(access["request_id"], "request-of-this-test");
    assert_eq!(access["trace_id"], ID);
    assert_eq!((&access["method"], &access["route"]), (&"GET".into(), &"/v1/services".into()));
    assert_eq!(access["status"], 200);
    assert!(access["duration_us"].is_u64(), "{access}");
}
