//! `cazier verify`: judges a signature offline, for whoever was handed a certificate.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;

use super::Failure;
use super::verify_report::Report;
use crate::signature::development_pki::is_development;
use crate::signature::revocation::{self, Evidence};
use crate::signature::{Certificate, Signed, Verifier, unwrapped};

/// How long one answer about revocation may take with `--online`.
const DEADLINE: Duration = Duration::from_secs(10);

/// What to judge, and by what.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The payload and its signature: `certificate.json certificate.json.p7s` (CAdES) or `….jws` (JAdES). Or one file
    /// that holds both: a signed PDF (PAdES), or a container (ASiC-E).
    #[arg(value_name = "FILE", num_args = 1..=2, required = true)]
    files: Vec<PathBuf>,
    /// Whom to trust: certificates in PEM, as `GET /v1/verify/trust` has them. Roots are trusted, others may fill gaps.
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// Whom to trust for time-stamps, if that is somebody else.
    #[arg(long, value_name = "FILE")]
    timestamp_trust: Option<PathBuf>,
    /// What is known of revocation: a list (CRL) or an answer (OCSP), DER or PEM. May be given several times.
    #[arg(long, value_name = "FILE")]
    revocation: Vec<PathBuf>,
    /// Ask the issuers about revocation, at the addresses that their certificates name.
    #[arg(long)]
    online: bool,
    /// Judge as of another time than now (RFC 3339).
    #[arg(long, value_name = "TIME")]
    at: Option<DateTime<Utc>>,
    /// Judge seals for tests; live ones are refused then. Without it, it is the other way round.
    #[arg(long)]
    test: bool,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Judges, tells, and succeeds for `TOTAL-PASSED` alone.
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
    let trusted = certificates(&arguments.trust)?;
    let mut verifier = verifier(arguments, &trusted)?;
    let mut verdict = verifier.judge(signed, now);
    // Whatever the file brings along: an older answer in it may have been good.
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
            Report::of(&verdict, tests, arguments.test, arguments.online)
        }
        Err(malformed) => Report::malformed(&malformed),
    })
}

/// A single file says by its first bytes what it is.
fn signed(files: &[Vec<u8>]) -> Result<Signed<'_>, Failure> {
    match files {
        [payload, signature] => Ok(Signed::Detached { signature, payload }),
        [file] if file.starts_with(b"%PDF") => Ok(Signed::Pdf(file)),
        [file] if file.starts_with(b"PK") => Ok(Signed::Container(file)),
        _ => Err("name a payload and its signature, or a signed PDF, or a container".into()),
    }
}

/// A root is trusted because it is in the file; anything else in it only helps to find the way there.
fn verifier(arguments: &Arguments, trusted: &[Certificate]) -> Result<Verifier, Failure> {
    let is_root = |certificate: &&Certificate| certificate.is_self_issued();
    let anchors: Vec<Certificate> = trusted.iter().filter(is_root).cloned().collect();
    if anchors.is_empty() {
        return Err(format!("{}: there is no root in it", arguments.trust.display()).into());
    }
    let others = trusted.iter().filter(|certificate| !certificate.is_self_issued()).cloned().collect();
    let mut verifier = Verifier::new(anchors, others);
    if let Some(path) = &arguments.timestamp_trust {
        verifier = verifier.with_timestamp_anchors(certificates(path)?);
    }
    let evidence = arguments.revocation.iter().map(|path| {
        let evidence = Evidence::from_bytes(&read(path)?);
        evidence.map_err(|error| format!("{}: {error}", path.display()).into())
    });
    Ok(verifier.with_evidence(evidence.collect::<Result<_, Failure>>()?))
}

/// What cannot be had stays unknown: the verdict tells.
fn fetch(links: &[(Certificate, Certificate)], now: DateTime<Utc>) -> Result<Vec<Evidence>, Failure> {
    let client = revocation::Client::new(DEADLINE)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut found = Vec::new();
    for (certificate, issuer) in links.iter().filter(|(certificate, _)| certificate.publishes_revocation()) {
        match runtime.block_on(client.fetch(certificate, issuer, now)) {
            Ok(evidence) => found.push(evidence),
            Err(error) => writeln!(std::io::stderr(), "cazier: {error}")?,
        }
    }
    Ok(found)
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, Failure> {
    let text = String::from_utf8(read(path)?).map_err(|_| format!("{}: not PEM", path.display()))?;
    Certificate::all_from_pem(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()).into())
}
