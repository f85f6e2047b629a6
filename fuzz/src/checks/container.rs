use super::trust::{SEAL_VERIFIER, SEALER, VERIFIER, now};
use ades::asic::DataObject;

const GOOD: [&[u8]; 3] = [
    include_bytes!("../../seeds/container/good-one.asice"),
    include_bytes!("../../seeds/container/good-two.asice"),
    include_bytes!("../../seeds/container/good-b-lt.asice"),
];

/// ASiC-E: only the good files are accepted. A ZIP with a wrong checksum is refused early, so the bytes are also used as
/// files to seal (name, NUL, content, NUL, …), which must be read back unchanged.
pub fn container(bytes: &[u8]) {
    if let Ok((verdict, _)) = VERIFIER.verify_container(bytes, now()) {
        assert!(!verdict.is_valid() || GOOD.contains(&bytes), "{verdict:?}");
    }
    let objects = objects(bytes);
    if let Ok(sealed) = SEALER.seal_container(&objects, now()) {
        let (verdict, files) = SEAL_VERIFIER.verify_container(&sealed, now()).unwrap();
        assert!(verdict.is_valid() && files == objects, "{verdict:?}");
    }
}

fn objects(bytes: &[u8]) -> Vec<DataObject> {
    let parts: Vec<&[u8]> = bytes.splitn(20, |byte| *byte == 0).collect();
    let object = |pair: &[&[u8]]| match pair {
        [name, content] => {
            Some(DataObject { name: String::from_utf8_lossy(name).into_owned(), bytes: content.to_vec() })
        }
        _ => None,
    };
    parts.chunks(2).filter_map(object).collect()
}
