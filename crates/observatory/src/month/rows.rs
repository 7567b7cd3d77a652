//! From a computed month to the rows that are stored and shown.

use anyhow::Result;
use lake::RouteRow;
use measure::aggregate::Aggregate;
use measure::framework::{Framework, Grade, ScoreKey};
use measure::metric::METRICS;
use pipeline::month::{Area, Exclusions, Graded, Inputs, IrrWord, Outcome, PeerFeed, Registration, Route};
use reference::vrp::{InvalidReason, Validation};
use routing::Asn;
use store::{
    AggregateRow, FaultRow, FrameworkName, GradeCounts, Made, MetricRow, NetworkRow, PeerRow, Publication,
    PublicationRow, ReadinessRow, ScoreRow, SourceFileRow, SourceRow,
};

use super::{events, opinions};
use crate::config::Config;
use crate::load::{Said, SourceFile};

/// The routes of a month as the lake holds them, each made when it is written: all at once they would take more
/// memory than everything they are made from.
#[derive(Clone, Copy)]
pub struct Routes<'a> {
    outcome: &'a Outcome,
    inputs: &'a Inputs<'a>,
}

impl<'a> Routes<'a> {
    /// Those of an outcome.
    pub fn new(outcome: &'a Outcome, inputs: &'a Inputs<'a>) -> Routes<'a> {
        Routes { outcome, inputs }
    }

    /// In the order of prefix and origin.
    pub fn by_prefix(self) -> impl Iterator<Item = RouteRow> {
        (0..self.outcome.routes.len()).map(move |index| self.row(index))
    }

    /// In the order of origin and prefix.
    pub fn by_origin(self) -> impl Iterator<Item = RouteRow> {
        let routes = &self.outcome.routes;
        let mut order: Vec<u32> = (0..routes.len() as u32).collect();
        order.sort_by_key(|&index| routes[index as usize].origin);
        order.into_iter().map(move |index| self.row(index as usize))
    }

    fn row(self, index: usize) -> RouteRow {
        let Routes { outcome, inputs } = self;
        let (route, verdict) = (&outcome.routes[index], &outcome.verdicts[index]);
        let excluded = outcome.graded.first().and_then(|graded| graded.excluded.get(index));
        let (rpki, rpki_reason) = verdict.rpki.map(rpki_words).unzip();
        let irr = inputs.references.irr.as_ref().ok().zip(verdict.irr);
        RouteRow {
            prefix: route.prefix,
            origin: route.origin,
            rpki: rpki.map(str::to_owned),
            rpki_reason: rpki_reason.flatten().map(str::to_owned),
            irr: verdict.irr.map(|v| IrrWord::of(v.state).to_owned()),
            irr_authority: irr.and_then(|(irr, v)| v.authority.map(|a| irr.data.authority(a).name.clone())),
            peers: route.peers,
            first_seen: route.first_seen,
            last_seen: route.last_seen,
            full_feed_peers: route.full_feed_peers,
            excluded: excluded.map(str::to_owned),
            vrps: deciding_vrps(route, inputs),
            route_objects: deciding_objects(route, inputs),
        }
    }
}

/// How many VRPs or route objects a route names that decided its state.
const DECIDING_MAX: usize = 8;

/// The VRPs that decided the RPKI state of a route; `None` where none covers it.
fn deciding_vrps(route: &Route, inputs: &Inputs<'_>) -> Option<String> {
    let vrps = &inputs.references.vrps.as_ref().ok()?.data;
    let covering = vrps.covering(route.prefix);
    listed(covering.map(|vrp| format!("{} {}-{}", vrp.asn, vrp.prefix, vrp.max_length)))
}

/// The route objects that decided the IRR state of a route; `None` where there is none.
fn deciding_objects(route: &Route, inputs: &Inputs<'_>) -> Option<String> {
    let irr = &inputs.references.irr.as_ref().ok()?.data;
    let objects = irr.explain(route.prefix, route.origin).objects;
    listed(objects.iter().map(|listed| {
        let authority = &irr.authority(listed.authority).name;
        format!("{} {} {authority}", listed.object.origin, listed.object.prefix)
    }))
}

/// Some of them, and how many there are more.
fn listed(all: impl Iterator<Item = String>) -> Option<String> {
    let mut all = all.peekable();
    all.peek()?;
    let mut words: Vec<String> = all.by_ref().take(DECIDING_MAX).collect();
    match all.count() {
        0 => {}
        more => words.push(format!("and {more} more")),
    }
    Some(words.join("; "))
}

fn rpki_words(state: Validation) -> (&'static str, Option<&'static str>) {
    match state {
        Validation::Valid => ("valid", None),
        Validation::NotFound => ("not-found", None),
        Validation::Invalid(InvalidReason::As) => ("invalid", Some("as")),
        Validation::Invalid(InvalidReason::Length) => ("invalid", Some("length")),
        Validation::Invalid(InvalidReason::As0) => ("invalid", Some("as0")),
    }
}

/// Everything of a month but its routes, replays and participants. Generation, result, summary and reason are set by the caller.
pub fn publication<'a>(
    config: &Config,
    frameworks: &'a [Framework],
    files: &[Vec<SourceFile>],
    digests: &'a [String],
    said: &[Said],
    outcome: &'a Outcome,
    inputs: &'a Inputs<'a>,
) -> Result<Publication<'a>> {
    let coverage = inputs.collectors.iter().flat_map(|c| &c.coverage);
    let data_time = coverage.fold(None, |all: Option<(i64, i64)>, c| {
        let (start, end) = all.unwrap_or((c.start.0, c.end.0));
        Some((start.min(c.start.0), end.max(c.end.0)))
    });
    let names = frameworks.iter().map(|f| FrameworkName { id: f.id.clone(), digest: f.digest.clone() });
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Ok(Publication {
        head: PublicationRow {
            month: outcome.month.to_string(),
            revision: 0,
            generation: String::new(),
            result: String::new(),
            frameworks: names.collect(),
            reason: String::new(),
            supersedes: None,
            published_at: now.map_or(0, |d| d.as_secs() as i64),
            data_time,
            summary: serde_json::Value::Null,
        },
        sources: config.sources.iter().zip(files).map(|(source, files)| source_row(source, files)).collect(),
        networks: outcome.networks.iter().map(network_row).collect(),
        readiness: Made::new(move || {
            let graded = frameworks.iter().zip(&outcome.graded);
            Box::new(
                graded
                    .flat_map(move |(framework, graded)| readiness_rows(framework, graded, outcome, inputs)),
            )
        }),
        aggregates: outcome
            .graded
            .iter()
            .flat_map(|g| g.areas.iter().map(|area| aggregate_row(&g.framework, area, partial(inputs))))
            .collect(),
        events: events::event_rows(digests, outcome, inputs),
        replays: Vec::new(),
        opinions: opinions::rows(config, said, outcome),
        incidents: outcome.graded.iter().flat_map(|g| events::incident_rows(g, outcome, inputs)).collect(),
        peers: outcome
            .feeds
            .iter()
            .flatten()
            .filter(|f| f.prefixes > 0)
            .map(|f| peer_row(f, inputs))
            .collect(),
        participants: Vec::new(),
        programmes: Vec::new(),
        foreign_series: Vec::new(),
        foreign: Vec::new(),
        roas: store::RoaRows::default(),
    })
}

