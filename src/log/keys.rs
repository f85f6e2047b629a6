//! The keys that sign the checkpoints of this installation, and the name of its log.

use data_encoding::HEXLOWER;
use diesel::pg::PgConnection;
use ring::rand::{SecureRandom as _, SystemRandom};
use url::Url;
use zeroize::Zeroizing;

use super::checkpoint::Checkpoint;
use super::memory::{Doubt, Memory, Signed};
use super::note::{NoteKey, NoteSigner};
use super::proof::Head;
use super::store;
use crate::error::Result;
use crate::person::{Index, IndexChain, Keyring};
use crate::text::base64;

/// The path below which the log is published, without the slash at its end.
const PATH: &str = "/v1/log";

/// Stands in the list of keys for the one that is derived from the index key, while a log moves to one of its own.
pub const DERIVED: &str = "derived";

/// The keys of the log. All sign each checkpoint: so one follows the other while both are known.
#[derive(Debug)]
pub struct LogKeys {
    /// None on a node that verifies alone.
    signers: Vec<NoteSigner>,
    /// Public keys, on such a node.
    known: Vec<NoteKey>,
    /// As set; unset, the log keeps its name.
    origin: Option<String>,
    /// For a log that has no name yet.
    derived: String,
    /// What this process has seen signed.
    memory: Memory,
    /// Recalls what leaves commit to of rows whose hashes were made anew.
    chain: IndexChain,
}

impl LogKeys {
    /// Takes the keys of a list `id:base64`, each the seed of an Ed25519 key; without one, and for the word `derived` in it,
    /// derives a key from the index key. The log of an API at this URL has its address as a name, unless it is given another or has one already.
    ///
    /// `None` if a key or the name cannot be used.
    #[must_use]
    pub fn of(list: Option<&str>, origin: Option<&str>, keyring: &Keyring, api: &Url) -> Option<Self> {
        let signers = match list {
            Some(list) => list.split(',').map(|entry| signer(entry, keyring)).collect::<Option<Vec<_>>>()?,
            None => vec![derived(keyring)?],
        };
        let host = api.host_str().unwrap_or_default();
        let port = api.port().map(|port| format!(":{port}")).unwrap_or_default();
        let derived = format!("{host}{port}{PATH}");
        let (origin, memory) = (origin.map(str::to_owned), Memory::default());
        let chain = keyring.index_chain().clone();
        let keys = Self { signers, known: Vec::new(), origin, derived, memory, chain };
        keys.signers.first()?.key(keys.origin.as_deref().unwrap_or(&keys.derived)).is_some().then_some(keys)
    }

    /// Takes public keys alone, as `cazier audit key` prints them: they open checkpoints, and sign nothing.
    ///
    /// # Errors
    /// See [`PublicKeyFault`].
    pub fn public_alone(keys: &[String], keyring: &Keyring) -> Result<Self, PublicKeyFault> {
        let known = keys.iter().map(|text| NoteKey::parse(text)).collect::<Option<Vec<_>>>();
        let known = known.ok_or(PublicKeyFault::Malformed)?;
        let is_derived =
            |key: &NoteKey| derived(keyring).and_then(|signer| signer.key(key.name())) == Some(key.clone());
        if known.iter().any(is_derived) {
            return Err(PublicKeyFault::Derived);
        }
        let (derived, memory, chain) = (String::new(), Memory::default(), keyring.index_chain().clone());
        Ok(Self { signers: Vec::new(), known, origin: None, derived, memory, chain })
    }

    /// Remembers there what it has seen signed; otherwise as long as the process lives.
    #[must_use]
    pub fn remembering_in(self, memory: Memory) -> Self {
        Self { memory, ..self }
    }

    /// Returns the index keys.
    #[must_use]
    pub const fn chain(&self) -> &IndexChain {
        &self.chain
    }

    /// Returns the memory of what was signed.
    pub(crate) const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Compares the newest checkpoint of the database (its note) with what was remembered before the database was asked
    /// for it, and remembers it. The inner result says whether the log can be trusted.
    ///
    /// # Errors
    /// Fails if the database is away.
    pub(crate) fn compare(
        &self,
        connection: &mut PgConnection,
        before: Option<&Signed>,
        newest: Option<String>,
    ) -> Result<std::result::Result<(), Doubt>> {
        let newest = match newest {
            None => None,
            Some(note) if before.is_some_and(|before| before.note == note) => before.cloned(),
            Some(note) => match self.open(&note) {
                Some(checkpoint) => Some(Signed { checkpoint, note }),
                None => return Ok(self.memory.refuse(Doubt::Foreign)),
            },
        };
        self.memory.compare(connection, before, newest)
    }

