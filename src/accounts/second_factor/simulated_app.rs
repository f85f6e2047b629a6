//! A simulated authenticator app for the sandbox's test persons.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::store::{self, TotpSecret};
use super::{decrypt, totp};
use crate::error::{Code, Error, Result};
use crate::person::{Column, Keyring};

/// Gives an account a confirmed authenticator with this secret.
pub(crate) fn install(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    secret: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    let encrypted =
        keyring.encrypt(Column::TOTP_SECRETS_SECRET.at(account), secret).map_err(Error::internal)?;
    let row = TotpSecret {
        account_id: account,
        secret: encrypted,
        last_step: 0,
        created_at: now,
        confirmed_at: Some(now),
    };
    store::begin(connection, &row).map(drop)
}

/// Returns the next valid code: the current one, or the next step's if the current one was used.
pub(crate) fn next_code(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<String> {
    let row = store::find(connection, account)?.ok_or(Code::NotFound)?;
    let unused = u64::try_from(row.last_step + 1).map_err(Error::internal)?;
    let totp = totp::totp(&decrypt(keyring, &row)?, "")?;
    let now = u64::try_from(now.timestamp()).map_err(Error::internal)?;
    let step = (now / totp.step()).max(unused);
    Ok(totp.generate(step.saturating_mul(totp.step())).to_string())
}
