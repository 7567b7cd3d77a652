use routing::Asn;

use super::{BogonBlock, BogonClass, Space, month};

/// First, last, since, what, rule. The month is that of the first document that keeps the numbers back:
/// RFC 1930 for two octets, RFC 4893 for four, though their present use was often named later.
const SPECIAL: &[(u32, u32, &str, &str, &str)] = &[
    (0, 0, "1996-03", "AS0, never a network", "RFC 7607"),
    (23456, 23456, "2007-05", "AS_TRANS", "RFC 6793"),
    (64496, 64511, "1996-03", "documentation", "RFC 5398"),
    (64512, 65534, "1996-03", "private use", "RFC 6996"),
    (65535, 65535, "1996-03", "last of the two-octet numbers", "RFC 7300"),
    (65536, 65551, "2007-05", "documentation", "RFC 5398"),
    (65552, 131_071, "2007-05", "reserved by IANA", "RFC 5398"),
    (4_200_000_000, 4_294_967_294, "2007-05", "private use", "RFC 6996"),
    (4_294_967_295, 4_294_967_295, "2007-05", "last of the four-octet numbers", "RFC 7300"),
];

pub(super) fn blocks() -> Vec<BogonBlock> {
    SPECIAL
        .iter()
        .map(|(first, last, since, what, rule)| BogonBlock {
            space: Space::Asns(Asn(*first), Asn(*last)),
            class: BogonClass::Full,
            since: Some(month(since)),
            until: None,
            what: (*what).into(),
            source: "IANA special-purpose AS numbers".into(),
            rule,
        })
        .collect()
}
