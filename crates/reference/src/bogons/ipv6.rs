use routing::{Date, Family, Prefix};

use super::{BogonBlock, BogonClass, Row, Space, month, prefix};

/// Rows of IANA's special-purpose registry that are not globally reachable, with their allocation month,
/// and multicast.
const SPECIAL: &[Row] = &[
    ("::/128", "2006-02", "unspecified address", "RFC 4291 §2.5.2"),
    ("::1/128", "2006-02", "loopback", "RFC 4291 §2.5.3"),
    ("::ffff:0:0/96", "2006-02", "IPv4-mapped addresses", "RFC 4291 §2.5.5.2"),
    ("64:ff9b:1::/48", "2017-06", "IPv4-IPv6 translation", "RFC 8215"),
    ("100::/64", "2012-06", "discard only", "RFC 6666"),
    ("100:0:0:1::/64", "2025-04", "dummy IPv6 prefix", "RFC 9780"),
    ("2001::/23", "2000-09", "IETF protocol assignments", "RFC 2928"),
    ("2001:2::/48", "2008-04", "benchmarking", "RFC 5180"),
    ("2001:10::/28", "2007-03", "ORCHID, deprecated", "RFC 4843"),
    ("2001:db8::/32", "2004-07", "documentation", "RFC 3849"),
    ("3fff::/20", "2024-07", "documentation", "RFC 9637"),
    ("5f00::/16", "2024-04", "segment routing SIDs", "RFC 9602"),
    ("fc00::/7", "2005-10", "unique local", "RFC 4193"),
    ("fe80::/10", "2006-02", "link local", "RFC 4291 §2.5.6"),
    ("ff00::/8", "2006-02", "multicast", "RFC 4291 §2.7"),
];

/// Rows of the same registry that are globally reachable, or whose reachability it leaves open.
pub(super) const REACHABLE: &[Row] = &[
    ("64:ff9b::/96", "2010-10", "IPv4-IPv6 translation", "RFC 6052"),
    ("2001::/32", "2006-01", "Teredo", "RFC 4380"),
    ("2001:1::1/128", "2015-10", "port control protocol anycast", "RFC 7723"),
    ("2001:1::2/128", "2017-02", "TURN anycast", "RFC 8155"),
    ("2001:1::3/128", "2024-04", "DNS-SD service registration anycast", "RFC 9665"),
    ("2001:3::/32", "2014-12", "AMT", "RFC 7450"),
    ("2001:4:112::/48", "2014-12", "AS112-v6", "RFC 7535"),
    ("2001:20::/28", "2014-07", "ORCHIDv2", "RFC 7343"),
    ("2001:30::/28", "2022-12", "drone remote ID", "RFC 9374"),
    ("2002::/16", "2001-02", "6to4", "RFC 3056"),
    ("2620:4f:8000::/48", "2011-05", "direct delegation AS112 service", "RFC 7534"),
];

