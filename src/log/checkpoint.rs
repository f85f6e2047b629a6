//! Checkpoints (C2SP `tlog-checkpoint`): the size and the root hash of the tree, in a signed note.

use data_encoding::BASE64;

use super::merkle::Hash;
use super::note::{self, NoteKey, NoteSigner};
use super::proof::Head;

/// The text of a checkpoint: which log, and its tree head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log, which is also the name of its keys: the URL of its tiles without the scheme.
    pub origin: String,
    /// Its tree.
    pub head: Head,
}

impl Checkpoint {
    /// Signs it by all these keys. `None` if the origin cannot be the name of a key.
    #[must_use]
    pub fn sign(&self, keys: &[NoteSigner]) -> Option<String> {
        let Self { origin, head } = self;
        note::sign(&format!("{origin}\n{}\n{}\n", head.size, BASE64.encode(&head.root)), origin, keys)
    }

    /// Reads a signed checkpoint; checks no signature. Lines of extensions are allowed and ignored.
    #[must_use]
    pub fn read(note: &str) -> Option<Self> {
        let (text, _) = note::split(note)?;
        let mut lines = text.lines();
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let root: Hash = BASE64.decode(root.as_bytes()).ok()?.try_into().ok()?;
        let head = Head { size: size.parse().ok()?, root };
        let is_canonical = head.size.to_string() == size && lines.all(|line| !line.is_empty());
        (is_canonical && !origin.is_empty()).then(|| Self { origin: origin.to_owned(), head })
    }

    /// Reads a checkpoint that one of these keys has signed, under the name of the log that it states.
    #[must_use]
    pub fn open(note: &str, keys: &[NoteSigner]) -> Option<Self> {
        let checkpoint = Self::read(note)?;
        let named = keys.iter().filter_map(|key| key.key(&checkpoint.origin));
        named.into_iter().any(|key| key.open(note).is_some()).then_some(checkpoint)
    }

    /// Reads a checkpoint that this key has signed as the log of its name.
    #[must_use]
    pub fn open_by(note: &str, key: &NoteKey) -> Option<Self> {
        key.open(note)?;
        Self::read(note).filter(|checkpoint| checkpoint.origin == key.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    fn keys() -> Vec<NoteSigner> {
        vec![NoteSigner::of_seed(&[7; 32]).unwrap(), NoteSigner::of_seed(&[8; 32]).unwrap()]
    }

    #[test]
    fn the_example_is_read() {
        let read = Checkpoint::read(EXAMPLE).unwrap();
        assert_eq!((read.origin.as_str(), read.head.size), ("example.com/behind-the-sofa", 20_852_163));
        assert!(note::split(EXAMPLE).unwrap().0.contains(&BASE64.encode(&read.head.root)));
        assert_eq!(Checkpoint::open(EXAMPLE, &keys()), None);
    }

    #[test]
    fn what_is_signed_opens_by_each_key() {
        let signed =
            Checkpoint { origin: "a.example/v1/log".to_owned(), head: Head { size: 0, root: [9; 32] } };
        let note = signed.sign(&keys()).unwrap();
        assert!(note.starts_with(
            "a.example/v1/log\n0\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n\n— a.example/v1/log "
        ));
        for key in keys() {
            assert_eq!(
                Checkpoint::open_by(&note, &key.key("a.example/v1/log").unwrap()),
                Some(signed.clone())
            );
            assert_eq!(Checkpoint::open_by(&note, &key.key("b.example/v1/log").unwrap()), None);
            assert_eq!(Checkpoint::open(&note, &[key]), Some(signed.clone()));
        }
        let other = note.replacen("\n0\n", "\n1\n", 1);
        assert_eq!(Checkpoint::open(&other, &keys()), None);
        assert!(Checkpoint { origin: "a b".to_owned(), ..signed }.sign(&keys()).is_none());
    }

    #[test]
    fn malformed_heads_are_refused() {
        for (from, to) in [
            ("\n20852163\n", "\n020852163\n"),
            ("\n20852163\n", "\n+20852163\n"),
            ("\n20852163\n", "\n-1\n"),
            ("\n20852163\n", "\n99999999999999999999\n"),
            ("CsUY", "csUYAAAA"),
            ("example.com/behind-the-sofa\n2", "\n2"),
            ("2I=\n\n", "2I=\n\nextension\n\n"),
        ] {
            assert_eq!(Checkpoint::read(&EXAMPLE.replacen(from, to, 1)), None, "{to}");
        }
        assert!(Checkpoint::read(&EXAMPLE.replacen("2I=\n\n", "2I=\nextension\n\n", 1)).is_some());
    }
}
