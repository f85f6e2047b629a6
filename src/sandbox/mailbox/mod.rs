//! The mailbox that receives the sandbox's mails, for people and tests to read.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `page` | the mailbox as a page |

mod page;

pub(super) use page::{show_mail, show_mailbox};

use std::sync::Arc;

use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::schema::sandbox::mails;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::Query;
use crate::notify::{Delivery, DeliveryError, Mail};
use crate::person::{Column, Email, Index, Keyring};
use crate::state::State;
use crate::time::Clock;

/// The number of mails shown.
const SHOWN: i64 = 50;

/// Delivers into the mailbox.
pub struct Mailbox {
    db: Db,
    keyring: Arc<Keyring>,
    clock: Clock,
}

impl Mailbox {
    /// Makes the mailbox in this database.
    #[must_use]
    pub fn new(db: Db, keyring: Arc<Keyring>, clock: Clock) -> Self {
        Self { db, keyring, clock }
    }

    async fn keep(&self, id: Uuid, mail: Mail) -> Result<()> {
        let json = serde_json::to_vec(&mail).map_err(Error::internal)?;
        let row = (
            mails::id.eq(id),
            mails::message_id.eq(format!("<{id}@sandbox>")),
            mails::to_index.eq(to_index(&self.keyring, &mail.to)),
            mails::mail.eq(self
                .keyring
                .encrypt(Column::SANDBOX_MAILS_MAIL.at(id), &json)
                .map_err(Error::internal)?),
            mails::sent_at.eq(self.clock.now()),
        );
        let insert = move |c: &mut PgConnection| {
            Ok(diesel::insert_into(mails::table).values(row).on_conflict_do_nothing().execute(c)?)
        };
        self.db.write(insert).await.map(drop)
    }
}

impl Delivery for Mailbox {
    fn deliver(&self, id: Uuid, mail: Mail) -> LocalBoxFuture<'_, Result<(), DeliveryError>> {
        let kept = self.keep(id, mail);
        async move { kept.await.map_err(|_| DeliveryError::Later("the mailbox cannot be written")) }
            .boxed_local()
    }
}

/// Indexes an address as accounts do; an invalid one finds nothing.
fn to_index(keyring: &Keyring, address: &str) -> Vec<u8> {
    let form = Email::parse(address).map_or_else(|_| address.to_owned(), |email| email.index_form());
    keyring.index(Index::SANDBOX_MAILS_TO, form.as_bytes())
}

/// Selects mails by recipient.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MailboxQuery {
    to: Option<String>,
}

/// A delivered mail.
#[derive(Serialize)]
struct DeliveredMail {
    id: Uuid,
    to: String,
    subject: String,
    text: String,
    html: String,
    sent_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct DeliveredMails {
    items: Vec<DeliveredMail>,
}

/// Lists the newest mails (`GET /sandbox/mailbox?to=`).
#[get("/sandbox/mailbox")]
pub(super) async fn list_mails(state: State, query: Query<MailboxQuery>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(DeliveredMails { items: newest(&state, query.0.to.as_deref()).await? }))
}

/// Returns the newest mails, all or those to an address.
async fn newest(state: &State, to: Option<&str>) -> Result<Vec<DeliveredMail>> {
    let index = to.map(|to| to_index(&state.keyring, to));
    let rows = state.db.read(move |c| load(c, index.as_deref())).await?;
    rows.into_iter().map(|(id, mail, sent_at)| decrypt(&state.keyring, id, &mail, sent_at)).collect()
}

/// Id, encrypted mail, time of delivery.
type Row = (Uuid, Vec<u8>, DateTime<Utc>);

fn load(connection: &mut PgConnection, to: Option<&[u8]>) -> Result<Vec<Row>> {
    let mut query = mails::table
        .order(mails::id.desc())
        .limit(SHOWN)
        .select((mails::id, mails::mail, mails::sent_at))
        .into_boxed();
    if let Some(to) = to {
        query = query.filter(mails::to_index.eq(to));
    }
    Ok(query.load(connection)?)
}

fn decrypt(keyring: &Keyring, id: Uuid, encrypted: &[u8], sent_at: DateTime<Utc>) -> Result<DeliveredMail> {
    let json = keyring.decrypt(Column::SANDBOX_MAILS_MAIL.at(id), encrypted).map_err(Error::internal)?;
    let mail: Mail = serde_json::from_slice(&json).map_err(Error::internal)?;
    let (text, html) = (mail.text(), mail.html());
    Ok(DeliveredMail { id, to: mail.to, subject: mail.subject, text, html, sent_at })
}
