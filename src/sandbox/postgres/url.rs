//! Connection strings for libpq.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The superuser of the cluster.
pub(super) const USER: &str = "cazier";
/// All but letters, digits and marks that mean nothing in a URL.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.');

/// Builds the URL of a database for a role, behind the socket in `socket_dir`, whose path needs no encoding.
///
/// Port and user are explicit, or libpq would take them from `PGPORT` and `PGUSER`.
pub(super) fn over_socket(socket_dir: &Path, database: &str, role: &str) -> String {
    let database = utf8_percent_encode(database, ENCODED);
    format!("postgresql:///{database}?host={}&port=5432&user={role}", socket_dir.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_databases_are_encoded() {
        let url = over_socket(Path::new("/srv/socket"), "test_1 a/b?ș", USER);
        assert_eq!(url, "postgresql:///test_1%20a%2Fb%3F%C8%99?host=/srv/socket&port=5432&user=cazier");
    }
}
