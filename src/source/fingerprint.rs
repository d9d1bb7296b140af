//! What identifies an input's content.

use std::fmt;

use sha2::{Digest, Sha256};

/// The digest and the length of an input's bytes: equal fingerprints mean equal content, whatever the file is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// SHA-256 of all bytes.
    pub digest: [u8; 32],
    /// How many bytes there are.
    pub length: u64,
}

impl fmt::Display for Fingerprint {
    /// Writes the digest in hexadecimal, as `sha256sum` does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Takes a fingerprint while the bytes pass by.
#[derive(Clone, Debug, Default)]
pub(super) struct Fingerprinting {
    digest: Sha256,
    length: u64,
}

impl Fingerprinting {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.length += bytes.len() as u64;
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn finish(&self) -> Fingerprint {
        Fingerprint { digest: self.digest.clone().finalize().into(), length: self.length }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_the_fingerprint_of_the_whole() {
        let mut pieces = Fingerprinting::default();
        pieces.update(b"a");
        pieces.update(b"bc");
        assert_eq!(pieces.finish().length, 3);
        assert_eq!(
            pieces.finish().to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "the test vector of FIPS 180-2"
        );
    }
}
