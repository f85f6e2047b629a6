//! Everything about a person in one document, as it is read: a page of one list after another, so that no export is
//! ever in memory, and none holds a connection while a slow client reads. Each page holds the session: an export ends with
//! it, in the middle, and what was sent is then no JSON.

use std::collections::VecDeque;

use actix_web::web::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use futures_util::stream::{self, Stream};
use serde::Serialize;
use uuid::Uuid;

use super::access_log;
use super::mails;
use crate::accounts::{self, Caller, presence};
use crate::audit::{self, Event};
use crate::error::{Error, Result};
use crate::http::page::Page;
use crate::http::{Locale, RequestId};
use crate::person::Index;
use crate::rate_limit::{self, Limit};
use crate::state::{AppState, State};
use crate::time::civil_date;
use crate::{applications, certificates, help_desk, identity, mandates, notify, oauth};

/// Exports of one account.
const EXPORTS: Limit = Limit::said("exports", 5, TimeDelta::days(1));
/// Rows that are read at once.
const ROWS: i64 = 50;

/// Demands that the owner is present, counts, records and tells the export.
///
/// # Errors
/// `presence_required`, `too_many_requests`; `unauthenticated` if the session has ended.
pub(super) async fn begin(state: &AppState, caller: &Caller, id: &RequestId) -> Result<()> {
    presence::present(state, caller)?;
    let (account, actor, now, id) = (caller.account_id(), caller.actor(), state.clock.now(), id.clone());
    let exports = state.keyring.index(Index::RATE_LIMIT_EXPORTS, account.as_bytes());
    let mail = accounts::view::mail(&state.keyring, &caller.account, mails::exported)?;
    let keyring = state.keyring.clone();
    let work = move |c: &mut PgConnection| {
        rate_limit::count(c, &exports, EXPORTS, now)?;
        notify::post(c, &keyring, mail.as_ref(), now)?;
        audit::record(c, &Event::new(now, actor, "account.exported", Some(account), &id))
    };
    caller.transaction(state, work).await
}

/// The lists of the document, in their order.
#[derive(Debug, Clone, Copy)]
enum List {
    Sessions,
    Verifications,
    Applications,
    Certificates,
    Mandates,
    SupportRequests,
    Grants,
    AccessLog,
}

impl List {
    const ALL: [Self; 8] = [
        Self::Sessions,
        Self::Verifications,
        Self::Applications,
        Self::Certificates,
        Self::Mandates,
        Self::SupportRequests,
        Self::Grants,
        Self::AccessLog,
    ];

    /// Returns its name in the document.
    const fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Verifications => "identity_verifications",
            Self::Applications => "applications",
            Self::Certificates => "certificates",
            Self::Mandates => "mandates",
            Self::SupportRequests => "support_requests",
            Self::Grants => "grants",
            Self::AccessLog => "access_log",
        }
    }

    fn read(self, c: &mut PgConnection, of: &Reader, page: Page) -> Result<(Vec<Vec<u8>>, Option<Uuid>)> {
        let (state, viewer, account) = (&*of.state, of.caller.viewer(), of.caller.account_id());
        let (keyring, today) = (&*state.keyring, civil_date::today(of.at));
        match self {
            Self::Sessions => written(accounts::export::sessions(c, state, &of.caller, page)?),
            Self::Verifications => written(identity::export::verifications(c, keyring, account, page)?),
            Self::Applications => written(applications::export::applications(c, keyring, viewer, page)?),
            Self::Certificates => {
                written(certificates::export::certificates(c, keyring, (viewer, today), page)?)
            }
            Self::Mandates => written(mandates::export::mandates(c, keyring, (viewer, today), page)?),
            Self::SupportRequests => written(help_desk::export::requests(c, keyring, account, page)?),
            Self::Grants => written(oauth::export::grants(c, account, page)?),
            Self::AccessLog => written(access_log::accesses(c, viewer, page, of.locale)?),
        }
    }
}

fn written<T: Serialize>((rows, next): (Vec<T>, Option<Uuid>)) -> Result<(Vec<Vec<u8>>, Option<Uuid>)> {
    let rows = rows.iter().map(json).collect::<Result<_>>()?;
    Ok((rows, next))
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(Error::internal)
}

/// Whose document it is.
#[derive(Clone)]
struct Reader {
    state: State,
    caller: Caller,
    locale: Locale,
    at: DateTime<Utc>,
}

/// Where the document has got to.
struct Writer {
    reader: Reader,
    begun: bool,
    left: VecDeque<List>,
    /// The last row that was read of the first list of these; `None` before its first page.
    before: Option<Uuid>,
    ended: bool,
}

/// Returns the document, piece by piece as it is asked for. An error ends it before its last bracket.
pub(super) fn document(state: State, caller: Caller, locale: Locale) -> impl Stream<Item = Result<Bytes>> {
    let at = state.clock.now();
    let reader = Reader { state, caller, locale, at };
    let writer = Writer { reader, begun: false, left: List::ALL.into(), before: None, ended: false };
    stream::unfold(writer, |mut writer| async {
        let piece = writer.next().await.transpose()?;
        writer.ended |= piece.is_err();
        Some((piece, writer))
    })
}

impl Writer {
    /// Returns the next piece; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>> {
        if self.ended {
            return Ok(None);
        }
        if !self.begun {
            self.begun = true;
            return self.head().await.map(Some);
        }
        let Some(list) = self.left.front().copied() else {
            self.ended = true;
            return Ok(Some(Bytes::from_static(b"}")));
        };
        self.page_of(list).await.map(Some)
    }

    /// Returns the document's first members.
    async fn head(&self) -> Result<Bytes> {
        let reader = self.reader.clone();
        let work = move |c: &mut PgConnection| {
            accounts::export::account(c, &reader.state, reader.caller.account_id())
        };
        let account = self.reader.caller.transaction(&self.reader.state, work).await?;
        let head = Head { exported_at: self.reader.at, account };
        let mut text = json(&head)?;
        // The lists follow inside the same object.
        text.pop();
        Ok(text.into())
    }

    /// Returns the next rows of a list, with its name before the first and its bracket after the last.
    async fn page_of(&mut self, list: List) -> Result<Bytes> {
        let page = Page { limit: ROWS, before: self.before };
        let reader = self.reader.clone();
        let work = move |c: &mut PgConnection| list.read(c, &reader, page);
        let (rows, next) = self.reader.caller.transaction(&self.reader.state, work).await?;
        let mut text = match self.before {
            None => format!(",\"{}\":[", list.name()).into_bytes(),
            Some(_) => b",".to_vec(),
        };
        text.extend(rows.join(&b","[..]));
        if next.is_none() {
            text.push(b']');
            self.left.pop_front();
        }
        self.before = next;
        Ok(text.into())
    }
}

/// What comes before the lists.
#[derive(Serialize)]
struct Head {
    exported_at: DateTime<Utc>,
    #[serde(flatten)]
    account: accounts::export::ExportedAccount,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::{PartialSchema, ToSchema};

    use super::*;
    use crate::rights::types::Export;

    #[test]
    fn the_contract_names_each_list_of_the_document() {
        assert_eq!(Export::name(), "Export");
        let schema = serde_json::to_value(Export::schema()).unwrap().to_string();
        let names: BTreeSet<&str> = List::ALL.into_iter().map(List::name).collect();
        assert_eq!(names.len(), List::ALL.len());
        for name in names {
            assert!(schema.contains(&format!("\"{name}\":")), "{name}: {schema}");
        }
    }
}
