//! The registered front ends, read from a TOML file.

use std::path::Path;

use serde::Deserialize;
use url::Url;

use super::ConfigError;

const SETTING: &str = "CAZIER_CLIENTS";

/// A front end: who it is, where its pages are, where redirects may return to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Its name in redirects.
    pub client_id: String,
    /// The origins of its pages (CORS).
    #[serde(default)]
    pub origins: Vec<String>,
    /// Its return addresses, compared to the letter.
    pub return_urls: Vec<String>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    clients: Vec<Client>,
}

/// Reads the file.
pub(super) fn read(path: &Path) -> Result<Vec<Client>, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::File(SETTING.to_owned(), error.to_string()))?;
    parse(&text)
}

fn parse(text: &str) -> Result<Vec<Client>, ConfigError> {
    let invalid = |why: String| ConfigError::Invalid { name: SETTING, why };
    let file: File = toml::from_str(text).map_err(|error| invalid(format!("is not readable: {error}")))?;
    for (place, client) in file.clients.iter().enumerate() {
        let id = &client.client_id;
        if !(1..=64).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(invalid(format!("has a client_id of other than 1 to 64 visible characters: `{id}`")));
        }
        if file.clients.iter().skip(place + 1).any(|other| other.client_id == *id) {
            return Err(invalid(format!("names `{id}` twice")));
        }
        if let Some(odd) = client.origins.iter().find(|origin| !super::is_origin(origin)) {
            return Err(invalid(format!("names `{id}`, whose origin {odd} is none, such as https://host")));
        }
        if let Some(odd) = client.return_urls.iter().find(|url| !is_return_url(url)) {
            return Err(invalid(format!(
                "names `{id}`, whose return address {odd} is no address of the web"
            )));
        }
    }
    Ok(file.clients)
}

/// Parameters are added to it, so it has no fragment.
fn is_return_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    const GOOD: &str = r#"
        [[clients]]
        client_id = "hub"
        origins = ["https://hub.example"]
        return_urls = ["https://hub.example/identity/done"]
    "#;

    #[test]
    fn a_front_end_is_an_entry() {
        let clients = parse(GOOD).unwrap();
        assert_eq!(clients[0].return_urls, ["https://hub.example/identity/done"]);
    }

    #[test]
    fn what_would_not_hold_stops_the_start() {
        for (from, to, named) in [
            ("\"hub\"", "\"\"", "client_id"),
            ("https://hub.example\"]", "https://hub.example/\"]", "origin"),
            ("https://hub.example/identity/done", "javascript:alert(1)", "return address"),
            ("https://hub.example/identity/done", "https://hub.example/done#x", "return address"),
            ("origins", "origin", "origin"),
        ] {
            let error = parse(&GOOD.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains("CAZIER_CLIENTS") && error.contains(named), "{to}: {error}");
        }
        assert!(parse(&format!("{GOOD}{GOOD}")).unwrap_err().to_string().contains("twice"));
    }
}