/// IANA's registry of IPv6 global unicast assignments: what was given to the registries and the month. Where
/// a block grew, the earlier parts have their own rows.
const GIVEN: &[(&str, &str)] = &[
    ("2001::/23", "1999-07"),
    ("2001:200::/23", "1999-07"),
    ("2001:400::/23", "1999-07"),
    ("2001:600::/23", "1999-07"),
    ("2001:800::/23", "2002-05"),
    ("2001:a00::/23", "2002-11"),
    ("2001:c00::/23", "2002-05"),
    ("2001:e00::/23", "2003-01"),
    ("2001:1200::/23", "2002-11"),
    ("2001:1400::/23", "2003-02"),
    ("2001:1600::/23", "2003-07"),
    ("2001:1800::/23", "2003-04"),
    ("2001:1a00::/23", "2004-01"),
    ("2001:1c00::/22", "2004-05"),
    ("2001:2000::/20", "2004-05"),
    ("2001:3000::/21", "2004-05"),
    ("2001:3800::/22", "2004-05"),
    ("2001:3c00::/22", "2019-03"),
    ("2001:4000::/23", "2004-06"),
    ("2001:4200::/23", "2004-06"),
    ("2001:4400::/23", "2004-06"),
    ("2001:4600::/23", "2004-08"),
    ("2001:4800::/23", "2004-08"),
    ("2001:4a00::/23", "2004-10"),
    ("2001:4c00::/23", "2004-12"),
    ("2001:5000::/20", "2004-09"),
    ("2001:8000::/19", "2004-11"),
    ("2001:a000::/20", "2004-11"),
    ("2001:b000::/20", "2006-03"),
    ("2002::/16", "2001-02"),
    ("2003::/18", "2005-01"),
    ("2400::/19", "2005-05"),
    ("2400:2000::/19", "2005-07"),
    ("2400:4000::/21", "2005-08"),
    ("2404::/23", "2006-01"),
    ("2400::/12", "2006-10"),
    ("2410::/12", "2024-11"),
    ("2600::/22", "2005-04"),
    ("2604::/22", "2005-04"),
    ("2608::/22", "2005-04"),
    ("260c::/22", "2005-04"),
    ("2600::/12", "2006-10"),
    ("2610::/23", "2005-11"),
    ("2620::/23", "2006-09"),
    ("2630::/12", "2019-11"),
    ("2800::/23", "2005-11"),
    ("2800::/12", "2006-10"),
    ("2a00::/21", "2005-04"),
    ("2a01::/23", "2005-07"),
    ("2a00::/12", "2006-10"),
    ("2a10::/12", "2019-06"),
    ("2c00::/12", "2006-10"),
];

pub(super) fn blocks() -> Vec<BogonBlock> {
    let special = SPECIAL.iter().map(|(space, since, what, rule)| BogonBlock {
        space: Space::Prefix(prefix(space)),
        class: BogonClass::Full,
        since: Some(month(since)),
        until: None,
        what: (*what).into(),
        source: "IANA IPv6 special-purpose addresses".into(),
        rule,
    });
    special.chain(never_given()).collect()
}

/// Everything outside 2000::/3 for ever, and inside it what was not given, for as long as it was not.
fn never_given() -> Vec<BogonBlock> {
    let block = |space: Prefix, until: Option<Date>, what: &str| BogonBlock {
        space: Space::Prefix(space),
        class: BogonClass::Full,
        since: Some(month("1999-07")),
        until,
        what: what.into(),
        source: "IANA IPv6 global unicast addresses".into(),
        rule: "RFC 7249 §2.3",
    };
    let global = prefix("2000::/3");
    let mut blocks = Vec::new();
    complement(prefix("::/0"), &[global], &mut |space| {
        blocks.push(block(space, None, "outside global unicast space"));
    });
    let given: Vec<Prefix> = GIVEN.iter().map(|(p, _)| prefix(p)).collect();
    complement(global, &given, &mut |space| {
        blocks.push(block(space, None, "never given to a registry"));
    });
    for (space, until) in GIVEN {
        let space = prefix(space);
        // Parts that were given earlier have rows of their own.
        let earlier: Vec<Prefix> =
            given.iter().copied().filter(|g| *g != space && space.contains(g)).collect();
        complement(space, &earlier, &mut |part| {
            blocks.push(block(part, Some(month(until)), "not yet given to a registry"));
        });
    }
    blocks
}

/// Calls `each` with the largest prefixes inside `space` that hold nothing of `taken`.
fn complement(space: Prefix, taken: &[Prefix], each: &mut dyn FnMut(Prefix)) {
    if taken.iter().any(|t| t.contains(&space)) {
        return;
    }
    if !taken.iter().any(|t| space.contains(t)) {
        return each(space);
    }
    let len = space.len() + 1;
    for bit in [0, 1_u128] {
        let half = Prefix::from_bits(Family::V6, space.bits() | bit << (128 - len), len);
        complement(half.expect("a prefix that holds a longer one is at most 127 bits"), taken, each);
    }
}
