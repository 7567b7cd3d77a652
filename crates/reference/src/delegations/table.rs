use core::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use routing::{Asn, Date, Prefix};

use super::{Delegation, Resource, Status};
use crate::names::{NameId, Names};
use crate::prefix_index::PrefixIndex;
use crate::registry::Registry;

/// Delegations ready for questions about AS numbers and pools; the order they come in does not matter.
///
/// Where two records speak of one AS number (transfers between registries), one that says it is held wins,
/// then the later date, then the registry's order. Space in one registry's pool that another registry lists
/// as held is in no pool.
#[derive(Clone, Debug, Default)]
pub struct DelegationTable {
    records: Vec<Delegation>,
    /// Disjoint ranges of AS numbers, ascending: first, last, place of the record that speaks for them.
    asns: Vec<(Asn, Asn, u32)>,
    pools: Vec<(Prefix, u32)>,
    registries: BTreeSet<Registry>,
    /// Space that is held, ascending, with who gave it and the number of who holds it.
    held: Vec<(Prefix, Registry, NameId)>,
    holders: Names,
}

impl DelegationTable {
    /// Builds the table.
    pub fn new(delegations: impl IntoIterator<Item = Delegation>) -> DelegationTable {
        let (mut records, mut held) = (Vec::new(), Vec::new());
        let mut registries = BTreeSet::new();
        let (mut given, mut holders) = (Vec::new(), Names::default());
        for delegation in delegations {
            registries.insert(delegation.registry);
            match &delegation.resource {
                Resource::Prefixes(prefixes) if delegation.status.is_held() => {
                    held.extend_from_slice(prefixes);
                    let holder = holders.intern(&delegation.opaque_id);
                    given.extend(prefixes.iter().map(|p| (*p, delegation.registry, holder)));
                }
                _ => records.push(delegation),
            }
        }
        records.sort_by(|a, b| rank(a).cmp(&rank(b)));
        held.sort_unstable();
        held.dedup();
        let held = PrefixIndex::new(held);
        let mut painted = BTreeMap::new();
        let mut pools = Vec::new();
        for (place, record) in records.iter().enumerate() {
            let place = u32::try_from(place).expect("fewer than 2^32 records");
            match &record.resource {
                Resource::Asns { first, last } => paint(&mut painted, *first, *last, place),
                Resource::Prefixes(prefixes) => {
                    let free = prefixes.iter().filter(|p| held.deepest(p).is_none());
                    pools.extend(free.map(|p| (*p, place)));
                }
            }
        }
        pools.sort_unstable();
        let asns = painted.into_iter().map(|(first, (last, place))| (first, last, place)).collect();
        let text = |id: NameId| holders.text(id);
        given.sort_unstable_by(|a, b| (a.0, a.1, text(a.2)).cmp(&(b.0, b.1, text(b.2))));
        given.dedup();
        given.shrink_to_fit();
        DelegationTable { records, asns, pools, registries, held: given, holders }
    }

    /// The record of an AS number, held or not.
    pub fn asn(&self, asn: Asn) -> Option<&Delegation> {
        let behind = self.asns.partition_point(|(first, ..)| *first <= asn);
        let (_, last, place) = self.asns[behind.checked_sub(1)?];
        (asn <= last).then(|| &self.records[place as usize])
    }

    /// Disjoint ranges of AS numbers with the record that speaks for them, ascending.
    fn ranges(&self) -> impl Iterator<Item = (Asn, Asn, &Delegation)> {
        self.asns.iter().map(|(first, last, place)| (*first, *last, &self.records[*place as usize]))
    }

    /// The universe (FRAMEWORK §5): every AS number that is allocated or assigned, ascending, each once,
    /// with its record.
    pub fn networks(&self) -> impl Iterator<Item = (Asn, &Delegation)> {
        self.ranges()
            .filter(|(.., record)| record.status.is_held())
            .flat_map(|(first, last, record)| (first.0..=last.0).map(move |n| (Asn(n), record)))
    }

    /// Address space that registries list as available or reserved, ascending.
    pub fn pools(&self) -> impl Iterator<Item = (Prefix, &Delegation)> {
        self.pools.iter().map(|(prefix, place)| (*prefix, &self.records[*place as usize]))
    }

    /// Address space that registries list as held, ascending: the prefix, who gave it, and the mark that all space and
    /// numbers of one holder share within that registry (empty when not said).
    pub fn held(&self) -> impl Iterator<Item = (Prefix, Registry, &str)> {
        self.held.iter().map(|(prefix, registry, holder)| (*prefix, *registry, self.holders.text(*holder)))
    }

    /// AS numbers that registries list as available or reserved: disjoint ranges, first and last, ascending.
    pub fn asn_pools(&self) -> impl Iterator<Item = (Asn, Asn, &Delegation)> {
        self.ranges().filter(|(.., record)| !record.status.is_held())
    }

    /// Registries with at least one record: an origin of another registry is *registry not loaded*.
    pub fn registries(&self) -> &BTreeSet<Registry> {
        &self.registries
    }
}

/// Gives `place` those numbers of `first ..= last` that nobody has yet.
fn paint(painted: &mut BTreeMap<Asn, (Asn, u32)>, first: Asn, last: Asn, place: u32) {
    let mut next = u64::from(first.0);
    let before = painted.range(..first).next_back().map(|(_, (last, _))| u64::from(last.0) + 1);
    next = next.max(before.unwrap_or(0));
    let mut free = Vec::new();
    for (start, (end, _)) in painted.range(first..=last) {
        let (start, end) = (u64::from(start.0), u64::from(end.0));
        if next < start {
            free.push((next, start - 1));
        }
        next = next.max(end + 1);
    }
    if next <= u64::from(last.0) {
        free.push((next, u64::from(last.0)));
    }
    painted.extend(free.into_iter().map(|(from, to)| (Asn(from as u32), (Asn(to as u32), place))));
}

type Rank<'a> = (bool, Reverse<Option<Date>>, Registry, Status, &'a str);

/// The better record has the smaller rank.
fn rank(d: &Delegation) -> (Rank<'_>, &Resource) {
    ((!d.status.is_held(), Reverse(d.date), d.registry, d.status, &d.opaque_id), &d.resource)
}
