//! `/api` of a made-up world: bodies, forms, pages, tags.

mod api_server;
#[allow(dead_code)]
mod world;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use api_server::{Answer, serve};
use serde_json::{Value, json};

/// Every list of the world, with a query that makes it one.
const LISTS: [&str; 20] = [
    "/api/months?",
    "/api/networks?",
    "/api/networks/AS64500/routes?",
    "/api/networks/AS64496/events?",
    "/api/networks/AS64500/incidents?",
    "/api/routes?prefix=10.3.0.0/16&",
    "/api/prefixes/10.0.0.0-8/routes?",
    "/api/economies?",
    "/api/regions?",
    "/api/events?",
    "/api/events?kind=bogon_prefix&from=2024-05-03&to=2024-05-04&network=AS64500&economy=nl&",
    "/api/incidents?",
    "/api/incidents?kind=bogon_prefix&economy=NL&prefix=192.168.0.0/16&",
    "/api/participants?",
    "/api/sources?",
    "/api/sources/rrc00/files?",
    "/api/roas?scope=economy&",
    "/api/roas/days?",
    "/api/roas/changes?",
    "/api/networks/AS64500/roas?",
];

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// Compares with a kept file; `UPDATE_DOCS=1` writes it.
fn compare(name: &str, text: &str) {
    let path = golden(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{} is not what is answered; UPDATE_DOCS=1 rewrites it:\n{text}", path.display());
}

/// A body to keep: indented, and without what a changed framework file changes.
fn kept(answer: &Answer) -> String {
    let mut text = format!("{:#}\n", answer.json());
    for (id, _) in measure::framework::shipped() {
        let digest = measure::framework::load(id).unwrap().digest;
        text = text.replace(&digest, &format!("digest of {id}"));
    }
    text
}

#[test]
fn bodies_are_what_is_kept() {
    let server = serve(true);
    for (name, path) in [
        ("months", "/api/months"),
        ("networks", "/api/networks?limit=2"),
        ("network", "/api/networks/AS64500"),
        ("network_without_data", "/api/networks/64499?fields=asn,name,economy,rpki,scores"),
        ("network_routes", "/api/networks/AS64500/routes?limit=2"),
        ("network_events", "/api/networks/AS64497/events?limit=1"),
        ("network_incidents", "/api/networks/AS64500/incidents"),
        ("prefix", "/api/routes?prefix=10.3.0.0/17"),
        ("economies", "/api/economies?limit=2"),
        ("economy", "/api/economies/nl"),
        ("world", "/api/world"),
        ("regions", "/api/regions?limit=1&fields=region,name,kind,parent,networks"),
        ("region", "/api/regions/europe"),
        ("networks_of_region", "/api/networks?region=western-europe&fields=asn,economy"),
        ("events", "/api/events?limit=1"),
        ("event", "/api/events/bp-03-5feceb66ffc8"),
        ("incidents", "/api/incidents?limit=1"),
        ("incident", "/api/incidents/M3-64500-1714694400-1000000?fields=id,kind,culprit,seconds,adds"),
        ("participants", "/api/participants?limit=2"),
        ("roas", "/api/roas?scope=economy&limit=1"),
        ("roa_days", "/api/roas/days?limit=3&fields=day,judged_by,unknown,networks,ipv4_routes_valid"),
        ("roa_months", "/api/roas/months?fields=scope,area,day,judged_by,ipv6_space_valid"),
        ("roa_changes", "/api/roas/changes?limit=1"),
        ("network_roas", "/api/networks/AS64500/roas?limit=3&fields=scope,area,name,day,ipv4_routes_valid"),
        ("sources", "/api/sources"),
        ("source_files", "/api/sources/ripe/files"),
        ("method", "/api/method?fields=framework,scores"),
        (
            "other_month_and_framework",
            "/api/networks?month=2024-04&framework=2018-06&limit=1&fields=asn,filtering",
        ),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{path}");
        compare(&format!("api/{name}.json"), &kept(&answer));
    }
    let metrics = server.get("/api/method").json()["data"]["metrics"].as_array().unwrap().len();
    assert_eq!(metrics, measure::metric::METRICS.len());
}

#[test]
fn pages_of_a_list_are_the_whole_list_exactly_once() {
    let server = serve(true);
    for list in LISTS {
        let (whole, pages) = server.walk(&format!("{list}limit=1000"));
        assert_eq!(pages, 1, "{list}");
        assert!(whole.len() >= 2, "{list} is too short to be walked: {}", whole.len());
        for limit in [1, 3, whole.len() - 1, whole.len()] {
            let limit = if whole.len() > 100 && limit < 4 { 37 * limit } else { limit };
            let (walked, pages) = server.walk(&format!("{list}limit={limit}"));
            assert_eq!(walked, whole, "{list} by {limit}");
            assert_eq!(pages, whole.len().div_ceil(limit), "{list} by {limit}");
        }
    }
    // The order is that of time for events; for networks of numbers.
    let (events, _) = server.walk("/api/events?limit=5");
    assert!(events.is_sorted_by_key(|e| e["start"].as_str().unwrap().to_owned()));
    let (networks, _) = server.walk("/api/networks?limit=2");
    assert_eq!(networks.len(), 6);
    assert!(networks.is_sorted_by_key(|n| n["asn"].as_u64()));
}

#[test]
fn events_and_incidents_are_narrowed() {
    let server = serve(true);
    let found = |path: &str| -> usize { server.walk(path).0.len() };
    for (path, n) in [
        ("/api/events?", 17),
        ("/api/events?kind=bogon_asn", 1),
        ("/api/events?network=64500", 15),
        ("/api/events?economy=de", 0),
        ("/api/events?ongoing=true", 1),
        ("/api/events?prefix=192.168.2.0-23", 2),
        ("/api/events?prefix=192.168.2.128/25", 1),
        ("/api/events?from=2024-05-10", 4),
        ("/api/events?verdict=benign", 1),
        ("/api/events?verdict=incident&kind=misorigination", 1),
        ("/api/events?reason=unknown_history", 1),
        ("/api/networks/64501/events?", 3),
        ("/api/events?list=64500", 15),
        ("/api/events?list=64500,AS64501", 15),
        ("/api/events?list=64999", 0),
        ("/api/incidents?list=64500&verdict=incident", found("/api/incidents?network=AS64500&limit=2")),
        ("/api/incidents?verdict=benign", 0),
        ("/api/incidents?reason=bogon", 3),
        ("/api/incidents?reason=type_1", 0),
        ("/api/opinions?", 2),
        ("/api/opinions?seen=false", 1),
        ("/api/opinions?network=64501&seen=true", 1),
        ("/api/opinions?network=64498", 0),
        ("/api/events?to=2024-05-03T00:00:01Z", 1),
        ("/api/events?from=1714694400&to=1714699401", 2),
        ("/api/incidents?", 3),
        ("/api/incidents?metric=M3C", 1),
        ("/api/incidents?kind=bogon_prefix", 3),
        ("/api/incidents?kind=bogon_asn", 0),
        ("/api/incidents?kind=bogon_asn&metric=M3", 0),
        ("/api/incidents?kind=bogon_prefix&metric=M3", 2),
        ("/api/incidents?network=AS64500&ongoing=true", 1),
        ("/api/incidents?from=2024-05-05", 1),
        ("/api/incidents?framework=2018-06", 0),
    ] {
        assert_eq!(found(&format!("{path}&limit=2").replace("?&", "?")), n, "{path}");
    }
    let whole = server.get("/api/incidents/M3-64500-1714694400-1000000").json();
    assert_eq!(whole["data"]["events"].as_array().unwrap().len(), 6);
    assert_eq!(whole["data"]["events"][0]["sightings"][0]["offset"], 123_456_789);
}

#[test]
fn an_event_brings_its_tree_its_replay_and_what_others_say() {
    let server = serve(true);
    let event = server.get("/api/events/mo-00-incident").json()["data"].take();
    assert_eq!(
        (&event["verdict"], &event["reason"], &event["likely_cause"]),
        (&"incident".into(), &"more_specific".into(), &"typo".into())
    );
    assert_eq!(event["others_say"][0]["id"], "grip-moas-1");
    assert_eq!(event["others_say"][0]["events"][0]["same_culprit"], false);
    let sentence = event["tree"]["fired"][0]["sentence"].as_str().unwrap();
    assert_eq!(event["told"]["fired"][0], format!("{sentence} (+5 points)"));
    let told = event["told"]["sentence"].as_str().unwrap();
    assert!(
        told.starts_with("AS64500 originated space of another network: 10.3.7.0/24, beside 10.3.0.0/16"),
        "{told}"
    );
    let replay = server.get("/api/events/mo-00-incident/replay").json()["data"].take();
    assert_eq!((replay["routes"].as_array().unwrap().len(), &replay["changes_more"]), (4, &4.into()));
    let judged = replay["registered"].as_array().unwrap();
    let told = |i: usize| (&judged[i]["what"], &judged[i]["skew_days"], &judged[i]["states"][0]["state"]);
    assert_eq!(told(0), (&"vrps".into(), &1.into(), &"not found".into()));
    assert_eq!(told(1), (&"vrps".into(), &0.into(), &"invalid (as)".into()));
    assert_eq!(judged[1]["states"][1]["state"], "valid", "what it does not say otherwise still stands");
    assert_eq!((judged.len(), &judged[0]["newer"], &replay["rpki_unknown"]), (2, &false.into(), &().into()));
    assert_eq!(replay["irr_unknown"], "no source of kind `irr` is configured");
    assert_eq!(replay["routes"][2]["path"], "64496 64497 64500");
    let none = server.get("/api/events/ba-00-hostile/replay").json()["data"].take();
    assert_eq!(none["routes"], serde_json::json!([]));
    assert_eq!(server.get("/api/events/nothing/replay").status, 404);
}

#[test]
fn incidents_come_as_stix() {
    let server = serve(true);
    let answer = server.get("/api/incidents.stix?kind=misorigination");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/stix+json;version=2.1"));
    let bundle: Value = answer.json();
    let names: Vec<&str> = (bundle["objects"].as_array().unwrap().iter())
        .filter(|object| object["type"] == "incident")
        .map(|object| object["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Misorigination of 10.3.7.0/24 by AS64500"]);
    assert_eq!(server.get("/api/incidents.stix?verdict=benign").status, 400);
}

#[test]
fn filters_hold_on_every_page() {
    let server = serve(true);
    let asns = |path: &str| -> Vec<u64> {
        let (rows, _) = server.walk(path);
        rows.iter().map(|row| row["asn"].as_u64().unwrap()).collect()
    };
    assert_eq!(asns("/api/networks?economy=NL&limit=1"), [64496, 64500]);
    assert_eq!(asns("/api/networks?economy=nl"), [64496, 64500]);
    assert_eq!(asns("/api/networks?economy=AQ"), [0; 0]);
    let (all, _) = server.walk("/api/networks");
    let mut seen = Vec::new();
    for grade in ["ready", "aspiring", "lagging", "no_data"] {
        let meets = |row: &&Value| row["coordination_grade"].as_str().unwrap_or("no_data") == grade;
        let wanted: Vec<u64> = all.iter().filter(meets).map(|row| row["asn"].as_u64().unwrap()).collect();
        assert!(!wanted.is_empty() || grade == "aspiring", "{grade}");
        for limit in [1, 2, 100] {
            assert_eq!(
                asns(&format!("/api/networks?coordination_grade={grade}&limit={limit}")),
                wanted,
                "{grade}"
            );
        }
        seen.extend(wanted);
    }
    seen.sort_unstable();
    assert_eq!(seen, [64496, 64497, 64498, 64499, 64500, 64501]);
    let both =
        asns("/api/networks?coordination_grade=ready&routing_information_irr_grade=aspiring&economy=DE");
    assert_eq!(both, [64497]);
}

#[test]
fn a_prefix_is_found_with_what_covers_it_and_what_is_more_specific() {
    let server = serve(true);
    let found = |query: &str| -> Vec<String> {
        let answer = server.get(&format!("/api/routes?fields=prefix,origin,relation&{query}"));
        let shown = |row: &Value| {
            format!(
                "{} {} {}",
                row["prefix"].as_str().unwrap(),
                row["origin"],
                row["relation"].as_str().unwrap()
            )
        };
        answer.rows().iter().map(shown).collect()
    };
    assert_eq!(
        found("prefix=10.3.0.0/16"),
        [
            "10.0.0.0/8 64496 covering",
            "10.0.0.0/12 null covering",
            "10.3.0.0/16 64497 exact",
            "10.3.0.0/16 64500 exact",
            "10.3.7.0/24 1 more_specific",
        ]
    );
    assert_eq!(found("prefix=2001:db8:5::/48"), ["2001:db8:5::/48 64500 exact"]);
    assert_eq!(found("prefix=192.0.2.0/24"), [""; 0]);
    assert_eq!(found("prefix=10.0.0.0%2F8&limit=1000").len(), 244);
    let by_path = |path: &str| server.get(path).json()["data"].clone();
    let by_query = by_path("/api/routes?prefix=2001:db8::/32");
    assert_eq!(by_query.as_array().unwrap().len(), 20);
    for path in ["2001:db8::-32", "2001:db8::%2F32", "2001:DB8:0::-32"] {
        assert_eq!(by_path(&format!("/api/prefixes/{path}/routes")), by_query, "{path}");
    }
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let server = serve(true);
    for asn in ["64500", "AS64500", "as64500.", "AS%2064500", "0.64500"] {
        let answer = server.get(&format!("/api/networks/{asn}"));
        assert_eq!(answer.json()["data"]["asn"], 64500, "{asn}");
    }
}

#[test]
fn csv_ndjson_and_json_hold_the_same_rows() {
    let server = serve(true);
    for list in LISTS {
        let (path, query) = list.split_once('?').unwrap();
        let query = format!("{query}limit=1000");
        let rows = server.get(&format!("{path}?{query}")).rows();
        let ndjson = server.get(&format!("{path}.ndjson?{query}"));
        assert_eq!(ndjson.header("content-type"), "application/x-ndjson");
        let lines: Vec<Value> = ndjson.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines, rows, "{list}");
        let csv = server.get(&format!("{path}.csv?{query}"));
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
        let mut records = read_csv(&csv.body).into_iter();
        let names = records.next().unwrap();
        let first = rows[0].as_object().unwrap();
        assert_eq!(names, first.keys().cloned().collect::<Vec<_>>(), "{list}");
        let records: Vec<Vec<String>> = records.collect();
        let wanted: Vec<Vec<String>> =
            rows.iter().map(|row| names.iter().map(|n| plain(&row[n])).collect()).collect();
        assert_eq!(records, wanted, "{list}");
        for (accept, body) in
            [("text/csv", &csv.body), ("application/x-ndjson;q=0.9, text/html", &ndjson.body)]
        {
            let answer = server.ask("GET", &format!("{path}?{query}"), &format!("Accept: {accept}\r\n"));
            assert_eq!(answer.body, **body, "{list} as {accept}");
            assert_eq!(answer.header("vary"), "Accept, accept-encoding");
        }
    }
    let page = server.get("/api/networks.csv?limit=2&fields=name,asn&economy=NL&limit=1");
    assert_eq!(page.status, 400, "a parameter stands there twice");
    let page = server.get("/api/networks.csv?fields=name,asn&economy=NL&limit=1");
    assert_eq!(page.body, "asn,name\r\n64496,Lantern Transit\r\n");
    let next = page.header("link").strip_prefix('<').and_then(|l| l.strip_suffix(">; rel=\"next\"")).unwrap();
    assert_eq!(server.get(next).body, "asn,name\r\n64500,Meridian Broadband\r\n");
}

