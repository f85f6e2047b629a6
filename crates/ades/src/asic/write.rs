//! Writing containers: the same files always give the same bytes.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{
    ContainerError, DataObject, MANIFEST, MAX_CONTAINER_BYTES, MAX_FILES, MEDIA_TYPE, MIMETYPE, SIGNATURE,
    is_plain,
};

/// Writes a container: its media type first, so that its first bytes identify it, then the files, manifest and
/// signature.
pub(crate) fn write(
    objects: &[DataObject],
    manifest: &[u8],
    signature: &[u8],
) -> Result<Vec<u8>, ContainerError> {
    if !(1..=MAX_FILES).contains(&objects.len()) {
        return Err(ContainerError::Content("number of files"));
    }
    for (at, object) in objects.iter().enumerate() {
        let again = objects.iter().skip(at + 1).any(|other| other.name == object.name);
        if again || !is_plain(&object.name) {
            return Err(ContainerError::Name);
        }
    }
    let first = [(MIMETYPE, MEDIA_TYPE.as_bytes())];
    let files = objects.iter().map(|object| (object.name.as_str(), object.bytes.as_slice()));
    let last = [(MANIFEST, manifest), (SIGNATURE, signature)];
    let bytes = zip(first.into_iter().chain(files).chain(last)).map_err(|_| ContainerError::Zip)?;
    if bytes.len() > MAX_CONTAINER_BYTES { Err(ContainerError::TooLarge) } else { Ok(bytes) }
}

fn zip<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    // ZIP knows no time before 1980 and no time zones: a container does not say when it was packed.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, bytes) in files {
        writer.start_file(name, options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}
