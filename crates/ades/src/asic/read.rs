//! Reading containers strictly.

use std::io::{Cursor, Read as _};

use zip::{CompressionMethod, ZipArchive};

use super::{
    ContainerError, DataObject, MANIFEST, MAX_CONTAINER_BYTES, MAX_FILES, MEDIA_TYPE, MIMETYPE, SIGNATURE,
    manifest, write,
};
use crate::cades::{self, SigningTime};
use crate::malformed::Malformed;
use crate::reading::Format;
use crate::reading::Reading;

/// Reads a container and checks its signature with the public key of the certificate in it.
pub(crate) fn read(bytes: &[u8]) -> Result<Reading, Malformed> {
    let container = Container::read(bytes)?;
    let mut reading = cades::read(&container.signature, &container.manifest, SigningTime::Attribute)?;
    reading.format = Format::Asic;
    reading.facts.intact &= container.is_intact();
    Ok(reading)
}

/// A container, read. What it says is not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The files.
    pub objects: Vec<DataObject>,
    pub(crate) manifest: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl Container {
    /// Reads a container.
    ///
    /// # Errors
    /// Refuses whatever would not be written like this.
    pub fn read(bytes: &[u8]) -> Result<Self, ContainerError> {
        if bytes.len() > MAX_CONTAINER_BYTES {
            return Err(ContainerError::TooLarge);
        }
        let mut files = files(bytes)?.into_iter();
        let bad = ContainerError::Content("mimetype, files, manifest, signature");
        let mimetype = files.next().ok_or(bad)?;
        let signature = files.next_back().ok_or(bad)?;
        let manifest = files.next_back().ok_or(bad)?;
        let named = (mimetype.name.as_str(), manifest.name.as_str(), signature.name.as_str());
        if named != (MIMETYPE, MANIFEST, SIGNATURE) || mimetype.bytes != MEDIA_TYPE.as_bytes() {
            return Err(bad);
        }
        let objects: Vec<DataObject> = files.collect();
        let container = Self { objects, manifest: manifest.bytes, signature: signature.bytes };
        if write(&container.objects, &container.manifest, &container.signature)? != bytes {
            return Err(ContainerError::NotCanonical);
        }
        Ok(container)
    }

    /// Whether the manifest names exactly the files that are there, with their digests.
    pub(crate) fn is_intact(&self) -> bool {
        self.manifest == manifest(&self.objects)
    }
}

/// All files in their order. None can be larger than the container: they are not compressed.
fn files(bytes: &[u8]) -> Result<Vec<DataObject>, ContainerError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ContainerError::Zip)?;
    if archive.len() > MAX_FILES + 3 {
        return Err(ContainerError::Content("number of files"));
    }
    (0..archive.len())
        .map(|at| {
            let file = archive.by_index(at).map_err(|_| ContainerError::Zip)?;
            let too_large = u64::try_from(bytes.len()).is_ok_and(|length| file.size() > length);
            if file.compression() != CompressionMethod::Stored || file.encrypted() || too_large {
                return Err(ContainerError::Zip);
            }
            let name = file.name().map_err(|_| ContainerError::Zip)?.into_owned();
            let mut content = Vec::new();
            let limit = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            file.take(limit).read_to_end(&mut content).map_err(|_| ContainerError::Zip)?;
            Ok(DataObject { name, bytes: content })
        })
        .collect()
}
