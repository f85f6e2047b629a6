//! The form of each setting's value, in words and as code.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use ipnet::IpNet;
use url::Url;

use super::leniency::Leniency;
use super::log_format::LogFormat;
use super::mail_server;
use super::max_age::MaxAge;
use crate::person::Keyring;
use crate::sender::trusted_proxies;
use crate::time::civil_date::CivilDate;
use crate::web::{Origin, RedirectForm, RedirectUri};
use ades::{RsaScheme, WantedKind};

/// The form of a value.
pub(super) struct Form<T> {
    /// Completes "… is not …": describes a valid value, by an example where one helps.
    pub(super) what: &'static str,
    /// Parses a value; `None` if it has another form.
    pub(super) read: fn(&str) -> Option<T>,
}

const fn form<T>(what: &'static str, read: fn(&str) -> Option<T>) -> Form<T> {
    Form { what, read }
}

pub(super) const LISTEN: Form<SocketAddr> =
    form("an IP address with a port, such as 127.0.0.1:8080", |text| text.parse().ok());

pub(super) const POOL: Form<NonZeroU32> =
    form("a whole number from 1 to 1000", |text| number(text, 1..=1000).and_then(NonZeroU32::new));

pub(super) const WORKERS: Form<NonZeroUsize> = form("a whole number from 1 to 1024", |text| {
    number(text, 1..=1024).and_then(|number| usize::try_from(number).ok()).and_then(NonZeroUsize::new)
});

pub(super) const SECONDS: Form<Duration> = form("a whole number of seconds from 1 to 255", |text| {
    number(text, 1..=255).map(|seconds| Duration::from_secs(seconds.into()))
});

pub(super) const CONNECTIONS: Form<NonZeroUsize> = form("a whole number from 1 to 1000000", |text| {
    number(text, 1..=1_000_000).and_then(|number| usize::try_from(number).ok()).and_then(NonZeroUsize::new)
});

pub(super) const REQUESTS: Form<u32> =
    form("a whole number from 60 to 1000000", |text| number(text, 60..=1_000_000));

pub(super) const LENIENCY: Form<Leniency> =
    form("one of `origins`, `return_urls` and `browser_cookie`", |text| Leniency::parse(text).ok());

pub(super) const PROXY: Form<IpNet> = form(
    "an IP address, or a network without bits beyond its length, such as 10.0.0.0/8",
    trusted_proxies::network,
);

pub(super) const DRAIN: Form<Duration> = form("a whole number of seconds from 0 to 3600", |text| {
    number(text, 0..=3600).map(|seconds| Duration::from_secs(seconds.into()))
});

pub(super) const SESSION_DAYS: Form<TimeDelta> = form("a whole number of days from 1 to 365", |text| {
    number(text, 1..=365).and_then(|days| TimeDelta::try_days(days.into()))
});

pub(super) const KEPT_DAYS: Form<TimeDelta> = form("a whole number of days from 30 to 18250", |text| {
    number(text, 30..=18_250).and_then(|days| TimeDelta::try_days(days.into()))
});

pub(super) const RESET_HOURS: Form<TimeDelta> = form("a whole number of hours from 24 to 720", |text| {
    number(text, 24..=720).and_then(|hours| TimeDelta::try_hours(hours.into()))
});

fn number(text: &str, range: RangeInclusive<u32>) -> Option<u32> {
    text.parse().ok().filter(|number| range.contains(number))
}

/// No path: our own paths follow the host, so a configured path would be lost.
pub(super) const SITE: Form<Url> = form("a web URL without a path, such as https://hub.example", |text| {
    page(text).filter(|url| url.path() == "/" && url.query().is_none() && url.fragment().is_none())
});

pub(super) const SECURE_SITE: Form<Url> =
    form("an address without a path that begins with https://, such as https://register.example", |text| {
        (SITE.read)(text).filter(|url| url.scheme() == "https")
    });

pub(super) const PAGE: Form<Url> = form("a web URL, such as https://hub.example/help", page);

