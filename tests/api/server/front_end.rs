//! The front end at every path that a mail links to, and the start page of the sandbox.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use reqwest::{Method, Response};
use uuid::Uuid;

use crate::support::{Citizen, House, json_of, mail_to, subject};

/// Asks as a browser does when a person follows a link.
async fn followed(house: &House, path: &str) -> Response {
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    house.request(Method::GET, path).header("accept", accept).send().await.unwrap()
}

async fn page_at(house: &House, path: &str) -> String {
    let response = followed(house, path).await;
    assert_eq!(response.status(), 200, "{path}");
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert!(header("content-type").starts_with("text/html"), "{path}");
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("'unsafe-inline'"), "{path}: {policy}");
    response.text().await.unwrap()
}

/// The paths in string literals of the mails; `{…}` for an id.
fn linked() -> BTreeSet<String> {
    let is_path = |literal: &&str| literal.starts_with('/') && !literal.contains(' ');
    let mut found = BTreeSet::from(["/support".to_owned()]);
    let mut waiting = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(at) = waiting.pop() {
        if at.is_dir() {
            waiting.extend(fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path()));
        } else if at.ends_with("mails.rs") {
            let text = fs::read_to_string(at).unwrap();
            let literals = text.split('"').skip(1).step_by(2).filter(is_path);
            found.extend(literals.map(|path| path.replace("{}", "{id}")));
        }
    }
    found
}

/// The paths that the documents tell front ends to serve.
fn documented() -> BTreeSet<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/mail-links.md");
    let page = fs::read_to_string(page).unwrap();
    let paths = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    paths.map(|(path, _)| path.to_owned()).collect()
}

#[actix_web::test]
async fn every_path_that_a_mail_links_to_is_documented_and_has_a_page() {
    let (linked, house) = (linked(), House::start().await);
    assert!(linked.len() > 10 && linked.contains("/applications/{id}"), "{linked:?}");
    assert_eq!(linked, documented());
    for path in &linked {
        let page = page_at(&house, &path.replace("{id}", &Uuid::now_v7().to_string())).await;
        assert!(page.contains("/front-end/app.js") && page.contains("/front-end/app.css"), "{path}");
    }
    for (path, media_type) in
        [("app.js", "text/javascript; charset=utf-8"), ("app.css", "text/css; charset=utf-8")]
    {
        let file = house.get(&format!("/front-end/{path}")).await;
        assert_eq!(
            (file.status().as_u16(), &file.headers()["content-type"]),
            (200, &media_type.parse().unwrap())
        );
    }
}

#[actix_web::test]
async fn a_browser_gets_a_start_page_and_a_program_what_a_live_node_answers() {
    let house = House::start().await;
    let page = page_at(&house, "/sandbox").await;
    for told in [
        "2880514121171",
        "register-away",
        "firm-clean",
        "/sandbox/mailbox",
        "criminal_records",
        "timestamps",
        "docs/",
    ] {
        assert!(page.contains(told), "{told}");
    }
    let as_curl = house.request(Method::GET, "/sandbox").header("accept", "*/*").send().await.unwrap();
    assert_eq!((as_curl.status().as_u16(), as_curl.text().await.unwrap()), (200, page));
    for path in ["/", "/counters"] {
        assert_eq!(json_of(house.get(path).await, 404).await["code"], "not_found", "{path}");
    }
    let icon = house.get("/favicon.ico").await;
    assert_eq!(
        (icon.status().as_u16(), &icon.headers()["content-type"]),
        (200, &"image/svg+xml".parse().unwrap())
    );
}

#[actix_web::test]
async fn the_mailbox_is_a_page_too() {
    let house = House::start().await;
    let email = format!("{}@example.ro", Uuid::now_v7().simple());
    Citizen::confirmation_token(&house, &email).await;
    let mail = mail_to(&house, &email, subject::CONFIRM_ADDRESS).await;
    let page = page_at(&house, &format!("/sandbox/mailbox?to={email}")).await;
    assert!(page.contains(subject::CONFIRM_ADDRESS) && page.contains(&email));
    let (_, rest) = page.split_once("href=\"/sandbox/mailbox/").unwrap();
    let (id, _) = rest.split_once('"').unwrap();
    let shown = followed(&house, &format!("/sandbox/mailbox/{id}")).await;
    let policy = shown.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline';"), "{policy}");
    assert_eq!(shown.text().await.unwrap(), mail.html);
    let nowhere = house.get(&format!("/sandbox/mailbox/{}", Uuid::now_v7())).await;
    assert_eq!(json_of(nowhere, 404).await["code"], "not_found");
}
