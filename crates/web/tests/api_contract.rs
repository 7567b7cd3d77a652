//! What `/api` promises whatever is asked: problems, the document, the documentation page.

mod api_server;
#[allow(dead_code)]
mod world;

use std::collections::BTreeSet;
use std::path::Path;

use api_server::serve;
use serde_json::Value;

/// The one MRT file of the world.
const FILE: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

#[test]
fn problems_have_stable_codes_and_a_way_out() {
    let server = serve(true);
    let record =
        |digest: &str, times: usize, offset: u64| format!("/api/records/{}-{offset}", digest.repeat(times));
    let cursor = server.get("/api/networks?limit=1").json()["links"]["next"].as_str().unwrap().to_owned();
    let cursor = cursor.split("cursor=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let elsewhere = format!("/api/events?cursor={cursor}");
    let other_filter = format!("/api/networks?economy=NL&cursor={cursor}");
    let odd = format!("/api/networks?cursor={cursor}0");
    let long = format!("/api/networks?cursor={}", "0".repeat(601));
    for (path, status, code, suggestion) in [
        ("/api", 404, "unknown_path", ""),
        ("/api/", 404, "unknown_path", "/api/docs"),
        ("/api/network", 404, "unknown_path", "/api/networks"),
        ("/api/networks/", 404, "unknown_path", "/api/networks"),
        ("/api/networks/64500/nothing", 404, "unknown_path", "/api/networks/{asn}/roas"),
        ("/api/%FF%FE", 404, "unknown_path", ""),
        ("/api/networks?moth=2024-05", 400, "unknown_parameter", "month"),
        ("/api/networks?xyzzy=1", 400, "unknown_parameter", ""),
        ("/api/method?limit=1", 400, "unknown_parameter", ""),
        ("/api/networks?limit=1&limit=2", 400, "repeated_parameter", ""),
        ("/api/routes", 400, "missing_parameter", ""),
        ("/api/networks?limit=0", 400, "malformed_parameter", ""),
        ("/api/networks?limit=1001", 400, "malformed_parameter", ""),
        ("/api/networks?limit=", 400, "malformed_parameter", ""),
        ("/api/networks?month=2024-13", 400, "malformed_parameter", ""),
        ("/api/networks?economy=NLD", 400, "malformed_parameter", ""),
        ("/api/events?list=nobody", 400, "malformed_parameter", ""),
        ("/api/events?list=64500,AS-SET", 400, "malformed_parameter", ""),
        ("/api/incidents.stix?list=", 400, "malformed_parameter", ""),
        ("/api/networks?filtering_grade=redy", 400, "malformed_parameter", "ready"),
        ("/api/networks?fields=asn,nam", 400, "unknown_field", "name"),
        ("/api/networks?fields=", 400, "unknown_field", ""),
        ("/api/networks?cursor=x", 400, "malformed_cursor", ""),
        (&long, 400, "malformed_cursor", ""),
        (&odd, 404, "unknown_cursor", ""),
        (&elsewhere, 404, "unknown_cursor", ""),
        (&other_filter, 404, "unknown_cursor", ""),
        ("/api/networks?cursor=000000000000000000", 404, "unknown_cursor", ""),
        ("/api/networks/AS-SET", 400, "malformed_asn", ""),
        ("/api/networks/4294967296", 400, "asn_out_of_range", ""),
        ("/api/networks/1.65536/routes", 400, "asn_out_of_range", ""),
        ("/api/networks/%FF", 400, "malformed_parameter", ""),
        ("/api/networks/64999", 404, "unknown_network", ""),
        ("/api/networks/64999/events.csv", 404, "unknown_network", ""),
        ("/api/routes?prefix=192.0.2.1/24", 400, "prefix_host_bits", "192.0.2.0/24"),
        ("/api/prefixes/2001:db8::1-32/routes", 400, "prefix_host_bits", "2001:db8::/32"),
        ("/api/routes?prefix=192.0.2.0/33", 400, "malformed_prefix", ""),
        ("/api/routes?prefix=", 400, "malformed_prefix", ""),
        ("/api/routes?prefix=10.0.0.0/8&month=2024-04", 503, "routes_unavailable", ""),
        ("/api/networks?month=2023-01", 404, "unknown_month", ""),
        ("/api/networks?framework=1999-01", 404, "unknown_framework", ""),
        ("/api/economies/QQ", 404, "unknown_economy", ""),
        ("/api/regions/asia", 404, "unknown_region", ""),
        ("/api/regions/atlantis", 400, "malformed_parameter", ""),
        ("/api/networks?region=urope", 400, "malformed_parameter", "europe"),
        ("/api/events/nothing", 404, "unknown_event", ""),
        ("/api/events?kind=bogon_pref", 400, "malformed_parameter", "bogon_prefix"),
        ("/api/events?from=yesterday", 400, "malformed_parameter", ""),
        ("/api/events?metric=M3", 400, "unknown_parameter", ""),
        ("/api/events?ongoing=no", 400, "malformed_parameter", ""),
        ("/api/events?prefix=192.0.2.1/24", 400, "prefix_host_bits", "192.0.2.0/24"),
        ("/api/incidents?network=4294967296", 400, "asn_out_of_range", ""),
        ("/api/incidents?metric=M8", 400, "malformed_parameter", ""),
        ("/api/incidents/nothing", 404, "unknown_incident", ""),
        ("/api/records/nothing", 400, "malformed_parameter", ""),
        (&record("0", 64, 1), 404, "unknown_record", ""),
        (&record(FILE, 1, 4), 404, "unknown_record", ""),
        (&record(FILE, 1, 2), 503, "record_unavailable", ""),
        ("/api/sources/nothing/files", 404, "unknown_source", ""),
    ] {
        let answer = server.get(path);
        let body = answer.json();
        assert_eq!(
            (answer.status, body["code"].as_str().unwrap()),
            (status, code),
            "{path}: {}",
            answer.body
        );
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert_eq!(body["status"], status, "{path}");
        assert_eq!(body["suggestion"].as_str().unwrap_or_default(), suggestion, "{path}");
        assert_eq!(body["type"], format!("/api/docs#{code}"), "{path}");
        assert!(!body["title"].as_str().unwrap().is_empty() && !body["detail"].as_str().unwrap().is_empty());
    }
    let body = server.get("/api/networks?framework=1999-01").json();
    assert_eq!(body["allowed"], serde_json::json!(["2024-01", "2018-06"]));
    let refused = server.ask("GET", "/api/method", "Accept: text/csv\r\n");
    assert_eq!((refused.status, refused.json()["code"].as_str().unwrap()), (406, "not_acceptable"));
    let empty = serve(false).get("/api/months");
    assert_eq!((empty.status, empty.json()["code"].as_str().unwrap()), (503, "nothing_published"));
}

#[test]
fn the_api_is_only_read() {
    let server = serve(true);
    for path in
        ["/api/networks", "/api/networks.csv", "/api/networks/64500", "/api/openapi.json", "/api/docs"]
    {
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            let answer = server.ask(method, path, "Content-Length: 0\r\n");
            assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD"), "{method} {path}");
            assert_eq!(answer.json()["code"], "method_not_allowed");
        }
    }
    assert_eq!(server.ask("POST", "/api/nothing", "Content-Length: 0\r\n").json()["code"], "unknown_path");
}

