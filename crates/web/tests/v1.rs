//! `/v1` of a made-up world: the original's shapes, forms, keys, problems.

mod api_server;
#[allow(dead_code)]
mod world;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use api_server::{Answer, Server, serve, serve_more};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::{ParticipantRow, Publication};
use web::Keys;
use world::{FORMULA, participants::participant};

const CONFORMANCE: [(&str, &str); 4] =
    [("net-ops", "netops-half"), ("ixps", "ixp"), ("cdns", "cdn"), ("vendors", "vendors")];

/// The world's last month again, a month later, with participants of every programme.
fn june() -> Publication<'static> {
    let flags = |keys: &[(&'static str, &'static str)]| keys.to_vec();
    let cloud = flags(&[
        ("filtering", "conformant"),
        ("filtering_rov", "non-conformant"),
        ("filtering_as_set", "conformant"),
        ("anti_spoofing", "conformant"),
        ("coordination", "conformant"),
        ("routing_information_irr", "conformant"),
        ("routing_information_rpki", "non-conformant"),
        ("adoption", "conformant"),
        ("tools", "pending"),
    ]);
    let vendor =
        flags(&[("solution_filtering", "implemented"), ("training", "planned"), ("lab", "not implemented")]);
    let mut june = world::publication("2024-06", "generation-of-2024-05");
    june.participants = world::participants::rows();
    june.participants.push(participant("cdns-and-clouds", "7", "Cumulus", &[64496], &cloud));
    june.participants.push(participant("equipment-vendors", "8", "Routers & Sons", &[], &vendor));
    june.participants.push(ParticipantRow {
        id: "Named only".to_owned(),
        ..participant("equipment-vendors", "9", "Named only", &[], &[])
    });
    june
}

fn june_served() -> Server {
    serve_more(true, vec![june()], Keys::default())
}

fn document(server: &Server) -> Value {
    server.get("/v1/openapi.json").json()
}

/// The schema of what a path answers as JSON.
fn schema<'a>(document: &'a Value, path: &str) -> &'a Value {
    &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
}

/// What of a value is not as a schema has it.
fn wrong(schema: &Value, value: &Value, place: &str) -> Vec<String> {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = &schema["type"];
    let allowed: Vec<&str> = match types {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let mut out = Vec::new();
    let fits = allowed.contains(&kind) || kind == "integer" && allowed.contains(&"number");
    if !fits {
        out.push(format!("{place}: {kind}, not {types}"));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        out.push(format!("{place}: {value} is none of {}", schema["enum"]));
    }
    for (i, element) in value.as_array().into_iter().flatten().enumerate() {
        out.extend(wrong(&schema["items"], element, &format!("{place}[{i}]")));
    }
    if let (Some(members), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        for (name, member) in members {
            match known.get(name) {
                Some(schema) => out.extend(wrong(schema, member, &format!("{place}.{name}"))),
                None => out.push(format!("{place}.{name}: no such member")),
            }
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !members.contains_key(name) {
                out.push(format!("{place}.{name}: missing"));
            }
        }
    }
    out
}

/// Every place of a value, or every one a schema has; elements of lists stand at one place.
fn places(value: &Value, of_schema: bool, place: &str, out: &mut BTreeSet<String>) {
    out.insert(place.to_owned());
    let members = if of_schema { value["properties"].as_object() } else { value.as_object() };
    for (name, member) in members.into_iter().flatten() {
        places(member, of_schema, &format!("{place}.{name}"), out);
    }
    let elements = value.as_array().map_or(&[][..], Vec::as_slice);
    let elements = if of_schema {
        value.get("items").into_iter().collect()
    } else {
        elements.iter().collect::<Vec<_>>()
    };
    for element in elements {
        places(element, of_schema, &format!("{place}[]"), out);
    }
}

/// What the original answered in October 2023.
fn original(name: &str) -> Option<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/manrs-2023");
    let path = PathBuf::from(folder).join(format!("{name}.json"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        assert!(std::env::var("CI").is_err(), "{} is missing", path.display());
        eprintln!("SKIPPED: {} is missing", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// The original's answers are of our schemas, and our schemas have no place that its answers lack: names, types,
/// words and nesting are the same. What we answer is of our schemas too ([`every_answer_is_of_its_schema`]).
#[test]
fn shapes_are_the_originals() {
    let server = serve(true);
    let document = document(&server);
    for (path, file) in CONFORMANCE {
        let Some(original) = original(file) else { return };
        let schema = schema(&document, &format!("/v1/conformance/{path}"));
        assert_eq!(wrong(schema, &original, ""), [""; 0], "{path}");
        let (mut ours, mut theirs) = (BTreeSet::new(), BTreeSet::new());
        places(schema, true, "", &mut ours);
        places(&original, false, "", &mut theirs);
        assert_eq!(ours, theirs, "{path}");
    }
}

#[test]
fn every_answer_is_of_its_schema() {
    let server = june_served();
    let document = document(&server);
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 9 + 6);
    let mut asked = 0;
    for path in paths.keys().filter(|path| !path.ends_with(".csv")) {
        let at = path.replace("{asn}", "64500").replace("{country}", "NL");
        for month in ["", "?month=202405", "?month=2024-04"] {
            let answer = server.get(&format!("{at}{month}"));
            if month.ends_with(['4', '5']) && (path.ends_with("cdns") || path.ends_with("vendors")) {
                assert_eq!(answer.json()["code"], "unknown_participants", "{at}{month}");
                continue;
            }
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (200, "application/json"),
                "{at}{month}"
            );
            assert_eq!(wrong(schema(&document, path), &answer.json(), ""), [""; 0], "{at}{month}");
            let wanted = match month {
                "" => "202406",
                "?month=202405" => "202405",
                _ => "202404",
            };
            assert_eq!(answer.header("content-location"), format!("{at}?month={wanted}"));
            assert_eq!(answer.header("link"), "</method/framework/2024-01>; rel=\"describedby\"");
            asked += 1;
        }
    }
    assert_eq!(asked, 23);
    // Nothing of the world is left out: the members of every programme stand there.
    for (path, count) in [("net-ops", 43), ("ixps", 1), ("cdns", 1), ("vendors", 2)] {
        let answer = server.get(&format!("/v1/conformance/{path}")).json();
        assert_eq!(answer["participants"].as_array().unwrap().len(), count, "{path}");
    }
}

fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1").join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{} is not what is answered; UPDATE_DOCS=1 rewrites it:\n{text}", path.display());
}

