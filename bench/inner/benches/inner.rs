//! The inner loops, each by itself.

use std::hint::black_box;
use std::io::{Read, Write};

use bgp::mrt::{Item, PeerMemory, Reader};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use detect::Sighting;
use detect::visibility::{Seen, examine};
use pipeline::sweep::PathTable;
use reference::irr::{Authority, IrrDump, IrrSource, RouteObject, RouteTable};
use reference::vrp::{TrustAnchor, Vrp, VrpTable};
use routing::{AsPath, Asn, Family, Prefix, Span, SpanEnd, Timestamp};

const ROWS: usize = 40_000;
const PREFIXES: u32 = 100_000;

fn table(criterion: &mut Criterion) {
    let octets = reading::made_up::table(ROWS).expect("memory does not fail");
    let mut group = criterion.benchmark_group("table");
    group.throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("rows", |b| b.iter(|| reading::rows(black_box(&octets[..]))));
    group.bench_function("elements", |b| b.iter(|| reading::elements(black_box(&octets[..]))));
    group.bench_function("paths interned", |b| {
        let mut paths: Vec<AsPath> = Vec::new();
        let mut memory = PeerMemory::default();
        let mut reader = Reader::new(&octets[..]);
        while let Some(item) = reader.next().expect("memory does not fail") {
            let Item::Record(record) = item else { continue };
            record.rows(&mut memory, &mut |_| {}, |row| paths.push(row.path().to_owned()));
        }
        b.iter(|| {
            let mut table = PathTable::default();
            paths.iter().map(|path| u64::from(table.intern(path.as_ref()))).sum::<u64>()
        });
    });
    group.finish();
}

/// Every /22 of a stretch, every fourth with a more specific.
fn prefixes() -> Vec<(Prefix, Asn)> {
    let mut all = Vec::new();
    for n in 0..PREFIXES {
        let bits = u128::from(0x1400_0000 + (n << 10)) << 96;
        let asn = Asn(1 + n % 70_000);
        all.extend(Prefix::from_bits(Family::V4, bits, 22).map(|prefix| (prefix, asn)));
        if n % 4 == 0 {
            all.extend(Prefix::from_bits(Family::V4, bits, 24).map(|prefix| (prefix, asn)));
        }
    }
    all
}

fn look_ups(criterion: &mut Criterion) {
    let pairs = prefixes();
    let half = || pairs.iter().step_by(2);
    let vrps = VrpTable::new(
        half()
            .map(|(prefix, asn)| Vrp {
                prefix: *prefix,
                max_length: prefix.len(),
                asn: *asn,
                trust_anchor: TrustAnchor::NotSaid,
            })
            .collect(),
    );
    let mut dump = IrrDump::default();
    let (source, maintainers) = (dump.names.intern("MADE"), dump.names.intern("MADE-MNT"));
    dump.routes = half()
        .map(|(prefix, asn)| RouteObject {
            prefix: *prefix,
            origin: *asn,
            created: None,
            last_modified: None,
            source,
            maintainers,
        })
        .collect();
    let irr = RouteTable::new(vec![IrrSource { authority: Authority::named("RADB"), dump }]);
    let routes: Vec<(Prefix, Option<Asn>)> = pairs.iter().map(|(p, asn)| (*p, Some(*asn))).collect();
    let mut group = criterion.benchmark_group("look-ups");
    group.throughput(Throughput::Elements(routes.len() as u64));
    group.bench_function("RPKI, one by one", |b| {
        b.iter(|| {
            for (p, o) in &routes {
                black_box(vrps.validate(*p, *o));
            }
        });
    });
    group.bench_function("RPKI, batch", |b| b.iter(|| vrps.validate_all(black_box(&routes))));
    group.bench_function("IRR, one by one", |b| {
        b.iter(|| {
            for (p, o) in &routes {
                black_box(irr.look_up(*p, *o));
            }
        });
    });
    group.bench_function("IRR, batch", |b| b.iter(|| irr.look_up_all(black_box(&routes))));
    group.finish();
}

fn unpacking(criterion: &mut Criterion) {
    let octets = reading::made_up::table(ROWS).expect("memory does not fail");
    let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    packer.write_all(&octets).expect("memory does not fail");
    let packed = packer.finish().expect("memory does not fail");
    let mut group = criterion.benchmark_group("unpacking");
    group.throughput(Throughput::Bytes(octets.len() as u64)).sample_size(20);
    group.bench_function("bzip2", |b| {
        b.iter(|| {
            let mut out = Vec::with_capacity(octets.len());
            bz2::Decoder::new(&packed[..], 0).read_to_end(&mut out).expect("it is whole");
            out.len()
        });
    });
    group.finish();
}

fn incidents(criterion: &mut Criterion) {
    let month = Span { start: Timestamp(0), end: Timestamp(30 * 86_400) };
    // Events of a thousand networks, of which about half touch another.
    let events: Vec<(Asn, Span)> = (0..100_000_i64)
        .map(|n| {
            let start = n * 7_919 % (29 * 86_400);
            let end = start + n * 104_729 % 40_000;
            (Asn((n % 1_000) as u32), Span { start: Timestamp(start), end: Timestamp(end) })
        })
        .collect();
    let mut group = criterion.benchmark_group("incidents");
    group.throughput(Throughput::Elements(events.len() as u64));
    group.bench_function("merged", |b| {
        b.iter(|| detect::incident::merge(events.iter().copied(), month).len());
    });
    let seen: Vec<Seen> = (0u32..)
        .zip(&events)
        .map(|(n, (_, span))| Seen {
            sighting: Sighting {
                span: *span,
                end: SpanEnd::Withdrawn,
                collector: (n % 4) as u16,
                peer: n % 40,
                peer_asn: Asn(3_000 + n % 40),
                path: n % 500,
                file: 0,
                offset: u64::from(n),
                estimated: false,
            },
            carriers: vec![(Asn(4_000 + n % 7), 1)],
        })
        .collect();
    let short = &seen[..10_000];
    group.throughput(Throughput::Elements(short.len() as u64));
    group.bench_function("visibility", |b| b.iter(|| examine(short.to_vec()).len()));
    group.finish();
}

criterion_group!(inner, table, look_ups, unpacking, incidents);
criterion_main!(inner);
