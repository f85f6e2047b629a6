//! The documents themselves: their links, and the operations, settings and files that they name.

use std::fs;
use std::path::Path;

use cazier::config::VARIABLES;
use cazier::server::openapi;
use serde_json::Value;

/// Settings of tools around the program, not of the program.
const OF_TOOLS: [&str; 1] = ["CAZIER_BIN"];

/// The top of the repository.
pub fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a document, by its path from the top.
pub fn text_of(page: &str) -> String {
    fs::read_to_string(top().join(page)).unwrap()
}

/// The blocks that are marked to be run by these tests.
pub fn runnable(page: &str) -> Vec<String> {
    let text = text_of(page);
    let blocks = text.split("<!-- The tests run this block as it stands. -->\n```sh\n").skip(1);
    blocks.map(|rest| rest.split_once("\n```").unwrap().0.to_owned() + "\n").collect()
}

/// Every document for readers, as paths from the top.
fn pages() -> Vec<String> {
    let mut pages: Vec<String> = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "deploy/README.md"]
        .into_iter()
        .chain(["crates/ades/README.md", "crates/ades/tests/vectors/README.md"])
        .map(str::to_owned)
        .collect();
    for folder in ["docs", "docs/guides"] {
        let names = fs::read_dir(top().join(folder)).unwrap().map(|entry| entry.unwrap().file_name());
        let paths = names.map(|name| format!("{folder}/{}", name.to_str().unwrap()));
        pages.extend(paths.filter(|path| path.ends_with(".md")));
    }
    assert!(pages.len() >= 30, "{pages:?}");
    pages
}

/// The guides, as paths from the top: what the program shows as pages.
pub fn guides() -> Vec<String> {
    let mut guides: Vec<String> =
        pages().into_iter().filter(|page| page.starts_with("docs/guides/")).collect();
    guides.extend(["docs/legal-persons.md", "docs/relying-parties.md"].map(str::to_owned));
    guides
}

/// What stands between these marks, in running text and in blocks.
fn between<'a>(text: &'a str, open: &str, close: char) -> Vec<&'a str> {
    let parts = text.split(open).skip(1);
    parts.filter_map(|part| part.split_once(close).map(|(inside, _)| inside)).collect()
}

/// A heading as the anchors of links name it.
fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    let text: String = heading.to_lowercase().chars().filter(kept).collect();
    text.replace(' ', "-")
}