/// True when the delegation file of a registry is missing: the universe of networks is not whole.
pub fn partial(inputs: &Inputs<'_>) -> bool {
    let loaded = inputs.references.delegations.registries();
    !reference::Registry::REGIONAL.iter().all(|r| loaded.contains(r))
}

fn source_row(source: &crate::config::Source, files: &[SourceFile]) -> SourceRow {
    let used = files.iter().filter(|f| f.used).count();
    let row = source.kind.row();
    SourceRow {
        name: source.name.clone(),
        kind: row.name.to_owned(),
        used_for: row.used_for.to_owned(),
        path: source.path.clone(),
        status: match (used, files.len()) {
            (0, 0) => "nothing of it has been fetched yet: `observatory fetch` does".to_owned(),
            (0, 1) => files[0].status.clone(),
            (0, n) => format!("none of its {n} files used"),
            (n, all) if n == all => "used".to_owned(),
            (n, all) => format!("{n} of {all} files used"),
        },
        used: used > 0,
        files: files.iter().map(file_row).collect(),
    }
}

fn file_row(file: &SourceFile) -> SourceFileRow {
    let kinds = file.faults.iter().map(|(kind, count)| FaultRow {
        code: kind.code.to_owned(),
        meaning: kind.meaning.to_owned(),
        rule: kind.rule.to_owned(),
        count: count as i64,
    });
    let place = if file.format == "MRT" { "offset" } else { "line" };
    SourceFileRow {
        name: file.name(),
        digest: file.digest.to_string(),
        size_bytes: file.size_bytes as i64,
        part: file.part.clone(),
        format: file.format.clone(),
        as_of: file.as_of.map(|(t, _)| t.0),
        as_of_from: file.as_of.map_or("", |(_, from)| from).to_owned(),
        skew_days: file.skew_days.map(i64::from),
        used: file.used,
        status: file.status.clone(),
        records: file.records as i64,
        records_outside: file.records_outside as i64,
        elements: file.elements as i64,
        faults: file.faults.total() as i64,
        skipped: file.faults.skipped() as i64,
        fault_kinds: kinds.collect(),
        first_faults: file.faults.first().iter().map(|f| format!("{place} {}: {f}", f.at)).collect(),
    }
}

