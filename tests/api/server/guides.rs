//! The guides as pages of the program: each is served with a policy that it keeps, and every link leads somewhere.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use crate::support::{Handoff, House, location, query, refused};

/// What stands in this attribute of the page's elements.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let open = format!(" {name}=\"");
    page.split(open.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The pages that the menu names.
async fn menu(house: &House) -> BTreeSet<String> {
    let index = house.get("/docs/guides/").await.text().await.unwrap();
    let links = attributes(&index, "href").into_iter().filter(|link| link.starts_with("/docs/guides/"));
    links.filter(|link| !link.ends_with(".css")).map(str::to_owned).collect()
}

#[actix_web::test]
async fn every_guide_is_a_page_that_loads_and_runs_nothing_but_its_own() {
    let house = House::start().await;
    let pages = menu(&house).await;
    assert!(pages.len() >= 15, "{pages:?}");
    for path in &pages {
        let answer = house.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8", "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{path}: {policy}");
        let page = answer.text().await.unwrap();
        for inside in [" style=\"", "<script>", " onclick", "javascript:", "src=\"http", "<img", "<iframe"] {
            assert!(!page.contains(inside), "{path} has {inside}");
        }
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        assert!(page.contains("aria-current=\"page\""), "{path} is in the menu");
    }
}

/// The operations of the contract as the reference names them.
async fn operations(house: &House) -> BTreeSet<String> {
    let contract: Value = house.get("/openapi.json").await.json().await.unwrap();
    let items = contract["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    let named = operations.filter_map(|operation| {
        let (tag, id) = (operation["tags"][0].as_str()?, operation["operationId"].as_str()?);
        Some(format!("/docs/#/{}/{id}", tag.replace(' ', "%20")))
    });
    named.collect()
}

/// Where a link leads in this house that names the sandbox of `make run`, if it does.
fn of_sandbox(house: &House, link: &str) -> Option<String> {
    let api = house.api.as_str().trim_end_matches('/');
    let place = |address: &str, base: &str| Some(format!("{base}{}", link.strip_prefix(address)?));
    place("http://127.0.0.1:8080", api).or_else(|| place("http://127.0.0.1:8090", &house.ghiseul))
}

#[actix_web::test]
async fn every_link_of_a_guide_leads_somewhere() {
    let house = House::start().await;
    let operations = operations(&house).await;
    let mut links = BTreeSet::new();
    for path in menu(&house).await {
        let page = house.get(&path).await.text().await.unwrap();
        let whole =
            |link: &str| if link.starts_with('#') { format!("{path}{link}") } else { link.to_owned() };
        links.extend(attributes(&page, "href").into_iter().map(whole));
    }
    links.extend(
        attributes(&house.get("/docs/").await.text().await.unwrap(), "href").into_iter().map(str::to_owned),
    );
    let (mut to_operations, mut to_problems, mut to_sandbox) = (0, 0, 0);
    for link in &links {
        if let Some(place) = of_sandbox(&house, link) {
            let page = house.http.get(&place).header("accept", "text/html").send().await.unwrap();
            assert_eq!(page.status(), 200, "{link}");
            to_sandbox += 1;
            continue;
        }
        if link.contains("://") {
            // The page that the reader writes.
            assert!(link.starts_with("https://") || link.starts_with("http://127.0.0.1:5173/"), "{link}");
            continue;
        }
        assert!(link.starts_with('/'), "{link} would be looked for beside the page");
        if link.starts_with("/docs/#") {
            assert!(operations.contains(link), "{link} is no operation");
            to_operations += 1;
            continue;
        }
        let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
        let answer = house.get(path).await;
        assert_eq!(answer.status(), 200, "{link}");
        to_problems += usize::from(path.starts_with("/problems/"));
        let page = answer.text().await.unwrap();
        assert!(fragment.is_empty() || attributes(&page, "id").contains(&fragment), "{link}");
    }
    assert!(to_operations > 30 && to_problems > 10, "{to_operations} operations, {to_problems} problems");
    assert!(to_sandbox > 1, "{to_sandbox} pages of the sandbox");
}

#[actix_web::test]
async fn an_unknown_guide_is_not_found() {
    let house = House::start().await;
    for path in ["/docs/guides/nothing", "/docs/guides/nothing.css"] {
        refused(house.get(path).await, 404, "not_found").await;
    }
    let browser = house.request(Method::GET, "/docs/guides/nothing").header("accept", "text/html");
    let answer = browser.send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
}

/// The rows of a table of the guide to sign-in: the error, and the outcomes that lead to it.
fn outcomes_in_the_guide() -> Vec<(&'static str, Vec<&'static str>)> {
    let guide = include_str!("../../../docs/guides/sign-in.md");
    let (_, table) = guide.split_once("| `error` | Outcomes in the hint |\n").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let names = |cell: &'static str| cell.split('`').skip(1).step_by(2).filter(|name| *name != "jti");
    let row = |row: &'static str| {
        let mut cells = row.split('|').skip(1);
        (names(cells.next().unwrap()).next().unwrap(), names(cells.next().unwrap()).collect())
    };
    table.lines().skip(1).map(row).collect()
}

#[actix_web::test]
async fn the_guide_lists_every_wrong_assertion_with_its_error() {
    let house = House::start().await;
    Handoff::of(&house, "clean-2", "success").await.code(&house).await;
    let mut listed = vec!["success", "rotated_key"];
    for (error, outcomes) in outcomes_in_the_guide() {
        for outcome in &outcomes {
            let back = location(Handoff::of(&house, "clean", outcome).await.post(&house).await);
            assert_eq!(query(&back, "error").as_deref(), Some(error), "{outcome}");
        }
        listed.extend(outcomes);
    }
    let address = format!("{}/handoff?login_hint=clean:no-such", house.ghiseul);
    let problem = refused(house.http.get(address).send().await.unwrap(), 422, "invalid_input").await;
    let mut known: Vec<_> =
        problem["errors"][0]["known"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    known.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, known);
}
