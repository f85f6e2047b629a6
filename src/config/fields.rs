//! Each setting as a field of [`Config`].

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use ipnet::IpNet;
use url::Url;
use zeroize::Zeroizing;

use super::forms;
use super::identity_providers::{self, IdentityProvider};
use super::leniency::Leniency;
use super::log_format::LogFormat;
use super::max_age::MaxAge;
use super::sender::Sender;
use super::settings::Settings;
use super::table::settings;
use crate::person::{Email, Phone};
use crate::text::{Rule, Text};
use crate::web::{Origin, RedirectUri};
use ades::{RsaScheme, WantedKind};

macro_rules! fields {
    ($($kind:ident $name:literal [$default:literal] $meaning:literal
        $(=> $field:ident: $type:ty = |$setting:ident| $value:expr)?;)*) => {
        /// All settings, parsed.
        #[derive(Clone)]
        pub struct Config {
            $($(
                #[doc = concat!("`", $name, "`: ", $meaning, ".")]
                pub $field: $type,
            )?)*
            /// A digest of all settings as an operator may see them.
            pub digest: String,
            /// The names of the settings that have a value of their own.
            pub given: Vec<&'static str>,
        }

        impl Config {
            /// Parses the settings; `None` only if a default of the table does not fit its own form. A faulty value is
            /// recorded, and parsing goes on with the default.
            pub(super) fn of_settings(settings: &Settings) -> Option<Self> {
                Some(Self {
                    $($($field: {
                        let $setting = settings.setting($name, $default);
                        $value
                    },)?)*
                    digest: settings.digest(),
                    given: settings.given(),
                })
            }
        }
    };
}
settings!(fields);

fn cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Checks a phone number; keeps it grouped as in the setting.
fn phone_of_office(text: &str) -> Result<String, &'static Rule> {
    Phone::parse_of_office(text).map(|_| text.to_owned())
}