    /// The same without the database, if the newest checkpoint is the one remembered before; `None` otherwise.
    pub(crate) fn compare_same(
        &self,
        before: Option<&Signed>,
        newest: Option<&String>,
    ) -> Option<std::result::Result<(), Doubt>> {
        let is_same = before.is_some_and(|before| newest == Some(&before.note));
        is_same.then(|| self.memory.agree())
    }

    /// Looks whether the log of the database goes on from what is remembered.
    ///
    /// # Errors
    /// Fails if the database is away.
    pub(crate) fn look(&self, connection: &mut PgConnection) -> Result<std::result::Result<(), Doubt>> {
        let before = self.memory.signed();
        let newest = store::newest_note(connection)?;
        self.compare(connection, before.as_ref(), newest)
    }

    /// Opens a checkpoint that one of the keys has signed. `None` if none has.
    #[must_use]
    pub fn open(&self, note: &str) -> Option<Checkpoint> {
        let by_known = || self.known.iter().find_map(|key| Checkpoint::open_by(note, key));
        Checkpoint::open(note, &self.signers).or_else(by_known)
    }

    /// Signs a tree head by all keys. The log is named as set, otherwise as in its checkpoint before.
    #[must_use]
    pub(super) fn sign(&self, head: Head, before: Option<&Checkpoint>) -> Option<String> {
        let before = before.map(|before| &before.origin);
        let origin = self.origin.as_ref().or(before).unwrap_or(&self.derived).clone();
        Checkpoint { origin, head }.sign(&self.signers)
    }

    /// Returns the name of the log: as set, otherwise as in its newest checkpoint.
    ///
    /// # Errors
    /// Fails if the database is away.
    pub fn origin(&self, connection: &mut PgConnection) -> Result<String> {
        let newest = store::newest(connection)?.and_then(|row| Checkpoint::read(&row.note));
        let kept = self.origin.clone().or(newest.map(|checkpoint| checkpoint.origin));
        Ok(kept.unwrap_or_else(|| self.derived.clone()))
    }

    /// Returns the ids of all keys, as `cazier audit key` prints them between name and key.
    ///
    /// # Errors
    /// Fails if the database is away.
    pub(crate) fn ids(&self, connection: &mut PgConnection) -> Result<Vec<String>> {
        let own = self.public(&self.origin(connection)?);
        Ok(own.iter().chain(&self.known).map(|key| HEXLOWER.encode(&key.id())).collect())
    }

    /// Returns the public keys under a name, as witnesses and monitors are given them.
    #[must_use]
    pub fn public(&self, origin: &str) -> Vec<NoteKey> {
        self.signers.iter().filter_map(|signer| signer.key(origin)).collect()
    }
}

/// Why public keys are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyFault {
    /// One is not a key.
    #[error("a key is name+id+base64, as `cazier audit key` prints it")]
    Malformed,
    /// One is the key that is derived from the index key, which the node has.
    #[error(
        "one of them is derived from the index key, so that this node could sign: give the log keys of its own first \
         (CAZIER_LOG_KEYS; docs/log.md)"
    )]
    Derived,
}

fn signer(entry: &str, keyring: &Keyring) -> Option<NoteSigner> {
    if entry.trim() == DERIVED {
        return derived(keyring);
    }
    let (_, seed) = entry.trim().split_once(':')?;
    NoteSigner::of_seed(&Zeroizing::new(base64::decode(seed)?))
}

/// Derives a key from the oldest index key, which lives as long as the database.
fn derived(keyring: &Keyring) -> Option<NoteSigner> {
    let keyed = Zeroizing::new(keyring.index_chain().oldest_hash(Index::LOG_KEY, b"1"));
    let (_, seed) = keyed.split_first()?;
    NoteSigner::of_seed(seed)
}

