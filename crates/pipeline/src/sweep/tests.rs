//! Bytes in, spans out. What a month makes of spans is told by the scenarios.

use core::net::{IpAddr, Ipv4Addr};
use std::collections::BTreeMap;

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{Item, OriginCode, PeerEntry, Reader, Session};
use proptest::prelude::*;
use routing::{AsPath, Asn, Peer, Prefix, RouteSpan, Span, SpanEnd, Timestamp};

use super::{Beginning, PathTable, Sweep, Swept, beginning};

/// A time in the middle of a day; the window of the tests begins a day before it.
const T0: i64 = 1_714_564_800;
const WINDOW: Span = Span { start: Timestamp(T0 - 86_400), end: Timestamp(T0 + 86_400 * 20) };
const GAP: i64 = 3600;

fn session(peer: u8) -> Session {
    Session {
        peer_address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, peer)),
        peer_asn: Asn(64500 + u32::from(peer)),
        local_address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 254)),
        local_asn: Asn(64511),
        interface: 0,
        local: false,
    }
}

fn prefix(n: u8) -> Prefix {
    Prefix::from_address(IpAddr::V4(Ipv4Addr::new(198, 18, n, 0)), 24).unwrap()
}

fn route(path: u32) -> Route {
    Route {
        origin: OriginCode::Igp,
        path: AsPath::from_sequence([Asn(64500), Asn(path)]),
        next_hop: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        med: None,
        local_pref: None,
        communities: Vec::new(),
        only_to_customer: None,
    }
}

/// Seconds after [`T0`], and what is recorded.
#[derive(Clone, Copy, Debug)]
enum Op {
    Announce(u8, u8, u32),
    Withdraw(u8, u8),
    Down(u8),
}

fn bytes(at: i64, op: Op) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    let time = Timestamp(T0 + at);
    match op {
        Op::Announce(peer, n, path) => writer.announce(time, &session(peer), &[prefix(n)], &route(path)),
        Op::Withdraw(peer, n) => writer.withdraw(time, &session(peer), &[prefix(n)]),
        Op::Down(peer) => writer.state_change(time, &session(peer), 6, 1),
    }
    .unwrap();
    writer.into_inner()
}

fn updates(ops: &[(i64, Op)]) -> Vec<u8> {
    ops.iter().flat_map(|(at, op)| bytes(*at, *op)).collect()
}

/// A table of one peer with these prefixes.
fn table(at: i64, peer: u8, prefixes: &[u8]) -> Vec<u8> {
    let (time, session) = (Timestamp(T0 + at), session(peer));
    let entry =
        PeerEntry { bgp_id: Ipv4Addr::LOCALHOST, address: session.peer_address, asn: session.peer_asn };
    let mut writer = Writer::new(Vec::new());
    writer.peer_index_table(time, Ipv4Addr::LOCALHOST, "", &[entry]).unwrap();
    for n in prefixes {
        let row = Entry { peer_index: 0, originated: time, route: &route(1) };
        writer.rib(time, 0, prefix(*n), &[row]).unwrap();
    }
    writer.into_inner()
}

/// A table whose rows are of peers by their place in it, each with a path.
fn table_of(at: i64, peers: &[u8], entries: &[(u8, u16, u32)]) -> Vec<u8> {
    let time = Timestamp(T0 + at);
    let listed = peers.iter().map(|peer| session(*peer)).map(|session| PeerEntry {
        bgp_id: Ipv4Addr::LOCALHOST,
        address: session.peer_address,
        asn: session.peer_asn,
    });
    let mut writer = Writer::new(Vec::new());
    writer.peer_index_table(time, Ipv4Addr::LOCALHOST, "", &listed.collect::<Vec<_>>()).unwrap();
    for (n, peer_index, path) in entries {
        let row = Entry { peer_index: *peer_index, originated: time, route: &route(*path) };
        writer.rib(time, 0, prefix(*n), &[row]).unwrap();
    }
    writer.into_inner()
}

/// What a collector saw, all its spans at hand.
struct Shown {
    peers: Vec<Peer>,
    spans: Vec<RouteSpan>,
    paths: PathTable,
    coverage: Vec<Span>,
}

impl Shown {
    fn new(sweep: Sweep) -> Shown {
        let Swept { peers, paths, coverage, recording } = sweep.finish().unwrap();
        let spans = recording.all_spans(0).unwrap();
        Shown { peers, spans, paths, coverage }
    }
}

