//! The as-sets of the registries that a month is judged by, as its generation keeps them, and those that networks
//! name as their own.

use lake::AsSetRow;
use reference::contacts::PeeringDb;
use reference::irr::IrrDump;
use routing::Asn;

use super::Snapshot;
use crate::config::Config;

/// Takes the as-sets out of the dumps used, each under the registry its source is configured for.
pub(super) fn take(config: &Config, used: &mut [Snapshot<IrrDump>]) -> Vec<AsSetRow> {
    let mut rows = Vec::new();
    for snapshot in used {
        let registry = config.sources[snapshot.source].authority.clone().unwrap_or_default();
        let sets = core::mem::take(&mut snapshot.data.as_sets);
        rows.extend(sets.into_iter().map(|set| AsSetRow {
            name: set.name.into(),
            registry: registry.to_ascii_uppercase(),
            asns: set.asns,
            sets: set.sets.into_iter().map(Into::into).collect(),
            unreadable: set.unreadable,
            by_reference: set.by_reference,
        }));
    }
    rows
}

/// What networks name their as-sets in, and by network which.
pub type Named = (String, Vec<(Asn, Vec<String>)>);

/// What the members of as-sets are compared with, besides the relationships themselves.
pub struct SetsBy {
    /// What the relationships of the month are from, or why there are none.
    pub relationships: Result<String, String>,
    /// What networks name their as-sets in, with those that name one; or why that is not known.
    pub named: Result<Named, String>,
}

/// Takes the as-sets that networks name out of PeeringDB's answers, by network; `label` says what they are from.
pub(super) fn take_named(label: &str, used: &mut [Snapshot<PeeringDb>]) -> Option<Named> {
    if used.iter().all(|snapshot| snapshot.data.networks.is_empty()) {
        return None;
    }
    let mut all: Vec<(Asn, Vec<String>)> =
        used.iter_mut().flat_map(|snapshot| core::mem::take(&mut snapshot.data.as_sets)).collect();
    all.sort();
    // An answer may come in pages that overlap.
    all.dedup_by(|later, kept| later.0 == kept.0);
    Some((label.to_owned(), all))
}

#[cfg(test)]
mod tests {
    use routing::Timestamp;

    use super::*;

    #[test]
    fn pages_that_overlap_name_a_network_once() {
        let page = |file: usize, networks: &[(u64, u32)]| Snapshot {
            source: 0,
            file,
            as_of: Timestamp(0),
            data: PeeringDb {
                networks: networks.iter().map(|(id, asn)| (*id, Asn(*asn))).collect(),
                as_sets: networks.iter().map(|(_, asn)| (Asn(*asn), vec![format!("AS-{asn}")])).collect(),
                ..PeeringDb::default()
            },
        };
        let mut pages = [page(0, &[(2, 65_002), (1, 65_001)]), page(1, &[(3, 65_003), (2, 65_002)])];
        let (label, named) = take_named("PeeringDB of D", &mut pages).unwrap();
        let named: Vec<(u32, String)> = named.into_iter().map(|(asn, sets)| (asn.0, sets.concat())).collect();
        assert_eq!(label, "PeeringDB of D");
        assert_eq!(named, [65_001, 65_002, 65_003].map(|asn| (asn, format!("AS-{asn}"))));
        // Contacts alone, without the networks: what they name is not known.
        assert_eq!(take_named("PeeringDB of D", &mut [page(0, &[])]), None);
    }
}
