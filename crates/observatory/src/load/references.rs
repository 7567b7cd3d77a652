mod irr;
mod rpki;

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use lake::AsSetRow;
use pipeline::month::{Before, BogonEpoch, DailyReport, Dated, Known, References};
use reference::bogons::{self, BogonBlock, BogonTable};
use reference::contacts::ContactTable;
use reference::delegations::{Delegation, DelegationTable, Resource};
use reference::exchange_points::ExchangePoints;
use reference::organisations::OrganisationTable;
use reference::relationships::RelationshipTable;
use reference::{Parsed, ReadError, Registry};
use reference::{as_names, asn_countries, contacts, history, organisations, relationships};
use routing::{Asn, Date, Month, Prefix, Timestamp, Unknown};

use super::as_sets::SetsBy;
use super::choose::{epochs, keep_better, nearest, skew};
use super::parse::{first_line, snapshots};
use super::spoofer::load_spoofer;
use super::vrp_days::VrpDays;
use super::{Admission, Snapshot, SourceFile};
use crate::config::{Config, SourceKind};
use crate::progress::Progress;

/// A file of bogons: a list of space, or a day's report of announcements.
enum Bogons {
    List(Vec<Prefix>),
    Report(Vec<bogons::CidrReportLine>),
}

/// What reference sources hold.
pub struct Loaded {
    /// What the month is judged by.
    pub references: References,
    /// The as-sets that its route objects come with.
    pub as_sets: Vec<AsSetRow>,
    /// What these are compared with.
    pub sets_by: SetsBy,
    /// The VRPs of every day.
    pub vrp_days: VrpDays,
}

