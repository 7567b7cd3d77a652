//! What would be otherwise: routes of a published month judged again with some ROAs, route objects or announcements
//! more or fewer, and the scores of the networks that they are of. Equal to computing the month from such inputs.

mod answer;
mod ground;
mod scores;
mod text;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use measure::framework::{self, Framework};
use reference::vrp::{TrustAnchor, Vrp};
use routing::{Asn, Family, Prefix};

pub use answer::{Answer, Changed, MetricChange, NetworkChange, RouteChange, ScoreChange, State, ThirdParty};
pub(crate) use answer::{Pair, states};
pub use ground::{Ground, ROUTES_MAX, Tables, WhatIfError};
pub use text::{CHANGES_MAX, Change, ChangeError, EXAMPLES, TEXT_BYTES_MAX, What, parse};

use lake::{LakeError, ObjectRow, RoutePlace};

/// Networks graded in one answer.
pub const NETWORKS_MAX: usize = 500;

/// What an answer leaves out, whatever is asked.
const NOT_COMPUTED: [&str; 4] = [
    "Events and incidents stay as they were judged: a hijack or leak that a ROA would have decided otherwise is not looked \
     at again, so M1 to M4 keep their values.",
    "Scores of economies, regions and participants are not pooled again.",
    "Nothing is asked of a registry: whether its owner may issue a ROA or make an object is not checked, and each is taken \
     to hold throughout the month.",
    "What counts as a full feed is not measured again.",
];

const ADDED: &str = "An added announcement is taken to be shown by every full feed throughout the month, and is judged by \
                     the bogon space of its beginning; whether it would be an event is not looked at.";

/// The rules that a publication was graded by: the very texts that its generation at `folder` keeps, or those shipped.
///
/// # Errors
/// When a text cannot be read.
pub fn frameworks_of<'a>(
    folder: &Path,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<Framework>, LakeError> {
    let mut all = Vec::new();
    for id in ids {
        let kept = lake::framework(folder, id)?.and_then(|text| framework::check(&text).ok());
        all.extend(kept.or_else(|| framework::load(id).ok()));
    }
    Ok(all)
}

/// Answers a question about the generation at `folder`: the changes, who asks (others are third parties), and the
/// frameworks to grade by.
///
/// # Errors
/// When the generation does not hold what is needed, too much is touched, or it cannot be read.
pub fn what_if(
    folder: &Path,
    month: &str,
    changes: &[Change],
    asking: Option<Asn>,
    frameworks: &[Framework],
) -> Result<Answer, WhatIfError> {
    let prefixes: Vec<Prefix> = changes.iter().map(Change::prefix).collect();
    let ground = Ground::read(folder, month, &prefixes)?;
    answer(&ground, changes, asking, frameworks)
}

