//! `cazier jobs`: the queue of background work, for its operator.

use std::io::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};
use diesel::{Connection, PgConnection};
use uuid::Uuid;

use super::sandbox::now;
use super::{Failure, connect};
use crate::audit;
use crate::config::Config;
use crate::error::Result as HouseResult;
use crate::jobs::queue::{self, Chosen, Entry};

#[derive(Subcommand)]
pub(super) enum Command {
    /// List jobs: dead ones first, then waiting and running ones. Without personal data.
    List {
        /// Only dead jobs.
        #[arg(long)]
        dead: bool,
        /// The largest number of jobs to list.
        #[arg(long, default_value_t = 100, value_name = "COUNT", value_parser = clap::value_parser!(i64).range(1..=100_000))]
        most: i64,
    },
    /// Retry one job, or all dead ones, with all their attempts.
    Retry(Retry),
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct Retry {
    /// The job, dead or waiting for its next attempt.
    id: Option<Uuid>,
    /// All dead jobs.
    #[arg(long)]
    all: bool,
}

pub(super) fn run(config: &Config, command: &Command) -> Result<(), Failure> {
    let mut connection = connect(config)?;
    let now = now(&mut connection)?;
    match command {
        Command::List { dead, most } => show(&queue::list(&mut connection, *dead, *most)?, *most, now),
        Command::Retry(Retry { id: Some(id), .. }) => match retry(&mut connection, Chosen::One(*id), now)? {
            0 => Err("no such job, or a worker is running it".into()),
            _ => say("1 job will be retried now"),
        },
        Command::Retry(_) => {
            let count = retry(&mut connection, Chosen::AllDead, now)?;
            say(&format!("{count} jobs will be retried now"))
        }
    }
}

/// Makes jobs due now, and records it; returns their number.
fn retry(connection: &mut PgConnection, chosen: Chosen, now: DateTime<Utc>) -> HouseResult<usize> {
    connection.transaction(|c| {
        let count = queue::retry(c, chosen, now)?;
        let which = match chosen {
            Chosen::One(id) => id.to_string(),
            Chosen::AllDead => String::from("all that were given up"),
        };
        audit::record_command(c, "jobs.retried", format!("{count}: {which}"), now)?;
        Ok(count)
    })
}

fn say(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Prints the jobs in columns, one line each.
fn show(entries: &[Entry], most: i64, now: DateTime<Utc>) -> Result<(), Failure> {
    if entries.is_empty() {
        return say("no jobs");
    }
    say(&format!(
        "{:<36}  {:<14}  {:<8}  {:>5}  {:<20}  {:<20}  LAST ERROR",
        "ID", "KIND", "STATE", "TRIES", "ASKED FOR", "NOT BEFORE"
    ))?;
    for entry in entries {
        say(&line(entry, now))?;
    }
    if i64::try_from(entries.len()).is_ok_and(|shown| shown == most) {
        say("… perhaps more: --most")?;
    }
    Ok(())
}

fn line(entry: &Entry, now: DateTime<Utc>) -> String {
    let state = match entry {
        Entry { dead_at: Some(_), .. } => "given up",
        Entry { leased_until: Some(until), .. } if *until >= now => "running",
        Entry { run_at, .. } if *run_at > now => "later",
        _ => "due",
    };
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!(
        "{:<36}  {:<14}  {state:<8}  {:>5}  {:<20}  {:<20}  {}",
        entry.id,
        entry.kind,
        entry.attempts,
        time(entry.created_at),
        time(entry.run_at),
        entry.last_error.as_deref().unwrap_or("–"),
    )
}
