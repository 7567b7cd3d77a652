//! M3 of 2018, rebuilt from the daily bogon reports: `prefix ASn reason` per line.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;

use detect::BogonClass;
use flate2::read::GzDecoder;
use measure::m3_bogon_prefix::{BogonEvent, measure, of_day};
use measure::{Value, framework};
use routing::{Asn, Date, Month};

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/manrs-2018"));
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is missing", folder.display());
    eprintln!("SKIPPED: {} is missing", folder.display());
    None
}

fn read(file: &std::path::Path) -> String {
    let mut text = String::new();
    GzDecoder::new(&std::fs::read(file).unwrap()[..]).read_to_string(&mut text).unwrap();
    text
}

/// The days of which there is a report, and each network's events.
fn reports(folder: &std::path::Path) -> (BTreeSet<Date>, BTreeMap<Asn, Vec<BogonEvent>>) {
    let (mut days, mut events) = (BTreeSet::new(), BTreeMap::<Asn, Vec<BogonEvent>>::new());
    for entry in std::fs::read_dir(folder.join("cidr")).unwrap() {
        let path = entry.unwrap().path();
        let day = Date::find_in(path.file_name().unwrap().to_str().unwrap()).unwrap();
        days.insert(day);
        for line in read(&path).lines() {
            let mut columns = line.split(' ');
            let (_prefix, asn) = (columns.next().unwrap(), columns.next().unwrap());
            // The reports name unallocated space of both classes; the 2018 calculator counted any.
            events.entry(asn.parse().unwrap()).or_default().push(of_day(day, BogonClass::Administrative));
        }
    }
    (days, events)
}

#[test]
fn m3_is_rebuilt_from_the_daily_reports() {
    let Some(folder) = folder() else { return };
    let framework = framework::load("2018-06").unwrap();
    let (days, events) = reports(&folder);
    for month in ["2018-04", "2018-05"] {
        let span = month.parse::<Month>().unwrap().span();
        let (mut compared, mut non_zero) = (0, Vec::new());
        for line in read(&folder.join(format!("{month}.jsonl.gz"))).lines() {
            let published: serde_json::Value = serde_json::from_str(line).unwrap();
            let asn = Asn(published["asn"].as_u64().unwrap() as u32);
            let mut needed = published["m3_data"].as_array().unwrap().iter();
            let complete = needed.all(|event| {
                days.contains(&Date::find_in(&event["start_time"].as_str().unwrap()[..10]).unwrap())
            });
            assert!(complete, "{asn} {month}: a published day has no report");
            let given = events.get(&asn).map_or(&[][..], Vec::as_slice);
            let Ok(Value::Raw(raw)) = measure(&framework, span, Ok(given)) else { panic!("{asn} {month}") };
            assert_eq!(Some(raw.to_f64()), published["m3"].as_f64(), "{asn} {month}");
            compared += 1;
            if raw.billionths() > 0 {
                non_zero.push((asn.0, raw.to_f64()));
            }
        }
        let reports = days.iter().filter(|day| day.month().span() == span).count();
        eprintln!("{month}: {reports} reports, {compared} networks equal, non-zero {non_zero:?}");
        let expected =
            if month == "2018-04" { [(174, 2.0), (3549, 7.0)] } else { [(174, 31.0), (3549, 31.0)] };
        assert_eq!((compared, &non_zero[..]), (183, &expected[..]));
    }
}
