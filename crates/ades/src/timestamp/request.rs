//! Requests for tokens, and the check of the answers.

use chrono::{DateTime, Utc};
use der::asn1::{Int, ObjectIdentifier, OctetString};
use der::{Decode, Encode};
use ring::rand::{SecureRandom, SystemRandom};

use super::error::{TimestampError, UntrustedToken};
use super::exchange::{GRANTED, TimeStampReq, TimeStampResp};
use super::token::Token;
use super::tst_info::MessageImprint;
use crate::algorithm::Digest;
use crate::certificate::path::Search;
use crate::certificate::{Certificate, Purpose};
use crate::limits::CLOCK_SKEW;
use crate::malformed::Malformed;

/// A request for a token, with what its answer must repeat.
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
    /// When the random generator fails.
    pub fn new(bytes: &[u8], policy: Option<ObjectIdentifier>) -> Result<Self, TimestampError> {
        let mut nonce = [0; 8];
        SystemRandom::new().fill(&mut nonce).map_err(|_| TimestampError::Random)?;
        // Positive, and its first byte not superfluous.
        if let Some(first) = nonce.first_mut() {
            *first = *first & 0x7f | 0x40;
        }
        let nonce = Int::new(&nonce)?;
        let message_imprint = MessageImprint {
            hash_algorithm: Digest::Sha256.identifier(),
            hashed_message: OctetString::new(Digest::Sha256.of(bytes))?,
        };
        let request = TimeStampReq {
            version: 1,
            message_imprint,
            req_policy: policy,
            nonce: Some(nonce.clone()),
            cert_req: true,
            extensions: None,
        };
        let der = request.to_der()?;
        Ok(Self { der, nonce, policy })
    }

    /// The encoded request: the body of an `application/timestamp-query`.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Checks an answer (`application/timestamp-reply`) as of `now`: its token is over `bytes`, answers this request,
    /// is signed by a certificate that leads to one of `anchors`, and states the present time.
    ///
    /// # Errors
    /// The first fault found.
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
        self.check_token(&token, bytes, anchors, now)?;
        Ok(token)
    }

    fn check_token(
        &self,
        token: &Token,
        bytes: &[u8],
        anchors: &[Certificate],
        now: DateTime<Utc>,
    ) -> Result<(), UntrustedToken> {
        if !token.covers(bytes) {
            return Err(UntrustedToken::Imprint);
        }
        if token.nonce.as_ref() != Some(&self.nonce) {
            return Err(UntrustedToken::Nonce);
        }
        if self.policy.is_some_and(|policy| policy != token.policy) {
            return Err(UntrustedToken::Policy);
        }
        if (token.gen_time() - now).abs() > CLOCK_SKEW {
            return Err(UntrustedToken::Time);
        }
        if !token.is_sound() {
            return Err(UntrustedToken::Signature);
        }
        let candidates: Vec<&Certificate> = token.carried.iter().collect();
        let mut search = Search::new(&candidates, anchors);
        match search.path(&token.signer, Purpose::Timestamp, token.gen_time()) {
            Ok(_) if token.signer.is_valid_at(token.gen_time()) => Ok(()),
            _ => Err(UntrustedToken::Path),
        }
    }
}