fn sweep(files: &[Vec<u8>]) -> Shown {
    let mut sweep = Sweep::new(WINDOW, WINDOW.start, GAP);
    for (i, file) in (0..).zip(files) {
        let report = sweep.read(i, file.as_slice()).unwrap();
        assert_eq!(report.faults.total(), 0, "{:?}", report.faults);
        assert_eq!(report.bytes, file.len() as u64);
    }
    Shown::new(sweep)
}

/// Peer, prefix, ADD-PATH identifier, path, start and end after [`T0`], why it ends.
type Row = (u32, Prefix, u32, String, i64, i64, SpanEnd);

fn rows(swept: &Shown) -> Vec<Row> {
    let row = |s: &routing::RouteSpan| {
        let peer = swept.peers[s.peer as usize].asn.0 - 64500;
        let path = swept.paths.get(s.path).to_string();
        (peer, s.prefix, s.path_id, path, s.time.start.0 - T0, s.time.end.0 - T0, s.end)
    };
    let mut rows: Vec<Row> = swept.spans.iter().map(row).collect();
    rows.sort_by_key(|r| (r.0, r.1, r.2, r.4, r.5));
    rows
}

fn times(swept: &Shown) -> Vec<(i64, i64, SpanEnd)> {
    rows(swept).into_iter().map(|r| (r.4, r.5, r.6)).collect()
}

#[test]
fn announced_and_withdrawn_within_a_second_is_a_span_of_no_length() {
    let swept = sweep(&[updates(&[(5, Op::Announce(1, 0, 1)), (5, Op::Withdraw(1, 0))])]);
    assert_eq!(times(&swept), [(5, 5, SpanEnd::Withdrawn)]);
}

#[test]
fn the_same_path_again_changes_nothing() {
    let again = updates(&[(0, Op::Announce(1, 0, 1)), (9, Op::Announce(1, 0, 1)), (20, Op::Withdraw(1, 0))]);
    let swept = sweep(&[again]);
    assert_eq!(times(&swept), [(0, 20, SpanEnd::Withdrawn)]);
    assert_eq!(swept.spans[0].offset, 0);
    assert_eq!(swept.paths.len(), 1);
}

#[test]
fn a_span_names_the_record_that_opened_it() {
    let first = updates(&[(0, Op::Announce(1, 0, 1))]);
    let second = updates(&[(1, Op::Announce(2, 0, 1)), (2, Op::Announce(1, 1, 2)), (3, Op::Down(1))]);
    let swept = sweep(&[first, second.clone()]);
    let span = swept.spans.iter().find(|s| s.prefix == prefix(1)).unwrap();
    assert_eq!(span.file, 1);
    let mut reader = Reader::new(&second[span.offset as usize..]);
    let Ok(Some(Item::Record(record))) = reader.next() else { panic!("no record there") };
    let mut found = Vec::new();
    record.elements(&mut |fault| panic!("{fault}"), |e| found.push((e.prefix, e.peer_asn)));
    assert_eq!(found, [(prefix(1), Asn(64501))]);
}

/// Gives the only IPv4 prefix of a message, which stands `behind` octets before the end, a path identifier.
fn with_path_id(mut mrt: Vec<u8>, id: u32, behind: usize) -> Vec<u8> {
    let at = mrt.len() - behind;
    mrt.splice(at..at, id.to_be_bytes());
    let subtype_of_add_path = 9;
    mrt[7] = subtype_of_add_path;
    let bgp_length = 12 + 20 + 16;
    mrt[11] += 4;
    mrt[bgp_length + 1] += 4;
    if behind > 4 {
        mrt[bgp_length + 4] += 4;
    }
    mrt
}

#[test]
fn add_path_identifiers_keep_routes_of_one_prefix_apart() {
    let announce = |at, id, path| with_path_id(bytes(at, Op::Announce(1, 0, path)), id, 4);
    // Behind the withdrawn prefix of four octets stand two of the attributes' length.
    let withdraw = |at, id| with_path_id(bytes(at, Op::Withdraw(1, 0)), id, 6);
    let file =
        [announce(0, 1, 10), announce(1, 2, 20), withdraw(5, 1), announce(7, 2, 30), withdraw(9, 3)].concat();
    let shown: Vec<_> = rows(&sweep(&[file])).into_iter().map(|r| (r.2, r.3, r.4, r.5, r.6)).collect();
    assert_eq!(
        shown,
        [
            (1, "64500 10".to_owned(), 0, 5, SpanEnd::Withdrawn),
            (2, "64500 20".to_owned(), 1, 7, SpanEnd::Replaced),
            (2, "64500 30".to_owned(), 7, 9, SpanEnd::DataEnd),
        ]
    );
}

