//! A mandate as its holder and officers see it.

use chrono::{DateTime, NaiveDate, Utc};

use super::company::Represented;
use super::store::Mandate;
use super::types::{MandateEndedBy, MandateResponse, MandateStatus};
use crate::error::Result;
use crate::person::Keyring;
use crate::time::{civil_date, working_days};

/// Working days within which an officer decides, as at a counter.
const TERM: u32 = 3;

impl MandateStatus {
    /// Returns the status on a day: a mandate whose last day has passed has ended, even if its row does not say so yet.
    pub(super) fn on(row: &Mandate, today: NaiveDate) -> Self {
        let overdue = row.valid_until.is_some_and(|last_day| last_day < today);
        if row.status == Self::Confirmed && overdue { Self::Ended } else { row.status }
    }
}

impl MandateResponse {
    pub(super) fn of(keyring: &Keyring, row: &Mandate, today: NaiveDate) -> Result<Self> {
        let company = Represented::decrypt(keyring, row)?;
        let status = MandateStatus::on(row, today);
        let overdue = status == MandateStatus::Ended && row.ended_by.is_none();
        Ok(Self {
            id: row.id,
            status,
            cui: company.cui()?.as_str().to_owned(),
            company_name: company.name,
            trade_register_number: company.trade_register_number,
            capacity: row.capacity,
            confirmed_by: row.confirmed_by,
            reason: row.reason,
            ended_by: row.ended_by.or(overdue.then_some(MandateEndedBy::Term)),
            created_at: row.created_at,
            expected_on: expected_on(status, row.created_at),
            valid_until: row.valid_until,
            decided_at: row.decided_at,
            ended_at: row.ended_at,
        })
    }
}

/// Returns the day by which an officer should decide.
pub(super) fn expected_on(status: MandateStatus, since: DateTime<Utc>) -> Option<NaiveDate> {
    (status == MandateStatus::Pending).then(|| working_days::after(civil_date::today(since), TERM))
}
