//! One signature under validation: its paths, its time-stamps, its revocation data, and the time for which all of that is
//! judged.

use chrono::{DateTime, Utc};

use super::trust::Trust;
use super::verdict::{Chain, Level, Signer, Timestamp, Verdict};
use crate::certificate::path::{NoPath, Path, Search};
use crate::certificate::{Certificate, Purpose};
use crate::limits::CLOCK_SKEW;
use crate::reading::Reading;
use crate::revocation::{Evidence, Status, status};
use crate::timestamp::Token;

/// A certificate with its issuer.
type Link<'a> = (&'a Certificate, &'a Certificate);

pub(crate) struct Case<'a> {
    trust: &'a Trust,
    reading: &'a Reading,
    at: DateTime<Utc>,
    evidence: Vec<&'a Evidence>,
    path: Result<Path<'a>, NoPath>,
    stamps: Vec<Stamp<'a>>,
    judged_at: DateTime<Utc>,
}

/// A time-stamp, checked.
struct Stamp<'a> {
    token: &'a Token,
    path: Option<Path<'a>>,
    /// Covers this signature, is signed by a trusted authority, and states a possible time.
    sound: bool,
    /// Sound, and its certificates are known not to be revoked at its time.
    counts: bool,
}

impl<'a> Case<'a> {
    pub(crate) fn new(trust: &'a Trust, reading: &'a Reading, at: DateTime<Utc>) -> Self {
        let tokens = &reading.timestamps;
        let carried = reading.carried.iter().chain(tokens.iter().flat_map(|token| &token.carried));
        let candidates: Vec<&'a Certificate> = carried.chain(&trust.intermediates).collect();
        let embedded = reading.evidence.iter().chain(tokens.iter().flat_map(|token| &token.evidence));
        let evidence: Vec<&'a Evidence> = embedded.chain(&trust.evidence).collect();
        let mut search = Search::new(&candidates, &trust.timestamp_anchors);
        let look = |token| Stamp::look(token, reading, &mut search, &evidence, at);
        let stamps: Vec<Stamp<'a>> = tokens.iter().map(look).collect();
        let proven = stamps.iter().filter(|stamp| stamp.counts).map(|stamp| stamp.token.gen_time()).min();
        let judged_at = proven.unwrap_or(at);
        let path =
            Search::new(&candidates, &trust.anchors).path(&reading.signer, Purpose::Document, judged_at);
        let admitted = |path: Path<'a>| {
            if trust.admits(path.certificates()) { Ok(path) } else { Err(NoPath::NotFound) }
        };
        let path = path.and_then(admitted);
        Self { trust, reading, at, evidence, path, stamps, judged_at }
    }

    /// The certificates of all paths, each with its issuer.
    pub(crate) fn links(&self) -> impl Iterator<Item = Link<'a>> {
        let stamps = self.stamps.iter().filter_map(|stamp| stamp.path.as_ref());
        self.path.iter().chain(stamps).flat_map(Path::links)
    }

    pub(crate) fn verdict(&self) -> Verdict {
        let reading = self.reading;
        let (revocation, authority_revocation) = self.revocation();
        Verdict {
            format: reading.format,
            level: self.level(),
            intact: reading.facts.intact,
            signature_valid: reading.facts.signature_valid,
            signer_matches_signing_certificate_attribute: reading.facts.signer_matches_attribute,
            every_part_used: self.every_part_used(),
            chain: match self.path {
                Ok(_) => Chain::Trusted,
                Err(NoPath::Algorithm) => Chain::Algorithm,
                Err(NoPath::NotFound | NoPath::Exhausted) => Chain::NotFound,
            },
            in_validity: reading.signer.is_valid_at(self.judged_at),
            revocation,
            authority_revocation,
            timestamps: self.stamps.iter().map(Timestamp::from).collect(),
            claimed_signing_time: reading.facts.signing_time,
            judged_at: self.judged_at,
            signer: Signer::from(&reading.signer),
        }
    }

    /// The status of the signer's certificate, and the worst status of those above it.
    fn revocation(&self) -> (Status, Status) {
        let Ok(path) = &self.path else { return (Status::Unknown, Status::Unknown) };
        let mut known = path.links().map(|(certificate, issuer)| {
            status(certificate, issuer, &self.evidence, self.judged_at, self.at)
        });
        let signer = known.next().unwrap_or(Status::Unknown);
        (signer, known.max_by_key(|status| gravity(*status)).unwrap_or(Status::NotPublished))
    }

    /// Whether every part that no signature covers is explained: certificates by a path or an equal anchor, revocation
    /// data by a certificate that it covers, time-stamps by the signature that they cover.
    fn every_part_used(&self) -> bool {
        let tokens = self.stamps.iter().map(|stamp| stamp.token);
        let mut certificates =
            self.reading.carried.iter().chain(tokens.clone().flat_map(|token| &token.carried));
        let mut evidence = self.reading.evidence.iter().chain(tokens.flat_map(|token| &token.evidence));
        self.stamps.iter().all(|stamp| stamp.sound)
            && certificates.all(|certificate| self.explains(certificate))
            && evidence
                .all(|one| self.links().any(|(certificate, issuer)| one.about(certificate, issuer).is_some()))
    }

    fn explains(&self, certificate: &Certificate) -> bool {
        self.links().any(|(link, issuer)| link == certificate || issuer == certificate)
            || self.trust.is_anchor(certificate)
    }

    fn level(&self) -> Level {
        if self.path.is_err() || !self.stamps.iter().any(|stamp| stamp.counts) {
            Level::BB
        } else if self.holds_validation_data() {
            Level::BLT
        } else {
            Level::BT
        }
    }

    /// Whether the file itself holds the certificates of its paths and their revocation data.
    fn holds_validation_data(&self) -> bool {
        let tokens = self.stamps.iter().flat_map(|stamp| &stamp.token.evidence);
        let embedded: Vec<&Evidence> = self.reading.evidence.iter().chain(tokens).collect();
        let told = |(certificate, issuer): Link<'_>| {
            let known = status(certificate, issuer, &embedded, self.judged_at, self.at);
            known != Status::Unknown && self.reading.carries(certificate)
        };
        !embedded.is_empty() && self.links().all(told)
    }
}

impl<'a> Stamp<'a> {
    fn look(
        token: &'a Token,
        reading: &Reading,
        search: &mut Search<'_, 'a>,
        evidence: &[&Evidence],
        at: DateTime<Utc>,
    ) -> Self {
        let time = token.gen_time();
        let path = search.path(&token.signer, Purpose::Timestamp, time).ok();
        // A signature is older than its time-stamp, and both are older than the validation.
        let in_order = reading.facts.signing_time <= time + CLOCK_SKEW && time <= at + CLOCK_SKEW;
        let sound = token.is_sound()
            && token.covers(&reading.timestamped)
            && token.signer.is_valid_at(time)
            && in_order
            && path.is_some();
        let known = |(certificate, issuer)| status(certificate, issuer, evidence, time, at);
        let good = path.iter().flat_map(Path::links).map(known).all(|status| gravity(status) == 0);
        Self { token, path, sound, counts: sound && good }
    }
}

impl From<&Stamp<'_>> for Timestamp {
    fn from(stamp: &Stamp<'_>) -> Self {
        Self { time: stamp.token.gen_time(), authority: stamp.token.signer.subject(), counts: stamp.counts }
    }
}

/// How much a status speaks against a signature.
fn gravity(status: Status) -> u8 {
    match status {
        Status::Good | Status::NotPublished => 0,
        Status::Unknown => 1,
        Status::Revoked(_) => 2,
    }
}
