//! Address space and AS numbers that nobody may announce (FRAMEWORK §6): *full* bogons, which IANA keeps
//! back or never gave to a registry, and *administrative* ones, which a registry has in its pool.

mod asns;
mod cidr_report;
mod full_bogons;
mod ipv4;
mod ipv6;
mod pools;
mod table;

use core::fmt;

use routing::{Asn, Date, Prefix};

pub use cidr_report::{CidrReportLine, parse as parse_cidr_report};
pub use full_bogons::{blocks as list_blocks, parse as parse_full_bogons};
pub use pools::blocks as pool_blocks;
pub use table::{BogonSet, BogonTable};

/// How bad: only full bogons score.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BogonClass {
    /// IANA special-purpose, reserved, private or documentation, or never given to a registry.
    Full,
    /// A registry lists it as available or reserved.
    Administrative,
}

impl fmt::Display for BogonClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BogonClass::Full => "full",
            BogonClass::Administrative => "administrative",
        })
    }
}

/// What a block covers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Space {
    /// Addresses.
    Prefix(Prefix),
    /// AS numbers, first and last.
    Asns(Asn, Asn),
}

/// A block with the days on which it is a bogon and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BogonBlock {
    /// What.
    pub space: Space,
    /// How bad.
    pub class: BogonClass,
    /// First day: of a rule, when it came; of a list, the day the list states. A block is never used for
    /// anything before it.
    pub since: Option<Date>,
    /// First day on which it is no bogon any more, for space that was given out later.
    pub until: Option<Date>,
    /// What it is: `documentation (TEST-NET-1)`, `available in APNIC's pool`, …
    pub what: Box<str>,
    /// Where that is written: a registry of IANA, a delegation file, a list.
    pub source: Box<str>,
    /// The rule: an RFC; empty for a list.
    pub rule: &'static str,
}

/// Why something is a bogon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BogonMatch<'a> {
    /// How bad.
    pub class: BogonClass,
    /// What the block is that holds the first address or the number.
    pub what: &'a str,
    /// Where that is written.
    pub source: &'a str,
    /// The rule, empty for a list.
    pub rule: &'static str,
    /// Since when.
    pub since: Option<Date>,
}

/// A row of a built-in table: block, `YYYY-MM` since when, what, rule.
pub(crate) type Row = (&'static str, &'static str, &'static str, &'static str);

/// First day of a month in a built-in table.
fn month(text: &'static str) -> Date {
    text.parse::<routing::Month>().expect("the built-in tables hold months").first_day()
}

fn prefix(text: &'static str) -> Prefix {
    text.parse().expect("the built-in tables hold prefixes")
}

/// The day of IANA's registries that the built-in tables reproduce. For anything later, *never given to a
/// registry* may have been overtaken: space that a newer delegation file lists can be treated as public.
pub fn iana_tables_day() -> Date {
    month("2025-05")
}

/// The full bogons that follow from IANA's registries alone.
pub fn iana_blocks() -> Vec<BogonBlock> {
    let mut blocks = ipv4::blocks();
    blocks.extend(ipv6::blocks());
    blocks.extend(asns::blocks());
    blocks
}

/// Space inside the special-purpose blocks that is meant to be reached: no bogon.
pub fn iana_reachable() -> Vec<Prefix> {
    ipv4::REACHABLE.iter().chain(ipv6::REACHABLE).map(|(p, ..)| prefix(p)).collect()
}
