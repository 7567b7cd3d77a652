//! The registries of the demonstration world, written in the formats real ones publish.

use std::fmt::Write as _;

use routing::{Asn, Family, Prefix};

use super::networks::{Contact, Irr, MEMBERS, Member, REGISTRY_OF, Roas, TOP};

/// The world's configuration; paths are relative to `${DEMO_WORLD}`.
pub fn configuration(data: &str, world: &str) -> String {
    let mut text = format!(
        "# The demonstration world: documentation prefixes and ASNs, invented names.\n\
         data = {data:?}\n\n\
         # Everybody here lives in space that is nobody's in the real world.\n\
         treat_as_public = [\"198.18.0.0/15\", \"192.0.2.0/24\", \"198.51.100.0/24\", \"203.0.113.0/24\", \
         \"2001:db8::/32\",\n    \"AS64496-AS64511\", \"AS65536-AS65551\"]\n"
    );
    let mut source = |kind: &str, path: &str, more: &str| {
        let path = format!("{world}/{path}");
        write!(text, "\n[[source]]\nkind = \"{kind}\"\npath = {path:?}\n{more}").expect("text grows");
    };
    source("mrt", "north/*.mrt", "collector = \"north\"\n");
    source("mrt", "south/*.mrt", "collector = \"south\"\n");
    source("vrps", "rpki.json", "");
    source("slurm", "exceptions.slurm", "");
    source("aspas", "rpki.json", "");
    source("irr", "ripe.db", "authority = \"RIPE\"\ndate = 2024-05-31\n");
    source("irr", "apnic.db", "authority = \"APNIC\"\ndate = 2024-05-31\n");
    source("irr", "afrinic.db", "authority = \"AFRINIC\"\ndate = 2024-05-31\n");
    source("irr", "radb.db", "authority = \"RADB\"\ndate = 2024-05-31\n");
    source("delegations", "delegated-*", "");
    source("bogons", "fullbogons-*.txt", "");
    source("as_names", "names.txt", "date = 2024-05-01\n");
    source("organisations", "organisations.txt", "date = 2024-05-01\n");
    source("relationships", "relationships.txt", "date = 2024-05-01\n");
    source("contacts", "peeringdb-*.json", "date = 2024-05-30\n");
    source("spoofer", "spoofer-page*.json", "");
    for (programme, path, more) in super::participants::SOURCES {
        source("participants", path, &format!("programme = {programme:?}\n{more}"));
    }
    text
}

/// Prefixes a member announces: aggregates first.
pub fn announced(member: &Member) -> Vec<Prefix> {
    if member.asn == super::networks::SILENT {
        return Vec::new();
    }
    let (v4, v4_len) = member.ipv4();
    let (v6, v6_len) = member.ipv6();
    let v4 = |offset: u32, len| Prefix::from_bits(Family::V4, u128::from(v4 + offset) << 96, len);
    let v6 = |offset: u128, len| Prefix::from_bits(Family::V6, v6 + offset, len);
    let mut all = vec![v4(0, v4_len), v4(0x400, 23), v4(0x700, 24)];
    if member.index() % 3 != 2 {
        all.extend([v6(0, v6_len), v6(1 << 83, 44)]);
    }
    all.into_iter().map(|p| p.expect("the lengths fit the family")).collect()
}

/// How many of [`announced`] are aggregates: one per family.
fn is_aggregate(prefix: &Prefix) -> bool {
    matches!((prefix.family(), prefix.len()), (Family::V4, 21) | (Family::V6, 40))
}

