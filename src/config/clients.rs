//! The registered front ends, read from a TOML file.

use std::path::Path;

use serde::Deserialize;

use super::shown::shortened;
use super::{forms, toml_file};

/// A front end: its id, the origins of its pages, its return addresses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Its id in redirects.
    pub client_id: String,
    /// The origins of its pages (CORS).
    #[serde(default)]
    pub origins: Vec<String>,
    /// Its return addresses, compared exactly.
    pub return_urls: Vec<String>,
}

/// The file's format.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    clients: Vec<Client>,
}

/// Parses the file; reports all faults.
pub(super) fn parse(text: &str, _: &Path) -> Result<Vec<Client>, Vec<String>> {
    let file: File = toml_file::read(text)?;
    let mut faults = Vec::new();
    for (place, client) in file.clients.iter().enumerate() {
        let id = &client.client_id;
        if !(1..=64).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            faults
                .push(format!("the client_id \"{}\" is not 1 to 64 visible ASCII characters", shortened(id)));
        }
        if file.clients.iter().skip(place + 1).any(|other| other.client_id == *id) {
            faults.push(format!("the client_id \"{}\" occurs twice", shortened(id)));
        }
        let id = shortened(id);
        let not = |what: &str, item: &str, form: &str| {
            format!("{id}: {what} \"{}\" is not {form}", shortened(item))
        };
        let origins = client.origins.iter().filter(|origin| !forms::is_origin(origin));
        faults.extend(origins.map(|origin| not("origins:", origin, forms::ORIGIN.what)));
        let urls = client.return_urls.iter().filter(|url| !forms::is_return_url(url));
        faults.extend(urls.map(|url| not("return_urls:", url, forms::RETURN_URL.what)));
    }
    if faults.is_empty() { Ok(file.clients) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [[clients]]
        client_id = "hub"
        origins = ["https://hub.example"]
        return_urls = ["https://hub.example/identity/done"]
    "#;

    fn read(text: &str) -> Result<Vec<Client>, Vec<String>> {
        parse(text, Path::new("clients.toml"))
    }

    #[test]
    fn a_front_end_is_an_entry() {
        let clients = read(GOOD).unwrap();
        assert_eq!(clients[0].return_urls, ["https://hub.example/identity/done"]);
    }

    #[test]
    fn what_would_not_hold_is_told_in_a_sentence() {
        for (from, to, sentence) in [
            ("\"hub\"", "\"\"", "the client_id \"\" is not 1 to 64 visible ASCII characters"),
            (
                "https://hub.example\"]",
                "https://hub.example/\"]",
                "hub: origins: \"https://hub.example/\" is not an origin (scheme, host and port, no more), such as https://hub.example",
            ),
            (
                "https://hub.example/identity/done",
                "javascript:alert(1)",
                "hub: return_urls: \"javascript:alert(1)\" is not a web URL without user and fragment, such as https://hub.example/done",
            ),
            (
                "https://hub.example/identity/done",
                "https://hub.example/done#x",
                "hub: return_urls: \"https://hub.example/done#x\" is not a web URL without user and fragment, such as https://hub.example/done",
            ),
            (
                "origins",
                "origin",
                "line 4: unknown field `origin`, expected one of `client_id`, `origins`, `return_urls`",
            ),
        ] {
            assert_eq!(read(&GOOD.replace(from, to)).unwrap_err(), [sentence]);
        }
        assert_eq!(read(&format!("{GOOD}{GOOD}")).unwrap_err(), ["the client_id \"hub\" occurs twice"]);
        let faults = read(&GOOD.replace("https", "ftp")).unwrap_err();
        assert_eq!(faults.len(), 2, "{faults:?}");
    }
}
