//! Connection strings for libpq.

use std::fmt::Write;
use std::path::Path;

/// The superuser of the cluster.
pub(super) const USER: &str = "cazier";

/// Builds the URL of a database behind the socket in `socket_dir`, whose path needs no encoding.
///
/// Port and user are explicit, or libpq would take them from `PGPORT` and `PGUSER`.
pub(super) fn over_socket(socket_dir: &Path, database: &str) -> String {
    let database = percent_encoded(database);
    format!("postgresql:///{database}?host={}&port=5432&user={USER}", socket_dir.display())
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"_-.".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_databases_are_encoded() {
        let url = over_socket(Path::new("/srv/socket"), "test_1 a/b?ș");
        assert_eq!(url, "postgresql:///test_1%20a%2Fb%3F%C8%99?host=/srv/socket&port=5432&user=cazier");
    }
}