/// Returns 32 random octets. `None` if the operating system has none.
pub(super) fn salt() -> Option<[u8; 32]> {
    let mut salt = [0; 32];
    SystemRandom::new().fill(&mut salt).ok().map(|()| salt)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(list: Option<&str>, origin: Option<&str>, keyring: &Keyring) -> Option<LogKeys> {
        LogKeys::of(list, origin, keyring, &Url::parse("https://api.example:8443/").unwrap())
    }

    fn keyring() -> Keyring {
        let key = Keyring::generate_spec().unwrap();
        Keyring::parse(&key, &key).unwrap()
    }

    const HEAD: Head = Head { size: 3, root: [5; 32] };

    #[test]
    fn the_log_has_the_name_of_its_address_and_keeps_it() {
        let keyring = keyring();
        let keys = keys(None, None, &keyring).unwrap();
        let first = keys.open(&keys.sign(HEAD, None).unwrap()).unwrap();
        assert_eq!(first, Checkpoint { origin: "api.example:8443/v1/log".to_owned(), head: HEAD });
        let moved =
            LogKeys::of(None, None, &keyring, &Url::parse("https://other.example/").unwrap()).unwrap();
        let next = moved.open(&moved.sign(HEAD, Some(&first)).unwrap()).unwrap();
        assert_eq!(next.origin, first.origin);
        let named = LogKeys::of(
            None,
            Some("other.example/log2"),
            &keyring,
            &Url::parse("https://a.example").unwrap(),
        );
        let named = named.unwrap().sign(HEAD, Some(&first)).unwrap();
        assert_eq!(keys.open(&named).unwrap().origin, "other.example/log2");
    }

    #[test]
    fn public_keys_open_and_sign_nothing_and_the_derived_one_is_refused() {
        let (keyring, list) = (keyring(), Keyring::generate_spec().unwrap());
        let own = keys(Some(&list), None, &keyring).unwrap();
        let told = |keys: &LogKeys| {
            keys.public("api.example:8443/v1/log").iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let public = LogKeys::public_alone(&told(&own), &keyring).unwrap();
        let note = own.sign(HEAD, None).unwrap();
        assert_eq!(public.open(&note).unwrap().head, HEAD);
        assert!(
            public.sign(HEAD, None).is_none() && public.sign(HEAD, public.open(&note).as_ref()).is_none()
        );
        let derived = keys(None, None, &keyring).unwrap();
        assert!(public.open(&derived.sign(HEAD, None).unwrap()).is_none());
        let fault = |list: &[String]| LogKeys::public_alone(list, &keyring).unwrap_err();
        assert_eq!(fault(&[told(&own), told(&derived)].concat()), PublicKeyFault::Derived);
        assert_eq!(fault(&["api.example+00000000+AAAA".to_owned()]), PublicKeyFault::Malformed);
    }

    #[test]
    fn a_key_is_derived_for_each_installation_or_given() {
        let (one, other) = (keyring(), keyring());
        let signed = keys(None, None, &one).unwrap().sign(HEAD, None).unwrap();
        assert!(keys(None, None, &one).unwrap().open(&signed).is_some());
        assert!(keys(None, None, &other).unwrap().open(&signed).is_none());
        let (first, second) = (Keyring::generate_spec().unwrap(), Keyring::generate_spec().unwrap());
        let both = format!("{second}, {first}");
        let signed = keys(Some(&both), None, &one).unwrap().sign(HEAD, None).unwrap();
        for list in [&first, &second, &both] {
            assert!(keys(Some(list), None, &other).unwrap().open(&signed).is_some());
        }
        assert!(keys(None, None, &one).unwrap().open(&signed).is_none());
        let own = keys(Some(&first), None, &one).unwrap();
        let moving = keys(Some(&format!("{DERIVED}, {first}")), None, &one).unwrap();
        let begun = keys(None, None, &one).unwrap().sign(HEAD, None).unwrap();
        assert!(own.open(&begun).is_none() && moving.open(&begun).is_some());
        let both = moving.sign(HEAD, moving.open(&begun).as_ref()).unwrap();
        assert!(own.open(&both).is_some() && keys(None, None, &one).unwrap().open(&both).is_some());
        assert!(keys(Some("1:AAAA"), None, &one).is_none());
        assert!(keys(None, Some("a name"), &one).is_none());
    }
}
