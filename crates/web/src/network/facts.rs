use routing::Asn;
use store::{Holding, NetworkRow, ReadinessRow};

use crate::economy_names;
use crate::edition::Chosen;
use crate::event::Network;
use crate::format::{Count, Decimal};

/// How many siblings and providers are named.
const NAMED_MAX: usize = 24;

/// What is known of a network, whatever the framework.
pub(crate) struct Facts {
    pub(crate) asn: Asn,
    pub(crate) name: Option<String>,
    pub(crate) organisation: Option<String>,
    pub(crate) economy: Option<String>,
    pub(crate) economy_name: Option<&'static str>,
    pub(crate) economy_from: Option<String>,
    pub(crate) registry: String,
    pub(crate) status: Option<String>,
    pub(crate) customers: Option<Count>,
    pub(crate) siblings: Vec<Network>,
    pub(crate) siblings_more: usize,
    pub(crate) providers: Option<Vec<Network>>,
    pub(crate) families: [FamilyFacts; 2],
    pub(crate) excluded: Vec<(String, Count)>,
    /// Who held it from which month to which, when that changed between published months.
    pub(crate) earlier: Vec<Holding>,
}

/// Its routes of one family.
pub(crate) struct FamilyFacts {
    pub(crate) name: &'static str,
    pub(crate) routes: Count,
    pub(crate) counted: Option<Count>,
    pub(crate) space: Decimal,
    pub(crate) space_unit: &'static str,
    /// Valid, not-found, invalid.
    pub(crate) rpki: Option<[Count; 3]>,
    /// Exact, covered, none, wrong origin.
    pub(crate) irr: Option<[Count; 4]>,
}

impl Facts {
    pub(crate) fn new(
        chosen: &Chosen,
        row: NetworkRow,
        readiness: Option<&ReadinessRow>,
        holdings: Vec<Holding>,
    ) -> Facts {
        let asn = Asn(row.asn);
        let family = |i: usize, name, space_unit| FamilyFacts {
            name,
            routes: Count(row.routes[i]),
            counted: readiness.map(|row| Count(row.counted_routes[i])),
            space: Decimal(row.space[i]),
            space_unit,
            rpki: row
                .rpki
                .map(|states| states[i])
                .map(|[valid, invalid, none]| [valid, none, invalid].map(Count)),
            irr: row
                .irr
                .map(|states| states[i])
                .map(|[exact, covered, wrong, none]| [exact, covered, none, wrong].map(Count)),
        };
        let families = [family(0, "IPv4", "/24"), family(1, "IPv6", "/48")];
        let networks = |asns: &[u32]| asns.iter().take(NAMED_MAX).map(|n| Network::new(chosen, *n)).collect();
        let excluded = readiness.map(|row| &row.excluded_routes);
        Facts {
            asn,
            economy_name: row.economy.as_deref().and_then(economy_names::name),
            siblings: networks(&row.siblings),
            siblings_more: row.siblings.len().saturating_sub(NAMED_MAX),
            providers: row.aspa_providers.as_deref().map(networks),
            customers: row.customers.map(|n| Count(n.into())),
            families,
            excluded: excluded.into_iter().flatten().map(|(why, n)| (why.clone(), Count(*n))).collect(),
            earlier: if holdings.len() > 1 { holdings } else { Vec::new() },
            name: row.name,
            organisation: row.organisation,
            economy: row.economy,
            economy_from: row.economy_from,
            registry: row.registry,
            status: row.status,
        }
    }

    pub(crate) fn title(&self) -> String {
        match &self.name {
            Some(name) => format!("{} {name}", self.asn),
            None => self.asn.to_string(),
        }
    }
}