fn document() -> Value {
    serve(true).get("/api/openapi.json").json()
}

#[test]
fn the_document_is_what_is_kept() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/openapi.json");
    let text = serve(true).get("/api/openapi.json").body;
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{} is not the document; UPDATE_DOCS=1 rewrites it", path.display());
}

/// Paths that the document lists, with the places filled by what is in the world.
fn asked(path: &str) -> String {
    let named = [
        ("{asn}", "64500"),
        ("{prefix}", "10.3.0.0-16"),
        ("{economy}", "NL"),
        ("{region}", "europe"),
        ("{id}", "bp-03-5feceb66ffc8"),
        ("{name}", "rpki"),
        ("{participant}", "network-operators:1"),
        ("{series}", "theirs-may-2024"),
        ("{record}", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08-123456789"),
    ];
    let path = path.replace("/api/incidents/{id}", "/api/incidents/M3-64500-1714694400-1000000");
    let path = named.iter().fold(path, |path, (place, value)| path.replace(place, value));
    assert!(!path.contains('{'), "{path} has a place this test does not know");
    if path.starts_with("/api/changes") || path.starts_with("/api/differences") {
        return path + "?against=2022-10";
    }
    if path.starts_with("/api/compare") {
        return path + "?subjects=AS64500%3Beconomy:NL%3Bworld@2024-04";
    }
    if path.starts_with("/api/whatif") {
        return path + "?changes=%2B%20roa%2010.3.0.0/16%20AS64501&as=64500";
    }
    if path.starts_with("/api/routes") { path + "?prefix=10.3.0.0/16" } else { path }
}

#[test]
fn router_and_document_list_the_same_routes() {
    let server = serve(true);
    let document = document();
    let paths: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    for path in &paths {
        let answer = server.get(&asked(path));
        assert_eq!(answer.status, 200, "{path} is documented and not there: {}", answer.body);
        let kind = answer.header("content-type").split(';').next().unwrap().to_owned();
        let content = &document["paths"][path]["get"]["responses"]["200"]["content"];
        assert!(content.get(&kind).is_some(), "{path} answers {kind}, documented is {content}");
    }
    // What the router has and the document lacks would be a path with a registered ending or place.
    for path in &paths {
        for other in
            [format!("{path}.csv"), format!("{path}.ndjson"), format!("{path}/x"), format!("{path}s")]
        {
            if !paths.contains(other.as_str()) && !ends_in_a_place(path, &other) {
                let answer = server.get(&asked(&other));
                assert_eq!(answer.status, 404, "{other} is there and not documented");
            }
        }
    }
}

/// Whether what was put behind a path became part of what its last place names.
fn ends_in_a_place(path: &str, other: &str) -> bool {
    let added = &other[path.len()..];
    (path.ends_with('}') && !added.starts_with('/'))
        || [
            "/api/networks/x",
            "/api/economies/x",
            "/api/regions/x",
            "/api/events/x",
            "/api/incidents/x",
            "/api/records/x",
        ]
        .contains(&other)
}

#[test]
fn every_answer_is_of_its_schema() {
    let server = serve(true);
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        let schema = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        if schema.is_null() || path.ends_with("openapi.json") {
            continue;
        }
        let body = server.get(&asked(path)).json();
        validate(&document, schema, &body, path);
    }
    let problem = server.get("/api/networks?moth=1").json();
    validate(&document, &document["components"]["schemas"]["Problem"], &problem, "a problem");
}

