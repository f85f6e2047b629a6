//! What a tester asks for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::error::{Error, Result};
use crate::sandbox::persons::RegisterBehaviour;
use crate::text::{Rule, coded};

/// The largest number of entries.
const MOST_ENTRIES: u8 = 20;

const TOO_MANY_ENTRIES: Rule = Rule::new(
    "too_many_entries",
    "A test person has at most 20 entries",
    "O persoană de test are cel mult 20 de înscrieri",
);

coded! {
    /// The age of a person: who may apply.
    #[derive(Default)]
    pub enum AgeGroup {
        /// 18 to 70.
        #[default]
        Adult = "adult",
        /// 15 to 17: applies alone.
        Minor = "minor",
        /// Under 14: a parent or guardian applies.
        Child = "child",
    }
}

/// A wanted person; without anything, an adult without entries about whom all registers answer.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields, default)]
pub struct PersonWanted {
    /// How old.
    pub age: AgeGroup,
    /// A foreign resident, whose CNP begins with 7 or 8.
    pub foreign: bool,
    /// The number of entries in the criminal-record register.
    pub entries: u8,
    /// Whether the population register records a death.
    pub deceased: bool,
    /// Whether the population register knows the person.
    pub civil_status_known: bool,
    /// How the criminal-record register behaves.
    pub criminal_records: RegisterBehaviour,
    /// How the population register behaves.
    pub civil_status: RegisterBehaviour,
    /// Whether a firm is made too, of which the person is the administrator.
    pub administrator: bool,
}

impl Default for PersonWanted {
    fn default() -> Self {
        Self {
            age: AgeGroup::Adult,
            foreign: false,
            entries: 0,
            deceased: false,
            civil_status_known: true,
            criminal_records: RegisterBehaviour::Answers,
            civil_status: RegisterBehaviour::Answers,
            administrator: false,
        }
    }
}

impl PersonWanted {
    /// Checks the number of entries.
    ///
    /// # Errors
    /// `invalid_input` if there are too many.
    pub(in crate::sandbox) fn check(&self) -> Result<()> {
        if self.entries > MOST_ENTRIES {
            return Err(Error::invalid("/entries", &TOO_MANY_ENTRIES));
        }
        Ok(())
    }

    /// Says what the person is for, in Romanian and in English.
    pub(super) fn purpose(&self) -> (String, String) {
        let traits = [
            (self.age != AgeGroup::Adult, self.age.as_str().to_owned()),
            (self.foreign, "foreign".to_owned()),
            (self.entries > 0, format!("entries: {}", self.entries)),
            (self.deceased, "deceased".to_owned()),
            (!self.civil_status_known, "civil_status_known: false".to_owned()),
            (
                self.criminal_records != RegisterBehaviour::Answers,
                format!("criminal_records: {}", self.criminal_records.as_str()),
            ),
            (
                self.civil_status != RegisterBehaviour::Answers,
                format!("civil_status: {}", self.civil_status.as_str()),
            ),
            (self.administrator, "administrator".to_owned()),
        ];
        let wanted: Vec<String> =
            traits.into_iter().filter_map(|(is_wanted, name)| is_wanted.then_some(name)).collect();
        let wanted = if wanted.is_empty() { "clean".to_owned() } else { wanted.join(", ") };
        (format!("Făcută la cerere ({wanted})"), format!("Made on demand ({wanted})"))
    }
}
