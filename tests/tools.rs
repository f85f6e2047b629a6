//! `make` and `tests/install-tools` on machines that have other tools than this one: programs of the same names stand in.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use tempfile::TempDir;

/// Programs that are found before those of the machine.
struct Machine(TempDir);

impl Machine {
    fn with(programs: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, script) in programs {
            let path = folder.path().join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        }
        Self(folder)
    }

    fn run(&self, program: &str, argument: &str) -> Output {
        let path = format!("{}:{}", self.0.path().display(), std::env::var("PATH").unwrap());
        let mut command = Command::new(program);
        command.arg(argument).env("PATH", path).env("calls", self.0.path().join("calls"));
        command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.0.path().join("calls")).unwrap_or_default()
    }
}

#[test]
fn warnings_are_errors_with_the_pinned_compiler_alone() {
    let lint = |version: &str| {
        let cargo =
            format!("[ \"$1\" = --version ] && echo 'cargo {version} (0)' || echo \"$*\" >> \"$calls\"");
        let machine = Machine::with(&[("cargo", &cargo)]);
        assert!(machine.run("make", "lint").status.success());
        machine.calls()
    };
    let pinned = env!("CARGO_PKG_RUST_VERSION");
    assert!(
        lint(&format!("{pinned}.0")).contains("clippy --workspace --all-targets --locked -- -D warnings\n")
    );
    for newer in ["1.199.0", "1.950.0-nightly"] {
        let calls = lint(newer);
        assert!(calls.contains("clippy") && !calls.contains("-D"), "{calls}");
    }
}

#[test]
fn tools_that_are_too_old_are_told_before_anything_is_installed() {
    let apt = ("apt-get", "echo \"apt-get $*\" >> \"$calls\"");
    // One program is missing, so that there is something to install.
    let setpriv = ("setpriv", "exit 1");
    let node = Machine::with(&[apt, setpriv, ("node", "echo v18.20.4")]);
    let output = node.run("tests/install-tools", "test");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("Node.js is 18.20.4, which is too old"), "{said}");
    assert!(said.contains("Debian 13:"), "{said}");
    assert_eq!(node.calls(), "");
    let cargo = Machine::with(&[apt, setpriv, ("cargo", "echo 'cargo 1.63.0 (0)'")]);
    let output = cargo.run("tests/install-tools", "run");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("cargo is 1.63.0, which is too old"), "{said}");
    assert_eq!(cargo.calls(), "");
}

/// What a check says and how it ends in a clone of itself, where no tool is found and none can be installed.
fn checks(script: &str, ci: &str) -> (bool, String) {
    let found = |name: &'static str| (name, format!("exec /usr/bin/{name} \"$@\""));
    let found = ["dirname", "grep"].map(found);
    let mut programs: Vec<(&str, &str)> =
        found.iter().map(|(name, script)| (*name, script.as_str())).collect();
    programs.push(("cargo", "exit 1"));
    let machine = Machine::with(&programs);
    let tests = machine.0.path().join("tests");
    fs::create_dir(&tests).unwrap();
    fs::copy(format!("tests/{script}"), tests.join(script)).unwrap();
    let mut command = Command::new("/bin/bash");
    command.arg(tests.join(script)).env("PATH", machine.0.path()).env("CI", ci);
    command.env("CARGO_HOME", machine.0.path()).env("HOME", machine.0.path()).env_remove("ADVISORY_DB");
    let output = command.output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_check_without_its_tool_says_so_and_fails_where_nobody_reads_it() {
    for (script, why) in [("run-deny", "NOT CHECKED"), ("bill-of-materials", "NOT WRITTEN")] {
        let (passed, said) = checks(script, "");
        assert!(passed && said.contains(why), "{script}: {said}");
        let (passed, said) = checks(script, "true");
        assert!(!passed && said.contains(why), "{script}: {said}");
    }
}