/// What the document uses of JSON Schema.
fn validate(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).unwrap();
        return validate(document, target, value, place);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let null = any.iter().any(|s| s["type"] == "null") && value.is_null();
        if !null {
            validate(document, &any[0], value, place);
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let number = kind == "integer" && kinds.contains(&"number");
    assert!(kinds.contains(&kind) || number, "{place}: {value} is none of {kinds:?}");
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{place}: {value} is none of {words:?}");
    }
    for item in value.as_array().into_iter().flatten() {
        validate(document, &schema["items"], item, place);
    }
    let Some(members) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        assert!(members.contains_key(name), "{place}: {name} is missing");
    }
    for (name, member) in members {
        let known = schema["properties"].get(name).unwrap_or(&schema["additionalProperties"]);
        assert!(known.is_object(), "{place}: {name} is not documented");
        validate(document, known, member, &format!("{place}.{name}"));
    }
}

#[test]
fn the_documentation_page_lists_every_question_and_tries_it() {
    let server = serve(true);
    let page = server.get("/api/docs");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(
        page.header("content-security-policy")
            .starts_with("default-src 'none'; script-src 'self'; style-src 'self'")
    );
    assert_eq!(page.body.matches("<script").count(), 1, "the one of every page, which it does not need");
    for forbidden in ["<script>", " style=", "<style", " onclick", "src=\"http", "href=\"http"] {
        assert!(!page.body.contains(forbidden), "{forbidden}");
    }
    let transferred = server.packed("/api/docs").1.len();
    assert!(transferred < 150_000 && page.body.len() < 400_000, "{transferred}, {} bytes", page.body.len());
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        if path.ends_with(".csv") || path.ends_with(".ndjson") {
            continue;
        }
        assert!(page.body.contains(&format!("<code>GET {path}</code>")), "{path}");
        let id = item["get"]["operationId"].as_str().unwrap();
        for parameter in item["get"]["parameters"].as_array().unwrap() {
            let reference = parameter["$ref"].as_str().unwrap().trim_start_matches('#');
            let name = document.pointer(reference).unwrap()["name"].as_str().unwrap();
            let label = format!("for=\"{id}-{name}\"");
            assert!(page.body.contains(&label), "{path}: {label}");
        }
    }
    for code in document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"].as_array().unwrap()
    {
        assert!(page.body.contains(&format!("id=\"{}\"", code.as_str().unwrap())), "{code}");
    }
    for (form, address) in [
        ("operation=networks&economy=NL&month=&limit=5&form=csv", "/api/networks.csv?economy=NL&limit=5"),
        ("operation=network&asn=AS+64500&fields=", "/api/networks/AS%2064500"),
        ("operation=prefix_routes&prefix=192.0.2.0/24&form=json", "/api/prefixes/192.0.2.0%2F24/routes"),
        ("operation=routes&prefix=2001:db8::/32", "/api/routes?prefix=2001%3Adb8%3A%3A%2F32"),
        ("operation=network&asn=../..//evil", "/api/networks/..%2F..%2F%2Fevil"),
    ] {
        let answer = server.get(&format!("/api/docs?{form}"));
        assert_eq!((answer.status, answer.header("location")), (303, address), "{form}");
    }
    assert_eq!(serve(false).get("/api/docs").status, 200);
}
