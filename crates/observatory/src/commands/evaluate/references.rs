//! What networks had registered, each file of its day: of each event only what is not newer counts.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use pipeline::month::origins::AsOf;
use reference::contacts;
use reference::delegations::{self, Delegation, DelegationTable, Resource};
use reference::exchange_points::{Connection, ExchangePoints};
use reference::history::{self, History};
use reference::irr::{self, Authority, DumpedRoutes, IrrSource, RouteEpochs, RouteTable};
use reference::organisations::{self, OrganisationTable, Organisations};
use reference::protectors::Protectors;
use reference::vrp::{self, Vrp, VrpEpochs, VrpTable};
use reference::{Epoch, Parsed, ReadError, Registry, relationships};
use routing::{Date, FaultCounts, Timestamp};

use crate::config::{Config, SourceKind};
use crate::load::{self, Snapshot, SourceFile};
use crate::progress::Progress;

/// Everything that events are judged by.
#[derive(Default)]
pub struct References {
    /// What was seen before.
    pub history: History,
    /// VRPs of every moment that files speak of.
    pub vrps: VrpEpochs,
    /// Organisations in the order of time.
    pub organisations: Vec<(Timestamp, OrganisationTable)>,
    /// Who holds which number, in the order of time.
    pub numbers: Vec<(Timestamp, DelegationTable)>,
    /// Who meets at which exchange point, in the order of time.
    pub exchange_points: Vec<(Timestamp, ExchangePoints)>,
    /// Route objects of every moment that dumps speak of.
    pub irr: Option<RouteEpochs>,
    /// Networks that announce space of others to clean their traffic.
    pub protectors: Protectors,
    /// VRPs by moment, until all are there.
    read: BTreeMap<Timestamp, Vec<Vrp>>,
}

impl References {
    /// Adds the sources of a configuration that say who may announce what, and what was seen before. Its
    /// recordings are not read: the folders hold the events'.
    pub fn add_config(&mut self, config: &Config) -> Result<()> {
        let mut wanted = config.clone();
        wanted.sources.retain(|source| {
            matches!(
                source.kind,
                SourceKind::Vrps
                    | SourceKind::Irr
                    | SourceKind::Organisations
                    | SourceKind::Delegations
                    | SourceKind::Contacts
                    | SourceKind::Relationships
                    | SourceKind::History
            )
        });
        // Only recordings are looked for by month.
        let month = Timestamp(0).date().month();
        let mut files = load::discover(&wanted, month, &Progress::new(true))?;
        let (mut dumps, mut routes) = (Vec::new(), Vec::new());
        let (mut given, mut connected) = (Vec::new(), Vec::new());
        for (index, source) in wanted.sources.iter().enumerate() {
            let own = &mut files[index];
            match source.kind {
                SourceKind::Vrps => {
                    let all = load::snapshots(index, source, own, vrp::parse)?;
                    all.into_iter().for_each(|s| self.add_vrps(s.as_of, s.data));
                }
                SourceKind::Organisations => {
                    let all = load::snapshots(index, source, own, organisations::parse)?;
                    all.into_iter().for_each(|s| self.add_organisations(s.as_of, s.data));
                }
                SourceKind::Delegations => {
                    let all = load::snapshots(index, source, own, delegations::parse)?;
                    given.extend(all.into_iter().map(|s| (s.as_of, s.data)));
                }
                SourceKind::Contacts => {
                    let all = load::snapshots(index, source, own, contacts::parse)?;
                    connected.extend(all.into_iter().map(|s| (s.as_of, s.data.connections)));
                }
                SourceKind::Relationships => {
                    for Snapshot { as_of, data, .. } in
                        load::snapshots(index, source, own, relationships::parse)?
                    {
                        self.history.add_relationships(&source.name, as_of, &data);
                    }
                }
                SourceKind::History => {
                    for Snapshot { as_of, data, .. } in load::snapshots(index, source, own, history::parse)? {
                        self.history.add_origins(&source.name, as_of, &data);
                    }
                }
                SourceKind::Irr => {
                    let name = source.authority.as_deref().unwrap_or_default();
                    let parse = |input, faults: &mut _| irr::parse(input, name, faults);
                    let all = load::snapshots(index, source, own, parse)?;
                    for Snapshot { as_of, data: dump, .. } in all {
                        let authority = Authority::named(name);
                        routes.push(DumpedRoutes::of(as_of, index, authority.clone(), &dump));
                        dumps.push(IrrSource { authority, dump });
                    }
                }
                _ => {}
            }
            refused(own)?;
        }
        let moments: BTreeSet<Timestamp> = routes.iter().map(|dump| dump.as_of).collect();
        if !moments.is_empty() {
            let moments: Vec<Timestamp> = moments.into_iter().collect();
            self.irr = Some(RouteEpochs::new(Arc::new(RouteTable::new(dumps)), &routes, &moments));
        }
        self.numbers = numbers(given);
        self.exchange_points = meeting(connected);
        self.protectors = config.ddos_protection.clone();
        Ok(())
    }

    /// Adds a file of VRPs whose name or content says its day.
    pub fn add_vrps_file(&mut self, path: &Path) -> Result<()> {
        let (as_of, read) = read(path, vrp::parse)?;
        self.add_vrps(as_of, read);
        Ok(())
    }

    /// Adds a file of organisations whose name or content says its day.
    pub fn add_organisations_file(&mut self, path: &Path) -> Result<()> {
        let (as_of, read) = read(path, organisations::parse)?;
        self.add_organisations(as_of, read);
        Ok(())
    }

    fn add_vrps(&mut self, as_of: Timestamp, vrps: Vec<Vrp>) {
        self.read.entry(as_of).or_default().extend(vrps);
    }

