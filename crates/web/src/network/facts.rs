use routing::Asn;
use store::{Holding, NetworkRow, ReadinessRow};

use crate::edition::Chosen;
use crate::event::Network;
use crate::format::{Count, Decimal};
use crate::link::Link;

/// How many siblings and providers are named.
const NAMED_MAX: usize = 24;

/// What is known of a network, whatever the framework.
pub(crate) struct Facts {
    pub(crate) asn: Asn,
    pub(crate) name: Option<String>,
    pub(crate) organisation: Option<String>,
    pub(crate) economy: Option<(String, Link)>,
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
    /// The participants it belongs or belonged to.
    pub(crate) participations: Vec<Participation>,
    /// Who held it from which month to which, when that changed between published months.
    pub(crate) earlier: Vec<Holding>,
}

/// A participant that a network belongs to.
pub(crate) struct Participation {
    pub(crate) organisation: String,
    pub(crate) programme: String,
    pub(crate) link: Link,
    pub(crate) approved: Option<String>,
    /// The day of the list that no longer has it.
    pub(crate) left: Option<String>,
}

fn participations(chosen: &Chosen, asn: Asn) -> Vec<Participation> {
    let all = chosen.edition.participants.iter();
    let memberships = all.flat_map(|row| row.networks.iter().map(move |network| (row, network)));
    let of_network = memberships.filter(|(_, network)| network.asn == asn.0);
    let participation = |(row, network): (&store::ParticipantRow, &store::MembershipRow)| Participation {
        organisation: row.organisation.clone(),
        programme: programme::load(&row.programme).map_or(row.programme.clone(), |p| p.title.clone()),
        link: chosen
            .link_to("/participants")
            .with("programme", &row.programme)
            .with("name", &row.organisation),
        approved: row.approved.clone(),
        left: if network.counted { None } else { network.to.clone() },
    };
    of_network.map(participation).collect()
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
            economy_name: row.economy.as_deref().and_then(routing::economy_name),
            siblings: networks(&row.siblings),
            siblings_more: row.siblings.len().saturating_sub(NAMED_MAX),
            providers: row.aspa_providers.as_deref().map(networks),
            customers: row.customers.map(|n| Count(n.into())),
            families,
            excluded: excluded.into_iter().flatten().map(|(why, n)| (why.clone(), Count(*n))).collect(),
            participations: participations(chosen, asn),
            earlier: if holdings.len() > 1 { holdings } else { Vec::new() },
            name: row.name,
            organisation: row.organisation,
            economy: row.economy.map(|code| (code.clone(), chosen.link_to(format!("/economy/{code}")))),
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
