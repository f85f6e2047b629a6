use proptest::prelude::*;

use super::*;

const EMAIL: Cell = Cell { column: Column::ACCOUNTS_EMAIL, row: Uuid::from_u128(1) };

/// Builds a list of keys: each id with a key of 32 equal octets.
fn spec(keys: &[(u8, u8)]) -> String {
    let entries: Vec<_> =
        keys.iter().map(|(id, octet)| format!("{id}:{}", BASE64.encode(&[*octet; 32]))).collect();
    entries.join(",")
}

fn keyring(encryption: &[(u8, u8)], index: &[(u8, u8)]) -> Keyring {
    Keyring::parse(&spec(encryption), &spec(index)).unwrap()
}

fn ordinary() -> Keyring {
    keyring(&[(1, 0xA1)], &[(1, 0xB1)])
}

proptest! {
    #[test]
    fn a_value_is_decrypted_in_its_place(value: Vec<u8>) {
        let keyring = ordinary();
        let encrypted = keyring.encrypt(EMAIL, &value).unwrap();
        prop_assert_eq!(encrypted.len(), 2 + 12 + value.len() + 16);
        prop_assert_eq!(&encrypted[..2], &[1, 1]);
        prop_assert_eq!(keyring.decrypt(EMAIL, &encrypted), Ok(value));
    }

    #[test]
    fn a_changed_bit_anywhere_is_refused(at: prop::sample::Index, bit in 0..8) {
        let keyring = ordinary();
        let mut encrypted = keyring.encrypt(EMAIL, b"ana@example.org").unwrap();
        let at = at.index(encrypted.len());
        encrypted[at] ^= 1_u8 << bit;
        prop_assert!(keyring.decrypt(EMAIL, &encrypted).is_err());
    }

    #[test]
    fn arbitrary_octets_are_never_decrypted(octets: Vec<u8>) {
        prop_assert!(ordinary().decrypt(EMAIL, &octets).is_err());
    }
}

#[test]
fn encrypting_twice_differs() {
    let keyring = ordinary();
    assert_ne!(keyring.encrypt(EMAIL, b"x").unwrap(), keyring.encrypt(EMAIL, b"x").unwrap());
}

#[test]
fn a_value_is_not_decrypted_in_another_place() {
    let keyring = ordinary();
    let encrypted = keyring.encrypt(EMAIL, b"ana@example.org").unwrap();
    let other_row = Cell { row: Uuid::from_u128(2), ..EMAIL };
    let other_column = Cell { column: Column::named("accounts.mail"), ..EMAIL };
    for elsewhere in [other_row, other_column] {
        assert_eq!(keyring.decrypt(elsewhere, &encrypted), Err(EncryptionError::NotAuthentic));
    }
}

#[test]
fn a_value_is_not_decrypted_with_another_key_of_the_same_id() {
    let encrypted = ordinary().encrypt(EMAIL, b"ana@example.org").unwrap();
    let other = keyring(&[(1, 0xA2)], &[(1, 0xB1)]);
    assert_eq!(other.decrypt(EMAIL, &encrypted), Err(EncryptionError::NotAuthentic));
}

#[test]
fn every_shorter_value_is_refused() {
    let keyring = ordinary();
    let encrypted = keyring.encrypt(EMAIL, b"ana@example.org").unwrap();
    for length in 0..encrypted.len() {
        assert!(keyring.decrypt(EMAIL, &encrypted[..length]).is_err(), "{length} octets");
    }
    assert_eq!(keyring.decrypt(EMAIL, &encrypted[..13]), Err(EncryptionError::Malformed));
    assert_eq!(keyring.decrypt(EMAIL, &[&[2], &encrypted[1..]].concat()), Err(EncryptionError::Malformed));
}

#[test]
fn retired_keys_decrypt_and_the_first_one_encrypts() {
    let before = ordinary();
    let rotated = keyring(&[(2, 0xA2), (1, 0xA1)], &[(1, 0xB1)]);
    let old = before.encrypt(EMAIL, b"ana@example.org").unwrap();
    let new = rotated.encrypt(EMAIL, b"ana@example.org").unwrap();
    assert_eq!(rotated.decrypt(EMAIL, &old).unwrap(), b"ana@example.org");
    assert_eq!(new[1], 2);
    assert_eq!(before.decrypt(EMAIL, &new), Err(EncryptionError::UnknownKey(2)));
}

