//! What many networks have together besides their scores: metrics, states of routes, incidents. Written with a
//! publication, from the same rows, for every area, programme and participant; of any other group it is made when
//! it is asked for, by the same code.

use std::collections::{BTreeMap, BTreeSet};

use routing::{Region, RegionKind};
use serde::{Deserialize, Serialize};
use sqlx::{Any, Transaction};

use crate::publish::{WriteError, document, insert, text};
use crate::{NetworkRow, Publication, ReadinessRow};

/// The figures of a set of networks under one framework.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Networks.
    pub networks: u64,
    /// Their routes, IPv4 and IPv6; a route of two of them counts for each.
    pub routes: [u64; 2],
    /// RPKI states of those routes, IPv4 and IPv6: valid, invalid, not-found; absent when no network's are known.
    pub rpki: Option<[[u64; 3]; 2]>,
    /// Networks whose RPKI states are not known.
    pub rpki_unknown: u64,
    /// IRR states, IPv4 and IPv6: exact, covered, wrong origin, none; absent when no network's are known.
    pub irr: Option<[[u64; 4]; 2]>,
    /// Networks whose IRR states are not known.
    pub irr_unknown: u64,
    /// Grades, score by score in the framework's order.
    pub grades: Vec<GradeTally>,
    /// Metrics in the order of their codes.
    pub metrics: Vec<MetricTally>,
    /// Events judged incidents whose culprit is one of them, by kind.
    pub events: BTreeMap<String, u64>,
    /// Incidents they answer for, by metric.
    pub incidents: BTreeMap<String, u64>,
}

/// How many networks have each grade of a score.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct GradeTally {
    /// Key of the score.
    pub key: String,
    /// Grade ready.
    pub ready: u64,
    /// Grade aspiring.
    pub aspiring: u64,
    /// Grade lagging.
    pub lagging: u64,
    /// No data.
    pub no_data: u64,
}

/// A metric of many networks.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct MetricTally {
    /// Its code.
    pub metric: String,
    /// Sum of the values known.
    pub sum: f64,
    /// Networks whose value is known.
    pub with_data: u64,
    /// Networks whose value is not.
    pub no_data: u64,
    /// Why not, for most of those.
    pub unknown: Option<String>,
}

impl MetricTally {
    /// Mean over the networks whose value is known.
    pub fn mean(&self) -> Option<f64> {
        (self.with_data > 0).then(|| self.sum / self.with_data as f64)
    }
}

/// What becomes a [`Tally`], network by network.
#[derive(Clone, Default)]
pub struct Tallying {
    tally: Tally,
    /// Reasons by metric.
    reasons: Vec<BTreeMap<String, u64>>,
}

impl Tallying {
    /// Counts a network.
    pub fn add(&mut self, network: &NetworkRow, readiness: Option<&ReadinessRow>) {
        let tally = &mut self.tally;
        tally.networks += 1;
        for family in 0..2 {
            tally.routes[family] += network.routes[family];
        }
        match &network.rpki {
            Some(states) => sum(tally.rpki.get_or_insert_default(), states),
            None => tally.rpki_unknown += 1,
        }
        match &network.irr {
            Some(states) => sum(tally.irr.get_or_insert_default(), states),
            None => tally.irr_unknown += 1,
        }
        for score in readiness.iter().flat_map(|row| &row.scores) {
            let place = tally.grades.iter().position(|known| known.key == score.key).unwrap_or_else(|| {
                tally.grades.push(GradeTally { key: score.key.clone(), ..GradeTally::default() });
                tally.grades.len() - 1
            });
            let grades = &mut tally.grades[place];
            *match score.grade.as_deref() {
                Some("ready") => &mut grades.ready,
                Some("aspiring") => &mut grades.aspiring,
                Some("lagging") => &mut grades.lagging,
                _ => &mut grades.no_data,
            } += 1;
        }
        for row in readiness.iter().flat_map(|row| &row.metrics) {
            let place =
                tally.metrics.iter().position(|known| known.metric == row.metric).unwrap_or_else(|| {
                    tally.metrics.push(MetricTally { metric: row.metric.clone(), ..MetricTally::default() });
                    self.reasons.push(BTreeMap::new());
                    tally.metrics.len() - 1
                });
            let metric = &mut tally.metrics[place];
            match row.value {
                Some(value) => {
                    metric.sum += value;
                    metric.with_data += 1;
                }
                None => {
                    metric.no_data += 1;
                    let reason = row.unknown.clone().unwrap_or_default();
                    *self.reasons[place].entry(reason).or_default() += 1;
                }
            }
        }
    }

    /// The figures, with what the networks caused and answer for.
    pub fn finish(self, events: BTreeMap<String, u64>, incidents: BTreeMap<String, u64>) -> Tally {
        let Tallying { mut tally, reasons } = self;
        for (metric, reasons) in tally.metrics.iter_mut().zip(reasons) {
            // The first of those that are as frequent.
            let most = reasons.into_iter().rev().max_by_key(|(_, n)| *n);
            metric.unknown = most.map(|(reason, _)| reason).filter(|reason| !reason.is_empty());
        }
        tally.metrics.sort_by(|a, b| a.metric.cmp(&b.metric));
        Tally { events, incidents, ..tally }
    }
}

fn sum<const N: usize>(total: &mut [[u64; N]; 2], states: &[[u64; N]; 2]) {
    for (total, states) in total.iter_mut().zip(states) {
        total.iter_mut().zip(states).for_each(|(total, n)| *total += n);
    }
}

