//! Pieces of real files, and damage done to them.

use std::collections::HashSet;

use bgp::mrt::Kind;

const PIECE_BYTES_MAX: usize = 64 << 10;

/// A small generator of pseudo-random numbers (xorshift64*): the same variants on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.roll() >> 11) as usize % limit.max(1)
    }
}

/// Start and end of each record as the length fields alone say; the independent framer.
pub fn frames(mrt: &[u8]) -> Vec<(usize, usize)> {
    let mut frames = Vec::new();
    let mut at = 0;
    while let Some(length) = mrt.get(at + 8..at + 12) {
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        let Some(end) = at.checked_add(12 + length).filter(|end| *end <= mrt.len()) else { break };
        frames.push((at, end));
        at = end;
    }
    frames
}

pub fn kind(mrt: &[u8], at: usize) -> Kind {
    let field = |i: usize| u16::from_be_bytes([mrt[at + i], mrt[at + i + 1]]);
    Kind { code: field(4), subtype: field(6) }
}

pub const TABLE: Kind = Kind { code: 13, subtype: 1 };

/// The whole records at the start of a file, up to 64 KiB and to the second PEER_INDEX_TABLE.
pub fn piece(mrt: &[u8]) -> Vec<u8> {
    let mut len = 0;
    for (start, end) in frames(mrt) {
        if end > PIECE_BYTES_MAX || start > 0 && kind(mrt, start) == TABLE {
            break;
        }
        len = end;
    }
    mrt[..len].to_vec()
}

/// Pieces of files that together hold every kind of record in the data.
pub fn pieces(root: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut seen = HashSet::new();
    let mut pieces = Vec::new();
    for file in super::mrt_files(root) {
        let mrt = super::read(root, &file);
        let piece = piece(&mrt);
        let kinds: Vec<Kind> = frames(&piece).iter().map(|frame| kind(&piece, frame.0)).collect();
        let new = kinds.iter().any(|kind| !seen.contains(kind));
        seen.extend(kinds);
        if new || !file.starts_with("incidents") {
            pieces.push((file, piece));
        }
    }
    for (code, subtypes) in
        [(12, &[1, 2][..]), (13, &[1, 2, 4, 6, 8, 10]), (16, &[0, 1, 2, 4, 5, 9]), (17, &[4, 5])]
    {
        for subtype in subtypes {
            assert!(seen.contains(&Kind { code, subtype: *subtype }), "no record of {code}/{subtype}");
        }
    }
    pieces
}

pub fn put(octets: &mut [u8], at: usize, value: &[u8]) {
    octets[at..at + value.len()].copy_from_slice(value);
}

/// One random damage.
pub fn damage(original: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut octets = original.to_vec();
    let all = frames(original);
    let (start, end) = all[dice.below(all.len())];
    let inside = |dice: &mut Dice| start + 12 + dice.below(end - start - 12);
    match dice.below(8) {
        0 => octets.truncate(dice.below(octets.len())),
        1 => octets[start + dice.below(12)] ^= 1 << dice.below(8),
        2 => {
            let length = (end - start - 12) as u32;
            let lies = [0, 1, length - 1, length + 1, length + 100, u32::MAX, dice.roll() as u32, length / 2];
            put(&mut octets, start + 8, &lies[dice.below(lies.len())].to_be_bytes());
        }
        3 => {
            let at = inside(dice);
            octets[at] ^= 1 << dice.below(8);
        }
        4 => {
            let at = inside(dice);
            octets[at] = [0, 1, 0x7F, 0x80, 0xFF][dice.below(5)];
        }
        5 => {
            let at = dice.below(octets.len());
            let len = (1 + dice.below(64)).min(octets.len() - at);
            octets[at..at + len].iter_mut().for_each(|octet| *octet = dice.roll() as u8);
        }
        6 => {
            let at = dice.below(octets.len());
            octets.drain(at..(at + 1 + dice.below(20)).min(original.len()));
        }
        _ => {
            let at = dice.below(octets.len());
            let more: Vec<u8> = (0..1 + dice.below(20)).map(|_| dice.roll() as u8).collect();
            octets.splice(at..at, more);
        }
    }
    octets
}