#[test]
fn an_index_depends_on_domain_value_and_key() {
    let keyring = ordinary();
    let index = keyring.index(Index::named("cnp"), b"value");
    assert_eq!((index.len(), index[0]), (33, 1));
    assert_eq!(index, keyring.index(Index::named("cnp"), b"value"));
    assert_ne!(index, keyring.index(Index::named("email"), b"value"));
    assert_ne!(index, keyring.index(Index::named("cnp"), b"other"));
    assert_ne!(keyring.index(Index::named("cnp"), b"value"), keyring.index(Index::named("cnpv"), b"alue"));
    assert_ne!(
        index[1..],
        self::keyring(&[(1, 0xA1)], &[(1, 0xB2)]).index(Index::named("cnp"), b"value")[1..]
    );
}

#[test]
fn an_index_is_the_hmac_of_length_prefixed_parts() {
    let message = b"\0\0\0\0\0\0\0\x03cnp\0\0\0\0\0\0\0\x05value";
    let hmac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &[0xB1; 32]), message);
    assert_eq!(ordinary().index(Index::named("cnp"), b"value")[1..], *hmac.as_ref());
}

#[test]
fn a_bond_depends_on_every_value_its_place_and_the_key() {
    let keyring = ordinary();
    let bond = keyring.bind(Bond::named("row"), &[b"one", b"two"]);
    assert_eq!((bond.len(), bond[0]), (33, 1));
    assert!(keyring.is_bound(Bond::named("row"), &[b"one", b"two"], &bond));
    for (domain, values) in [
        ("other", &[&b"one"[..], b"two"][..]),
        ("row", &[b"two", b"one"]),
        ("row", &[b"onet", b"wo"]),
        ("row", &[b"one"]),
    ] {
        assert!(!keyring.is_bound(Bond::named(domain), values, &bond), "{domain} {values:?}");
    }
    for forged in [&b""[..], &bond[..1], &bond[..32], &[0; 33]] {
        assert!(!keyring.is_bound(Bond::named("row"), &[b"one", b"two"], forged));
    }
    // The index key, which others may have for look-ups, binds nothing.
    assert_ne!(bond[1..], keyring.index(Index::named("row"), b"onetwo")[1..]);
    assert!(!self::keyring(&[(1, 0xA2)], &[(1, 0xB1)]).is_bound(
        Bond::named("row"),
        &[b"one", b"two"],
        &bond
    ));
    let rotated = self::keyring(&[(2, 0xA2), (1, 0xA1)], &[(1, 0xB1)]);
    assert!(rotated.is_bound(Bond::named("row"), &[b"one", b"two"], &bond), "keys rotate");
    assert_eq!(rotated.bind(Bond::named("row"), &[])[0], 2);
}

const CNP: Index = Index::PERSON_CNP;

#[test]
fn a_later_index_key_hashes_what_the_one_before_made() {
    let lists = [&[(1, 0xB1)][..], &[(2, 0xB2), (1, 0xB1)], &[(7, 0xB7), (2, 0xB2), (1, 0xB1)]];
    let [one, two, three] = lists.map(|list| keyring(&[(1, 0xA1)], list));
    let hashes = [&one, &two, &three].map(|keyring| keyring.index(CNP, b"1800101221144"));
    assert_eq!(hashes.each_ref().map(|hash| (hash[0], hash.len())), [(1, 33), (2, 33), (7, 33)]);
    let by_hand =
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &[0xB2; 32]), &message("index again", &[&hashes[0]]));
    assert_eq!(hashes[1][1..], *by_hand.as_ref());
    for (at, hash) in hashes.iter().enumerate() {
        assert_eq!(three.index_chain().again(hash).as_ref(), Some(&hashes[2]));
        assert_eq!(three.index_chain().hash_of([1, 2, 7][at], CNP, b"1800101221144").as_ref(), Some(hash));
    }
    assert_eq!(three.index_chain().oldest_hash(CNP, b"1800101221144"), hashes[0]);
    assert_eq!((three.index_chain().newest(), three.index_chain().older()), (7, vec![2, 1]));
    assert_ne!(keyring(&[(1, 0xA1)], &[(2, 0xB2)]).index(CNP, b"1800101221144"), hashes[1], "one key alone");
    for foreign in [&hashes[1][..], &hashes[0][..32], &[0; 33], b""] {
        assert_eq!(one.index_chain().again(foreign), None);
    }
    assert_eq!(three.index_chain().hash_of(9, CNP, b"x"), None);
}

