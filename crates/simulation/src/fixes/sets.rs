//! Whether as-sets name the network, and its own set its customers: whoever makes filters from them (RFC 2622 §5.1)
//! leaves out whom none names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lake::{Bounds, Customers, Cut, SetsAbout};
use routing::Asn;

use super::{Fix, Item, Pack, Subject, words};
use crate::whatif::WhatIfError;

/// Sets and networks that a sentence names.
const NAMED_MAX: usize = 8;

/// Customers that a pack spells out.
const LINES_MAX: usize = 500;

/// How far the network's own set is followed.
const BOUNDS: Bounds = Bounds { networks_max: 200_000, sets_max: 10_000, depth_max: 32 };

/// The edits where no as-set of the month names the network, or its own one not all of its customers; a note where
/// all is well or something is not known.
pub(super) fn items(folder: &Path, subject: &Subject, pack: &mut Pack) -> Result<(), WhatIfError> {
    let asn = subject.asn;
    if subject.prefixes.is_empty() {
        return Ok(());
    }
    let mut related = lake::customers(folder, &BTreeSet::from([asn]))?;
    let customers: BTreeSet<Asn> = related
        .iter()
        .flat_map(|known| known.networks.get(&asn))
        .flat_map(|row| row.customers.clone())
        .collect();
    if !customers.is_empty() {
        let mut all = customers.clone();
        all.insert(asn);
        related = lake::customers(folder, &all)?;
    }
    let Some(about) = lake::as_sets_about(folder, asn, &customers)? else {
        pack.notes.push(format!(
            "No as-sets were loaded: whether one names {asn}, and its own one its customers, is not known here."
        ));
        return Ok(());
    };
    let customers = CustomersOf { folder, asn, customers, about: &about, related: related.as_ref() };
    if about.naming.is_empty() {
        pack.items.push(in_none(subject, &customers)?);
    } else {
        let named: Vec<String> =
            about.naming.iter().map(|(name, registry)| format!("{name} ({registry})")).collect();
        pack.notes.push(format!("As-sets that name {asn}: {}.", some_of(&named)));
    }
    customers.compare(pack)
}

fn some_of(named: &[String]) -> String {
    words::some_of(named, NAMED_MAX)
}

fn item(problem: String, fixes: Vec<Fix>) -> Item {
    Item { metric: "AS-SET", score: None, prefix: None, problem, events: Vec::new(), fixes }
}

/// What to do where no set names the network.
fn in_none(subject: &Subject, customers: &CustomersOf<'_>) -> Result<Item, WhatIfError> {
    let asn = subject.asn;
    let members = customers.members(customers.customers.iter().take(LINES_MAX), &BTreeSet::new())?;
    let own = Fix {
        when: Some("It has a set of its own, or customers".to_owned()),
        ..Fix::told(format!(
            "Make a set of your own, in the registry where your route objects are, and name it to your providers and in \
             PeeringDB; {asn} and the sets of your customers are its members."
        ))
        .with_text(words::as_set(asn, &members))
    };
    let of_provider = Fix {
        when: Some("It has none, and no customers".to_owned()),
        ..Fix::told("Ask every provider to add this line to the set of its customers.")
            .with_text(words::member(&asn.to_string()))
    };
    let problem = format!(
        "It announces {} prefixes, and none of the as-sets loaded names it: filters made from as-sets leave its routes \
         out.",
        subject.prefixes.len()
    );
    Ok(item(problem, vec![own, of_provider]))
}

/// The set that is the network's own, and how that is known.
struct Own {
    names: Vec<String>,
    told: String,
}

struct CustomersOf<'a> {
    folder: &'a Path,
    asn: Asn,
    customers: BTreeSet<Asn>,
    about: &'a SetsAbout,
    related: Option<&'a Customers>,
}

