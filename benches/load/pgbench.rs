//! One script, run by pgbench against the same PostgreSQL.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Result;
use super::drive::Measure;

/// A script with what stands for its `:variables`.
pub struct Script {
    database_url: String,
    folder: PathBuf,
    name: &'static str,
    variables: Vec<(&'static str, String)>,
}

impl Script {
    /// Writes the script to the folder.
    pub fn write(
        database_url: &str,
        folder: &Path,
        name: &'static str,
        text: &str,
        variables: &[(&'static str, String)],
    ) -> Result<Self> {
        fs::write(folder.join(name), text)?;
        let (database_url, folder) = (database_url.to_owned(), folder.to_owned());
        Ok(Self { database_url, folder, name, variables: variables.to_vec() })
    }

    /// Runs it by prepared statements, two threads for all clients. A failed transaction fails the run.
    pub fn run(&self, clients: usize, run: Duration) -> Result<Measure> {
        let prefix = format!("--log-prefix={}.log", self.name);
        let (clients, time) = (format!("--client={clients}"), format!("--time={}", run.as_secs()));
        self.pgbench(&["--jobs=2", "--log", &prefix, &clients, &time])?;
        Measure::of(self.take_latencies()?, run)
    }

    /// Does one transaction.
    pub fn once(&self) -> Result<()> {
        self.pgbench(&["--client=1", "--transactions=1"])
    }

    fn pgbench(&self, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new("pgbench");
        command.current_dir(&self.folder).args(["--no-vacuum", "--protocol=prepared"]).args(arguments);
        command.arg(format!("--file={}", self.name));
        for (name, value) in &self.variables {
            command.arg(format!("--define={name}={value}"));
        }
        let output = command.arg(&self.database_url).output()?;
        if !output.status.success() {
            return Err(format!("pgbench {}: {}", self.name, String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(())
    }

    /// From the log of each transaction, which is removed: the third field is the latency in microseconds.
    fn take_latencies(&self) -> Result<Vec<u32>> {
        let mut latencies = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with(&format!("{}.log.", self.name)) {
                for line in fs::read_to_string(&path)?.lines() {
                    let field = line.split(' ').nth(2).ok_or("not a log of pgbench")?;
                    latencies.push(field.parse()?);
                }
                fs::remove_file(path)?;
            }
        }
        Ok(latencies)
    }
}
