//! From the VRPs of every day to what ROAs cover, and what changed.

use std::collections::{BTreeMap, BTreeSet};

use pipeline::month::{Network, Outcome};
use pipeline::roas::{Announced, Change, Counts, Course, Coverage, Move, State, VrpChange, coverage};
use reference::vrp::{TrustAnchor, Vrp};
use routing::{Asn, Family, Prefix, Region};
use store::{
    ParticipantRow, RoaCalendarRow, RoaCauseRow, RoaChangeRow, RoaCounts, RoaDayRow, RoaMonthRow,
    RoaNetworkRow, RoaRows, RoaVrpRow,
};

use crate::load::VrpDays;

/// How many causes of a change are kept.
const CAUSES_MAX: usize = 8;

/// Routes of a network, and those of their states that changed: the day from 1, the route, the state.
#[derive(Default)]
struct Own {
    routes: Vec<u32>,
    moves: Vec<(usize, u32, State)>,
}

/// Areas by scope and code with the networks in them.
type Areas = BTreeMap<(&'static str, String), Vec<Asn>>;

/// Judges the month's routes by one day's VRPs after the other.
pub fn rows(vrps: &VrpDays, outcome: &Outcome, participants: &[ParticipantRow]) -> RoaRows {
    let routes = Announced::new(&outcome.routes, &outcome.verdicts);
    judged(vrps, routes, &outcome.networks, participants)
}

fn judged(
    vrps: &VrpDays,
    routes: Announced<'_>,
    networks: &[Network],
    participants: &[ParticipantRow],
) -> RoaRows {
    let mut month = RoaMonthRow {
        left_out: routes.left_out.iter().map(|(why, n)| ((*why).to_owned(), *n)).collect(),
        missing: vrps.missing.iter().map(|(day, why)| (day.to_string(), why.clone())).collect(),
        ..RoaMonthRow::default()
    };
    for (prefix, _) in routes.iter() {
        month.routes[usize::from(prefix.family() == Family::V6)] += 1;
    }
    if vrps.days.is_empty() {
        month.unknown = Some("no snapshot of VRPs could be used".to_owned());
        return RoaRows { month, ..RoaRows::default() };
    }
    let economies: BTreeMap<Asn, &str> = networks
        .iter()
        .filter_map(|network| Some((network.asn, network.economy.as_ref()?.0.as_str())))
        .collect();
    let mut course = Course::new(routes);
    let (mut first, mut changes, mut own) = (Vec::new(), Vec::new(), BTreeMap::<Asn, Own>::new());
    let mut since: Option<String> = None;
    for day in &vrps.days {
        let table = vrps.table(day);
        let size = table.vrps().len() as u64;
        let (states, changed) = course.judge(table);
        if day.counts {
            if month.days.is_empty() {
                first = states.to_vec();
            }
            let mut moves: BTreeMap<String, u64> = BTreeMap::new();
            for change in &changed {
                *moves.entry(Move::of(change.before, change.after).code().to_owned()).or_default() += 1;
                if !month.days.is_empty()
                    && let (_, Some(origin)) = course.routes().get(change.route)
                {
                    let step = (month.days.len(), change.route, change.after);
                    own.entry(origin).or_default().moves.push(step);
                }
            }
            let (name, before) = (day.day.to_string(), since.clone().unwrap_or_default());
            let rows = changed.iter().filter_map(|change| {
                change_row(change, course.routes().get(change.route), (&name, &before), &economies)
            });
            changes.push(rows.collect::<Vec<_>>());
            month.days.push(RoaCalendarRow {
                day: name,
                label: day.label.clone(),
                vrps: size,
                since: since.clone(),
                moves,
            });
        }
        since = Some(day.day.to_string());
    }
    let mut changes: Vec<RoaChangeRow> = changes.into_iter().rev().flatten().collect();
    for (id, change) in (1..).zip(&mut changes) {
        change.id = id;
    }
    for (i, (_, origin)) in (0u32..).zip(course.routes().iter()) {
        if let Some(origin) = origin {
            own.entry(origin).or_default().routes.push(i);
        }
    }
    let days: Vec<String> = month.days.iter().map(|day| day.day.clone()).collect();
    let of_networks = own.iter().map(|(asn, own)| network_row(*asn, own, course.routes(), &first, &days));
    let of_networks = of_networks.collect();
    let mut of_areas = Vec::new();
    for ((scope, area), members) in areas(networks, participants) {
        of_areas.extend(area_rows((scope, &area), &members, &own, course.routes(), &first, &days));
    }
    RoaRows { month, days: of_areas, networks: of_networks, changes }
}

/// The world, economies, regions, registries, and the networks of each programme and of all. What no economy is known
/// of is in `ZZ`.
fn areas(networks: &[Network], participants: &[ParticipantRow]) -> Areas {
    let mut areas = Areas::new();
    areas.entry(("world", String::new())).or_default();
    for network in networks {
        let economy = network.economy.as_ref().map_or("ZZ", |(code, _)| code);
        let mut put =
            |scope, area: &str| areas.entry((scope, area.to_owned())).or_default().push(network.asn);
        put("world", "");
        put("economy", economy);
        for region in Region::of_economy(economy).into_iter().flatten() {
            put("region", region.slug);
        }
        if let Some(region) = network.registration.registry().and_then(|r| Region::of_registry(r.code())) {
            put("rir", region.slug);
        }
    }
    let mut programmes: BTreeMap<&str, BTreeSet<Asn>> = BTreeMap::new();
    for participant in participants {
        let asns = || participant.networks.iter().filter(|n| n.counted).map(|n| Asn(n.asn));
        programmes.entry(&participant.programme).or_default().extend(asns());
        programmes.entry("").or_default().extend(asns());
    }
    for (programme, asns) in programmes.into_iter().filter(|(_, asns)| !asns.is_empty()) {
        areas.insert(("programme", programme.to_owned()), asns.into_iter().collect());
    }
    areas
}

/// The days of an area; none of one whose networks originate no route.
fn area_rows(
    (scope, area): (&str, &str),
    members: &[Asn],
    own: &BTreeMap<Asn, Own>,
    routes: &Announced<'_>,
    first: &[State],
    days: &[String],
) -> Vec<RoaDayRow> {
    let members: Vec<&Own> = match scope {
        // Networks that no registry lists originate routes too.
        "world" => own.values().collect(),
        _ => members.iter().filter_map(|asn| own.get(asn)).collect(),
    };
    let networks = members.iter().filter(|own| !own.routes.is_empty()).count() as u64;
    let mut places: Vec<u32> = members.iter().flat_map(|own| own.routes.iter().copied()).collect();
    places.sort_unstable();
    let mut moves: Vec<(usize, u32, State)> =
        members.iter().flat_map(|own| own.moves.iter().copied()).collect();
    moves.sort_unstable();
    if places.is_empty() && scope != "world" {
        return Vec::new();
    }
    let covered = coverage(routes, &places, first, &moves, days.len());
    let row = |(day, coverage): (&String, Coverage)| RoaDayRow {
        scope: scope.to_owned(),
        area: area.to_owned(),
        day: day.clone(),
        networks,
        families: coverage.map(counts),
    };
    days.iter().zip(covered).map(row).collect()
}

fn network_row(
    asn: Asn,
    own: &Own,
    routes: &Announced<'_>,
    first: &[State],
    days: &[String],
) -> RoaNetworkRow {
    // Whose routes did not move has one day: the counts of the first hold on all.
    let asked = if own.moves.is_empty() { 1 } else { days.len() };
    let covered = coverage(routes, &own.routes, first, &own.moves, asked);
    let mut listed: Vec<(String, [RoaCounts; 2])> = Vec::new();
    for (day, coverage) in days.iter().zip(covered) {
        let families = coverage.map(counts);
        if listed.last().is_none_or(|(_, last)| *last != families) {
            listed.push((day.clone(), families));
        }
    }
    // Most have one day, and there are very many networks.
    listed.shrink_to_fit();
    RoaNetworkRow { asn: asn.0, days: listed }
}

fn counts(counts: Counts) -> RoaCounts {
    RoaCounts { routes: counts.routes, space: counts.space }
}

fn change_row(
    change: &Change,
    (prefix, origin): (Prefix, Option<Asn>),
    (day, since): (&str, &str),
    economies: &BTreeMap<Asn, &str>,
) -> Option<RoaChangeRow> {
    let origin = origin?;
    Some(RoaChangeRow {
        id: 0,
        day: day.to_owned(),
        since: since.to_owned(),
        prefix: prefix.to_string(),
        asn: origin.0,
        economy: economies.get(&origin).map(|code| (*code).to_owned()),
        kind: Move::of(change.before, change.after).code().to_owned(),
        before: change.before.code().to_owned(),
        after: change.after.code().to_owned(),
        causes: change.causes.iter().take(CAUSES_MAX).map(cause_row).collect(),
        causes_more: change.causes.len().saturating_sub(CAUSES_MAX) as u64,
        because: change.because.clone(),
    })
}

fn cause_row(cause: &VrpChange) -> RoaCauseRow {
    RoaCauseRow {
        what: cause.what.code().to_owned(),
        before: cause.before.map(vrp_row),
        after: cause.after.map(vrp_row),
    }
}

fn vrp_row(vrp: Vrp) -> RoaVrpRow {
    let known = vrp.trust_anchor != TrustAnchor::NotSaid;
    RoaVrpRow {
        asn: vrp.asn.0,
        prefix: vrp.prefix.to_string(),
        max_length: vrp.max_length,
        trust_anchor: known.then(|| vrp.trust_anchor.name().to_owned()),
    }
}

#[cfg(test)]
mod tests;
