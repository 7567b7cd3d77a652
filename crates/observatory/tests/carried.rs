//! What is open when a month ends goes on in the next: it counts there from the first second on, says since when, and what
//! the table of the month's beginning shows of it is nobody's right to the space.

mod taking;

use std::path::Path;

use serde_json::Value;
use taking::{HOLDER, TAKEN, TAKER, events, observatory, table, turn};

/// A taking that begins in April and ends in May, when the holder announces its space again.
fn world(folder: &Path) {
    table(folder, "2024-04-01T00:00:00Z", HOLDER);
    turn(folder, "2024-04-29T12:00:00Z", TAKER);
    table(folder, "2024-05-01T00:00:00Z", TAKER);
    turn(folder, "2024-05-03T10:00:00Z", HOLDER);
    turn(folder, "2024-05-04T10:00:00Z", TAKER);
    turn(folder, "2024-05-04T11:00:00Z", HOLDER);
    table(folder, "2024-06-01T00:00:00Z", HOLDER);
    std::fs::write(
        folder.join("vrps-2024-03-31.csv"),
        format!("ASN,IP Prefix,Max Length,Trust Anchor\nAS{HOLDER},{TAKEN},24,ripe\n"),
    )
    .unwrap();
    std::fs::write(
        folder.join("observatory.toml"),
        "data = \"data\"\ngap_seconds_max = 2678400\nreference_skew_days_max = 90\n\
         [[source]]\nkind = \"mrt\"\npath = \"routes/*\"\ncollector = \"rc\"\n\
         [[source]]\nkind = \"vrps\"\npath = \"vrps-*.csv\"\ndate = 2024-03-31\n",
    )
    .unwrap();
}

#[test]
fn what_is_open_goes_on_in_the_next_month() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    world(folder);
    for month in ["2024-04", "2024-05", "2024-06"] {
        observatory(folder, &["month", month]);
    }
    let april = events(folder, "2024-04");
    assert_eq!(april.len(), 1, "{april:?}");
    assert_eq!(april[0]["kind"], "misorigination");
    assert_eq!(april[0]["start"], "2024-04-29T12:00:00Z");
    assert_eq!(april[0]["ongoing"], true);
    let may = events(folder, "2024-05");
    let times: Vec<(&str, &str)> =
        may.iter().map(|e| (e["start"].as_str().unwrap(), e["end"].as_str().unwrap())).collect();
    assert_eq!(
        times,
        [("2024-05-01T00:00:00Z", "2024-05-03T10:00:00Z"), ("2024-05-04T10:00:00Z", "2024-05-04T11:00:00Z"),],
        "the rest of it, and its return: {may:?}"
    );
    for event in &may {
        assert_eq!((&event["culprit"], &event["verdict"]), (&Value::from(TAKER), &Value::from("incident")));
    }
    let told = observatory(folder, &["explain", may[0]["id"].as_str().unwrap(), "--month", "2024-05"]);
    let began =
        format!("It began at 2024-04-29T12:00:00Z, as event {} of 2024-04", april[0]["id"].as_str().unwrap());
    assert!(told.contains(&began), "{told}");
    assert_eq!(events(folder, "2024-06"), Vec::<Value>::new(), "over is over");
}

#[test]
fn without_the_month_before_nothing_is_known_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    world(folder);
    observatory(folder, &["month", "2024-05"]);
    let told = events(folder, "2024-05");
    let is_blamed = |e: &&Value| e["verdict"] == "incident" && e["culprit"] == HOLDER;
    assert!(told.iter().find(is_blamed).is_none(), "who takes back its own is no culprit: {told:?}");
}

#[test]
fn what_registrations_dismiss_goes_on_too_and_its_origin_is_known_by_then() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    world(folder);
    let vrps = format!("ASN,IP Prefix,Max Length,Trust Anchor\nAS{TAKER},{TAKEN},24,ripe\n");
    std::fs::write(folder.join("vrps-2024-03-31.csv"), vrps).unwrap();
    let config = std::fs::read_to_string(folder.join("observatory.toml")).unwrap();
    let config = format!("frameworks = [\"2024-01\", \"2022-10\"]\n{config}");
    std::fs::write(folder.join("observatory.toml"), config).unwrap();
    for month in ["2024-04", "2024-05"] {
        observatory(folder, &["month", month]);
    }
    let april = events(folder, "2024-04");
    assert_eq!((&april[0]["verdict"], &april[0]["reason"]), (&"benign".into(), &"rpki_valid".into()));
    let may = events(folder, "2024-05");
    let own: Vec<&Value> = may.iter().filter(|event| event["culprit"] == TAKER).collect();
    assert_eq!(own.len(), 2, "the rest of it, and its return: {may:?}");
    assert_eq!((&own[0]["verdict"], &own[0]["start"]), (&"benign".into(), &"2024-05-01T00:00:00Z".into()));
    assert_eq!(own[0]["end"], "2024-05-03T10:00:00Z");
    // Forbidden by the VRP, the other one takes space of which the authorised one is the incumbent.
    let other = may.iter().find(|event| event["culprit"] == HOLDER).expect("the holder of old");
    assert_eq!((&other["verdict"], &other["victims"]), (&"incident".into(), &TAKER.to_string().into()));
    let m2 = |framework: &str| {
        let asn = format!("AS{TAKER}");
        let told = observatory(folder, &["explain", &asn, "--month", "2024-05", "--framework", framework]);
        let (_, from) = told.split_once("\nM2 ").unwrap();
        from.lines().nth(1).unwrap().trim().to_owned()
    };
    assert!(m2("2024-01").starts_with("value 0:"), "{}", m2("2024-01"));
    assert!(m2("2022-10").starts_with("value 4:"), "2 days and 10 hours, an hour: {}", m2("2022-10"));
}
