//! What events grow on: the tables, who is whose neighbour, who may speak for whom.

use core::ops::Range;

use hashbrown::HashSet;
use reference::organisations::OrganisationTable;
use reference::relationships::Relation;
use reference::vrp::{Validation, Vrp, VrpTable};
use routing::{Asn, Family, Prefix};

use super::random::Random;
use super::tables::{Row, Tables};
use super::topology::Topology;
use super::vantage::{Vantage, slot, vantages};

/// Tables and references, and what is derived from them once.
pub struct Ground<'a> {
    /// The tables.
    pub tables: &'a Tables,
    /// The relationships.
    pub topology: &'a Topology,
    /// VRPs, where there are any.
    pub vrps: Option<&'a VrpTable>,
    /// Organisations, where there are any.
    pub organisations: Option<&'a OrganisationTable>,
    /// Who looks.
    pub vantages: Vec<Vantage>,
    /// Per place of the topology: the network refuses invalid routes.
    pub validating: Vec<bool>,
    /// The networks above those that look: from them a route gets there downwards.
    pub(super) above: Vec<Asn>,
    /// Prefixes of one known origin each that a vantage point shows, by origin and prefix.
    pub(super) candidates: Vec<Candidate>,
    /// Those of them that at least half as many vantage points show as show any, as indices.
    well_seen: Vec<u32>,
    /// Neighbours in paths of the tables, the smaller ASN first.
    links: HashSet<(Asn, Asn)>,
}

/// A prefix that something can happen to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Candidate {
    pub origin: Asn,
    pub prefix: Prefix,
}

/// The longest prefixes that are passed on everywhere: /24 and /48.
pub(super) fn longest(family: Family) -> u8 {
    match family {
        Family::V4 => 24,
        Family::V6 => 48,
    }
}

/// An announced route has at least this length (FRAMEWORK §5).
fn shortest(family: Family) -> u8 {
    match family {
        Family::V4 => 8,
        Family::V6 => 16,
    }
}

/// The number of an actual network: not reserved, private, for documentation or AS_TRANS.
pub(super) fn public(asn: Asn) -> bool {
    matches!(asn.0, 1..=23_455 | 23_457..=64_495 | 131_072..=4_199_999_999)
}

