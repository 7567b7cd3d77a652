//! `explain`: values, inputs, dates and the items behind each, against the exports.

use crate::world::Csv;
use crate::worlds::{AUTUMN, autumn};

/// The part of an explanation that begins with a metric's code.
#[track_caller]
fn part<'t>(text: &'t str, code: &str) -> &'t str {
    let found = text.split("\n\n").find(|p| p.starts_with(&format!("{code} ")));
    found.unwrap_or_else(|| panic!("no {code} in {text}"))
}

#[track_caller]
fn explained(args: &[&str]) -> String {
    let world = &autumn().unwrap().world;
    let args = [&["explain", "--month", AUTUMN, "--all"], args].concat();
    world.run(&args).ok().text().to_owned()
}

/// The raw value is the sum of what the incidents add; each event is named with its prefix, times and path.
#[test]
fn a_network_with_incidents() {
    let Some(autumn) = autumn() else { return };
    let incidents = Csv::read(&autumn.world.export("counted", AUTUMN, "csv"));
    let events = Csv::read(&autumn.world.export("events", AUTUMN, "csv"));
    let column = |name: &str| incidents.place(name);
    for metric in ["M3", "M4", "M4C"] {
        let of_metric = incidents.rows.iter().filter(|r| &r[column("metric")] == metric);
        let incident = of_metric.max_by_key(|r| r[column("events")].len()).unwrap();
        let network = &incident[column("network")];
        let own: Vec<_> = incidents
            .rows
            .iter()
            .filter(|r| &r[column("metric")] == metric && &r[column("network")] == network)
            .collect();
        let raw: f64 = own.iter().map(|r| r[column("adds")].parse::<f64>().unwrap()).sum();
        let text = explained(&[network]);
        let part = part(&text, metric);
        let plural = if own.len() == 1 { "" } else { "s" };
        assert!(part.contains(&format!("value {raw}: {} incident{plural}", own.len())), "{part}");
        assert!(part.contains("from routes of full-feed from 2015-10-23T02:01:18Z to 2015-10-23T02:01:55Z"));
        for incident in own {
            let (start, end) = (&incident[column("start")], &incident[column("end")]);
            assert!(part.contains(&format!("incident {start} to {end}, weight ")), "{start}: {part}");
            for id in incident[column("events")].split(' ') {
                let event = events.rows.iter().find(|e| &e[0] == id).unwrap();
                let (prefix, rule) = (&event[events.place("prefix")], &event[events.place("rule")]);
                let mut lines = part.lines().skip_while(|l| !l.contains(id));
                let line = lines.next().unwrap_or_else(|| panic!("no event {id}"));
                assert!(line.contains(prefix) && lines.next().unwrap().contains(rule), "{line}");
            }
        }
        assert!(part.contains("AS3856 at 206.220.231.55: path ") && part.contains(" of file 597efd0b508c"));
    }
}

/// Every route that is not valid is listed with its state and reason; the value follows from the counts.
#[test]
fn a_network_with_invalid_routes() {
    let Some(autumn) = autumn() else { return };
    for (state, reason) in [("invalid", "as"), ("invalid", "length")] {
        let wanted = |r: &&csv::StringRecord| &r[2] == state && &r[3] == reason && !r[1].is_empty();
        let origin = autumn.routes.rows.iter().find(wanted).unwrap()[1].to_owned();
        let text = explained(&[&format!("AS{origin}")]);
        assert!(text.starts_with(&format!("AS{origin} — ")), "{text}");
        let part = part(&text, "M7RPKI");
        assert!(part.contains("VRPs of 2016-02-01 (93 days after the month)"), "{part}");
        let own: Vec<_> = autumn.routes.rows.iter().filter(|r| r[1] == origin).collect();
        for route in &own {
            let length: u8 = route[0].rsplit('/').next().unwrap().parse().unwrap();
            let line = part.lines().find(|l| l.trim_start().starts_with(&format!("{} ", &route[0])));
            match line {
                Some(line) if route[3].is_empty() => assert!(line.contains(&route[2]), "{line}"),
                Some(line) => assert!(line.contains(&format!("{} ({})", &route[2], &route[3])), "{line}"),
                None => assert!(&route[2] == "valid" || !(8..=24).contains(&length), "{route:?}: {part}"),
            }
        }
        let counted: Vec<_> = own
            .iter()
            .filter(|r| (8..=24).contains(&r[0].rsplit('/').next().unwrap().parse::<u8>().unwrap()))
            .collect();
        let share = |s: &str| counted.iter().filter(|r| &r[2] == s).count() as f64 / counted.len() as f64;
        let value = (share("valid") - 10.0 * share("invalid")).max(0.0);
        let told = part.split("value ").nth(1).unwrap().split(':').next().unwrap();
        assert!((told.parse::<f64>().unwrap() - value).abs() < 1e-12, "{value}: {part}");
    }
}

