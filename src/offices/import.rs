//! Imports offices from a CSV file (RFC 4180, UTF-8, with a header).

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::store::Office;
use super::types::{CountyLetters, OfficeKind};
use crate::person::Phone;
use crate::text;
use crate::text::Rule;
use crate::text::csv_file::{Checked, Defect};

/// The columns of a file, in any order.
pub const COLUMNS: &str = "code, kind, name, county, locality, address, programme, phone";

const CODE: Rule = Rule::new(
    "office_code_format",
    "A code has 2 to 16 capital letters, digits and hyphens, like CJ-P01",
    "Codul are între 2 și 16 majuscule, cifre și cratime, de exemplu CJ-P01",
);
const CODE_TWICE: Rule = Rule::new(
    "office_code_twice",
    "Each office has one line; this code has already appeared",
    "Fiecare ghișeu apare pe o singură linie; acest cod a mai apărut",
);
const KIND: Rule = Rule::new(
    "office_kind",
    "The kind is one of police, driving_licences, passports, population_register",
    "Tipul este unul dintre police, driving_licences, passports, population_register",
);
const HEADER: Rule = Rule::new(
    "csv_header",
    "The first line names the columns, each once",
    "Prima linie numește coloanele, fiecare o dată",
);

/// A refused line.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its number in the file; the header is 1.
    pub line: u64,
    /// The column; empty for the line as a whole.
    pub column: &'static str,
    /// The broken rule.
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

/// Parses all offices of a file, current at `now`.
///
/// # Errors
/// Returns each line that breaks a rule, or the one at which the file stops being CSV. Then no office is imported.
pub fn read(file: &[u8], now: DateTime<Utc>) -> Result<Vec<Office>, Vec<Refused>> {
    if let Err(error) = Checked::new(file).finish() {
        let defect = Defect::of(&error).unwrap_or(Defect { line: 1, rule: &HEADER });
        return Err(vec![Refused { line: defect.line, column: "", rule: defect.rule }]);
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    let header = reader.headers().cloned().unwrap_or_default();
    let named = |column: &str| header.iter().filter(|name| *name == column).count() == 1;
    if !COLUMNS.split(", ").all(named) {
        return Err(vec![Refused { line: 1, column: "", rule: &HEADER }]);
    }
    let (mut offices, mut refused): (Vec<Office>, _) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let line = record.as_ref().ok().and_then(csv::StringRecord::position).map_or(1, csv::Position::line);
        let values = record.and_then(|record| record.deserialize::<Line>(Some(&header)));
        let office = values.map_err(|_| ("", &HEADER)).and_then(|values| office(values, now));
        match office {
            Ok(office) if offices.iter().any(|known| known.code == office.code) => {
                refused.push(Refused { line, column: "code", rule: &CODE_TWICE });
            }
            Ok(office) => offices.push(office),
            Err((column, rule)) => refused.push(Refused { line, column, rule }),
        }
    }
    if refused.is_empty() { Ok(offices) } else { Err(refused) }
}

fn office(line: Line, now: DateTime<Utc>) -> Result<Office, (&'static str, &'static Rule)> {
    let kind = OfficeKind::parse(&line.kind).map_err(|_| ("kind", &KIND))?;
    let county = CountyLetters::parse(&line.county).map_err(|rule| ("county", rule))?;
    let phone = line.phone.filter(|phone| !phone.is_empty());
    let phone =
        phone.map(|phone| Phone::parse_of_office(&phone)).transpose().map_err(|rule| ("phone", rule))?;
    Ok(Office {
        id: Uuid::now_v7(),
        code: code(line.code)?,
        kind,
        name: text::line(&line.name, 200).map_err(|rule| ("name", rule))?,
        county: county.as_str().to_owned(),
        locality: text::line(&line.locality, 100).map_err(|rule| ("locality", rule))?,
        address: text::line(&line.address, 200).map_err(|rule| ("address", rule))?,
        programme: text::line(&line.programme, 300).map_err(|rule| ("programme", rule))?,
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

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "code,kind,name,county,locality,address,programme,phone\n";

    fn read_all(lines: &str) -> Result<Vec<Office>, Vec<(u64, &'static str, &'static str)>> {
        let read = read(format!("{HEADER}{lines}").as_bytes(), Utc::now());
        read.map_err(|refused| refused.iter().map(|r| (r.line, r.column, r.rule.code)).collect())
    }

    #[test]
    fn a_line_of_an_older_system_is_taken_in_our_letters() {
        let read = read_all(
            "CJ-P01,police,\"Poliţia Cluj-Napoca, sediul 1\",CJ,Cluj-Napoca,Str. X nr. 1,L–V 8–16,+40 800 800 201\n",
        );
        let office = &read.unwrap()[0];
        assert_eq!(office.name, "Poliția Cluj-Napoca, sediul 1");
        assert_eq!(office.phone.as_deref(), Some("+40800800201"));
    }

    #[test]
    fn each_broken_line_is_named_and_nothing_is_taken() {
        let good = "B-P01,police,Secția 1,B,București,Str. Y nr. 2,L–V 8–16,\n";
        let refused = read_all(&format!(
            "{good}b-p01,police,a,B,b,c,d,\nB-P02,bank,a,B,b,c,d,\nB-P03,police,a,XX,b,c,d,\n\
             B-P04,police,,B,b,c,d,\nB-P05,police,a,B,b,c,\"d\ne\",\nB-P06,police,a,B,b,c,d,12\n"
        ));
        let expected = vec![
            (3, "code", "office_code_format"),
            (4, "kind", "office_kind"),
            (5, "county", "county_unknown"),
            (6, "name", "text_blank"),
            (7, "programme", "text_control_character"),
            (9, "phone", "phone_format"),
        ];
        assert_eq!(refused.err().unwrap(), expected);
    }

    #[test]
    fn a_file_that_is_not_whole_is_refused_as_a_whole() {
        let good = "B-P01,police,Secția 1,B,București,Str. Y nr. 2,L–V 8–16,\n";
        assert_eq!(read_all(&format!("{good}B-P02,poli")).err().unwrap(), [(3, "", "csv_cut")]);
        assert_eq!(read_all(&format!("{good}B-P02,police\n")).err().unwrap(), [(3, "", "columns")]);
        let header = read(b"code,kind\nB-P01,police\n", Utc::now()).err().unwrap();
        assert_eq!((header[0].line, header[0].rule.code), (1, "csv_header"));
        assert_eq!(read_all(&format!("{good}{good}")).err().unwrap(), [(3, "code", "office_code_twice")]);
    }
}
