//! The pages of economies and regions, and the search, asked for over HTTP.

mod page_server;
mod world;

use page_server::serve;

#[test]
fn the_search_finds_numbers_and_names() {
    let server = serve(true);
    for query in ["AS%2064500", "64500", "as64500.", "AS64500", "meridian+broadband+holding", "0.64500"] {
        let answer = server.get(&format!("/search?q={query}"));
        assert_eq!((answer.status, answer.header("location")), (303, "/network/AS64500"), "{query}");
    }
    let kept = server.get("/search?q=64500&month=2024-04");
    assert_eq!(kept.header("location"), "/network/AS64500?month=2024-04");
    let several = server.get("/search?q=holding").text();
    assert!(several.contains("Lantern Transit") && several.contains("Harbour Internet Exchange"));
    // The way people type: another order, half a word, accents, a slip of the finger.
    for query in ["transit+lantern", "L%C3%A4ntern", "lantern%2C+tr"] {
        assert_eq!(
            server.get(&format!("/search?q={query}")).header("location"),
            "/network/AS64496",
            "{query}"
        );
    }
    let mended = server.get("/search?q=lanturn").text();
    assert!(mended.contains("Nothing is named “lanturn”") && mended.contains("Lantern Transit"), "{mended}");
    assert!(server.get("/search?q=100%25").text().contains("Nothing of this month has “100%” in its name"));
    // Prefixes, addresses, economies and regions have pages of their own.
    for (query, location) in [
        ("192.0.2.0/24", "/prefix/192.0.2.0-24"),
        ("192.0.2.7", "/prefix/192.0.2.7-32"),
        ("2001:DB8::/32", "/prefix/2001:db8::-32"),
        ("netherlands", "/economy/NL"),
        ("de", "/economy/DE"),
        ("western+europe", "/region/western-europe"),
        ("RIPE+NCC", "/region/ripencc"),
    ] {
        let answer = server.get(&format!("/search?q={query}"));
        assert_eq!((answer.status, answer.header("location")), (303, location), "{query}");
    }
    assert_eq!(server.get("/search?q=").status, 200);
    assert_eq!(server.get("/search?q=4294967296").status, 400);
}

#[test]
fn an_area_shows_its_networks_sorted_filtered_and_as_csv() {
    let server = serve(true);
    let rows = |path: &str| {
        let body = server.get(path).body;
        let table = body.split("id=\"networks-caption\"").nth(1).unwrap_or_default().to_owned();
        table.split("/network/AS").skip(1).map(|rest| rest[..5].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rows("/economy/NL"), ["64500", "64496"], "those with most routes first");
    assert_eq!(rows("/economy/NL?sort=asn"), ["64496", "64500"]);
    assert_eq!(rows("/economy/NL?sort=name"), ["64496", "64500"]);
    assert_eq!(rows("/economy/NL?sort=routing_information_rpki"), ["64500", "64496"]);
    assert_eq!(rows("/economy/NL?routing_information_rpki_grade=ready"), ["64496"]);
    assert_eq!(rows("/region/europe?coordination_grade=ready"), ["64500", "64496", "64497"]);
    assert_eq!(rows("/region/ripencc").len(), 5, "those whose economy is no country are registered too");
    assert!(server.get("/economy/NL?coordination_grade=lagging").text().contains("meets this filter"));
    let csv = server.get("/region/europe/networks.csv?coordination_grade=ready&sort=-asn");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    let lines: Vec<&str> = csv.body.lines().collect();
    assert!(
        lines[0].starts_with("asn,name,organisation,economy,registry,routes_ipv4,routes_ipv6,incidents,")
    );
    assert_eq!(lines[1].split(',').next(), Some("64500"));
    assert_eq!(lines.len(), 4);
    for (path, status) in [
        ("/economy/nl", 308),
        ("/region/Europe", 308),
        ("/economy/KP", 404),
        ("/economy/Netherlands", 400),
        ("/region/atlantis", 404),
        ("/economy/NL?sort=beauty", 400),
        ("/economy/NL?coordination_grade=great", 400),
        ("/economy/KP/networks.csv", 404),
    ] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
}
