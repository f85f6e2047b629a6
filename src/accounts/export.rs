//! What the export tells of an account, besides its rows that are listed elsewhere.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::new_address::{self, EmailChangeResponse};
use super::types::{AccountResponse, SessionResponse};
use super::{Caller, session_store, view};
use crate::db::schema::{devices, known_agents, totp_secrets};
use crate::error::{Code, Result};
use crate::http::page::Page;
use crate::state::AppState;

/// A device that logged in to your account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedDevice {
    /// When it first did.
    pub(crate) created_at: DateTime<Utc>,
    /// When it last did.
    pub(crate) seen_at: DateTime<Utc>,
}

/// Your account, and by what it is known who logs in.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedAccount {
    /// The account, with the proved identity of its owner.
    pub(crate) account: AccountResponse,
    /// The change of its address that waits.
    pub(crate) email_change: Option<EmailChangeResponse>,
    /// When the second factor was set up; its secret is nobody's to read.
    pub(crate) second_factor_since: Option<DateTime<Utc>>,
    /// Devices that logged in; what we keep of each is a digest and these times.
    pub(crate) devices: Vec<ExportedDevice>,
    /// When each program that logged in was last seen; what we keep of each is a keyed hash of its name.
    pub(crate) programs_seen_at: Vec<DateTime<Utc>>,
}

/// Reads the caller's account as it is now.
///
/// # Errors
/// Fails if the database fails, or the account's values cannot be decrypted.
pub(crate) fn account(c: &mut PgConnection, state: &AppState, id: Uuid) -> Result<ExportedAccount> {
    let row = super::store::find_by_id(c, id)?.ok_or(Code::NotFound)?;
    let of_devices = devices::table.filter(devices::account_id.eq(id)).order(devices::seen_at.desc());
    let known: Vec<(DateTime<Utc>, DateTime<Utc>)> =
        of_devices.select((devices::created_at, devices::seen_at)).load(c)?;
    let programs = known_agents::table.filter(known_agents::account_id.eq(id));
    let factor = totp_secrets::table.find(id).select(totp_secrets::confirmed_at);
    Ok(ExportedAccount {
        account: view::account(&state.keyring, &row)?,
        email_change: new_address::pending(c, &state.keyring, id, state.clock.now())?,
        second_factor_since: factor.first::<Option<DateTime<Utc>>>(c).optional()?.flatten(),
        devices: known
            .into_iter()
            .map(|(created_at, seen_at)| ExportedDevice { created_at, seen_at })
            .collect(),
        programs_seen_at: programs.select(known_agents::seen_at).order(known_agents::seen_at).load(c)?,
    })
}

/// Reads a page of the caller's open sessions, and the id after which the next page begins.
///
/// # Errors
/// Fails if the database fails.
pub(crate) fn sessions(
    c: &mut PgConnection,
    state: &AppState,
    caller: &Caller,
    page: Page,
) -> Result<(Vec<SessionResponse>, Option<Uuid>)> {
    let rows = session_store::list_sessions(c, caller.account_id(), page)?;
    let (rows, next) = page.cut_at(rows, |row| row.id);
    let shown = rows.iter().map(|row| view::session(row, caller, state.session_life));
    Ok((shown.collect(), next))
}
