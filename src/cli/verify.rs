//! `cazier verify`: verifies a signature offline, for anybody who has a certificate.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;

use super::Failure;
use super::verify_report::Report;
use super::verify_trust::{self, Trusted, read_certificates};
use crate::error::chain;
use crate::signature::trust_list;
use ades::is_development;
use ades::revocation::{self, Evidence};
use ades::{Certificate, Chain, Signed, Verdict, Verifier, unwrapped};

/// The longest time for one answer about revocation with `--online`.
const DEADLINE: Duration = Duration::from_secs(10);

/// What to verify, and against what.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The payload and its signature: `certificate.json certificate.json.p7s` (CAdES) or `….jws` (JAdES). Or a single
    /// file with both: a signed PDF (PAdES), or a container (ASiC-E).
    #[arg(value_name = "FILE", num_args = 1..=2, required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    trust: verify_trust::TrustArguments,
    /// The anchors for time-stamps, if they differ.
    #[arg(long, value_name = "FILE")]
    timestamp_trust: Option<PathBuf>,
    /// Revocation evidence: a list (CRL) or an answer (OCSP), DER or PEM. Can be given several times.
    #[arg(long, value_name = "FILE")]
    revocation: Vec<PathBuf>,
    /// Ask the issuers about revocation, at the URLs in their certificates.
    #[arg(long)]
    online: bool,
    /// Verify as of another time than now (RFC 3339).
    #[arg(long, value_name = "TIME")]
    at: Option<DateTime<Utc>>,
    /// Accept test certificates, and refuse live ones. Without it, the other way round.
    #[arg(long)]
    test: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Verifies and reports; succeeds only for `TOTAL-PASSED` by a key of the list.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let report = judge(arguments, arguments.at.unwrap_or_else(Utc::now))?;
    let text = if arguments.json { report.json() } else { report.text() };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn judge(arguments: &Arguments, now: DateTime<Utc>) -> Result<Report, Failure> {
    let mut files: Vec<Vec<u8>> = arguments.files.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    if let [_, signature] = files.as_mut_slice() {
        *signature = unwrapped(signature).into_owned();
    }
    let signed = signed(&files)?;
    let trusted = Trusted::read(&arguments.trust, now)?;
    let mut verifier = verifier(arguments, &trusted)?;
    let mut verdict = verifier.judge(signed, now);
    // Even if the file has evidence: an older answer in it may have been good.
    if arguments.online && verdict.is_ok() {
        let links = verifier.links(signed, now)?;
        verifier = verifier.with_evidence(fetch(&links, now)?);
        verdict = verifier.judge(signed, now);
    }
    Ok(match verdict {
        Ok(verdict) => {
            let chain = verifier.links(signed, now)?;
            let tests = chain
                .iter()
                .any(|(certificate, issuer)| is_development(certificate) || is_development(issuer));
            let refused = refusal(&verdict, &trusted, tests, arguments.test);
            Report::of(&verdict, refused, trusted.source, tests, arguments.online)
        }
        Err(malformed) => Report::malformed(&malformed, trusted.source),
    })
}

/// Says why a signature that leads to a trusted root is refused nevertheless.
fn refusal(verdict: &Verdict, trusted: &Trusted, tests: bool, wanted: bool) -> Option<String> {
    if verdict.chain != Chain::Trusted {
        return None;
    }
    match (tests, wanted) {
        (true, false) => {
            Some("the certificate is for tests, with no legal value; use --test to accept it".to_owned())
        }
        (false, true) => Some("the certificate is live, but --test accepts only those for tests".to_owned()),
        _ => trust_list::judge(verdict, &trusted.list).err().map(|why| why.to_string()),
    }
}

/// Recognizes a single file by its first bytes.
fn signed(files: &[Vec<u8>]) -> Result<Signed<'_>, Failure> {
    match files {
        [payload, signature] => Ok(Signed::Detached { signature, payload }),
        [file] if file.starts_with(b"%PDF") => Ok(Signed::Pdf(file)),
        [file] if file.starts_with(b"PK") => Ok(Signed::Container(file)),
        _ => Err("name a payload and its signature, or a signed PDF, or a container".into()),
    }
}

/// Makes the verifier. The roots anchor signers and time-stamps; whether a signer counts is up to the list.
fn verifier(arguments: &Arguments, trusted: &Trusted) -> Result<Verifier, Failure> {
    let (roots, others) = trusted.anchors()?;
    let mut verifier = Verifier::new(roots, others);
    if let Some(path) = &arguments.timestamp_trust {
        verifier = verifier.with_timestamp_anchors(read_certificates(path)?);
    }
    let evidence = arguments.revocation.iter().map(|path| {
        let evidence = Evidence::from_bytes(&read(path)?);
        evidence.map_err(|error| format!("{}: {}", path.display(), chain(&error)).into())
    });
    Ok(verifier.with_evidence(evidence.collect::<Result<_, Failure>>()?))
}

/// Fetches revocation evidence. What cannot be fetched stays unknown, and the verdict says so.
fn fetch(links: &[(Certificate, Certificate)], now: DateTime<Utc>) -> Result<Vec<Evidence>, Failure> {
    let client = revocation::Client::new(DEADLINE)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut found = Vec::new();
    for (certificate, issuer) in links.iter().filter(|(certificate, _)| certificate.publishes_revocation()) {
        match runtime.block_on(client.fetch(certificate, issuer, now)) {
            Ok(evidence) => found.push(evidence),
            Err(error) => writeln!(std::io::stderr(), "cazier: {}", chain(&error))?,
        }
    }
    Ok(found)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()).into())
}
