//! Verifying a container.

use chrono::{DateTime, Utc};

use super::{Container, DataObject};
use crate::signature::cades::{self, SigningTime};
use crate::signature::reading::Malformed;
use crate::signature::verdict::{Format, Verdict};
use crate::signature::verify::Verifier;

impl Verifier {
    /// Verifies a container as of `at`; the files in it come with the verdict.
    ///
    /// # Errors
    /// When the bytes are not such a container, so that there is nothing to judge.
    pub fn verify_container(
        &self,
        container: &[u8],
        at: DateTime<Utc>,
    ) -> Result<(Verdict, Vec<DataObject>), Malformed> {
        let container = Container::read(container)?;
        let mut reading = cades::read(&container.signature, &container.manifest, SigningTime::Attribute)?;
        reading.format = Format::Asic;
        reading.facts.intact &= container.is_intact();
        Ok((self.judge(&reading, at), container.objects))
    }
}
