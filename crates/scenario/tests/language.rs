//! What is said when a scenario is wrong, and when it does not hold.

use scenario::{check, verify};

const WORLD: &str = "month 2024-05
vrp 198.18.0.0/24 AS64496
collector alpha gap 86400
  peer 192.0.2.1 AS64500
  2024-05-02 AS64500 announce 198.18.0.0/24 10.0.0.0/8 path 64500 64496
  2024-05-02T00:20 AS64500 withdraw 10.0.0.0/8
";

/// What is said of [`WORLD`] with these lines after it.
fn said(lines: &str) -> String {
    verify("x.scn", &format!("{WORLD}{lines}\n")).expect_err(lines).to_string()
}

#[test]
fn a_mistake_is_named_with_its_line_and_the_nearest_word() {
    for (lines, part) in [
        ("expct no event", "x.scn:7: `expct` is no word here. Did you mean `expect`?"),
        ("\nexpect AS64496 M7RPKY 1", "x.scn:8: `M7RPKY` is no word here. Did you mean `M7RPKI`?"),
        ("  2024-05-03 AS64500 witdraw 10.0.0.0/8", "Did you mean `withdraw`?"),
        ("  2024-05-03 AS64501 keepalive", "AS64501 is no peer of collector alpha: AS64500"),
        ("  2024-05-03 AS64500 announce 198.18.0.1/24 path 1", "did you mean 198.18.0.0/24?"),
        ("  2024-05-03 AS64500 announce 198.18.0.0/24 path {1", "opens a bracket and does not close it"),
        ("  2024-05-03 AS64500 announce 198.18.0.0/24 2001:db8::/32 path 1", "are of one family"),
        ("  AS64500 198.18.0.0/24 path 1", "is no word here"),
        ("expect no evnt", "Did you mean `event`?"),
        ("expect no event today", "`today` is too much"),
        ("expect AS64496 M3 0.5 under 2024-02", "Did you mean `2024-01`?"),
        ("expect AS64496 M3 half", "`half` is no number"),
        ("expect event bogon_prefix", "the line ends where"),
        ("irr RIPE\n  aut-num AS64496 imports", "x.scn:8: `imports` is no word here. Did you mean `import`?"),
        ("vrp 198.18.0.0/24-16 AS64496\nexpect no event", "max 16"),
        ("peer 192.0.2.1 AS64501", "differ in address and AS number"),
        ("collector alpha", "there are two collectors `alpha`"),
    ] {
        let said = said(lines);
        assert!(said.contains(part), "{lines}\n{said}");
    }
    assert!(verify("x", "expect no event").unwrap_err().to_string().contains("names no month"));
    assert!(verify("x", WORLD).unwrap_err().to_string().contains("expects nothing"));
}

#[test]
fn what_does_not_hold_is_shown_as_the_scenario_would_say_it() {
    let said = said("expect AS64496 M3 1\nexpect AS64496 M7RPKI 1");
    assert_eq!(
        said,
        "x.scn:7:\n    expected  expect AS64496 M3 1\n    got       AS64496 M3 0.5 (1 incident)\n"
    );
}

