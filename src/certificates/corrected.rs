//! The certificate to be corrected, as signed. The new one keeps everything except the corrected fields, so that a
//! second correction does not undo the first.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::Subject;
use super::status::CertificateEnd;
use crate::db::schema::certificates;
use crate::error::{Code, Error, Result};
use crate::person::{Column, County, Keyring, PersonName};
use crate::text::Text;

/// The signed data to keep.
#[derive(Deserialize)]
pub(crate) struct Corrected {
    /// The public number.
    pub(crate) registration_number: String,
    holder: Holder,
}

#[derive(Deserialize)]
struct Holder {
    cnp: String,
    family_name: PersonName,
    given_name: PersonName,
    previous_names: Vec<PersonName>,
    father_given_name: Option<PersonName>,
    mother_given_name: Option<PersonName>,
    birth_county: County,
    birth_place: Text,
}

/// Reads the certificate to be corrected.
///
/// # Errors
/// `certificate_ended` if it was revoked or superseded.
pub(crate) fn find(connection: &mut PgConnection, keyring: &Keyring, id: Uuid) -> Result<Corrected> {
    let columns = (certificates::payload, certificates::ended_as);
    let (encrypted, end): (Vec<u8>, Option<CertificateEnd>) =
        certificates::table.find(id).select(columns).first(connection)?;
    if let Some(end) = end {
        return Err(Error::from(Code::CertificateEnded).with("certificate_status", end.as_str()));
    }
    let payload =
        keyring.decrypt(Column::CERTIFICATES_PAYLOAD.at(id), &encrypted).map_err(Error::internal)?;
    serde_json::from_slice(&payload).map_err(Error::internal)
}

impl Corrected {
    /// Replaces the register's data about the holder by the certificate's.
    ///
    /// # Errors
    /// Fails if the certificate has another holder.
    pub(crate) fn carry_over(self, subject: &mut Subject) -> Result<()> {
        let Subject::NaturalPerson { cnp, civil_status: civil } = subject else {
            return Err(Error::internal("a certificate of a legal person is not corrected"));
        };
        let holder = self.holder;
        if holder.cnp != cnp.as_str() {
            return Err(Error::internal("a certificate is corrected about somebody else"));
        }
        civil.family_name = holder.family_name;
        civil.given_name = holder.given_name;
        civil.previous_names = holder.previous_names;
        civil.father_given_name = holder.father_given_name;
        civil.mother_given_name = holder.mother_given_name;
        civil.birth_county = holder.birth_county;
        civil.birth_place = holder.birth_place;
        Ok(())
    }
}
