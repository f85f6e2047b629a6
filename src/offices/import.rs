//! Offices out of a CSV file (RFC 4180, UTF-8, with a header).

use std::io::Read;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::store::Office;
use super::types::Kind;
use super::{COUNTY, county};
use crate::person::Phone;
use crate::rule::Rule;
use crate::text;

/// The columns that a file must have, in any order.
pub const COLUMNS: &str = "code, kind, name, county, locality, address, programme, phone";

const CODE: Rule = Rule::new(
    "office_code_format",
    "A code has 2 to 16 capital letters, digits and hyphens, like CJ-P01",
    "Codul are între 2 și 16 majuscule, cifre și cratime, precum CJ-P01",
);
const KIND: Rule = Rule::new(
    "office_kind",
    "The kind is one of police, driving_licences, passports, population_register",
    "Tipul este unul dintre police, driving_licences, passports, population_register",
);
const NOT_A_LINE: Rule = Rule::new(
    "csv_line",
    "The line does not have the columns of the header, or is not UTF-8",
    "Rândul nu are coloanele antetului sau nu este UTF-8",
);

/// A line that was not taken.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its number in the file, the header being 1.
    pub line: u64,
    /// The column; empty for the line as a whole.
    pub column: &'static str,
    /// What it breaks.
    pub rule: &'static Rule,
}

#[derive(Deserialize)]
struct Line {
    code: String,
    kind: String,
    name: String,
    county: String,
    locality: String,
    address: String,
    programme: String,
    phone: Option<String>,
}

/// Reads offices one by one, as told of at that time.
///
/// # Errors
/// Each line that breaks a rule is an error of its own, and the next ones are read on. The header is not checked
/// apart: without its columns no line is taken.
pub fn read(file: impl Read, now: DateTime<Utc>) -> impl Iterator<Item = Result<Office, Refused>> {
    let reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    let mut number = 1;
    reader.into_deserialize::<Line>().map(move |line| {
        number += 1;
        let place = |error: &csv::Error| error.position().map(csv::Position::line);
        match line {
            Ok(line) => office(line, now).map_err(|(column, rule)| Refused { line: number, column, rule }),
            Err(error) => {
                Err(Refused { line: place(&error).unwrap_or(number), column: "", rule: &NOT_A_LINE })
            }
        }
    })
}

fn office(line: Line, now: DateTime<Utc>) -> Result<Office, (&'static str, &'static Rule)> {
    let kind = Kind::named(&line.kind).ok_or(("kind", &KIND))?;
    county::name(&line.county).ok_or(("county", &COUNTY))?;
    let phone = line.phone.filter(|phone| !phone.is_empty());
    let phone = phone.map(|phone| Phone::parse(&phone)).transpose().map_err(|rule| ("phone", rule))?;
    Ok(Office {
        id: Uuid::now_v7(),
        code: code(line.code)?,
        kind: kind.as_str().to_owned(),
        name: told(&line.name, 200).map_err(|rule| ("name", rule))?,
        county: line.county,
        locality: told(&line.locality, 100).map_err(|rule| ("locality", rule))?,
        address: told(&line.address, 200).map_err(|rule| ("address", rule))?,
        programme: told(&line.programme, 300).map_err(|rule| ("programme", rule))?,
        phone: phone.map(|phone| phone.as_str().to_owned()),
        updated_at: now,
        closed_at: None,
    })
}

fn code(code: String) -> Result<String, (&'static str, &'static Rule)> {
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = (2..=16).contains(&code.len()) && code.bytes().all(allowed) && !code.starts_with('-');
    if fits { Ok(code) } else { Err(("code", &CODE)) }
}

/// Text of another system: brought into our form of Romanian letters before it is checked.
fn told(text: &str, max_chars: usize) -> Result<String, &'static Rule> {
    let text = text::with_commas_below(&text.nfc().collect::<String>());
    text::check(&text, max_chars)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "code,kind,name,county,locality,address,programme,phone\n";

    fn read_all(lines: &str) -> Vec<Result<Office, Refused>> {
        read(format!("{HEADER}{lines}").as_bytes(), Utc::now()).collect()
    }

    #[test]
    fn a_line_of_an_older_system_is_taken_in_our_letters() {
        let read = read_all(
            "CJ-P01,police,\"Poliţia Cluj-Napoca, sediul 1\",CJ,Cluj-Napoca,Str. X nr. 1,L–V 8–16,+40 264 432 727\n",
        );
        let office = read[0].as_ref().unwrap();
        assert_eq!(office.name, "Poliția Cluj-Napoca, sediul 1");
        assert_eq!(office.phone.as_deref(), Some("+40264432727"));
    }

    #[test]
    fn each_broken_line_is_named_and_the_others_are_taken() {
        let good = "B-P01,police,Secția 1,B,București,Str. Y nr. 2,L–V 8–16,\n";
        let read = read_all(&format!(
            "{good}b-p01,police,a,B,b,c,d,\nB-P02,bank,a,B,b,c,d,\nB-P03,police,a,XX,b,c,d,\n\
             B-P04,police,,B,b,c,d,\nB-P05,police,a,B,b,c,d,12\ntoo,few\n{good}"
        ));
        let refused: Vec<(u64, &str, &str)> = read
            .iter()
            .filter_map(|line| line.as_ref().err().map(|r| (r.line, r.column, r.rule.code)))
            .collect();
        assert_eq!(
            refused[..4],
            [
                (3, "code", "office_code_format"),
                (4, "kind", "office_kind"),
                (5, "county", "county_unknown"),
                (6, "name", "text_blank"),
            ]
        );
        assert_eq!((refused[4].0, refused[4].1), (7, "phone"));
        assert_eq!(refused[5], (8, "", "csv_line"));
        assert_eq!(read.iter().filter(|line| line.is_ok()).count(), 2);
    }
}