/// Every kind of expectation, first as it holds, then as it does not.
#[test]
fn every_expectation_can_fail() {
    for (holds, fails) in [
        (
            "event bogon_prefix culprit AS64496 10.0.0.0/8 2024-05-02 .. 2024-05-02T00:20 full peers 1 \
             accomplices AS64500@1 over",
            &[
                "no event",
                "event bogon_prefix culprit AS64497 10.0.0.0/8 2024-05-02 .. 2024-05-02T00:20",
                "event bogon_prefix culprit unknown 10.0.0.0/8 2024-05-02 .. 2024-05-02T00:20",
                "event bogon_prefix culprit AS64496 10.0.0.0/9 2024-05-02 .. 2024-05-02T00:20",
                "event bogon_prefix culprit AS64496 10.0.0.0/8 2024-05-02 .. 2024-05-02T00:21",
                "event bogon_prefix culprit AS64496 10.0.0.0/8 2024-05-02 .. 2024-05-02T00:20 administrative",
                "event bogon_prefix culprit AS64496 10.0.0.0/8 2024-05-02 .. 2024-05-02T00:20 peers 2",
                "event bogon_prefix culprit AS64496 10.0.0.0/8 2024-05-02 .. 2024-05-02T00:20 no-accomplices",
                "event bogon_prefix culprit AS64496 10.0.0.0/8 2024-05-02 .. 2024-05-02T00:20 estimated",
                "event bogon_prefix culprit AS64496 10.0.0.0/8 2024-05-02 .. 2024-05-02T00:20 ongoing",
                "event bogon_asn culprit AS64496 10.0.0.0/8 asn AS0 2024-05-02 .. 2024-05-02T00:20",
            ][..],
        ),
        (
            "incident AS64496 M3 2024-05-02 .. 2024-05-02T00:20 adds 0.5 weight 1 events 1",
            &[
                "no incident AS64496 M3",
                "incident AS64496 M3 2024-05-02 .. 2024-05-02T00:20 adds 1",
                "incident AS64496 M3 2024-05-02 .. 2024-05-02T00:20 adds 0.5 weight 0.5",
                "incident AS64496 M3 2024-05-02 .. 2024-05-02T00:20 adds 0.5 events 2",
                "incident AS64496 M4 2024-05-02 .. 2024-05-02T00:20 adds 0.5",
            ],
        ),
        (
            "route 198.18.0.0/24 AS64496 rpki valid irr unknown bogon no peers 1 full-feeds 1 seen 1200 counted",
            &[
                "route 198.18.0.0/24 AS64497",
                "route 198.18.0.0/24 none",
                "route 198.18.0.0/24 AS64496 rpki invalid as",
                "route 198.18.0.0/24 AS64496 irr none",
                "route 198.18.0.0/24 AS64496 bogon full",
                "route 198.18.0.0/24 AS64496 peers 2",
                "route 198.18.0.0/24 AS64496 full-feeds 2",
                "route 198.18.0.0/24 AS64496 seen 1201",
                "route 198.18.0.0/24 AS64496 not-counted \"prefix length\"",
                "no route 198.18.0.0/24",
                "no route 198.18.0.0/24 AS64496",
            ],
        ),
        ("outside 0", &["outside 1"]),
        ("coverage alpha 2024-05-02 .. 2024-05-02T00:20", &["coverage alpha none", "coverage beta none"]),
        ("feed AS64500 IPv4 full", &["feed AS64500 IPv4 partial", "feed AS64500 IPv6 full"]),
        ("peers-min IPv4 1", &["peers-min IPv4 2"]),
        (
            "network AS64496 registered \"registry not loaded\" economy none routes 2 0",
            &[
                "no network AS64496",
                "network AS64497",
                "network AS64496 economy NL",
                "network AS64496 routes 1 0",
                "network AS64496 registered \"APNIC\"",
            ],
        ),
        (
            "AS64496 M3 0.5",
            &[
                "AS64496 M3 0",
                "AS64496 M3 unknown \"\"",
                "AS64496 M3 not-used",
                "AS64496 M3 yes",
                "AS64498 M3 0",
            ],
        ),
        ("AS64496 M3 0.5 under 2018-06", &["AS64496 M3 0 under 2018-06"]),
        ("AS64496 M8 unknown \"are loaded\"", &["AS64496 M8 no", "AS64496 M8 unknown \"no such reason\""]),
        (
            "AS64496 routing_information_rpki 1 ready",
            &[
                "AS64496 routing_information_rpki 1 aspiring",
                "AS64496 routing_information_rpki 0.5 ready",
                "AS64496 routing_information_rpki no-data \"\"",
                "AS64496 routing_information_rpki not-used",
            ],
        ),
        (
            "economy world routing_information_rpki 1 with 1 without 1",
            &[
                "economy world routing_information_rpki 0.5 with 1 without 1",
                "economy world routing_information_rpki 1 with 2 without 1",
                "economy world routing_information_rpki 1 with 1 without 0",
                "economy world routing_information_rpki none with 1 without 1",
                "economy NL routing_information_rpki 1 with 1 without 1",
            ],
        ),
    ] {
        check(&format!("{WORLD}expect {holds}\n"));
        for wrong in fails {
            said(&format!("expect {wrong}"));
        }
    }
}

#[test]
fn what_is_compared_as_a_whole_must_be_listed_whole() {
    let one = "expect span AS64500 10.0.0.0/8 path 64500 64496 2024-05-02 .. 2024-05-02T00:20 withdrawn";
    let other = "expect span AS64500 198.18.0.0/24 2024-05-02 .. 2024-05-02T00:20 data-end";
    check(&format!("{WORLD}{one}\n{other}\n"));
    assert!(said(one).contains("nothing beyond what is listed"));
    for (right, wrong) in [
        ("withdrawn", "replaced"),
        ("withdrawn", "withdrawn estimated"),
        ("AS64500", "AS64501"),
        ("path 64500 64496", "path 64500 64497"),
        ("00:20", "00:19"),
        ("span AS", "span at beta AS"),
    ] {
        said(&format!("{}\n{other}", one.replace(right, wrong)));
    }
}
