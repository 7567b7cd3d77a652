//! Who looks, and what would be seen there.

use core::net::IpAddr;

use routing::{Asn, Family};

use super::tables::Tables;
use super::topology::{From, Spread, Topology};

/// A peer of a collector with routes in its table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vantage {
    /// Index into [`Tables::collectors`].
    pub collector: u16,
    /// Index into the collector's peers.
    pub peer: u16,
    /// Its AS.
    pub asn: Asn,
    /// Its real paths begin with its own AS; those of an internal session or a route server do not.
    pub leads: bool,
    /// The relationships of its AS are known: only then it shows what is planted.
    pub known: bool,
    /// What it tells the collector of IPv4, and of IPv6; `None` when its table has nothing of the family.
    pub feeds: [Option<Feed>; 2],
}

/// What a vantage point tells of one family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Feed {
    /// All it has; otherwise its own routes and its customers'.
    pub full: bool,
    /// The next hop of its announcements.
    pub next_hop: IpAddr,
    /// Rows in the table.
    pub rows: usize,
}

/// The place of a family in [`Vantage::feeds`].
pub(super) fn slot(family: Family) -> usize {
    usize::from(family == Family::V6)
}

/// The vantage points of tables, by collector and peer. A feed counts as full from half the rows of the
/// collector's largest on.
pub fn vantages(tables: &Tables, topology: &Topology) -> Vec<Vantage> {
    // Per family the rows, and a next hop.
    type Counted = [(usize, Option<IpAddr>); 2];
    let mut counted: Vec<Vec<Counted>> =
        tables.collectors.iter().map(|c| vec![[(0, None); 2]; c.peers.len()]).collect();
    let mut leading: Vec<Vec<(usize, usize)>> =
        tables.collectors.iter().map(|c| vec![(0, 0); c.peers.len()]).collect();
    for row in &tables.rows {
        let (c, p) = (usize::from(row.collector), usize::from(row.peer));
        let (rows, next_hop) = &mut counted[c][p][slot(row.prefix.family())];
        let route = tables.route(row);
        *rows += 1;
        next_hop.get_or_insert(route.next_hop);
        let (leads, not) = &mut leading[c][p];
        let first = route.path.as_ref().asns().next();
        *(if first == Some(tables.peer(row).asn) { leads } else { not }) += 1;
    }
    let mut all = Vec::new();
    for (c, collector) in tables.collectors.iter().enumerate() {
        let largest = [0, 1].map(|f| counted[c].iter().map(|feeds| feeds[f].0).max().unwrap_or(0));
        for (p, peer) in collector.peers.iter().enumerate() {
            let feeds = [0, 1].map(|f| {
                let (rows, next_hop) = counted[c][p][f];
                next_hop.map(|next_hop| Feed { full: rows * 2 >= largest[f], next_hop, rows })
            });
            if feeds.iter().any(Option::is_some) {
                let leads = leading[c][p].0 >= leading[c][p].1;
                let known = topology.place(peer.asn).is_some();
                let (collector, peer, asn) = (c as u16, p as u16, peer.asn);
                all.push(Vantage { collector, peer, asn, leads, known, feeds });
            }
        }
    }
    all
}

impl Vantage {
    /// What it tells the collector of a prefix of that family after a spread: which announcement it uses, and
    /// the path it shows. `None` when it uses none or does not tell.
    pub fn shows(&self, spread: &Spread<'_>, family: Family) -> Option<(usize, Vec<Asn>)> {
        let feed = self.feeds[slot(family)]?;
        let (from, announcement) = spread.used(self.asn)?;
        if !feed.full && from > From::Customer {
            return None;
        }
        let path = spread.path(self.asn)?;
        let own = usize::from(!self.leads);
        // A path with nothing in front of the announcer cannot be told from inside it.
        (path.len() > own).then(|| (announcement, path[own..].to_vec()))
    }
}
