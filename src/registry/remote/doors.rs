//! The answers of remote registers as doors of the table of values.

use serde_json::{Value, json};

use super::*;
use crate::doors::{Answer, Door};
use crate::registry::protocol::Answer as Checked;

pub(crate) const NAME: Door = ("civil status answer", |text| {
    person("/person/family_name", text, |answer| answer.family_name.as_str().to_owned())
});
pub(crate) const BIRTH_DATE: Door = ("civil status answer", |text| {
    person("/person/birth_date", text, |answer| answer.birth_date.to_string())
});
pub(crate) const TEXT: Door = ("criminal record answer", |text| {
    let answer: CriminalRecordAnswer = answer(entries(), "/entries/0/court", text)?;
    Ok(answer.entries[0].court.as_str().to_owned())
});
pub(crate) const DATE_FINAL: Door = ("criminal record answer", |text| {
    let answer: CriminalRecordAnswer = answer(entries(), "/entries/0/date_final", text)?;
    Ok(answer.entries[0].date_final.to_string())
});
pub(crate) const REPRESENTATIVE: Door = ("company answer", |text| {
    let answer: CompanyAnswer = answer(company(), "/company/representatives/0/cnp", text)?;
    Ok(answer.company.unwrap().representatives[0].cnp.as_ref().unwrap().as_str().to_owned())
});

const ID: &str = "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f";
const NOW: &str = "2026-11-26T12:00:00Z";

fn entries() -> Value {
    json!({"query_id": ID, "cnp": "2880514121171", "answered_at": NOW, "entries": [{
        "judgment": "Sentința 1", "court": "Judecătoria", "date_final": "2019-12-31", "offence": "Furt",
        "sanction": "Amendă", "status": "Executată"
    }]})
}

fn civil_status() -> Value {
    json!({"query_id": ID, "cnp": "2880514121171", "answered_at": NOW, "person": {
        "family_name": "Munteanu", "given_name": "Andreea", "previous_names": [], "birth_date": "1988-05-14",
        "birth_county": "Cluj", "birth_place": "Cluj-Napoca", "domicile": {"county": "Cluj", "locality": "Mărgău"},
        "identity_document": {"type": "identity_card", "number": "123456"}, "deceased": false, "as_of": NOW
    }})
}

fn company() -> Value {
    json!({"query_id": ID, "cui": "12345674", "answered_at": NOW, "company": {
        "name": "Nouă S.R.L.", "seat": {"county": "Cluj", "locality": "Turda"}, "dissolved": false, "as_of": NOW,
        "representatives": [{"cnp": "2790126264101", "capacity": "administrator"}]
    }})
}

fn answer<A: Checked + DeserializeOwned>(
    mut json: Value,
    place: &str,
    text: &str,
) -> Result<A, Option<String>> {
    *json.pointer_mut(place).unwrap() = json!(text);
    checked(json.to_string().as_bytes()).map_err(|fault| match fault {
        Fault::Rule { rule, .. } => Some(rule),
        _ => None,
    })
}

fn checked<A: Checked + DeserializeOwned>(body: &[u8]) -> Result<A, Fault> {
    let answer: A = read(body)?;
    let broken = |(place, rule): (&str, &Rule)| Fault::Rule { place: place.into(), rule: rule.code.into() };
    answer.check(NOW.parse().unwrap()).map_err(broken)?;
    Ok(answer)
}

fn person(place: &str, text: &str, shown: fn(&CivilStatus) -> String) -> Answer {
    let answer: CivilStatusAnswer = answer(civil_status(), place, text)?;
    Ok(shown(&answer.person.unwrap()))
}

#[test]
fn new_or_null_members_leave_an_answer_usable_and_missing_ones_do_not() {
    let mut json = civil_status();
    json["a_new_member"] = json!(1);
    json["person"]["domicile"]["street"] = json!(null);
    json["person"]["previous_names"] = json!(null);
    json["person"]["another"] = json!({"x": []});
    let with_mark = ["\u{FEFF}", &json.to_string()].concat();
    let answer: CivilStatusAnswer = checked(with_mark.as_bytes()).unwrap();
    assert_eq!(answer.person.unwrap().domicile.street, None);
    json["person"] = json!(null);
    assert!(checked::<CivilStatusAnswer>(json.to_string().as_bytes()).unwrap().person.is_none());
    json.as_object_mut().unwrap().remove("person");
    assert_eq!(checked::<CivilStatusAnswer>(json.to_string().as_bytes()).err(), Some(Fault::Form));
    let mut json = company();
    json.as_object_mut().unwrap().remove("company");
    assert_eq!(checked::<CompanyAnswer>(json.to_string().as_bytes()).err(), Some(Fault::Form));
    for gone in [None, Some(json!(null))] {
        let mut json = entries();
        json.as_object_mut().unwrap().remove("entries");
        json.as_object_mut().unwrap().extend(gone.map(|entries| ("entries".to_owned(), entries)));
        assert_eq!(checked::<CriminalRecordAnswer>(json.to_string().as_bytes()).err(), Some(Fault::Form));
    }
}

#[test]
fn a_fault_names_the_place_and_the_rule_and_nothing_of_the_answer() {
    for (json, place, value, fault) in [
        (
            entries(),
            "/entries/0/court",
            json!("Jud\u{202E}ec"),
            "the rule text_control_character at entries[0].court",
        ),
        (
            entries(),
            "/entries/0/court",
            json!("x".repeat(5000)),
            "the rule text_too_long at entries[0].court",
        ),
        (entries(), "/entries/0/date_final", json!("2124-05-14"), "the rule date_in_future at entries"),
        (entries(), "/entries/0/court", json!({"Popescu": 1}), "not follow the protocol"),
        (entries(), "/answered_at", json!("2026-11-26T11:54:59Z"), "the rule answered_at at answered_at"),
        (entries(), "/answered_at", json!("2026-11-26T12:05:01Z"), "the rule answered_at at answered_at"),
        (entries(), "/cnp", json!("2880514121172"), "the rule cnp_checksum at cnp"),
    ] {
        let mut json = json;
        *json.pointer_mut(place).unwrap() = value;
        let text = checked::<CriminalRecordAnswer>(json.to_string().as_bytes()).err().unwrap().to_string();
        assert!(text.ends_with(fault) && !text.contains("Popescu"), "{text}");
    }
    for (place, value, rule) in [
        ("/person/birth_date", json!("1988-05-15"), "birth_date_contradicts_cnp"),
        ("/person/given_name", json!("-"), "name_characters"),
        ("/person/as_of", json!("2027-01-01T00:00:00Z"), "date_in_future"),
    ] {
        let mut json = civil_status();
        *json.pointer_mut(place).unwrap() = value;
        let fault = checked::<CivilStatusAnswer>(json.to_string().as_bytes()).err().unwrap();
        assert!(matches!(&fault, Fault::Rule { rule: broken, .. } if broken == rule), "{fault}");
    }
    let mut nobody = civil_status();
    (nobody["person"]["family_name"], nobody["person"]["given_name"]) = (json!(""), json!(" "));
    assert!(checked::<CivilStatusAnswer>(nobody.to_string().as_bytes()).is_err());
}
