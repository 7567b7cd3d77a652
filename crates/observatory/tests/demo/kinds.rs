//! Something of every kind and grade; nobody real; the same each time, and soon.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::computed::{Computed, FRAMEWORK, build, demo, read};

/// Words of all months; `all` says what there has to be among them.
#[track_caller]
fn assert_each<'w>(found: impl Iterator<Item = String>, all: impl IntoIterator<Item = &'w str>) {
    let found: BTreeSet<String> = found.collect();
    let missing: Vec<&str> = all.into_iter().filter(|wanted| !found.contains(*wanted)).collect();
    assert!(missing.is_empty(), "there is no {missing:?} among {found:?}");
}

fn every<T, I: IntoIterator<Item = T>>(of: impl Fn(&'static Computed) -> I) -> impl Iterator<Item = T> {
    demo().iter().flat_map(of)
}

/// Wherever there are tables filtering is measured; M5 and M8 of a single network have no *aspiring*.
#[test]
fn every_score_has_every_grade() {
    let grades = every(|month| {
        let rows = month.readiness.iter().filter(|((framework, _), _)| framework == FRAMEWORK);
        rows.flat_map(|(_, row)| &row.scores)
            .map(|score| format!("{} {}", score.key, score.grade.as_deref().unwrap_or("no data")))
    });
    let wanted = "filtering ready, filtering aspiring, filtering lagging, anti_spoofing ready, anti_spoofing lagging, anti_spoofing no data, \
                  coordination ready, coordination lagging, coordination no data, \
                  routing_information_irr ready, routing_information_irr aspiring, routing_information_irr lagging, \
                  routing_information_irr no data, routing_information_rpki ready, routing_information_rpki aspiring, \
                  routing_information_rpki lagging, routing_information_rpki no data";
    assert_each(grades, wanted.split(", "));
}

#[test]
fn every_reason_to_have_no_data() {
    let reasons = every(|month| {
        let metrics = month.readiness.values().flat_map(|row| &row.metrics);
        let unknown = metrics.filter_map(|m| Some((&m.metric, m.unknown.as_ref()?)));
        unknown.map(|(metric, why)| format!("{metric}: {}", why.split(':').next().unwrap()))
    });
    let wanted = [
        "M5: no public Spoofer test in the month",
        "M5: no public Spoofer test in the month that can say",
        "M6: the aut-num objects of its registry are not loaded",
        "M7IRR: no routes announced",
        "M7RPKI: no routes announced",
        "M8: PeeringDB names no contact, and the aut-num objects of its registry are not loaded",
        "M8: its registry names no contact, and PeeringDB is not loaded whole",
        "M8: neither the aut-num objects of its registry nor the whole of PeeringDB are loaded",
    ];
    assert_each(reasons, wanted);
}

#[test]
fn every_kind_of_event() {
    let kinds = every(|month| month.events.iter().map(|e| format!("{} {}", e.kind, e.class)));
    assert_each(
        kinds,
        ["bogon_prefix full", "bogon_prefix administrative", "bogon_asn full", "bogon_asn administrative"],
    );
    let distances =
        every(|month| month.events.iter().flat_map(|e| &e.accomplices).map(|(_, d)| d.to_string()));
    assert_each(distances, ["1", "2", "3", "4"]);
    let marks = every(|month| {
        month.events.iter().flat_map(|e| {
            let class = match e.end - e.start {
                0 => "no time",
                1..1800 => "below half an hour",
                1800..86_400 => "below a day",
                86_400..2_592_000 => "days",
                _ => "the whole month",
            };
            let marks =
                [(e.ongoing, "ongoing"), (e.estimated, "estimated"), (e.prefix.contains(':'), "IPv6")];
            let marks = marks.into_iter().filter_map(|(is, word)| is.then_some(word));
            marks.chain([class]).map(str::to_owned).collect::<Vec<_>>()
        })
    });
    let wanted = "no time, below half an hour, below a day, days, the whole month, ongoing, estimated, IPv6";
    assert_each(marks, wanted.split(", "));
    let merged = every(|month| month.incidents.iter().map(|i| i.events.len()));
    assert!(merged.max() > Some(1), "no incident of several events");
    let both = |month: &Computed, of: u32| month.events.iter().any(|e| e.culprit == Some(of));
    assert!(both(&demo()[1], 64_532) && both(&demo()[2], 64_532), "nothing spans the turn of a month");
    let ends = every(|month| month.events.iter().flat_map(|e| &e.sightings).map(|s| s.end_because.clone()));
    assert_each(ends, ["withdrawn", "data end", "session went down", "as long as a table stands for"]);
}

/// Delegations and connections, each of before the month; organisations are too old or too new.
#[test]
fn what_registries_say_of_both_ends_of_an_unseen_link() {
    let may = &demo()[2];
    let forged = may.events.iter().find(|e| e.kind == "forged_origin").expect("a borrowed name");
    let inputs = forged.tree["inputs"].as_array().unwrap();
    let of = |what: &str| {
        let input = inputs.iter().find(|input| input["what"] == what).unwrap_or_else(|| panic!("{inputs:?}"));
        input["as_of"].as_str().map(|as_of| as_of[..10].to_owned()).unwrap()
    };
    assert_eq!([of("delegations"), of("exchange_points")], ["2024-05-01", "2024-04-30"]);
    assert!(inputs.iter().all(|input| input["what"] != "organisations"), "{inputs:?}");
    let files = may.sources.iter().flat_map(|source| &source.files);
    assert!(files.clone().any(|file| file.name.contains("netixlan") && file.used), "said to be used");
}

/// Relationships are a source of links as well, and yet one file: nothing is named twice, and what is named says of
/// when it is, or that there is none.
#[test]
fn a_verdict_names_each_of_its_inputs_once_with_its_date() {
    for event in demo().iter().flat_map(|month| &month.events) {
        let inputs = event.tree["inputs"].as_array().unwrap();
        let mut moments: BTreeSet<(&str, &str)> = BTreeSet::new();
        for input in inputs {
            let (what, label) = (input["what"].as_str().unwrap(), input["label"].as_str().unwrap());
            assert!(what == "relationships" || !label.contains("relationships"), "{}: {label}", event.id);
            let Some(as_of) = input["as_of"].as_str() else {
                let own = ["bogons", "records"].contains(&what) || label.contains("first tables");
                assert!(own || label.starts_with("no "), "{}: {label} is of no date", event.id);
                continue;
            };
            assert!(moments.insert((what, as_of)), "{}: {what} as of {as_of} twice", event.id);
        }
    }
}

/// What one table of *south* showed is over or not: nobody knows. It is not said to go on.
#[test]
fn what_one_table_shows_has_no_known_end() {
    let may = &demo()[2];
    let lone: Vec<_> = may.events.iter().filter(|event| event.culprit == Some(64_540)).collect();
    let [lone] = lone[..] else { panic!("{lone:?}") };
    assert_eq!((lone.ongoing, lone.end_unknown.as_deref()), (false, Some("lone_table")));
    // Others passed on more than this, some of it to the end.
    let incidents = || may.incidents.iter().filter(|incident| incident.events == [lone.id.clone()]);
    assert!(incidents().count() > 1, "it counts for whoever passed it on, too");
    for incident in incidents() {
        assert_eq!(
            (incident.ongoing, incident.end_unknown.as_deref()),
            (false, Some("lone_table")),
            "{}",
            incident.id
        );
    }
    let goes_on = may.events.iter().filter(|event| event.ongoing);
    assert!(goes_on.clone().count() > 0 && goes_on.clone().all(|event| event.end_unknown.is_none()));
}

#[test]
fn every_state_of_a_route() {
    let states = every(|month| {
        let rpki = &month.head.summary["rpki"];
        let irr = &month.head.summary["irr"];
        let counted = |of: &serde_json::Value, word: &str| of[word].as_u64().unwrap() > 0;
        let rpki =
            ["valid", "invalid", "not_found"].into_iter().filter(|w| counted(rpki, w)).collect::<Vec<_>>();
        let irr = ["exact", "covered", "wrong_origin", "none"].into_iter().filter(|w| counted(irr, w));
        rpki.into_iter().chain(irr).map(str::to_owned).collect::<Vec<_>>()
    });
    let wanted = ["valid", "invalid", "not_found", "exact", "covered", "wrong_origin", "none"];
    assert_each(states, wanted);
    let excluded = every(|month| {
        let tally = month.head.summary["frameworks"][FRAMEWORK]["not_counted"].as_object().unwrap();
        tally.keys().cloned()
    });
    assert_each(excluded, ["AS_SET origin", "bogon prefix", "prefix length", "too few full-feed peers"]);
    let may = &demo()[2];
    assert!(may.networks.values().any(|n| n.routes[0] == 0 && n.routes[1] > 0), "no network with IPv6 alone");
    assert!(may.networks.values().any(|n| n.routes.iter().sum::<u64>() > 200), "no network with many routes");
    assert!(may.networks.values().any(|n| n.siblings.len() > 1), "no siblings");
    assert!(may.networks.values().any(|n| n.aspa_providers.as_ref().is_some_and(|p| p.len() > 1)), "no ASPA");
}

#[test]
fn full_and_partial_feeds_at_three_collectors() {
    for month in demo() {
        let of = |full: bool| month.peers.iter().filter(|p| p.full_feed == full && p.prefixes > 0).count();
        assert!(of(true) >= 16 && of(false) >= 3, "{} full, {} partial", of(true), of(false));
        let collectors: BTreeSet<&str> = month.peers.iter().map(|p| p.collector.as_str()).collect();
        assert_eq!(collectors, BTreeSet::from(["north", "quay", "south"]));
    }
}

#[test]
fn every_fate_of_a_source() {
    let faults = every(|month| {
        let files = month.sources.iter().flat_map(|s| s.files.iter().map(move |f| (s, f)));
        files.flat_map(|(s, f)| f.fault_kinds.iter().map(move |fault| format!("{} {}", s.kind, fault.code)))
    });
    let wanted = [
        "mrt mrt-truncated-record",
        "mrt mrt-unknown-address-family",
        "irr rpsl-line",
        "irr rpsl-missing",
        "irr bad-prefix",
        "vrps bad-prefix",
        "delegations bad-count",
        "spoofer unknown-result",
    ];
    assert_each(faults, wanted);
    let [march, april, may] = demo() else { panic!("three months") };
    let status = |month: &'static Computed, file: &str| -> &'static str {
        let mut files = month.sources.iter().flat_map(|s| &s.files);
        &files.find(|f| f.name == file).unwrap_or_else(|| panic!("no {file}")).status
    };
    assert!(status(march, "peeringdb-poc-2024-02-05.json").contains("more than reference_skew_days_max"));
    assert!(
        status(april, "delegated-afrinic-extended-20240522").contains("more than reference_skew_days_max")
    );
    assert!(status(may, "peeringdb-poc-2024-05-31.json").contains("held since 2024-04-30"));
    // What is held back in May is no news of April.
    assert_eq!(april.head.summary["warnings"].as_array().unwrap().len(), 0);
    // While it is held no score moves.
    let scores = |month: &Computed, asn: u32| {
        let row = &month.readiness[&(FRAMEWORK.to_owned(), asn)];
        row.scores.iter().find(|s| s.key == "coordination").unwrap().score
    };
    for asn in april.networks.keys() {
        assert_eq!(scores(april, *asn), scores(may, *asn), "coordination of AS{asn}");
    }
}

#[test]
fn every_programme_and_what_it_states() {
    let stated = every(|month| {
        month.participants.iter().flat_map(|p| {
            let words = p.conformance.values().map(|word| format!("{} {word}", p.programme));
            let several = (p.networks.len() > 1).then(|| format!("{} several networks", p.programme));
            words.chain(several).collect::<Vec<_>>()
        })
    });
    let wanted = "network-operators conformant, network-operators non-conformant, network-operators pending, \
                  network-operators several networks, ixps conformant, ixps non-conformant, ixps pending, \
                  cdns-and-clouds conformant, cdns-and-clouds non-conformant, cdns-and-clouds several networks, \
                  equipment-vendors implemented, equipment-vendors planned, equipment-vendors not implemented";
    assert_each(stated, wanted.split(", "));
    let may = &demo()[2];
    let uncommitted = |p: &&store::ParticipantRow| {
        p.programme == "network-operators" && !p.conformance.contains_key("anti_spoofing")
    };
    assert!(may.participants.iter().any(|p| uncommitted(&p)), "everybody commits to everything");
    let left = may.participants.iter().flat_map(|p| &p.networks).any(|n| n.to.is_some() && !n.counted);
    assert!(left, "nobody's network left");
    assert!(may.participants.iter().flat_map(|p| &p.networks).any(|n| !n.known), "everybody is known");
}

/// Documentation and private use (RFC 5398, RFC 6996); no announcement of anything that is somebody's.
#[test]
fn nobody_is_real() {
    let ours = |asn: u32| matches!(asn, 64_496..=64_579 | 65_536..=65_551);
    for month in demo() {
        assert!(month.networks.len() >= 60);
        assert!(month.networks.keys().all(|asn| ours(*asn)));
        assert!(month.participants.iter().flat_map(|p| &p.networks).all(|n| ours(n.asn)));
        assert!(month.peers.iter().all(|p| ours(p.asn)));
        let economies: BTreeSet<&str> =
            month.networks.values().filter_map(|n| n.economy.as_deref()).collect();
        assert!(economies.len() >= 12 && economies.contains("EU") && economies.contains("ZZ"));
    }
    let registries = every(|month| month.networks.values().map(|n| n.registry.clone()));
    let wanted = "AFRINIC, APNIC, ARIN, LACNIC, RIPE NCC, in no registry's file, registry not loaded";
    assert_each(registries, wanted.split(", "));
}

#[test]
fn the_same_each_time_and_soon() {
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let said = build(folder.path());
    let took = began.elapsed();
    eprintln!("the demonstration took {:.1} s", took.as_secs_f64());
    assert!(took < Duration::from_secs(10), "{took:?}");
    for (again, before) in read(folder.path()).iter().zip(demo()) {
        assert_eq!(again.head.generation, before.head.generation, "{}", again.head.month);
        assert_eq!(again.head.result, before.head.result, "{}", again.head.month);
    }
    let config = folder.path().join("observatory.toml");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_observatory"))
        .args(["export", "routes", "--month", "2024-05", "--config"])
        .arg(config)
        .output()
        .unwrap();
    let routes = String::from_utf8(output.stdout).unwrap();
    for state in [",invalid,as,", ",invalid,length,", ",invalid,as0,", "/23,,"] {
        assert!(routes.contains(state), "no route that is {state}: {routes}");
    }
    // What it advises to try works.
    let hint = said.iter().find_map(|line| line.split("observatory explain ").nth(1)).expect("a hint");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_observatory"))
        .arg("explain")
        .args(hint.split(' '))
        .output()
        .unwrap();
    let (text, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{error}");
    assert!(text.contains("value 3.5: 3 incidents"), "{text}");
}