fn peer_row(feed: &PeerFeed, inputs: &Inputs<'_>) -> PeerRow {
    PeerRow {
        collector: inputs.collectors[usize::from(feed.collector)].name.clone(),
        address: feed.peer.address.to_string(),
        asn: feed.peer.asn.0,
        family: feed.peer.family as u8,
        prefixes: feed.prefixes,
        share_percent: feed.share_percent,
        full_feed: feed.full_feed,
        route_server: feed.route_server,
    }
}

fn network_row(network: &pipeline::month::Network) -> NetworkRow {
    let numbers = |asns: &[Asn]| asns.iter().map(|a| a.0).collect::<Vec<u32>>();
    NetworkRow {
        asn: network.asn.0,
        name: network.name.clone(),
        organisation: network.organisation.clone(),
        siblings: numbers(&network.siblings),
        economy: network.economy.as_ref().map(|(code, _)| code.clone()),
        economy_from: network.economy.as_ref().map(|(_, from)| (*from).to_owned()),
        registry: network.registration.words(),
        status: match &network.registration {
            Registration::Delegated { status, .. } => Some(status.clone()),
            _ => None,
        },
        customers: network.customers,
        aspa_providers: network.aspa_providers.as_deref().map(numbers),
        routes: network.route_counts,
        space: network.space,
        rpki: network.rpki,
        irr: network.irr,
    }
}

fn readiness_rows<'a>(
    framework: &'a Framework,
    graded: &'a Graded,
    outcome: &'a Outcome,
    inputs: &'a Inputs<'a>,
) -> impl Iterator<Item = ReadinessRow> + Send + 'a {
    outcome.networks.iter().enumerate().map(move |(i, network)| {
        let metrics = graded.metrics(framework, inputs, network, &outcome.verdicts);
        let mut counted = [0u64; 2];
        for &route in &network.routes {
            if graded.excluded.get(route as usize).is_none() {
                let six = outcome.routes[route as usize].prefix.family() == routing::Family::V6;
                counted[usize::from(six)] += 1;
            }
        }
        let reasons = network.routes.iter().filter_map(|&r| graded.excluded.get(r as usize));
        ReadinessRow {
            framework: graded.framework.clone(),
            asn: network.asn.0,
            scores: graded.readiness[i]
                .actions
                .iter()
                .map(|action| ScoreRow {
                    key: action.key.as_str().to_owned(),
                    score: action.score.as_ref().ok().copied(),
                    grade: action.grade.map(|g: Grade| g.as_str().to_owned()),
                    unknown: action.score.as_ref().err().map(ToString::to_string),
                })
                .collect(),
            metrics: METRICS
                .iter()
                .filter_map(|row| {
                    let explained = metrics.get(&row.metric)?;
                    Some(MetricRow {
                        metric: row.code.to_owned(),
                        value: explained.value.as_ref().ok().map(|v| v.to_f64()),
                        unknown: explained.value.as_ref().err().map(ToString::to_string),
                        because: explained.because.clone(),
                    })
                })
                .collect(),
            counted_routes: counted,
            excluded_routes: Exclusions::tally(reasons).into_iter().map(|(k, n)| (k.to_owned(), n)).collect(),
        }
    })
}

fn aggregate_row(framework: &str, area: &Area, partial: bool) -> AggregateRow {
    let scores = area.scores.iter().map(|score| grade_counts(score.key, &score.aggregate));
    AggregateRow {
        framework: framework.to_owned(),
        scope: area.scope.as_str().to_owned(),
        area: area.code.clone(),
        networks: area.networks,
        routes: area.routes,
        scores: scores.collect(),
        events: area.events.iter().map(|(kind, n)| (kind.code().to_owned(), *n)).collect(),
        partial,
    }
}

/// A pooled score as it is stored.
pub fn grade_counts(key: ScoreKey, pooled: &Aggregate) -> GradeCounts {
    let count = |grade| u64::from(pooled.count(grade));
    GradeCounts {
        key: key.as_str().to_owned(),
        mean: pooled.score().ok(),
        ready: count(Grade::Ready),
        aspiring: count(Grade::Aspiring),
        lagging: count(Grade::Lagging),
        no_data: u64::from(pooled.no_data()),
    }
}
