//! What the rows of pgbench would have a worker do: mails that nobody can open, and entries of the log. It is taken away
//! before a server works again, which would else be measured at it.

use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::Result;

/// How long mails may wait.
const PATIENCE: Duration = Duration::from_secs(120);

/// Begins while no server runs, and ends before one does.
pub struct Debts {
    connection: PgConnection,
    queued: i64,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Waits until a server has sent the mails that its own rows owe.
pub fn wait_until_paid(database_url: &str) -> Result<()> {
    let mut connection = PgConnection::establish(database_url)?;
    let begin = Instant::now();
    let query = "SELECT count(*) AS number FROM jobs WHERE kind = 'mail' AND dead_at IS NULL";
    while sql_query(query).get_result::<Number>(&mut connection)?.number > 0 {
        if begin.elapsed() > PATIENCE {
            return Err(format!("mails wait after {PATIENCE:?}").into());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

impl Debts {
    /// Everything that is queued from now on is owed by pgbench.
    pub fn begin(database_url: &str) -> Result<Self> {
        let mut connection = PgConnection::establish(database_url)?;
        let query = "SELECT coalesce(max(id), 0) AS number FROM log_queue";
        let Number { number } = sql_query(query).get_result(&mut connection)?;
        Ok(Self { connection, queued: number })
    }

    pub fn forgive(mut self) -> Result<()> {
        let queued = format!("DELETE FROM log_queue WHERE id > {}", self.queued);
        self.connection.batch_execute(&queued)?;
        self.connection.batch_execute(include_str!("sql/debts.sql"))?;
        // Not in the batch, which is one transaction.
        Ok(self.connection.batch_execute("VACUUM (ANALYZE) jobs, log_queue, idempotency_keys")?)
    }
}