/// VRPs and ASPAs as routinator writes them.
pub fn rpki() -> String {
    let mut roas = Vec::new();
    for member in MEMBERS {
        let mut roa = |prefix: &Prefix, asn: u32| {
            let anchor = member.registry().trim_end_matches("ncc");
            roas.push(format!(
                "    {{ \"asn\": \"AS{asn}\", \"prefix\": \"{prefix}\", \"maxLength\": {}, \"ta\": \"{anchor}\" }}",
                prefix.len()
            ));
        };
        for prefix in announced(member) {
            match member.roas {
                Roas::All => roa(&prefix, member.asn),
                Roas::Aggregates if is_aggregate(&prefix) && prefix.family() == Family::V6 => {
                    roa(&prefix, member.asn)
                }
                Roas::Aggregates if prefix.len() == 24 => roa(&prefix, member.asn),
                Roas::TooShort if is_aggregate(&prefix) => roa(&prefix, member.asn),
                Roas::Foreign if prefix.len() == 23 => roa(&prefix, 64500),
                Roas::Foreign if is_aggregate(&prefix) && prefix.family() == Family::V6 => {
                    roa(&prefix, member.asn)
                }
                Roas::As0 if prefix.len() == 24 => roa(&prefix, 0),
                _ => {}
            }
        }
    }
    let aspas: Vec<String> = MEMBERS
        .iter()
        .filter(|m| m.roas == Roas::All && !m.providers.is_empty())
        .map(|m| {
            let providers: Vec<String> = m.providers.iter().map(|p| format!("\"AS{p}\"")).collect();
            format!(
                "    {{ \"customer\": \"AS{}\", \"providers\": [{}], \"source\": [] }}",
                m.asn,
                providers.join(", ")
            )
        })
        .collect();
    format!(
        "{{\n  \"metadata\": {{ \"generated\": 1717113600, \"generatedTime\": \"2024-05-31T00:00:00Z\" }},\n  \
         \"roas\": [\n{}\n  ],\n  \"aspas\": [\n{}\n  ]\n}}\n",
        roas.join(",\n"),
        aspas.join(",\n")
    )
}

/// One local exception: the operator trusts a route whose ROA is still on its way.
pub fn slurm() -> String {
    let deccan = MEMBERS.iter().find(|m| m.asn == 65536).expect("a member");
    let prefix = announced(deccan)[1];
    format!(
        "{{\n  \"slurmVersion\": 1,\n  \"validationOutputFilters\": {{ \"prefixFilters\": [], \"bgpsecFilters\": [] }},\n  \
         \"locallyAddedAssertions\": {{\n    \"prefixAssertions\": [ {{ \"asn\": {}, \"prefix\": \"{prefix}\", \
         \"comment\": \"ROA ordered, not yet published\" }} ],\n    \"bgpsecAssertions\": []\n  }}\n}}\n",
        deccan.asn
    )
}

/// An IRR dump: the aut-num and route objects of the members of a registry, or RADB's route objects.
pub fn irr(authority: &str) -> String {
    let mut text = format!("% The {authority} database of the demonstration world\n\n");
    for member in MEMBERS {
        let own = match member.registry() {
            "ripencc" => "RIPE",
            "apnic" => "APNIC",
            "afrinic" => "AFRINIC",
            _ => "RADB",
        };
        if own != authority {
            continue;
        }
        if authority != "RADB" {
            aut_num(&mut text, member, authority);
        }
        let origin = if member.irr == Irr::Foreign { member.providers[0] } else { member.asn };
        for prefix in announced(member) {
            let wanted = match member.irr {
                Irr::All => true,
                Irr::Covering | Irr::Foreign => is_aggregate(&prefix),
                Irr::Partly => is_aggregate(&prefix) && prefix.family() == Family::V4,
                Irr::None => false,
            };
            if wanted {
                let class = if prefix.family() == Family::V4 { "route" } else { "route6" };
                write!(
                    text,
                    "{:<16}{prefix}\n{:<16}{}\n{:<16}AS{origin}\n{:<16}MAINT-AS{}\n{:<16}2021-03-04T05:06:07Z\n\
                     {:<16}2023-01-02T03:04:05Z\n{:<16}{authority}\n\n",
                    format!("{class}:"), "descr:", member.organisation, "origin:", "mnt-by:", member.asn,
                    "created:", "last-modified:", "source:",
                )
                .expect("text grows");
            }
        }
    }
    text
}

fn aut_num(text: &mut String, member: &Member, authority: &str) {
    writeln!(text, "{:<16}AS{}\n{:<16}{}", "aut-num:", member.asn, "as-name:", member.name)
        .expect("text grows");
    for provider in member.providers {
        writeln!(text, "{:<16}from AS{provider} accept ANY", "import:").expect("text grows");
        writeln!(text, "{:<16}to AS{provider} announce AS{}", "export:", member.asn).expect("text grows");
    }
    if member.contact == Contact::AutNum {
        writeln!(text, "{:<16}NOC{}-{authority}", "tech-c:", member.asn).expect("text grows");
    }
    write!(text, "{:<16}MAINT-AS{}\n{:<16}{authority}\n\n", "mnt-by:", member.asn, "source:")
        .expect("text grows");
}