impl CustomersOf<'_> {
    /// Compares the network's customers with its own set. Members that are no customers are nobody's fault: a set also
    /// names customers of customers, siblings and links that no collector saw.
    fn compare(&self, pack: &mut Pack) -> Result<(), WhatIfError> {
        let (asn, count) = (self.asn, self.customers.len());
        let by = match self.customers_known() {
            Ok(by) => by,
            Err(why) => {
                pack.notes.push(format!(
                    "Whether the as-set of {asn} names all its customers is not known: {why}."
                ));
                return Ok(());
            }
        };
        if count == 0 {
            pack.notes.push(format!("{asn} has no customers, by {by}: its as-set lacks none of them."));
            return Ok(());
        }
        let not_known = |why: String| {
            format!("Whether the as-set of {asn} names its {count} customers (by {by}) is not known: {why}.")
        };
        let own = match self.own() {
            Ok(own) => own,
            Err(why) => {
                pack.notes.push(not_known(why));
                return Ok(());
            }
        };
        let mut found = lake::Expansion::default();
        for name in &own.names {
            let Some(one) = lake::expand_as_set(self.folder, name, BOUNDS)? else { continue };
            if one.followed.is_empty() {
                found.unknown.push(name.clone());
            }
            found.asns.extend(one.asns);
            found.followed.extend(one.followed);
            found.unknown.extend(one.unknown);
            found.by_reference.extend(one.by_reference);
            found.unreadable += one.unreadable;
            found.cut = found.cut.or(one.cut);
        }
        let sets = some_of(&own.names);
        if found.followed.is_empty() {
            pack.notes.push(not_known(format!("{sets}, {}, is in no routing registry loaded", own.told)));
            return Ok(());
        }
        let within: BTreeSet<Asn> = found.asns.iter().copied().collect();
        let lacking: BTreeSet<Asn> = self.customers.difference(&within).copied().collect();
        if lacking.is_empty() {
            pack.notes.push(format!("{sets}, {}, names all {count} customers of {asn} by {by}.", own.told));
            return Ok(());
        }
        if let Some(cut) = found.cut {
            let bound = match cut {
                Cut::Networks => format!("leads to more than {} networks", BOUNDS.networks_max),
                Cut::Sets => format!("leads to more than {} sets", BOUNDS.sets_max),
                Cut::Depth => format!("has sets within sets more than {} deep", BOUNDS.depth_max),
            };
            pack.notes.push(not_known(format!("{sets} {bound}, and what lies beyond was not looked at")));
            return Ok(());
        }
        let followed: BTreeSet<String> = found.followed.iter().map(|(name, _)| name.clone()).collect();
        let lines: Vec<String> = self.members(lacking.iter().take(LINES_MAX), &followed)?;
        let problem = format!(
            "{} of its {count} customers, by {by}, are not found in {sets}, {}: filters made from it leave their routes \
             out.",
            lacking.len(),
            own.told
        );
        let what = if let [name] = own.names.as_slice() {
            let kept: BTreeSet<&str> = found.followed.iter().map(|(_, registry)| registry.as_str()).collect();
            let at = if kept.len() == 1 {
                format!(" in {}", kept.into_iter().collect::<String>())
            } else {
                String::new()
            };
            format!("Add these lines to {name}{at}, or to a set within it.")
        } else {
            format!("Add these lines to the one of {sets} that you name to your providers.")
        };
        let text: String = lines.iter().map(|member| words::member(member)).collect();
        let mut fix = Fix::told(what).with_text(text);
        fix.warnings = warnings(&found);
        fix.warnings
            .push(format!("Customers are told by {by}: leave out whoever buys nothing from you any more."));
        pack.items.push(item(problem, vec![fix]));
        let more = lacking.len().saturating_sub(LINES_MAX);
        if more > 0 {
            pack.notes.push(format!(
                "{more} more customers are not found in {sets}; the first {LINES_MAX} are spelled out."
            ));
        }
        Ok(())
    }

    /// What the customers are known by, or why they are not.
    fn customers_known(&self) -> Result<&str, String> {
        let Some(related) = self.related else {
            return Err("the month was published before relationships were kept with it".to_owned());
        };
        let by = related.known.customers.as_ref().map_err(Clone::clone)?;
        if related.networks.get(&self.asn).is_none_or(|row| !row.related) {
            return Err(format!("the {by} know no link of it"));
        }
        Ok(by)
    }

    /// The network's own set: what it names itself, otherwise those under its number. Who maintains a set is no sign: providers
    /// maintain the objects of their customers.
    fn own(&self) -> Result<Own, String> {
        let Some(related) = self.related else { return Err("nothing is kept of it".to_owned()) };
        let named = related.networks.get(&self.asn).map(|row| row.as_sets.clone()).unwrap_or_default();
        let by = match &related.known.as_sets {
            Ok(by) if !named.is_empty() => {
                return Ok(Own { names: named, told: format!("which {by} names as its set") });
            }
            Ok(by) => format!("{by} names none"),
            Err(why) => format!("what it names in PeeringDB is not known ({why})"),
        };
        match self.about.under.get(&self.asn) {
            Some(under) => {
                Ok(Own { names: under.iter().cloned().collect(), told: "under its number".to_owned() })
            }
            None => Err(format!(
                "which as-set is its own is not known: {by}, and no routing registry loaded has one under its number \
                 ({}:AS-…)",
                self.asn
            )),
        }
    }

    /// What to name networks by: their own set, where one is known and there, otherwise their number. `not` are sets that
    /// would name themselves.
    fn members<'c>(
        &self,
        networks: impl Iterator<Item = &'c Asn>,
        not: &BTreeSet<String>,
    ) -> Result<Vec<String>, WhatIfError> {
        let networks: Vec<Asn> = networks.copied().collect();
        let plain = |name: &str| name.rsplit("::").next().unwrap_or(name).to_owned();
        let mut wanted: BTreeMap<Asn, Vec<String>> = BTreeMap::new();
        for asn in &networks {
            let named =
                self.related.and_then(|related| related.networks.get(asn)).map(|row| row.as_sets.clone());
            let named = named.filter(|named| !named.is_empty());
            let under = || self.about.under.get(asn).filter(|under| under.len() == 1);
            let names = named.or_else(|| Some(under()?.iter().cloned().collect())).unwrap_or_default();
            wanted.insert(*asn, names);
        }
        let names: BTreeSet<String> = wanted.values().flatten().map(|name| plain(name)).collect();
        let there = lake::as_sets(self.folder, &names)?.unwrap_or_default();
        let is_there = |name: &String| match name.split_once("::") {
            Some((registry, name)) => {
                there.get(name).is_some_and(|sets| sets.iter().any(|set| set.registry == registry))
            }
            None => there.contains_key(name),
        };
        let mut seen = BTreeSet::new();
        let mut members = Vec::new();
        for asn in networks {
            let sets: Vec<&String> =
                wanted[&asn].iter().filter(|name| is_there(name) && !not.contains(&plain(name))).collect();
            let own =
                if sets.is_empty() { vec![asn.to_string()] } else { sets.into_iter().cloned().collect() };
            // Two customers of one organisation may share a set.
            members.extend(own.into_iter().filter(|member| seen.insert(member.clone())));
        }
        Ok(members)
    }
}

/// Where customers that were not found may be after all.
fn warnings(found: &lake::Expansion) -> Vec<String> {
    let mut warnings = Vec::new();
    if !found.unknown.is_empty() {
        warnings.push(format!(
            "They may be in sets that are named there and in no routing registry loaded: {}.",
            some_of(&found.unknown)
        ));
    }
    if !found.by_reference.is_empty() {
        warnings.push(format!(
            "They may have joined by themselves (member-of), which is not followed, in {}.",
            some_of(&found.by_reference)
        ));
    }
    if found.unreadable > 0 {
        warnings.push(format!("{} members of it are neither networks nor sets.", found.unreadable));
    }
    warnings
}

#[cfg(test)]
mod tests;
