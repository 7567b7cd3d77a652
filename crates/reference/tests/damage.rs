//! Damaged files: no panic, no hang, bounded faults, and undamaged lines are still read.

mod data;

use std::io::Read;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use data::Dice;
use reference::{
    ReadError, as_names, asn_countries, aspa, bogons, contacts, delegations, irr, opinions, organisations,
    relationships, slurm, spoofer, vrp,
};
use routing::FaultCounts;

const PIECE_BYTES_MAX: u64 = 64 << 10;
const VARIANTS: usize = 150;

/// A reader with its table: the number of records, or the refusal.
type Reader = fn(&[u8], &mut FaultCounts) -> Result<u64, String>;

fn records<T>(read: Result<reference::Parsed<T>, ReadError>) -> Result<u64, String> {
    read.map(|p| p.records).map_err(|e| e.to_string())
}

fn read_vrps(bytes: &[u8], faults: &mut FaultCounts) -> Result<u64, String> {
    let parsed = vrp::parse(bytes, faults).map_err(|e| e.to_string())?;
    let table = vrp::VrpTable::new(parsed.content.clone());
    for v in parsed.content.iter().take(50) {
        let explained = table.explain(v.prefix, Some(v.asn));
        assert_eq!(explained.matched.is_empty(), v.asn.0 == 0, "{v}");
    }
    Ok(parsed.records)
}

fn read_irr(bytes: &[u8], faults: &mut FaultCounts) -> Result<u64, String> {
    let parsed = irr::parse(bytes, "RIPE", faults).map_err(|e| e.to_string())?;
    let records = parsed.records;
    let source = irr::IrrSource { authority: irr::Authority::named("RIPE"), dump: parsed.content };
    let table = irr::RouteTable::new(vec![source]);
    for r in table.routes().iter().take(50) {
        assert_eq!(table.look_up(r.object.prefix, Some(r.object.origin)).state, irr::IrrState::Exact);
    }
    Ok(records)
}

fn read_delegations(bytes: &[u8], faults: &mut FaultCounts) -> Result<u64, String> {
    let parsed = delegations::parse(bytes, faults).map_err(|e| e.to_string())?;
    let table = delegations::DelegationTable::new(parsed.content);
    // At most every record of a 64-KiB piece times the most numbers a record may hold.
    table.networks().take(10_000).for_each(|(asn, d)| assert!(d.status.is_held(), "{asn}"));
    Ok(parsed.records)
}

fn read_contacts(bytes: &[u8], faults: &mut FaultCounts) -> Result<u64, String> {
    let parsed = contacts::parse(bytes, faults).map_err(|e| e.to_string())?;
    contacts::ContactTable::new([parsed.content]);
    Ok(parsed.records)
}

fn read_organisations(bytes: &[u8], faults: &mut FaultCounts) -> Result<u64, String> {
    let parsed = organisations::parse(bytes, faults).map_err(|e| e.to_string())?;
    organisations::OrganisationTable::new([parsed.content]);
    Ok(parsed.records)
}

fn read_relationships(bytes: &[u8], faults: &mut FaultCounts) -> Result<u64, String> {
    let parsed = relationships::parse(bytes, faults).map_err(|e| e.to_string())?;
    relationships::RelationshipTable::new(&parsed.content.links);
    Ok(parsed.records)
}

fn read_spoofer(bytes: &[u8], faults: &mut FaultCounts) -> Result<u64, String> {
    let parsed = spoofer::parse(bytes, faults).map_err(|e| e.to_string())?;
    let records = parsed.records;
    spoofer::SpooferTable::new(parsed.content.sessions);
    Ok(records)
}

/// A page of sessions, and the same one per line.
fn spoofer_pieces() -> [(String, Vec<u8>, Reader); 2] {
    let session = |i: u32| {
        format!(
            "{{\"session\":{i},\"timestamp\":\"2024-05-02T00:00:00+00:00\",\"asn4\":\"{i}\",\"asn6\":{i},\
             \"client4\":\"192.0.{i}.0/24\",\"client6\":\"2001:db8:{i}00::/40\",\"nat4\":true,\"nat6\":null,\
             \"routedspoof\":\"received\",\"routedspoof6\":\"blocked\",\"privatespoof\":\"rewritten\"}}"
        )
    };
    let all: Vec<String> = (1..100).map(session).collect();
    let page = format!("{{\"@id\":\"/sessions\",\"hydra:member\":[\n{}\n]}}", all.join(",\n"));
    [
        ("spoofer page json".to_owned(), page.into_bytes(), read_spoofer),
        ("spoofer lines json".to_owned(), all.join("\n").into_bytes(), read_spoofer),
    ]
}