/// An answer without all but the first elements of its lists.
fn begin(answer: &Answer) -> String {
    let mut body = answer.json();
    for list in body.as_object_mut().unwrap().values_mut().filter_map(Value::as_array_mut) {
        list.truncate(3);
    }
    format!("{body:#}\n")
}

#[test]
fn bodies_are_what_is_kept() {
    let server = june_served();
    for (name, path) in [
        ("net-ops.json", "/v1/conformance/net-ops"),
        ("ixps.json", "/v1/conformance/ixps"),
        ("cdns.json", "/v1/conformance/cdns"),
        ("vendors.json", "/v1/conformance/vendors"),
        ("asns.json", "/v1/asns"),
        ("asns-info.json", "/v1/asns/info"),
        ("asn-info.json", "/v1/asns/info/AS64500"),
        ("roas-asn.json", "/v1/roas/asn/64500"),
        ("roas-country.json", "/v1/roas/country/nl"),
    ] {
        let answer = server.get(&format!("{path}?month=202406"));
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        golden(name, &begin(&answer));
    }
    golden("openapi.json", &server.get("/v1/openapi.json").body);
}

#[test]
fn unknown_is_null_and_never_zero() {
    let mut blind = world::publication("2024-06", "generation-of-2024-05");
    blind.participants.clear();
    blind.networks.iter_mut().for_each(|network| network.rpki = None);
    let server = serve_more(true, vec![blind], Keys::default());
    let country = server.get("/v1/roas/country/NL").json();
    for counts in [&country["ipv4"], &country["asns"][0]["ipv6"]] {
        assert!(counts["routes"].is_u64());
        assert!(["valid", "invalid", "not_found"].iter().all(|state| counts[*state].is_null()), "{counts}");
    }
    assert!(server.get("/v1/asns/info/64500").json()["manrs"].is_null());
    for path in ["/v1/asns", "/v1/conformance/net-ops"] {
        let answer = server.get(path);
        let code = answer.json()["code"].clone();
        assert_eq!((answer.status, code.as_str()), (404, Some("unknown_participants")), "{path}");
    }
    let known = server.get("/v1/asns/info/64500?month=202405").json();
    assert_eq!(known["manrs"], true);
}

