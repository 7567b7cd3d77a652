//! Misorigination and forged paths: new origins and unseen links in the spans, judged by what was known before.

mod baseline;
mod carried;
mod claim;
mod credit;
mod event;
mod forged;
mod hops;
mod incumbents;
mod known;
mod links;
mod states;

use detect::{Event, Open};
use reference::delegations::DelegationTable;
use reference::exchange_points::ExchangePoints;
use reference::irr::RouteEpochs;
use reference::organisations::OrganisationTable;
use reference::protectors::Protectors;
use reference::vrp::VrpEpochs;
use routing::{Asn, RouteSpan, Timestamp};

pub use baseline::{Baseline, Sightings};
pub(super) use carried::take as take_carried;
pub(super) use credit::next_to_carriers;
pub use hops::hops_of;

use super::peers::PeerFeed;
use super::{Collector, Inputs};

/// A reference of one moment.
pub struct AsOf<'a, T> {
    /// The data.
    pub data: &'a T,
    /// The moment.
    pub as_of: Timestamp,
    /// For a reader.
    pub label: &'a str,
}

impl<T> Clone for AsOf<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for AsOf<'_, T> {}

/// What spans are judged by.
pub struct Context<'a> {
    /// The collectors: names, peers, paths and tables; their spans are not asked for.
    pub collectors: &'a [Collector],
    /// Their peers' feeds.
    pub feeds: &'a [Vec<PeerFeed>],
    /// What was known before.
    pub baseline: Baseline<'a>,
    /// VRPs; of each event the latest that are not newer count.
    pub vrps: &'a VrpEpochs,
    /// Route objects; of each event the latest that are not newer count, and where all are newer, an object by its own
    /// word.
    pub irr: Option<&'a RouteEpochs>,
    /// Organisations.
    pub organisations: Option<AsOf<'a, OrganisationTable>>,
    /// Delegations: who holds a number, and where.
    pub delegations: Option<AsOf<'a, DelegationTable>>,
    /// Which networks meet at which exchange point.
    pub exchange_points: Option<AsOf<'a, ExchangePoints>>,
    /// Networks that announce space of others to clean their traffic.
    pub protectors: &'a Protectors,
    /// Events that were open when the month before ended.
    pub open: &'a [Open],
    /// Whether a number is a network's.
    pub is_network: &'a (dyn Fn(Asn) -> bool + Sync),
}

impl<'a> Context<'a> {
    /// The context of a month: everything before it, and of the month what is older than each event.
    pub fn of_month(
        inputs: &'a Inputs<'a>,
        feeds: &'a [Vec<PeerFeed>],
        sightings: &'a Sightings,
        is_network: &'a (dyn Fn(Asn) -> bool + Sync),
    ) -> Context<'a> {
        let references = &inputs.references;
        let before = &references.before;
        Context {
            collectors: &inputs.collectors,
            feeds,
            baseline: Baseline::new(sightings, &inputs.collectors, &before.history, is_network),
            vrps: &before.vrps,
            irr: before.irr.as_ref(),
            organisations: before.organisations.as_ref().map(|known| AsOf {
                data: &*known.data,
                as_of: known.as_of,
                label: "organisations",
            }),
            delegations: before.numbers.as_ref().map(|known| AsOf {
                data: &known.data,
                as_of: known.as_of,
                label: "delegations",
            }),
            exchange_points: before.exchange_points.as_ref().map(|known| AsOf {
                data: &known.data,
                as_of: known.as_of,
                label: "connections to exchange points",
            }),
            protectors: &before.protectors,
            open: &before.open,
            is_network,
        }
    }
}

impl Context<'_> {
    pub(super) fn peer(&self, span: &RouteSpan) -> Asn {
        self.collectors[usize::from(span.collector)].peers[span.peer as usize].asn
    }

    /// The hops of a span's path; of a path without a network the peer alone.
    pub(super) fn hops(&self, span: &RouteSpan) -> Vec<Asn> {
        let path = self.collectors[usize::from(span.collector)].paths.get(span.path);
        let hops = hops_of(path, self.is_network);
        let peer = self.peer(span);
        if hops.is_empty() && path.is_empty() && (self.is_network)(peer) { vec![peer] } else { hops }
    }

    fn is_of_table(&self, span: &RouteSpan) -> bool {
        self.baseline.is_of_table(span)
    }

    /// The span began while the peer's routes were known: what it shows then was not there before.
    fn is_change(&self, span: &RouteSpan) -> bool {
        let known = self.baseline.known_since(span);
        !self.is_of_table(span) && known.is_some_and(|since| since < span.time.start)
    }
}

/// First sightings of a whole month of spans, for [`Baseline::new`].
pub fn sightings<'s>(collectors: &[Collector], spans: impl IntoIterator<Item = &'s RouteSpan>) -> Sightings {
    let seen = Sightings::new(collectors);
    for span in spans {
        seen.add((span.collector, span.peer, span.path, span.file), span.time.start);
    }
    seen
}

/// Finds misoriginations and forged paths. `spans` are sorted by prefix and closed under cover: every prefix
/// that covers or is covered by one of them is among them. They need not be the whole table.
pub fn detect(spans: &[RouteSpan], context: &Context<'_>) -> Vec<Event> {
    let prefixes = states::by_prefix(spans, context);
    let mut places = forged::Places::default();
    for (place, states) in prefixes.iter().enumerate() {
        for state in &states.origins {
            places.entry(state.origin).or_default().push(place);
        }
    }
    let mut events = Vec::new();
    for (place, states) in prefixes.iter().enumerate() {
        for (index, state) in states.origins.iter().enumerate() {
            let before = incumbents::find(&prefixes, place, index, context);
            match before {
                incumbents::Before::Others(others) => {
                    claim::examine(state, &others, &prefixes, place, context, &mut events);
                }
                incumbents::Before::Itself { new_more_specific } => {
                    forged::examine(state, new_more_specific, &prefixes, &places, context, &mut events);
                }
                incumbents::Before::Nobody => {
                    claim::artefact(state, states, &prefixes, place, context, &mut events);
                }
            }
        }
    }
    events.sort();
    events
}
