//! Ways of reading a table from a file, each with sums that do not depend on the way.

pub mod made_up;

use std::io::Read;

use bgp::mrt::{Body, Item, PeerMemory, Reader};
use routing::{Fault, Origin, Prefix};

/// What every way of reading must agree on.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Sums {
    /// Rows of the table.
    pub rows: u64,
    /// Sum of the origin ASNs.
    pub origins: u64,
    /// Rows whose path ends in an AS_SET.
    pub as_set: u64,
    /// Rows without an AS in their path.
    pub empty_path: u64,
    /// Sum of what tells peers and prefixes apart.
    pub who: u64,
    /// Faults.
    pub faults: u64,
}

impl Sums {
    #[inline(always)]
    fn row(&mut self, peer: u16, prefix: Prefix, origin: Origin) {
        self.rows += 1;
        self.who =
            self.who.wrapping_add(u64::from(peer) ^ (prefix.bits() >> 64) as u64 ^ u64::from(prefix.len()));
        match origin {
            Origin::As(asn) => self.origins += u64::from(asn.0),
            Origin::None => self.as_set += 1,
            Origin::Speaker => self.empty_path += 1,
        }
    }
}

/// By [`bgp::mrt::Record::rows`].
pub fn rows(mrt: impl Read) -> Sums {
    let (mut sums, mut faults) = (Sums::default(), 0);
    let mut memory = PeerMemory::default();
    let mut reader = Reader::new(mrt);
    while let Some(item) = reader.next().expect("memory does not fail") {
        match item {
            Item::Fault(_) => faults += 1,
            Item::Record(record) => record.rows(&mut memory, &mut |_: Fault| faults += 1, |row| {
                sums.row(row.peer_index.unwrap_or_default(), row.prefix, row.origin);
            }),
        }
    }
    Sums { faults, ..sums }
}

/// By [`bgp::mrt::Record::elements`].
pub fn elements(mrt: impl Read) -> Sums {
    let (mut sums, mut faults) = (Sums::default(), 0);
    let mut reader = Reader::new(mrt);
    while let Some(item) = reader.next().expect("memory does not fail") {
        match item {
            Item::Fault(_) => faults += 1,
            Item::Record(record) => record.elements(&mut |_: Fault| faults += 1, |element| {
                let Some(route) = element.route else { return };
                sums.row(element.peer_index.unwrap_or_default(), element.prefix, route.origin_as());
            }),
        }
    }
    Sums { faults, ..sums }
}

/// Only the entries' headers: what finding records and verifying their lengths costs.
pub fn walk(mrt: impl Read) -> Sums {
    let mut sums = Sums::default();
    let mut reader = Reader::new(mrt);
    while let Some(item) = reader.next().expect("memory does not fail") {
        if let Item::Record(record) = item
            && let Body::Rib(rib) = record.body
        {
            sums.rows += u64::from(rib.entry_count);
        }
    }
    sums
}

/// By [`bgp::mrt::count`].
pub fn count(mrt: impl Read) -> Sums {
    let mut faults = 0;
    let count = bgp::mrt::count(&mut Reader::new(mrt), |_| faults += 1).expect("memory does not fail");
    let bgp::mrt::Count { entries: rows, origin_sum: origins, as_set, empty_path, .. } = count;
    Sums { rows, origins, as_set, empty_path, who: 0, faults }
}

/// What every way of reading updates must agree on.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Updates {
    /// Prefixes announced, of unicast.
    pub announced: u64,
    /// Sum of their origin ASNs.
    pub origins: u64,
    /// Prefixes withdrawn.
    pub withdrawn: u64,
}

/// By [`bgp::mrt::Record::elements`].
pub fn updates(mrt: impl Read) -> Updates {
    let mut sums = Updates::default();
    let mut reader = Reader::new(mrt);
    while let Some(item) = reader.next().expect("memory does not fail") {
        let Item::Record(record) = item else { continue };
        record.elements(&mut |_: Fault| {}, |element| match element.route {
            None => sums.withdrawn += 1,
            Some(route) => {
                sums.announced += 1;
                if let Origin::As(asn) = route.origin_as() {
                    sums.origins += u64::from(asn.0);
                }
            }
        });
    }
    sums
}
