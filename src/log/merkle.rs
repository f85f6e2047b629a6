//! Merkle trees with SHA-256, as in RFC 9162, section 2.1 (and RFC 6962): hashes of leaves and nodes, and the tree that
//! grows at its right edge.

use ring::digest::{Context, SHA256};

/// A hash of a leaf, a node or a tree: SHA-256.
pub type Hash = [u8; 32];

/// Hashes data after a prefix that tells leaves from nodes.
fn hash(prefix: &[u8], parts: [&[u8]; 2]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(prefix);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// Hashes the entry of a leaf.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    hash(&[0], [entry, &[]])
}

/// Hashes a node with these children.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    hash(&[1], [left, right])
}

/// Hashes the subtrees that stand side by side, the largest first, to the root above them; the empty tree has the hash
/// of nothing.
#[must_use]
pub fn root_of(subtrees: &[Hash]) -> Hash {
    let above = subtrees.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
    above.unwrap_or_else(|| hash(&[], [&[], &[]]))
}

/// The place of a complete subtree: the 2^`level` leaves from `index`·2^`level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// Its height; a leaf has 0.
    pub level: u32,
    /// Its number among the subtrees of this height, from the left.
    pub index: u64,
}

/// The right edge of a tree: all that is needed to append to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// The complete subtrees side by side, the largest first: one for each bit of the size.
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// Takes up a tree of `size` leaves. Returns `None` if it has another number of complete subtrees.
    #[must_use]
    pub fn new(size: u64, subtrees: Vec<Hash>) -> Option<Self> {
        let fits = u32::try_from(subtrees.len()).is_ok_and(|count| count == size.count_ones());
        fits.then_some(Self { size, subtrees })
    }

    /// Returns the number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Returns the complete subtrees side by side, the largest first.
    #[must_use]
    pub fn subtrees(&self) -> &[Hash] {
        &self.subtrees
    }

    /// Returns the hash of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        root_of(&self.subtrees)
    }

    /// Appends a leaf and hands each subtree that is now complete to `made`, the leaf first.
    pub fn push(&mut self, leaf: Hash, mut made: impl FnMut(Place, Hash)) {
        let (mut place, mut hash) = (Place { level: 0, index: self.size }, leaf);
        made(place, hash);
        while place.index % 2 == 1
            && let Some(left) = self.subtrees.pop()
        {
            hash = node_hash(&left, &hash);
            place = Place { level: place.level + 1, index: place.index / 2 };
            made(place, hash);
        }
        self.subtrees.push(hash);
        self.size += 1;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    /// The entries of the reference tree that Certificate Transparency's implementations share, in hex.
    pub const ENTRIES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    /// Its root at each size.
    pub const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    pub fn hash_of(hex: &str) -> Hash {
        HEXLOWER.decode(hex.as_bytes()).unwrap().try_into().unwrap()
    }

    #[test]
    fn the_reference_tree_has_its_known_roots() {
        let mut tree = Frontier::default();
        for (entry, root) in ENTRIES.iter().zip(ROOTS) {
            assert_eq!(HEXLOWER.encode(&tree.root()), root, "{}", tree.size());
            tree.push(leaf_hash(&HEXLOWER.decode(entry.as_bytes()).unwrap()), |_, _| ());
        }
        assert_eq!(HEXLOWER.encode(&tree.root()), ROOTS[8]);
    }

    #[test]
    fn each_subtree_is_made_once_at_its_place() {
        let (mut tree, mut places) = (Frontier::default(), Vec::new());
        for leaf in 0..5 {
            tree.push(leaf_hash(&[leaf]), |place, _| places.push((place.level, place.index)));
        }
        assert_eq!(places, [(0, 0), (0, 1), (1, 0), (0, 2), (0, 3), (1, 1), (2, 0), (0, 4)]);
    }

    #[test]
    fn a_right_edge_of_another_size_is_refused() {
        assert!(Frontier::new(5, vec![[0; 32]; 2]).is_some());
        assert!(Frontier::new(5, vec![[0; 32]; 3]).is_none());
        assert!(Frontier::new(0, vec![[0; 32]]).is_none());
    }
}
