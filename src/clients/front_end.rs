//! The front end that a request names.

use super::registration::RateClass;
use super::store::Client;

/// A front end that a request names.
#[derive(Debug, Clone)]
pub enum FrontEnd {
    /// The one of the settings.
    FirstParty,
    /// A registered client.
    Registered(Box<Client>),
}

impl FrontEnd {
    /// Returns the id of a registered client; none for the first-party front end.
    #[must_use]
    pub fn registered_id(&self) -> Option<&str> {
        match self {
            Self::FirstParty => None,
            Self::Registered(client) => Some(&client.id),
        }
    }

    /// Returns whether it is a front end of the service itself.
    #[must_use]
    pub fn is_first_party(&self) -> bool {
        match self {
            Self::FirstParty => true,
            Self::Registered(client) => client.first_party,
        }
    }

    /// Returns how much one sender may do in its name.
    #[must_use]
    pub fn rate_class(&self) -> RateClass {
        match self {
            Self::FirstParty => RateClass::Standard,
            Self::Registered(client) => client.rate_class,
        }
    }
}
