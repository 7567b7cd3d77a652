use core::fmt;

use sha1::{Digest, Sha1};

/// A UUID (RFC 9562).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Uuid([u8; 16]);

/// The namespace that STIX 2.1 §2.9 gives for ids of cyber-observable objects.
pub(super) const STIX: Uuid =
    Uuid([0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7]);

/// The namespace of what we name ourselves, made once at random.
pub(super) const OURS: Uuid =
    Uuid([0x6f, 0x1d, 0x2c, 0x84, 0x3b, 0x90, 0x4e, 0x57, 0x8a, 0x1c, 0x5d, 0x0e, 0x97, 0xb2, 0x43, 0xf6]);

impl Uuid {
    /// Version 5: of a name in a namespace, always the same.
    pub(super) fn named(namespace: Uuid, name: &str) -> Uuid {
        let mut hash = Sha1::new();
        hash.update(namespace.0);
        hash.update(name.as_bytes());
        let digest = hash.finalize();
        let mut octets = [0; 16];
        octets.copy_from_slice(&digest[..16]);
        octets[6] = octets[6] & 0x0f | 0x50;
        octets[8] = octets[8] & 0x3f | 0x80;
        Uuid(octets)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, octet) in self.0.iter().enumerate() {
            let dash = if matches!(i, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{dash}{octet:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_uuids_that_everybody_computes() {
        // RFC 9562, appendix A.4: `www.example.com` in the namespace of domain names.
        let dns = Uuid([
            0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
        ]);
        assert_eq!(Uuid::named(dns, "www.example.com").to_string(), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }
}
