//! Damaged files: everything before the damaged block is delivered, nothing of it, and never a panic.

mod craft;

use bz2::Reason;
use craft::{Block, Dice, by_libbz2, by_ours, packed, stream};

/// Streams with their bytes; one of them of several blocks.
fn streams(dice: &mut Dice) -> Vec<(Vec<u8>, Vec<u8>)> {
    [90, 0, 3_000, 250_000, 700]
        .iter()
        .map(|size| {
            let bytes = if *size > 100_000 { vec![b'r'; *size].repeat(90) } else { dice.records(*size) };
            (packed(&bytes, 1), bytes)
        })
        .collect()
}

#[test]
fn truncated_at_every_byte() {
    let streams = streams(&mut Dice(5));
    let file: Vec<u8> = streams.iter().flat_map(|(p, _)| p.clone()).collect();
    let mut ends = vec![(0, 0)];
    for (packed, bytes) in &streams {
        let (end, count) = ends[ends.len() - 1];
        ends.push((end + packed.len(), count + bytes.len()));
    }
    let right: Vec<u8> = streams.iter().flat_map(|(_, b)| b.clone()).collect();
    for length in 0..file.len() {
        let (out, damage) = by_ours(&file[..length], length % 3);
        let whole = ends.iter().rfind(|(end, _)| *end <= length).unwrap();
        assert!(right.starts_with(&out) && out.len() >= whole.1, "cut at {length}: {} bytes", out.len());
        if length > 0 && whole.0 == length {
            assert_eq!((damage, out.len()), (None, whole.1));
            continue;
        }
        let damage = damage.unwrap_or_else(|| panic!("cut at {length} unnoticed"));
        assert_eq!((damage.reason, damage.bit), (Reason::Truncated, length as u64 * 8));
    }
}

#[test]
fn every_bit_flipped() {
    let mut dice = Dice(6);
    let texts: Vec<Vec<u8>> = (0..4).map(|k| dice.records(60 + 90 * k)).collect();
    let streams: Vec<Vec<u8>> = texts.iter().map(|t| packed(t, 9)).collect();
    let (file, right) = (streams.concat(), texts.concat());
    let mut unnoticed = 0;
    for bit in 0..file.len() * 8 {
        let mut flipped = file.clone();
        flipped[bit / 8] ^= 0x80 >> (bit % 8);
        let (out, damage) = by_ours(&flipped, bit % 3);
        let (mut start, mut before) = (0, 0);
        for (stream, text) in streams.iter().zip(&texts) {
            if start + stream.len() > bit / 8 {
                break;
            }
            (start, before) = (start + stream.len(), before + text.len());
        }
        assert!(right.starts_with(&out) && out.len() >= before, "bit {bit}: {} bytes", out.len());
        match damage {
            // of the header's digit, of the padding
            None => {
                assert_eq!(out, right, "bit {bit}");
                unnoticed += 1;
            }
            Some(damage) => assert!(damage.bit >= start as u64 * 8, "bit {bit}: {damage}"),
        }
        let (theirs, whole) = by_libbz2(&flipped);
        if damage.is_none_or(|d| d.reason != Reason::Randomised) {
            assert_eq!(damage.is_none(), whole, "bit {bit}: {damage:?}, libbz2 {} bytes", theirs.len());
        }
    }
    assert!((4..100).contains(&unnoticed), "{unnoticed} flips changed nothing");
}

