//! The universe of networks and what is known of each, whatever the framework.

use std::collections::BTreeSet;

use detect::Event;
use reference::Registry;
use reference::irr::IrrState;
use reference::vrp::Validation;
use routing::{Asn, Family, Prefix};
use rustc_hash::FxHashMap;

use super::{EventId, Inputs, Route, Verdict};

/// What is known of a network.
#[derive(Clone, PartialEq, Debug)]
pub struct Network {
    /// Its ASN.
    pub asn: Asn,
    /// Where it is registered.
    pub registration: Registration,
    /// Its name.
    pub name: Option<String>,
    /// Its organisation.
    pub organisation: Option<String>,
    /// Other networks of the organisation.
    pub siblings: Vec<Asn>,
    /// Registered economy, and where that is known from.
    pub economy: Option<(String, &'static str)>,
    /// Direct customers; `None` when the relationships do not know it.
    pub customers: Option<u32>,
    /// Providers it authorised (ASPA).
    pub aspa_providers: Option<Vec<Asn>>,
    /// Its routes: indices into the month's routes, by prefix.
    pub routes: Vec<u32>,
    /// Routes by family: IPv4, IPv6.
    pub route_counts: [u64; 2],
    /// Address space, overlap counted once: IPv4 in /24, IPv6 in /48.
    pub space: [f64; 2],
    /// Routes by family and RPKI state: valid, invalid, not found.
    pub rpki: Option<[[u64; 3]; 2]>,
    /// Routes by family and IRR state: exact, covered, wrong origin, none.
    pub irr: Option<[[u64; 4]; 2]>,
}

/// Where a network is registered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Registration {
    /// In a delegation file.
    Delegated {
        /// The registry.
        registry: Registry,
        /// The record's status.
        status: String,
    },
    /// Only a country list names it; the registry's own file is not loaded.
    Listed {
        /// The registry the list names.
        registry: Registry,
    },
    /// No file loaded speaks of it, and not every registry's file is loaded.
    NotLoaded,
    /// Every registry's file is loaded and none speaks of it.
    Unregistered,
}

impl Registration {
    /// For a reader.
    pub fn words(&self) -> String {
        match self {
            Registration::Delegated { registry, .. } => registry.to_string(),
            Registration::Listed { registry } => format!("{registry} (from a country list)"),
            Registration::NotLoaded => "registry not loaded".to_owned(),
            Registration::Unregistered => "in no registry's file".to_owned(),
        }
    }

    /// The registry, if it is known.
    pub fn registry(&self) -> Option<Registry> {
        match self {
            Registration::Delegated { registry, .. } | Registration::Listed { registry } => Some(*registry),
            _ => None,
        }
    }
}

/// Describes every network: those delegated, and where files are missing those that other registry data or
/// the routes name (FRAMEWORK §5). A number that is a bogon or in a registry's pool is no network.
pub fn describe(
    routes: &[Route],
    verdicts: &[Verdict],
    events: &[(EventId, Event)],
    inputs: &Inputs<'_>,
) -> Vec<Network> {
    let references = &inputs.references;
    let mut routes_of: FxHashMap<Asn, Vec<u32>> = FxHashMap::default();
    for (i, route) in (0u32..).zip(routes) {
        if let Some(origin) = route.origin {
            routes_of.entry(origin).or_default().push(i);
        }
    }
    let mut universe: BTreeSet<Asn> = references.delegations.networks().map(|(asn, _)| asn).collect();
    universe.extend(references.asn_countries.networks().map(|(asn, _)| asn));
    let bogons = references.bogons.last().map(|e| e.table.at(inputs.month.first_day()));
    let in_pool = |asn: Asn| references.delegations.asn(asn).is_some_and(|d| !d.status.is_held());
    let is_network = |asn: &Asn| !in_pool(*asn) && !bogons.as_ref().is_some_and(|set| set.has_asn(*asn));
    universe.extend(routes_of.keys().copied().filter(is_network));
    for (_, event) in events {
        let named = event.culprit.into_iter().chain(event.accomplices.iter().map(|a| a.asn));
        universe.extend(named.filter(is_network));
    }
    universe
        .into_iter()
        .map(|asn| describe_one(asn, routes_of.remove(&asn).unwrap_or_default(), routes, verdicts, inputs))
        .collect()
}

