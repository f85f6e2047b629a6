//! Why a container is refused.

use thiserror::Error;

/// A larger container is refused unread.
pub const MAX_CONTAINER_BYTES: usize = 8 * 1024 * 1024;

/// Why bytes are not a container, or files cannot be put into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ContainerError {
    /// Larger than [`MAX_CONTAINER_BYTES`].
    #[error("the container is larger than {MAX_CONTAINER_BYTES} bytes")]
    TooLarge,
    /// Not ZIP.
    #[error("not a ZIP file")]
    Zip,
    /// No file, too many, or not in the order of the profile.
    #[error("the container does not hold what it should: {0}")]
    Content(&'static str),
    /// A name that is not plain.
    #[error("the name of a file is not plain")]
    Name,
    /// It can be read, but would be written differently.
    #[error("the container is not in its one form")]
    NotCanonical,
}
