//! From text to a world.

mod collectors;
mod drafts;
mod expectations;
mod links;
mod registries;

use routing::{Asn, Prefix};

pub(crate) use expectations::ENDS;

use crate::words::{Words, Wrong, not_a_word};
use crate::world::World;

/// Words that begin a statement anywhere.
const TOP: &[&str] = &[
    "month",
    "public",
    "full-feed",
    "visible-from",
    "vrps",
    "vrp",
    "irr",
    "peeringdb",
    "spoofer",
    "delegations",
    "country",
    "bogons",
    "report",
    "history",
    "provides",
    "peers",
    "route-servers",
    "siblings",
    "aspa",
    "collector",
    "draft",
    "expect",
];

/// Which block the statements below belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    None,
    Irr,
    PeeringDb,
    Spoofer,
    Delegations,
    Bogons,
    Collector,
    Table,
}

impl Block {
    /// Words that begin a statement inside the block.
    fn words(self) -> &'static [&'static str] {
        match self {
            Block::None => &[],
            Block::Irr => &["route", "aut-num"],
            Block::PeeringDb => &["network"],
            Block::Spoofer => &["session"],
            Block::Delegations => &["asn", "prefix"],
            Block::Bogons => &["prefix"],
            Block::Collector | Block::Table => &["peer", "file"],
        }
    }
}

/// Reads a scenario.
pub(crate) fn world(text: &str) -> Result<World, Wrong> {
    let mut world = World::new();
    let mut block = Block::None;
    for (number, line) in (1..).zip(text.lines()) {
        let Some(mut words) = Words::of(number, line)? else { continue };
        statement(&mut world, &mut block, &mut words, line)?;
        words.end()?;
    }
    let last = text.lines().count();
    let whole = |message: &str| Wrong { line: last, message: message.to_owned() };
    if world.month.is_none() {
        return Err(whole("the scenario names no month: write `month 2024-05`"));
    }
    if world.expectations.is_empty() {
        return Err(whole("the scenario expects nothing"));
    }
    Ok(world)
}

fn statement(world: &mut World, block: &mut Block, words: &mut Words<'_>, line: &str) -> Result<(), Wrong> {
    let first = words.peek().expect("a line has a word");
    let collecting = matches!(block, Block::Collector | Block::Table);
    if collecting && words.at_moment() {
        return collectors::step(world, block, words);
    }
    if *block == Block::Table && first.strip_prefix("AS").is_some_and(|n| n.parse::<u32>().is_ok()) {
        return collectors::row(world, words);
    }
    if block.words().contains(&first) {
        words.next("a word")?;
        return match (*block, first) {
            (Block::Irr, "route") => registries::route(world, words),
            (Block::Irr, _) => registries::aut_num(world, words),
            (Block::PeeringDb, _) => registries::network(world, words),
            (Block::Spoofer, _) => registries::session(world, words),
            (Block::Delegations, "asn") => registries::delegated_asns(world, words),
            (Block::Delegations, _) => registries::delegated_prefix(world, words),
            (Block::Bogons, _) => registries::listed_prefix(world, words),
            (_, "peer") => collectors::peer(world, words),
            _ => collectors::file(world, block, words),
        };
    }
    if !TOP.contains(&first) {
        let mut allowed = block.words().to_vec();
        allowed.extend(TOP);
        let also = match block {
            Block::Collector => " — or a moment such as 2024-05-02T10:00",
            Block::Table => " — or a row such as AS64500 203.0.113.0/24 path …, or a moment",
            _ => "",
        };
        return words.wrong(not_a_word(first, &allowed) + also);
    }
    words.next("a word")?;
    *block = Block::None;
    match first {
        "month" => world.month = Some(words.value("a month")?),
        "public" => public(world, words)?,
        "full-feed" => {
            let percent: u8 = words.value("a share in percent")?;
            words.expect("%")?;
            world.full_feed_percent = percent;
        }
        "visible-from" => world.peers_min_visible = words.value("a number of peer ASes")?,
        "vrps" => {
            world.vrps.get_or_insert_default();
        }
        "vrp" => registries::vrp(world, words)?,
        "irr" => {
            registries::irr(world, words)?;
            *block = Block::Irr;
        }
        "peeringdb" => {
            registries::peeringdb(world, words)?;
            *block = Block::PeeringDb;
        }
        "spoofer" => {
            world.spoofer.get_or_insert_default();
            *block = Block::Spoofer;
        }
        "delegations" => {
            registries::delegations(world, words)?;
            *block = Block::Delegations;
        }
        "country" => registries::country(world, words)?,
        "bogons" => {
            registries::bogons(world, words)?;
            *block = Block::Bogons;
        }
        "report" => registries::report(world, words)?,
        "history" => links::history(world, words)?,
        "provides" => links::provides(world, words)?,
        "peers" => links::peers(world, words)?,
        "route-servers" => links::route_servers(world, words)?,
        "siblings" => links::siblings(world, words)?,
        "aspa" => links::aspa(world, words)?,
        "collector" => {
            collectors::collector(world, words)?;
            *block = Block::Collector;
        }
        "draft" => drafts::draft(world, words)?,
        _ => expectations::expect(world, words, line)?,
    }
    Ok(())
}