#[test]
fn what_the_collector_sent_itself_is_no_route_of_the_peer() {
    let mut local = bytes(1, Op::Announce(1, 0, 1));
    let subtype_of_local = 7;
    local[7] = subtype_of_local;
    let swept = sweep(&[[local, bytes(2, Op::Announce(1, 1, 1))].concat()]);
    assert_eq!(rows(&swept).iter().map(|r| r.1).collect::<Vec<_>>(), [prefix(1)]);
    assert_eq!(swept.coverage, [Span { start: Timestamp(T0 + 1), end: Timestamp(T0 + 2) }]);
}

#[test]
fn a_table_belongs_before_updates_of_its_second() {
    let (table, updates) = (table(0, 1, &[0]), updates(&[(0, Op::Withdraw(1, 0)), (9, Op::Down(2))]));
    let order = |mrt: &Vec<u8>| beginning(mrt.as_slice()).unwrap();
    assert!(order(&table) < order(&updates));
    assert_eq!(order(&updates), Beginning { time: Timestamp(T0), updates: true });
    assert_eq!(beginning(&[0u8; 5][..]), None);
    assert_eq!(times(&sweep(&[table.clone(), updates.clone()])), [(0, 0, SpanEnd::Withdrawn)]);
    assert_eq!(times(&sweep(&[updates, table])), [(9, 9, SpanEnd::DataEnd)], "the clock does not step back");
}

#[test]
fn a_file_that_breaks_off_keeps_what_came_before_and_ends_nothing() {
    let mut broken = table(600, 1, &[1, 2]);
    broken.truncate(broken.len() - 3);
    let mut sweep = Sweep::new(WINDOW, WINDOW.start, GAP);
    sweep.read(0, table(0, 1, &[0]).as_slice()).unwrap();
    let report = sweep.read(1, broken.as_slice()).unwrap();
    assert_eq!((report.faults.skipped(), report.elements), (1, 1));
    sweep.read(2, updates(&[(700, Op::Withdraw(1, 9))]).as_slice()).unwrap();
    let swept = Shown::new(sweep);
    assert_eq!(times(&swept), [(0, 700, SpanEnd::DataEnd), (600, 700, SpanEnd::DataEnd)]);
}

/// An input that fails in the middle.
struct Failing<'a>(&'a [u8]);

impl std::io::Read for Failing<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(out)? {
            0 => Err(std::io::Error::other("the disk is gone")),
            n => Ok(n),
        }
    }
}

#[test]
fn an_input_that_fails_is_reported_and_a_table_in_it_closes_nothing() {
    let mut sweep = Sweep::new(WINDOW, WINDOW.start, GAP);
    sweep.read(0, table(0, 1, &[0]).as_slice()).unwrap();
    let report = sweep.read(1, Failing(&table(600, 1, &[1]))).unwrap();
    let fault = &report.faults.first()[0];
    assert_eq!((fault.kind.code, fault.detail.as_str()), ("stream-broken", "the disk is gone"));
    sweep.read(2, updates(&[(700, Op::Withdraw(1, 9))]).as_slice()).unwrap();
    assert_eq!(Shown::new(sweep).spans.iter().filter(|s| s.end == SpanEnd::AbsentFromTable).count(), 0);
}

#[test]
fn records_outside_are_counted_and_not_taken_in() {
    let before = WINDOW.start.0 - T0 - 1;
    let after = WINDOW.end.0 - T0;
    let file = updates(&[
        (before, Op::Announce(1, 0, 1)),
        (after - 1, Op::Announce(1, 1, 1)),
        (after, Op::Withdraw(1, 1)),
    ]);
    let mut sweep = Sweep::new(WINDOW, WINDOW.start, GAP);
    let report = sweep.read(0, file.as_slice()).unwrap();
    assert_eq!((report.records, report.records_outside, report.elements), (3, 2, 1));
    assert_eq!(times(&Shown::new(sweep)), [(after - 1, after, SpanEnd::DataEnd)]);
}

#[test]
fn one_clock_gone_wrong_does_not_end_the_month() {
    let after = WINDOW.end.0 - T0 + 99;
    let file =
        updates(&[(0, Op::Announce(1, 0, 1)), (after, Op::Announce(1, 1, 1)), (600, Op::Withdraw(1, 0))]);
    assert_eq!(times(&sweep(&[file])), [(0, 600, SpanEnd::Withdrawn)]);
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        5 => (1u8..3, 0u8..3, 1u32..3).prop_map(|(peer, n, path)| Op::Announce(peer, n, path)),
        3 => (1u8..3, 0u8..3).prop_map(|(peer, n)| Op::Withdraw(peer, n)),
        1 => (1u8..3).prop_map(Op::Down),
    ]
}