/// A value as a cell shows it: a text that could be a formula behind an apostrophe.
fn plain(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    if value.is_string() && text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

/// Reads CSV as RFC 4180 has it; objects in cells are compared as JSON text.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            c => cell.push(c),
        }
    }
    records
}

#[test]
fn hostile_names_are_no_formulas() {
    let server = serve(true);
    let csv = server.get("/api/networks.csv?fields=name").body;
    let formula = world::FORMULA;
    assert!(csv.lines().any(|line| line == format!("'{formula}")), "{csv}");
    assert!(!csv.lines().any(|line| line.trim_start_matches('"').starts_with('=')), "{csv}");
    let name = server.get("/api/networks/64498?fields=name").json()["data"]["name"].clone();
    assert_eq!(name, world::HOSTILE);
}

#[test]
fn fields_keep_only_what_is_asked_for() {
    let server = serve(true);
    let answer = server.get("/api/networks?fields=economy,asn,asn&limit=1");
    assert_eq!(answer.rows(), [json!({ "asn": 64496, "economy": "NL" })]);
    let one = server.get("/api/networks/64500?fields=asn,siblings").json();
    assert_eq!(one["data"], json!({ "asn": 64500, "siblings": [64496, 64497] }));
    let next = answer.json()["links"]["next"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&next).rows(), [json!({ "asn": 64497, "economy": "DE" })]);
}

