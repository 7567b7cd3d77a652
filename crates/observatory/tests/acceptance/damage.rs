//! Damaged inputs of every kind through a whole month: no panic, no hang, a result or a reason.

use std::time::Duration;

use crate::world::{World, has_data, real};

const PATIENCE: Duration = Duration::from_secs(20);
/// Sources: kind, file, further keys.
const SOURCES: [(&str, &str, &str); 5] = [
    ("mrt", "mrt/ris.rrc06.updates.1427846400.gz", ""),
    ("vrps", "world-2016/2016-02_tabi_roa.csv.gz", "date = 2015-04-02"),
    ("irr", "world-2016/irr-excerpt-2016-04-06/ripe-db-route.txt", "authority = \"RIPE\"\ndate = 2015-04-03"),
    ("delegations", "world-2016/delegated-afrinic-extended-20160130.gz", ""),
    ("contacts", "peeringdb/fixtures/net.json", "date = 2015-04-04"),
];

fn flipped(bytes: &[u8], seed: u64) -> Vec<u8> {
    let (mut out, mut state) = (bytes.to_vec(), seed);
    for _ in 0..64 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let place = (state >> 33) as usize % out.len();
        out[place] ^= 1 << (state >> 20 & 7);
    }
    out
}

fn damaged(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let half = bytes.len() / 2;
    let mut noughts = bytes.to_vec();
    noughts[half..half + 512.min(half)].fill(0);
    let mut packed = crate::world::gzip(bytes);
    let middle = packed.len() / 2;
    packed[middle] ^= 0x10;
    vec![
        ("cut in half", bytes[..half].to_vec()),
        ("one byte short", bytes[..bytes.len() - 1].to_vec()),
        ("bits flipped", flipped(bytes, 1)),
        ("other bits flipped", flipped(bytes, 2)),
        ("NULs in the middle", noughts),
        ("NULs alone", vec![0; 4096]),
        ("a broken archive", packed),
    ]
}

#[test]
fn a_month_of_damaged_files() {
    if !has_data() {
        return;
    }
    let world = World::new("");
    let mut config = "reference_skew_days_max = 700\n".to_owned();
    let mut whole = Vec::new();
    for (kind, file, keys) in SOURCES {
        let name = format!("{kind}-20150401");
        config += &format!("[[source]]\nkind = \"{kind}\"\npath = \"{name}\"\n{keys}\n");
        let bytes = real(file);
        world.write(&name, &bytes);
        whole.push((name, bytes));
    }
    world.configure(&config);
    let undamaged = world.month("2015-04");
    assert!(undamaged["rpki"]["not_found"].as_u64().unwrap() > 100, "{undamaged}");
    let used = |world: &World| {
        let stored = world.stored("2015-04");
        stored["sources"].as_array().unwrap().iter().filter(|s| s["used"] == true).count()
    };
    assert_eq!(used(&world), SOURCES.len(), "{}", world.stored("2015-04")["sources"]);

    let (mut runs, mut unused, mut faults, mut longest) = (0, 0, 0, Duration::ZERO);
    for (name, bytes) in &whole {
        for (how, content) in damaged(bytes) {
            world.write(name, &content);
            let ran = world.run(&["month", "2015-04", "--json"]);
            runs += 1;
            longest = longest.max(ran.took);
            assert!(ran.took < PATIENCE, "{name}, {how}: {:?}", ran.took);
            match ran.code {
                Some(0) => {
                    let summary = ran.json();
                    let told = summary["faults"][name.split('-').next().unwrap()].as_u64();
                    let of_source = told.unwrap_or_else(|| {
                        summary["faults"].as_object().unwrap().values().filter_map(|v| v.as_u64()).sum()
                    });
                    let left = SOURCES.len() - used(&world);
                    unused += left;
                    faults += usize::from(of_source > 0);
                    assert!(
                        of_source > 0 || left > 0 || how == "one byte short",
                        "{name}, {how}: nothing is said"
                    );
                }
                Some(1) => assert!(ran.err.starts_with("error: "), "{name}, {how}: {}", ran.err),
                code => panic!("{name}, {how}: exit code {code:?}: {}", ran.err),
            }
        }
        world.write(name, bytes);
    }
    eprintln!(
        "{runs} damaged months, {faults} with faults, {unused} without the source, longest {longest:?}"
    );
    assert_eq!(world.month("2015-04")["publication"]["result"], undamaged["publication"]["result"]);
}
