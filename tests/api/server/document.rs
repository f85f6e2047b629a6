//! `/openapi.json` and the files of `/docs/` as browsers and proxies get them.

use std::io::Read;

use flate2::read::GzDecoder;
use reqwest::{Method, Response};

use crate::support::{House, refused};

const CONTRACT: &str = "/openapi.json";
const POLICY: &str = "content-security-policy";

async fn get(house: &House, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = house.request(Method::GET, path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Fails unless a file is compressed for whoever takes that, and kept as long as it is the same.
async fn check(house: &House, path: &str, media_type: &str) {
    let plain = get(house, path, &[]).await;
    assert_eq!((plain.status().as_u16(), header(&plain, "content-encoding")), (200, ""));
    let plain_tag = header(&plain, "etag").to_owned();
    let policy = header(&plain, POLICY).to_owned();
    let gzip = ("accept-encoding", "br, gzip;q=0.8");
    let compressed = get(house, path, &[gzip]).await;
    assert_eq!(header(&compressed, "content-encoding"), "gzip");
    let tag = header(&compressed, "etag").to_owned();
    assert!(tag.starts_with('"') && plain_tag.starts_with('"') && tag != plain_tag, "{tag} {plain_tag}");
    for answer in [&plain, &compressed] {
        assert_eq!(header(answer, "content-type"), media_type, "{path}");
        assert_eq!(header(answer, "cache-control"), "public, max-age=300");
        assert!(header(answer, "vary").to_lowercase().contains("accept-encoding"), "{answer:?}");
    }
    let (plain, compressed) = (plain.bytes().await.unwrap(), compressed.bytes().await.unwrap());
    assert!(compressed.len() * 10 < plain.len() * 8, "{path}: {} of {}", compressed.len(), plain.len());
    let mut told = Vec::new();
    GzDecoder::new(&compressed[..]).read_to_end(&mut told).unwrap();
    assert!(told == plain, "it is the same text");

    let known = get(house, path, &[gzip, ("if-none-match", &tag)]).await;
    assert_eq!((known.status().as_u16(), header(&known, "etag")), (304, tag.as_str()));
    assert_eq!(header(&known, "cache-control"), "public, max-age=300");
    // Browsers put the policy of this answer in the place of the kept one.
    assert_eq!(header(&known, POLICY), policy, "{path}");
    assert!(known.bytes().await.unwrap().is_empty());
    assert_eq!(get(house, path, &[gzip, ("if-none-match", &plain_tag)]).await.status(), 200);
    for refused in ["identity", "gzip;q=0", "br"] {
        let answer = get(house, path, &[("accept-encoding", refused)]).await;
        assert_eq!(header(&answer, "content-encoding"), "", "{path} {refused}");
    }
}

#[actix_web::test]
async fn the_contract_and_the_documentation_are_compressed_and_kept_as_long_as_they_are_the_same() {
    let house = House::start().await;
    check(&house, CONTRACT, "application/json").await;
    for path in ["/docs/", "/docs/guides/", "/docs/guides/sign-in"] {
        check(&house, path, "text/html; charset=utf-8").await;
    }
    for name in ["reference.css", "swagger-ui.css", "guides/page.css"] {
        check(&house, &format!("/docs/{name}"), "text/css; charset=utf-8").await;
    }
    for name in ["reference.js", "swagger-ui-bundle.js", "guides/page.js"] {
        check(&house, &format!("/docs/{name}"), "text/javascript; charset=utf-8").await;
    }
}

#[actix_web::test]
async fn what_the_documentation_has_not_is_a_problem_for_programs_and_a_page_for_people() {
    let house = House::start().await;
    for path in ["/docs/nothing", "/docs/nothing.css", "/docs/swagger-initializer.js", "/docs/a/b"] {
        let problem = refused(get(&house, path, &[]).await, 404, "not_found").await;
        assert_eq!(problem["status"], 404, "{path}");
        let page = get(&house, path, &[("accept", "text/html")]).await;
        assert_eq!(
            (page.status().as_u16(), header(&page, "content-type")),
            (404, "text/html; charset=utf-8")
        );
        assert_eq!(header(&page, "cache-control"), "no-store");
        assert!(page.text().await.unwrap().contains("<h1"), "{path}");
    }
}
