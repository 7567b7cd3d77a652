//! A path as its hops: prepending collapsed, leftovers that are no network stripped from the origin's end.

use routing::{Asn, PathRef, SegmentKind};

/// The hops of a path, nearest the collector first, up to the first AS_SET; numbers that are no network are
/// left out at the origin's end (FRAMEWORK §6, *Origin*). Empty for a path without a network.
pub fn hops_of(path: PathRef<'_>, is_network: impl Fn(Asn) -> bool) -> Vec<Asn> {
    let mut hops: Vec<Asn> = Vec::new();
    for segment in path.segments() {
        match segment.kind {
            SegmentKind::Sequence => {
                for asn in segment.asns() {
                    if hops.last() != Some(&asn) {
                        hops.push(asn);
                    }
                }
            }
            SegmentKind::Set => return Vec::new(),
            SegmentKind::ConfedSequence | SegmentKind::ConfedSet => {}
        }
    }
    while hops.last().is_some_and(|asn| !is_network(*asn)) {
        hops.pop();
    }
    hops
}