/// Answers a question about what was read of a publication; it has been read for at least the prefixes of the changes.
///
/// # Errors
/// When the facts of a network cannot be read.
pub fn answer(
    ground: &Ground,
    changes: &[Change],
    asking: Option<Asn>,
    frameworks: &[Framework],
) -> Result<Answer, WhatIfError> {
    let edited = Edited::new(ground, changes, &bogons_added(ground, changes)?);
    let mut routes: Vec<Pair> = Vec::new();
    let pairs = |places: &[RoutePlace]| -> Vec<(Prefix, Option<Asn>)> {
        places.iter().map(|place| (place.prefix, place.origin)).collect()
    };
    let concerned =
        |place: &&RoutePlace| changes.iter().any(|change| change.prefix().contains(&place.prefix));
    let before: Vec<RoutePlace> = ground.places.iter().filter(concerned).cloned().collect();
    let after: Vec<RoutePlace> = edited.places.iter().filter(concerned).cloned().collect();
    let tables = Tables::new(&ground.registered, &ground.vrps, &ground.objects);
    let states_before = states(&tables, &ground.registered, &pairs(&before));
    let tables = Tables::new(&ground.registered, &edited.vrps, &edited.objects);
    let states_after = states(&tables, &ground.registered, &pairs(&after));
    let mut was = before.into_iter().zip(states_before).peekable();
    let mut is = after.into_iter().zip(states_after).peekable();
    let place = |(place, _): &(RoutePlace, State)| (place.prefix, place.origin);
    loop {
        let (first, second) = (was.peek().map(place), is.peek().map(place));
        let (take_was, take_is) = match (first, second) {
            (None, None) => break,
            (Some(_), None) => (true, false),
            (None, Some(_)) => (false, true),
            (Some(a), Some(b)) => (a <= b, b <= a),
        };
        let before = take_was.then(|| was.next()).flatten();
        let after = take_is.then(|| is.next()).flatten();
        routes.push(Pair { before, after });
    }
    routes.retain(Pair::differs);
    let mut named: BTreeSet<Asn> = changes.iter().map(Change::origin).collect();
    if let Some(asking) = asking {
        named = BTreeSet::from([asking]);
    }
    let mut networks: BTreeSet<Asn> = routes.iter().filter_map(Pair::origin).collect();
    networks.extend(&named);
    networks.remove(&Asn::ZERO);
    let left_out: Vec<Asn> = networks.iter().skip(NETWORKS_MAX).copied().collect();
    let networks: BTreeSet<Asn> = networks.into_iter().take(NETWORKS_MAX).collect();
    let facts = ground.facts_of(&networks)?;
    let graded = scores::grade(ground, &facts, &routes, &networks, frameworks)?;
    let mut notes = edited.notes;
    if !left_out.is_empty() {
        notes.push(format!(
            "{} more networks have routes that change; {NETWORKS_MAX} are graded in one answer.",
            left_out.len()
        ));
    }
    for asn in &networks {
        if facts.networks.binary_search_by_key(asn, |network| network.asn).is_err() {
            notes.push(format!("{asn} is not among the networks of {}: it is not graded.", ground.month));
        }
    }
    let mut not_computed: Vec<String> = NOT_COMPUTED.iter().map(|sentence| (*sentence).to_owned()).collect();
    if changes.iter().any(|change| change.adds && matches!(change.what, What::Announce { .. })) {
        not_computed.push(ADDED.to_owned());
    }
    Ok(Answer::new(ground, changes, asking, &named, &routes, graded, notes, not_computed))
}

/// Prefixes of added announcements that are bogons, with their class.
fn bogons_added(ground: &Ground, changes: &[Change]) -> Result<BTreeMap<Prefix, String>, WhatIfError> {
    let announced = |change: &&Change| change.adds && matches!(change.what, What::Announce { .. });
    let added: Vec<Prefix> = changes.iter().filter(announced).map(Change::prefix).collect();
    ground.bogons(&added)
}

/// What is read, with the changes made to it.
struct Edited {
    places: Vec<RoutePlace>,
    vrps: Vec<Vrp>,
    objects: Vec<ObjectRow>,
    /// What of the changes has no effect, and why.
    notes: Vec<String>,
}

impl Edited {
    fn new(ground: &Ground, changes: &[Change], bogons: &BTreeMap<Prefix, String>) -> Edited {
        let mut edited = Edited {
            places: ground.places.clone(),
            vrps: ground.vrps.clone(),
            objects: ground.objects.clone(),
            notes: Vec::new(),
        };
        for change in changes {
            let note = match &change.what {
                What::Roa { prefix, max_length, origin } => {
                    edited.roa(ground, change.adds, (*prefix, *max_length, *origin))
                }
                What::Route { prefix, origin, registry } => {
                    edited.route(ground, change.adds, (*prefix, *origin, registry.as_deref()))
                }
                What::Announce { prefix, origin } => {
                    edited.announce(ground, change.adds, *prefix, *origin, bogons.get(prefix))
                }
            };
            edited.notes.extend(note.map(|note| format!("`{change}`: {note}")));
        }
        edited.places.sort_by_key(|place| (place.prefix, place.origin));
        edited
    }

