//! Repairs of single routes: ROAs and route objects.

use std::collections::{BTreeMap, BTreeSet};

use lake::{DelegatedRow, RoutePlace};
use measure::facts::{MonthFacts, is_excluded, not_counted};
use measure::framework::{Framework, IrrState};
use measure::metric::Metric;
use reference::Registry;
use reference::vrp::{Validation, VrpTable};
use routing::{Asn, Prefix};

use super::max_length::{Tree, Trees};
use super::words;
use super::{Fix, ITEMS_MAX, Item, Pack, Subject, used};
use crate::whatif::{Ground, State, Tables, WhatIfError, states};

/// Finds what fails among the routes that count.
pub(super) fn items(
    ground: &Ground,
    facts: &MonthFacts,
    subject: &Subject,
    framework: &Framework,
    pack: &mut Pack,
) -> Result<(), WhatIfError> {
    let own: Vec<&RoutePlace> =
        ground.places.iter().filter(|place| place.origin == Some(subject.asn)).collect();
    let pairs: Vec<(Prefix, Option<Asn>)> = own.iter().map(|place| (place.prefix, place.origin)).collect();
    let tables = Tables::new(&ground.registered, &ground.vrps, &ground.objects);
    let states = states(&tables, &ground.registered, &pairs);
    let prefixes: Vec<Prefix> = own.iter().map(|place| place.prefix).collect();
    let delegated: Vec<DelegatedRow> = ground.touching(&prefixes)?;
    let space = Space::new(&delegated);
    let rule = &framework.routes;
    let peers_min = facts.full_feed_ases.map(|available| rule.peers_min.min(available));
    let counts = |place: &RoutePlace| {
        let RoutePlace { prefix, full_feed_peers, seen_seconds, .. } = place;
        !is_excluded(rule, place.bogon, place.artefact, place.forged_origin)
            && not_counted(rule, peers_min, prefix.family(), prefix.len(), *full_feed_peers, *seen_seconds)
                .is_none()
    };
    let judged: Vec<(&RoutePlace, &State)> =
        own.iter().copied().zip(&states).filter(|(place, _)| counts(place)).collect();
    let announced = judged.iter().map(|(place, _)| place.prefix);
    let around = Around {
        ground,
        subject,
        space: &space,
        judged: &judged,
        holders: holders(&space, &judged),
        trees: Trees::new(announced),
        vrps: tables.vrps.as_ref(),
    };
    if let Some((metric, score)) = used(framework, Metric::M7Rpki) {
        let failing = judged.iter().filter(|(_, state)| matches!(state.rpki, Some("invalid" | "not-found")));
        let item = |(place, state): &(&RoutePlace, &State)| {
            let (problem, fixes) = around.rpki(place, state);
            Item { metric, score, prefix: Some(place.prefix.to_string()), problem, events: Vec::new(), fixes }
        };
        push(pack, metric, failing.map(item));
    }
    let known = !facts.unknown.contains_key(&Metric::M7Irr);
    if let Some((metric, score)) = used(framework, Metric::M7Irr).filter(|_| known) {
        let registered = |state: &State| {
            let word = match state.irr {
                Some("exact") => IrrState::Exact,
                Some("covered") => IrrState::Covered,
                Some("wrong_origin") => IrrState::WrongOrigin,
                _ => IrrState::None,
            };
            framework.irr.as_ref().is_none_or(|rule| rule.registered.contains(&word))
        };
        let failing = judged.iter().filter(|(_, state)| !registered(state));
        let item = |(place, state): &(&RoutePlace, &State)| {
            let (problem, fixes) = around.irr(place, state);
            Item { metric, score, prefix: Some(place.prefix.to_string()), problem, events: Vec::new(), fixes }
        };
        push(pack, metric, failing.map(item));
    }
    Ok(())
}

fn push(pack: &mut Pack, metric: &str, mut items: impl Iterator<Item = Item>) {
    pack.items.extend(items.by_ref().take(ITEMS_MAX));
    let more = items.count();
    if more > 0 {
        pack.notes.push(format!("{more} more routes fail {metric}; the first {ITEMS_MAX} are spelled out."));
    }
}

/// Who was given which space, ascending.
struct Space<'a>(BTreeMap<Prefix, &'a DelegatedRow>);