    /// Lays the VRPs out for look-ups; no more come.
    pub fn settle(&mut self) {
        let read = core::mem::take(&mut self.read);
        let last = read.last_key_value().map(|(_, vrps)| vrps.clone()).unwrap_or_default();
        let epoch = |as_of: Timestamp| Epoch { as_of, label: format!("VRPs of {}", as_of.date()) };
        let snapshots = read.into_iter().map(|(as_of, vrps)| (epoch(as_of), vrps));
        self.vrps = VrpEpochs::new(Arc::new(VrpTable::new(last)), snapshots);
    }

    fn add_organisations(&mut self, as_of: Timestamp, organisations: Organisations) {
        self.organisations.push((as_of, OrganisationTable::new([organisations])));
        self.organisations.sort_by_key(|(as_of, _)| *as_of);
    }
}

/// The latest of them that is not newer than `at`.
pub fn latest<'a, T>(all: &'a [(Timestamp, T)], at: Timestamp, label: &'a str) -> Option<AsOf<'a, T>> {
    let found = all.iter().rev().find(|(as_of, _)| *as_of <= at);
    found.map(|(as_of, data)| AsOf { data, as_of: *as_of, label })
}

/// Of each registry the newest at each moment, the numbers alone.
fn numbers(mut files: Vec<(Timestamp, Vec<Delegation>)>) -> Vec<(Timestamp, DelegationTable)> {
    files.sort_by_key(|(as_of, _)| *as_of);
    let mut newest: BTreeMap<Registry, Vec<Delegation>> = BTreeMap::new();
    let mut tables: BTreeMap<Timestamp, DelegationTable> = BTreeMap::new();
    for (as_of, mut delegations) in files {
        delegations.retain(|d| matches!(d.resource, Resource::Asns { .. }));
        let Some(registry) = delegations.first().map(|d| d.registry) else { continue };
        newest.insert(registry, delegations);
        tables.insert(as_of, DelegationTable::new(newest.values().flatten().cloned()));
    }
    tables.into_iter().collect()
}

/// All connections of a moment belong together, whatever files they come in.
fn meeting(files: Vec<(Timestamp, Vec<Connection>)>) -> Vec<(Timestamp, ExchangePoints)> {
    let mut by_moment: BTreeMap<Timestamp, Vec<Connection>> = BTreeMap::new();
    for (as_of, connections) in files {
        by_moment.entry(as_of).or_default().extend(connections);
    }
    by_moment.retain(|_, connections| !connections.is_empty());
    by_moment.into_iter().map(|(as_of, of)| (as_of, ExchangePoints::new(of))).collect()
}

/// A source that cannot be read would change the figures unnoticed.
fn refused(files: &[SourceFile]) -> Result<()> {
    match files.iter().find(|file| file.status.starts_with("not admitted")) {
        Some(file) => bail!("{}: {}", file.path.display(), file.status),
        None => Ok(()),
    }
}

fn read<T>(
    path: &Path,
    parse: impl FnOnce(BufReader<Box<dyn Read + Send>>, &mut FaultCounts) -> Result<Parsed<T>, ReadError>,
) -> Result<(Timestamp, T)> {
    let input = BufReader::with_capacity(1 << 16, fetch::open(path)?);
    let parsed = parse(input, &mut FaultCounts::default()).with_context(|| path.display().to_string())?;
    if !parsed.complete {
        bail!("{}: the text breaks off in the middle", path.display());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let named = || Date::find_in(&name).map(Date::start);
    let day = parsed.stated.filter(|at| at.0 > 0).or_else(named);
    let day = day.with_context(|| {
        format!("{} does not say of which day it is: name it in a configuration, with `date`", path.display())
    })?;
    Ok((day, parsed.content))
}

#[cfg(test)]
mod tests {
    use routing::Asn;

    use super::*;

    #[test]
    fn each_moment_knows_the_newest_of_every_registry_and_nothing_newer() {
        let file = |registry: &str, day: i64, economy: &str, asn: u32| {
            let text = format!(
                "2|{registry}|20240101|1|19700101|20240101|+0000\n{registry}|*|asn|*|1|summary\n\
                 {registry}|{economy}|asn|{asn}|1|20200101|allocated|a\n"
            );
            let parsed = delegations::parse(text.as_bytes(), &mut FaultCounts::default()).unwrap();
            (Timestamp(day * 86_400), parsed.content)
        };
        let all = numbers(vec![
            file("apnic", 3, "JP", 2),
            file("ripencc", 1, "NL", 1),
            file("ripencc", 2, "DE", 1),
        ]);
        let economy = |day: i64, asn: u32| {
            let of = latest(&all, Timestamp(day * 86_400), "delegations")?;
            of.data.asn(Asn(asn)).and_then(|d| d.country).map(|country| country.to_string())
        };
        let both = |day| [economy(day, 1), economy(day, 2)].map(Option::unwrap_or_default);
        assert_eq!([both(0), both(1)], [["", ""], ["NL", ""]]);
        assert_eq!([both(2), both(3), both(9)], [["DE", ""], ["DE", "JP"], ["DE", "JP"]]);
    }

    #[test]
    fn connections_of_one_moment_belong_together() {
        let at = |asn| Connection { exchange_point: 1, asn: Asn(asn) };
        let all = meeting(vec![
            (Timestamp(5), vec![at(1)]),
            (Timestamp(5), vec![at(2)]),
            (Timestamp(6), Vec::new()),
        ]);
        let common =
            |second| latest(&all, Timestamp(second), "").and_then(|of| of.data.common(Asn(1), Asn(2)));
        assert_eq!([common(4), common(5), common(9)], [None, Some(1), Some(1)]);
    }
}