/// Reads every reference source and chooses what the month is judged by; with it the as-sets of those registries.
pub fn load_references(
    config: &Config,
    month: Month,
    files: &mut [Vec<SourceFile>],
    admission: &Admission,
    progress: &Progress,
) -> Result<Loaded> {
    let loader = Loader { config, month, admission };
    let stage = progress.stage("reading registries", 12);
    let mut before = Before { protectors: config.ddos_protection.clone(), ..Before::default() };
    let (vrps, aspas, vrp_days) = loader.rpki(files, &mut before)?;
    stage.step(3);
    let ((irr, irr_excerpt, aut_nums, aut_num_registries), as_sets) = loader.irr(files, &mut before)?;
    stage.step(1);
    let part = |s: &Snapshot<contacts::PeeringDb>| {
        match (&s.data.networks[..], &s.data.contacts[..], &s.data.connections[..]) {
            (_, [_, ..], _) => "contacts",
            ([], [], [_, ..]) => "connections",
            _ => "networks",
        }
        .to_owned()
    };
    let contacts = loader.every_part(SourceKind::Contacts, files, contacts::parse, part)?;
    let meeting = loader.when_it_begins(&contacts, |s| (s.source, !s.data.connections.is_empty()));
    before.exchange_points =
        known(&meeting, |used| ExchangePoints::new(used.flat_map(|s| s.data.connections.iter().copied())));
    before.exchange_points.take_if(|points| points.data.is_empty());
    let mut contacts = loader.nearest(contacts, files);
    let named = super::as_sets::take_named(&loader.label("PeeringDB", &contacts), &mut contacts);
    let named = named.ok_or_else(|| loader.missing(SourceKind::Contacts).0.to_string());
    let contacts_excerpt = loader.excerpt(&contacts, "PeeringDB");
    let label = loader.label("contacts", &contacts);
    // Networks without any contact, or contacts of nobody, are half a dataset: absence in it says nothing.
    let whole = contacts.iter().any(|s| !s.data.networks.is_empty())
        && contacts.iter().any(|s| !s.data.contacts.is_empty());
    let contacts = if contacts.is_empty() {
        Err(loader.missing(SourceKind::Contacts))
    } else if !whole {
        Err(Unknown::because("of PeeringDB only networks or only contacts could be used, not both"))
    } else {
        Ok(Dated { data: ContactTable::new(contacts.into_iter().map(|s| s.data)), label })
    };
    stage.step(1);
    let spoofer = load_spoofer(config, month, files)?.ok_or_else(|| loader.missing(SourceKind::Spoofer));
    stage.step(1);
    let registry = |s: &Snapshot<Vec<Delegation>>| {
        registry_of(&s.data).map_or(String::new(), |registry| registry.code().to_owned())
    };
    let delegations =
        loader.every_part(SourceKind::Delegations, files, reference::delegations::parse, registry)?;
    // A day's report may be as short as it likes: it counts events, not registrations.
    let list_or_day = |bogons: &Snapshot<Bogons>| match bogons.data {
        Bogons::List(_) => String::new(),
        Bogons::Report(_) => bogons.as_of.date().to_string(),
    };
    let bogons = loader.every_part(
        SourceKind::Bogons,
        files,
        |mut input, faults| {
            // A report has columns, a list has not.
            let report = first_line(&mut input)?.trim().contains(char::is_whitespace);
            if report {
                bogons::parse_cidr_report(input, faults).map(|p| p.map(Bogons::Report))
            } else {
                bogons::parse_full_bogons(input, faults).map(|p| p.map(Bogons::List))
            }
        },
        list_or_day,
    )?;
    let (bogons, reports) = loader.bogons(&delegations, bogons, files)?;
    let holding = loader.when_it_begins(&delegations, |s| (s.source, registry_of(&s.data)));
    before.numbers = known(&holding, |used| {
        let numbers = |d: &&Delegation| matches!(d.resource, Resource::Asns { .. });
        DelegationTable::new(used.flat_map(|s| s.data.iter().filter(numbers).cloned()))
    });
    let delegations = nearest(month, config.reference_skew_days_max, delegations, files, |s| {
        (s.source, registry_of(&s.data))
    });
    stage.step(2);
    let countries = loader.every(SourceKind::AsnCountries, files, asn_countries::parse)?;
    let countries = nearest(month, config.reference_skew_days_max, countries, files, |s| {
        (s.source, s.data.first().map(|c| c.registry))
    });
    let names = loader.every(SourceKind::AsNames, files, as_names::parse)?;
    let names = loader.nearest(names, files);
    let organisations = loader.every(SourceKind::Organisations, files, organisations::parse)?;
    let newer = organisations.iter().any(|s| s.as_of > month.span().start);
    let earlier = loader.when_it_begins(&organisations, |s| s.source);
    before.organisations = known(if newer { &earlier } else { &[] }, |used| {
        Arc::new(OrganisationTable::new(used.map(|s| s.data.clone())))
    });
    let organisations = loader.nearest(organisations, files);
    let nearest_as_of = organisations.iter().map(|s| s.as_of).max();
    let organisations = Arc::new(OrganisationTable::new(organisations.into_iter().map(|s| s.data)));
    if !newer {
        before.organisations = nearest_as_of.map(|as_of| Known { data: organisations.clone(), as_of });
    }
    stage.step(3);
    let relationships = loader.every(SourceKind::Relationships, files, relationships::parse)?;
    for snapshot in relationships.iter().filter(|s| s.as_of < month.span().end) {
        let label = format!("relationships of {}", snapshot.as_of.date());
        before.history.add_relationships(&label, snapshot.as_of, &snapshot.data);
        before.route_servers.extend(&snapshot.data.exchanges);
    }
    before.route_servers.extend(&config.route_servers);
    before.route_servers.sort_unstable();
    before.route_servers.dedup();
    for snapshot in loader.every(SourceKind::History, files, history::parse)? {
        let file = &mut files[snapshot.source][snapshot.file];
        let (days, words) = skew(month, snapshot.as_of);
        file.skew_days = Some(days);
        if snapshot.as_of < month.span().end {
            keep_better(file, true, format!("used: {words}"));
            let label = format!("origins of {}", snapshot.as_of.date());
            before.history.add_origins(&label, snapshot.as_of, &snapshot.data);
        } else {
            keep_better(
                file,
                false,
                format!("not used: {words}, and what is newer than an event detects none"),
            );
        }
    }
    let relationships = loader.nearest(relationships, files);
    let related = match relationships.iter().all(|s| s.data.links.is_empty()) {
        true => Err(loader.missing(SourceKind::Relationships).0.to_string()),
        false => Ok(loader.label("relationships", &relationships)),
    };
    let links: Vec<_> = relationships.into_iter().flat_map(|s| s.data.links).collect();
    stage.step(1);
    let references = References {
        vrps,
        irr,
        irr_excerpt,
        aut_nums,
        aut_num_registries,
        contacts,
        contacts_excerpt,
        spoofer,
        delegations: DelegationTable::new(delegations.into_iter().flat_map(|s| s.data)),
        asn_countries: DelegationTable::new(countries.into_iter().flat_map(|s| s.data).map(Delegation::from)),
        names: names.into_iter().flat_map(|s| s.data).map(|n| (n.asn, n)).collect(),
        organisations,
        relationships: (!links.is_empty()).then(|| RelationshipTable::new(&links)),
        aspas,
        before,
        bogons,
        reports,
    };
    Ok(Loaded { references, as_sets, sets_by: SetsBy { relationships: related, named }, vrp_days })
}