/// All networks come from columns; each alone, and all of a publication whose columns have no status, from their rows.
#[test]
fn all_networks_are_told_as_each_of_them_is() {
    let info = |server: &Server| server.get("/v1/asns/info").json()["asns"].as_array().unwrap().clone();
    let server = june_served();
    let all = info(&server);
    for member in ["name", "rir_status"] {
        let has = |is_null: bool| all.iter().any(|one| one[member].is_null() == is_null);
        assert!(has(true) && has(false), "{member}: {all:?}");
    }
    for one in &all {
        assert_eq!(&server.get(&format!("/v1/asns/info/{}", one["number"])).json(), one);
    }
    let older = june_served();
    let url = format!("sqlite:{}", older.folder().join("store.sqlite").display());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        let without =
            "UPDATE directory SET doc = json_remove(doc, '$.statuses') WHERE doc LIKE '%\"statuses\"%'";
        assert!(sqlx::query(without).execute(&pool).await.unwrap().rows_affected() > 0);
        pool.close().await;
    });
    assert_eq!(info(&older), all);
}

/// The states of a network's routes add up, and to what the country says of it.
#[test]
fn counts_of_roas_add_up() {
    let server = serve(true);
    let of_network = server.get("/v1/roas/asn/64500").json();
    let routes = of_network["routes"].as_array().unwrap();
    for (family, sign) in [("ipv4", '.'), ("ipv6", ':')] {
        let own: Vec<&Value> =
            routes.iter().filter(|route| route["prefix"].as_str().unwrap().contains(sign)).collect();
        assert_eq!(of_network[family]["routes"], own.len());
        for (member, status) in [("valid", "valid"), ("invalid", "invalid"), ("not_found", "not-found")] {
            let count = own.iter().filter(|route| route["status"] == status).count();
            assert_eq!(of_network[family][member], count, "{family} {member}");
        }
    }
    let reasons = routes.iter().filter(|route| !route["reason"].is_null());
    assert!(reasons.clone().all(|route| route["status"] == "invalid") && reasons.count() == 21);
}

#[test]
fn tables_come_by_ending_parameter_and_accept_and_hold_no_formula() {
    let server = june_served();
    let by_ending = server.get("/v1/conformance/net-ops.csv");
    assert_eq!(by_ending.header("content-type"), "text/csv; charset=utf-8; header=present");
    let disposition = by_ending.header("content-disposition");
    assert_eq!(disposition, "attachment; filename=\"v1-net_ops-202406.csv\"");
    assert_eq!(by_ending.body, server.get("/v1/conformance/net-ops?format=csv").body);
    let accepted = server.ask("GET", "/v1/conformance/net-ops", "Accept: text/csv\r\n");
    assert_eq!(
        (by_ending.body.as_str(), accepted.header("vary")),
        (accepted.body.as_str(), "Accept, accept-encoding")
    );
    let lines: Vec<&str> = by_ending.body.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "id,name,areas_served,ASNs,member_since,filtering.conformance,anti_spoofing.conformance,\
         anti_spoofing.score.value,anti_spoofing.score.severity,coordination.conformance,coordination.score.value,\
         coordination.score.severity,routing_information.conformance,routing_information.score_irr.value,\
         routing_information.score_irr.severity,routing_information.score_rpki.value,\
         routing_information.score_rpki.severity"
    );
    assert_eq!(lines.len(), 43 + 2);
    let formula = lines.iter().find(|line| line.contains(FORMULA)).unwrap();
    assert!(formula.starts_with("3,'=cmd(),NL,,,"), "{formula}");
    let meridian = lines.iter().find(|line| line.contains("Meridian")).unwrap();
    assert_eq!(
        *meridian,
        "1,Meridian Group,NL,64500 64496,2020-01-01,conformant,non-conformant,,,conformant,0.8999999,aspiring,,0,aspiring,,"
    );
    for (path, begin) in [
        (
            "/v1/conformance/cdns.csv",
            "id,name,ASNs,member_since,filtering.status,filtering.ROV,filtering.AS-SET,",
        ),
        ("/v1/asns.csv", "asn\r\n64496\r\n64498\r\n64500\r\n"),
        ("/v1/asns/info.csv", "number,name,status,manrs,rir_status\r\n64496,"),
        ("/v1/asns/info/64500.csv", "number,name,status,manrs,rir_status\r\n64500,"),
        ("/v1/roas/asn/AS64500.csv", "prefix,status,reason,vrps\r\n10.0.0.0/16,invalid,as,"),
        (
            "/v1/roas/country/NL.csv",
            "asn,name,ipv4.routes,ipv4.valid,ipv4.invalid,ipv4.not_found,ipv6.routes,",
        ),
    ] {
        let answer = server.get(path);
        assert!(answer.status == 200 && answer.body.starts_with(begin), "{path}: {}", answer.body);
    }
}

