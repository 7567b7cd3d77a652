//! The as-sets of the registries' databases: whom each network carries, its customers by their own sets.

use core::fmt::Write as _;

use super::irr::authority_of;
use super::networks::Network;

fn name(network: &Network) -> String {
    format!("AS-{}", network.name)
}

/// The sets that a registry holds: one for every network there that somebody buys from.
pub(super) fn sets(text: &mut String, networks: &[Network], authority: &str) {
    let carries = |network: &Network| networks.iter().any(|n| n.providers.contains(&network.asn));
    for network in networks.iter().filter(|n| authority_of(n) == authority && carries(n)) {
        let mut members = vec![format!("AS{}", network.asn)];
        for customer in networks.iter().filter(|n| n.providers.contains(&network.asn)) {
            members.push(if carries(customer) { name(customer) } else { format!("AS{}", customer.asn) });
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
