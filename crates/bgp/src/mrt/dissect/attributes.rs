//! Path attributes (RFC 4271 §4.3 and those that came later), one by one.

use core::ops::Range;

use routing::{Asn, Family};

use super::{Stop, Walk, address, family_of, hex};

/// Names by type code.
const NAMES: [(u8, &str); 20] = [
    (1, "ORIGIN"),
    (2, "AS_PATH"),
    (3, "NEXT_HOP"),
    (4, "MULTI_EXIT_DISC"),
    (5, "LOCAL_PREF"),
    (6, "ATOMIC_AGGREGATE"),
    (7, "AGGREGATOR"),
    (8, "COMMUNITIES"),
    (9, "ORIGINATOR_ID"),
    (10, "CLUSTER_LIST"),
    (14, "MP_REACH_NLRI"),
    (15, "MP_UNREACH_NLRI"),
    (16, "EXTENDED COMMUNITIES"),
    (17, "AS4_PATH"),
    (18, "AS4_AGGREGATOR"),
    (26, "AIGP"),
    (32, "LARGE_COMMUNITY"),
    (33, "BGPsec_PATH"),
    (35, "ONLY_TO_CUSTOMER"),
    (128, "ATTR_SET"),
];

impl Walk<'_> {
    /// `length` octets of attributes. `in_table`: MP_REACH_NLRI may be cut short (RFC 6396 §4.3.4).
    pub(super) fn attributes(
        &mut self,
        length: usize,
        four_octets: bool,
        in_table: bool,
        add_path: bool,
    ) -> Result<(), Stop> {
        let end = self.at + length;
        if end > self.end {
            return Err(format!("{length} octets of attributes do not fit at octet {}", self.at));
        }
        if !in_table && length > 0 {
            self.section("Path attributes");
        }
        let outer = core::mem::replace(&mut self.end, end);
        while self.at < end {
            let start = self.at;
            let (flags, _) = self.number(1, "Attribute flags")?;
            let (code, _) = self.number(1, "Attribute type")?;
            let (len, _) = self.number(if flags & 0x10 == 0 { 1 } else { 2 }, "Attribute length")?;
            let (value, range) = self.take(len as usize, "an attribute")?;
            let name = NAMES.iter().find(|(known, _)| u64::from(*known) == code);
            let name = name.map_or("Unknown attribute", |(_, name)| name);
            let after = self.at;
            (self.at, self.end) = (range.start, range.end);
            let shown = self.attribute(code as u8, value, four_octets, in_table);
            let text = match &shown {
                Ok(text) => text.clone(),
                Err(why) => format!("{} ({why})", hex(value)),
            };
            let flags = format!(" [type {code}, {}]", flag_words(flags));
            self.field(0, name, text + &flags, start..range.end)?;
            if shown.is_ok() && !in_table && matches!(code, 14 | 15) {
                self.reachability(code as u8, value, range.clone(), add_path)?;
            }
            (self.at, self.end) = (after, end);
        }
        self.end = outer;
        Ok(())
    }

    fn attribute(
        &mut self,
        code: u8,
        value: &[u8],
        four_octets: bool,
        in_table: bool,
    ) -> Result<String, Stop> {
        let exactly = |len: usize| {
            if value.len() == len { Ok(()) } else { Err(format!("{} octets, {len} expected", value.len())) }
        };
        let joined = |parts: Vec<String>| if parts.is_empty() { "none".to_owned() } else { parts.join(" ") };
        Ok(match code {
            1 => {
                exactly(1)?;
                let word = match value[0] {
                    0 => "IGP",
                    1 => "EGP",
                    2 => "INCOMPLETE",
                    _ => "undefined",
                };
                format!("{}: {word}", value[0])
            }
            2 => path(value, four_octets)?,
            17 => path(value, true)?,
            3 | 9 => {
                exactly(4)?;
                address(value).to_string()
            }
            4 | 5 => {
                exactly(4)?;
                number(value).to_string()
            }
            35 => {
                exactly(4)?;
                Asn(number(value) as u32).to_string()
            }
            6 => {
                exactly(0)?;
                "set".to_owned()
            }
            7 | 18 => {
                let asn = if value.len() == 8 { 4 } else { 2 };
                exactly(asn + 4)?;
                format!("{}, {}", Asn(number(&value[..asn]) as u32), address(&value[asn..]))
            }
            8 => {
                joined(parts(value, 4)?.map(|c| format!("{}:{}", number(&c[..2]), number(&c[2..]))).collect())
            }
            10 => joined(parts(value, 4)?.map(|c| address(c).to_string()).collect()),
            16 => joined(parts(value, 8)?.map(|c| hex(c).replace(' ', "")).collect()),
            32 => joined(
                parts(value, 12)?
                    .map(|c| format!("{}:{}:{}", number(&c[..4]), number(&c[4..8]), number(&c[8..])))
                    .collect(),
            ),
            14 if in_table => next_hops(value),
            14 | 15 => {
                let (afi, _) = self.number(2, "the address family")?;
                let (safi, _) = self.number(1, "the subsequent address family")?;
                format!("address family {afi}, {safi}")
            }
            _ => hex(value),
        })
    }

    /// What MP_REACH_NLRI and MP_UNREACH_NLRI hold (RFC 4760 §3, §4), each prefix a field.
    fn reachability(
        &mut self,
        code: u8,
        value: &[u8],
        range: Range<usize>,
        add_path: bool,
    ) -> Result<(), Stop> {
        (self.at, self.end) = (range.start + 3, range.end);
        let family = family_of(number(&value[..2]))?;
        if code == 15 {
            return self.prefixes(1, "Withdrawn route", family, add_path, range.end);
        }
        let (length, at) = self.number(1, "the next hop's length")?;
        let (octets, end) = self.take(length as usize, "the next hop")?;
        self.field(1, "Next hop", hops(octets), at.start..end.end)?;
        self.number(1, "the reserved octet")?;
        self.prefixes(1, "Announced prefix", family, add_path, range.end)
    }
}

