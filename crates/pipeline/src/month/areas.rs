//! The scores of networks become those of the world, of economies and of regions (FRAMEWORK §5).

use std::collections::BTreeMap;

use detect::{Event, EventKind};
use measure::aggregate::Aggregate;
use measure::framework::{Framework, ScoreKey};
use measure::readiness::Readiness;
use reference::Registry;
use routing::{Asn, Region};

use super::{EventId, Network};

/// What kind of area.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AreaScope {
    /// Every network.
    World,
    /// The networks registered in an economy; `ZZ` where none is known.
    Economy,
    /// The networks of a region of UN M49, or of a registry.
    Region,
}

impl AreaScope {
    /// Its word in the store and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            AreaScope::World => "world",
            AreaScope::Economy => "economy",
            AreaScope::Region => "region",
        }
    }
}

/// Scores of an area.
#[derive(Clone, PartialEq, Debug)]
pub struct Area {
    /// Its kind.
    pub scope: AreaScope,
    /// Empty for the world, otherwise an economy's code or a region's slug.
    pub code: String,
    /// Networks in it.
    pub networks: u64,
    /// Their routes: IPv4, IPv6.
    pub routes: [u64; 2],
    /// In the framework's order.
    pub scores: Vec<AreaScore>,
    /// Events judged incidents whose culprit is in it.
    pub events: BTreeMap<EventKind, u64>,
}

/// One score of an area.
#[derive(Clone, PartialEq, Debug)]
pub struct AreaScore {
    /// Which.
    pub key: ScoreKey,
    /// Pooled score and counts.
    pub aggregate: Aggregate,
}

/// Areas by scope and code.
pub(super) fn areas(
    framework: &Framework,
    networks: &[Network],
    readiness: &[Readiness],
    events: &[(EventId, Event)],
) -> Vec<Area> {
    let mut areas: BTreeMap<(AreaScope, &str), Area> = BTreeMap::new();
    areas.insert((AreaScope::World, ""), new(framework, AreaScope::World, ""));
    // Networks of the same economy and registry are in the same areas.
    let mut alike: BTreeMap<(&str, Option<Registry>), Vec<usize>> = BTreeMap::new();
    let mut places: BTreeMap<Asn, (&str, Option<Registry>)> = BTreeMap::new();
    for (i, network) in networks.iter().enumerate() {
        let economy = network.economy.as_ref().map_or("ZZ", |(code, _)| code);
        let place = (economy, network.registration.registry());
        alike.entry(place).or_default().push(i);
        places.insert(network.asn, place);
    }
    for (place, members) in alike {
        for (scope, code) in areas_of(place) {
            let area = areas.entry((scope, code)).or_insert_with(|| new(framework, scope, code));
            for &i in &members {
                add(area, framework, &networks[i], &readiness[i]);
            }
        }
    }
    // What is explained, or cannot be decided, is nobody's doing.
    for (_, event) in events.iter().filter(|(_, event)| event.verdict == detect::Verdict::Incident) {
        let place = event.culprit.and_then(|culprit| places.get(&culprit).copied());
        let of_place = place.map(areas_of).unwrap_or_else(|| vec![(AreaScope::World, "")]);
        for key in of_place {
            if let Some(area) = areas.get_mut(&key) {
                *area.events.entry(event.kind).or_default() += 1;
            }
        }
    }
    areas.into_values().collect()
}

/// The areas that hold a network of this economy and registry.
fn areas_of((economy, registry): (&str, Option<Registry>)) -> Vec<(AreaScope, &str)> {
    let un = Region::of_economy(economy).into_iter().flatten();
    let rir = registry.and_then(|registry| Region::of_registry(registry.code()));
    let regions = un.chain(rir).map(|region| (AreaScope::Region, region.slug));
    [(AreaScope::World, ""), (AreaScope::Economy, economy)].into_iter().chain(regions).collect()
}

fn new(framework: &Framework, scope: AreaScope, code: &str) -> Area {
    let score = |key| AreaScore { key, aggregate: Aggregate::new(framework.aggregation.area) };
    Area {
        scope,
        code: code.to_owned(),
        networks: 0,
        routes: [0; 2],
        scores: framework.scores.iter().map(|rule| score(rule.key)).collect(),
        events: BTreeMap::new(),
    }
}

fn add(area: &mut Area, framework: &Framework, network: &Network, readiness: &Readiness) {
    area.networks += 1;
    for (total, own) in area.routes.iter_mut().zip(network.route_counts) {
        *total += own;
    }
    for ((score, rule), action) in area.scores.iter_mut().zip(&framework.scores).zip(&readiness.actions) {
        score.aggregate.add(action.score.as_ref().copied(), &rule.grades);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_counts_once_in_each_area_that_holds_it() {
        let codes =
            |economy, registry| areas_of((economy, registry)).into_iter().map(|(_, code)| code).collect();
        let of_nl: Vec<&str> = codes("NL", Some(Registry::RipeNcc));
        assert_eq!(of_nl, ["", "NL", "europe", "western-europe", "ripencc"]);
        let unknown: Vec<&str> = codes("ZZ", None);
        assert_eq!(unknown, ["", "ZZ"]);
        // Registered by one, in the land of another: each counts where it belongs.
        let abroad: Vec<&str> = codes("US", Some(Registry::RipeNcc));
        assert_eq!(abroad, ["", "US", "americas", "northern-america", "ripencc"]);
    }
}
