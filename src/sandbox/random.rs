//! Numbers: unguessable ones for secrets and tokens, repeatable ones for faults and keys.

use std::hash::{BuildHasher, RandomState};

use sha2::{Digest, Sha256};

/// 32 bytes that another process cannot guess.
///
/// The standard library seeds `RandomState` with 128 bits from the operating system; that is its only public way to ask for some,
/// and enough for a secret that guards invented data on loopback.
pub(super) fn unguessable() -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in 0..4u8 {
        digest.update(RandomState::new().hash_one(part).to_le_bytes());
    }
    digest.finalize().into()
}

/// SplitMix64: the same number for the same `seed` and `position`, wherever and whenever it is asked for.
pub(super) fn repeatable(seed: u64, position: u64) -> u64 {
    let mut mixed = seed.wrapping_add(position.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A GUID in the usual form, version 4 in its bits.
pub(super) fn guid(seed: u64, position: u64) -> String {
    let high = repeatable(seed, position.wrapping_mul(2));
    let low = repeatable(seed, position.wrapping_mul(2).wrapping_add(1));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0x0fff,
        (low >> 48) & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

/// Bytes as small hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_repeatable_and_well_formed() {
        assert_eq!(guid(7, 1), guid(7, 1));
        assert_ne!(guid(7, 1), guid(7, 2));
        let parts: Vec<usize> = guid(7, 1).split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
    }

    #[test]
    fn secrets_differ() {
        assert_ne!(unguessable(), unguessable());
    }
}
