//! Programs that run on Node.js. What they need is installed first when it is not there, so that `cargo test` alone
//! does what `make test` does.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

static TOOLS: LazyLock<()> = LazyLock::new(|| {
    let install =
        Command::new("tests/install-tools").arg("test").current_dir(env!("CARGO_MANIFEST_DIR")).status();
    assert!(install.unwrap().success(), "tests/install-tools says above what is missing");
});

/// A script of `tests/node`.
pub fn node(script: &str) -> Command {
    LazyLock::force(&TOOLS);
    let mut command = Command::new("node");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node").join(script));
    command
}
