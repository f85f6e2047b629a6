//! Proofs (RFC 9162, sections 2.1.3 and 2.1.4): that a leaf is in a tree, and that one tree is the beginning of another.
//! A proof is a list of hashes, each of a [`Span`] of leaves. The spans follow from the sizes alone; their hashes come
//! from wherever the tree is stored.

use super::merkle::{Hash, Place, node_hash, root_of};

/// Consecutive leaves that a proof has one hash for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    begin: u64,
    end: u64,
}

impl Span {
    /// Returns the span of a whole tree.
    #[must_use]
    pub const fn tree(size: u64) -> Self {
        Self { begin: 0, end: size }
    }

    /// Returns the complete subtrees that it consists of, from left to right; [`root_of`] their hashes is its hash.
    #[must_use]
    pub fn places(self) -> Vec<Place> {
        let (mut places, mut at) = (Vec::new(), self.begin);
        while let Some(largest) = self.end.saturating_sub(at).checked_ilog2() {
            let level = if at == 0 { largest } else { largest.min(at.trailing_zeros()) };
            places.push(Place { level, index: at >> level });
            at += 1 << level;
        }
        places
    }

    /// Splits it as trees are split: the left part has the largest power of two of leaves that is less than all.
    const fn middle(self) -> u64 {
        self.begin + (1 << (self.end - self.begin - 1).ilog2())
    }
}

/// Returns the spans whose hashes prove that a tree of `size` leaves has its leaf at `index`, from the leaf upwards.
/// `None` if there is no such leaf.
#[must_use]
pub fn inclusion(index: u64, size: u64) -> Option<Vec<Span>> {
    let (mut spans, mut within) = (Vec::new(), Span::tree(size));
    if index >= size {
        return None;
    }
    while within.end - within.begin > 1 {
        let middle = within.middle();
        let (left, right) = (Span { end: middle, ..within }, Span { begin: middle, ..within });
        let (inside, beside) = if index < middle { (left, right) } else { (right, left) };
        spans.push(beside);
        within = inside;
    }
    spans.reverse();
    Some(spans)
}

/// Returns the spans whose hashes prove that the tree of `older` leaves is the beginning of the one of `newer` leaves.
/// `None` if the older tree is larger. The empty tree is the beginning of every other: its proof is empty.
#[must_use]
pub fn consistency(older: u64, newer: u64) -> Option<Vec<Span>> {
    let (mut spans, mut within) = (Vec::new(), Span::tree(newer));
    if older > newer {
        return None;
    }
    if older == 0 {
        return Some(spans);
    }
    while within.end != older {
        let middle = within.middle();
        let (left, right) = (Span { end: middle, ..within }, Span { begin: middle, ..within });
        let (inside, beside) = if older <= middle { (left, right) } else { (right, left) };
        spans.push(beside);
        within = inside;
    }
    // The whole older tree is known to whoever checks; a part of it is not.
    if within.begin > 0 {
        spans.push(within);
    }
    spans.reverse();
    Some(spans)
}

/// Returns the root that a proof of inclusion leads to. `None` if the proof does not fit the index and the size.
#[must_use]
pub fn root_by_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    let spans = inclusion(index, size)?;
    if spans.len() != proof.len() {
        return None;
    }
    let above = |below: Hash, (span, hash): (&Span, &Hash)| {
        if span.begin > index { node_hash(&below, hash) } else { node_hash(hash, &below) }
    };
    Some(spans.iter().zip(proof).fold(*leaf, above))
}

/// A tree as its reader knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of leaves.
    pub size: u64,
    /// The hash.
    pub root: Hash,
}

/// Returns whether a proof shows that the tree `older` is the beginning of the tree `newer`.
#[must_use]
pub fn is_consistent(older: Head, newer: Head, proof: &[Hash]) -> bool {
    let Some(spans) = consistency(older.size, newer.size) else { return false };
    if spans.len() != proof.len() {
        return false;
    }
    match older.size {
        0 => older.root == root_of(&[]),
        size if size == newer.size => older.root == newer.root,
        _ => roots_by_consistency(older, &spans, proof) == Some((older.root, newer.root)),
    }
}

