//! A second PostgreSQL that has every commit before it is acknowledged, and takes over.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use super::database::Database;

/// Settings of a primary that waits for its standby.
const SYNCHRONOUS: [&str; 3] = [
    "ALTER SYSTEM SET synchronous_standby_names = '*'",
    "ALTER SYSTEM SET wal_retrieve_retry_interval = '200ms'",
    "SELECT pg_reload_conf()",
];

impl Database {
    /// Copies this server into another folder, as one that follows it, and starts that.
    pub fn standby(&self, folder: &Path) -> Self {
        let mut standby = self.beside(folder);
        let mut command = self.as_owner(&self.program("pg_basebackup"), folder);
        command.args(["--wal-method=stream", "--checkpoint=fast", "--write-recovery-conf"]);
        command.arg("--pgdata").arg(standby.data()).arg("--dbname").arg(self.url("cazier", "cazier"));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        standby.start();
        standby
    }

    /// From now on a commit is acknowledged when the standby has it.
    pub fn wait_for_standby(&self) {
        assert!(self.run(&SYNCHRONOUS));
        let following = "SELECT count(*) AS number FROM pg_stat_replication WHERE sync_state = 'sync'";
        for _ in 0..200 {
            if self.number(following) == Some(1) {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("the standby does not follow");
    }

    /// The standby becomes the primary, alone.
    pub fn promote(&self) {
        let alone = [
            "SELECT pg_promote()",
            "ALTER SYSTEM RESET synchronous_standby_names",
            "SELECT pg_reload_conf()",
        ];
        assert!(self.run(&alone), "the standby cannot be promoted");
    }
}
