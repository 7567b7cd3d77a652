//! The networks of the demonstration world and how each keeps its house, on any day.

use core::net::{Ipv4Addr, Ipv6Addr};

use routing::{Date, Family, Prefix};

use super::table::{numbers, rows};

const NETWORKS: &str = include_str!("tables/networks.txt");
const CHANGES: &str = include_str!("tables/changes.txt");
const ECONOMIES: &str = include_str!("tables/economies.txt");

/// A network of the demonstration world on a day.
#[derive(Clone, Debug)]
pub struct Network {
    /// ASN.
    pub asn: u32,
    /// AS name.
    pub name: &'static str,
    /// Registered economy; `-` when its record has none.
    pub economy: &'static str,
    /// Whom it buys from.
    pub providers: Vec<u32>,
    /// Whom it meets; each pair stands with one of the two.
    pub peers: Vec<u32>,
    /// What it announces over IPv4.
    pub ipv4: &'static str,
    /// What it announces over IPv6.
    pub ipv6: &'static str,
    /// How it signs its routes.
    pub roas: &'static str,
    /// How it registers them.
    pub irr: &'static str,
    /// Where its contact is registered.
    pub contact: &'static str,
    /// Organisation; shared by siblings.
    pub organisation: &'static str,
    /// Since when its registry lists it; `None` when it does not.
    pub delegated: Option<Date>,
}

/// A line of the table of changes.
#[derive(Clone, Copy)]
pub struct Change {
    /// The day.
    pub day: Date,
    /// The network.
    pub asn: u32,
    /// What of it.
    pub column: &'static str,
    becomes: &'static str,
}

/// Every change, in the order of the table.
pub fn changes() -> Vec<Change> {
    rows(CHANGES)
        .map(|[day, asn, column, becomes, _why]| Change {
            day: day.parse().expect("a day"),
            asn: asn.parse().expect("an ASN"),
            column,
            becomes,
        })
        .collect()
}

/// Every network as it is when `day` ends.
pub fn networks(day: Date) -> Vec<Network> {
    let founded = Date::from_ymd(2012, 3, 1).expect("a day");
    let mut all: Vec<Network> = rows(NETWORKS)
        .map(|[asn, name, economy, providers, peers, ipv4, ipv6, roas, irr, contact, organisation]| Network {
            asn: asn.parse().expect("an ASN"),
            name,
            economy,
            providers: numbers(providers),
            peers: numbers(peers),
            ipv4,
            ipv6,
            roas,
            irr,
            contact,
            organisation,
            delegated: Some(founded),
        })
        .collect();
    all.sort_by_key(|n| n.asn);
    for change in changes().into_iter().filter(|c| c.day <= day) {
        let network = all.iter_mut().find(|n| n.asn == change.asn).expect("who changes is a network");
        let column = match change.column {
            "roas" => &mut network.roas,
            "irr" => &mut network.irr,
            "contact" => &mut network.contact,
            "ipv4" => &mut network.ipv4,
            "ipv6" => &mut network.ipv6,
            "organisation" => &mut network.organisation,
            "delegated" => {
                network.delegated = (change.becomes == "yes").then_some(change.day);
                continue;
            }
            other => panic!("no column of a network: {other}"),
        };
        *column = change.becomes;
    }
    all
}

/// The registry of an economy.
pub fn registry_of(economy: &str) -> &'static str {
    rows(ECONOMIES).find(|[code, _]| *code == economy).expect("every economy has its registry")[1]
}

impl Network {
    /// Its registry, as delegation files write it.
    pub fn registry(&self) -> &'static str {
        registry_of(self.economy)
    }

    /// Its place: what its address space follows from.
    pub fn slot(&self) -> u32 {
        slot(self.asn)
    }

    /// What it announces, IPv4 first, aggregates before their parts.
    pub fn announced(&self) -> Vec<Prefix> {
        let family = |cell: &'static str, family| {
            cell.split_whitespace().flat_map(move |piece| pieces(self.asn, piece, family))
        };
        family(self.ipv4, Family::V4).chain(family(self.ipv6, Family::V6)).collect()
    }

    /// True when it announces nothing that holds `prefix` and more.
    pub fn is_aggregate(&self, prefix: &Prefix) -> bool {
        self.announced().iter().all(|other| other == prefix || !other.contains(prefix))
    }
}

