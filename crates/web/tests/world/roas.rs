//! What ROAs cover in the world: May with three days of thirty-one, April without any.

use std::collections::BTreeMap;

use store::{
    RoaCalendarRow, RoaCauseRow, RoaChangeRow, RoaCounts, RoaDayRow, RoaMonthRow, RoaNetworkRow, RoaRows,
    RoaVrpRow,
};

use super::HOSTILE;

const DAYS: [&str; 3] = ["2024-05-03", "2024-05-04", "2024-05-06"];

fn counts(valid: u64) -> [RoaCounts; 2] {
    let four =
        RoaCounts { routes: [valid, 3, 4, 5, 248 - valid], space: [valid << 16, 1024, 0, 256, 1 << 20] };
    [four, RoaCounts { routes: [19, 1, 0, 0, 0], space: [19, 1, 0, 0, 0] }]
}

/// Of a month.
pub fn rows(month: &str) -> RoaRows {
    if month != "2024-05" {
        let month = RoaMonthRow {
            unknown: Some("no snapshot of VRPs could be used".to_owned()),
            ..RoaMonthRow::default()
        };
        return RoaRows { month, ..RoaRows::default() };
    }
    let day = |(place, day): (usize, &&str)| RoaCalendarRow {
        day: (*day).to_owned(),
        label: format!("VRPs of {day}T00:00:00Z"),
        vrps: 400_000 + place as u64,
        since: place.checked_sub(1).map(|before| DAYS[before].to_owned()),
        moves: if place == 0 { BTreeMap::new() } else { BTreeMap::from([("turned_invalid".to_owned(), 2)]) },
    };
    let missing = (1..=31).map(|n| format!("2024-05-{n:02}")).filter(|day| !DAYS.contains(&day.as_str()));
    let areas = [
        ("world", ""),
        ("economy", "NL"),
        ("economy", "DE"),
        ("economy", "ZZ"),
        ("region", "europe"),
        ("rir", "ripencc"),
        ("programme", ""),
        ("programme", "ixps"),
    ];
    let row = |(place, (scope, area)): (usize, &(&str, &str)), day: usize| RoaDayRow {
        scope: (*scope).to_owned(),
        area: (*area).to_owned(),
        day: DAYS[day].to_owned(),
        networks: 6 - place as u64 / 2,
        // ZZ has no IPv6.
        families: match *area {
            "ZZ" => [counts(7)[0], RoaCounts::default()],
            _ => counts(200 + 10 * day as u64 - 2 * place as u64),
        },
    };
    let days = areas.iter().enumerate().flat_map(|area| (0..DAYS.len()).map(move |day| row(area, day)));
    RoaRows {
        month: RoaMonthRow {
            days: DAYS.iter().enumerate().map(day).collect(),
            missing: missing.map(|day| (day, "no snapshot admitted".to_owned())).collect(),
            routes: [260, 20],
            left_out: BTreeMap::from([("AS_SET origin".to_owned(), 3)]),
            unknown: None,
        },
        days: days.collect(),
        networks: vec![RoaNetworkRow {
            asn: 64500,
            days: vec![(DAYS[0].to_owned(), counts(180)), (DAYS[2].to_owned(), counts(200))],
        }],
        changes: vec![
            change(1, (DAYS[2], DAYS[1]), "10.3.0.0/16", 64500, "turned_invalid"),
            change(2, (DAYS[2], DAYS[1]), "2001:db8:3::/48", 64501, "turned_invalid"),
            change(3, (DAYS[1], DAYS[0]), "10.3.0.0/16", 64500, "turned_valid"),
            change(4, (DAYS[1], DAYS[0]), "10.4.0.0/16", 64500, "uncovered"),
        ],
    }
}

fn change(id: i64, (day, since): (&str, &str), prefix: &str, asn: u32, kind: &str) -> RoaChangeRow {
    let vrp = |max_length| RoaVrpRow {
        asn,
        prefix: "10.0.0.0/8".to_owned(),
        max_length,
        trust_anchor: Some("ripe".to_owned()),
    };
    let (before, after) = match kind {
        "turned_valid" => ("not_found", "valid"),
        "uncovered" => ("invalid_as0", "not_found"),
        _ => ("valid", "invalid_length"),
    };
    RoaChangeRow {
        id,
        day: day.to_owned(),
        since: since.to_owned(),
        prefix: prefix.to_owned(),
        asn,
        economy: (asn == 64500).then(|| "NL".to_owned()),
        kind: kind.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
        causes: vec![RoaCauseRow {
            what: "max_length".to_owned(),
            before: Some(vrp(24)),
            after: Some(vrp(8)),
        }],
        causes_more: 2,
        because: format!("AS{asn}’s ROA for 10.0.0.0/8 allows prefixes up to /8 {HOSTILE}"),
    }
}
