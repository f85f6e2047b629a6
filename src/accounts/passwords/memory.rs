//! Argon2id (RFC 9106) in reused memory.

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use super::Password;
use crate::error::{Context, Error, Result};

/// OWASP's second choice of parameters for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The limits for stored hashes: 64 MiB, RFC 9106's second recommended option, and some more passes.
const MOST_MEMORY_KIB: u32 = 65_536;
const MOST_PASSES: u32 = 8;

/// Returns whether a stored PHC string has other parameters than today's, whichever they are.
pub(super) fn is_outdated(stored: &str) -> bool {
    let today = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
    !stored.starts_with(&today)
}

/// What is being done when a stored hash turns out not to be in PHC form, or not Argon2.
const STORED: &str = "reading a stored password hash";

/// The memory of one thread.
pub(super) struct Memory(Vec<Block>);

impl Memory {
    /// Allocates memory for a hash with today's parameters.
    pub(super) fn new() -> Self {
        Self(vec![Block::new(); MEMORY_KIB as usize])
    }

    /// Returns the first `count` blocks, if there are that many.
    pub(super) fn blocks(&mut self, count: usize) -> Option<&mut [Block]> {
        self.0.get_mut(..count)
    }

    /// Hashes with today's parameters and a fresh salt, into a PHC string.
    pub(super) fn hash(&mut self, password: &Password) -> Result<String> {
        let salt = argon2::password_hash::try_generate_salt().map_err(Error::internal)?;
        let parameters = Params::new(MEMORY_KIB, PASSES, LANES, Some(Params::DEFAULT_OUTPUT_LEN));
        let parameters = parameters.map_err(Error::internal)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: (&parameters).try_into().map_err(Error::internal)?,
            salt: Some(Salt::new(&salt).map_err(Error::internal)?),
            hash: Some(self.fill(password, Algorithm::Argon2id, Version::V0x13, parameters, &salt)?),
        };
        Ok(hash.to_string())
    }

    /// Returns whether the password matches a stored PHC string, which may have other parameters than today's.
    ///
    /// # Errors
    /// `internal` if it is not Argon2, or exceeds [`MOST_MEMORY_KIB`] or [`MOST_PASSES`].
    pub(super) fn verify(&mut self, password: &Password, stored: &str) -> Result<bool> {
        let stored = PasswordHash::new(stored).map_err(Error::internal).context(STORED)?;
        let algorithm = Algorithm::try_from(stored.algorithm.as_str());
        let algorithm = algorithm.map_err(Error::internal).context(STORED)?;
        let version = stored.version.map_or(Ok(Version::V0x10), Version::try_from);
        let version = version.map_err(Error::internal).context(STORED)?;
        let parameters = Params::try_from(&stored).map_err(Error::internal).context(STORED)?;
        let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
            return Err(Error::internal("a stored password hash has no salt or no hash"));
        };
        // Outputs compare in constant time.
        Ok(self.fill(password, algorithm, version, parameters, &salt)? == expected)
    }

    /// Hashes in this memory if it is large enough, then erases it.
    fn fill(
        &mut self,
        password: &Password,
        algorithm: Algorithm,
        version: Version,
        parameters: Params,
        salt: &[u8],
    ) -> Result<Output> {
        if parameters.m_cost() > MOST_MEMORY_KIB || parameters.t_cost() > MOST_PASSES {
            return Err(Error::internal("a stored password hash asks for too much memory or time"));
        }
        let (needed, length) = (parameters.block_count(), parameters.output_len());
        let mut larger = if needed > self.0.len() { vec![Block::new(); needed] } else { Vec::new() };
        let blocks = self.blocks(needed).unwrap_or(&mut larger);
        let mut bytes = [0; Output::MAX_LENGTH];
        let out = bytes.get_mut(..length.unwrap_or(Params::DEFAULT_OUTPUT_LEN));
        let out = out.ok_or_else(|| Error::internal("a stored password hash is too long"))?;
        let argon2 = Argon2::new(algorithm, version, parameters);
        let filled = argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut *blocks);
        // The remaining blocks would let a guess be tested at less than the price of a hash.
        blocks.fill(Block::new());
        filled.map_err(Error::internal).context("hashing a password")?;
        Output::new(out).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier;

    use super::*;

    /// From the test program of Argon2's reference implementation: "password" with the salt "somesalt".
    const KNOWN: [&str; 5] = [
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        "$argon2i$v=16$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
    ];

    fn shown(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[test]
    fn known_answers_of_any_parameters_fit_in_used_memory() {
        let mut memory = Memory::new();
        for known in KNOWN.iter().chain(&KNOWN) {
            assert!(memory.verify(&shown("password"), known).unwrap(), "{known}");
            assert!(!memory.verify(&shown("passwore"), known).unwrap(), "{known}");
        }
        assert_eq!(memory.0.len(), MEMORY_KIB as usize, "it does not grow");
    }

    #[test]
    fn hashes_are_those_of_the_ordinary_function() {
        let mut memory = Memory::new();
        let stored = memory.hash(&shown("parola lunga")).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(Argon2::default().verify_password(b"parola lunga", stored.as_str()).is_ok());
        assert!(Argon2::default().verify_password(b"parola scurta", stored.as_str()).is_err());
        assert_ne!(memory.hash(&shown("parola lunga")).unwrap(), stored, "each has a salt of its own");
    }

    #[test]
    fn a_hash_with_other_parameters_is_outdated() {
        assert!(!is_outdated(&Memory::new().hash(&shown("parola lunga")).unwrap()));
        assert!(KNOWN.iter().all(|known| is_outdated(known)));
    }

    #[test]
    fn nothing_of_a_password_stays_behind() {
        let mut memory = Memory::new();
        memory.hash(&shown("parola lunga")).unwrap();
        assert!(memory.0.iter().all(|block| block.as_ref().iter().all(|word| *word == 0)));
    }

    #[test]
    fn a_hash_with_excessive_parameters_is_a_fault_not_a_wrong_password() {
        for known in [
            "$argon2id$v=19$m=65537,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=256,t=9,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$scrypt$ln=1,r=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ",
            "password",
            "",
        ] {
            assert!(Memory::new().verify(&shown("password"), known).is_err(), "{known}");
        }
    }
}
