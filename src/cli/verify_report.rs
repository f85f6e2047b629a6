//! The report of `cazier verify`: for people, or as JSON.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::verify_trust::Source;
use crate::error::chain;
use ades::revocation::Status;
use ades::{Chain, Format, Level, Malformed, Outcome, SubIndication, Verdict};

const ASK_THE_ISSUERS: &str = "whether the seal's certificate was revoked is not known here: run this again with \
    --online, or with the issuer's list by --revocation. Or fetch the file again: soon after the issue it carries a \
    time-stamp and the issuers' answers (B-LT), and needs neither";
const COME_BACK: &str = "the issuers could not tell now whether the seal's certificate was revoked: run this again in \
    some minutes";

/// A judgement, ready to be reported.
pub(super) struct Report {
    outcome: Outcome,
    /// Why a passing signature is refused nevertheless.
    refused: Option<String>,
    why: Option<String>,
    /// What to do if nothing is wrong, but something is unknown.
    advice: Option<&'static str>,
    verdict: Option<Verdict>,
    trust: Source,
    test: bool,
}

impl Report {
    /// Reports a verdict. `refused` says why it is refused nevertheless, `test` whether the signer's path is for tests,
    /// `asked` whether the issuers were asked about revocation.
    pub(super) fn of(
        verdict: &Verdict,
        refused: Option<String>,
        trust: Source,
        test: bool,
        asked: bool,
    ) -> Self {
        let outcome = verdict.outcome();
        let try_later = refused.is_none() && outcome == Outcome::Indeterminate(SubIndication::TryLater);
        let advice = try_later.then_some(if asked { COME_BACK } else { ASK_THE_ISSUERS });
        Self { outcome, refused, why: None, advice, verdict: Some(verdict.clone()), trust, test }
    }

    /// Reports a file that is not a signature of our profile.
    pub(super) fn malformed(malformed: &Malformed, trust: Source) -> Self {
        let (outcome, why) = (malformed.outcome(), Some(chain(malformed)));
        Self { outcome, refused: None, why, advice: None, verdict: None, trust, test: false }
    }

    pub(super) fn passed(&self) -> bool {
        self.outcome == Outcome::TotalPassed && self.refused.is_none()
    }

    /// Formats JSON.
    pub(super) fn json(&self) -> String {
        let report = json!({
            "accepted": self.passed(),
            "indication": self.outcome.indication(),
            "sub_indication": self.outcome.sub_indication().map(|why| why.as_str()),
            "refused": self.refused,
            "malformed": self.why,
            "advice": self.advice,
            "test": self.test,
            "trust": self.trust.json(),
            "signature": self.verdict.as_ref().map(facts),
        });
        format!("{report:#}\n")
    }

    /// Formats text for people.
    pub(super) fn text(&self) -> String {
        let mut text = match self.refused {
            Some(_) => format!("REFUSED (the signature by itself: {})\n", self.outcome),
            None => format!("{}\n", self.outcome),
        };
        for reason in self.why.iter().chain(&self.refused) {
            let _ = writeln!(text, "  refused        {reason}");
        }
        if let Some(advice) = self.advice {
            let _ = writeln!(text, "  what to do     {advice}");
        }
        if let Some(verdict) = &self.verdict {
            for (name, value) in lines(verdict) {
                let _ = writeln!(text, "  {name:<14} {value}");
            }
        }
        let _ = writeln!(text, "  {:<14} {}", "trust", self.trust.text());
        text
    }
}

fn lines(verdict: &Verdict) -> Vec<(&'static str, String)> {
    let yes = |fact: bool| String::from(if fact { "yes" } else { "NO" });
    let mut lines = vec![
        ("signature", format!("{} {}", format_name(verdict.format), level_name(verdict.level))),
        ("intact", yes(verdict.intact)),
        ("value fits", yes(verdict.signature_valid)),
        ("signer", verdict.signer.subject.clone()),
        ("issuer", verdict.signer.issuer.clone()),
        ("trusted", yes(verdict.chain == Chain::Trusted)),
        ("in validity", yes(verdict.in_validity)),
        ("revocation", status_name(verdict.revocation)),
        ("says signed", time(verdict.claimed_signing_time)),
    ];
    for stamp in &verdict.timestamps {
        let counts = if stamp.counts { "" } else { " – DOES NOT COUNT" };
        lines.push(("time-stamp", format!("{} by {}{counts}", time(stamp.time), stamp.authority)));
    }
    lines.push(("judged for", time(verdict.judged_at)));
    lines
}

fn facts(verdict: &Verdict) -> Value {
    let stamp = |stamp: &ades::Timestamp| json!({"time": time(stamp.time), "authority": stamp.authority, "counts": stamp.counts});
    json!({
        "format": format_name(verdict.format),
        "level": level_name(verdict.level),
        "intact": verdict.intact,
        "signature_valid": verdict.signature_valid,
        "signer_matches_attribute": verdict.signer_matches_signing_certificate_attribute,
        "every_part_used": verdict.every_part_used,
        "chain_trusted": verdict.chain == Chain::Trusted,
        "in_validity": verdict.in_validity,
        "revocation": status_name(verdict.revocation),
        "authority_revocation": status_name(verdict.authority_revocation),
        "timestamps": verdict.timestamps.iter().map(stamp).collect::<Vec<_>>(),
        "claimed_signing_time": time(verdict.claimed_signing_time),
        "judged_at": time(verdict.judged_at),
        "signer": {
            "subject": verdict.signer.subject,
            "issuer": verdict.signer.issuer,
            "serial": verdict.signer.serial,
            "sha256": HEXLOWER.encode(&verdict.signer.fingerprint),
            "not_before": time(verdict.signer.not_before),
            "not_after": time(verdict.signer.not_after),
        },
    })
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Cades => "CAdES",
        Format::Jades => "JAdES",
        Format::Pades => "PAdES",
        Format::Asic => "ASiC-E",
    }
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::BB => "B-B",
        Level::BT => "B-T",
        Level::BLT => "B-LT",
    }
}

fn status_name(status: Status) -> String {
    match status {
        Status::Good => "good".into(),
        Status::Revoked(at) => format!("revoked at {}", time(at)),
        Status::Unknown => "unknown".into(),
        Status::NotPublished => "not published by the issuer".into(),
    }
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