/// The headings of a document; `#` in a block is a comment.
fn anchors(text: &str) -> Vec<String> {
    let outside_of_blocks = text.split("```").step_by(2);
    let headings = outside_of_blocks.flat_map(str::lines).filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut seen = 0;
    for page in pages() {
        let text = text_of(&page);
        let folder = top().join(&page).parent().unwrap().to_owned();
        for link in between(&text, "](", ')') {
            if link.contains("://") {
                continue;
            }
            let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { top().join(&page) } else { folder.join(path) };
            assert!(target.exists(), "{page}: {link}");
            if !fragment.is_empty() {
                let known = anchors(&fs::read_to_string(&target).unwrap());
                assert!(known.iter().any(|known| known == fragment), "{page}: {link}: {known:?}");
            }
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen} links");
}

#[test]
fn every_file_that_is_named_exists() {
    let mut seen = 0;
    for page in pages() {
        // What was once, or is a standard's, is named in the changelog and with the library.
        if page == "CHANGELOG.md" || page.starts_with("crates/") {
            continue;
        }
        let text = text_of(&page);
        for span in text.split('`').skip(1).step_by(2) {
            let ours = ["src/", "tests/", "docs/", "migrations/", "crates/", "openapi/", "postman/"];
            let is_path = ours.iter().any(|folder| span.starts_with(folder))
                && !span.contains(['…', '*', '<', '{', ' ', '\n']);
            if is_path {
                assert!(top().join(span).exists(), "{page}: {span}");
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "{seen} paths");
}

/// Whether the contract has this path; parameters and variables of a shell fit any.
fn is_served(paths: &Value, path: &str, method: Option<&str>) -> bool {
    let fits = |known: &str| {
        let (known, path): (Vec<&str>, Vec<&str>) = (known.split('/').collect(), path.split('/').collect());
        let one = |(known, given): (&&str, &&str)| known.starts_with('{') || known == given;
        known.len() == path.len() && known.iter().zip(&path).all(one)
    };
    let mut found = paths.as_object().unwrap().iter().filter(|(known, _)| fits(known));
    found.any(|(_, item)| method.is_none_or(|method| item.get(method.to_lowercase()).is_some()))
}

/// The prefix of the log, by which witnesses know it: part of its name, and no operation.
const LOG: &str = "/v1/log";

#[test]
fn every_operation_that_is_named_is_in_the_contract() {
    let contract: Value = serde_json::from_str(&openapi::contract_json()).unwrap();
    let mut seen = 0;
    for page in pages().iter().filter(|page| *page != "CONTRIBUTING.md" && *page != "CHANGELOG.md") {
        let text = text_of(page);
        for (at, _) in text.match_indices("/v1/") {
            let part = |letter: &char| letter.is_ascii_alphanumeric() || "/_-{}$".contains(*letter);
            let path: String = text[at..].chars().take_while(part).collect();
            let before = text[..at].rsplit(['`', '\n']).next().unwrap_or_default().trim();
            let method = ["GET", "POST", "PATCH", "DELETE"].into_iter().find(|method| before == *method);
            let path = path.trim_end_matches('/');
            if path == LOG {
                continue;
            }
            assert!(is_served(&contract["paths"], path, method), "{page}: {method:?} {path}");
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen} operations");
    assert!(!is_served(&contract["paths"], "/v1/verify", Some("GET")));
    assert!(!is_served(&contract["paths"], "/v1/verification", None));
}

#[test]
fn every_setting_that_is_named_is_known() {
    let mut seen = 0;
    for page in pages() {
        let text = text_of(&page);
        let part = |letter: char| letter.is_ascii_uppercase() || letter == '_';
        for name in text.split(|letter| !part(letter)).filter(|word| word.starts_with("CAZIER_")) {
            let is_known = |name: &str| VARIABLES.iter().any(|variable| variable.name == name);
            let of_file = name.strip_suffix("_FILE").is_some_and(is_known);
            let is_group = name.ends_with('_');
            assert!(is_known(name) || of_file || is_group || OF_TOOLS.contains(&name), "{page}: {name}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen} settings");
}

#[test]
fn the_guides_name_the_tools_that_the_client_is_tested_with() {
    let (guide, package) = (text_of("docs/guides/README.md"), text_of("tests/node/package.json"));
    let package: Value = serde_json::from_str(&package).unwrap();
    for tool in ["typescript", "openapi-typescript", "openapi-fetch"] {
        let version = package["devDependencies"][tool].as_str().unwrap();
        assert!(guide.contains(&format!(" {tool}@{version}")), "{tool}@{version}");
    }
}

#[test]
fn the_table_of_settings_is_complete() {
    let page = text_of("docs/operating.md");
    for variable in VARIABLES {
        let row = format!("| `{}` | {} | {} |", variable.name, variable.default, variable.meaning);
        assert!(page.contains(&row), "docs/operating.md lacks: {row}");
    }
}

#[test]
fn the_indexes_name_every_page() {
    for folder in ["docs", "docs/guides"] {
        let index = text_of(&format!("{folder}/README.md"));
        for page in pages().iter().map(Path::new) {
            let name = page.file_name().unwrap().to_str().unwrap();
            let is_here = page.parent() == Some(Path::new(folder)) && name != "README.md";
            assert!(!is_here || index.contains(&format!("({name})")), "{folder}/README.md lacks {name}");
        }
    }
}
