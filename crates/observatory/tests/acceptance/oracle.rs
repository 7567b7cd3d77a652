//! RFC 6811 by brute force, with its own reading of the VRPs: every covering length is looked up.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

/// A prefix as family, left-aligned bits and length.
type Key = (bool, u128, u8);

pub struct Oracle {
    vrps: HashMap<Key, Vec<(u32, u8)>>,
    lengths: BTreeSet<u8>,
}

/// Reads `address/length`; a bare address is a host.
pub fn key(text: &str) -> Key {
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    let (six, bits, width) = match address.parse::<IpAddr>().unwrap() {
        IpAddr::V4(v4) => (false, u128::from(v4.to_bits()) << 96, 32),
        IpAddr::V6(v6) => (true, v6.to_bits(), 128),
    };
    (six, bits, if length.is_empty() { width } else { length.parse().unwrap() })
}

fn cut(bits: u128, length: u8) -> u128 {
    if length == 0 { 0 } else { bits >> (128 - length) << (128 - length) }
}

impl Oracle {
    /// Reads lines `asn,prefix,maxlen[,…]`.
    pub fn read(csv: &str) -> Oracle {
        let mut oracle = Oracle { vrps: HashMap::new(), lengths: BTreeSet::new() };
        for line in csv.lines() {
            let cells: Vec<&str> = line.split(',').collect();
            let (six, bits, length) = key(cells[1]);
            assert_eq!(cut(bits, length), bits, "{line}");
            let vrp = (cells[0].parse().unwrap(), cells[2].parse().unwrap());
            oracle.vrps.entry((six, bits, length)).or_default().push(vrp);
            oracle.lengths.insert(length);
        }
        oracle
    }

    /// State and reason of a route; an origin of `None` is an AS_SET.
    pub fn validate(&self, prefix: &str, origin: Option<u32>) -> (&'static str, &'static str) {
        let (six, bits, length) = key(prefix);
        let shorter = self.lengths.range(..=length);
        let covering: Vec<(u32, u8)> =
            shorter.filter_map(|&l| self.vrps.get(&(six, cut(bits, l), l))).flatten().copied().collect();
        if covering.is_empty() {
            ("not-found", "")
        } else if covering.iter().any(|(asn, max)| Some(*asn) == origin && *asn != 0 && length <= *max) {
            ("valid", "")
        } else if covering.iter().any(|(asn, _)| Some(*asn) == origin) {
            ("invalid", "length")
        } else if covering.iter().all(|(asn, _)| *asn == 0) {
            ("invalid", "as0")
        } else {
            ("invalid", "as")
        }
    }
}

#[test]
fn the_examples_of_rfc_6811() {
    let oracle = Oracle::read("64496,10.0.0.0/16,20\n0,10.1.0.0/16,24\n64497,2001:db8::/32,32");
    assert_eq!(oracle.validate("10.0.16.0/20", Some(64496)), ("valid", ""));
    assert_eq!(oracle.validate("10.0.16.0/21", Some(64496)), ("invalid", "length"));
    assert_eq!(oracle.validate("10.0.16.0/20", Some(64497)), ("invalid", "as"));
    assert_eq!(oracle.validate("10.0.16.0/20", None), ("invalid", "as"));
    assert_eq!(oracle.validate("10.1.0.0/16", Some(64496)), ("invalid", "as0"));
    assert_eq!(oracle.validate("10.0.0.0/8", Some(64496)), ("not-found", ""));
    assert_eq!(oracle.validate("2001:db8::/32", Some(64497)), ("valid", ""));
}