fn registry_of(delegations: &[Delegation]) -> Option<Registry> {
    delegations.first().map(|d| d.registry)
}

/// What is known when the month begins.
fn known<'s, T, K>(
    used: &'s [&'s Snapshot<T>],
    make: impl FnOnce(&mut dyn Iterator<Item = &'s Snapshot<T>>) -> K,
) -> Option<Known<K>> {
    let as_of = used.iter().map(|s| s.as_of).max()?;
    Some(Known { data: make(&mut used.iter().copied()), as_of })
}

struct Loader<'a> {
    config: &'a Config,
    month: Month,
    admission: &'a Admission,
}

impl Loader<'_> {
    /// Snapshots of every source of a kind.
    fn every<T>(
        &self,
        kind: SourceKind,
        files: &mut [Vec<SourceFile>],
        parse: impl Fn(
            std::io::BufReader<Box<dyn std::io::Read + Send>>,
            &mut routing::FaultCounts,
        ) -> Result<Parsed<T>, ReadError>,
    ) -> Result<Vec<Snapshot<T>>> {
        self.every_part(kind, files, parse, |_| String::new())
    }

    /// Snapshots of every source of a kind whose files are parts of a dataset, told apart by `part`.
    fn every_part<T>(
        &self,
        kind: SourceKind,
        files: &mut [Vec<SourceFile>],
        parse: impl Fn(
            std::io::BufReader<Box<dyn std::io::Read + Send>>,
            &mut routing::FaultCounts,
        ) -> Result<Parsed<T>, ReadError>,
        part: impl Fn(&Snapshot<T>) -> String,
    ) -> Result<Vec<Snapshot<T>>> {
        let mut all = Vec::new();
        for (index, source) in self.config.sources.iter().enumerate().filter(|(_, s)| s.kind == kind) {
            let found = snapshots(index, source, &mut files[index], &parse)?;
            all.extend(self.admission.examine(&source.name, found, &mut files[index], &part));
        }
        Ok(all)
    }

    fn nearest<T>(&self, all: Vec<Snapshot<T>>, files: &mut [Vec<SourceFile>]) -> Vec<Snapshot<T>> {
        nearest(self.month, self.config.reference_skew_days_max, all, files, |s| s.source)
    }

    /// Of each group the newest snapshots that are no newer than the month's beginning.
    fn when_it_begins<'s, T, G: Ord>(
        &self,
        all: &'s [Snapshot<T>],
        group: impl Fn(&Snapshot<T>) -> G,
    ) -> Vec<&'s Snapshot<T>> {
        let mut all = epochs(self.month, self.config.reference_skew_days_max, all, group);
        all.swap_remove(0).1
    }

    /// `VRPs of 2016-02-01 (93 days after the month)`, every day used named once.
    fn label<T>(&self, what: &str, used: &[Snapshot<T>]) -> String {
        let days: BTreeSet<Date> = used.iter().map(|s| s.as_of.date()).collect();
        let days: Vec<String> =
            days.into_iter().map(|d| format!("{d} ({})", skew(self.month, d.start()).1)).collect();
        format!("{what} of {}", days.join(" and "))
    }

    fn missing(&self, kind: SourceKind) -> Unknown {
        let name = kind.row().name;
        Unknown::because(if self.config.sources.iter().any(|s| s.kind == kind) {
            format!("no snapshot of kind `{name}` could be used for {}", self.month)
        } else {
            format!("no source of kind `{name}` is configured")
        })
    }

    /// Why absence proves nothing when every source used is an excerpt.
    fn excerpt<T>(&self, used: &[Snapshot<T>], what: &str) -> Option<Unknown> {
        let all = !used.is_empty() && used.iter().all(|s| self.config.sources[s.source].excerpt);
        all.then(|| {
            Unknown::because(format!("only an excerpt of {what} is loaded, absence from it proves nothing"))
        })
    }

    fn bogons(
        &self,
        delegations: &[Snapshot<Vec<Delegation>>],
        bogons: Vec<Snapshot<Bogons>>,
        files: &mut [Vec<SourceFile>],
    ) -> Result<(Vec<BogonEpoch>, Vec<DailyReport>)> {
        let (prefixes, asns) = treat_as_public(&self.config.treat_as_public)?;
        let month = self.month.span();
        let (mut lists, mut reports) = (Vec::new(), Vec::new());
        for snapshot in bogons {
            let Snapshot { source, file, as_of, data } = snapshot;
            match data {
                Bogons::List(list) => lists.push(Snapshot { source, file, as_of, data: list }),
                Bogons::Report(lines) => {
                    let (days, words) = skew(self.month, as_of);
                    let place = &mut files[source][file];
                    place.skew_days = Some(days);
                    if !month.contains(as_of) {
                        keep_better(place, false, format!("not used: a report of a day {words}"));
                        continue;
                    }
                    keep_better(place, true, "used: events of its day".to_owned());
                    reports.extend(lines.into_iter().map(|line| DailyReport {
                        day: as_of.date(),
                        prefix: line.prefix,
                        origin: line.origin,
                        reason: line.reason.into(),
                        source: self.config.sources[source].name.clone(),
                    }));
                }
            }
        }
        reports.sort();
        reports.dedup();
        let max = self.config.reference_skew_days_max;
        let pools = epochs(self.month, max, delegations, |s| (s.source, registry_of(&s.data)));
        let listed = epochs(self.month, max, &lists, |s| s.source);
        let mut moments: Vec<Timestamp> =
            pools.iter().map(|e| e.0).chain(listed.iter().map(|e| e.0)).collect();
        moments.sort_unstable();
        moments.dedup();
        let mut used: BTreeSet<(usize, usize)> = BTreeSet::new();
        let mut out = Vec::new();
        for moment in moments {
            let mut blocks: Vec<BogonBlock> = Vec::new();
            for snapshot in at(&pools, moment) {
                used.insert((snapshot.source, snapshot.file));
                let table = DelegationTable::new(snapshot.data.iter().cloned());
                blocks.extend(bogons::pool_blocks(&table, snapshot.as_of.date(), None));
            }
            for snapshot in at(&listed, moment) {
                used.insert((snapshot.source, snapshot.file));
                let day = snapshot.as_of.date();
                let name = format!("{}, {day}", self.config.sources[snapshot.source].name);
                blocks.extend(bogons::list_blocks(&snapshot.data, &name, day, None));
            }
            let table = BogonTable::new(blocks, prefixes.iter().copied(), asns.iter().copied());
            out.push(BogonEpoch { from: moment, table });
        }
        for list in &lists {
            let file = &mut files[list.source][list.file];
            let (days, words) = skew(self.month, list.as_of);
            file.skew_days = Some(days);
            let taken = used.contains(&(list.source, list.file));
            let status = if taken {
                format!("used: {words}")
            } else {
                format!(
                    "not used: {words}; a list detects nothing older than itself nor {max} days after its day"
                )
            };
            keep_better(file, taken, status);
        }
        Ok((out, reports))
    }
}

/// The lists of the last epoch that begins at or before `moment`.
fn at<'a, T>(epochs: &'a [(Timestamp, Vec<&'a Snapshot<T>>)], moment: Timestamp) -> &'a [&'a Snapshot<T>] {
    let behind = epochs.partition_point(|(from, _)| *from <= moment);
    behind.checked_sub(1).map_or(&[], |i| &epochs[i].1)
}

/// Prefixes, and ranges of ASNs.
type Public = (Vec<Prefix>, Vec<(Asn, Asn)>);

fn treat_as_public(entries: &[String]) -> Result<Public> {
    let (mut prefixes, mut asns) = (Vec::new(), Vec::new());
    for entry in entries {
        if entry.contains('/') {
            prefixes.push(entry.parse().with_context(|| "treat_as_public")?);
        } else {
            let (first, last) = entry.split_once('-').unwrap_or((entry, entry));
            let (first, last): (Asn, Asn) = (
                first.parse().with_context(|| "treat_as_public")?,
                last.parse().with_context(|| "treat_as_public")?,
            );
            if first > last {
                bail!("treat_as_public: `{entry}` ends before it begins");
            }
            asns.push((first, last));
        }
    }
    Ok((prefixes, asns))
}
