//! Short names for paths: a Unix socket has little room for one.

use std::path::Path;

use data_encoding::HEXLOWER;
use ring::digest;

/// Derives a short name from a path, the same in every process.
pub(super) fn short_name(path: &Path) -> String {
    let digest = digest::digest(&digest::SHA256, path.as_os_str().as_encoded_bytes());
    let mut name = format!("cazier-{}", HEXLOWER.encode(digest.as_ref()));
    name.truncate("cazier-".len() + 16);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_stable_and_differ() {
        assert_eq!(short_name(Path::new("/a")), short_name(Path::new("/a")));
        assert_ne!(short_name(Path::new("/a")), short_name(Path::new("/b")));
    }
}
