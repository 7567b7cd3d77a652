//! The configuration of the demonstration world.

use std::fmt::Write as _;

use super::participants;
use super::recordings::collectors;

/// Address space the world lives in: for benchmarks and documentation, nobody's in the real one.
pub const SPACE: [&str; 6] =
    ["192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"];
/// Its AS numbers: for documentation, and because those are few, some for private use.
const ASNS: [&str; 3] = ["AS64496-AS64511", "AS64512-AS64579", "AS65536-AS65551"];

/// The configuration; `data` is where results go, `world` where the files are.
pub fn configuration(data: &str, world: &str) -> String {
    let quoted = |all: &[&str]| all.iter().map(|s| format!("{s:?}")).collect::<Vec<_>>().join(", ");
    let mut text = format!(
        "# The demonstration world: invented names, documentation prefixes and AS numbers, and some for private use.\n\
         data = {data:?}\nframeworks = [\"2024-01\", \"2022-10\", \"2018-06\"]\n\n\
         # A snapshot more than three weeks from its month says nothing of it.\n\
         reference_skew_days_max = 20\n\n\
         # Everybody here lives in space that is nobody's in the real world.\n\
         treat_as_public = [\n    {},\n    {},\n]\n",
        quoted(&SPACE),
        quoted(&ASNS)
    );
    let mut source = |kind: &str, path: &str, more: &str| {
        let path = format!("{world}/{path}");
        write!(text, "\n[[source]]\nkind = \"{kind}\"\npath = {path:?}\n{more}").expect("text grows");
    };
    for collector in collectors() {
        source("mrt", &format!("{collector}/*.mrt"), &format!("collector = {collector:?}\n"));
    }
    source("vrps", "rpki-*.json", "");
    source("slurm", "exceptions.slurm", "");
    source("aspas", "rpki-*.json", "");
    for authority in super::irr::AUTHORITIES {
        let file = format!("{}-*.db", authority.to_lowercase());
        source("irr", &file, &format!("authority = {authority:?}\n"));
    }
    source("delegations", "delegated-*", "");
    source("asn_countries", "asn-countries-*.csv", "");
    source("as_names", "names-*.txt", "");
    source("organisations", "organisations-*.txt", "");
    source("relationships", "relationships-*.txt", "");
    source("history", "origins-*.dat", "");
    source("contacts", "peeringdb-*.json", "");
    source("spoofer", "spoofer-*.json", "");
    source("bogons", "fullbogons-*.txt", "name = \"bogons\"\n");
    source("bogons", "bogons-announced-*.txt", "name = \"bogons announced\"\n");
    source("grip_events", "grip.json", "");
    source("radar_events", "radar.json", "");
    source("bgpstream_events", "bgpstream-com.csv", "");
    source(
        "foreign_scores",
        "original-*",
        "name = \"made-up original\"\nlabel = \"Made-up original, May 2024\"\n",
    );
    for (programme, path) in participants::SOURCES {
        source("participants", path, &format!("programme = {programme:?}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, KINDS};

    #[test]
    fn there_is_a_source_of_every_kind() {
        let config = Config::parse(&configuration("data", "world")).unwrap();
        for kind in KINDS {
            assert!(config.sources.iter().any(|s| s.kind == kind.kind), "no source of kind {}", kind.name);
        }
    }
}