/// An answer of each publisher of events, and GRIP's one per line.
fn opinion_pieces() -> [(String, Vec<u8>, Reader); 3] {
    let grip = |i: u32| {
        format!(
            "{{\"id\":\"moas-{i}\",\"event_type\":\"moas\",\"view_ts\":{},\"finished_ts\":null,\"tags\":[{{\"name\":\"a\"}}],\
             \"summary\":{{\"attackers\":[{i}],\"victims\":[\"{i}\"],\"prefixes\":[\"192.0.{i}.0/24\"],\"inference_result\":\
             {{\"primary_inference\":{{\"suspicion_level\":80,\"confidence\":99}}}}}},\"pfx_events\":[{{\"prefix\":\
             \"192.0.{i}.0/24\",\"details\":{{\"new_origins\":[{i}]}}}}]}}",
            1_600_000_000 + i
        )
    };
    let radar = |i: u32| {
        format!(
            "{{\"id\":{i},\"leak_asn\":{i},\"leak_seg\":[1,{i},3],\"min_ts\":\"2024-05-02T00:00:00Z\",\"countries\":[\"NL\"]}},\
             {{\"id\":{i},\"hijacker_asn\":{i},\"victim_asns\":[1,2],\"prefixes\":[\"192.0.{i}.0/24\"],\
             \"min_hijack_ts\":\"2024-05-02T00:00:00\",\"confidence_score\":7,\"tags\":[{{\"name\":\"x\",\"score\":1}}]}}"
        )
    };
    let all: Vec<String> = (1..100).map(grip).collect();
    let answer = format!("{{\"recordsTotal\":99,\"data\":[\n{}\n]}}", all.join(",\n"));
    let events: Vec<String> = (1..100).map(radar).collect();
    let events = format!("{{\"result\":{{\"events\":[\n{}\n]}}}}", events.join(",\n"));
    [
        ("grip answer json".to_owned(), answer.into_bytes(), |b, f| records(opinions::grip::parse(b, f))),
        ("grip lines json".to_owned(), all.join("\n").into_bytes(), |b, f| {
            records(opinions::grip::parse(b, f))
        }),
        ("radar answer json".to_owned(), events.into_bytes(), |b, f| records(opinions::radar::parse(b, f))),
    ]
}

fn pieces() -> Option<Vec<(String, Vec<u8>, Reader)>> {
    let folder = data::folder()?;
    let mut paths: Vec<(PathBuf, Reader)> = Vec::new();
    for path in data::files(&folder.join("rpki/routinator-tests"), "111.") {
        paths.push((path.clone(), read_vrps));
        if data::read(&path).contains('{') && !path.ends_with("111.openbgpd") {
            paths.push((path, |b, f| records(aspa::parse(b, f))));
        }
    }
    let rest: [(&str, Reader); 20] = [
        ("world-2016/2016-02_tabi_roa.csv.gz", read_vrps),
        ("world-2022/2022-01-02_afrinic_roas.csv.gz", read_vrps),
        ("rpki/rpki-rs-objects/slurm/full_v2.json", |b, _| {
            slurm::parse(b).map(|_| 1).map_err(|e| e.to_string())
        }),
        ("irr/manrs-contrib-testdata_test.db", read_irr),
        ("irr/manrs-contrib-testdata_ten-records.txt", read_irr),
        ("world-2016/irr-excerpt-2016-04-06/ripe-db-route.txt", read_irr),
        ("world-2016/irr-excerpt-2016-04-06/ripe-db-route6.txt", read_irr),
        ("world-2016/delegated-apnic-extended-20160130.gz", read_delegations),
        ("world-2022/delegated-lacnic-extended-20220401.gz", read_delegations),
        ("peeringdb/prod-anon-2026/poc-page1.json", read_contacts),
        ("peeringdb/prod-anon-2026/net-page1.json", read_contacts),
        ("peeringdb/fixtures/net.json", read_contacts),
        ("world-2016/pyasn_asnames.json.gz", |b, f| records(as_names::parse(b, f))),
        ("world-2014/asnames_20140524.txt.gz", |b, f| records(as_names::parse(b, f))),
        ("registries/2024-01_lacnic_asn_country.csv.gz", |b, f| records(asn_countries::parse(b, f))),
        ("world-2022/20220401.as-org2info.txt.gz", read_organisations),
        ("world-2022/20220301.as-rel.txt.bz2", read_relationships),
        ("incidents/bgpstream-com/hijacks.csv", |b, f| records(opinions::bgpstream_com::parse(b, f))),
        ("incidents/bgpstream-com/leaks.csv", |b, f| records(opinions::bgpstream_com::parse(b, f))),
        ("manrs-2018/cidr/20180501.txt.gz", |b, f| records(bogons::parse_cidr_report(b, f))),
    ];
    paths.extend(rest.map(|(name, reader)| (folder.join(name), reader)));
    let read = |(path, reader): (PathBuf, Reader)| {
        let mut bytes = Vec::new();
        data::open(&path).take(PIECE_BYTES_MAX).read_to_end(&mut bytes).unwrap();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), bytes, reader)
    };
    Some(paths.into_iter().map(read).chain(spoofer_pieces()).chain(opinion_pieces()).collect())
}

