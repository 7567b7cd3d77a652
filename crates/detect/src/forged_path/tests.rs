use super::*;
use LinkState::{Seen, Unknown, Unseen};

#[test]
fn the_run_nearest_to_the_origin_counts() {
    let run = |culprit, victim| Some(Run { culprit, victim });
    assert_eq!(unseen_run(&[Seen, Seen]), None);
    assert_eq!(unseen_run(&[Seen, Unseen]), run(1, 2));
    assert_eq!(unseen_run(&[Seen, Unseen, Unseen]), run(1, 3));
    assert_eq!(unseen_run(&[Unseen, Seen, Unseen, Seen]), run(2, 3));
    assert_eq!(unseen_run(&[Unknown, Unseen]), run(1, 2));
    assert_eq!(unseen_run(&[Unseen]), run(0, 1));
    assert_eq!(unseen_run(&[]), None);
}

fn features() -> Features {
    Features {
        near: Asn(64_500),
        far: Asn(3_320),
        links: 1,
        at_origin: true,
        far_neighbours: 0,
        new_more_specific: false,
        others_stay: false,
        others_gone: false,
        other_prefixes: None,
        common_neighbours: None,
        common_large: false,
        both_directions: false,
        near_customers: None,
        valley: false,
        far_valley: false,
        same_economy: None,
        shared_customers: None,
        other_region: None,
        same_organisation: false,
        common_exchange_points: None,
    }
}

#[test]
fn a_new_link_alone_is_no_incident_and_every_term_is_shown() {
    let plain = terms(&features());
    assert_eq!((plain.len(), score(&plain)), (1, 2));
    let much = Features {
        far_neighbours: 30,
        others_stay: true,
        other_prefixes: Some(0),
        valley: true,
        ..features()
    };
    assert_eq!(score(&terms(&much)), 8);
    let explained = Features { both_directions: true, other_prefixes: Some(4), ..much };
    assert!(score(&terms(&explained)) < SCORE_MIN);
    for term in terms(&explained) {
        assert!(term.points.is_some() && term.sentence.ends_with('.'), "{term:?}");
    }
}

#[test]
fn what_registries_say_of_both_ends_counts() {
    let points = |f: Features| score(&terms(&f)) - score(&terms(&features()));
    assert_eq!(points(Features { same_economy: Some(true), ..features() }), -1);
    assert_eq!(points(Features { same_economy: Some(false), ..features() }), 0);
    assert_eq!(points(Features { same_organisation: true, ..features() }), -3);
    assert_eq!(points(Features { common_exchange_points: Some(2), ..features() }), -1);
    assert_eq!(points(Features { common_exchange_points: Some(0), ..features() }), 0);
    // Where both meet, they are not far apart.
    let apart = Features {
        other_region: Some(true),
        common_neighbours: Some(0),
        shared_customers: Some(0),
        ..features()
    };
    assert_eq!(points(apart.clone()), 3);
    assert_eq!(points(Features { common_exchange_points: Some(1), ..apart }), 0);
    // A link that would be wrong even if it were real is excused by no meeting place.
    let wrong = Features { valley: true, ..features() };
    assert_eq!(points(Features { common_exchange_points: Some(1), ..wrong.clone() }), points(wrong));
}

#[test]
fn a_larger_network_becomes_nobodys_customer() {
    let provider = Features { near_customers: Some(5), ..features() };
    assert_eq!(score(&terms(&provider)), 1);
    // The far end is the larger network: that the near one has customers explains nothing.
    assert_eq!(score(&terms(&Features { valley: true, ..provider.clone() })), 5);
    assert_eq!(score(&terms(&Features { far_valley: true, ..provider })), 4);
}

#[test]
fn neighbours_explain_no_link_that_would_be_wrong() {
    let meets_many = Features {
        at_origin: false,
        far_neighbours: 500,
        other_prefixes: Some(0),
        common_neighbours: Some(3),
        ..features()
    };
    assert_eq!(score(&terms(&meets_many)), 0);
    assert_eq!(score(&terms(&Features { valley: true, ..meets_many.clone() })), 5);
    assert_eq!(score(&terms(&Features { far_valley: true, ..meets_many })), 5);
}

#[test]
fn networks_of_different_regions_that_share_nobody_are_far_apart() {
    let strangers = Features {
        near_customers: Some(5),
        other_prefixes: Some(0),
        common_neighbours: Some(0),
        shared_customers: Some(0),
        other_region: Some(true),
        ..features()
    };
    assert!(score(&terms(&strangers)) >= SCORE_MIN);
    let has = |f: &Features, rule: &str| terms(f).iter().any(|term| term.rule == rule);
    assert!(has(&strangers, "far_apart"));
    // Each of these alone takes it away: of one region, or nothing known of it, or somebody between them.
    for near_by in [
        Features { other_region: Some(false), ..strangers.clone() },
        Features { other_region: None, ..strangers.clone() },
        Features { common_neighbours: Some(1), ..strangers.clone() },
        Features { common_neighbours: None, ..strangers.clone() },
        Features { shared_customers: Some(1), ..strangers.clone() },
        Features { shared_customers: None, ..strangers.clone() },
        Features { other_prefixes: Some(8), ..strangers.clone() },
    ] {
        assert!(!has(&near_by, "far_apart") && score(&terms(&near_by)) < SCORE_MIN, "{near_by:?}");
    }
    // One meets the largest everywhere, and that speaks neither way.
    let by_large = Features { common_neighbours: Some(2), common_large: true, ..strangers.clone() };
    assert!(has(&by_large, "far_apart") && !has(&by_large, "common_neighbours"));
    assert!(!has(&Features { other_region: Some(false), ..by_large }, "far_apart"));
    // Who sells to the customers of the far end's providers sells where it is; that excuses no wrong link.
    let one_place = Features { shared_customers: Some(1), ..strangers };
    assert!(!has(&one_place, "no_common_neighbour"));
    assert!(has(&Features { far_valley: true, ..one_place }, "no_common_neighbour"));
}

#[test]
fn many_customers_and_none_of_them_there_make_no_usual_provider() {
    let provider = Features {
        near_customers: Some(20),
        other_prefixes: Some(0),
        common_neighbours: Some(0),
        shared_customers: Some(0),
        ..features()
    };
    assert_eq!(score(&terms(&provider)), 4);
    for usual in [
        Features { near_customers: Some(19), ..provider.clone() },
        Features { shared_customers: Some(1), ..provider.clone() },
        Features { common_neighbours: Some(1), ..provider.clone() },
        Features { common_neighbours: Some(1), common_large: true, ..provider.clone() },
    ] {
        assert!(terms(&usual).iter().any(|term| term.rule == "provider"), "{usual:?}");
    }
}