#[test]
fn what_the_log_commits_to_is_recalled_for_its_row_alone() {
    let (one, two) = (ordinary(), keyring(&[(1, 0xA1)], &[(2, 0xB2), (1, 0xB1)]));
    let (id, chain) = (Uuid::from_u128(7), two.index_chain());
    let hashes =
        |keyring: &Keyring| (keyring.index(CNP, b"a"), keyring.index(Index::CERTIFICATES_CONTROL_CODE, b"b"));
    let (before, after) = (hashes(&one), hashes(&two));
    let logged = LoggedHashes { person: before.0.clone(), control_code: before.1.clone() };
    let kept = chain.keep(id, &logged).unwrap();
    assert!(!kept.windows(33).any(|octets| octets == before.0 || octets == before.1));
    assert_eq!(chain.recall(id, &kept, (&after.0, &after.1)), Some(logged));
    assert_eq!(chain.recall(Uuid::from_u128(8), &kept, (&after.0, &after.1)), None);
    assert_eq!(chain.recall(id, &kept, (&after.1, &after.0)), None, "another row's hashes");
    assert_eq!(chain.recall(id, &kept, (&before.0, &before.1)), None);
    assert_eq!(one.index_chain().open(id, &kept), None, "key 1 alone");
    let three = keyring(&[(1, 0xA1)], &[(3, 0xB3), (2, 0xB2), (1, 0xB1)]);
    let now = hashes(&three);
    assert!(three.index_chain().open(id, &kept).is_some());
    assert_eq!(three.index_chain().recall(id, &kept, (&now.0, &now.1)), None, "not under the newest key");
}

#[test]
fn a_generated_list_is_fresh_and_can_be_read() {
    let (one, other) = (Keyring::generate_spec().unwrap(), Keyring::generate_spec().unwrap());
    assert_ne!(one, other);
    let keyring = Keyring::parse(&format!("{one}\n"), &other).unwrap();
    let encrypted = keyring.encrypt(EMAIL, b"x").unwrap();
    assert_eq!(keyring.decrypt(EMAIL, &encrypted).unwrap(), b"x");
}

#[test]
fn lists_that_are_wrong_are_named() {
    let good = spec(&[(1, 1)]);
    let key = &good[2..];
    for (list, error) in [
        (String::new(), KeyringError::Entry),
        (key.to_owned(), KeyringError::Entry),
        (format!("{good},"), KeyringError::Entry),
        (format!("0:{key}"), KeyringError::Id),
        (format!("256:{key}"), KeyringError::Id),
        (format!("a:{key}"), KeyringError::Id),
        (format!(":{key}"), KeyringError::Id),
        (spec(&[(3, 1), (1, 2), (3, 3)]), KeyringError::DuplicateId(3)),
        ("1:".to_owned(), KeyringError::Key),
        ("1:not base64".to_owned(), KeyringError::Key),
        (format!("1:{}", BASE64.encode(&[0; 31])), KeyringError::Key),
        (format!("1:{}", BASE64.encode(&[0; 33])), KeyringError::Key),
        (format!("1:{}B=", "A".repeat(42)), KeyringError::Key),
        (format!("1:{}", "A".repeat(43)), KeyringError::Key),
        (format!("1:{}{}", BASE64.encode(&[0; 16]), BASE64.encode(&[0; 16])), KeyringError::Key),
    ] {
        assert_eq!(Keyring::parse(&list, &good).unwrap_err(), error, "{list}");
        assert_eq!(Keyring::parse(&good, &list).unwrap_err(), error, "{list}");
    }
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", ordinary()), "Keyring(…)");
}

#[test]
fn each_name_is_there_once_and_called_as_it_is() {
    for all in [Column::ALL, Index::ALL, Bond::ALL] {
        for (at, (identifier, name)) in all.iter().enumerate() {
            assert_eq!(identifier.to_lowercase(), name.replace(['.', ' '], "_"));
            assert!(!all[..at].iter().any(|(_, other)| other == name), "{name} stands there twice");
        }
    }
}

#[test]
fn each_column_is_one_of_the_database() {
    let schemas = [
        include_str!("../../db/schema.rs"),
        include_str!("../../registry/schema.rs"),
        include_str!("../../sandbox/schema.rs"),
    ];
    // What an address holds is in no table.
    let stored = Column::ALL.iter().filter(|(_, name)| *name != "verify.page.seen");
    for (_, name) in stored {
        let (table, column) = name.rsplit_once('.').unwrap();
        let table = format!("    {table} (");
        let found = schemas.iter().find_map(|schema| schema.split_once(&table)).map(|(_, rest)| rest);
        let columns = found.and_then(|rest| rest.split_once("\n    }")).map(|(columns, _)| columns);
        assert!(columns.is_some_and(|columns| columns.contains(&format!(" {column} ->"))), "{name}");
    }
}
