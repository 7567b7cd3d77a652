//! The whole of it, a sweep and a month, in the one place that knows how they are called.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use detect::visibility::PEERS_MIN;
use measure::framework::{self, Framework};
use pipeline::month::{
    Before, BogonEpoch, Collector, Dated, InTurn, Inputs, References, Settings, compute, tally,
};
use pipeline::sweep::Sweep;
use reference::bogons::BogonTable;
use reference::delegations::DelegationTable;
use reference::organisations::OrganisationTable;
use routing::{Month, Span, Timestamp, Unknown};

use crate::Outcome;
use crate::registered::Registered;

/// Seconds of silence that are missing data.
const GAP_SECONDS_MAX: i64 = 3 * 3600;

/// What came out.
#[derive(PartialEq, Eq, Debug)]
pub struct Judged {
    /// Routes taken in.
    pub elements: u64,
    pub routes: usize,
    pub events: usize,
    pub networks: usize,
    /// Routes by their state in the RPKI.
    pub rpki: BTreeMap<String, u64>,
}

/// The framework that is graded by.
pub fn shipped_last() -> Outcome<Framework> {
    let (id, _) = framework::shipped().last().ok_or("a framework is shipped")?;
    Ok(framework::load(id)?)
}

/// Sweeps the files of each collector and computes the month: what is judged, and grades under each of `frameworks`.
pub fn judge(
    month: Month,
    collectors: Vec<Vec<Box<dyn Read>>>,
    registered: Registered,
    frameworks: &[Framework],
) -> Outcome<Judged> {
    let mut elements = 0;
    let mut swept = Vec::new();
    for (n, files) in collectors.into_iter().enumerate() {
        let (collector, read) = sweep(&format!("collector-{n}"), month.span(), files)?;
        elements += read;
        swept.push(collector);
    }
    let inputs = Inputs {
        month,
        frameworks,
        collectors: swept,
        references: references(registered, month.span().start),
        settings: Settings { full_feed_share_percent_min: 90, peers_min_visible: PEERS_MIN },
    };
    let outcome = compute(&inputs, &InTurn)?;
    Ok(Judged {
        elements,
        routes: outcome.routes.len(),
        events: outcome.events.len(),
        networks: outcome.networks.len(),
        rpki: tally(outcome.verdicts.iter().map(|v| format!("{:?}", v.rpki))),
    })
}

/// Sweeps the files of one collector: what it saw, and how many routes were announced and withdrawn.
pub fn sweep(name: &str, window: Span, files: Vec<Box<dyn Read>>) -> Outcome<(Collector, u64)> {
    let mut sweep = Sweep::new(window, window.start, GAP_SECONDS_MAX);
    let mut elements = 0;
    for (file, input) in (0..).zip(files) {
        elements += sweep.read(file, input)?.elements;
    }
    let swept = sweep.finish()?;
    let collector = Collector {
        name: name.to_owned(),
        peers: swept.peers,
        paths: swept.paths,
        coverage: swept.coverage,
        tables: swept.recording.tables(),
        recording: swept.recording,
    };
    Ok((collector, elements))
}

fn references(registered: Registered, from: Timestamp) -> References {
    let Registered { vrps, irr, relationships } = registered;
    let missing = || Unknown::because("not part of the bench");
    let label = "made up".to_owned();
    References {
        vrps: Ok(Dated { data: vrps.into(), label: label.clone() }),
        irr: Ok(Dated { data: irr.into(), label }),
        irr_excerpt: None,
        aut_nums: Err(missing()),
        aut_num_registries: BTreeSet::new(),
        contacts: Err(missing()),
        contacts_excerpt: None,
        spoofer: Err(missing()),
        delegations: DelegationTable::default(),
        asn_countries: DelegationTable::default(),
        names: BTreeMap::new(),
        organisations: OrganisationTable::default().into(),
        relationships: Some(relationships),
        aspas: None,
        bogons: vec![BogonEpoch { from, table: BogonTable::new([], [], []) }],
        reports: Vec::new(),
        before: Before::default(),
    }
}
