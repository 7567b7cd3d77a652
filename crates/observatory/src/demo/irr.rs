//! The routing registries' databases, in RPSL.

use core::fmt::Write as _;

use routing::{Date, Family, Prefix};

use super::lent::lent;
use super::networks::{Network, networks, prefix};

/// Registries with a database that is published; LACNIC's is not, and its members register in RADB.
pub const AUTHORITIES: [&str; 5] = ["RIPE", "APNIC", "AFRINIC", "ARIN", "RADB"];

/// When most objects were made and last changed.
const WRITTEN: (&str, &str) = ("2021-03-04", "2023-01-02");

/// Where a network registers.
pub(super) fn authority_of(network: &Network) -> &'static str {
    match network.registry() {
        _ if network.irr == "radb" => "RADB",
        "ripencc" => "RIPE",
        "apnic" => "APNIC",
        "afrinic" => "AFRINIC",
        "arin" => "ARIN",
        _ => "RADB",
    }
}

fn is_registered(network: &Network, place: usize, prefix: &Prefix) -> bool {
    match network.irr {
        "all" | "radb" => true,
        "covering" | "former" => network.is_aggregate(prefix),
        "parts" => !network.is_aggregate(prefix),
        "most" => place + 1 < network.announced().len(),
        "v4" => network.is_aggregate(prefix) && prefix.family() == Family::V4,
        "none" => false,
        other => panic!("no way to register: {other}"),
    }
}

/// A registry's database as of a day.
pub fn database(authority: &str, day: Date) -> String {
    let mut text = format!("% The {authority} database of the demonstration world, {day}\n\n");
    let registry = match authority {
        "RIPE" => "ripencc".to_owned(),
        other => other.to_lowercase(),
    };
    let networks = networks(day);
    for network in &networks {
        if network.registry() == registry && network.delegated.is_some() {
            aut_num(&mut text, network, authority);
        }
        if authority_of(network) != authority {
            continue;
        }
        // Who moved and forgot still names whom it bought from.
        let origin = if network.irr == "former" { network.providers[0] } else { network.asn };
        for (i, prefix) in network.announced().iter().enumerate() {
            if is_registered(network, i, prefix) {
                object(&mut text, prefix, network.organisation, origin, authority, WRITTEN);
            }
        }
        for lent in lent(day).filter(|lent| lent.of == network.asn) {
            let written = lent.since.to_string();
            object(&mut text, &lent.prefix, network.organisation, lent.to, authority, (&written, &written));
        }
    }
    super::as_sets::sets(&mut text, &networks, authority);
    match authority {
        "RIPE" => {
            text.push_str(
                "route:          198.18.52.0/33\norigin:         AS64509\nmnt-by:         MAINT-AS64509\n",
            );
            text.push_str("source:         RIPE\n\n");
        }
        // An object for the aggregate that names nobody in particular.
        "RADB" => {
            write!(
                text,
                "route:          {}\ndescr:          proxy registered\nsource:         RADB\n\n",
                prefix("64558 22")
            )
            .expect("text grows");
            text.push_str("this line was typed into the wrong window\n\n");
        }
        _ => {}
    }
    text
}

fn object(
    text: &mut String,
    prefix: &Prefix,
    organisation: &str,
    origin: u32,
    authority: &str,
    (created, changed): (&str, &str),
) {
    let class = if prefix.family() == Family::V4 { "route" } else { "route6" };
    write!(
        text,
        "{:<16}{prefix}\n{:<16}{organisation}\n{:<16}AS{origin}\n{:<16}MAINT-AS{origin}\n\
         {:<16}{created}T05:06:07Z\n{:<16}{changed}T05:06:07Z\n{:<16}{authority}\n\n",
        format!("{class}:"),
        "descr:",
        "origin:",
        "mnt-by:",
        "created:",
        "last-modified:",
        "source:",
    )
    .expect("text grows");
}

fn aut_num(text: &mut String, network: &Network, authority: &str) {
    let asn = network.asn;
    let mut line = |name: &str, value: String| writeln!(text, "{name:<16}{value}").expect("text grows");
    line("aut-num:", format!("AS{asn}"));
    line("as-name:", network.name.to_owned());
    for provider in &network.providers {
        line("import:", format!("from AS{provider} accept ANY"));
        line("export:", format!("to AS{provider} announce AS{asn}"));
    }
    for peer in &network.peers {
        line("import:", format!("from AS{peer} accept AS{peer}"));
        line("export:", format!("to AS{peer} announce AS{asn}"));
    }
    if matches!(network.contact, "aut" | "both") {
        line("tech-c:", format!("NOC{asn}-{authority}"));
    }
    line("mnt-by:", format!("MAINT-AS{asn}"));
    line("source:", authority.to_owned());
    text.push('\n');
}
