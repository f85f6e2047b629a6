//! The age beyond which data no longer counts.

use std::num::NonZeroU16;
use std::str::FromStr;

use chrono::TimeDelta;

/// A limit in hours, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxAge {
    /// Data counts at any age.
    Unlimited,
    /// Data counts for this many hours.
    Hours(NonZeroU16),
}

impl MaxAge {
    /// Returns the limit; `None` if there is none.
    #[must_use]
    pub fn limit(self) -> Option<TimeDelta> {
        match self {
            Self::Unlimited => None,
            Self::Hours(hours) => Some(TimeDelta::hours(hours.get().into())),
        }
    }
}

/// The text is neither a number of hours nor `unlimited`.
#[derive(Debug, thiserror::Error)]
#[error("write a number of hours from 1 to 65535, or `unlimited`")]
pub struct MaxAgeError;

impl FromStr for MaxAge {
    type Err = MaxAgeError;

    fn from_str(text: &str) -> Result<Self, MaxAgeError> {
        match text {
            "unlimited" => Ok(Self::Unlimited),
            hours => hours.parse().map(Self::Hours).map_err(|_| MaxAgeError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_a_number_of_hours_or_none() {
        assert_eq!("48".parse::<MaxAge>().unwrap().limit(), Some(TimeDelta::hours(48)));
        assert_eq!("unlimited".parse::<MaxAge>().unwrap().limit(), None);
        for text in ["", "0", "-1", "48h", "Unlimited", "70000"] {
            assert!(text.parse::<MaxAge>().is_err(), "{text}");
        }
    }
}