fn describe_one(
    asn: Asn,
    own: Vec<u32>,
    routes: &[Route],
    verdicts: &[Verdict],
    inputs: &Inputs<'_>,
) -> Network {
    let references = &inputs.references;
    let mut rpki = [[0; 3]; 2];
    let mut irr = [[0; 4]; 2];
    let mut route_counts = [0; 2];
    let mut addresses: [f64; 2] = [0.0; 2];
    let mut widest: Option<Prefix> = None;
    for &i in &own {
        let (route, verdict) = (&routes[i as usize], &verdicts[i as usize]);
        let family = usize::from(route.prefix.family() == Family::V6);
        route_counts[family] += 1;
        if let Some(state) = verdict.rpki {
            rpki[family][rpki_column(state)] += 1;
        }
        if let Some(verdict) = verdict.irr {
            irr[family][irr_column(verdict.state)] += 1;
        }
        // Routes come by prefix: a more specific directly follows what contains it.
        if widest.is_none_or(|w| !w.contains(&route.prefix)) {
            widest = Some(route.prefix);
            addresses[family] += route.prefix.addresses() as f64;
        }
    }
    let registration = registration(asn, inputs);
    Network {
        asn,
        name: name(asn, inputs),
        organisation: references
            .organisations
            .organisations_of(asn)
            .find_map(|o| o.name.as_deref().or(Some(&o.id)).map(str::to_owned)),
        siblings: references.organisations.siblings(asn),
        economy: economy(asn, inputs),
        registration,
        customers: references
            .relationships
            .as_ref()
            .filter(|table| table.knows(asn))
            .map(|table| table.customers(asn) as u32),
        aspa_providers: references.aspas.as_ref().and_then(|t| t.providers(asn)).map(<[Asn]>::to_vec),
        routes: own,
        route_counts,
        space: [addresses[0] / 256.0, addresses[1] / (1u128 << 80) as f64],
        rpki: references.vrps.is_ok().then_some(rpki),
        irr: (references.irr.is_ok() && references.irr_excerpt.is_none()).then_some(irr),
    }
}

/// Column of an RPKI state: valid, invalid, not found.
pub fn rpki_column(state: Validation) -> usize {
    match state {
        Validation::Valid => 0,
        Validation::Invalid(_) => 1,
        Validation::NotFound => 2,
    }
}

/// Column of an IRR state: exact, covered, wrong origin, none.
pub fn irr_column(state: IrrState) -> usize {
    match state {
        IrrState::Exact => 0,
        IrrState::Covered => 1,
        IrrState::WrongOrigin => 2,
        IrrState::NoObject => 3,
    }
}

fn registration(asn: Asn, inputs: &Inputs<'_>) -> Registration {
    let references = &inputs.references;
    if let Some(record) = references.delegations.asn(asn) {
        return Registration::Delegated { registry: record.registry, status: record.status.to_string() };
    }
    if let Some(record) = references.asn_countries.asn(asn) {
        return Registration::Listed { registry: record.registry };
    }
    let loaded = references.delegations.registries();
    if Registry::REGIONAL.iter().all(|r| loaded.contains(r)) {
        Registration::Unregistered
    } else {
        Registration::NotLoaded
    }
}

fn economy(asn: Asn, inputs: &Inputs<'_>) -> Option<(String, &'static str)> {
    let references = &inputs.references;
    let of = |table: &reference::delegations::DelegationTable| table.asn(asn).and_then(|d| d.country);
    let named = references.names.get(&asn).and_then(|n| n.country);
    of(&references.delegations)
        .map(|c| (c.to_string(), "delegation file"))
        .or_else(|| of(&references.asn_countries).map(|c| (c.to_string(), "country list")))
        .or_else(|| {
            let country = references.organisations.organisations_of(asn).find_map(|o| o.country);
            country.map(|c| (c.to_string(), "organisation list"))
        })
        .or_else(|| named.map(|c| (c.to_string(), "name list")))
}

fn name(asn: Asn, inputs: &Inputs<'_>) -> Option<String> {
    let references = &inputs.references;
    let listed = references.names.get(&asn).map(|n| n.name.to_string());
    listed.or_else(|| references.organisations.name_of(asn).map(str::to_owned))
}