#[test]
fn answers_have_tags() {
    let server = serve(true);
    let first = server.get("/v1/asns");
    let again = server.ask("GET", "/v1/asns", &format!("If-None-Match: {}\r\n", first.header("etag")));
    assert_eq!((again.status, again.body.as_str()), (304, ""));
}

#[test]
fn problems_are_told() {
    let server = serve(true);
    for (path, status, code) in [
        ("/v1/conformance/net-ops?month=2024", 400, "malformed_parameter"),
        ("/v1/conformance/net-ops?month=202413", 400, "malformed_parameter"),
        ("/v1/conformance/net-ops?month=%F0%9F%92%A9ab", 400, "malformed_parameter"),
        ("/v1/conformance/net-ops?month=201001", 404, "unknown_month"),
        ("/v1/conformance/net-ops?moth=202405", 400, "unknown_parameter"),
        ("/v1/conformance/net-ops?month=202405&month=202405", 400, "repeated_parameter"),
        ("/v1/conformance/net-ops?format=xml", 400, "malformed_parameter"),
        ("/v1/conformance/netops", 404, "unknown_path"),
        ("/v1", 404, "unknown_path"),
        ("/v1/asns/info/x", 400, "malformed_asn"),
        ("/v1/asns/info/4294967296", 400, "asn_out_of_range"),
        ("/v1/asns/info/65551", 404, "unknown_network"),
        ("/v1/asns/info/%FF", 400, "malformed_parameter"),
        ("/v1/roas/asn/1", 404, "unknown_network"),
        ("/v1/roas/country/NLD", 400, "malformed_parameter"),
        ("/v1/roas/country/QQ", 404, "unknown_economy"),
    ] {
        let answer = server.get(path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, "application/problem+json"),
            "{path}"
        );
        assert_eq!(answer.json()["code"], code, "{path}");
    }
    assert_eq!(server.get("/v1/conformance/netops").json()["suggestion"], "/v1/conformance/net-ops");
    assert_eq!(server.get("/v1/asns?moth=1").json()["suggestion"], "month");
    assert_eq!(server.ask("GET", "/v1/asns", "Accept: text/html\r\n").status, 406);
    let posted = server.ask("POST", "/v1/asns", "");
    assert_eq!((posted.status, posted.header("allow")), (405, "GET, HEAD"));
    assert_eq!(serve(false).get("/v1/asns").json()["code"], "nothing_published");
}

#[test]
fn with_keys_configured_only_they_open_it() {
    let keys = Keys::of([Sha256::digest(b"obs_first").into(), Sha256::digest(b"obs_second").into()]);
    let server = serve_more(true, Vec::new(), keys);
    let ask = |path: &str, headers: &str| server.ask("GET", path, headers);
    for path in ["/v1/asns", "/v1/conformance/net-ops.csv", "/v1/roas/asn/64500", "/v1/nowhere", "/v1"] {
        let missing = ask(path, "");
        assert_eq!(
            (missing.status, missing.header("content-type")),
            (401, "application/problem+json"),
            "{path}"
        );
        assert_eq!(missing.header("www-authenticate"), "Bearer realm=\"observatory\"");
        assert_eq!(missing.json()["code"], "key_missing");
        let wrong = ask(path, "Authorization: Bearer obs_third\r\n");
        assert_eq!((wrong.status, wrong.json()["code"].as_str()), (401, Some("key_wrong")), "{path}");
        assert_eq!(wrong.header("www-authenticate"), "Bearer realm=\"observatory\", error=\"invalid_token\"");
        assert!(!wrong.body.contains("obs_third"));
    }
    for key in ["obs_first", "obs_second"] {
        assert_eq!(ask("/v1/asns", &format!("Authorization: Bearer {key}\r\n")).status, 200, "{key}");
    }
    // The document needs no key and says that the rest does; nothing else is behind a key.
    let document = ask("/v1/openapi.json", "").json();
    assert_eq!(document["security"], serde_json::json!([{ "key": [] }]));
    assert!(document["paths"]["/v1/asns"]["get"]["responses"]["401"].is_object());
    assert_eq!(ask("/api/months", "").status, 200);
    assert_eq!(serve(true).get("/v1/openapi.json").json()["security"], serde_json::json!([]));
}
