//! The one binary; see `cazier --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    cazier::cli::main()
}