/// Scope and area, as the table has them.
type Place = (&'static str, String);

/// Every set of networks that a publication has figures of, by place: positions of its networks.
fn sets(networks: &[&NetworkRow], publication: &Publication) -> BTreeMap<Place, Vec<usize>> {
    let mut sets: BTreeMap<Place, Vec<usize>> = BTreeMap::new();
    sets.insert(("world", String::new()), (0..networks.len()).collect());
    for (place, network) in networks.iter().enumerate() {
        let economy = network.economy.as_deref().unwrap_or("ZZ");
        let regions = Region::of_economy(economy).into_iter().flatten().chain(registry_of(&network.registry));
        sets.entry(("economy", economy.to_owned())).or_default().push(place);
        for region in regions {
            sets.entry(("region", region.slug.to_owned())).or_default().push(place);
        }
    }
    let mut of_programmes: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for participant in &publication.participants {
        let counted = participant.networks.iter().filter(|network| network.counted);
        let places =
            counted.filter_map(|network| networks.binary_search_by_key(&network.asn, |n| n.asn).ok());
        let places: BTreeSet<usize> = places.collect();
        of_programmes.entry(&participant.programme).or_default().extend(&places);
        of_programmes.entry("").or_default().extend(&places);
        let key = participant_area(&participant.programme, &participant.id);
        sets.insert(("participant", key), places.into_iter().collect());
    }
    let of_programmes = of_programmes.into_iter();
    sets.extend(of_programmes.map(|(id, of)| (("programme", id.to_owned()), of.into_iter().collect())));
    sets
}

/// The area that a participant's figures stand under.
pub fn participant_area(programme: &str, id: &str) -> String {
    format!("{programme}/{id}")
}

/// The registry that a network is delegated by; what it says of where that is known from stands behind.
fn registry_of(words: &str) -> Option<Region> {
    Region::all().filter(|region| region.kind == RegionKind::Rir).find(|region| {
        words.strip_prefix(region.name).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
    })
}

/// Writes the figures of a publication.
pub(crate) async fn record(
    tx: &mut Transaction<'_, Any>,
    id: i64,
    publication: &Publication<'_>,
) -> Result<(), WriteError> {
    let mut networks: Vec<&NetworkRow> = publication.networks.iter().collect();
    networks.sort_by_key(|network| network.asn);
    let sets = sets(&networks, publication);
    let place = |asn: u32| networks.binary_search_by_key(&asn, |network| network.asn).ok();
    let mut caused: BTreeMap<usize, BTreeMap<String, u64>> = BTreeMap::new();
    let mut by_unknown: BTreeMap<String, u64> = BTreeMap::new();
    for event in publication.events.iter().filter(|event| event.verdict == "incident") {
        let of = match event.culprit.and_then(place) {
            Some(culprit) => caused.entry(culprit).or_default(),
            None => &mut by_unknown,
        };
        *of.entry(event.kind).or_default() += 1;
    }
    let gathered = gather(publication, &networks, &sets);
    for (framework, gathered) in publication.head.frameworks.iter().zip(gathered) {
        let mut answered: BTreeMap<usize, BTreeMap<String, u64>> = BTreeMap::new();
        for row in publication.incidents.iter().filter(|row| row.framework == framework.id) {
            if let Some(place) = place(row.network) {
                *answered.entry(place).or_default().entry(row.metric.clone()).or_default() += 1;
            }
        }
        let rows = sets.iter().zip(gathered).map(|(((scope, area), places), tallying)| {
            let mut events = together(places, &caused);
            // Nobody's: the world's alone.
            for (kind, n) in by_unknown.iter().filter(|_| *scope == "world") {
                *events.entry(kind.clone()).or_default() += n;
            }
            let tally = tallying.finish(events, together(places, &answered));
            Ok([id.into(), text(&framework.id), text(scope), text(area), document(&tally)?])
        });
        insert(tx, "tally (publication, framework, scope, area, doc)", rows).await?;
    }
    Ok(())
}

/// What becomes the figures of each set under each framework; rows of scores are gone through once.
fn gather(
    publication: &Publication<'_>,
    networks: &[&NetworkRow],
    sets: &BTreeMap<Place, Vec<usize>>,
) -> Vec<Vec<Tallying>> {
    let mut sets_of: Vec<Vec<usize>> = vec![Vec::new(); networks.len()];
    for (set, places) in sets.values().enumerate() {
        places.iter().for_each(|place| sets_of[*place].push(set));
    }
    let frameworks = &publication.head.frameworks;
    let mut all = vec![vec![Tallying::default(); sets.len()]; frameworks.len()];
    let mut counted = vec![vec![false; networks.len()]; frameworks.len()];
    for row in publication.readiness.iter() {
        let framework = frameworks.iter().position(|framework| framework.id == row.framework);
        let place = networks.binary_search_by_key(&row.asn, |network| network.asn).ok();
        let Some((framework, place)) = framework.zip(place) else { continue };
        counted[framework][place] = true;
        sets_of[place].iter().for_each(|set| all[framework][*set].add(networks[place], Some(&row)));
    }
    for (counted, all) in counted.iter().zip(&mut all) {
        for place in (0..networks.len()).filter(|place| !counted[*place]) {
            sets_of[place].iter().for_each(|set| all[*set].add(networks[place], None));
        }
    }
    all
}

/// What several networks have, by name.
fn together(places: &[usize], of: &BTreeMap<usize, BTreeMap<String, u64>>) -> BTreeMap<String, u64> {
    let mut all: BTreeMap<String, u64> = BTreeMap::new();
    let mut add = |counts: &BTreeMap<String, u64>| {
        for (name, n) in counts {
            *all.entry(name.clone()).or_default() += n;
        }
    };
    match places.len() > of.len() {
        // Few of many: those that have any are looked up among the places, which ascend.
        true => of.iter().filter(|(at, _)| places.binary_search(at).is_ok()).for_each(|(_, n)| add(n)),
        false => places.iter().filter_map(|place| of.get(place)).for_each(add),
    }
    all
}
