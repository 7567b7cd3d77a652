//! RPKI caches as sources: what is asked, what is kept, and what of a cache that lies.

#[allow(dead_code)]
mod cache;

use std::path::Path;
use std::time::{Duration, Instant};

use cache::{Cache, Query, Step, answer, aspa, cache_reset, error, notify, vrp};
use fetch::{Budget, Fetched, Fetcher};

/// No waits worth mentioning, so that what fails fails soon.
fn hasty() -> Budget {
    Budget {
        attempts_max: 2,
        stall: Duration::from_millis(400),
        total: Duration::from_millis(1_500),
        wait: Duration::ZERO,
        ..Budget::default()
    }
}

fn sends(bytes: Vec<u8>) -> Vec<Step> {
    vec![Step::Send(bytes)]
}

fn fetched(folder: &Path, cache: &Cache) -> Fetched {
    Fetcher::open(folder, hasty()).unwrap().fetch("cache", &cache.url()).unwrap()
}

/// The text that is held.
fn held(folder: &Path, cache: &Cache) -> String {
    let fetcher = Fetcher::open(folder, hasty()).unwrap();
    let history = fetcher.history(&cache.url()).unwrap();
    std::fs::read_to_string(fetcher.place(history.versions.last().unwrap().digest)).unwrap()
}

