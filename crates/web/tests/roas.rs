//! What ROAs cover and what changed of it: pages, answers, and what is not known.

mod api_server;
mod page_server;
#[allow(dead_code)]
mod world;

#[test]
fn coverage_tells_its_days_and_what_it_rests_on() {
    let server = page_server::serve(true);
    let text = server.get("/roas").text();
    for words in [
        "On 2024-05-06: the routes that 6 networks announced in May 2024, judged by VRPs of 2024-05-06T00:00:00Z",
        "260 IPv4 and 20 IPv6 in the world; left out are 3 for their AS_SET origin",
        "2024-05-01 to 2024-05-02, 2024-05-05, 2024-05-07 to 2024-05-31",
        "(no snapshot admitted)",
        "no snapshot before it to compare with",
        "invalid (length)",
        "By registry",
        "Participants’ networks and everybody’s",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    // An area stands beside everybody, and a network's page has the same of its own.
    let area = server.get("/roas?scope=economy&area=nl").text();
    assert!(area.contains("What ROAs cover: Netherlands") && area.contains("Everybody’s, beside"), "{area}");
    let network = server.get("/network/AS64500").text();
    assert!(
        network.contains("On 2024-05-06, judged by VRPs of")
            && network.contains("2024-05-06 200 12 48")
            && network.contains("All 3"),
        "{network}"
    );
    let region = server.get("/region/ripencc").text();
    assert!(region.contains("By day and by month, and what changed"), "{region}");
    // No data is said to be none.
    for path in ["/roas?month=2024-04", "/roas/changes?month=2024-04", "/network/AS64500?month=2024-04"] {
        let text = server.get(path).text();
        assert!(text.contains("no snapshot of VRPs could be used"), "{path}: {text}");
    }
    assert!(server.get("/network/AS64499").text().contains("No route of this network counts."));
}

#[test]
fn changes_are_narrowed_and_every_text_is_escaped() {
    let server = page_server::serve(true);
    for (query, shown) in [
        ("", "4 of 4 changes"),
        ("?day=2024-05-04", "2 of 2 changes"),
        ("?move=turned_invalid", "2 of 4 changes"),
        ("?network=AS64500&move=uncovered", "1 of 3 changes"),
        ("?economy=nl", "3 of 3 changes"),
        ("?prefix=10.0.0.0/8&day=2024-05-06", "1 of 1 changes"),
        ("?day=2024-05-05", "0 of 0 changes"),
    ] {
        let page = server.get(&format!("/roas/changes{query}"));
        assert_eq!(page.status, 200, "{query}");
        assert!(page.text().contains(shown), "{query}: {}", page.text());
        assert!(!page.body.contains("<script>alert"), "{query}");
    }
    for query in [
        "/roas?scope=planet",
        "/roas?scope=economy",
        "/roas?scope=economy&area=NLD&month=2024-04",
        "/roas?scope=rir&area=%3Cb%3E",
        "/roas?scope=region&area=ripencc",
        "/roas?scope=programme&area=nothing",
        "/roas?economies=height",
        "/roas?page=0",
        "/roas/changes?day=2024-05-32",
        "/roas/changes?network=x",
        "/roas/changes?economy=NLD",
        "/roas/changes?move=sideways",
        "/roas/changes?prefix=10.0.0.1/8",
        "/roas/changes?page=-1",
    ] {
        assert_eq!(server.get(query).status, 400, "{query}");
    }
    assert_eq!(server.get("/roas?scope=economy&area=QQ").status, 404);
}

#[test]
fn answers_are_narrowed_and_unknown_days_are_null() {
    let server = api_server::serve(true);
    let found = |path: &str| -> usize { server.walk(path).0.len() };
    for (path, n) in [
        ("/api/roas?", 1),
        ("/api/roas?scope=economy&", 3),
        ("/api/roas?scope=programme&day=2024-05-03&", 2),
        ("/api/roas/days?", 31),
        ("/api/roas/days?scope=economy&area=nl&", 31),
        ("/api/roas/months?scope=rir&area=ripencc&", 1),
        ("/api/networks/64500/roas?", 31),
        ("/api/networks/64499/roas?", 0),
        ("/api/roas/changes?", 4),
        ("/api/roas/changes?day=2024-05-06&", 2),
        ("/api/roas/changes?network=AS64501&", 1),
        ("/api/roas/changes?economy=nl&move=turned_valid&", 1),
        ("/api/roas/changes?prefix=10.3.0.0-17&", 2),
    ] {
        assert_eq!(found(&format!("{path}limit=2")), n, "{path}");
    }
    let days = server.walk("/api/networks/64500/roas?limit=1000").0;
    let valid: Vec<_> = days.iter().map(|day| day["ipv4_routes_valid"].as_u64()).collect();
    // From the day on which it changed; a day without a snapshot has nothing, whatever the day before had.
    assert_eq!(valid[..6], [None, None, Some(180), Some(180), None, Some(200)]);
    assert_eq!(
        (&days[4]["unknown"], &days[5]["unknown"]),
        (&"no snapshot admitted".into(), &serde_json::Value::Null)
    );
    for (path, status, code) in [
        ("/api/roas?day=2024-05-05", 404, "no_snapshot"),
        ("/api/roas?day=2023-05-05", 404, "no_snapshot"),
        ("/api/roas?month=2024-04", 404, "no_snapshot"),
        ("/api/roas?day=yesterday", 400, "malformed_parameter"),
        ("/api/roas?scope=planet", 400, "malformed_parameter"),
        ("/api/roas/days?scope=economy", 404, "unknown_area"),
        ("/api/roas/days?area=NL", 404, "unknown_area"),
        ("/api/roas/days?scope=economy&area=QQ", 404, "unknown_area"),
        ("/api/roas/days?scope=economy&area=%3F", 400, "malformed_parameter"),
        ("/api/roas/changes?move=sideways", 400, "malformed_parameter"),
        ("/api/networks/64999/roas", 404, "unknown_network"),
    ] {
        let body = server.get(path).json();
        assert_eq!((body["status"].as_u64(), body["code"].as_str()), (Some(status), Some(code)), "{path}");
    }
}

#[test]
fn a_network_has_its_own_days() {
    let server = api_server::serve(true);
    let page = server.get("/network/AS64500");
    assert!(page.body.contains("Routes by day in numbers") && page.body.contains("Space by day in numbers"));
    let table = page
        .body
        .split("id=\"roa-routes-by-day-caption\"")
        .nth(1)
        .unwrap()
        .split("<tbody>")
        .nth(1)
        .unwrap()
        .split("</table>")
        .next()
        .unwrap();
    // The same numbers as every day's counts by the API: shares of routes, and a gap on a day without a snapshot.
    let days = server.get("/api/networks/AS64500/roas?month=2024-05").rows();
    assert!(days.len() >= 2, "{days:?}");
    for day in &days {
        let row = table.split("<tr").find(|row| row.contains(day["day"].as_str().unwrap())).unwrap();
        if day["ipv4_routes_valid"].is_null() {
            assert!(row.contains("no data") && !row.contains("0.0"), "{row}");
            continue;
        }
        let n = |key: &str| day[key].as_u64().unwrap_or_else(|| panic!("{key} of {day}")) as f64;
        let whole = n("ipv4_routes_valid")
            + n("ipv4_routes_invalid_length")
            + n("ipv4_routes_invalid_as")
            + n("ipv4_routes_invalid_as0")
            + n("ipv4_routes_not_found");
        let share = format!("{:.1}", n("ipv4_routes_valid") * 100.0 / whole);
        assert!(row.contains(&share), "{share} of {day} in {row}");
    }
    assert!(!server.get("/network/AS64500?month=2024-04").body.contains("Routes by day"));
}