impl<'a> Space<'a> {
    fn new(rows: &'a [DelegatedRow]) -> Space<'a> {
        Space(rows.iter().map(|row| (row.prefix, row)).collect())
    }

    /// The record of the smallest space that covers a prefix.
    fn of(&self, prefix: &Prefix) -> Option<&'a DelegatedRow> {
        (0..=prefix.len()).rev().find_map(|len| self.0.get(&prefix.truncate(len)?)).copied()
    }

    fn registry(&self, prefix: &Prefix) -> Option<Registry> {
        self.of(prefix)?.registry.parse().ok()
    }
}

/// Holders of space for which the network has a valid route: its own, or of those it works for.
fn holders<'a>(space: &Space<'a>, judged: &[(&RoutePlace, &State)]) -> BTreeSet<(&'a str, &'a str)> {
    let valid = judged.iter().filter(|(_, state)| state.rpki == Some("valid"));
    let holder = |row: &'a DelegatedRow| (row.registry.as_str(), row.holder.as_str());
    valid
        .filter_map(|(place, _)| space.of(&place.prefix).map(holder))
        .filter(|(_, holder)| !holder.is_empty())
        .collect()
}

/// Routes of others that a warning names.
const THIRD_PARTIES_MAX: usize = 20;

/// When a registration is right that others contradict.
const IF_YOURS: &str = "If the space is yours, or its holder lets you announce it";

fn withdraw(prefix: Prefix, asn: Asn, when: Option<&str>, what: String) -> Fix {
    let changes = vec![format!("- announce {prefix} {asn}")];
    Fix { when: when.map(str::to_owned), changes, ..Fix::told(what) }
}

/// The other half of [`IF_YOURS`].
fn stop(prefix: Prefix, asn: Asn) -> Fix {
    let what = format!("Stop announcing {prefix}: it takes traffic of whoever holds it.");
    withdraw(prefix, asn, Some("If it is neither"), what)
}

struct Around<'a> {
    ground: &'a Ground,
    subject: &'a Subject,
    space: &'a Space<'a>,
    judged: &'a [(&'a RoutePlace, &'a State)],
    holders: BTreeSet<(&'a str, &'a str)>,
    trees: Trees,
    vrps: Option<&'a VrpTable>,
}

