//! Who stands where on a path: the judgement of a distinct AS path that detectors share.

use routing::{Asn, PathRef, SegmentKind};

/// A path reduced to its hops, nearest the collector first: prepending collapsed, confederation segments
/// left out (they are one network's inside), an AS_SET kept as one unordered hop.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hops {
    /// AS_SEQUENCE hops up to the first AS_SET, without repetition of neighbours.
    pub sequence: Vec<Asn>,
    /// Members of every AS_SET, and whatever follows one.
    pub unordered: Vec<Asn>,
}

impl Hops {
    /// Reads a path. A path without a hop is the speaker's own: `peer` becomes its only hop (RFC 6811 §2).
    pub fn of(path: PathRef<'_>, peer: Asn) -> Hops {
        let mut hops = Hops::default();
        for segment in path.segments() {
            match segment.kind {
                SegmentKind::Sequence if hops.unordered.is_empty() => {
                    for asn in segment.asns() {
                        if hops.sequence.last() != Some(&asn) {
                            hops.sequence.push(asn);
                        }
                    }
                }
                SegmentKind::Sequence | SegmentKind::Set => hops.unordered.extend(segment.asns()),
                SegmentKind::ConfedSequence | SegmentKind::ConfedSet => {}
            }
        }
        if hops.sequence.is_empty() && hops.unordered.is_empty() {
            hops.sequence.push(peer);
        }
        hops
    }

    /// Index of the network that answers for the announcement: the last hop of the sequence that is a
    /// network, ASNs for which `is_bogon` holds being stripped from the origin's end (FRAMEWORK §6,
    /// *Origin*). `None` when no hop is a network.
    pub fn responsible(&self, is_bogon: impl Fn(Asn) -> bool) -> Option<usize> {
        self.sequence.iter().rposition(|asn| !is_bogon(*asn))
    }

    /// The networks on the collector's side of the hop at `culprit`, with their distance from it: 1 is its
    /// neighbour. A network that appears twice counts where it is nearest; the culprit itself never counts.
    pub fn carriers(&self, culprit: usize, is_bogon: impl Fn(Asn) -> bool) -> Vec<(Asn, u16)> {
        let mut out: Vec<(Asn, u16)> = Vec::new();
        for (distance, asn) in (1u16..).zip(self.sequence[..culprit].iter().rev()) {
            let known = *asn == self.sequence[culprit] || out.iter().any(|(seen, _)| seen == asn);
            if !known && !is_bogon(*asn) {
                out.push((*asn, distance));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use routing::AsPath;

    fn hops(asns: &[u32]) -> Hops {
        Hops::of(AsPath::from_sequence(asns.iter().copied().map(Asn)).as_ref(), Asn(1))
    }

    #[test]
    fn prepending_is_one_hop_and_distance_counts_hops() {
        let h = hops(&[10, 20, 20, 20, 30, 30]);
        assert_eq!(h.sequence, [Asn(10), Asn(20), Asn(30)]);
        assert_eq!(h.carriers(2, |_| false), [(Asn(20), 1), (Asn(10), 2)]);
    }

    #[test]
    fn a_leftover_private_origin_is_stripped() {
        let private = |asn: Asn| asn.0 >= 64_512;
        assert_eq!(hops(&[10, 20, 65_000]).responsible(private), Some(1));
        assert_eq!(hops(&[65_001, 65_000]).responsible(private), None);
    }

    #[test]
    fn an_empty_path_is_the_peers_own() {
        assert_eq!(hops(&[]).sequence, [Asn(1)]);
    }

    #[test]
    fn a_set_ends_the_sequence() {
        let mut path = AsPath::from_sequence([Asn(10)]);
        path.push_segment(SegmentKind::Set, &[Asn(20), Asn(30)]);
        path.push_segment(SegmentKind::Sequence, &[Asn(40)]);
        let h = Hops::of(path.as_ref(), Asn(1));
        assert_eq!((h.sequence.len(), h.unordered.len()), (1, 3));
        assert_eq!(h.responsible(|_| false), Some(0));
    }
}