fn index(folder: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(folder.join("index.ndjson")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const ONE_AND_TWO: &str = "{\"metadata\":{\"vrps\":2,\"aspas\":1},\n\"roas\":[\n\
    {\"asn\":\"AS64501\",\"prefix\":\"192.0.1.0/24\",\"maxLength\":24},\n\
    {\"asn\":\"AS64502\",\"prefix\":\"192.0.2.0/24\",\"maxLength\":24}],\n\"aspas\":[\n\
    {\"customer\":\"AS64501\",\"providers\":[\"AS64502\"]}]}\n";

fn one_and_two() -> Vec<Vec<u8>> {
    vec![vrp(2, true, 2, 64502), aspa(64501, &[64502]), vrp(2, true, 1, 64501)]
}

#[test]
fn only_changes_are_asked_for_and_an_unchanged_set_is_no_new_file() {
    let cache = Cache::start(|query, _| {
        sends(match query {
            Query::Reset(2) => answer(2, 7, 40, &one_and_two()),
            Query::Serial(2, 7, 40) => answer(2, 7, 40, &[]),
            other => panic!("{other:?}"),
        })
    });
    let url = cache.url();
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(fetched(dir.path(), &cache), Fetched::New { .. }));
    assert_eq!(held(dir.path(), &cache), ONE_AND_TWO);
    for _ in 0..2 {
        assert!(matches!(fetched(dir.path(), &cache), Fetched::Unchanged));
    }
    assert_eq!(cache.queries(), [Query::Reset(2), Query::Serial(2, 7, 40), Query::Serial(2, 7, 40)]);
    let lines = index(dir.path());
    assert_eq!(lines[0]["cache"], lines[2]["cache"]);
    assert_eq!(lines[0]["digest"], lines[2]["digest"]);
    let state = Fetcher::open(dir.path(), hasty()).unwrap().history(&url).unwrap().cache.unwrap();
    assert_eq!((state.version, state.session, state.serial), (2, 7, 40));
    assert_eq!((state.refresh, state.retry, state.expire), (Some(3_600), Some(600), Some(7_200)));
    assert_eq!((state.vrps, state.aspas), (2, 1));
    drop(cache);

    // Changes that lead away and back, within one answer and over several; then a new session with the same.
    let cache = Cache::start(|query, before| {
        sends(match (query, before) {
            (Query::Reset(2), 0) => answer(2, 7, 40, &one_and_two()),
            (Query::Serial(2, 7, 40), 1) => {
                answer(2, 7, 42, &[vrp(2, true, 3, 3), notify(2, 7, 42), vrp(2, false, 3, 3)])
            }
            (Query::Serial(2, 7, 42), 2) => answer(
                2,
                7,
                43,
                &[vrp(2, false, 1, 64501), vrp(2, true, 1, 64511), aspa(64501, &[]), aspa(64502, &[9, 8])],
            ),
            (Query::Serial(2, 7, 43), 3) => answer(
                2,
                7,
                44,
                &[vrp(2, true, 1, 64501), vrp(2, false, 1, 64511), aspa(64501, &[64502]), aspa(64502, &[])],
            ),
            (Query::Serial(2, 7, 44), 4) => cache_reset(2),
            (Query::Reset(2), 5) => answer(2, 8, 0, &one_and_two()),
            (Query::Serial(2, 8, 0), 6) => answer(2, 9, 5, &[vrp(2, true, 1, 1)]),
            (Query::Reset(2), 7) => answer(2, 9, 5, &one_and_two()[..1]),
            other => panic!("{other:?}"),
        })
    });
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    assert!(matches!(fetched(folder, &cache), Fetched::New { .. }));
    assert!(matches!(fetched(folder, &cache), Fetched::Unchanged));
    assert!(matches!(fetched(folder, &cache), Fetched::New { .. }));
    let text = held(folder, &cache);
    assert!(text.contains("AS64511") && !text.contains("\"AS64501\""), "{text}");
    assert!(text.contains("{\"customer\":\"AS64502\",\"providers\":[\"AS8\",\"AS9\"]}"), "{text}");
    assert!(matches!(fetched(folder, &cache), Fetched::New { .. }));
    assert_eq!(held(folder, &cache), ONE_AND_TWO);
    assert!(matches!(fetched(folder, &cache), Fetched::Unchanged));
    let lines = index(folder);
    let of = |i: usize| (&lines[i]["outcome"], &lines[i]["cache"]["session"], &lines[i]["cache"]["serial"]);
    assert_eq!(of(4), (&"unchanged".into(), &8.into(), &0.into()));
    assert_eq!(lines[4]["digest"], lines[0]["digest"]);
    assert!(matches!(fetched(folder, &cache), Fetched::New { .. }));
    assert_eq!(cache.queries().len(), 8);
}

#[test]
fn versions_fall_back_and_rise_again() {
    let old = |serial| answer(1, 7, serial, &[vrp(1, true, 1, 64501)]);
    let cache = Cache::start(move |query, before| {
        sends(match (query, before) {
            (Query::Reset(2), 0) => error(1, 4),
            (Query::Reset(1), 1) => error(0, 4),
            (Query::Reset(0), 2) => answer(0, 7, 1, &[vrp(0, true, 1, 64501)]),
            (Query::Serial(0, 7, 1), 3) => answer(0, 7, 1, &[]),
            // It learned version 1, and its sessions of version 0 are gone.
            (Query::Serial(0, 7, 1), 4) => error(1, 4),
            (Query::Reset(2), 5) => old(3),
            (Query::Serial(1, 7, 3), 6) => answer(1, 7, 4, &[vrp(1, true, 2, 64502)]),
            (Query::Serial(1, 7, 4), 7) => answer(1, 8, 4, &[]),
            (Query::Reset(2), 8) => answer(2, 8, 4, &one_and_two()),
            other => panic!("{other:?}"),
        })
    });
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    assert!(matches!(fetched(folder, &cache), Fetched::New { .. }));
    // Nobody knows of ASPAs.
    assert!(!held(folder, &cache).contains("aspas"));
    assert!(matches!(fetched(folder, &cache), Fetched::Unchanged));
    assert!(matches!(fetched(folder, &cache), Fetched::Unchanged));
    assert!(matches!(fetched(folder, &cache), Fetched::New { .. }));
    assert!(held(folder, &cache).contains("AS64502"));
    assert!(matches!(fetched(folder, &cache), Fetched::New { .. }));
    assert_eq!(held(folder, &cache), ONE_AND_TWO);
    assert_eq!(cache.queries().len(), 9);
}

type Behaviour = (&'static str, fn() -> Vec<Step>, &'static str);

/// What a cache may do in place of an answer, and the words for it.
const BEHAVIOURS: &[Behaviour] = &[
    ("closes", Vec::new, "closed in the middle of an answer"),
    ("falls silent", || vec![Step::Wait(Duration::from_secs(2))], "nothing came for 0.4 s"),
    (
        "falls silent in the middle",
        || vec![Step::Send(answer(2, 7, 41, &[])[..12].to_vec()), Step::Wait(Duration::from_secs(2))],
        "nothing came for 0.4 s",
    ),
    (
        "drips",
        || vec![Step::Drip(answer(2, 7, 41, &one_and_two()), Duration::from_millis(100))],
        "not finished within 1.5 s",
    ),
    ("notifies without end", || vec![Step::Endless(notify(2, 7, 9).repeat(900))], "more than 3000000 bytes"),
    (
        "changes its mind without end",
        || {
            let all = [vrp(2, true, 9, 9), vrp(2, false, 9, 9)].concat().repeat(900);
            vec![Step::Send(answer(2, 7, 41, &[])[..8].to_vec()), Step::Endless(all)]
        },
        "more than 3000000 bytes",
    ),
    (
        "announces without end",
        || {
            let all = (10..250).flat_map(|i| vrp(2, true, i, 1)).collect();
            vec![Step::Send(answer(2, 7, 41, &[])[..8].to_vec()), Step::Endless(all)]
        },
        "more than 100 records",
    ),
    ("has no data", || sends(error(2, 2)), "the cache reports error 2, No Data Available"),
    ("speaks HTTP", || sends(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()), "breaks the protocol"),
    (
        "repeats itself",
        || sends(answer(2, 7, 41, &[vrp(2, true, 3, 1), vrp(2, true, 3, 1)])),
        "192.0.3.0/24-24 AS1 is announced a second time",
    ),
    ("refuses every version", || sends(error(2, 4)), "Unsupported Protocol Version"),
];

#[test]
fn whatever_a_cache_does_what_is_held_stays() {
    for (what, steps, words) in BEHAVIOURS {
        // In answer to the question for changes, and to that for everything.
        for to_changes in [true, false] {
            let cache = Cache::start(move |query, before| match query {
                _ if before == 0 => sends(answer(2, 7, 40, &one_and_two())),
                Query::Serial(..) if !to_changes => sends(cache_reset(2)),
                _ => steps(),
            });
            let dir = tempfile::tempdir().unwrap();
            let budget = Budget { records_max: 100, bytes_max: 3_000_000, ..hasty() };
            let fetcher = Fetcher::open(dir.path(), budget).unwrap();
            assert!(matches!(fetcher.fetch("cache", &cache.url()).unwrap(), Fetched::New { .. }));
            let before = fetcher.history(&cache.url()).unwrap();
            let began = Instant::now();
            let Fetched::Failed(refusal) = fetcher.fetch("cache", &cache.url()).unwrap() else {
                panic!("{what}: not refused");
            };
            let refusal = refusal.to_string();
            assert!(refusal.contains(words), "{what}: {refusal}");
            assert!(began.elapsed() < Duration::from_secs(4), "{what}: {:?}", began.elapsed());
            assert!(cache.queries().len() <= 6, "{what}: {:?}", cache.queries());
            let after = fetcher.history(&cache.url()).unwrap();
            assert_eq!((&after.versions, &after.cache), (&before.versions, &before.cache), "{what}");
            let (_, status, reason) = after.last_failure.unwrap();
            assert_eq!((status, &reason), (None, &refusal), "{what}");
            let file = fetcher.place(after.versions[0].digest);
            assert_eq!(std::fs::read_to_string(file).unwrap(), ONE_AND_TWO, "{what}");
        }
    }
}

#[test]
fn a_cache_that_is_not_there_costs_nothing_of_what_is_held() {
    let cache = Cache::start(|query, before| match (query, before) {
        (Query::Reset(2), 0) => sends(answer(2, 7, 40, &one_and_two())),
        // Lost in the middle, then well.
        (Query::Serial(2, 7, 40), 1) => sends(answer(2, 7, 41, &[vrp(2, true, 3, 3)])[..30].to_vec()),
        (Query::Reset(2), 2) => sends(answer(2, 7, 41, &[vrp(2, true, 3, 3)])),
        other => panic!("{other:?}"),
    });
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(fetched(dir.path(), &cache), Fetched::New { .. }));
    assert!(matches!(fetched(dir.path(), &cache), Fetched::New { .. }));
    assert!(held(dir.path(), &cache).contains("192.0.3.0/24"));
    let url = cache.url();
    drop(cache);
    std::thread::sleep(Duration::from_millis(50));
    let fetcher = Fetcher::open(dir.path(), hasty()).unwrap();
    let Fetched::Failed(refusal) = fetcher.fetch("cache", &url).unwrap() else { panic!("not refused") };
    assert!(refusal.to_string().contains("the connection failed"), "{refusal}");
    assert_eq!(fetcher.history(&url).unwrap().cache.unwrap().serial, 41);
    let Fetched::Failed(refusal) = fetcher.fetch("cache", "rtr://cache.invalid").unwrap() else { panic!() };
    assert!(refusal.to_string().contains("the connection failed"), "{refusal}");
}