#[test]
fn links_lead_on_and_stay_what_they_are() {
    let server = serve(true);
    let body = server.get("/api/networks/64500").json();
    let links = body["links"].as_object().unwrap();
    assert!(links["self"].as_str().unwrap().contains("month=2024-05&framework=2024-01"));
    assert_eq!(links.len(), 5);
    for (relation, link) in links {
        assert_eq!(server.get(link.as_str().unwrap()).status, 200, "{relation}");
    }
    for path in ["/api/economies/NL", "/api/events/bp-03-5feceb66ffc8"] {
        for (relation, link) in server.get(path).json()["links"].as_object().unwrap() {
            assert_eq!(server.get(link.as_str().unwrap()).status, 200, "{path} {relation}");
        }
    }
}

#[test]
fn an_answer_that_is_known_costs_no_body() {
    let server = serve(true);
    let mut tags = BTreeSet::new();
    let paths =
        ["/api/months", "/api/networks", "/api/networks.csv", "/api/networks?limit=1", "/api/openapi.json"];
    for path in paths.into_iter().chain(["/api/networks?month=2024-04", "/api/networks?framework=2018-06"]) {
        let first = server.get(path);
        let tag = first.header("etag").to_owned();
        assert_eq!(first.header("cache-control"), "no-cache", "{path}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let again = server.ask("GET", path, &format!("If-None-Match: {known}\r\n"));
            assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", &*tag), "{path}");
        }
        assert_eq!(server.ask("GET", path, "If-None-Match: \"x\"\r\n").status, 200, "{path}");
        let head = server.ask("HEAD", path, "");
        assert_eq!((head.status, head.header("etag"), head.body.as_str()), (200, &*tag, ""), "{path}");
        assert!(tags.insert(tag), "{path} has the tag of another answer");
    }
}
