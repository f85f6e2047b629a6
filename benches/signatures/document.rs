//! A certificate's PDF.

use std::io::Write;
use std::sync::Arc;

use ades::development_pki::DevelopmentPki;
use ades::{Sealer, SigningKey};
use cazier::document::certificate::{self, Languages};
use cazier::document::{Signed, eu_form};
use chrono::Utc;

use super::{PAYLOAD, Result, rate};

/// Room for a signature of usual length: what is in it makes no difference here.
const SIGNATURE: &[u8] = &[0x30; 1800];

fn signed() -> Signed<'static> {
    Signed { payload: PAYLOAD.as_bytes(), cades: SIGNATURE }
}

/// The certificate, in Romanian and English.
pub fn rendered() -> Result<Vec<u8>> {
    Ok(certificate::render(signed(), Languages::RomanianAndEnglish)?)
}

/// Prints how long it takes.
pub fn print(out: &mut impl Write, pki: &DevelopmentPki) -> Result<()> {
    let now = Utc::now();
    let key = SigningKey::from_pem(&pki.seal_key_pem, &pki.seal_chain_pem, now)?;
    let (sealer, pdf) = (Sealer::new(Arc::new(key))?, rendered()?);
    let rows = [
        ("certificate, Romanian", rate(|| Ok(certificate::render(signed(), Languages::Romanian)?))?),
        ("certificate, Romanian and English", rate(rendered)?),
        ("European form, French", rate(|| Ok(eu_form::render(signed(), eu_form::Language::Fr)?))?),
        ("sealed (PAdES-B-B, P-256)", rate(|| Ok(sealer.seal_pdf(&pdf, now)?))?),
        ("certificate, rendered and sealed", rate(|| Ok(sealer.seal_pdf(&rendered()?, now)?))?),
    ];
    writeln!(out, "\n| PDF | ms |\n| --- | ---: |")?;
    for (name, rate) in rows {
        writeln!(out, "| {name} | {:.2} |", 1000.0 / rate)?;
    }
    Ok(())
}
