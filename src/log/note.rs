//! Signed notes (C2SP `signed-note`): a text and below it lines of signatures by named keys, of which we make and read
//! those with Ed25519.

use std::fmt;

use data_encoding::BASE64;
use ring::digest::{Context, SHA256};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

/// The type of signatures in key ids and encoded keys: Ed25519.
const ED25519_TYPE: u8 = 1;
/// Between the text and the signatures.
const SEPARATOR: &str = "\n\n";
/// What a line of a signature begins with.
const DASH: &str = "— ";
/// The largest number of lines of signatures that are read.
const MOST_SIGNATURES: usize = 64;

/// The public half of a key, with the name under which it signs.
#[derive(Clone, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    public: [u8; 32],
}

impl NoteKey {
    /// Names a key. `None` if no key can have this name: it is empty, or has spaces, control characters or a plus.
    #[must_use]
    pub fn new(name: &str, public: [u8; 32]) -> Option<Self> {
        is_name(name).then(|| Self { name: name.to_owned(), public })
    }

    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns its id, which with its name stands beside each signature.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let mut context = Context::new(&SHA256);
        [self.name.as_bytes(), b"\n", &[ED25519_TYPE], &self.public]
            .iter()
            .for_each(|part| context.update(part));
        let mut id = [0; 4];
        id.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
        id
    }

    /// Reads the form in which verifiers are configured: `name+id+base64`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('+')?;
        let (_, key) = rest.split_once('+')?;
        let key = BASE64.decode(key.as_bytes()).ok()?;
        let public = key.strip_prefix(&[ED25519_TYPE])?.try_into().ok()?;
        Self::new(name, public).filter(|key| key.to_string() == text)
    }

    /// Returns the text of a note that this key has signed; `None` if it has not.
    #[must_use]
    pub fn open<'a>(&self, note: &'a str) -> Option<&'a str> {
        let (text, lines) = split(note)?;
        let prefix = format!("{DASH}{} ", self.name);
        let by_us = |signature: &[u8]| {
            let signature = signature.strip_prefix(&self.id()[..])?;
            Some(UnparsedPublicKey::new(&ED25519, self.public).verify(text.as_bytes(), signature).is_ok())
        };
        let ours = lines.lines().take(MOST_SIGNATURES).filter_map(|line| line.strip_prefix(&prefix));
        let mut verdicts = ours.filter_map(|line| by_us(&BASE64.decode(line.as_bytes()).ok()?));
        // A signature that names this key and does not verify condemns the note, whatever else is on it.
        let first = verdicts.next()?;
        (first && verdicts.all(|verdict| verdict)).then_some(text)
    }
}

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.id();
        let key = [&[ED25519_TYPE], &self.public[..]].concat();
        write!(f, "{}+{a:02x}{b:02x}{c:02x}{d:02x}+{}", self.name, BASE64.encode(&key))
    }
}

impl fmt::Debug for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteKey({self})")
    }
}

/// A key that signs notes.
pub struct NoteSigner {
    pair: Ed25519KeyPair,
}

impl NoteSigner {
    /// Makes the key of a seed of 32 octets. `None` for another length.
    #[must_use]
    pub fn of_seed(seed: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(|pair| Self { pair })
    }

    /// Returns the public half under a name; `None` if no key can have this name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<NoteKey> {
        NoteKey::new(name, self.pair.public_key().as_ref().try_into().ok()?)
    }

    /// Signs a text, which must end with a newline, under a name: returns the line of the signature.
    fn line(&self, name: &str, text: &str) -> Option<String> {
        let signature = [&self.key(name)?.id(), self.pair.sign(text.as_bytes()).as_ref()].concat();
        Some(format!("{DASH}{name} {}\n", BASE64.encode(&signature)))
    }
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NoteSigner")
    }
}

/// Makes a note that all these keys sign under one name. `None` if the text cannot be a note's, or the name a key's.
#[must_use]
pub fn sign(text: &str, name: &str, keys: &[NoteSigner]) -> Option<String> {
    let lines: String = keys.iter().map(|key| key.line(name, text)).collect::<Option<_>>()?;
    let note = format!("{text}\n{lines}");
    split(&note).is_some_and(|(kept, _)| kept == text).then_some(note)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

/// Splits a note into its text, with its last newline, and the lines of its signatures. `None` for anything else.
#[must_use]
pub fn split(note: &str) -> Option<(&str, &str)> {
    let at = note.rfind(SEPARATOR)?;
    let (text, lines) = (note.get(..=at)?, note.get(at + SEPARATOR.len()..)?);
    let is_printable = !note.contains(|c: char| c < ' ' && c != '\n');
    let are_lines = lines.ends_with('\n') && lines.lines().all(|line| line.starts_with(DASH));
    (is_printable && are_lines).then_some((text, lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and the note in the documentation of Go's `golang.org/x/mod/sumdb/note`.
    const SECRET: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const SIGNATURE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn signer() -> NoteSigner {
        NoteSigner::of_seed(&BASE64.decode(SECRET.as_bytes()).unwrap()[1..]).unwrap()
    }

    #[test]
    fn the_note_of_another_implementation_is_made_and_read() {
        let key = NoteKey::parse(PUBLIC).unwrap();
        assert_eq!((key.name(), key.id()), ("PeterNeumann", [0xc7, 0x4f, 0x20, 0xa3]));
        assert_eq!(key.to_string(), PUBLIC);
        let note = format!("{TEXT}\n{SIGNATURE}");
        assert_eq!(key.open(&note), Some(TEXT));
        assert_eq!(sign(TEXT, "PeterNeumann", &[signer()]).unwrap(), note);
        assert_eq!(signer().key("PeterNeumann").unwrap(), key);
    }

    #[test]
    fn a_changed_note_does_not_open() {
        let key = NoteKey::parse(PUBLIC).unwrap();
        let note = format!("{TEXT}\n{SIGNATURE}");
        let stranger = "— PeterNeumann AAAAAAA=\n— example.com/witness x08go/ZJ\n";
        assert_eq!(
            key.open(&format!("{TEXT}\n{stranger}{SIGNATURE}")),
            Some(TEXT),
            "unknown keys are ignored"
        );
        for changed in [
            note.replace("answer", "Answer"),
            note.replace("PeterNeumann", "PeterPan"),
            note.replace("x08go/ZJ", "x08go/ZK"),
            note.replace("x08g", "x08h"),
            note.replacen("\n\n", "\n", 1),
            note.trim_end().to_owned(),
            format!("{note}{}", SIGNATURE.replace("x08go/ZJ", "x08go/ZK")),
            format!("{note}no signature\n"),
            format!("\u{1}{note}"),
            String::new(),
        ] {
            assert_eq!(key.open(&changed), None, "{changed}");
        }
    }

    #[test]
    fn names_have_no_spaces_and_no_plus() {
        for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb"] {
            assert_eq!(NoteKey::new(name, [0; 32]), None, "{name}");
            assert_eq!(sign(TEXT, name, &[signer()]), None, "{name}");
        }
        for text in
            [PUBLIC.replace("c74f", "c74e"), PUBLIC.replace("+AR", "+AB"), PUBLIC.replace("+AR", "+BR")]
        {
            assert_eq!(NoteKey::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn only_what_reads_as_a_note_is_signed() {
        for text in ["no newline", "tab\t\n", ""] {
            assert_eq!(sign(text, "name", &[signer()]), None, "{text}");
        }
        assert_eq!(sign(TEXT, "name", &[]), None);
    }
}
