//! `/openapi.json` as browsers and proxies get it.

use std::io::Read;

use flate2::read::GzDecoder;
use reqwest::{Method, Response};

use crate::support::House;

async fn get(house: &House, headers: &[(&str, &str)]) -> Response {
    let request = house.request(Method::GET, "/openapi.json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[actix_web::test]
async fn the_contract_is_compressed_for_whoever_takes_that_and_kept_as_long_as_it_is_the_same() {
    let house = House::start().await;
    let plain = get(&house, &[]).await;
    assert_eq!((plain.status().as_u16(), header(&plain, "content-encoding")), (200, ""));
    let plain_tag = header(&plain, "etag").to_owned();
    let gzip = ("accept-encoding", "br, gzip;q=0.8");
    let compressed = get(&house, &[gzip]).await;
    assert_eq!(header(&compressed, "content-encoding"), "gzip");
    let tag = header(&compressed, "etag").to_owned();
    assert!(tag.starts_with('"') && plain_tag.starts_with('"') && tag != plain_tag, "{tag} {plain_tag}");
    for answer in [&plain, &compressed] {
        assert_eq!(header(answer, "content-type"), "application/json");
        assert_eq!(header(answer, "cache-control"), "public, max-age=300");
        assert!(header(answer, "vary").to_lowercase().contains("accept-encoding"), "{answer:?}");
    }
    let (plain, compressed) = (plain.bytes().await.unwrap(), compressed.bytes().await.unwrap());
    assert!(compressed.len() * 4 < plain.len(), "{} of {}", compressed.len(), plain.len());
    let mut told = Vec::new();
    GzDecoder::new(&compressed[..]).read_to_end(&mut told).unwrap();
    assert!(told == plain, "it is the same text");

    let known = get(&house, &[gzip, ("if-none-match", &tag)]).await;
    assert_eq!((known.status().as_u16(), header(&known, "etag")), (304, tag.as_str()));
    assert_eq!(header(&known, "cache-control"), "public, max-age=300");
    assert!(known.bytes().await.unwrap().is_empty());
    assert_eq!(get(&house, &[gzip, ("if-none-match", &plain_tag)]).await.status(), 200);
    for refused in ["identity", "gzip;q=0", "br"] {
        assert_eq!(
            header(&get(&house, &[("accept-encoding", refused)]).await, "content-encoding"),
            "",
            "{refused}"
        );
    }
}
