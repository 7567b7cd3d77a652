//! Caches that lie, break off and never end.

use super::*;

/// The words of the refusal, and the code of the report that the cache got.
fn refused(says: &[Vec<u8>]) -> (String, Option<u16>) {
    let budget = Budget { records_max: 100, bytes_max: 1 << 20, ..Budget::default() };
    let (end, heard) = asked_within(WHOLE, &mut Set::default(), &says.concat(), &budget);
    let Err(Stop::Refused(refusal)) = end else { panic!("{end:?}") };
    let code = heard.first_chunk::<4>().map(|[_, kind, high, low]| {
        assert_eq!(*kind, 10);
        assert_eq!(heard.len() as u32, u32::from_be_bytes(*heard[4..].first_chunk().unwrap()));
        u16::from_be_bytes([*high, *low])
    });
    (refusal.to_string(), code)
}

/// What the cache says, words for it, and the code it is told.
type Case = (Vec<Vec<u8>>, &'static str, Option<u16>);

#[test]
fn every_fault_has_its_words_and_its_code() {
    let many = |unit: &dyn Fn(u32) -> Vec<u8>| (1..=300).flat_map(unit).collect::<Vec<u8>>();
    let raw = |version: u8, kind: u8, length: u32| {
        let mut bytes = unit(version, kind, 7, &[]);
        bytes[4..8].copy_from_slice(&length.to_be_bytes());
        bytes
    };
    let of = |flags: u8, len: u8, max: u8, last: u8| {
        unit(2, 4, 0, &[&[flags, len, max, 0, 192, 0, 2, last][..], &numbers(&[1])].concat())
    };
    let mut lying_report = error(2, 1, "text");
    lying_report[15] = 200;
    let mut lying_copy = error(2, 1, "text");
    lying_copy[8] = 255;
    let mut lying_count = older_aspa(1, 0, 1, &[2]);
    lying_count[11] = 9;
    let cases: Vec<Case> = vec![
        (vec![error(2, 2, "")], "the cache reports error 2, No Data Available", None),
        (vec![error(2, 1, "full\u{1b}[31m\0")], "error 1, Internal Error: \"full[31m\"", None),
        (vec![response(), v4(1, 1), error(2, 99, "")], "reports error 99", None),
        (vec![response(), v4(1, 1), v4(1, 1)], "192.0.2.0/24-28 AS1 is announced a second time", Some(7)),
        (vec![response(), v4(0, 1)], "AS1 is withdrawn and was never announced", Some(6)),
        (vec![response(), aspa(0, 1, &[])], "the ASPA of AS1 is withdrawn and was never", Some(6)),
        (vec![response(), aspa(1, 1, &[])], "AS1 is announced without a provider", Some(9)),
        (vec![response(), older_aspa(1, 0, 1, &[])], "AS1 is announced without a provider", Some(9)),
        (vec![response(), aspa(1, 0, &[1])], "an ASPA of AS0", Some(9)),
        (vec![response(), lying_count], "not as many providers as it says", Some(0)),
        (vec![v4(1, 1)], "records before the answer begins", Some(0)),
        (vec![end_of_data(1)], "records before the answer begins", Some(0)),
        (vec![response(), response()], "an answer begins within another", Some(0)),
        (vec![unit(2, 8, 0, &[])], "a Cache Reset in answer to a Reset Query", Some(0)),
        (vec![response(), unit(2, 8, 0, &[])], "a Cache Reset within an answer", Some(0)),
        (
            vec![response(), unit(2, 7, 8, &numbers(&[1, 1, 1, 1]))],
            "session 8 at the end of session 7",
            Some(0),
        ),
        (vec![unit(3, 3, 7, &[])], "version 3 in answer to version 2", Some(8)),
        (
            vec![response(), unit(1, 7, 7, &numbers(&[1, 1, 1, 1]))],
            "version 1 within a session of version 2",
            Some(8),
        ),
        (vec![unit(1, 3, 7, &[]), aspa(1, 1, &[2])], "version 2 within a session of version 1", Some(8)),
        (
            vec![unit(1, 3, 7, &[]), unit(1, 11, 256, &numbers(&[1, 2]))],
            "type 11 do not exist here in version 1",
            Some(5),
        ),
        (vec![unit(0, 3, 7, &[]), unit(0, 9, 0, &[0; 99])], "type 9 do not exist here in version 0", Some(5)),
        (vec![response(), unit(2, 5, 0, &[])], "units of type 5 do not exist", Some(5)),
        (vec![unit(2, 2, 0, &[])], "units of type 2 do not exist", Some(5)),
        (vec![raw(2, 3, 9)], "a unit of type 3 claims 9 bytes", Some(0)),
        (vec![raw(2, 3, 0)], "a unit of type 3 claims 0 bytes", Some(0)),
        (vec![response(), raw(2, 9, u32::MAX)], "a unit of type 9 claims 4294967295 bytes", Some(0)),
        (vec![response(), raw(2, 11, 65_536)], "a unit of type 11 claims 65536 bytes", Some(0)),
        (vec![response(), raw(2, 11, 14)], "a unit of type 11 claims 14 bytes", Some(0)),
        // To a report none is sent, however wrong it is.
        (vec![raw(2, 10, 1 << 31)], "a unit of type 10 claims 2147483648 bytes", None),
        (vec![lying_report], "a longer text than it has room for", None),
        (vec![lying_copy], "a longer unit than it has room for", None),
        (vec![response(), of(1, 33, 33, 0)], "`192.0.2.0/33` up to 33 is no prefix", Some(0)),
        (vec![response(), of(1, 24, 23, 0)], "`192.0.2.0/24` up to 23 is no prefix", Some(0)),
        (vec![response(), of(1, 24, 33, 0)], "up to 33 is no prefix", Some(0)),
        (vec![response(), of(1, 24, 24, 1)], "`192.0.2.1/24` up to 24 is no prefix", Some(0)),
        (vec![response(), many(&|i| v4(1, i))], "more than 100 records", None),
        (vec![response(), many(&|i| aspa(1, i, &[1, 2, 3]))], "more than 100 records", None),
        (vec![response(), aspa(1, 1, &(1..=200).collect::<Vec<_>>())], "more than 100 records", None),
        (vec![notify().repeat(100_000)], "more than 1048576 bytes", None),
        (vec![response(), [v4(1, 1), v4(0, 1)].concat().repeat(50_000)], "more than 1048576 bytes", None),
        (vec![], "closed in the middle of an answer", None),
        (vec![response(), v4(1, 1)], "closed in the middle of an answer", None),
    ];
    for (says, words, code) in cases {
        let (shown, reported) = refused(&says);
        assert!(shown.contains(words), "no `{words}` in `{shown}`");
        assert_eq!(reported, code, "{shown}");
    }
}

#[test]
fn cut_off_at_every_byte() {
    let units = good();
    let whole = units.concat();
    for cut in 0..whole.len() {
        let end = asked(WHOLE, &mut Set::default(), &whole[..cut]);
        assert!(matches!(end, Err(Stop::Refused(Refusal::Connection(_)))), "{cut}: {end:?}");
    }
    // Each kind of unit alone, cut, and with every length it could claim.
    let kinds = units.into_iter().chain([unit(2, 8, 0, &[]), error(2, 1, "some words"), aspa(0, 64500, &[])]);
    for unit in kinds {
        for cut in 0..unit.len() {
            let end = asked(WHOLE, &mut Set::default(), &[&response(), &unit[..cut]].concat());
            assert!(matches!(end, Err(Stop::Refused(Refusal::Connection(_)))), "{unit:?} {cut}: {end:?}");
        }
        for length in (0..200).chain([u32::MAX, 1 << 16, 65_535, 65_532, 1 << 31]) {
            let mut lying = unit.clone();
            lying[4..8].copy_from_slice(&length.to_be_bytes());
            let end = asked(WHOLE, &mut Set::default(), &[&response(), &lying[..]].concat());
            let is_whole = unit[1] == 7 && length as usize == unit.len();
            assert_eq!(end.is_ok(), is_whole, "{lying:?}: {end:?}");
        }
    }
}

/// A generator of its own, so that every run sees the same (xorshift, Marsaglia 2003).
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Address space ever asked for, in kB, where the system says so.
fn peak_kilobytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmPeak:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[test]
fn a_hundred_thousand_damaged_sessions() {
    let budget = Budget { records_max: 64, bytes_max: 1 << 16, ..Budget::default() };
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let mut ends = [0_u32; 4];
    let before = peak_kilobytes();
    for round in 0..100_000 {
        let mut units = good();
        for _ in 0..=random(&mut state) % 3 {
            let (a, b) =
                (random(&mut state) as usize % units.len(), random(&mut state) as usize % units.len());
            match random(&mut state) % 4 {
                0 => units.swap(a, b),
                1 => units[a] = units[b].clone(),
                2 if units.len() > 2 => drop(units.remove(a)),
                _ => {}
            }
        }
        let mut says = units.concat();
        for _ in 0..random(&mut state) % 4 {
            let at = random(&mut state) as usize % says.len();
            match random(&mut state) % 4 {
                0 => says[at] ^= 1 << (random(&mut state) % 8),
                1 => says[at] = random(&mut state) as u8,
                2 => says[at] = 0xff,
                _ => says.truncate(at.max(1)),
            }
        }
        let ask = if round % 2 == 0 { WHOLE } else { SINCE };
        let mut set = if round % 2 == 0 { Set::default() } else { good_set() };
        let end = asked_within(ask, &mut set, &says, &budget).0;
        assert!(set.records() <= 64 + 16_384, "{} records", set.records());
        ends[match end {
            Ok(_) => 0,
            Err(Stop::Whole) => 1,
            Err(Stop::Version(_)) => 2,
            Err(Stop::Refused(_)) => 3,
        }] += 1;
    }
    // Each way out is taken, or the damage is not of the right kind.
    assert!(ends[0] > 1_000 && ends[1] > 1_000 && ends[3] > 1_000, "{ends:?}");
    if let (Some(before), Some(after)) = (before, peak_kilobytes()) {
        assert!(after - before < 1 << 20, "{} MB more were asked for", (after - before) >> 10);
    }
}
