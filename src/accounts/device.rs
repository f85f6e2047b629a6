//! Devices that logged in to an account before ("device cookies" of OWASP). Each has an allowance of its own for passwords,
//! so nobody who guesses elsewhere locks its owner out. The token is no credential: without the password it does nothing.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header::HeaderName;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::token::Token;
use crate::db::schema::{accounts, devices};
use crate::error::Result;
use crate::state::AppState;

/// The header for programs that keep no cookies. Pages of other sites can neither read nor send it (CORS).
pub(crate) const HEADER: HeaderName = HeaderName::from_static("cazier-device");
/// A device that has not logged in for this long is forgotten; browsers keep no cookie longer.
pub(super) const KNOWN: TimeDelta = TimeDelta::days(400);
/// Devices of one account; of more, those that logged in longest ago are forgotten.
const MOST: i64 = 20;

/// Returns the name of the cookie. Over TLS, no other host can set one with this prefix (RFC 6265bis, 4.1.3.2).
fn cookie_name(state: &AppState) -> &'static str {
    if is_https(state) { "__Host-cazier_device" } else { "cazier_device" }
}

fn is_https(state: &AppState) -> bool {
    state.addresses.api.scheme() == "https"
}

/// Returns the token that a request shows, if there is one.
pub(crate) fn shown(state: &AppState, request: &HttpRequest) -> Option<Token> {
    let cookie = request.cookie(cookie_name(state)).map(|cookie| cookie.value().to_owned());
    let header = || request.headers().get(HEADER)?.to_str().ok().map(str::to_owned);
    let text = cookie.or_else(header)?;
    (1..=128).contains(&text.len()).then(|| Token::of(&text))
}

/// Builds the cookie: hidden from scripts, and sent by pages of this site alone.
pub(crate) fn cookie(state: &AppState, token: &Token) -> Cookie<'static> {
    Cookie::build(cookie_name(state), token.reveal().to_owned())
        .path("/")
        .http_only(true)
        .secure(is_https(state))
        .same_site(SameSite::Strict)
        .max_age(time::Duration::days(KNOWN.num_days()))
        .finish()
}

/// Generates the token of a device.
pub(super) fn new_token() -> Result<Token> {
    Token::generate("czd_")
}

/// Returns whether the token is of a device that logged in to this account.
pub(super) fn is_known(connection: &mut PgConnection, account: Uuid, token: &Token) -> Result<bool> {
    let of_account = devices::table.find(token.digest()).filter(devices::account_id.eq(account));
    Ok(diesel::select(diesel::dsl::exists(of_account)).get_result(connection)?)
}

/// Like [`is_known`], of the account with this address.
pub(super) fn is_known_at(connection: &mut PgConnection, email_index: &[u8], token: &Token) -> Result<bool> {
    let own = devices::table.inner_join(accounts::table).filter(accounts::email_index.eq(email_index));
    let known = own.filter(devices::token_digest.eq(token.digest()));
    Ok(diesel::select(diesel::dsl::exists(known)).get_result(connection)?)
}

/// Remembers a device that logged in to an account.
pub(super) fn remember(
    connection: &mut PgConnection,
    account: Uuid,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = (
        devices::token_digest.eq(token.digest()),
        devices::account_id.eq(account),
        devices::created_at.eq(now),
        devices::seen_at.eq(now),
    );
    diesel::insert_into(devices::table)
        .values(row)
        .on_conflict(devices::token_digest)
        .do_update()
        .set(devices::seen_at.eq(now))
        .execute(connection)?;
    let own = devices::table.filter(devices::account_id.eq(account));
    let order = (devices::seen_at.desc(), devices::token_digest);
    let too_many: Vec<Vec<u8>> =
        own.select(devices::token_digest).order(order).offset(MOST).load(connection)?;
    if !too_many.is_empty() {
        diesel::delete(devices::table.filter(devices::token_digest.eq_any(too_many))).execute(connection)?;
    }
    Ok(())
}

/// Remembers the device that a log-in came from, under the token that it shows if that is of this account; returns its
/// token.
pub(crate) fn remember_shown(
    connection: &mut PgConnection,
    account: Uuid,
    shown: Option<&Token>,
    now: DateTime<Utc>,
) -> Result<Token> {
    let token = match shown {
        Some(token) if is_known(connection, account, token)? => token.clone(),
        _ => new_token()?,
    };
    remember(connection, account, &token, now)?;
    Ok(token)
}

/// Forgets all devices of an account.
pub(super) fn forget_all(connection: &mut PgConnection, account: Uuid) -> Result<()> {
    diesel::delete(devices::table.filter(devices::account_id.eq(account))).execute(connection)?;
    Ok(())
}