/// `public PREFIX|ASN|ASN-ASN …`, `public none`
fn public(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    if words.take("none") {
        world.public_prefixes.clear();
        world.public_asns.clear();
        return Ok(());
    }
    while !words.is_over() {
        if words.peek().is_some_and(|w| w.contains('/')) {
            world.public_prefixes.push(words.value("a prefix")?);
        } else {
            world.public_asns.push(asn_range(words)?);
        }
    }
    Ok(())
}

/// `AS64496` or `AS64496-AS64499`
fn asn_range(words: &mut Words<'_>) -> Result<(Asn, Asn), Wrong> {
    let word = words.next("an AS number")?;
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    match (first.parse::<Asn>(), last.parse::<Asn>()) {
        (Ok(first), Ok(last)) if first <= last => Ok((first, last)),
        _ => words.wrong(format!("`{word}` is neither an AS number nor a range like AS64496-AS64499")),
    }
}

/// Prefixes, one at least, as long as there are any.
fn prefixes(words: &mut Words<'_>) -> Result<Vec<Prefix>, Wrong> {
    let mut all: Vec<Prefix> = vec![words.value("a prefix")?];
    while words.peek().is_some_and(|w| w.contains('/')) {
        all.push(words.value("a prefix")?);
    }
    if all.iter().any(|p| p.family() != all[0].family()) {
        return words.wrong("the prefixes of one message are of one family");
    }
    Ok(all)
}

/// A path as it is shown: `64500 64496`, with `{1,2}` an AS_SET, `(1 2)` and `[1,2]` confederations, `empty`.
fn path(words: &mut Words<'_>) -> Result<routing::AsPath, Wrong> {
    use routing::{AsPath, SegmentKind};
    let begins =
        |w: &str| w.starts_with(|c: char| c.is_ascii_digit() || "{([".contains(c)) && !words_like_time(w);
    if words.take("empty") {
        return Ok(AsPath::default());
    }
    let mut text = String::new();
    let mut open = false;
    while let Some(word) = words.peek().filter(|w| open || begins(w)) {
        text.push_str(word);
        text.push(' ');
        open = text.matches('(').count() > text.matches(')').count();
        words.next("a path")?;
    }
    let mut path = AsPath::default();
    let mut rest = text.trim();
    if rest.is_empty() {
        return words.wrong("a path is a row of AS numbers, or `empty`");
    }
    while !rest.is_empty() {
        let (kind, close) = match rest.as_bytes()[0] {
            b'{' => (SegmentKind::Set, Some('}')),
            b'(' => (SegmentKind::ConfedSequence, Some(')')),
            b'[' => (SegmentKind::ConfedSet, Some(']')),
            _ => (SegmentKind::Sequence, None),
        };
        let end = match close {
            Some(close) => rest.find(close),
            None => Some(rest.find(['{', '(', '[']).unwrap_or(rest.len())),
        };
        let Some(end) = end else {
            return words.wrong(format!("`{rest}` opens a bracket and does not close it"));
        };
        let inner = if close.is_some() { &rest[1..end] } else { &rest[..end] };
        let asns: Result<Vec<Asn>, _> =
            inner.split([' ', ',']).filter(|n| !n.is_empty()).map(str::parse).collect();
        match asns {
            Ok(asns) if !asns.is_empty() => path.push_segment(kind, &asns),
            _ => return words.wrong(format!("`{inner}` is no row of AS numbers")),
        }
        rest = rest[end + usize::from(close.is_some())..].trim_start();
    }
    Ok(path)
}

/// A path ends where a moment begins.
fn words_like_time(word: &str) -> bool {
    word.len() >= 10 && word.as_bytes()[4] == b'-'
}