/// An incident, its first event and the page's API tell the same tree in the same sentences.
#[test]
fn an_incident_and_its_events() {
    let Some(autumn) = autumn() else { return };
    let counted = Csv::read(&autumn.world.export("counted", AUTUMN, "csv"));
    let lines = String::from_utf8(autumn.world.export("incidents", AUTUMN, "ndjson")).unwrap();
    let line: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    // One whose events are all told one by one.
    let few = |r: &&csv::StringRecord| {
        &r[counted.place("metric")] == "M3"
            && (2..20).contains(&r[counted.place("events")].split(' ').count())
    };
    let incident = counted.rows.iter().find(few).unwrap();
    let events = &incident[counted.place("events")];
    let of_incident = explained(&[&incident[0]]);
    assert!(of_incident.starts_with(&format!("Incident {}: M3 of AS", &incident[0])), "{of_incident}");
    for id in events.split(' ') {
        let alone = explained(&[id]);
        let told = alone.split(&format!("Event {id}\n")).nth(1).unwrap().split("\n\n").next().unwrap();
        assert!(of_incident.contains(told), "{told} is not in {of_incident}");
        assert!(
            told.contains("Incident because of bogon (bogon): ") && told.contains("Rules that fired"),
            "{told}"
        );
    }
    let story = explained(&[line["id"].as_str().unwrap()]);
    let prefixes = line["prefixes"].as_array().unwrap();
    for prefix in prefixes.iter().take(20) {
        assert!(story.contains(prefix.as_str().unwrap()), "{prefix}: {story}");
    }
    let names: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
    let stable = "id kind verdict reason likely_cause culprit accomplices victims prefixes start end peers collectors confidence";
    assert_eq!(names.join(" "), stable);
    let bundle: serde_json::Value =
        serde_json::from_slice(&autumn.world.export("incidents", AUTUMN, "stix")).unwrap();
    let told =
        bundle["objects"].as_array().unwrap().iter().filter(|object| object["type"] == "incident").count();
    let incidents = lines.lines().filter(|line| line.contains("\"verdict\":\"incident\"")).count();
    assert_eq!(told, incidents);
}

#[test]
fn a_network_that_is_not_there() {
    let Some(autumn) = autumn() else { return };
    let explain = |args: &[&str]| autumn.world.run(&[&["explain"], args].concat());
    let ran = explain(&["4000000000", "--month", AUTUMN]);
    assert_eq!((ran.code, ran.text()), (Some(1), ""));
    assert!(
        ran.err.contains("AS4000000000 is not among the ") && ran.err.contains("no delegation file"),
        "{}",
        ran.err
    );
    let ran = explain(&["ASx", "--month", AUTUMN]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("write AS64500, 64500 or 1.10"), "{}", ran.err);
    let ran = explain(&["nothing", "--month", AUTUMN]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("no network, incident or event `nothing`"), "{}", ran.err);
    let ran = explain(&["AS1", "--month", "2015-11"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("run `observatory month 2015-11`"), "{}", ran.err);
    let ran = explain(&["AS1", "--month", AUTUMN, "--framework", "2031-01"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("`2031-01`") && ran.err.contains("2024-01"), "{}", ran.err);
}
