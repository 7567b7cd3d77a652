//! What is signed: VRPs and ASPAs as routinator writes them, and a local exception.

use core::fmt::Write as _;

use routing::{Date, Family, Prefix};

use super::lent::lent;
use super::networks::{Network, networks, prefix};

/// A number nobody has: that of a customer who left.
const FORMER_CUSTOMER: u32 = 64_579;

/// The days of which there is a snapshot: some, so that days without one are seen too.
pub const DAYS: [&str; 23] = [
    "2024-03-04",
    "2024-03-11",
    "2024-03-18",
    "2024-03-25",
    "2024-03-31",
    "2024-04-08",
    "2024-04-09",
    "2024-04-10",
    "2024-04-16",
    "2024-04-22",
    "2024-04-23",
    "2024-04-30",
    "2024-05-05",
    "2024-05-06",
    "2024-05-13",
    "2024-05-14",
    "2024-05-15",
    "2024-05-16",
    "2024-05-17",
    "2024-05-20",
    "2024-05-21",
    "2024-05-22",
    "2024-05-31",
];

/// A ROA: prefix, maximum length, ASN.
type Roa = (Prefix, u8, u32);

/// The ROAs of a network.
fn roas(network: &Network) -> Vec<Roa> {
    let announced = network.announced();
    let last = announced.len().saturating_sub(1);
    let longest = |p: &Prefix| if p.family() == Family::V4 { 24 } else { 48 };
    let mut out = Vec::new();
    for (i, p) in announced.iter().enumerate() {
        let own = (*p, p.len(), network.asn);
        let aggregate = network.is_aggregate(p);
        let signed = match network.roas {
            "all" => true,
            "parts" => !aggregate,
            "most" => i < last,
            "v4" => p.family() == Family::V4,
            "v6" => p.family() == Family::V6,
            "tight" | "stale" | "wide" => aggregate,
            "as0" | "none" => false,
            other => panic!("no way to sign: {other}"),
        };
        if signed && network.roas == "wide" {
            out.push((*p, longest(p), network.asn));
        } else if signed {
            out.push(own);
        } else if network.roas == "stale" {
            out.push((*p, p.len(), FORMER_CUSTOMER));
        } else if network.roas == "as0" && i == 0 {
            out.push((*p, longest(p), 0));
        }
    }
    out
}

/// The ROAs and ASPAs of a day.
pub fn rpki(day: Date) -> String {
    let all = networks(day);
    let mut text = format!(
        "{{\n  \"metadata\": {{ \"generated\": {}, \"generatedTime\": \"{}\" }},\n  \"roas\": [\n",
        day.start().0,
        day.start()
    );
    let mut lines: Vec<String> = Vec::new();
    for network in &all {
        let anchor = network.registry().trim_end_matches("ncc");
        let lent = lent(day).filter(|lent| lent.of == network.asn);
        let lent = lent.map(|lent| (lent.prefix, lent.prefix.len(), lent.to));
        lines.extend(roas(network).into_iter().chain(lent).map(|(prefix, max, asn)| {
            format!(
                "    {{ \"asn\": \"AS{asn}\", \"prefix\": \"{prefix}\", \"maxLength\": {max}, \"ta\": \"{anchor}\" }}"
            )
        }));
    }
    // What a relying party of somebody's own making might write.
    lines.push(
        "    { \"asn\": \"AS64500\", \"prefix\": \"198.18.300.0/22\", \"maxLength\": 22, \"ta\": \"ripe\" }"
            .into(),
    );
    let aspas = all.iter().filter(|n| n.roas == "all" && !n.providers.is_empty()).map(|n| {
        let providers: Vec<String> = n.providers.iter().map(|p| format!("\"AS{p}\"")).collect();
        format!(
            "    {{ \"customer\": \"AS{}\", \"providers\": [{}], \"source\": [] }}",
            n.asn,
            providers.join(", ")
        )
    });
    let aspas: Vec<String> = aspas.collect();
    write!(text, "{}\n  ],\n  \"aspas\": [\n{}\n  ]\n}}\n", lines.join(",\n"), aspas.join(",\n"))
        .expect("text grows");
    text
}

/// One local exception: the operator trusts a route whose ROA is still on its way.
pub fn slurm() -> String {
    format!(
        "{{\n  \"slurmVersion\": 1,\n  \"validationOutputFilters\": {{ \"prefixFilters\": [], \"bgpsecFilters\": [] }},\n  \
         \"locallyAddedAssertions\": {{\n    \"prefixAssertions\": [ {{ \"asn\": 65536, \"prefix\": \"{}\", \
         \"comment\": \"ROA ordered, not yet published\" }} ],\n    \"bgpsecAssertions\": []\n  }}\n}}\n",
        prefix("65536 23.1")
    )
}
