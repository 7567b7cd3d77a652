//! Bogon ASN: a path that carries a number that is no network (metrics M4 and M4C).

use routing::{Asn, Prefix};

use crate::bogon_prefix::{Listed, event};
use crate::path::Hops;
use crate::visibility::{self, Seen};
use crate::{Event, EventKind};

/// A bogon ASN on a path and who let it out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The bogon ASN; of several in a row the one nearest the culprit.
    pub bogon: Asn,
    /// The network on the collector's side of it, which passed the path on with the number in it. `None`
    /// when the bogon is the peer itself: then nobody outside has been seen doing it.
    pub culprit: Option<Asn>,
    /// Networks beyond the culprit, with their distance from it.
    pub carriers: Vec<(Asn, u16)>,
}

/// Finds the bogon ASNs of a path: one for each unbroken run of them.
pub fn find(hops: &Hops, is_bogon: impl Fn(Asn) -> bool) -> Vec<Found> {
    let mut out = Vec::new();
    for (i, asn) in hops.sequence.iter().enumerate() {
        let first_of_run = i == 0 || !is_bogon(hops.sequence[i - 1]);
        if is_bogon(*asn) && first_of_run {
            let culprit = i.checked_sub(1);
            out.push(Found {
                bogon: *asn,
                culprit: culprit.map(|c| hops.sequence[c]),
                carriers: culprit.map(|c| hops.carriers(c, &is_bogon)).unwrap_or_default(),
            });
        }
    }
    // Members of an AS_SET have no order; the last hop before the set made the aggregate.
    let after_run = hops.sequence.last().is_none_or(|asn| is_bogon(*asn));
    if let Some(asn) = hops.unordered.iter().find(|asn| is_bogon(**asn)).filter(|_| !after_run) {
        let culprit = hops.sequence.len() - 1;
        out.push(Found {
            bogon: *asn,
            culprit: Some(hops.sequence[culprit]),
            carriers: hops.carriers(culprit, &is_bogon),
        });
    }
    out
}

/// Makes the events of one bogon ASN, one culprit and one prefix from their sightings.
pub fn examine(
    prefix: Prefix,
    bogon: Asn,
    culprit: Option<Asn>,
    listed: &Listed,
    seen: Vec<Seen>,
) -> Vec<Event> {
    visibility::examine(seen)
        .into_iter()
        .map(|visible| event(EventKind::BogonAsn, prefix, culprit, Some(bogon), listed, visible))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use routing::AsPath;

    fn found(asns: &[u32]) -> Vec<Found> {
        let path = AsPath::from_sequence(asns.iter().copied().map(Asn));
        find(&Hops::of(path.as_ref(), Asn(1)), |a| a.0 >= 64_512)
    }

    #[test]
    fn the_network_before_the_number_let_it_out() {
        let all = found(&[10, 20, 65_000, 65_001]);
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].bogon, all[0].culprit), (Asn(65_000), Some(Asn(20))));
        assert_eq!(all[0].carriers, [(Asn(10), 1)]);
    }

    #[test]
    fn a_bogon_in_the_middle_blames_the_collectors_side() {
        let all = found(&[10, 65_000, 30, 65_001]);
        assert_eq!(all.iter().map(|f| f.culprit).collect::<Vec<_>>(), [Some(Asn(10)), Some(Asn(30))]);
    }

    #[test]
    fn a_bogon_peer_has_no_known_culprit() {
        assert_eq!(found(&[65_000, 10])[0].culprit, None);
        assert!(found(&[10, 20]).is_empty());
    }
}
