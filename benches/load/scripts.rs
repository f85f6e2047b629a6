//! The scripts of pgbench, and the rows that they work on: of their own, beside those of the service.

use std::fmt::Write;
use std::path::Path;

use cazier::applications::issue_statement;
use cazier::verify::verify_statement;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::Result;
use super::pgbench::Script;

/// How each value of the issuing statement is made.
const ISSUE_VALUES: &[(&str, &str)] = &[
    ("application_id", "bench.id()"),
    ("account_id", ":account_id::uuid"),
    ("session_id", ":id::uuid"),
    ("owner_index", ":person_index::bytea"),
    ("person_index", "bench.index()"),
    ("service", "'criminal-record-certificate'::text"),
    ("reason", "'employment'::text"),
    ("reason_detail", "NULL::bytea"),
    ("language", "'ro'::text"),
    ("mandate_id", "NULL::uuid"),
    ("applied_on", "current_date"),
    ("now", "now()"),
    ("register_asked_at", "now()"),
    ("register_digest", ":digest::bytea"),
    ("submitted_event", "bench.id()"),
    ("issued_event", "bench.id()"),
    ("actor_role", "'citizen'::text"),
    ("client_id", "NULL::text"),
    ("request_id", "bench.id()::text"),
    ("certificate_id", "bench.id()"),
    ("registration_number", "bench.number()"),
    ("control_code_index", "bench.index()"),
    ("control_code", ":control_code::bytea"),
    ("finding", "'no_record'::text"),
    ("issued_on", "current_date"),
    ("valid_until", "current_date + 180"),
    ("payload", ":payload::bytea"),
    ("cades", ":cades::bytea"),
    ("jades", ":jades::text"),
    ("signer_fingerprint", ":digest::bytea"),
    ("facts_mac", "bench.index()"),
    ("status_mac", "bench.index()"),
    ("extract", "decode(repeat('ab', 330), 'hex')"),
    ("mail_id", "bench.id()"),
    ("mail", ":mail::bytea"),
];

/// Those of the kept answer, of an issue without a key.
const WITHOUT_KEY: &[(&str, &str)] = &[
    ("key_scope", "NULL::bytea"),
    ("key_digest", "NULL::bytea"),
    ("request_digest", "NULL::bytea"),
    ("response_id", "NULL::uuid"),
    ("response", "NULL::bytea"),
    ("response_status", "NULL::smallint"),
];

/// And with one.
const WITH_KEY: &[(&str, &str)] = &[
    ("key_scope", "sha256(bench.index())"),
    ("key_digest", "sha256(bench.index())"),
    ("request_digest", "sha256(bench.index())"),
    ("response_id", "bench.id()"),
    ("response", ":answer::bytea"),
    ("response_status", "201::smallint"),
];

/// Likewise of the verifying statement.
const VERIFY_VALUES: &[(&str, &str)] = &[
    ("number", "'BENCH-' || :n::text"),
    ("person_index", "bench.index_of(:n)"),
    ("control_code_index", "NULL::bytea"),
    ("now", "now()"),
    // Another row than the sender's below.
    ("guess_key", "sha256(bench.index_of(:n))"),
    ("guesses_reset_at", "now() + interval '1 hour'"),
    ("name_key", "NULL::bytea"),
    ("max_guesses", "20"),
    // As if each came from another sender: of one, they would take turns.
    ("sender_key", "bench.index_of(:n)"),
    ("sender_resets_at", "now() + interval '10 minutes'"),
    ("max_of_sender", "1000000"),
];

/// All of them.
pub struct Scripts {
    pub our_issue: Script,
    pub our_keyed_issue: Script,
    pub eight_statements: Script,
    pub ten_statements: Script,
    pub our_verify: Script,
    pub one_select: Script,
    pub select_and_insert: Script,
}

/// A certificate as the service stored it, in the text forms of PostgreSQL.
#[derive(QueryableByName)]
struct Sample {
    #[diesel(sql_type = Text)]
    control_code: String,
    #[diesel(sql_type = Text)]
    payload: String,
    #[diesel(sql_type = Text)]
    cades: String,
    #[diesel(sql_type = Text)]
    jades: String,
    #[diesel(sql_type = Text)]
    digest: String,
    /// The work of a mail, encrypted.
    #[diesel(sql_type = Text)]
    mail: String,
    /// A kept answer, encrypted.
    #[diesel(sql_type = Text)]
    answer: String,
}

impl Scripts {
    /// Needs one certificate that the service issued with a key, and whose mail it still owes: pgbench stores the same
    /// bytes again and again.
    pub fn prepare(database_url: &str, folder: &Path) -> Result<Self> {
        let mut connection = PgConnection::establish(database_url)?;
        connection.batch_execute(include_str!("sql/rows.sql"))?;
        // Not in the batch, which is one transaction.
        connection.batch_execute("VACUUM ANALYZE")?;
        connection.batch_execute("CHECKPOINT")?;
        let sample: Sample = sql_query(include_str!("sql/sample.sql")).get_result(&mut connection)?;
        let variables = [
            ("control_code", sample.control_code),
            ("payload", sample.payload),
            ("cades", sample.cades),
            ("jades", sample.jades),
            ("digest", sample.digest),
            ("mail", sample.mail),
            ("answer", sample.answer),
            ("seq", "0".to_owned()),
        ];
        let look_ups = include_str!("sql/look_ups.sql");
        let our_issue = |key: &[_]| -> Result<String> {
            Ok(look_ups.to_owned() + &with_input(issue_statement(), &[ISSUE_VALUES, key].concat())?)
        };
        let our_verify = include_str!("sql/random.sql").to_owned()
            + &with_input(verify_statement(), VERIFY_VALUES)?
            + include_str!("sql/record.sql");
        let script = |name, text: &str| Script::write(database_url, folder, name, text, &variables);
        Ok(Self {
            our_issue: script("our_issue.sql", &our_issue(WITHOUT_KEY)?)?,
            our_keyed_issue: script("our_keyed_issue.sql", &our_issue(WITH_KEY)?)?,
            eight_statements: script("eight_statements.sql", include_str!("sql/eight_statements.sql"))?,
            ten_statements: script("ten_statements.sql", include_str!("sql/ten_statements.sql"))?,
            our_verify: script("our_verify.sql", &our_verify)?,
            one_select: script("one_select.sql", include_str!("sql/one_select.sql"))?,
            select_and_insert: script(
                "select_and_insert.sql",
                concat!(include_str!("sql/one_select.sql"), include_str!("sql/record.sql")),
            )?,
        })
    }

    /// Does one transaction of each.
    pub fn each_once(&self) -> Result<()> {
        let issues = [&self.our_issue, &self.our_keyed_issue, &self.eight_statements, &self.ten_statements];
        let verifications = [&self.our_verify, &self.one_select, &self.select_and_insert];
        issues.into_iter().chain(verifications).try_for_each(Script::once)
    }
}

/// The statement as the service runs it, with these values.
fn with_input((columns, text): (String, &str), values: &[(&str, &str)]) -> Result<String> {
    let mut statement = format!("WITH input ({columns}) AS (SELECT ");
    for (place, column) in columns.split(',').map(str::trim).enumerate() {
        let value = values.iter().find(|(name, _)| *name == column);
        let (_, value) =
            value.ok_or_else(|| format!("the benchmark has no value for the column {column}"))?;
        write!(statement, "{}{value}", if place == 0 { "" } else { ", " })?;
    }
    Ok(statement + ") " + text.trim_end() + ";\n")
}
