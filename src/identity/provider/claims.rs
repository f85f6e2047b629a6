//! Reads the person from the claims of a verified token, by the provider's claim names.

use std::fmt;

use chrono::NaiveDate;
use data_encoding::BASE64URL_NOPAD;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::ProviderError;
use crate::config::ClaimNames;
use crate::person::{Cnp, Email, PersonName, ProvedPerson, Sex, birth_date};
use crate::time::civil_date::CivilDate;

/// The claims of one token.
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    /// Parses the payload of a compact JWT whose signature was verified.
    pub(super) fn of_verified(token: &str) -> Result<Self, ProviderError> {
        let payload =
            token.split('.').nth(1).and_then(|payload| BASE64URL_NOPAD.decode(payload.as_bytes()).ok());
        let claims = payload.and_then(|payload| serde_json::from_slice(&payload).ok());
        claims.map(|Unique(claims)| Self(claims)).ok_or(ProviderError::Refused("claims"))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// Returns whether there is such a claim, of whatever kind.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// Returns a time in seconds since 1970 (RFC 7519, `NumericDate`).
    pub(super) fn time(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    /// Returns the e-mail address, if it is valid.
    pub(super) fn email(&self, names: &ClaimNames) -> Option<Email> {
        names.email.as_deref().and_then(|name| Email::parse(self.text(name)?).ok())
    }

    /// Returns the person, if the claims are complete and consistent.
    pub(super) fn person(&self, names: &ClaimNames, today: NaiveDate) -> Result<ProvedPerson, ProviderError> {
        let cnp = self.text(&names.cnp).and_then(|cnp| Cnp::parse(cnp).ok());
        let cnp = cnp.ok_or(ProviderError::Incomplete("cnp"))?;
        let stated = self.text(&names.birth_date).and_then(|date| CivilDate::parse(date).ok());
        let stated = stated.ok_or(ProviderError::Incomplete("birth date"))?;
        let birth_date =
            birth_date(&cnp, Some(stated), today).map_err(|_| ProviderError::Incomplete("birth date"))?;
        if names.sex.as_deref().is_some_and(|name| self.contradicts(name, &cnp)) {
            return Err(ProviderError::Incomplete("sex"));
        }
        let name = |claim: &str| self.text(claim).unwrap_or_default();
        let (family, given) = (name(&names.family_name), name(&names.given_name));
        let (family_name, given_name) = PersonName::parse_pair(family, given).map_err(|(field, _)| {
            ProviderError::Incomplete(if field == "family_name" { "family name" } else { "given name" })
        })?;
        Ok(ProvedPerson { family_name, given_name, cnp, birth_date })
    }

    /// Returns whether the claim gives a sex other than the CNP's. A missing claim contradicts nothing.
    fn contradicts(&self, claim: &str, cnp: &Cnp) -> bool {
        let told = self.text(claim).map(str::to_lowercase);
        let told = match told.as_deref() {
            Some("female" | "f") => Sex::Female,
            Some("male" | "m") => Sex::Male,
            _ => return false,
        };
        cnp.sex().is_some_and(|coded| coded != told)
    }
}

/// An object that says nothing twice: no two readers of a token take different claims from it (RFC 7519, section 4).
struct Unique(Map<String, Value>);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Map<String, Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object whose names differ")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = access.next_entry()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name stands twice"));
            }
        }
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(changes: &Value) -> Result<ProvedPerson, ProviderError> {
        let mut claims = json!({
            "cnp": "2880514121171", "family_name": "Munteanu", "given_name": "Andreea", "birthdate": "1988-05-14"
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        Claims(claims.as_object().unwrap().clone())
            .person(&ClaimNames::default(), NaiveDate::from_ymd_opt(2026, 11, 26).unwrap())
    }

    #[test]
    fn a_payload_has_one_text() {
        let refused = |payload: &str| Claims::of_verified(&format!("e30.{payload}.")).is_err();
        assert!(!refused("e30"));
        for other in ["e30=", "e31", "e30 ", "e3", ""] {
            assert!(refused(other), "{other}");
        }
        // {"a":1,"a":1}
        assert!(refused("eyJhIjoxLCJhIjoxfQ"));
    }

    #[test]
    fn a_person_is_read_whole() {
        let person = read(&json!({"family_name": "Ţiriac", "gender": "female"})).unwrap();
        assert_eq!(person.family_name.as_str(), "Țiriac");
        let mononym = read(&json!({"family_name": null})).unwrap();
        assert_eq!((mononym.family_name.as_str(), mononym.given_name.as_str()), ("", "Andreea"));
    }

    #[test]
    fn missing_or_contradictory_claims_are_no_person() {
        for changes in [
            json!({"cnp": "2880514121172"}),
            json!({"cnp": 2_880_514_121_171_i64}),
            json!({"family_name": "", "given_name": null}),
            json!({"family_name": "-"}),
            json!({"cnp": "7900315120018", "birthdate": "1985-01-01"}),
            json!({"cnp": "7900315120018", "birthdate": "2090-03-15"}),
            json!({"cnp": "7900315120018", "birthdate": "90-03-15"}),
            json!({"birthdate": "1988-05-15"}),
            json!({"birthdate": "14.05.1988"}),
            json!({"gender": "male"}),
            json!({"gender": "M"}),
        ] {
            assert!(matches!(read(&changes), Err(ProviderError::Incomplete(_))), "{changes}");
        }
    }
}

/// The claims of identity providers as doors of the table of values: a refusal names only the claim.
#[cfg(test)]
pub(crate) mod doors {
    use serde_json::json;

    use super::*;
    use crate::doors::{Answer, Door};

    pub(crate) const NAME: Door =
        ("claims", |text| read("family_name", text, |person| person.family_name.as_str().to_owned()));
    pub(crate) const BIRTH_DATE: Door =
        ("claims", |text| read("birthdate", text, |person| person.birth_date.to_string()));
    pub(crate) const CNP: Door =
        ("claims", |text| read("cnp", text, |person| person.cnp.as_str().to_owned()));

    fn read(claim: &str, text: &str, shown: fn(&ProvedPerson) -> String) -> Answer {
        let mut claims = json!({
            "cnp": "2880514121171", "family_name": "Munteanu", "given_name": "Andreea", "birthdate": "1988-05-14"
        });
        claims[claim] = json!(text);
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let person = Claims(claims.as_object().unwrap().clone()).person(&ClaimNames::default(), today);
        person.map(|person| shown(&person)).map_err(|_| None)
    }
}