/// Operations in the order of time; steps up to `step_max` seconds.
fn ops(step_max: i64) -> impl Strategy<Value = Vec<(i64, Op)>> {
    prop::collection::vec((0..=step_max, op()), 1..40).prop_map(|steps| {
        let clock = |now: &mut i64, (step, op)| {
            *now += step;
            Some((*now, op))
        };
        steps.into_iter().scan(0, clock).collect()
    })
}

/// The rules for updates without tables and gaps, by the letter.
fn by_the_letter(ops: &[(i64, Op)]) -> Vec<Row> {
    let mut held: BTreeMap<(u8, u8), (u32, i64)> = BTreeMap::new();
    let mut rows = Vec::new();
    let mut close = |(peer, n): (u8, u8), (path, since): (u32, i64), at, end| {
        rows.push((u32::from(peer), prefix(n), 0, format!("64500 {path}"), since, at, end));
    };
    for &(at, op) in ops {
        match op {
            Op::Announce(peer, n, path) => match held.get(&(peer, n)).copied() {
                Some((old, _)) if old == path => {}
                old => {
                    held.insert((peer, n), (path, at));
                    old.into_iter().for_each(|old| close((peer, n), old, at, SpanEnd::Replaced));
                }
            },
            Op::Withdraw(peer, n) => {
                held.remove(&(peer, n))
                    .into_iter()
                    .for_each(|old| close((peer, n), old, at, SpanEnd::Withdrawn));
            }
            Op::Down(peer) => {
                for (key, old) in held.extract_if(.., |key, _| key.0 == peer) {
                    close(key, old, at, SpanEnd::SessionDown);
                }
            }
        }
    }
    let last = ops.last().map_or(0, |(at, _)| *at);
    held.into_iter().for_each(|(key, old)| close(key, old, last, SpanEnd::DataEnd));
    rows.sort_by_key(|r| (r.0, r.1, r.2, r.4, r.5));
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn updates_are_folded_by_the_letter(ops in ops(GAP)) {
        prop_assert_eq!(rows(&sweep(&[updates(&ops)])), by_the_letter(&ops));
    }

    #[test]
    fn two_files_split_at_any_record_are_one_file(ops in ops(2 * GAP), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(ops.len() + 1);
        let start = table(0, 1, &[0, 1]);
        let whole = sweep(&[start.clone(), updates(&ops)]);
        let parts = sweep(&[start, updates(&ops[..cut]), updates(&ops[cut..])]);
        prop_assert_eq!(rows(&whole), rows(&parts));
        prop_assert_eq!(whole.coverage, parts.coverage);
    }

    #[test]
    fn spans_of_one_route_never_overlap_and_lie_in_known_time(
        parts in prop::collection::vec((ops(2 * GAP), 0i64..200_000, prop::collection::vec(0u8..3, 0..3)), 1..5),
    ) {
        let mut files = Vec::new();
        let mut now = 0;
        for (ops, pause, shown) in parts {
            let mut shown = shown;
            shown.sort_unstable();
            shown.dedup();
            files.push(table(now, 1, &shown));
            let moved: Vec<(i64, Op)> = ops.iter().map(|(at, op)| (now + at, *op)).collect();
            now = moved.last().unwrap().0 + pause;
            // Now and then tables follow each other.
            if pause % 3 != 0 {
                files.push(updates(&moved));
            }
        }
        let swept = sweep(&files);
        for pair in rows(&swept).windows(2) {
            let same = (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1);
            prop_assert!(!same || pair[0].5 <= pair[1].4, "{:?} and {:?}", pair[0], pair[1]);
        }
        for span in &swept.spans {
            prop_assert!(WINDOW.start <= span.time.start && span.time.end <= WINDOW.end);
            let known = swept.coverage.iter().any(|c| c.start <= span.time.start && span.time.end <= c.end);
            prop_assert!(known, "{span:?} outside {:?}", swept.coverage);
        }
        prop_assert!(swept.coverage.is_sorted_by(|a, b| a.end <= b.start), "{:?}", swept.coverage);
    }
}

