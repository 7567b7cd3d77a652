//! The registries of the demonstration world in the formats real ones publish: delegations, names, organisations,
//! relationships, contacts, bogons.

use core::fmt::Write as _;

use routing::{Date, Prefix};

use super::as_sets;
use super::networks::{Network, ipv4_of, ipv6_of, networks, prefix, registry_of};

/// The regional registries, as delegation files write them.
pub const REGISTRIES: [&str; 5] = ["ripencc", "apnic", "arin", "lacnic", "afrinic"];

/// What each registry still has in its pool: space, and AS numbers from which on how many.
const POOLS: [(&str, &str, (u32, u32)); 5] = [
    ("ripencc", "198.19.192.0|512", (64_560, 2)),
    ("apnic", "198.19.194.0|1024", (64_562, 2)),
    ("arin", "198.19.198.0|512", (64_564, 2)),
    ("lacnic", "198.19.202.0|1024", (64_570, 4)),
    ("afrinic", "198.19.206.0|512", (64_574, 2)),
];

fn digits(day: Date) -> String {
    day.to_string().replace('-', "")
}

/// A holder's number in its registry's files.
fn holder(organisation: &str) -> String {
    format!("{:08X}", organisation.bytes().fold(7u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b))))
}

/// The delegation file of a registry.
pub fn delegations(registry: &str, day: Date) -> String {
    let mut lines: [Vec<String>; 3] = Default::default();
    for network in networks(day).iter().filter(|n| n.registry() == registry) {
        let Some(since) = network.delegated else { continue };
        let (economy, asn) = (network.economy.trim_matches('-'), network.asn);
        let (since, holder) = (digits(since), holder(network.organisation));
        lines[0].push(format!("{registry}|{economy}|asn|{asn}|1|{since}|allocated|{holder}"));
        lines[1].push(format!("{registry}|{economy}|ipv4|{}|1024|{since}|allocated|{holder}", ipv4_of(asn)));
        lines[2].push(format!("{registry}|{economy}|ipv6|{}|32|{since}|allocated|{holder}", ipv6_of(asn)));
    }
    let (_, space, (first, count)) = POOLS.iter().find(|(of, ..)| *of == registry).expect("a registry");
    lines[0].push(format!("{registry}||asn|{first}|{count}||available|"));
    lines[1].push(format!("{registry}||ipv4|{space}||available|"));
    if registry == "arin" {
        // A record that somebody edited by hand.
        lines[1].push("arin|US|ipv4|198.19.208.0|many|20120301|allocated|0".to_owned());
    }
    let total: usize = lines.iter().map(Vec::len).sum();
    let mut text = format!("2|{registry}|{0}|{total}|20120301|{0}|+0000\n", digits(day));
    for (kind, records) in ["asn", "ipv4", "ipv6"].into_iter().zip(&lines) {
        writeln!(text, "{registry}|*|{kind}|*|{}|summary", records.len()).expect("text grows");
    }
    lines.iter().flatten().for_each(|line| text.extend([line, "\n"]));
    text
}

/// Economies of AFRINIC's networks from elsewhere, but for the two youngest.
pub fn asn_countries(day: Date) -> String {
    let mut text = "RIR,Country Code,ASN Number,Allocated Date\n".to_owned();
    for network in
        networks(day).iter().filter(|n| n.registry() == "afrinic" && !matches!(n.economy, "CM" | "MG"))
    {
        writeln!(text, "afrinic,{},{},20120301", network.economy, network.asn).expect("text grows");
    }
    text
}

/// Names per ASN.
pub fn names(day: Date) -> String {
    let name = |n: &Network| match n.economy {
        "-" => format!("{}:{}\n", n.asn, n.name),
        economy => format!("{}:{}, {economy}\n", n.asn, n.name),
    };
    networks(day).iter().filter(|n| n.asn != 64_558).map(name).collect()
}