fn damaged(original: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len().max(1) as u64) as usize;
        match dice.below(10) {
            0 => bytes.truncate(at),
            1 => {
                if let Some(b) = bytes.get_mut(at) {
                    *b ^= 1 << dice.below(8);
                }
            }
            2 => {
                let end = (at + dice.below(400) as usize).min(bytes.len());
                bytes.drain(at.min(end)..end);
            }
            3 => {
                let end = (at + dice.below(4000) as usize).min(bytes.len());
                let copy = bytes[at.min(end)..end].to_vec();
                bytes.splice(at..at, copy);
            }
            4 => {
                let garbage: Vec<u8> = (0..dice.below(300)).map(|_| dice.next() as u8).collect();
                bytes.splice(at..at, garbage);
            }
            5 => {
                let end = (at + dice.below(100) as usize).min(bytes.len());
                bytes[at.min(end)..end].fill(0);
            }
            6 => {
                let digit = bytes.iter().skip(at).position(u8::is_ascii_digit).map_or(0, |i| at + i);
                let giant = dice.pick(&[
                    "99999999999999999999999",
                    "4294967296",
                    "-1",
                    "1e400",
                    "0",
                    "340282366920938463463374607431768211456",
                ]);
                bytes.splice(digit..digit, giant.bytes());
            }
            7 => {
                let text = dice.pick(&[
                    "[[[[[[[[[[",
                    "{\"a\":",
                    "\"",
                    "\\ud800",
                    "|||||",
                    ":::",
                    "\n\n",
                    "\r",
                    "\u{feff}",
                    ",,",
                    "/",
                    "}",
                ]);
                bytes.splice(at..at, text.repeat(1 + dice.below(300) as usize).bytes());
            }
            8 => bytes.iter_mut().skip(at).filter(|b| **b == b'\n').for_each(|b| *b = b' '),
            _ => {
                let line = vec![dice.pick(b"x1[\"# "); 2 << 20];
                if dice.below(8) == 0 {
                    bytes.splice(at..at, line);
                }
            }
        }
    }
    bytes
}

#[test]
fn damaged_pieces_neither_panic_nor_hang() {
    let Some(pieces) = pieces() else { return };
    let (mut variants, mut refused, mut with_faults) = (0, 0, 0);
    for (name, original, reader) in &pieces {
        let mut dice = Dice(0xDA_3A6E ^ name.len() as u64);
        assert!(reader(original, &mut FaultCounts::default()).is_ok() || name.contains("json"), "{name}");
        for _ in 0..VARIANTS {
            let bytes = damaged(original, &mut dice);
            let mut faults = FaultCounts::default();
            let begun = Instant::now();
            let read = reader(&bytes, &mut faults);
            assert!(begun.elapsed() < Duration::from_secs(10), "{name}: a hang");
            let most = bytes.len() as u64;
            assert!(faults.total() <= most && faults.first().len() <= FaultCounts::KEPT_MAX, "{name}");
            assert!(faults.first().iter().all(|f| f.detail.chars().count() <= 101), "{name}");
            let lines = bytes.iter().filter(|b| **b == b'\n').count() as u64 + 1;
            assert!(
                faults.first().iter().all(|f| (1..=lines).contains(&f.at)),
                "{name}: {:?}",
                faults.first()
            );
            match read {
                Ok(n) => assert!(n <= most, "{name}"),
                Err(text) => {
                    assert!(!text.is_empty() && text.chars().count() < 1000, "{name}: {text}");
                    refused += 1;
                }
            }
            variants += 1;
            with_faults += u64::from(faults.total() > 0);
        }
    }
    eprintln!("{variants} variants of {} pieces: {refused} refused, {with_faults} with faults", pieces.len());
    assert!(variants >= 3000 && refused > 100 && with_faults > 1000);
}

#[test]
fn a_garbage_line_costs_nothing_but_itself() {
    let Some(pieces) = pieces() else { return };
    let mut seen = 0;
    for (name, original, reader) in &pieces {
        // JSON has no lines; a piece that ends inside a line is cut to whole ones.
        if original.first() == Some(&b'{') || name.contains("openbgpd") || name.contains("summary") {
            continue;
        }
        let whole = original.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        let original = &original[..whole];
        let lines: Vec<&[u8]> = original.split_inclusive(|b| *b == b'\n').collect();
        let mut before = FaultCounts::default();
        let Ok(want @ 1..) = reader(original, &mut before) else { continue };
        for at in [lines.len() / 3 + 1, lines.len()] {
            let mut bytes = lines[..at.min(lines.len())].concat();
            bytes.extend(b"%% \xff\x00 garbage =\n".iter().skip(usize::from(!name.contains("ripe")) * 3));
            bytes.extend(lines[at.min(lines.len())..].concat());
            let mut faults = FaultCounts::default();
            assert_eq!(reader(&bytes, &mut faults), Ok(want), "{name}");
            assert!(faults.skipped() >= before.skipped(), "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen}");
}
