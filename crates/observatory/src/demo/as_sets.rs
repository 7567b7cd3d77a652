//! The as-sets of the registries' databases: whom each network carries, its customers by their own sets; and which of
//! them networks name in PeeringDB.

use core::fmt::Write as _;

use super::irr::authority_of;
use super::networks::Network;

/// Whose set was made before it had that customer, and not touched since.
const FORGOTTEN: (&str, u32) = ("NUSANTARA", 64_536);

fn name(network: &Network) -> String {
    format!("AS-{}", network.name)
}

fn carries(network: &Network, networks: &[Network]) -> bool {
    networks.iter().any(|n| n.providers.contains(&network.asn))
}

/// What a network names as its as-set in PeeringDB, where it has one: with its registry, as there is advised.
pub(super) fn named(network: &Network, networks: &[Network]) -> Option<String> {
    carries(network, networks).then(|| format!("{}::{}", authority_of(network), name(network)))
}

/// The sets that a registry holds: one for every network there that somebody buys from.
pub(super) fn sets(text: &mut String, networks: &[Network], authority: &str) {
    for network in networks.iter().filter(|n| authority_of(n) == authority && carries(n, networks)) {
        let mut members = vec![format!("AS{}", network.asn)];
        let listed = |n: &&Network| n.providers.contains(&network.asn) && (network.name, n.asn) != FORGOTTEN;
        for customer in networks.iter().filter(listed) {
            members.push(if carries(customer, networks) {
                name(customer)
            } else {
                format!("AS{}", customer.asn)
            });
        }
        let mut also = String::new();
        match network.name {
            // A customer that went out of business took its set along.
            "ATLAS-TRANSIT" => members.push("AS-PRAIRIE-DIALUP".to_owned()),
            // A loop: each names the other.
            "RHEINGOLD" => members.push("AS-POLDER-NET".to_owned()),
            "POLDER-NET" => members.push("AS-RHEINGOLD".to_owned()),
            "TASMAN-CARRIER" => also.push_str("mbrs-by-ref:    MAINT-AS64498\n"),
            _ => {}
        }
        write!(
            text,
            "as-set:         {}\ndescr:          {} and customers\nmembers:        {}\n{also}mnt-by:         MAINT-AS{}\nsource:         {authority}\n\n",
            name(network),
            network.organisation,
            members.join(", "),
            network.asn
        )
        .expect("text grows");
    }
}
