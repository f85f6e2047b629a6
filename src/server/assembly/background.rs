//! The background work of a node, assembled.

use std::sync::Arc;

use super::Prepared;
use super::outside::timestamp_anchors;
use super::refusals::StartError;
use crate::accounts;
use crate::applications::WaitingRoom;
use crate::certificates::extract_existing::{self, MakeExtracts};
use crate::certificates::levels::Raiser;
use crate::certificates::reminders::{self, RemindHolders};
use crate::config::Config;
use crate::config::mail_server;
use crate::db::{self, Db};
use crate::housekeeping::{self, Housekeeping};
use crate::identity;
use crate::jobs::{Handler, Worker};
use crate::log::{self, AppendToLog};
use crate::notify::{Delivery, MailJob, Smtp};
use crate::server::app::Parts;
use crate::statistics::{self, CountDays};
use crate::webhooks::{self, Deliveries, Reach};

/// Opens the database for background work, if that has a role of its own.
///
/// # Errors
/// Fails if the role that would do the work may not.
pub(super) fn worker_database(
    config: &Config,
    db: &Db,
    prepared: &Prepared,
) -> Result<Option<Db>, StartError> {
    if !prepared.works {
        return Ok(None);
    }
    let connect = |url: &String| db::connect(url, config.database_pool.get(), prepared.installation());
    let of_its_own = prepared.worker_database_url.as_ref().map(connect);
    let may_work = of_its_own.as_ref().unwrap_or(db).at_start(|c| Ok(db::roles::may_work(c)?));
    match may_work.map_err(StartError::Foreign)? {
        Some(false) => Err(StartError::Foreign(NO_WORKER)),
        _ => Ok(of_its_own),
    }
}

/// The role of the API does no background work.
const NO_WORKER: &str = "DATABASE_URL: this role may do no background work: run `cazier serve --without-worker` beside a `cazier worker`, or \
    set CAZIER_WORKER_DATABASE_URL";

/// Makes the waiting room of a node.
#[must_use]
pub fn waiting_room(parts: &Parts) -> WaitingRoom {
    WaitingRoom::new(parts.background.clone(), parts.registers.clone(), parts.seals.clone())
}

/// Makes the raiser of signatures, if there is a time-stamp authority.
///
/// # Errors
/// The unusable setting.
pub fn raiser(config: &Config, parts: &Parts) -> Result<Option<Arc<Raiser>>, StartError> {
    let Some(url) = &config.tsa_url else { return Ok(None) };
    let roots = parts.seals.held().iter().filter_map(|held| held.sealer.key().path().last().cloned());
    let anchors = timestamp_anchors(config, parts.state.sandbox)?.unwrap_or_else(|| roots.collect());
    let raiser = Raiser::new(url, anchors);
    let raiser = raiser.map_err(|error| StartError::Unusable("CAZIER_TSA_URL", error.to_string()))?;
    Ok(Some(Arc::new(raiser)))
}

/// Makes the worker of a node, for all kinds of jobs.
///
/// # Errors
/// Fails if mails cannot be delivered: they would pile up silently.
pub fn worker(config: &Config, parts: &Parts) -> Result<Worker, StartError> {
    let state = &parts.background;
    let (db, keyring, clock) = (state.db.clone(), state.keyring.clone(), state.clock.clone());
    let handlers: Vec<Box<dyn Handler>> = vec![
        Box::new(MailJob { delivery: delivery(config, parts)?, help_desk: state.help_desk.clone() }),
        Box::new(accounts::passwords::ResetJob {
            db: db.clone(),
            keyring: keyring.clone(),
            front_end: state.addresses.front_end.clone(),
            clock: clock.clone(),
        }),
        Box::new(accounts::new_address::EmailChanges {
            db: db.in_background(),
            keyring: keyring.clone(),
            clock: clock.clone(),
        }),
        Box::new(Housekeeping {
            db: db.in_background(),
            clock: clock.clone(),
            more: config.seen_documents.map(identity::seen_documents).into_iter().flatten().collect(),
        }),
        Box::new(AppendToLog { db: db.in_background(), keys: parts.log_keys.clone(), clock: clock.clone() }),
        Box::new(MakeExtracts { db: db.in_background(), keyring: keyring.clone() }),
        Box::new(CountDays { db: db.in_background(), clock: clock.clone() }),
        Box::new(RemindHolders {
            db: db.in_background(),
            keyring: keyring.clone(),
            clock: clock.clone(),
            front_end: state.addresses.front_end.clone(),
        }),
        Box::new(deliveries(parts)?),
    ];
    let schedules = vec![
        accounts::new_address::SCHEDULE,
        housekeeping::SCHEDULE,
        log::SCHEDULE,
        extract_existing::SCHEDULE,
        statistics::SCHEDULE,
        reminders::SCHEDULE,
        webhooks::SCHEDULE,
    ];
    Ok(Worker::new(db, keyring, clock, handlers).with_schedules(schedules))
}

/// Delivers messages to clients' endpoints.
fn deliveries(parts: &Parts) -> Result<Deliveries, StartError> {
    let state = &parts.background;
    let (db, keyring, clock) = (state.db.in_background(), state.keyring.clone(), state.clock.clone());
    let made = Deliveries::new(db, keyring, clock, Reach::of(parts.state.sandbox));
    made.map_err(|error| StartError::Unusable("webhooks", error.to_string()))
}

/// Delivers by SMTP if configured, otherwise through the stand-in.
fn delivery(config: &Config, parts: &Parts) -> Result<Box<dyn Delivery>, StartError> {
    match (mail_server(config, parts.state.sandbox)?, parts.stand_ins) {
        (Some(smtp), _) => Ok(Box::new(smtp)),
        (None, Some(stand_ins)) => Ok((stand_ins.delivery)(&parts.background)),
        (None, None) => Err(StartError::Missing("CAZIER_SMTP_URL")),
    }
}

/// Returns the mail server; `None` only in a sandbox.
pub(super) fn mail_server(config: &Config, sandbox: bool) -> Result<Option<Smtp>, StartError> {
    let Some(url) = &config.smtp_url else {
        return if sandbox { Ok(None) } else { Err(StartError::Missing("CAZIER_SMTP_URL")) };
    };
    if !sandbox && !mail_server::is_private(url) {
        let why = "mails hold links that open accounts: begin with smtps://, or end with ?tls=required";
        return Err(StartError::Unusable("CAZIER_SMTP_URL", why.into()));
    }
    let smtp = Smtp::new(url, &config.mail_from).map_err(|why| StartError::Unusable("mail", why.into()))?;
    Ok(Some(smtp))
}
