//! Makes documents: renders, signs, encrypts and stores them, without holding a database connection meanwhile.

use actix_web::web;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::kind::Kind;
use super::store::{self, Document, Source};
use crate::certificates::binding::{self, unreadable};
use crate::certificates::printed::Printed;
use crate::document::certificate::{self, Languages};
use crate::document::{Signed, eu_form};
use crate::error::{Context, Error, Result};
use crate::http::Locale;
use crate::person::Column;
use crate::signature::Seals;
use crate::state::AppState;
use ades::asic::DataObject;

/// The data and services for the documents of one certificate.
pub(super) struct Desk<'a> {
    pub(super) state: &'a AppState,
    pub(super) seals: &'a Seals,
    pub(super) source: &'a Source,
    pub(super) now: DateTime<Utc>,
}

impl Desk<'_> {
    /// Returns the stored file, making it on the first request.
    pub(super) async fn fetch(&self, kind: Kind) -> Result<Vec<u8>> {
        match kind {
            Kind::Certificate | Kind::EuForm(_) => self.kept(kind, None).await,
            Kind::Container => {
                let pdf = self.kept(Kind::Certificate, None).await?;
                self.kept(kind, Some(pdf)).await
            }
        }
    }

    /// Returns the stored file; `pdf` goes into a new container.
    async fn kept(&self, kind: Kind, pdf: Option<Vec<u8>>) -> Result<Vec<u8>> {
        let (id, language) = (self.source.certificate_id, kind.language(self.source.language).to_owned());
        let found = {
            let language = language.clone();
            self.state.db.read(move |c| store::find(c, id, kind.file_kind(), &language)).await?
        };
        let kept = match found {
            Some(document) => document,
            None => {
                let made = self.encrypted(kind, language, &self.make(kind, pdf).await?)?;
                self.state.db.write(move |c| store::keep(c, made)).await?
            }
        };
        let cell = Column::CERTIFICATE_DOCUMENTS_CONTENT.at(kept.id);
        self.state
            .keyring
            .decrypt(cell, &kept.content)
            .map_err(Error::internal)
            .context("decrypting the document")
    }

    /// Renders on the blocking pool, because it is processor work, and signs.
    async fn make(&self, kind: Kind, pdf: Option<Vec<u8>>) -> Result<Vec<u8>> {
        let (seal, now) = (self.seals.active(self.state).await?, self.now);
        let cell = Column::CERTIFICATES_PAYLOAD.at(self.source.certificate_id);
        let payload = self.state.keyring.decrypt(cell, &self.source.payload).map_err(Error::internal);
        let payload = payload.context("decrypting the payload")?;
        let (number, finding) = (&self.source.registration_number, &self.source.finding);
        if !Printed::read(&payload).is_some_and(|printed| printed.says(number, finding.as_str())) {
            return Err(unreadable(self.source.certificate_id, "payload"));
        }
        if let Some(pdf) = pdf {
            let object = |name: &str, bytes| DataObject { name: name.to_owned(), bytes };
            let objects = [object("payload.json", payload), object("document.pdf", pdf)];
            return seal.sign(move |sealer| sealer.seal_container(&objects, now)).await;
        }
        let (cades, languages) = (self.source.cades.clone(), languages(self.source.language));
        let render = move || {
            let signed = Signed { payload: &payload, cades: &cades };
            match kind {
                Kind::EuForm(language) => eu_form::render(signed, language),
                Kind::Certificate | Kind::Container => certificate::render(signed, languages),
            }
        };
        let pdf = web::block(render).await.map_err(Error::internal)?.map_err(Error::internal);
        let pdf = pdf.context("rendering the document")?;
        seal.sign(move |sealer| sealer.seal_pdf(&pdf, now)).await
    }

    fn encrypted(&self, kind: Kind, language: String, bytes: &[u8]) -> Result<Document> {
        let id = Uuid::now_v7();
        let cell = Column::CERTIFICATE_DOCUMENTS_CONTENT.at(id);
        let content_sha256 = kind.signed(bytes).content_sha256().map_err(Error::internal)?;
        let mac = binding::document_mac(&self.state.keyring, self.source.certificate_id, &content_sha256);
        Ok(Document {
            id,
            certificate_id: self.source.certificate_id,
            kind: kind.file_kind(),
            language,
            content: self.state.keyring.encrypt(cell, bytes).map_err(Error::internal)?,
            made_at: self.now,
            content_sha256,
            mac: Some(mac),
        })
    }
}

const fn languages(application: Locale) -> Languages {
    match application {
        Locale::Ro => Languages::Romanian,
        Locale::En => Languages::RomanianAndEnglish,
    }
}
