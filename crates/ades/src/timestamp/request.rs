//! Asking for a token, and checking the one that was answered.

use chrono::{DateTime, TimeDelta, Utc};
use der::asn1::{Int, ObjectIdentifier, OctetString};
use der::{Decode, Encode};
use ring::rand::{SecureRandom, SystemRandom};
use thiserror::Error;

use super::exchange::{GRANTED, TimeStampReq, TimeStampResp};
use super::token::Token;
use super::tst_info::MessageImprint;
use crate::algorithm::Digest;
use crate::certificate::path::Search;
use crate::certificate::{Certificate, Purpose};
use crate::reading::Malformed;

/// How far the clocks of an authority and of this machine may be apart.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// Why there is no token.
#[derive(Debug, Error)]
pub enum TimestampError {
    /// The address is no HTTP address.
    #[error("the address of the time-stamp authority cannot be used: {0}")]
    Address(String),
    /// Nothing came back in time, or not what HTTP should bring.
    #[error("the time-stamp authority does not answer: {0}")]
    Unreachable(String),
    /// The authority said no.
    #[error("the time-stamp authority refused, status {0}")]
    Refused(u8),
    /// The answer is not of the form of RFC 3161.
    #[error("the answer is malformed: {0}")]
    Malformed(#[from] Malformed),
    /// The answer is well formed and wrong.
    #[error("the token cannot be taken: {0}")]
    Untrusted(&'static str),
    /// No random number, or nothing to encode it with.
    #[error("the request could not be made")]
    Request,
}

/// A request that was not answered yet.
#[derive(Debug)]
pub struct Request {
    der: Vec<u8>,
    nonce: Int,
    policy: Option<ObjectIdentifier>,
}

impl Request {
    /// Asks for a token over the SHA-256 of `bytes`, under `policy` if that matters, with a fresh nonce.
    ///
    /// # Errors
    /// When there are no random numbers.
    pub fn new(bytes: &[u8], policy: Option<ObjectIdentifier>) -> Result<Self, TimestampError> {
        let mut nonce = [0; 8];
        SystemRandom::new().fill(&mut nonce).map_err(|_| TimestampError::Request)?;
        // Positive, and its first byte not superfluous.
        if let Some(first) = nonce.first_mut() {
            *first = *first & 0x7f | 0x40;
        }
        let request = || {
            let imprint = MessageImprint {
                hash_algorithm: Digest::Sha256.identifier(),
                hashed_message: OctetString::new(Digest::Sha256.of(bytes))?,
            };
            let nonce = Int::new(&nonce)?;
            let request = TimeStampReq {
                version: 1,
                message_imprint: imprint,
                req_policy: policy,
                nonce: Some(nonce.clone()),
                cert_req: true,
                extensions: None,
            };
            Ok((request.to_der()?, nonce))
        };
        let (der, nonce) = request().map_err(|_: der::Error| TimestampError::Request)?;
        Ok(Self { der, nonce, policy })
    }

    /// What is sent: `application/timestamp-query`.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Checks what was answered (`application/timestamp-reply`) as of `now`: the token is over `bytes`, answers this
    /// request, is signed by a certificate that `anchors` vouch for, and tells the time that it is.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(
        &self,
        response: &[u8],
        bytes: &[u8],
        anchors: &[Certificate],
        now: DateTime<Utc>,
    ) -> Result<Token, TimestampError> {
        let response = TimeStampResp::from_der(response).map_err(Malformed::Der)?;
        let token = match (GRANTED.contains(&response.status.status), response.time_stamp_token) {
            (true, Some(token)) => Token::from_der(&token.to_der().map_err(Malformed::Der)?)?,
            _ => return Err(TimestampError::Refused(response.status.status)),
        };
        self.check_token(&token, bytes, anchors, now).map_err(TimestampError::Untrusted)?;
        Ok(token)
    }

    fn check_token(
        &self,
        token: &Token,
        bytes: &[u8],
        anchors: &[Certificate],
        now: DateTime<Utc>,
    ) -> Result<(), &'static str> {
        if !token.covers(bytes) {
            return Err("it is over something else");
        }
        if token.nonce.as_ref() != Some(&self.nonce) {
            return Err("the nonce is another");
        }
        if self.policy.is_some_and(|policy| policy != token.policy) {
            return Err("the policy is another");
        }
        if (token.gen_time() - now).abs() > CLOCK_SKEW {
            return Err("its time is not now");
        }
        if !token.is_sound() {
            return Err("the signature is not valid");
        }
        let candidates: Vec<&Certificate> = token.carried.iter().collect();
        let mut search = Search::new(&candidates, anchors);
        match search.path(&token.signer, Purpose::Timestamp, token.gen_time()) {
            Ok(_) if token.signer.is_valid_at(token.gen_time()) => Ok(()),
            _ => Err("no path leads from its certificate to an anchor"),
        }
    }
}