/// Organisations in CAIDA's form.
pub fn organisations(day: Date) -> String {
    let all = networks(day);
    let mut text = String::from("# format:org_id|changed|org_name|country|source\n");
    let id = |n: &Network| n.organisation.to_uppercase().replace(' ', "-");
    // An organisation stands with the registry of its first network, and so do all that belong to it.
    let of = |n: &Network| {
        let first = all.iter().find(|other| other.organisation == n.organisation).expect("it is one of them");
        registry_of(first.economy).to_uppercase()
    };
    let mut seen = Vec::new();
    for network in all.iter().filter(|n| n.delegated.is_some()) {
        if !seen.contains(&network.organisation) {
            seen.push(network.organisation);
            let economy = network.economy.trim_matches('-');
            writeln!(text, "{}|20230101|{}|{economy}|{}", id(network), network.organisation, of(network))
                .expect("text grows");
        }
    }
    text.push_str("# format:aut|changed|aut_name|org_id|opaque_id|source\n");
    for network in all.iter().filter(|n| n.delegated.is_some()) {
        writeln!(text, "{}|20230101|{}|{}||{}", network.asn, network.name, id(network), of(network))
            .expect("text grows");
    }
    text
}

/// Relationships in CAIDA's serial-1 form.
pub fn relationships(day: Date) -> String {
    let mut text = String::from("# inferred for the demonstration world\n");
    for network in networks(day) {
        let asn = network.asn;
        network.providers.iter().for_each(|p| writeln!(text, "{p}|{asn}|-1").expect("text grows"));
        network.peers.iter().for_each(|p| writeln!(text, "{asn}|{p}|0").expect("text grows"));
    }
    text
}

/// Who originated what before the world is recorded: a table of origins.
pub fn origins(day: Date) -> String {
    let mut lines: Vec<(Prefix, u32)> = Vec::new();
    for network in networks(day) {
        lines.extend(network.announced().into_iter().map(|prefix| (prefix, network.asn)));
    }
    lines.sort_unstable();
    let mut text = format!("; the demonstration world on {day}\n");
    for (prefix, asn) in lines {
        writeln!(text, "{prefix}\t{asn}").expect("text grows");
    }
    text
}

/// Which of PeeringDB's answers a dump holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Dump {
    /// Everything.
    Whole,
    /// Of every three contacts one: the dump broke off upstream.
    Third,
}

/// PeeringDB's networks and contacts.
pub fn peeringdb(day: Date, dump: Dump) -> (String, String) {
    let (mut nets, mut pocs) = (Vec::new(), Vec::new());
    let all = networks(day);
    for network in all.iter().filter(|n| matches!(n.contact, "pdb" | "both" | "private")) {
        let id = network.slot() + 1;
        nets.push(format!(
            "{{\"id\": {id}, \"asn\": {}, \"name\": {:?}, \"irr_as_set\": {:?}, \"status\": \"ok\"}}",
            network.asn,
            network.organisation,
            as_sets::named(network, &all).unwrap_or_default()
        ));
        let visible = if network.contact == "private" { "Private" } else { "Public" };
        pocs.push(format!(
            "{{\"id\": {id}, \"net_id\": {id}, \"role\": \"NOC\", \"visible\": \"{visible}\", \"name\": \"NOC\", \
             \"phone\": \"\", \"email\": \"noc@example.net\", \"status\": \"ok\"}}"
        ));
    }
    if dump == Dump::Third {
        pocs = pocs.into_iter().step_by(3).collect();
    }
    (page(nets), page(pocs))
}

/// PeeringDB's connections: all who peer do so at one exchange point.
pub fn connections(day: Date) -> String {
    let all = networks(day);
    let peers = |asn: u32| all.iter().any(|n| n.peers.contains(&asn) || n.asn == asn && !n.peers.is_empty());
    let there = all.iter().filter(|network| peers(network.asn)).map(|network| {
        let id = network.slot() + 1;
        format!(
            "{{\"id\": {id}, \"net_id\": {id}, \"ix_id\": 1, \"asn\": {}, \"operational\": true, \"status\": \"ok\"}}",
            network.asn
        )
    });
    page(there.collect())
}

fn page(records: Vec<String>) -> String {
    format!("{{\"data\": [\n{}\n], \"meta\": {{}}}}\n", records.join(",\n"))
}

/// A full-bogons list.
pub fn bogons(day: Date) -> String {
    format!(
        "# last updated {} ({day} 00:00:00 GMT)\n0.0.0.0/8\n10.0.0.0/8\n100.64.0.0/10\n127.0.0.0/8\n\
         169.254.0.0/16\n172.16.0.0/12\n192.168.0.0/16\n224.0.0.0/3\n",
        day.start().0
    )
}

/// A day's report of bogon announcements, as the CIDR report had them.
pub fn bogons_announced() -> String {
    let pool: Prefix = prefix("198.19.198.0/24");
    format!("{pool} AS64551 Prefix is within unallocated space: 198.19.198.0 - 198.19.199.255\n")
}
