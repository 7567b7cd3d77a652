//! Counting what a file holds, in one pass.

use std::collections::HashSet;
use std::io::{self, Read};

use routing::{Fault, Origin, Prefix};

use super::reader::{Item, Reader};
use super::record::Body;
use super::rows::PeerMemory;

/// What a file holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// Records, those without routes included.
    pub records: u64,
    /// Rows of tables.
    pub entries: u64,
    /// Announced and withdrawn prefixes, rows of tables included.
    pub elements: u64,
    /// Distinct prefixes of the elements.
    pub prefixes: u64,
    /// Sum of the origin ASNs of all routes (RFC 6811 §2); withdrawn prefixes have none.
    pub origin_sum: u64,
    /// Routes whose path ends in an AS_SET: no origin, not in the sum.
    pub as_set: u64,
    /// Routes whose path has no AS outside confederation segments: not in the sum.
    pub empty_path: u64,
    /// Decompressed bytes.
    pub bytes: u64,
}

/// Counts over one file or several.
#[derive(Default)]
pub struct Counter {
    count: Count,
    prefixes: HashSet<Prefix>,
    memory: PeerMemory,
}

impl Count {
    fn route(&mut self, origin: Origin) {
        self.elements += 1;
        match origin {
            Origin::As(asn) => self.origin_sum += u64::from(asn.0),
            Origin::None => self.as_set += 1,
            Origin::Speaker => self.empty_path += 1,
        }
    }
}

impl Counter {
    /// Reads to the end and counts; every fault is given to `faults`.
    ///
    /// # Errors
    /// When the input fails; what was read before is counted.
    pub fn read<R: Read>(&mut self, reader: &mut Reader<R>, mut faults: impl FnMut(Fault)) -> io::Result<()> {
        let from = reader.offset();
        let result = self.records(reader, &mut faults);
        self.count.bytes += reader.offset() - from;
        result
    }

    fn records<R: Read>(&mut self, reader: &mut Reader<R>, faults: &mut impl FnMut(Fault)) -> io::Result<()> {
        while let Some(item) = reader.next()? {
            let record = match item {
                Item::Fault(fault) => {
                    faults(fault);
                    continue;
                }
                Item::Record(record) => record,
            };
            let Counter { count, prefixes, memory } = self;
            count.records += 1;
            if let Body::Rib(_) | Body::TableDump(_) = record.body {
                let mut rows_prefix = None;
                record.rows(memory, faults, |row| {
                    count.entries += 1;
                    count.route(row.origin);
                    rows_prefix = Some(row.prefix);
                });
                // All rows of a record are of one prefix.
                prefixes.extend(rows_prefix);
                continue;
            }
            record.elements(faults, |element| {
                prefixes.insert(element.prefix);
                match element.route {
                    None => count.elements += 1,
                    Some(route) => count.route(route.origin_as()),
                }
            });
        }
        Ok(())
    }

    /// The sums so far.
    pub fn total(&self) -> Count {
        Count { prefixes: self.prefixes.len() as u64, ..self.count }
    }
}

/// Reads one file to the end and counts; every fault is given to `faults`.
///
/// # Errors
/// When the input fails.
pub fn count<R: Read>(reader: &mut Reader<R>, faults: impl FnMut(Fault)) -> io::Result<Count> {
    let mut counter = Counter::default();
    counter.read(reader, faults)?;
    Ok(counter.total())
}
