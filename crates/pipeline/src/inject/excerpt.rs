//! The rows of the tables that one event needs to be judged.

use std::collections::BTreeSet;

use hashbrown::HashMap;
use routing::{Asn, Family};

use super::plan::Planted;
use super::random::Random;
use super::tables::{Row, Tables};
use super::vantage::Vantage;

/// Finds rows by origin, by link and by peer.
pub struct Excerpts<'a> {
    tables: &'a Tables,
    origins: HashMap<Asn, Vec<u32>>,
    links: HashMap<(Asn, Asn), Vec<u32>>,
    /// By collector, peer and family.
    peers: HashMap<(u16, u16, Family), Vec<u32>>,
}

/// Sets what is drawn for folders apart from what is drawn for events.
const BACKGROUND: u64 = 0x5555_5555_5555_5555;

/// Rows kept per origin, per link and per peer.
const EACH_MAX: usize = 4;

impl<'a> Excerpts<'a> {
    /// Goes through the tables once.
    pub fn new(tables: &'a Tables) -> Excerpts<'a> {
        let mut origins: HashMap<Asn, Vec<u32>> = HashMap::new();
        let mut links: HashMap<(Asn, Asn), Vec<u32>> = HashMap::new();
        let mut peers: HashMap<(u16, u16, Family), Vec<u32>> = HashMap::new();
        let keep = |list: &mut Vec<u32>, row| {
            if list.len() < EACH_MAX && list.last() != Some(&row) {
                list.push(row);
            }
        };
        for (number, row) in (0u32..).zip(&tables.rows) {
            if let Some(origin) = tables.origin(row) {
                keep(origins.entry(origin).or_default(), number);
            }
            keep(peers.entry((row.collector, row.peer, row.prefix.family())).or_default(), number);
            let path = tables.route(row).path.as_ref();
            for (a, b) in path.asns().zip(path.asns().skip(1)).filter(|(a, b)| a != b) {
                keep(links.entry((a.min(b), a.max(b))).or_default(), number);
            }
        }
        Excerpts { tables, origins, links, peers }
    }

    /// Ascending: every row of the event's prefixes, around and inside them; some of the networks that take
    /// part as origins, of every link in what is shown, and of every peer that shows it, whose table would else not be
    /// there to tell what it had before; and `background` drawn from all.
    pub fn of(&self, event: &Planted, vantages: &[Vantage], background: usize, seed: u64) -> Vec<&'a Row> {
        let rows = &self.tables.rows;
        let mut kept: BTreeSet<&Row> = BTreeSet::new();
        for prefix in event.announced.iter().chain([&event.prefix]) {
            kept.extend(self.tables.inside(*prefix));
            kept.extend(self.tables.covering(*prefix));
        }
        let parts = event.innocents.iter().chain([&event.victim, &event.culprit]);
        let by_origin = parts.filter_map(|asn| self.origins.get(asn));
        let shown = event.sights.iter().flat_map(|sight| sight.path.windows(2));
        let by_link = shown.filter_map(|p| self.links.get(&(p[0].min(p[1]), p[0].max(p[1]))));
        let family = event.prefix.family();
        let showing = event.sights.iter().map(|sight| &vantages[sight.vantage]);
        let by_peer = showing.filter_map(|v| self.peers.get(&(v.collector, v.peer, family)));
        kept.extend(by_origin.chain(by_link).chain(by_peer).flatten().map(|number| &rows[*number as usize]));
        let mut random = Random::new(seed ^ BACKGROUND, event.number as u64);
        kept.extend((0..background).filter_map(|_| random.pick(rows)));
        kept.into_iter().collect()
    }
}
