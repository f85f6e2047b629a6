//! The bar that a person at a terminal sees while a file is read; nobody else does.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over that many bytes.
pub(super) fn over_bytes(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    // A template that cannot be read would leave the library's own.
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {bytes}/{total_bytes}  {eta}") {
        bar.set_style(style);
    }
    bar
}