impl<'a> Ground<'a> {
    /// Derives what is needed. Of a hundred networks so many refuse what is invalid, which ones by `seed`.
    pub fn new(
        tables: &'a Tables,
        topology: &'a Topology,
        vrps: Option<&'a VrpTable>,
        organisations: Option<&'a OrganisationTable>,
        validating_percent: u8,
        seed: u64,
    ) -> Ground<'a> {
        let vantages = vantages(tables, topology);
        let validating = topology
            .asns()
            .iter()
            .map(|asn| Random::new(!seed, u64::from(asn.0)).chance(validating_percent))
            .collect();
        let looking: Vec<Asn> = vantages.iter().filter(|v| v.known).map(|v| v.asn).collect();
        let above = topology.upwards(&looking);
        let mut links = HashSet::new();
        for route in &tables.routes {
            let hops: Vec<Asn> = route.path.as_ref().asns().collect();
            links.extend(hops.windows(2).map(|pair| (pair[0].min(pair[1]), pair[0].max(pair[1]))));
        }
        let mut ground = Ground {
            tables,
            topology,
            vrps,
            organisations,
            vantages,
            validating,
            above,
            candidates: Vec::new(),
            well_seen: Vec::new(),
            links,
        };
        let found = ground.find_candidates();
        let most = found.iter().map(|(_, shown)| *shown).max().unwrap_or(0);
        let well_seen = (0u32..).zip(&found).filter(|(_, (_, shown))| shown * 2 >= most);
        ground.well_seen = well_seen.map(|(index, _)| index).collect();
        ground.candidates = found.into_iter().map(|(candidate, _)| candidate).collect();
        ground
    }

    /// With how many vantage points show each.
    fn find_candidates(&self) -> Vec<(Candidate, usize)> {
        let mut all = Vec::new();
        for rows in self.tables.rows.chunk_by(|a, b| a.prefix == b.prefix) {
            let prefix = rows[0].prefix;
            let family = prefix.family();
            let fits = (shortest(family)..=longest(family)).contains(&prefix.len());
            let origin = self.tables.origin(&rows[0]).filter(|asn| {
                public(*asn) && self.topology.place(*asn).is_some() && self.only_origin(rows, *asn)
            });
            let shown = self.shown(rows, family);
            if let Some(origin) = origin.filter(|_| fits && shown > 0) {
                all.push((Candidate { origin, prefix }, shown));
            }
        }
        all.sort_unstable();
        all
    }

    fn only_origin(&self, rows: &[Row], asn: Asn) -> bool {
        rows.iter().all(|row| self.tables.origin(row) == Some(asn))
    }

    /// How many vantage points with known relationships that tell all they have show it.
    fn shown(&self, rows: &[Row], family: Family) -> usize {
        let full = |v: &&Vantage| v.known && v.feeds[slot(family)].is_some_and(|feed| feed.full);
        let has = |v: &Vantage| rows.iter().any(|row| (row.collector, row.peer) == (v.collector, v.peer));
        self.vantages.iter().filter(full).filter(|v| has(v)).count()
    }

    /// A candidate; with `well_seen` one of those that most vantage points show.
    pub(super) fn candidate(&self, well_seen: bool, random: &mut Random) -> Option<Candidate> {
        if well_seen {
            return random.pick(&self.well_seen).map(|index| self.candidates[*index as usize]);
        }
        random.pick(&self.candidates).copied()
    }

    /// The candidates of an origin.
    pub(super) fn of_origin(&self, origin: Asn) -> &[Candidate] {
        let start = self.candidates.partition_point(|c| c.origin < origin);
        let len = self.candidates[start..].partition_point(|c| c.origin == origin);
        let range: Range<usize> = start..start + len;
        &self.candidates[range]
    }

    /// Nothing explains that one of them speaks for the other: no link, no chain of customers, no organisation.
    pub(super) fn unrelated(&self, a: Asn, b: Asn) -> bool {
        a != b
            && !self.linked(a, b)
            && !self.siblings(a, b)
            && self.topology.upwards(&[a]).binary_search(&b).is_err()
            && self.topology.upwards(&[b]).binary_search(&a).is_err()
    }

    /// A link between them is known or shown.
    pub(super) fn linked(&self, a: Asn, b: Asn) -> bool {
        self.topology.relation(a, b).is_some() || self.links.contains(&(a.min(b), a.max(b)))
    }

    /// They are of one organisation.
    pub(super) fn siblings(&self, a: Asn, b: Asn) -> bool {
        self.organisations.is_some_and(|table| table.are_siblings(a, b))
    }

    /// The network has no claim to the prefix: it originates nothing around or inside it, and no VRP lets it.
    pub(super) fn no_claim(&self, asn: Asn, prefix: Prefix) -> bool {
        let foreign = |row: &Row| self.tables.origin(row) != Some(asn);
        self.validate(prefix, asn) != Validation::Valid
            && self.tables.inside(prefix).iter().all(foreign)
            && self.tables.covering(prefix).all(foreign)
    }

    fn validate(&self, prefix: Prefix, origin: Asn) -> Validation {
        self.vrps.map_or(Validation::NotFound, |vrps| vrps.validate(prefix, Some(origin)))
    }

    /// Networks that validate refuse the route, given what else is registered.
    pub(super) fn invalid(&self, prefix: Prefix, origin: Asn, registered: &[Vrp]) -> bool {
        let covers = |vrp: &&Vrp| vrp.prefix.contains(&prefix);
        let fits = |vrp: &Vrp| vrp.asn == origin && prefix.len() <= vrp.max_length;
        let mut covering = registered.iter().filter(covers).peekable();
        match self.validate(prefix, origin) {
            Validation::Valid => false,
            Validation::NotFound => covering.peek().is_some() && !covering.any(fits),
            Validation::Invalid(_) => !covering.any(fits),
        }
    }

    /// A more specific of a candidate that nobody announces, and nobody else anything around or inside it.
    pub(super) fn free_more_specific(&self, within: Prefix, random: &mut Random) -> Option<Prefix> {
        let longest = longest(within.family());
        let room = longest.checked_sub(within.len()).filter(|room| *room > 0)?;
        let len = longest - random.below(usize::from(room)) as u8;
        let offset = u128::from(random.next()) << 64 | u128::from(random.next());
        let kept = within.bits() | (offset >> within.len());
        let prefix = Prefix::from_bits(within.family(), kept, len)?;
        let nearest = self.tables.covering(prefix).next().map(|row| row.prefix);
        (nearest == Some(within) && self.tables.inside(prefix).is_empty()).then_some(prefix)
    }

    /// The neighbours of a network, of whatever kind, each once.
    pub(super) fn around(&self, asn: Asn) -> Vec<Asn> {
        let kinds = [Relation::Provider, Relation::Peer, Relation::Customer];
        kinds.into_iter().flat_map(|kind| self.topology.neighbours(asn, kind)).collect()
    }
}