impl Around<'_> {
    fn rpki(&self, place: &RoutePlace, state: &State) -> (String, Vec<Fix>) {
        let (prefix, asn) = (place.prefix, self.subject.asn);
        let by = state.vrps.join(", ");
        let problem = match state.rpki_reason {
            None => "No VRP covers it.".to_owned(),
            Some("length") => format!("It is longer than its own ROA allows ({by})."),
            Some("as0") => format!("By AS0 its holder states that nobody announces it ({by})."),
            Some(_) => format!("The ROAs that cover it are for other networks ({by})."),
        };
        if let Some(stop) = self.taken(&prefix) {
            return (problem, vec![stop]);
        }
        let withdraw = |when, what| withdraw(prefix, asn, when, what);
        let whose = self.whose(&prefix);
        let tree = self.trees.around(&prefix).filter(|tree| self.is_meant(tree));
        let instead = tree.as_ref().map(|tree| self.one_roa(tree));
        match state.rpki_reason {
            None => (problem, [self.roa(prefix, None)].into_iter().chain(instead).collect()),
            Some("length") => {
                let mut fix = self.roa(prefix, None);
                if instead.is_none() {
                    fix.warnings.push(
                        "Leave the maximum length of the other ROA as it is: a longer one would authorise routes that you \
                         do not announce (RFC 9319)."
                            .to_owned(),
                    );
                }
                let what = format!("Stop announcing {prefix}.");
                let stop = withdraw(Some("If it is not meant to be announced"), what);
                (problem, [fix].into_iter().chain(instead).chain([stop]).collect())
            }
            Some(_) => match whose {
                Some(why) => {
                    let mut fix = self.roa(prefix, None);
                    fix.warnings.push(format!("It is taken to be yours: {why}."));
                    (problem, [fix].into_iter().chain(instead).collect())
                }
                None => (problem, vec![self.roa(prefix, Some(IF_YOURS)), stop(prefix, asn)]),
            },
        }
    }

    /// Nothing of it is announced by mistake, as far as is known: an incident, or space that others hold ROAs for.
    fn is_meant(&self, tree: &Tree) -> bool {
        self.judged.iter().filter(|(place, _)| tree.holds(&place.prefix)).all(|(place, state)| {
            let foreign = matches!(state.rpki_reason, Some("as" | "as0"));
            self.taken(&place.prefix).is_none() && (!foreign || self.whose(&place.prefix).is_some())
        })
    }

    /// One ROA with a maximum length in place of one for each prefix of a tree that is announced without a gap.
    fn one_roa(&self, tree: &Tree) -> Fix {
        let asn = self.subject.asn;
        let Tree { top, max_length } = *tree;
        let count = tree.prefixes();
        let what = format!(
            "Create one ROA for {top}, origin {asn}, with maximum length {max_length}, in {}, in place of {count} single ones.",
            self.portal(&top)
        );
        let text = format!("Prefix:         {top}\nOrigin AS:      {asn}\nMax length:     {max_length}\n");
        let mut fix = Fix::told(what).with_text(text);
        fix.when = Some(format!(
            "Instead, as long as each of the {count} prefixes of {top} down to /{max_length} is announced by {asn}"
        ));
        fix.changes = vec![format!("+ roa {top}-{max_length} {asn}")];
        fix.warnings.push(format!(
            "Once one of the {count} is not announced any more, whoever announces it with {asn} as forged origin is valid: \
             then the single ROAs are needed (RFC 9319)."
        ));
        let Some(vrps) = self.vrps else { return fix };
        let inside: Vec<(Prefix, Option<Asn>)> = self
            .ground
            .places
            .iter()
            .filter(|place| top.contains(&place.prefix))
            .filter(|place| place.origin != Some(asn) || place.prefix.len() > max_length)
            .map(|place| (place.prefix, place.origin))
            .collect();
        let states = vrps.validate_all(&inside);
        let breaks = inside.iter().zip(states).filter(|(_, state)| *state == Validation::NotFound);
        let (own, others): (Vec<_>, Vec<_>) =
            breaks.map(|(route, _)| route).partition(|(_, origin)| *origin == Some(asn));
        if !own.is_empty() {
            let named: Vec<String> = own.iter().map(|(prefix, _)| prefix.to_string()).collect();
            fix.warnings.push(format!(
                "Alone it would make your more specific {} invalid: give each a ROA of its own first.",
                words::some_of(&named, 5)
            ));
        }
        if !others.is_empty() {
            let named = others.iter().map(|(prefix, origin)| {
                let origin = origin.map_or("an AS_SET".to_owned(), |asn| asn.to_string());
                format!("{prefix} of {origin}")
            });
            fix.warnings.push(format!(
                "It would make {} invalid: agree with whom it concerns before, so that a ROA of theirs is there first.",
                words::some_of(&named.collect::<Vec<_>>(), THIRD_PARTIES_MAX)
            ));
        }
        fix
    }

    /// What to do about a prefix that an incident says is taken from others.
    fn taken(&self, prefix: &Prefix) -> Option<Fix> {
        let event = self.subject.part_in.iter().find(|part| {
            part.began
                && matches!(part.kind.as_str(), "misorigination" | "forged_origin" | "forged_path")
                && part.prefix.parse::<Prefix>().is_ok_and(|taken| taken == *prefix)
        })?;
        let asn = self.subject.asn;
        let what = format!("Stop announcing it: event {} judged it an incident begun by {asn}.", event.event);
        Some(withdraw(*prefix, asn, None, what))
    }

    /// Why the space is taken to be the network's own, where anything says so.
    fn whose(&self, prefix: &Prefix) -> Option<String> {
        match self.space.of(prefix) {
            Some(row) if self.holders.contains(&(row.registry.as_str(), row.holder.as_str())) => {
                Some("its holder is the one of other space that you announce by valid ROAs".to_owned())
            }
            _ => {
                let sibling = self.sibling(prefix)?;
                Some(format!("{sibling}, of the same organisation, has a ROA for it"))
            }
        }
    }

    /// A network of the same organisation that a covering VRP names.
    fn sibling(&self, prefix: &Prefix) -> Option<Asn> {
        let covering = self.ground.vrps.iter().filter(|vrp| vrp.prefix.contains(prefix));
        covering.map(|vrp| vrp.asn).find(|asn| self.subject.siblings.contains(&asn.0))
    }

    /// Where ROAs of some space are made.
    fn portal(&self, prefix: &Prefix) -> &'static str {
        let place = self.space.registry(prefix).and_then(words::places);
        place.map_or(
            "the portal of the registry that gave the space, which no file loaded names",
            |(_, at)| at,
        )
    }

    fn roa(&self, prefix: Prefix, when: Option<&str>) -> Fix {
        let asn = self.subject.asn;
        let at = self.portal(&prefix);
        let holder =
            if when.is_some() { "Create, or ask the holder to create, a ROA" } else { "Create a ROA" };
        let what = format!("{holder} for {prefix}, origin {asn}, without a maximum length, in {at}.");
        let text = format!(
            "Prefix:         {prefix}\nOrigin AS:      {asn}\nMax length:     none ({})\n",
            prefix.len()
        );
        let mut fix = Fix::told(what).with_text(text);
        fix.when = when.map(str::to_owned);
        fix.changes = vec![format!("+ roa {prefix} {asn}")];
        let inside = self.judged.iter().filter(|(place, state)| {
            place.prefix != prefix && prefix.contains(&place.prefix) && state.rpki != Some("valid")
        });
        let inside: Vec<String> = inside.map(|(place, _)| place.prefix.to_string()).collect();
        if !inside.is_empty() {
            fix.warnings.push(format!(
                "Alone it would make your more specific {} invalid: give each a ROA of its own first, which is better than \
                 a maximum length (RFC 9319).",
                words::some_of(&inside, 5)
            ));
        }
        fix
    }

    fn irr(&self, place: &RoutePlace, state: &State) -> (String, Vec<Fix>) {
        let (prefix, asn) = (place.prefix, self.subject.asn);
        let class = if prefix.family() == routing::Family::V4 { "route" } else { "route6" };
        let registry = self.space.registry(&prefix);
        let source = registry.and_then(words::places);
        let own = |row: &&lake::ObjectRow| {
            row.origin == asn && source.is_some_and(|(name, _)| row.authority == name)
        };
        let maintainer = self.ground.objects.iter().filter(own).find(|row| !row.maintainers.is_empty());
        let maintainer = maintainer.map(|row| row.maintainers.as_str());
        let text = words::route_object(&prefix, asn, source.map(|(name, _)| name), maintainer);
        let mut fix = match source {
            Some((name, at)) => Fix {
                changes: vec![format!("+ route {prefix} {asn} {name}")],
                ..Fix::told(format!("Make this {class} object in {name}, by {at}."))
            },
            None => Fix::told(format!(
                "Make this {class} object in the registry of whoever gave the space; no delegation file loaded names it, and \
                 RADB takes any."
            )),
        }
        .with_text(text);
        match maintainer {
            None => fix.warnings.push("Put your own maintainer in place of YOUR-MNT.".to_owned()),
            Some(_) => {
                fix.warnings.push("The maintainer is that of another route object of yours.".to_owned())
            }
        }
        let problem = match state.irr {
            Some("wrong_origin") => {
                let others = self
                    .ground
                    .objects
                    .iter()
                    .filter(|row| row.prefix.contains(&prefix) && row.origin != asn);
                let named: Vec<String> = others
                    .take(5)
                    .map(|row| {
                        let by = if row.maintainers.is_empty() { "nobody named" } else { &row.maintainers };
                        format!("{} {} in {}, maintained by {by}", row.prefix, row.origin, row.authority)
                    })
                    .collect();
                fix.warnings.push(format!(
                    "Where these are outdated, delete them or ask their maintainers or the registry to: {}.",
                    named.join("; ")
                ));
                format!("Its route objects are of other origins ({}).", state.route_objects.join(", "))
            }
            _ => "No route object covers it.".to_owned(),
        };
        if let Some(stop) = self.taken(&prefix) {
            return (problem, vec![stop]);
        }
        // Nobody is told to register space that others have registered, unless something says that it is theirs.
        let own_roa = state.rpki == Some("valid") || state.rpki_reason == Some("length");
        let contradicted =
            state.irr == Some("wrong_origin") || matches!(state.rpki_reason, Some("as" | "as0"));
        if contradicted && !own_roa && self.whose(&prefix).is_none() {
            fix.when = Some(IF_YOURS.to_owned());
            return (problem, vec![fix, stop(prefix, asn)]);
        }
        (problem, vec![fix])
    }
}