fn number(octets: &[u8]) -> u64 {
    octets.iter().take(8).fold(0, |n, octet| n << 8 | u64::from(*octet))
}

/// Pieces of equal length.
fn parts(value: &[u8], len: usize) -> Result<core::slice::ChunksExact<'_, u8>, Stop> {
    match value.len() % len {
        0 => Ok(value.chunks_exact(len)),
        _ => Err(format!("{} octets are no multiple of {len}", value.len())),
    }
}

/// One next hop, or a global and a link-local one.
fn hops(octets: &[u8]) -> String {
    let len = usize::from(if octets.len() == 4 { Family::V4.bits() / 8 } else { Family::V6.bits() / 8 });
    let hops: Vec<String> = octets.chunks_exact(len).map(|hop| address(hop).to_string()).collect();
    if hops.len() * len == octets.len() && !hops.is_empty() { hops.join(", ") } else { hex(octets) }
}

/// In tables only the next hop stands there; some collectors write the whole attribute all the same.
fn next_hops(value: &[u8]) -> String {
    let short = value.split_first().filter(|(len, rest)| usize::from(**len) == rest.len());
    let whole = || {
        let len = usize::from(*value.get(3)?);
        value.get(4..4 + len)
    };
    match short.map(|(_, rest)| rest).or_else(whole) {
        Some(octets) => format!("next hop {}", hops(octets)),
        None => hex(value),
    }
}

/// Segments as they are written: sets in braces, confederations in parentheses.
fn path(value: &[u8], four_octets: bool) -> Result<String, Stop> {
    let width = if four_octets { 4 } else { 2 };
    let mut segments = Vec::new();
    let mut rest = value;
    while let Some(([kind, count], after)) = rest.split_first_chunk::<2>() {
        let len = usize::from(*count) * width;
        let Some((octets, tail)) = after.split_at_checked(len) else {
            return Err(format!("a segment of {count} numbers does not fit"));
        };
        let numbers: Vec<String> = octets.chunks_exact(width).map(|n| number(n).to_string()).collect();
        let numbers = numbers.join(" ");
        segments.push(match kind {
            1 => format!("{{{numbers}}}"),
            2 => numbers,
            3 => format!("({numbers})"),
            4 => format!("({{{numbers}}})"),
            _ => return Err(format!("segment type {kind} is not defined")),
        });
        rest = tail;
    }
    if !rest.is_empty() {
        return Err("an octet is left over".to_owned());
    }
    Ok(if segments.is_empty() { "empty".to_owned() } else { segments.join(" ") })
}

fn flag_words(flags: u64) -> String {
    let mut words = vec![if flags & 0x80 == 0 { "well-known" } else { "optional" }];
    words.push(if flags & 0x40 == 0 { "non-transitive" } else { "transitive" });
    if flags & 0x20 != 0 {
        words.push("partial");
    }
    words.join(" ")
}