#[test]
fn a_row_has_the_path_and_the_peer_of_its_own() {
    let of = |swept: &Shown| -> Vec<(u32, String, String)> {
        rows(swept).into_iter().map(|r| (r.0, r.1.to_string(), r.3)).collect()
    };
    let row = |peer: u32, n: u8, path: u32| (peer, prefix(n).to_string(), format!("64500 {path}"));
    // The same place shows the same path again, another, and the first once more.
    let first = table_of(0, &[1, 2], &[(1, 0, 7), (2, 0, 7), (3, 0, 8), (3, 1, 7), (4, 0, 7)]);
    let all = [row(1, 1, 7), row(1, 2, 7), row(1, 3, 8), row(1, 4, 7), row(2, 3, 7)];
    assert_eq!(of(&sweep(std::slice::from_ref(&first))), all);
    // In the next table the places are those of other peers: the same octets at the same place are not the same
    // peer's.
    let second = table_of(600, &[2, 1], &[(4, 0, 7), (5, 1, 8)]);
    let swept = of(&sweep(&[first, second]));
    assert!(swept.contains(&row(2, 4, 7)) && swept.contains(&row(1, 5, 8)), "{swept:?}");
    assert!(!swept.contains(&row(1, 5, 7)) && !swept.contains(&row(2, 5, 8)), "{swept:?}");
}

/// A shelf that whoever made it still sees.
#[derive(Clone, Default)]
struct InMemory(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl super::Shelf for InMemory {
    fn append(&mut self, octets: &[u8]) -> std::io::Result<()> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(())
    }

    fn read(&self, at: u64, into: &mut [u8]) -> std::io::Result<()> {
        into.copy_from_slice(&self.0.lock().unwrap()[at as usize..][..into.len()]);
        Ok(())
    }

    fn truncate(&mut self, octets: u64) -> std::io::Result<()> {
        self.0.lock().unwrap().truncate(octets as usize);
        Ok(())
    }

    fn sync(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_route_has_the_mark_it_came_with_also_when_the_sweep_was_resumed() {
    let announce = |at: i64, n: u8, mark: Option<u32>| {
        let mut writer = Writer::new(Vec::new());
        let route = Route { only_to_customer: mark.map(Asn), ..route(7) };
        writer.announce(Timestamp(T0 + at), &session(1), &[prefix(n)], &route).unwrap();
        writer.into_inner()
    };
    let row = |place: u32, n: u8, mark: Option<u32>, writer: &mut Writer<Vec<u8>>| {
        let route = Route { only_to_customer: mark.map(Asn), ..route(7) };
        let entry = Entry { peer_index: 0, originated: Timestamp(T0), route: &route };
        writer.rib(Timestamp(T0), place, prefix(n), &[entry]).unwrap();
    };
    let mut writer = Writer::new(Vec::new());
    let peer = session(1);
    let peer = PeerEntry { bgp_id: Ipv4Addr::LOCALHOST, address: peer.peer_address, asn: peer.peer_asn };
    writer.peer_index_table(Timestamp(T0), Ipv4Addr::LOCALHOST, "", &[peer]).unwrap();
    for (place, (n, mark)) in (0..).zip([(1, None), (2, Some(5)), (3, Some(5)), (4, Some(6)), (5, None)]) {
        row(place, n, mark, &mut writer);
    }
    let first = writer.into_inner();
    let second = [announce(60, 1, Some(5)), announce(70, 6, Some(9)), announce(80, 6, None)].concat();
    let new = || Sweep::new(WINDOW, WINDOW.start, GAP);
    let shelf = InMemory::default();
    let mut sweep = new().shelving(Box::new(shelf.clone()), usize::MAX);
    let report = sweep.read(0, first.as_slice()).unwrap();
    let standing = sweep.standing(&[report]).unwrap();
    let mut sweep = new();
    assert!(sweep.resume(&standing, &[0], Box::new(shelf), usize::MAX).unwrap().is_some());
    sweep.read(1, second.as_slice()).unwrap();
    let swept = sweep.finish().unwrap();
    let spans = swept.recording.all_spans(0).unwrap();
    let of = |n: u8| -> Vec<Option<u32>> {
        let own = spans.iter().filter(|span| span.prefix == prefix(n));
        own.map(|span| swept.paths.mark(span.path).map(|asn| asn.0)).collect()
    };
    assert_eq!((of(1), of(2), of(3)), (vec![None, Some(5)], vec![Some(5)], vec![Some(5)]));
    assert_eq!((of(4), of(5), of(6)), (vec![Some(6)], vec![None], vec![Some(9), None]));
    assert_eq!(swept.paths.len(), 4, "one path, and three marks of it");
}
