//! Sentences and objects to copy.

use reference::Registry;
use routing::{Asn, Family, Prefix};

/// The routing registry of a regional registry, and where objects and ROAs are made.
pub(super) fn places(registry: Registry) -> Option<(&'static str, &'static str)> {
    match registry {
        Registry::RipeNcc => {
            Some(("RIPE", "the LIR portal of the RIPE NCC (or the RIPE Database's web updates)"))
        }
        Registry::Apnic => Some(("APNIC", "MyAPNIC, which makes ROA and route object in one step")),
        Registry::Arin => Some(("ARIN", "ARIN Online")),
        Registry::Afrinic => Some(("AFRINIC", "MyAFRINIC")),
        Registry::Lacnic => Some(("LACNIC", "MiLACNIC, which makes its IRR from ROAs")),
        Registry::Iana => None,
    }
}

/// The first of some things, and how many more there are.
pub(super) fn some_of(named: &[String], named_max: usize) -> String {
    let more = named.len().saturating_sub(named_max);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named[..named.len().min(named_max)].join(", "))
}

/// A route or route6 object (RFC 2622 §4, RFC 4012 §3).
pub(super) fn route_object(
    prefix: &Prefix,
    origin: Asn,
    source: Option<&str>,
    maintainer: Option<&str>,
) -> String {
    let class = if prefix.family() == Family::V4 { "route" } else { "route6" };
    let line = |key: &str, value: &str| format!("{:<16}{value}\n", format!("{key}:"));
    let mut text = line(class, &prefix.to_string()) + &line("origin", &origin.to_string());
    text += &line("mnt-by", maintainer.unwrap_or("YOUR-MNT"));
    text += &line("source", source.unwrap_or("REGISTRY"));
    text
}

/// What an aut-num object lacks.
pub(super) fn policy(asn: Asn) -> String {
    format!(
        "aut-num:        {asn}\nimport:         from AS-OF-A-NEIGHBOUR accept ANY\nexport:         to \
         AS-OF-A-NEIGHBOUR announce {asn}\n"
    )
}

/// What says who can be reached.
pub(super) fn contact(asn: Asn) -> String {
    format!(
        "aut-num:        {asn}\nadmin-c:        HANDLE-OF-A-PERSON-OR-ROLE\ntech-c:         HANDLE-OF-YOUR-NOC\n"
    )
}

/// A set of a network and its customers, under its own number (RFC 2622 §5).
pub(super) fn as_set(asn: Asn, customers: &[String]) -> String {
    let customers: String = customers.iter().map(|customer| member(customer)).collect();
    format!(
        "as-set:         {asn}:AS-ALL\n{}{customers}mnt-by:         YOUR-MNT\nsource:         REGISTRY\n",
        member(&asn.to_string())
    )
}

/// A member of a set.
pub(super) fn member(name: &str) -> String {
    format!("members:        {name}\n")
}

/// Where contact and policy are stated, by the words in which a network's registry is stored.
pub(super) fn aut_num_place(registry: &str) -> &'static str {
    if registry.starts_with("RIPE") {
        "the aut-num object in the RIPE Database, with admin-c and tech-c"
    } else if registry.starts_with("APNIC") {
        "the aut-num object in the APNIC Whois Database (MyAPNIC), with admin-c and tech-c"
    } else if registry.starts_with("ARIN") {
        "the POCs of the ASN record in ARIN Online; import and export stand in an aut-num object of ARIN's IRR"
    } else if registry.starts_with("AFRINIC") {
        "the aut-num object in the AFRINIC database (MyAFRINIC), with admin-c and tech-c"
    } else if registry.starts_with("LACNIC") {
        "the contacts of the ASN in MiLACNIC; import and export stand in an aut-num object of LACNIC's IRR or RADB"
    } else {
        "the database of the registry that gave the number, which no file loaded names"
    }
}

/// What is to be done about events of a kind by who began them, and by who passed them on.
pub(super) fn filters(kind: &str) -> [&'static str; 2] {
    match kind {
        "route_leak" => [
            "Announce to providers and peers only your own prefixes and those of your customers: filter what you export by \
             prefix lists made from the IRR or by communities set where a route came in, and set BGP roles (RFC 9234).",
            "Filter what customers send you by prefix and by AS path (an AS of a provider or peer behind a customer is a \
             leak), set a maximum of prefixes per session, and set BGP roles (RFC 9234).",
        ],
        "misorigination" | "forged_origin" | "forged_path" => [
            "Stop announcing the prefix, and allow your routers to originate only prefixes that you hold or were told to \
             announce.",
            "Accept from a customer only prefixes registered for it, and drop what is RPKI invalid (RFC 6811) on every \
             session.",
        ],
        "bogon_prefix" => [
            "Stop announcing it, and filter private, reserved and unallocated space in what you export.",
            "Filter private, reserved and unallocated space in what neighbours send you (RFC 6890; lists of unallocated \
             space change daily).",
        ],
        "bogon_asn" => [
            "Take private and reserved AS numbers out of the paths that you export (RFC 6996, RFC 7607, RFC 5398).",
            "Refuse routes with private or reserved AS numbers in their path (RFC 7607, RFC 5398, RFC 6996).",
        ],
        _ => ["Filter what you announce.", "Filter what neighbours send you."],
    }
}
