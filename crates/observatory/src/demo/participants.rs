//! Who takes part in the programmes of the demonstration world.

use serde_json::{Value, json};

use super::networks::{MEMBERS, Member};

/// Names of the lists, for the configuration: programme, file, what else the source says.
pub const SOURCES: [(&str, &str, &str); 4] = [
    ("network-operators", "operators-*.json", ""),
    ("ixps", "exchanges.json", "date = 2024-05-01\n"),
    ("cdns-and-clouds", "clouds.csv", "date = 2024-05-01\n"),
    ("equipment-vendors", "vendors.json", "date = 2024-05-01\n"),
];

/// An operator: networks, day of approval, whether it is conformant with actions 1 to 4.
const OPERATORS: &[(&[u32], &str, [bool; 4])] = &[
    (&[64496], "2018-08-25", [true, true, true, true]),
    (&[64497, 64505], "2019-02-11", [true, true, true, true]),
    (&[64498, 64510], "2018-08-25", [true, false, true, true]),
    (&[64499], "2020-04-06", [true, true, true, true]),
    (&[64500, 64508], "2019-11-20", [true, false, true, false]),
    (&[64501, 65538, 65539], "2021-03-30", [true, true, true, true]),
    (&[64502, 65541], "2022-04-04", [true, false, true, true]),
    (&[64503, 65544], "2022-11-11", [true, true, true, true]),
    (&[64509], "2021-06-14", [true, true, true, true]),
    (&[64511, 65536], "2023-03-07", [true, true, false, true]),
    (&[65540], "2023-04-26", [false, true, false, false]),
    (&[65542, 65543], "2022-04-08", [true, true, true, true]),
    (&[65546], "2023-01-18", [true, false, true, true]),
    (&[65548, 65549], "2023-09-13", [true, true, true, true]),
    (&[65551], "2020-12-02", [true, false, true, true]),
];

fn member(asn: u32) -> &'static Member {
    MEMBERS.iter().find(|m| m.asn == asn).expect("a member of the world takes part")
}

fn word(conformant: bool) -> &'static str {
    if conformant { "conformant" } else { "non-conformant" }
}

/// The operators as listed on a day; in April one of them had another network.
fn operators(day: &str, april: bool) -> String {
    let row = |(number, (asns, approved, [filtering, spoofing, contact, routes])): (
        usize,
        &(&[u32], &str, [bool; 4]),
    )| {
        let mut economies: Vec<&str> = asns.iter().map(|asn| member(*asn).economy).collect();
        economies.sort_unstable();
        economies.dedup();
        let mut asns = asns.to_vec();
        if april && asns[0] == 64501 {
            asns = vec![64501, 65537];
        }
        json!({
            "id": 101 + number,
            "name": member(asns[0]).organisation,
            "areas_served": economies,
            "ASNs": asns,
            "member_since": approved,
            "filtering": { "conformance": word(*filtering) },
            "anti_spoofing": { "conformance": word(*spoofing) },
            "coordination": { "conformance": word(*contact) },
            "routing_information": { "conformance": word(*routes) },
        })
    };
    list(Some(day), OPERATORS.iter().enumerate().map(row).collect())
}

fn exchanges() -> String {
    let names = [
        (301, "Polder Exchange", "NL", "2018-08-24", [true, true, true, true, true, true]),
        (302, "Hanse-IX", "DE", "2019-05-02", [true, true, false, true, true, false]),
        (303, "Tasman Peering", "NZ", "2020-10-19", [true, false, true, false, true, true]),
        (304, "IX Pampa", "BR", "2022-06-27", [true, true, false, false, true, true]),
        (305, "Rift Valley Exchange", "KE", "2023-06-21", [true, true, true, true, true, true]),
    ];
    let row = |(id, name, economy, since, [routing, actions, display, protect, contact, tools]): (
        u32,
        &str,
        &str,
        &str,
        [bool; 6],
    )| {
        json!({
            "id": id,
            "name": name,
            "areas_served": [economy],
            "member_since": since,
            "prevent": "conformant",
            "promote_routing": word(routing),
            "promote_isp_actions": word(actions),
            "promote_display_manrs": word(display),
            "promote_incentives": word(id == 301),
            "protect": if id == 305 { "pending" } else { word(protect) },
            "coordinate": word(contact),
            "tools": word(tools),
        })
    };
    list(None, names.into_iter().map(row).collect())
}

fn clouds() -> String {
    "Organization Name,ASNs,Action 1: Filtering,Action 2: Anti-spoofing,Action 3: Coordination,\
     Action 4: Global Validation,Action 5: MANRS Adoption,Action 6: Tools\n\
     Tulip Cloud,64506;64507,Yes;RPKI;AS-SET,Yes,Yes,IRR;RPKI,Yes,Yes\n\
     Hudson Delivery,65550,Yes,Yes,Yes,IRR,Yes,No\n\
     Ganges Data,65537,Yes;AS-SET,Yes,Yes,IRR;RPKI,Yes,\n"
        .to_owned()
}

fn vendors() -> String {
    let row = |id: u32, name: &str, since: &str, words: [&str; 3]| {
        let [done, half, open] = words;
        json!({
            "id": id,
            "name": name,
            "member_since": since,
            "solution_filtering": done,
            "solution_anti_spoofing": done,
            "solution_filtering_ixp": half,
            "solution_protect_l2": open,
            "training": half,
            "lab": done,
            "technical_resources": half,
            "hands_on": open,
        })
    };
    let rows = vec![
        row(401, "Lighthouse Routers", "2021-09-14", ["implemented", "implemented", "planned"]),
        row(402, "Copper Kettle Systems", "2021-12-13", ["implemented", "planned", "not implemented"]),
    ];
    list(None, rows)
}

fn list(day: Option<&str>, participants: Vec<Value>) -> String {
    let mut document = json!({ "participants": participants });
    if let Some(day) = day {
        document["measurement_date"] = day.into();
    }
    format!("{document:#}\n")
}

/// Every list with the name of its file.
pub fn lists() -> Vec<(String, String)> {
    let files = [
        ("operators-2024-04.json", operators("2024-04-30", true)),
        ("operators-2024-05.json", operators("2024-05-31", false)),
        ("exchanges.json", exchanges()),
        ("clouds.csv", clouds()),
        ("vendors.json", vendors()),
    ];
    files.map(|(name, text)| (name.to_owned(), text)).into()
}
