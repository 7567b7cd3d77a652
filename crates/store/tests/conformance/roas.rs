//! What ROAs cover comes back as it was given, narrowed as asked.

use std::collections::BTreeMap;

use store::{
    RoaCalendarRow, RoaCauseRow, RoaChangeFilter, RoaChangeRow, RoaCounts, RoaDayRow, RoaMonthRow,
    RoaNetworkRow, RoaRows, RoaVrpRow, Store,
};

const DAYS: [&str; 2] = ["2024-04-03", "2024-04-05"];

fn counts(n: u64) -> [RoaCounts; 2] {
    [RoaCounts { routes: [n; 5], space: [u64::MAX >> 16; 5] }, RoaCounts::default()]
}

fn change(id: i64, (day, asn, economy): (&str, u32, Option<&str>), kind: &str, prefix: &str) -> RoaChangeRow {
    let vrp = RoaVrpRow { asn, prefix: prefix.to_owned(), max_length: 24, trust_anchor: None };
    RoaChangeRow {
        id,
        day: day.to_owned(),
        since: DAYS[0].to_owned(),
        prefix: prefix.to_owned(),
        asn,
        economy: economy.map(str::to_owned),
        kind: kind.to_owned(),
        before: "valid".to_owned(),
        after: "invalid_length".to_owned(),
        causes: vec![RoaCauseRow { what: "appeared".to_owned(), before: None, after: Some(vrp) }],
        causes_more: 0,
        because: "it’s \"quoted\"".to_owned(),
    }
}

/// Two days, three areas, three changes.
pub fn rows() -> RoaRows {
    let calendar = |day: &str| RoaCalendarRow {
        day: day.to_owned(),
        label: "VRPs".to_owned(),
        vrps: 7,
        since: None,
        moves: BTreeMap::new(),
    };
    let day = |scope: &str, area: &str, day: &str, n| RoaDayRow {
        scope: scope.to_owned(),
        area: area.to_owned(),
        day: day.to_owned(),
        networks: 2,
        families: counts(n),
    };
    RoaRows {
        month: RoaMonthRow { days: DAYS.iter().map(|d| calendar(d)).collect(), ..RoaMonthRow::default() },
        days: vec![
            day("world", "", DAYS[0], 1),
            day("world", "", DAYS[1], 2),
            day("economy", "NL", DAYS[1], 3),
            day("economy", "DE", DAYS[1], 4),
        ],
        networks: vec![RoaNetworkRow { asn: u32::MAX, days: vec![(DAYS[0].to_owned(), counts(5))] }],
        changes: vec![
            change(1, (DAYS[1], 64500, Some("NL")), "turned_invalid", "192.0.2.0/24"),
            change(2, (DAYS[1], 64501, Some("DE")), "turned_valid", "192.0.2.0/25"),
            change(3, (DAYS[0], 64500, None), "turned_invalid", "2001:db8::/32"),
        ],
    }
}

/// Of a publication with those rows.
pub async fn examine(store: &Store, id: i64) {
    let given = rows();
    assert_eq!(store.roa_month(id).await.unwrap().as_ref(), Some(&given.month));
    assert_eq!(store.roa_month(-1).await.unwrap(), None);
    assert_eq!(store.roa_days(id, "world", "").await.unwrap(), given.days[..2]);
    let all = store.roa_all_days(id).await.unwrap();
    assert_eq!(all.iter().map(|row| row.area.as_str()).collect::<Vec<_>>(), ["DE", "NL", "", ""]);
    let of_day = store.roa_areas(id, "economy", DAYS[1]).await.unwrap();
    assert_eq!(of_day.iter().map(|row| row.area.as_str()).collect::<Vec<_>>(), ["DE", "NL"]);
    assert_eq!(store.roa_areas(id, "economy", DAYS[0]).await.unwrap(), []);
    let months = store.roa_months("world", "").await.unwrap();
    assert!(months.iter().any(|(month, row)| month == "2024-04" && *row == given.days[1]), "{months:?}");
    assert_eq!(store.roa_network(id, u32::MAX).await.unwrap().as_ref(), given.networks.first());
    assert_eq!(store.roa_network(id, 1).await.unwrap(), None);

    let ids = async |filter: RoaChangeFilter, after: i64, part: (i64, i64)| {
        let rows = store.roa_changes(id, &filter, after, part).await.unwrap();
        for row in &rows {
            assert_eq!(row, &given.changes[row.id as usize - 1]);
        }
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let all = RoaChangeFilter::default;
    let word = |text: &str| Some(text.to_owned());
    assert_eq!(ids(all(), 0, (9, 0)).await, [1, 2, 3]);
    assert_eq!(ids(all(), 1, (1, 0)).await, [2]);
    assert_eq!(ids(all(), 0, (9, 2)).await, [3]);
    assert_eq!(ids(RoaChangeFilter { day: word(DAYS[0]), ..all() }, 0, (9, 0)).await, [3]);
    assert_eq!(ids(RoaChangeFilter { network: Some(64500), ..all() }, 0, (9, 0)).await, [1, 3]);
    assert_eq!(ids(RoaChangeFilter { economy: word("DE"), ..all() }, 0, (9, 0)).await, [2]);
    assert_eq!(ids(RoaChangeFilter { kind: word("turned_valid"), ..all() }, 0, (9, 0)).await, [2]);
    let prefix = "192.0.2.0/25".parse().ok();
    assert_eq!(ids(RoaChangeFilter { prefix, ..all() }, 0, (9, 0)).await, [1, 2]);
    let counted = store.roa_change_counts(id, &all()).await.unwrap();
    assert_eq!(counted, BTreeMap::from([("turned_invalid".to_owned(), 2), ("turned_valid".to_owned(), 1)]));
}
