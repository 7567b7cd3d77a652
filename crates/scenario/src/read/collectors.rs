//! Statements about what collectors recorded.

use core::net::IpAddr;

use routing::{Asn, Prefix};

use super::{Block, path, prefixes};
use crate::words::{Words, Wrong};
use crate::world::{CollectorText, Recorded, Shown, Step, World};

/// `collector NAME [gap SECONDS]`
pub fn collector(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let name = words.next("the collector's name")?.to_owned();
    if world.collectors.iter().any(|c| c.name == name) {
        return words.wrong(format!("there are two collectors `{name}`"));
    }
    let gap_seconds_max = match words.is_over() {
        true => 3600,
        false => {
            words.expect("gap")?;
            words.value("seconds")?
        }
    };
    world.collectors.push(CollectorText { name, gap_seconds_max, peers: Vec::new(), steps: Vec::new() });
    Ok(())
}

fn current(world: &mut World) -> &mut CollectorText {
    world.collectors.last_mut().expect("inside a collector block")
}

/// `peer ADDRESS ASN`
pub fn peer(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let address: IpAddr = words.value("an address")?;
    let asn: Asn = words.value("an AS number")?;
    let collector = current(world);
    if collector.peers.iter().any(|(a, n)| *n == asn || *a == address) {
        return words.wrong("the peers of one collector differ in address and AS number");
    }
    collector.peers.push((address, asn));
    Ok(())
}

/// `file`: what follows is in another file
pub fn file(world: &mut World, block: &mut Block, words: &mut Words<'_>) -> Result<(), Wrong> {
    let collector = current(world);
    let time = collector.steps.last().map_or_else(Default::default, |s| s.time);
    collector.steps.push(Step { line: words.line, time, what: Recorded::NewFile });
    *block = Block::Collector;
    Ok(())
}

fn known_peer(collector: &CollectorText, words: &mut Words<'_>) -> Result<usize, Wrong> {
    let asn: Asn = words.value("the AS number of a peer")?;
    match collector.peers.iter().position(|(_, known)| *known == asn) {
        Some(index) => Ok(index),
        None => {
            let known: Vec<String> = collector.peers.iter().map(|(_, asn)| asn.to_string()).collect();
            words.wrong(format!("{asn} is no peer of collector {}: {}", collector.name, known.join(", ")))
        }
    }
}

/// `MOMENT table [of ASN …] [damaged]`, `MOMENT ASN announce PREFIX … path PATH [otc ASN]`,
/// `MOMENT ASN withdraw PREFIX …`, `MOMENT ASN down|up|keepalive`
pub fn step(world: &mut World, block: &mut Block, words: &mut Words<'_>) -> Result<(), Wrong> {
    let time = words.moment()?;
    let collector = current(world);
    *block = Block::Collector;
    let what = if words.take("table") {
        *block = Block::Table;
        table(collector, words)?
    } else {
        let peer = known_peer(collector, words)?;
        match words.one_of(&["announce", "withdraw", "down", "up", "keepalive"])? {
            "announce" => {
                let prefixes = prefixes(words)?;
                words.expect("path")?;
                Recorded::Announce(peer, prefixes, shown(words)?)
            }
            "withdraw" => Recorded::Withdraw(peer, prefixes(words)?),
            "down" => Recorded::Down(peer),
            "up" => Recorded::Up(peer),
            _ => Recorded::Keepalive(peer),
        }
    };
    collector.steps.push(Step { line: words.line, time, what });
    Ok(())
}

fn table(collector: &CollectorText, words: &mut Words<'_>) -> Result<Recorded, Wrong> {
    let mut listed = None;
    if words.take("of") {
        let mut peers = vec![known_peer(collector, words)?];
        while words.peek().is_some_and(|w| w.starts_with("AS")) {
            peers.push(known_peer(collector, words)?);
        }
        listed = Some(peers);
    }
    let damaged = !words.is_over() && words.one_of(&["damaged"])? == "damaged";
    Ok(Recorded::Table { listed, rows: Vec::new(), damaged })
}

/// `PATH [otc ASN]`
fn shown(words: &mut Words<'_>) -> Result<Shown, Wrong> {
    let path = path(words)?;
    let mark = if words.take("otc") { Some(words.value("an AS number")?) } else { None };
    Ok(Shown { path, mark })
}

/// `ASN PREFIX … path PATH [otc ASN]`, a row of the table above
pub fn row(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let collector = current(world);
    let peer = known_peer(collector, words)?;
    let prefixes: Vec<Prefix> = prefixes(words)?;
    words.expect("path")?;
    let shown = shown(words)?;
    let Some(Step { what: Recorded::Table { rows, .. }, .. }) = collector.steps.last_mut() else {
        return words.wrong("a row belongs to a table");
    };
    rows.extend(prefixes.into_iter().map(|prefix| (peer, prefix, shown.clone())));
    Ok(())
}
