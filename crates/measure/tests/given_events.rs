//! Values from given events: what is odd about a line, and what becomes of it.

use measure::framework;
use measure::published::{self, GivenMonth};

fn measured(line: &str) -> Result<String, String> {
    let framework = framework::load("2018-06").unwrap();
    let given: GivenMonth = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let values = published::measure(&framework, &given).map_err(|error| error.to_string())?;
    Ok(serde_json::to_string(&values).unwrap())
}

/// m1 of May 2018 from events, as text.
fn m1(events: &str) -> Result<String, String> {
    let line = measured(&format!(r#"{{"asn": 64500, "month": "2018-05", "m1_data": [{events}]}}"#))?;
    let rest = line.split("\"m1\":").nth(1).unwrap();
    Ok(rest[..rest.find(',').unwrap()].to_owned())
}

#[test]
fn what_is_not_given_is_null_and_nothing_given_is_zero() {
    let nothing = r#"{"asn":1,"month":"2018-05","m1":null,"m1c":null,"m2":null,"m2c":null,"m3":null,"m6":null,"m7irr":null,"m8":null}"#;
    assert_eq!(measured(r#"{"asn": 1, "month": "2018-05"}"#).unwrap(), nothing);
    let nulls = r#"{"asn": 1, "month": "2018-05", "m1_data": null, "m6_data": {"has_imports": null, "has_exports": null},
        "m7irr_data": {"total_routes_num": null, "unregistered_routes": null}, "m8_data": {"has_contact_info": null}}"#;
    assert_eq!(measured(nulls).unwrap(), nothing);
    let zeros = r#"{"asn": 4294967295, "month": "2018-05", "m1_data": [], "m1c_data": [], "m2_data": [], "m2c_data": [],
        "m3_data": [], "m6_data": {"has_imports": true, "has_exports": false},
        "m7irr_data": {"total_routes_num": 8, "unregistered_routes": ["192.0.2.0/24", "198.51.100.0/24"]},
        "m8_data": {"has_contact_info": false}}"#;
    let expected = r#"{"asn":4294967295,"month":"2018-05","m1":0.0,"m1c":0.0,"m2":0.0,"m2c":0.0,"m3":0.0,"m6":false,"m7irr":0.75,"m8":false}"#;
    assert_eq!(measured(zeros).unwrap(), expected);
}

#[test]
fn odd_events_count_as_the_rules_say() {
    let event = |start: &str, end: &str| {
        format!(r#"{{"start_time": "{start}", "end_time": "{end}", "weight": 1.0}}"#)
    };
    let once = event("2018-05-02T00:00:00", "2018-05-02T10:00:00");
    assert_eq!(m1(&format!("{once}, {once}")).as_deref(), Ok("1.0"), "twice the same");
    assert_eq!(m1(&event("2018-05-02T00:00:00", "2018-05-02T00:00:00")).as_deref(), Ok("0.0"), "no duration");
    assert_eq!(m1(&event("2018-04-02T00:00:00", "2018-05-01T00:00:00")).as_deref(), Ok("0.0"), "before");
    assert_eq!(m1(&event("2018-06-01T00:00:00", "2018-06-09T00:00:00")).as_deref(), Ok("0.0"), "after");
    assert_eq!(m1(&event("2018-04-02T00:00:00", "2018-07-01T00:00:00")).as_deref(), Ok("32.0"), "around");
    for open in [r#""end_time": null, "#, ""] {
        let event = format!(r#"{{"start_time": "2018-05-31T00:00:00", {open}"weight": 1}}"#);
        assert_eq!(m1(&event).as_deref(), Ok("2.0"), "open until the month ends");
        assert_eq!(m1(&event.replace("05-31", "06-02")).as_deref(), Ok("0.0"), "open, but after the month");
    }
    assert_eq!(m1(&once.replace("1.0", "0.5")).as_deref(), Ok("0.5"));
}

#[test]
fn false_events_are_refused_by_their_field() {
    let event = |start: &str, end: &str, weight: &str| {
        let good =
            r#"{"start_time": "2018-05-02T00:00:00", "end_time": "2018-05-02T10:00:00", "weight": 1.0}, "#;
        m1(&format!(r#"{good}{{"start_time": "{start}", "end_time": "{end}", "weight": {weight}}}"#))
            .unwrap_err()
    };
    let (early, late) = ("2018-05-02T00:00:00", "2018-05-02T00:00:01");
    assert_eq!(
        event(late, early, "1.0"),
        "`m1_data[1]`: the event ends at 2018-05-02T00:00:00Z, before it starts at 2018-05-02T00:00:01Z"
    );
    assert!(
        event("yesterday", late, "1.0").starts_with("`m1_data[1].start_time`: `yesterday` is not a time")
    );
    assert!(event(early, "2018-05-32", "1.0").starts_with("`m1_data[1].end_time`"));
    for weight in ["1.5", "-1.0", "0.12345678"] {
        assert!(
            event(early, late, weight)
                .starts_with(&format!("`m1_data[1].weight` is {}", weight.trim_end_matches(".0")))
        );
    }
    assert!(measured(r#"{"asn": 1, "month": "2018-13"}"#).unwrap_err().starts_with("`month`"));
    assert!(measured(r#"{"asn": -1, "month": "2018-05"}"#).is_err());
    assert!(measured(r#"{"asn": 1, "month": "2018-05", "m7irr_data": {"total_routes_num": -4}}"#).is_err());
}