#[test]
fn nothing_is_built_on_a_file_that_changed_nor_for_ever_on_changes() {
    let cache = Cache::start(|query, _| {
        sends(match query {
            Query::Reset(2) => answer(2, 7, 40, &one_and_two()),
            Query::Serial(2, 7, 40) => answer(2, 7, 40, &[]),
            other => panic!("{other:?}"),
        })
    });
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(fetched(dir.path(), &cache), Fetched::New { .. }));
    let path = {
        let fetcher = Fetcher::open(dir.path(), hasty()).unwrap();
        fetcher.place(fetcher.history(&cache.url()).unwrap().versions[0].digest)
    };
    std::fs::write(&path, ONE_AND_TWO.replace("192.0.2.0", "192.0.7.0")).unwrap();
    assert!(matches!(fetched(dir.path(), &cache), Fetched::New { .. }));
    assert_eq!(held(dir.path(), &cache), ONE_AND_TWO);
    assert!(matches!(fetched(dir.path(), &cache), Fetched::Unchanged));
    // A day later everything is asked for again.
    let lines = std::fs::read_to_string(dir.path().join("index.ndjson")).unwrap();
    let whole = index(dir.path())[2]["cache"]["whole"].as_i64().unwrap();
    let aged = lines.replace(&format!("\"whole\":{whole}"), &format!("\"whole\":{}", whole - 86_401));
    assert_ne!(aged, lines);
    std::fs::write(dir.path().join("index.ndjson"), aged).unwrap();
    assert!(matches!(fetched(dir.path(), &cache), Fetched::Unchanged));
    let (whole, since) = (Query::Reset(2), Query::Serial(2, 7, 40));
    assert_eq!(cache.queries(), [whole, whole, since, whole]);
}
