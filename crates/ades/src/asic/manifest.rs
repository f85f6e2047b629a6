//! The manifest: the signed files, each with its digest (EN 319 162-1, annex A).

use data_encoding::BASE64;

use super::{DataObject, SIGNATURE, media_type};
use crate::Digest;

/// The manifest of these files. Names need no escaping: they are plain.
pub(crate) fn manifest(objects: &[DataObject]) -> Vec<u8> {
    let references: String = objects.iter().map(reference).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <asic:ASiCManifest xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\" \
         xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\n\
         <asic:SigReference URI=\"{SIGNATURE}\" MimeType=\"application/pkcs7-signature\"/>\n\
         {references}</asic:ASiCManifest>\n"
    )
    .into_bytes()
}

fn reference(object: &DataObject) -> String {
    let (name, kind) = (&object.name, media_type(&object.name));
    let digest = BASE64.encode(&Digest::Sha256.of(&object.bytes));
    format!(
        "<asic:DataObjectReference URI=\"{name}\" MimeType=\"{kind}\">\n\
         <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\n\
         <ds:DigestValue>{digest}</ds:DigestValue>\n\
         </asic:DataObjectReference>\n"
    )
}
