//! What volunteers of the demonstration world found with the Spoofer client.

use super::networks::{ipv4_of, ipv6_of, networks};
use super::table::rows;

const SESSIONS: &str = include_str!("tables/spoofer.txt");

/// Sessions per page.
const PAGE: usize = 20;

/// A row of the table: when, ASN, client, NAT, routed, private.
type Row = [&'static str; 6];

/// Pages of the Spoofer API, numbered from 1.
pub fn pages() -> Vec<(String, String)> {
    let mut table: Vec<Row> = rows(SESSIONS).collect();
    table.sort();
    let mut sessions: Vec<String> = (1_700_000u64..).zip(&table).map(|(id, row)| session(id, row)).collect();
    // Newer clients report what older readers do not know.
    sessions.push(session(1_700_900, &["2024-05-31T12:00", "64548", "0", "no", "tunnelled", "blocked"]));
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

fn session(id: u64, row: &Row) -> String {
    let [time, asn, client, nat, routed, private] = *row;
    let number: u32 = asn.parse().expect("an ASN");
    let all = networks("2024-05-31".parse().expect("a day"));
    let economy = all.iter().find(|n| n.asn == number).expect("a network is tested").economy;
    let of_family = |six: bool| {
        if (client == "v6") != six {
            return ["null"; 5].map(str::to_owned);
        }
        let quoted = |text: &str| format!("\"{text}\"");
        let nat = (nat == "yes").to_string();
        [quoted(asn), quoted(&prefix(number, client)), nat, quoted(private), quoted(routed)]
    };
    let [asn4, client4, nat4, private4, routed4] = of_family(false);
    let [asn6, client6, nat6, private6, routed6] = of_family(true);
    format!(
        "    {{ \"@id\": \"/sessions/{id}\", \"@type\": \"Session\", \"session\": {id}, \"timestamp\": \"{time}:59+00:00\", \
         \"asn4\": {asn4}, \"asn6\": {asn6}, \"client4\": {client4}, \"client6\": {client6}, \"country\": \"{}\", \
         \"nat4\": {nat4}, \"nat6\": {nat6}, \"privatespoof\": {private4}, \"privatespoof6\": {private6}, \
         \"routedspoof\": {routed4}, \"routedspoof6\": {routed6} }}",
        economy.to_lowercase()
    )
}

/// The client's /24 or /40.
fn prefix(asn: u32, client: &str) -> String {
    if client == "v6" {
        return format!("{}/40", ipv6_of(asn));
    }
    let n: u32 = client.parse().expect("a /24");
    format!("{}/24", core::net::Ipv4Addr::from_bits(ipv4_of(asn).to_bits() + (n << 8)))
}