pub(super) const PAGE_TEXT: Form<String> =
    form("a web URL, such as https://tsa.example/stamp", |text| page(text).map(|_| text.to_owned()));

pub(super) const ORIGIN: Form<Origin> = form(
    "an origin (scheme, host and port, no more; https, or http on this machine), such as https://hub.example",
    |text| Origin::parse(text).ok(),
);

pub(super) const RETURN_URL: Form<RedirectUri> = form(
    "a web URL without user and fragment (https, or http on this machine), such as https://hub.example/done",
    |text| RedirectUri::parse(text).ok().filter(|uri| uri.form() != RedirectForm::PrivateUse),
);

pub(super) const DATABASE: Form<String> =
    form("the address of a Postgres server, such as postgres://user:password@host:5432/database", |text| {
        is_database(text).then(|| text.to_owned())
    });

pub(super) const MAIL_SERVER: Form<String> = form(
    "the address of a mail server, such as smtps://user:password@host or smtp://user:password@host:587?tls=required",
    |text| mail_server::is_address(text).then(|| text.to_owned()),
);

pub(super) const SEALING_KEYS: Form<String> = form(
    "a list of keys, each as `cazier generate-key` prints one (`id:base64`, 32 octets, ids of 1 to 255)",
    keys,
);

pub(super) const LOG_KEYS: Form<String> = form(
    "a list of keys, each as `cazier generate-key` prints one (`id:base64`, 32 octets, ids of 1 to 255), or `derived`",
    |text| {
        let (derived, own): (Vec<_>, Vec<_>) =
            text.split(',').map(str::trim).partition(|key| *key == "derived");
        let is_list = derived.len() <= 1 && (own.is_empty() || keys(&own.join(",")).is_some());
        is_list.then(|| text.to_owned())
    },
);

pub(super) const LOG_ORIGIN: Form<String> =
    form("a name without spaces and `+`, such as api.example/v1/log", |text| {
        let is_name = !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+');
        is_name.then(|| text.to_owned())
    });

fn keys(text: &str) -> Option<String> {
    Keyring::parse(text, text).is_ok().then(|| text.to_owned())
}

pub(super) const DAY: Form<NaiveDate> =
    form("a day, written as 2027-01-31", |text| CivilDate::parse(text).ok().map(CivilDate::day));

pub(super) const MAX_AGE: Form<MaxAge> =
    form("a number of hours from 1 to 65535, or `unlimited`", |text| text.parse().ok());

pub(super) const RSA_SCHEME: Form<RsaScheme> = form("`pss` or `pkcs1`", |text| text.parse().ok());

pub(super) const SEAL_KIND: Form<WantedKind> =
    form("`seal`, `signature`, `advanced-seal` or `advanced-signature`", |text| text.parse().ok());

pub(super) const LOG_FORMAT: Form<LogFormat> = form("`text` or `json`", |text| text.parse().ok());

fn page(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_web =
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    (is_web && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// Accepts a URL, or libpq's `keyword=value` pairs. Either may name several hosts, which URL libraries cannot parse.
fn is_database(text: &str) -> bool {
    let is_url = ["postgres://", "postgresql://"].iter().any(|scheme| {
        text.strip_prefix(scheme)
            .is_some_and(|rest| !rest.trim().is_empty() && !rest.contains(char::is_whitespace))
    });
    let names = |word: &str| {
        word.split_once('=')
            .is_some_and(|(name, _)| matches!(name, "host" | "hostaddr" | "dbname" | "service"))
    };
    is_url || (!text.contains("://") && text.split_whitespace().any(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_by_a_url_or_by_keywords() {
        for text in [
            "postgres://somewhere",
            "postgresql:///cazier?host=/run/postgresql",
            "postgres://a:b@one:5432,two:5433/cazier?target_session_attrs=read-write",
            "host=one,two dbname=cazier",
            "service=cazier",
        ] {
            assert!(is_database(text), "{text}");
        }
        for text in ["nonsense", "postgres://", "mysql://host/db", "http://host=1", "a b", "postgres://a b"] {
            assert!(!is_database(text), "{text}");
        }
    }
}
