//! The as-sets of the made-up world: one in another, a loop, one that is gone, members that cannot be followed.

use lake::AsSetRow;
use routing::Asn;

pub fn sets() -> Vec<AsSetRow> {
    let set = |registry: &str, name: &str, asns: &[u32], sets: &[&str]| AsSetRow {
        name: name.to_owned(),
        registry: registry.to_owned(),
        asns: asns.iter().copied().map(Asn).collect(),
        sets: sets.iter().map(|set| (*set).to_owned()).collect(),
        ..AsSetRow::default()
    };
    let wide: Vec<u32> = (1..=5_001).collect();
    vec![
        set("RIPE", "AS-MERIDIAN", &[64500], &["AS-LANTERN", "AS-GONE"]),
        AsSetRow {
            unreadable: 1,
            by_reference: true,
            ..set("RADB", "AS-LANTERN", &[64496, 65000], &["RIPE::AS-MERIDIAN"])
        },
        set("RADB", "AS64500:AS-ALL", &wide, &[]),
    ]
}