/// Returns the roots of both trees to which a proof leads.
fn roots_by_consistency(older: Head, spans: &[Span], proof: &[Hash]) -> Option<(Hash, Hash)> {
    let mut steps = spans.iter().zip(proof);
    // The proof begins with a part of the older tree, unless all of it is one part.
    let begins_inside = spans.first().is_some_and(|first| first.end == older.size);
    let start = if begins_inside { *steps.next()?.1 } else { older.root };
    Some(steps.fold((start, start), |(old, new), (span, hash)| {
        if span.begin >= older.size {
            (old, node_hash(&new, hash))
        } else {
            (node_hash(hash, &old), node_hash(hash, &new))
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::super::merkle::tests::{ENTRIES, ROOTS, hash_of};
    use super::super::merkle::{Frontier, leaf_hash};
    use super::*;
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// A tree with all its nodes.
    struct Tree {
        leaves: Vec<Hash>,
        nodes: HashMap<Place, Hash>,
        heads: Vec<Head>,
    }

    impl Tree {
        fn of(leaves: Vec<Hash>) -> Self {
            let (mut edge, mut nodes) = (Frontier::default(), HashMap::new());
            let mut heads = vec![Head { size: 0, root: edge.root() }];
            for leaf in &leaves {
                edge.push(*leaf, |place, hash| assert!(nodes.insert(place, hash).is_none()));
                heads.push(Head { size: edge.size(), root: edge.root() });
            }
            Self { leaves, nodes, heads }
        }

        fn reference() -> Self {
            let entry = |hex: &&str| leaf_hash(&HEXLOWER.decode(hex.as_bytes()).unwrap());
            Self::of(ENTRIES.iter().map(entry).collect())
        }

        fn numbered(size: u64) -> Self {
            Self::of((0..size).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect())
        }

        fn hash(&self, span: Span) -> Hash {
            let hashes: Vec<Hash> = span.places().iter().map(|place| self.nodes[place]).collect();
            root_of(&hashes)
        }

        fn prove(&self, spans: Option<Vec<Span>>) -> Vec<Hash> {
            spans.unwrap().into_iter().map(|span| self.hash(span)).collect()
        }
    }

    #[test]
    fn the_reference_tree_has_its_known_proofs() {
        let tree = Tree::reference();
        let known = |hashes: &[&str]| hashes.iter().map(|hash| hash_of(hash)).collect::<Vec<_>>();
        assert_eq!(
            tree.prove(inclusion(0, 8)),
            known(&[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ])
        );
        assert_eq!(
            tree.prove(inclusion(5, 8)),
            known(&[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                ROOTS[4],
            ])
        );
        assert_eq!(
            tree.prove(consistency(6, 8)),
            known(&[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                ROOTS[4],
            ])
        );
    }

    #[test]
    fn every_leaf_of_every_tree_is_proved_and_no_other() {
        let tree = Tree::numbered(70);
        for size in 1..=70 {
            let root = tree.heads[size as usize].root;
            for index in 0..size {
                let (leaf, proof) = (tree.leaves[index as usize], tree.prove(inclusion(index, size)));
                assert_eq!(root_by_inclusion(&leaf, index, size, &proof), Some(root), "{index} of {size}");
                for other in (0..size).filter(|other| *other != index) {
                    assert_ne!(
                        root_by_inclusion(&leaf, other, size, &proof),
                        Some(root),
                        "{index} as {other}"
                    );
                }
            }
            assert_eq!(inclusion(size, size), None);
        }
    }

    #[test]
    fn every_tree_is_the_beginning_of_every_later_one() {
        let tree = Tree::numbered(70);
        for newer in &tree.heads {
            for older in &tree.heads {
                if older.size > newer.size {
                    assert_eq!(consistency(older.size, newer.size), None);
                    continue;
                }
                let proof = tree.prove(consistency(older.size, newer.size));
                assert!(is_consistent(*older, *newer, &proof), "{} in {}", older.size, newer.size);
                let altered = Head { root: leaf_hash(b"another"), ..*older };
                assert!(!is_consistent(altered, *newer, &proof), "{} in {}", older.size, newer.size);
                if older.size > 0 {
                    let altered = Head { root: leaf_hash(b"another"), ..*newer };
                    assert!(!is_consistent(*older, altered, &proof), "{} in {}", older.size, newer.size);
                }
            }
        }
    }

    fn flipped(hash: &Hash, bit: usize) -> Hash {
        let mut hash = *hash;
        hash[bit / 8] ^= 1 << (bit % 8);
        hash
    }

    proptest! {
        #[test]
        fn a_flipped_bit_or_a_missing_hash_fails(
            size in 2_u64..600, at in any::<prop::sample::Index>(), which in any::<prop::sample::Index>(), bit in 0_usize..256,
        ) {
            let tree = Tree::numbered(size);
            let (index, head) = (at.index(size as usize), *tree.heads.last().unwrap());
            let leaf = tree.leaves[index];
            let proof = tree.prove(inclusion(index as u64, size));
            let root = |leaf: &Hash, proof: &[Hash]| root_by_inclusion(leaf, index as u64, size, proof);
            prop_assert_eq!(root(&leaf, &proof), Some(head.root));
            prop_assert_ne!(root(&flipped(&leaf, bit), &proof), Some(head.root));
            let mut altered = proof.clone();
            let which_of = which.index(proof.len());
            altered[which_of] = flipped(&altered[which_of], bit);
            prop_assert_ne!(root(&leaf, &altered), Some(head.root));
            prop_assert_eq!(root(&leaf, &proof[1..]), None);

            let older = tree.heads[1 + index.min(size as usize - 2)];
            let proof = tree.prove(consistency(older.size, size));
            prop_assert!(is_consistent(older, head, &proof));
            let which_of = which.index(proof.len());
            let mut altered = proof.clone();
            altered[which_of] = flipped(&altered[which_of], bit);
            prop_assert!(!is_consistent(older, head, &altered));
            prop_assert!(!is_consistent(older, head, &proof[1..]));
            let other = Head { root: flipped(&older.root, bit), ..older };
            prop_assert!(!is_consistent(other, head, &proof));
        }
    }
}
