//! Parameters of queries and forms as OAuth has them (RFC 6749, section 3.1): each at most once, unknown ones ignored, empty ones
//! as if they were not sent.

use url::form_urlencoded;

/// The longest value of a parameter, in octets.
const LONGEST: usize = 2_000;
/// The longest query that goes into an address, in octets.
const LONGEST_QUERY: usize = 6_000;
/// The most parameters.
const MOST: usize = 40;

/// The parameters of one request.
#[derive(Debug)]
pub(super) struct Fields(Vec<(String, String)>);

/// A parameter is sent twice, or is too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit;

impl Fields {
    /// Parses an encoded query or form.
    pub(super) fn parse(encoded: &[u8]) -> Result<Self, Unfit> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(encoded) {
            let is_twice = fields.iter().any(|(known, _)| *known == name);
            if is_twice || value.len() > LONGEST || fields.len() >= MOST {
                return Err(Unfit);
            }
            fields.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(fields))
    }

    /// Returns the parameters as a query; `None` if that would be longer than addresses are.
    pub(super) fn query(&self) -> Option<String> {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish();
        Some(query).filter(|query| query.len() <= LONGEST_QUERY)
    }

    /// Returns the other parameters than this one.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// Returns a parameter that has a value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// Returns whether a value that goes back to the client, or into a token, is visible ASCII and no longer than 500 characters.
pub(super) fn is_plain(value: &str) -> bool {
    value.len() <= 500 && value.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_counts_once_and_empty_ones_are_absent() {
        let fields = Fields::parse(b"a=1&b=&c=%20x").unwrap();
        assert_eq!((fields.get("a"), fields.get("b"), fields.get("c")), (Some("1"), None, Some(" x")));
        assert_eq!(Fields::parse(b"a=1&a=1").unwrap_err(), Unfit);
        assert_eq!(Fields::parse(format!("a={}", "x".repeat(2_001)).as_bytes()).unwrap_err(), Unfit);
        assert_eq!(Fields::parse("a&".repeat(41).as_bytes()).unwrap_err(), Unfit);
    }
}
