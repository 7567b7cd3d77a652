//! What volunteers of the demonstration world found with the Spoofer client in May 2024.

use super::networks::{MEMBERS, Member};

/// Sessions per page.
const PAGE: usize = 12;

/// A session: whose network, day and hour, which /24 (or, with none, the IPv6 aggregate), NAT, and what became
/// of packets with a routed and a private source.
type Row = (u32, u8, u8, Option<u32>, bool, &'static str, &'static str);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // Sources are checked.
    (64499,  1,  9, Some(0), false, "blocked",   "blocked"),
    (64499, 14, 21, Some(3), false, "blocked",   "blocked"),
    (64499, 14, 21, None,    false, "blocked",   "blocked"),
    (64500,  3,  7, Some(1), true,  "blocked",   "blocked"),
    (64500, 17,  7, Some(5), false, "blocked",   "blocked"),
    (64501,  4, 12, Some(0), false, "blocked",   "blocked"),
    (64501,  4, 12, None,    false, "blocked",   "blocked"),
    (64503,  8, 16, Some(2), false, "blocked",   "blocked"),
    // A router of the network puts its own source on them.
    (64506, 11, 10, Some(0), false, "rewritten", "rewritten"),
    // Behind a NAT that rewrote them: these say nothing.
    (64506, 19, 18, Some(1), true,  "rewritten", "blocked"),
    (64509, 20, 13, Some(0), true,  "rewritten", "rewritten"),
    // No packet arrived, not even honest ones.
    (65546, 22,  6, Some(0), false, "unknown",   "unknown"),
    // Packets get out of one prefix, tested twice.
    (64502,  5, 15, Some(4), false, "received",  "blocked"),
    (64502, 26, 15, Some(4), false, "received",  "blocked"),
    (64502, 27,  2, Some(0), false, "blocked",   "blocked"),
    // Only private sources do.
    (65538,  9, 11, Some(2), true,  "blocked",   "received"),
    // Of two prefixes, one of each family.
    (64505,  6,  8, Some(0), false, "received",  "received"),
    (64505,  6,  8, None,    false, "received",  "unknown"),
    // Of three.
    (65540, 10, 23, Some(0), false, "received",  "received"),
    (65540, 12, 23, Some(1), false, "received",  "received"),
    (65540, 29, 23, Some(6), false, "received",  "blocked"),
    // Mended in the course of the month: the month keeps it.
    (65541,  2, 17, Some(3), false, "received",  "blocked"),
    (65541, 30, 17, Some(3), false, "blocked",   "blocked"),
];

/// Pages of the Spoofer API, numbered from 1: its sessions from the last of April to the first of June.
pub fn pages() -> Vec<(String, String)> {
    let mut rows = ROWS.to_vec();
    rows.sort_by_key(|row| (row.1, row.2));
    let mut sessions = vec![session(
        1_700_000,
        "2024-04-30T22:10:00",
        &(65536, 0, 0, Some(0), false, "received", "received"),
    )];
    for (id, row) in (1_700_001u64..).zip(&rows) {
        sessions.push(session(id, &format!("2024-05-{:02}T{:02}:34:59", row.1, row.2), row));
    }
    sessions.push(session(
        1_700_900,
        "2024-06-01T00:05:00",
        &(65537, 0, 0, Some(0), false, "blocked", "blocked"),
    ));
    // A session that came in while pages were fetched moves the rest along: the last of a page is on the next
    // one too.
    let starts: Vec<usize> = (0..sessions.len()).step_by(PAGE).collect();
    let page = |(number, from): (usize, usize)| {
        let own = &sessions[from.saturating_sub(1)..(from + PAGE).min(sessions.len())];
        let text = format!(
            "{{\n  \"@context\": \"/contexts/Session\",\n  \"@id\": \"/sessions\",\n  \"@type\": \"hydra:Collection\",\n  \
             \"hydra:member\": [\n{}\n  ],\n  \"hydra:totalItems\": {},\n  \
             \"hydra:view\": {{ \"@id\": \"/sessions?page={number}\", \"@type\": \"hydra:PartialCollectionView\" }}\n}}\n",
            own.join(",\n"),
            sessions.len()
        );
        (format!("spoofer-page{number}.json"), text)
    };
    (1..).zip(starts).map(page).collect()
}

fn session(id: u64, time: &str, row: &Row) -> String {
    let (asn, _, _, client, nat, routed, private) = *row;
    let member = MEMBERS.iter().find(|m| m.asn == asn).expect("a member");
    let of_family = |six: bool| {
        let tested = client.is_none() == six;
        let null = || "null".to_owned();
        let quoted = |text: &str| format!("\"{text}\"");
        if !tested {
            return [null(), null(), null(), null(), null()];
        }
        [
            quoted(&asn.to_string()),
            quoted(&prefix(member, client)),
            nat.to_string(),
            quoted(private),
            quoted(routed),
        ]
    };
    let [asn4, client4, nat4, private4, routed4] = of_family(false);
    let [asn6, client6, nat6, private6, routed6] = of_family(true);
    format!(
        "    {{ \"@id\": \"/sessions/{id}\", \"@type\": \"Session\", \"session\": {id}, \"timestamp\": \"{time}+00:00\", \
         \"asn4\": {asn4}, \"asn6\": {asn6}, \"client4\": {client4}, \"client6\": {client6}, \"country\": \"{}\", \
         \"nat4\": {nat4}, \"nat6\": {nat6}, \"privatespoof\": {private4}, \"privatespoof6\": {private6}, \
         \"routedspoof\": {routed4}, \"routedspoof6\": {routed6} }}",
        member.economy.to_lowercase()
    )
}

/// A /24 of the member's IPv4 aggregate, or its IPv6 aggregate, a /40.
fn prefix(member: &Member, client: Option<u32>) -> String {
    match client {
        Some(n) => format!("{}/24", core::net::Ipv4Addr::from_bits(member.ipv4().0 + (n << 8))),
        None => format!("{}/40", core::net::Ipv6Addr::from_bits(member.ipv6().0)),
    }
}