/// The delegation file of a registry.
pub fn delegations(registry: &str) -> String {
    let mut lines: [Vec<String>; 3] = Default::default();
    for member in MEMBERS.iter().filter(|m| m.registry() == registry) {
        let holder = format!(
            "{:08X}",
            member.organisation.bytes().fold(7u32, |h, b| h.wrapping_mul(31) + u32::from(b))
        );
        let economy = member.economy;
        let (v6, len) = member.ipv6();
        lines[0].push(format!("{registry}|{economy}|asn|{}|1|20120301|allocated|{holder}", member.asn));
        let v4 = core::net::Ipv4Addr::from_bits(member.ipv4().0);
        lines[1].push(format!("{registry}|{economy}|ipv4|{v4}|2048|20120302|allocated|{holder}"));
        let v6 = core::net::Ipv6Addr::from_bits(v6);
        lines[2].push(format!("{registry}|{economy}|ipv6|{v6}|{len}|20120303|allocated|{holder}"));
    }
    if registry == "apnic" {
        lines[1].push("apnic||ipv4|198.19.240.0|4096||available|".to_owned());
    }
    let total: usize = lines.iter().map(Vec::len).sum();
    let mut text = format!("2|{registry}|20240430|{total}|20120301|20240430|+0000\n");
    for (kind, records) in ["asn", "ipv4", "ipv6"].into_iter().zip(&lines) {
        writeln!(text, "{registry}|*|{kind}|*|{}|summary", records.len()).expect("text grows");
    }
    for line in lines.iter().flatten() {
        writeln!(text, "{line}").expect("text grows");
    }
    text
}

/// Registries with a delegation file.
pub fn registries() -> Vec<&'static str> {
    let mut all: Vec<&str> = REGISTRY_OF.iter().map(|(_, r)| *r).collect();
    all.dedup();
    all
}

/// A full-bogons list.
pub fn bogons() -> String {
    "# last updated 1714521600 (Wed May  1 00:00:00 2024 GMT)\n0.0.0.0/8\n10.0.0.0/8\n100.64.0.0/10\n127.0.0.0/8\n\
     169.254.0.0/16\n172.16.0.0/12\n192.168.0.0/16\n198.19.240.0/20\n224.0.0.0/3\n"
        .to_owned()
}

/// Names per ASN.
pub fn names() -> String {
    MEMBERS.iter().map(|m| format!("{}:{}, {}\n", m.asn, m.name, m.economy)).collect()
}

/// Organisations in CAIDA's form.
pub fn organisations() -> String {
    let mut text = String::from("# format:org_id|changed|org_name|country|source\n");
    let id = |m: &Member| m.organisation.to_uppercase().replace(' ', "-");
    let mut seen = Vec::new();
    for member in MEMBERS {
        if !seen.contains(&member.organisation) {
            seen.push(member.organisation);
            let registry = member.registry().to_uppercase();
            writeln!(text, "{}|20230101|{}|{}|{registry}", id(member), member.organisation, member.economy)
                .expect("text grows");
        }
    }
    text.push_str("# format:aut|changed|aut_name|org_id|opaque_id|source\n");
    for member in MEMBERS {
        let registry = member.registry().to_uppercase();
        writeln!(text, "{}|20230101|{}|{}||{registry}", member.asn, member.name, id(member))
            .expect("text grows");
    }
    text
}

/// Relationships in CAIDA's serial-1 form.
pub fn relationships() -> String {
    let mut text = String::from("# inferred for the demonstration world\n");
    for (i, a) in TOP.iter().enumerate() {
        for b in &TOP[i + 1..] {
            writeln!(text, "{a}|{b}|0").expect("text grows");
        }
    }
    for member in MEMBERS {
        for provider in member.providers {
            writeln!(text, "{provider}|{}|-1", member.asn).expect("text grows");
        }
    }
    text
}

/// PeeringDB's networks and contacts.
pub fn peeringdb() -> (String, String) {
    let (mut nets, mut pocs) = (Vec::new(), Vec::new());
    for member in MEMBERS.iter().filter(|m| m.contact != Contact::AutNum) {
        let id = member.index() + 1;
        let asn = Asn(member.asn).0;
        nets.push(format!(
            "{{\"id\": {id}, \"asn\": {asn}, \"name\": {:?}, \"status\": \"ok\"}}",
            member.organisation
        ));
        if member.contact == Contact::PeeringDb {
            pocs.push(format!(
                "{{\"id\": {id}, \"net_id\": {id}, \"role\": \"NOC\", \"visible\": \"Public\", \"name\": \"NOC\", \
                 \"phone\": \"\", \"email\": \"noc@example.net\", \"status\": \"ok\"}}"
            ));
        }
    }
    let page =
        |records: Vec<String>| format!("{{\"data\": [\n{}\n], \"meta\": {{}}}}\n", records.join(",\n"));
    (page(nets), page(pocs))
}
