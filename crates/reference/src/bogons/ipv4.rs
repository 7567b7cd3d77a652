use super::{BogonBlock, BogonClass, Row, Space, month, prefix};

/// Rows of IANA's special-purpose registry that are not globally reachable, with their allocation month,
/// and multicast.
const SPECIAL: &[Row] = &[
    ("0.0.0.0/8", "1981-09", "this network", "RFC 791 §3.2"),
    ("10.0.0.0/8", "1996-02", "private use", "RFC 1918"),
    ("100.64.0.0/10", "2012-04", "shared address space", "RFC 6598"),
    ("127.0.0.0/8", "1981-09", "loopback", "RFC 1122 §3.2.1.3"),
    ("169.254.0.0/16", "2005-05", "link local", "RFC 3927"),
    ("172.16.0.0/12", "1996-02", "private use", "RFC 1918"),
    ("192.0.0.0/24", "2010-01", "IETF protocol assignments", "RFC 6890 §2.1"),
    ("192.0.2.0/24", "2010-01", "documentation (TEST-NET-1)", "RFC 5737"),
    ("192.168.0.0/16", "1996-02", "private use", "RFC 1918"),
    ("198.18.0.0/15", "1999-03", "benchmarking", "RFC 2544"),
    ("198.51.100.0/24", "2010-01", "documentation (TEST-NET-2)", "RFC 5737"),
    ("203.0.113.0/24", "2010-01", "documentation (TEST-NET-3)", "RFC 5737"),
    ("224.0.0.0/4", "1989-08", "multicast", "RFC 5771"),
    ("240.0.0.0/4", "1989-08", "reserved for future use", "RFC 1112 §4"),
];

/// Rows of the same registry that are globally reachable or deprecated without being reserved.
pub(super) const REACHABLE: &[Row] = &[
    ("192.0.0.9/32", "2015-10", "port control protocol anycast", "RFC 7723"),
    ("192.0.0.10/32", "2017-02", "TURN anycast", "RFC 8155"),
    ("192.31.196.0/24", "2014-12", "AS112-v4", "RFC 7535"),
    ("192.52.193.0/24", "2014-12", "AMT", "RFC 7450"),
    ("192.88.99.0/24", "2001-06", "6to4 relay anycast, deprecated", "RFC 7526"),
    ("192.175.48.0/24", "1996-01", "direct delegation AS112 service", "RFC 7534"),
];

/// /8 blocks that IANA gave to registries from 2000 on, by month (IANA IPv4 address space registry). Those
/// that were in use before their present entry (24, 43, 188, 189, 190, 191, 200 and the like) are left out:
/// nobody is blamed on a date that does not say when the space was first given.
const GIVEN: &[(&str, &[u8])] = &[
    ("2000-06", &[217]),
    ("2000-07", &[65, 66]),
    ("2000-12", &[218]),
    ("2001-04", &[80, 81]),
    ("2001-05", &[67]),
    ("2001-06", &[68]),
    ("2001-09", &[219]),
    ("2001-12", &[220]),
    ("2002-07", &[221]),
    ("2002-08", &[69]),
    ("2002-11", &[82]),
    ("2003-02", &[222]),
    ("2003-04", &[60, 201]),
    ("2003-11", &[83, 84]),
    ("2004-01", &[70]),
    ("2004-04", &[58, 59, 85, 86, 87, 88]),
    ("2004-08", &[71, 72]),
    ("2005-01", &[124, 125, 126]),
    ("2005-03", &[73]),
    ("2005-04", &[41]),
    ("2005-06", &[74, 75, 76, 89, 90, 91]),
    ("2006-01", &[121, 122, 123]),
    ("2006-08", &[77, 78, 79]),
    ("2006-10", &[96, 97, 98, 99]),
    ("2007-01", &[116, 117, 118, 119, 120]),
    ("2007-03", &[92, 93]),
    ("2007-07", &[94, 95]),
    ("2007-09", &[186, 187]),
    ("2007-10", &[114, 115]),
    ("2008-02", &[173, 174]),
    ("2008-05", &[112, 113]),
    ("2008-10", &[197]),
    ("2008-11", &[110, 111]),
    ("2008-12", &[108, 184]),
    ("2009-01", &[109, 178]),
    ("2009-04", &[180, 183]),
    ("2009-08", &[175, 182]),
    ("2009-09", &[2, 46]),
    ("2010-01", &[1, 27]),
    ("2010-02", &[50, 107]),
    ("2010-04", &[14, 223]),
    ("2010-05", &[31, 176]),
    ("2010-06", &[177, 181]),
    ("2010-08", &[49, 101]),
    ("2010-10", &[36, 42]),
    ("2010-11", &[5, 23, 37, 100, 105]),
    ("2011-01", &[39, 106]),
    ("2011-02", &[102, 103, 104, 179, 185]),
];

pub(super) fn blocks() -> Vec<BogonBlock> {
    let special = SPECIAL.iter().map(|(space, since, what, rule)| BogonBlock {
        space: Space::Prefix(prefix(space)),
        class: BogonClass::Full,
        since: Some(month(since)),
        until: None,
        what: (*what).into(),
        source: "IANA IPv4 special-purpose addresses".into(),
        rule,
    });
    let never_given = GIVEN.iter().flat_map(|(until, heads)| {
        heads.iter().map(|head| {
            let address = core::net::Ipv4Addr::new(*head, 0, 0, 0).into();
            let block = routing::Prefix::from_address(address, 8).expect("8 bits are at most 32");
            BogonBlock {
                space: Space::Prefix(block),
                class: BogonClass::Full,
                since: None,
                until: Some(month(until)),
                what: "not yet given to a registry".into(),
                source: "IANA IPv4 address space".into(),
                rule: "RFC 7249 §2.2",
            }
        })
    });
    special.chain(never_given).collect()
}
