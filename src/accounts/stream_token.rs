//! One-time tokens for event streams. A browser's `EventSource` sends no header of ours, so its credential is in the address,
//! and addresses are written into logs. This one opens the stream of one application in one session, once. What resumes
//! the stream is another secret, which the stream tells its client in the ids of its events, and which the client sends back in
//! `Last-Event-ID`: it is in no address.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::token::Token;
use crate::db::schema::stream_tokens;
use crate::error::{Code, Result};

/// How long a token waits for its use.
pub(crate) const LIVES: TimeDelta = TimeDelta::minutes(1);
/// How long its stream can be resumed.
const RESUMES: TimeDelta = TimeDelta::hours(1);
/// Tokens of one session; of more, those that expire first are forgotten.
const MOST: i64 = 10;

/// What a client shows to open or resume a stream.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    token: Vec<u8>,
    resume: Token,
    is_resumed: bool,
}

impl Shown {
    /// Takes the token of the address, and what the stream told its client, if the client sends it.
    ///
    /// # Errors
    /// Fails if there is no randomness.
    pub(crate) fn of(token: &str, resume: Option<&str>) -> Result<Self> {
        let is_resumed = resume.is_some();
        let resume = resume.map_or_else(|| Token::generate("czt_"), |resume| Ok(Token::of(resume)))?;
        Ok(Self { token: Token::of(token).digest(), resume, is_resumed })
    }

    /// Returns which token it is.
    pub(crate) fn digest(&self) -> &[u8] {
        &self.token
    }

    /// Returns the secret that resumes the stream.
    pub(crate) fn resume(&self) -> &Token {
        &self.resume
    }

    /// Finds the session whose stream this opens or resumes.
    pub(crate) fn session(&self, c: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<Uuid>> {
        let known = stream_tokens::table.find(&self.token).filter(stream_tokens::expires_at.gt(now));
        let known = known.select((stream_tokens::session_id, stream_tokens::resume_digest));
        let known: Option<(Uuid, Option<Vec<u8>>)> = known.first(c).optional()?;
        let resumes = self.is_resumed.then(|| self.resume.digest());
        Ok(known.filter(|(_, resume)| *resume == resumes).map(|(session, _)| session))
    }

    /// Uses the token up, or checks the secret that resumes. Of two who open at once, one is refused.
    ///
    /// # Errors
    /// `unauthenticated` if the token is not of this stream, was used, or has expired.
    pub(crate) fn open(&self, c: &mut PgConnection, application: Uuid, now: DateTime<Utc>) -> Result<()> {
        let of_stream = stream_tokens::table
            .find(&self.token)
            .filter(stream_tokens::application_id.eq(application))
            .filter(stream_tokens::expires_at.gt(now));
        let resume = self.resume.digest();
        let opens = if self.is_resumed {
            diesel::select(exists(of_stream.filter(stream_tokens::resume_digest.eq(resume)))).get_result(c)?
        } else {
            let opened =
                (stream_tokens::resume_digest.eq(resume), stream_tokens::expires_at.eq(now + RESUMES));
            let unused = of_stream.filter(stream_tokens::resume_digest.is_null());
            diesel::update(unused).set(opened).execute(c)? == 1
        };
        if opens { Ok(()) } else { Err(Code::Unauthenticated.into()) }
    }
}

/// Stores a new token of a session for the stream of this application.
pub(crate) fn insert(
    c: &mut PgConnection,
    (session, application): (Uuid, Uuid),
    token: &Token,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = (
        stream_tokens::token_digest.eq(token.digest()),
        stream_tokens::session_id.eq(session),
        stream_tokens::application_id.eq(application),
        stream_tokens::expires_at.eq(now + LIVES),
    );
    diesel::insert_into(stream_tokens::table).values(row).execute(c)?;
    let of_session = stream_tokens::table.filter(stream_tokens::session_id.eq(session));
    let order = (stream_tokens::expires_at.desc(), stream_tokens::token_digest);
    let too_many: Vec<Vec<u8>> =
        of_session.order(order).offset(MOST).select(stream_tokens::token_digest).load(c)?;
    diesel::delete(stream_tokens::table.filter(stream_tokens::token_digest.eq_any(too_many))).execute(c)?;
    Ok(())
}
