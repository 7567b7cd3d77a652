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
        both_directions: false,
        near_customers: None,
        valley: false,
        far_valley: false,
        same_economy: None,
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
fn a_larger_network_becomes_nobodys_customer() {
    let provider = Features { near_customers: Some(5), ..features() };
    assert_eq!(score(&terms(&provider)), 1);
    // The far end is the larger network: that the near one has customers explains nothing.
    assert_eq!(score(&terms(&Features { valley: true, ..provider.clone() })), 5);
    assert_eq!(score(&terms(&Features { far_valley: true, ..provider })), 4);
}

#[test]
fn many_neighbours_explain_no_link_that_would_be_wrong() {
    let meets_many = Features {
        at_origin: false,
        far_neighbours: 500,
        other_prefixes: Some(0),
        common_neighbours: Some(3),
        ..features()
    };
    assert_eq!(score(&terms(&meets_many)), 0);
    assert_eq!(score(&terms(&Features { valley: true, ..meets_many.clone() })), 4);
    assert_eq!(score(&terms(&Features { far_valley: true, ..meets_many })), 4);
}