    fn roa(&mut self, ground: &Ground, adds: bool, named: (Prefix, u8, Asn)) -> Option<String> {
        if let Err(why) = &ground.registered.vrps {
            return Some(format!("RPKI states of {} are not known: {why}", ground.month));
        }
        let same = |vrp: &Vrp| (vrp.prefix, vrp.max_length, vrp.asn) == named;
        let there = self.vrps.iter().any(same);
        match (adds, there) {
            (true, true) => Some("there is such a VRP already, so nothing changes".to_owned()),
            (true, false) => {
                let (prefix, max_length, asn) = named;
                self.vrps.push(Vrp { prefix, max_length, asn, trust_anchor: TrustAnchor::NotSaid });
                None
            }
            (false, true) => {
                self.vrps.retain(|vrp| !same(vrp));
                None
            }
            (false, false) => {
                let near = self.vrps.iter().filter(|vrp| vrp.prefix == named.0);
                Some(absent("VRP", near.map(ToString::to_string)))
            }
        }
    }

    fn route(
        &mut self,
        ground: &Ground,
        adds: bool,
        (prefix, origin, registry): (Prefix, Asn, Option<&str>),
    ) -> Option<String> {
        if let Err(why) = &ground.registered.route_objects {
            return Some(format!("IRR states of {} are not known: {why}", ground.month));
        }
        let same = |row: &ObjectRow| {
            (row.prefix, row.origin) == (prefix, origin)
                && registry.is_none_or(|name| row.authority.eq_ignore_ascii_case(name))
        };
        let there = self.objects.iter().any(same);
        match (adds, there) {
            (true, true) => Some("there is such an object already, so nothing changes".to_owned()),
            (true, false) => {
                let named = registry.unwrap_or_default();
                let known =
                    ground.registered.authorities.iter().find(|(name, _)| name.eq_ignore_ascii_case(named));
                let Some((name, authoritative)) = known else {
                    let read: Vec<&str> = ground.registered.authorities.keys().map(String::as_str).collect();
                    return Some(format!(
                        "{} read no dump of {named}, so an object there would not be seen; read were {}",
                        ground.month,
                        read.join(", ")
                    ));
                };
                self.objects.push(ObjectRow {
                    prefix,
                    origin,
                    authority: name.clone(),
                    authoritative: *authoritative,
                    maintainers: String::new(),
                });
                None
            }
            (false, true) => {
                self.objects.retain(|row| !same(row));
                None
            }
            (false, false) => {
                let near = self.objects.iter().filter(|row| row.prefix == prefix);
                Some(absent("route object", near.map(|row| format!("{} {}", row.origin, row.authority))))
            }
        }
    }

    fn announce(
        &mut self,
        ground: &Ground,
        adds: bool,
        prefix: Prefix,
        origin: Asn,
        bogon: Option<&String>,
    ) -> Option<String> {
        let same = |place: &RoutePlace| (place.prefix, place.origin) == (prefix, Some(origin));
        let there = self.places.iter().any(same);
        match (adds, there) {
            (true, true) => Some("it is announced already, so nothing changes".to_owned()),
            (true, false) => {
                // Announced, taken away and announced again within one question, it is what it was.
                let known = ground.places.iter().find(|place| same(place)).cloned();
                let note = bogon.filter(|_| known.is_none()).map(|class| {
                    format!("{prefix} is a bogon ({class}): frameworks that leave bogons out do not count the route")
                });
                self.places.push(known.unwrap_or(RoutePlace {
                    prefix,
                    origin: Some(origin),
                    full_feed_peers: u32::MAX,
                    seen_seconds: u64::MAX,
                    bogon: bogon.is_some(),
                    artefact: false,
                    forged_origin: false,
                }));
                note
            }
            (false, true) => {
                self.places.retain(|place| !same(place));
                None
            }
            (false, false) => {
                let near = self.places.iter().filter(|place| place.prefix == prefix);
                let origin =
                    |place: &RoutePlace| place.origin.map_or("an AS_SET".to_owned(), |asn| asn.to_string());
                Some(absent("announcement", near.map(origin)))
            }
        }
    }
}

/// Said of what would be removed and is not there.
fn absent(what: &str, near: impl Iterator<Item = String>) -> String {
    let near: Vec<String> = near.take(5).collect();
    match near.as_slice() {
        [] => format!("there is no such {what}, and none of that prefix, so nothing changes"),
        near => format!(
            "there is no such {what}, so nothing changes; of that prefix there are: {}",
            near.join(", ")
        ),
    }
}

/// 0 for IPv4, 1 for IPv6.
pub(crate) fn family_place(prefix: &Prefix) -> usize {
    usize::from(prefix.family() == Family::V6)
}