/// `BZ2_CASES` mutated files against libbz2: whole for one is whole for the other, with the same bytes; and
/// whatever the threads, the same bytes and the same damage.
#[test]
fn mutated_files() {
    let cases = std::env::var("BZ2_CASES").map_or(20_000, |n| n.parse().unwrap());
    let mut dice = Dice(7);
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for k in 0..40 {
        let size = [0, 1, 5, 40, 300, 2_000, 120_000][k % 7];
        let bytes = match k % 4 {
            0 => dice.records(size),
            1 => dice.bytes(size.min(2_000), 256),
            2 => dice.bytes(size, 2).iter().map(|b| b * 9).collect(),
            _ => vec![9; size],
        };
        let mut file = packed(&bytes, 1 + k as u32 % 9);
        if k % 3 == 0 {
            file.extend(packed(&dice.records(100), 1));
        }
        seeds.push(file);
        seeds.push(stream(&[Block::plain(&dice.bytes(60, 255)), Block::plain(&dice.bytes(60, 200))]));
    }
    let (mut whole_ones, mut reasons) = (0, std::collections::BTreeSet::new());
    for case in 0..cases {
        let mut file = seeds[dice.below(seeds.len())].clone();
        for _ in 0..dice.below(4) {
            mutate(&mut file, &seeds, &mut dice);
        }
        let (out, damage) = by_ours(&file, case % 3);
        if case % 8 == 0 {
            let other = by_ours(&file, 2);
            assert!((&out, damage) == (&other.0, other.1), "case {case}: {damage:?}, {:?}", other.1);
        }
        if let Some(damage) = damage {
            reasons.insert(format!("{:?}", damage.reason));
            if damage.reason == Reason::Randomised {
                continue;
            }
        }
        let (theirs, whole) = by_libbz2(&file);
        assert_eq!(damage.is_none(), whole, "case {case}: {damage:?}");
        assert!(!whole || out == theirs, "case {case}");
        whole_ones += usize::from(whole);
    }
    assert!(whole_ones * 20 > cases, "{whole_ones} of {cases} whole");
    assert!(reasons.len() >= 12, "only {reasons:?}");
}

fn mutate(file: &mut Vec<u8>, seeds: &[Vec<u8>], dice: &mut Dice) {
    if file.is_empty() {
        return;
    }
    let at = dice.below(file.len());
    match dice.below(7) {
        0 => file[at] ^= 1 << dice.below(8),
        1 => file[at] = dice.below(256) as u8,
        2 => file.truncate(at),
        3 => {
            let other = &seeds[dice.below(seeds.len())];
            let from = dice.below(other.len());
            file.truncate(at);
            file.extend_from_slice(&other[from..]);
        }
        4 => drop(file.drain(at..(at + 1 + dice.below(9)).min(file.len()))),
        5 => {
            let count = 1 + dice.below(9);
            file.splice(at..at, dice.bytes(count, 256));
        }
        // where headers are
        _ => {
            let at = at % 40.min(file.len());
            file[at] ^= 1 << dice.below(8);
        }
    }
}

#[test]
fn each_reason_where_it_shows() {
    let block = || Block::plain(&[7, 9, 200, 3, 3]);
    let file = stream(&[block(), block()]);
    let reason = |file: &[u8]| by_ours(file, 2).1.map(|d| (d.reason, d.bit));
    let set = |at: usize, value: u8| {
        let mut changed = file.clone();
        changed[at] = value;
        reason(&changed)
    };
    assert_eq!(reason(&file), None);
    assert_eq!(reason(b""), Some((Reason::Truncated, 0)));
    assert_eq!(set(3, b'0'), Some((Reason::Header, 0)));
    assert_eq!(set(4, 0), Some((Reason::Magic, 32)));
    assert_eq!(set(10, !file[10]), Some((Reason::BlockChecksum, 32)));
    assert_eq!(set(14, file[14] | 0x80), Some((Reason::Randomised, (10 + 4) * 8 + 1)));
    let mut far = block();
    far.origin = 5;
    assert_eq!(reason(&stream(&[far])).map(|r| r.0), Some(Reason::Origin));
    let mut last = file.clone();
    let end = last.len();
    last[end - 3] ^= 1;
    let (out, damage) = by_ours(&last, 2);
    assert_eq!(out, [block().bytes().unwrap(), block().bytes().unwrap()].concat());
    assert_eq!(damage.map(|d| d.reason), Some(Reason::StreamChecksum));
    assert_eq!(reason(&[&file[..], b"\0\0\0\0"].concat()), Some((Reason::Header, end as u64 * 8)));
    // four equal bytes and no count: places 2, 2, 2, 2 of one byte make 'a' four times
    let unfinished = Block { used: vec![b'a'], lengths: vec![2, 2, 2], symbols: vec![1, 0], origin: 0 };
    assert_eq!(unfinished.bytes(), None);
    assert_eq!(reason(&stream(&[unfinished])).map(|r| r.0), Some(Reason::Repeats));
    let mut larger = packed(&Dice(8).bytes(150_000, 256), 9);
    larger[3] = b'1';
    assert_eq!(reason(&larger), Some((Reason::Size, 32)));
    let message = std::io::Error::from(bz2::Damage { bit: 35, reason: Reason::Magic });
    assert_eq!(
        message.to_string(),
        "bzip2, byte 4 bit 3: neither a block nor the end of the stream begins here"
    );
}