fn slot(asn: u32) -> u32 {
    match asn {
        64_496..=64_559 => asn - 64_496,
        65_536..=65_551 => asn - 65_536 + 64,
        _ => panic!("AS{asn} has no space in this world"),
    }
}

/// A network's IPv4 aggregate, a /22 of 198.18.0.0/15.
pub fn ipv4_of(asn: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(0xC612_0000 + slot(asn) * 0x400)
}

/// A network's IPv6 aggregate, a /32 of 3fff::/20.
pub fn ipv6_of(asn: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(0x3fff << 112 | u128::from(slot(asn) + 1) << 96)
}

/// The prefixes of a piece: `22`, `24.3`, `48.0-9`, `192.0.2.0/24`.
fn pieces(asn: u32, piece: &str, family: Family) -> Vec<Prefix> {
    if piece.contains('/') {
        return vec![piece.parse().expect("a prefix")];
    }
    let number = |text: &str| text.parse::<u32>().unwrap_or_else(|_| panic!("AS{asn}: {piece}"));
    let (len, places) = piece.split_once('.').unwrap_or((piece, "0"));
    let (first, last) = places.split_once('-').unwrap_or((places, places));
    let base = match family {
        Family::V4 => u128::from(ipv4_of(asn).to_bits()) << 96,
        Family::V6 => ipv6_of(asn).to_bits(),
    };
    let len = number(len) as u8;
    (number(first)..=number(last))
        .map(|n| {
            let bits = base + (u128::from(n) << (128 - u32::from(len)));
            Prefix::from_bits(family, bits, len).expect("a length of the family")
        })
        .collect()
}

/// A prefix of the tables of routes: in full, or out of a network's space (`65539 22`, longer than 32 is IPv6).
pub fn prefix(cell: &str) -> Prefix {
    let Some((asn, piece)) = cell.split_once(' ') else { return cell.parse().expect("a prefix") };
    let longer = piece.split('.').next().and_then(|len| len.parse::<u8>().ok()).is_some_and(|len| len > 32);
    let family = if longer { Family::V6 } else { Family::V4 };
    pieces(asn.parse().expect("an ASN"), piece, family)[0]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn on(day: &str) -> Vec<Network> {
        networks(day.parse().unwrap())
    }

    #[test]
    fn everybody_has_space_of_their_own() {
        let all = on("2024-05-31");
        let asns: BTreeSet<u32> = all.iter().map(|n| n.asn).collect();
        assert_eq!(asns.len(), all.len(), "an ASN stands twice");
        let mut of: Vec<(Prefix, u32)> =
            all.iter().flat_map(|n| n.announced().into_iter().map(|p| (p, n.asn))).collect();
        of.sort();
        for pair in of.windows(2) {
            assert!(!pair[0].0.contains(&pair[1].0) || pair[0].1 == pair[1].1, "{pair:?}");
        }
        let ours: Vec<Prefix> =
            super::super::configuration::SPACE.iter().map(|p| p.parse().unwrap()).collect();
        assert!(of.iter().all(|(p, _)| ours.iter().any(|o| o.contains(p))), "space of somebody real");
    }

    #[test]
    fn neighbours_are_there() {
        let all = on("2024-03-01");
        for network in &all {
            for asn in network.providers.iter().chain(&network.peers) {
                assert!(all.iter().any(|n| n.asn == *asn), "AS{} knows AS{asn}", network.asn);
            }
        }
    }

    #[test]
    fn a_change_holds_from_its_day_on() {
        let roas = |day| on(day).iter().find(|n| n.asn == 64_509).unwrap().roas;
        assert_eq!((roas("2024-04-08"), roas("2024-04-09")), ("tight", "all"));
        let amber = |day| on(day).iter().find(|n| n.asn == 64_553).unwrap().delegated;
        assert_eq!(amber("2024-04-29"), None);
        assert_eq!(amber("2024-05-01").unwrap().to_string(), "2024-04-30");
    }

    #[test]
    fn pieces_of_space() {
        let shown = |cell| prefix(cell).to_string();
        assert_eq!(shown("64497 22"), "198.18.4.0/22");
        assert_eq!(shown("64497 24.3"), "198.18.7.0/24");
        assert_eq!(shown("65536 48.2"), "3fff:41:2::/48");
        assert_eq!(shown("10.0.0.0/8"), "10.0.0.0/8");
    }
}
