use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;
use lake::AsSetRow;
use pipeline::month::{AutNumFacts, Before, Dated};
use reference::irr::{self, Authority, DumpedRoutes, IrrDump, IrrSource, RouteEpochs, RouteTable};
use reference::{Epoch, Registry};
use routing::{Asn, Date, Timestamp, Unknown};

use super::Loader;
use crate::config::SourceKind;
use crate::load::choose::{keep_better, moments, skew};
use crate::load::parse::snapshots;
use crate::load::{Snapshot, SourceFile, as_sets};

/// Route objects, why they are an excerpt, aut-num objects, and the registries whose own those are.
type Irr = (
    Result<Dated<Arc<RouteTable>>, Unknown>,
    Option<Unknown>,
    Result<Dated<BTreeMap<Asn, AutNumFacts>>, Unknown>,
    BTreeSet<String>,
);

/// Route objects of several moments.
#[derive(Default)]
struct Dumped {
    routes: Vec<DumpedRoutes>,
    /// Source, file and moment of each.
    used: Vec<(usize, usize, Timestamp)>,
    /// The moments at which another dump takes over; none where it is the same all the time.
    moments: Vec<Timestamp>,
}

impl Loader<'_> {
    pub(super) fn irr(
        &self,
        files: &mut [Vec<SourceFile>],
        before: &mut Before,
    ) -> Result<(Irr, Vec<AsSetRow>)> {
        let mut all: Vec<Snapshot<IrrDump>> = Vec::new();
        for (index, source) in
            self.config.sources.iter().enumerate().filter(|(_, s)| s.kind == SourceKind::Irr)
        {
            let authority = source.authority.clone().expect("an irr source has its authority");
            let parse = |input, faults: &mut _| irr::parse(input, &authority, faults);
            let found = snapshots(index, source, &mut files[index], parse)?;
            let whole = |_: &Snapshot<IrrDump>| String::new();
            all.extend(self.admission.examine(&source.name, found, &mut files[index], whole));
        }
        let dumped = self.dumped(&all, files);
        let mut used = self.nearest(all, files);
        for (source, file, as_of) in dumped.used {
            let file = &mut files[source][file];
            if !file.used {
                let (_, words) = skew(self.month, as_of);
                keep_better(file, true, format!("used for events of its time alone: {words}"));
            }
        }
        let as_sets = as_sets::take(self.config, &mut used);
        let as_of = used.iter().map(|s| s.as_of).max();
        let excerpt = self.excerpt(&used, "the routing registries");
        if used.is_empty() {
            let missing = || self.missing(SourceKind::Irr);
            return Ok(((Err(missing()), None, Err(missing()), BTreeSet::new()), as_sets));
        }
        let mut facts: BTreeMap<Asn, AutNumFacts> = BTreeMap::new();
        let mut whole = BTreeSet::new();
        let mut names: Vec<String> = Vec::new();
        for snapshot in &used {
            let source = &self.config.sources[snapshot.source];
            let authority = source.authority.as_deref().expect("an irr source has its authority");
            names.push(authority.to_owned());
            if !source.excerpt && !snapshot.data.networks.is_empty() {
                whole.extend(registry_code(authority));
            }
            let authority = Authority::named(authority);
            for network in &snapshot.data.networks {
                facts.entry(network.asn).or_default().add(network, &authority);
            }
        }
        names.sort();
        names.dedup();
        let label = |what: &str| self.label(&format!("{what} of {}", names.join(", ")), &used);
        let (routes, aut_nums) = (label("route objects"), label("aut-num objects"));
        let table = RouteTable::new(
            used.into_iter()
                .map(|s| {
                    let authority = self.config.sources[s.source].authority.as_deref().unwrap_or_default();
                    IrrSource { authority: Authority::named(authority), dump: s.data }
                })
                .collect(),
        );
        let table = Arc::new(table);
        before.irr = as_of.map(|as_of| {
            let table = Arc::clone(&table);
            match dumped.moments.as_slice() {
                [] => RouteEpochs::of_one(table, Epoch { as_of, label: routes.clone() }),
                several => RouteEpochs::new(table, &dumped.routes, several),
            }
        });
        let facts = Dated { data: facts, label: aut_nums };
        Ok(((Ok(Dated { data: table, label: routes }), excerpt, Ok(facts), whole), as_sets))
    }

    /// The dumps that hold at some moment of the month. Where these are the ones that the month is judged by, and hold
    /// at all of its moments alike, nothing is taken from them.
    fn dumped(&self, all: &[Snapshot<IrrDump>], files: &[Vec<SourceFile>]) -> Dumped {
        let group = |s: &Snapshot<IrrDump>| (s.source, files[s.source][s.file].part.as_str());
        let groups: BTreeSet<_> = all.iter().map(group).collect();
        let (skew_days_max, end) = (self.config.reference_skew_days_max, self.month.span().end);
        let mut held: Vec<(usize, &Snapshot<IrrDump>)> = Vec::new();
        for (number, of) in groups.iter().enumerate() {
            let own = || all.iter().filter(|s| group(s) == *of);
            let days: BTreeSet<Date> = moments(self.month, skew_days_max, own().map(|s| s.as_of))
                .into_iter()
                .map(Timestamp::date)
                .collect();
            // A registry whose dumps are all newer is heard where its objects say since when they are there.
            let later = || own().map(|s| s.as_of).filter(|at| *at >= end).min();
            let later = later().filter(|at| skew(self.month, *at).0 <= skew_days_max).map(Timestamp::date);
            let is_held = |s: &&Snapshot<IrrDump>| match days.is_empty() {
                true => later == Some(s.as_of.date()),
                false => days.contains(&s.as_of.date()),
            };
            held.extend(own().filter(is_held).map(|s| (number, s)));
        }
        let at = moments(self.month, skew_days_max, held.iter().map(|(_, s)| s.as_of));
        let constant = match at.as_slice() {
            [] => true,
            [only] => held.iter().all(|(_, s)| s.as_of <= *only),
            _ => false,
        };
        if constant {
            return Dumped::default();
        }
        let routes = held.iter().map(|(group, s)| {
            let authority = self.config.sources[s.source].authority.as_deref().unwrap_or_default();
            DumpedRoutes::of(s.as_of, *group, Authority::named(authority), &s.data)
        });
        Dumped {
            routes: routes.collect(),
            used: held.iter().map(|(_, s)| (s.source, s.file, s.as_of)).collect(),
            moments: at,
        }
    }
}

/// The regional registry an IRR authority belongs to, as delegations write it.
fn registry_code(authority: &str) -> Option<String> {
    let known = [
        ("RIPE", Registry::RipeNcc),
        ("APNIC", Registry::Apnic),
        ("ARIN", Registry::Arin),
        ("LACNIC", Registry::Lacnic),
        ("AFRINIC", Registry::Afrinic),
    ];
    known.iter().find(|(name, _)| name.eq_ignore_ascii_case(authority)).map(|(_, r)| r.code().to_owned())
}
