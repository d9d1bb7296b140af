//! What identifies an input's content.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// The digest and the length of an input's bytes: equal fingerprints mean equal content, whatever the file is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// SHA-256 of all bytes.
    pub digest: [u8; 32],
    /// How many bytes there are.
    pub length: u64,
    seal: Seal,
}

impl fmt::Display for Fingerprint {
    /// Writes the digest in hexadecimal, as `sha256sum` does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Tells, in this process only, whether a content is the one that was here before: 64 bits that take a seventh of the time of a digest.
/// Its keys are new in each process. It depends on the pieces that the bytes come in, so these have to be the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Seal(u64);

impl Seal {
    fn update(&mut self, piece: &[u8]) {
        static KEYS: LazyLock<ahash::RandomState> = LazyLock::new(|| {
            // The standard library's hasher is a source of keys here.
            let key = || RandomState::new().hash_one(0);
            ahash::RandomState::with_seeds(key(), key(), key(), key())
        });
        self.0 = KEYS.hash_one((self.0, piece));
    }
}

/// Takes a fingerprint while the bytes pass by, or holds them against one that was taken.
#[derive(Clone, Debug)]
pub(super) struct Fingerprinting {
    seal: Seal,
    length: u64,
    digest: Taking,
}

/// Where the digest comes from.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // one an input
enum Taking {
    Digest(Sha256),
    Expected(Fingerprint),
}

impl Fingerprinting {
    /// Of bytes that nobody has seen yet; or of those that were seen, if they are still the same.
    pub(super) fn new(expected: Option<&Fingerprint>) -> Self {
        let digest = expected.map_or_else(|| Taking::Digest(Sha256::new()), |expected| Taking::Expected(*expected));
        Self { seal: Seal::default(), length: 0, digest }
    }

    /// Tells whether a digest is taken.
    pub(super) fn takes_digest(&self) -> bool {
        matches!(self.digest, Taking::Digest(_))
    }

    /// Goes on with the next piece.
    pub(super) fn update(&mut self, piece: &[u8]) {
        if let Taking::Digest(digest) = &mut self.digest {
            digest.update(piece);
        }
        self.seal.update(piece);
        self.length += piece.len() as u64;
    }

    /// The fingerprint; none where the bytes are not those that were expected.
    pub(super) fn finish(&self) -> Option<Fingerprint> {
        match &self.digest {
            Taking::Digest(digest) => {
                let digest = digest.clone().finalize().into();
                Some(Fingerprint { digest, length: self.length, seal: self.seal })
            }
            Taking::Expected(expected) => {
                Some(*expected).filter(|expected| (expected.length, expected.seal) == (self.length, self.seal))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pieces: &[&[u8]], expected: Option<&Fingerprint>) -> Option<Fingerprint> {
        let mut passing = Fingerprinting::new(expected);
        for piece in pieces {
            passing.update(piece);
        }
        passing.finish()
    }

    #[test]
    fn pieces_have_the_fingerprint_of_the_whole() {
        let whole = of(&[b"a", b"bc"], None).unwrap();
        assert_eq!(whole.length, 3);
        assert_eq!(
            whole.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "the test vector of FIPS 180-2"
        );
    }

    #[test]
    fn the_same_pieces_are_known_again_and_others_are_not() {
        let whole = of(&[b"a", b"bc"], None).unwrap();
        assert_eq!(of(&[b"a", b"bc"], Some(&whole)), Some(whole));
        for others in [[b"a".as_slice(), b"bd"], [b"b", b"bc"], [b"bc", b"a"], [b"a", b"b"], [b"a", b"bcd"]] {
            assert_eq!(of(&others, Some(&whole)), None, "{others:?}");
        }
    }
}
