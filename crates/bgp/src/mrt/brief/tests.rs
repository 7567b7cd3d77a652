//! The quick look against the general reader, on sets of attributes made up around every limit.

use super::*;
use crate::mrt::attributes::Attributes;
use crate::mrt::rib::Rib;

/// xorshift64*: the same sets on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn octets(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.of(&[0, 0, 1, 2, 4, 16, 32, 255])).collect()
    }
}

fn attribute(flags: u8, code: u8, value: &[u8]) -> Vec<u8> {
    let mut octets = vec![flags, code];
    if flags & EXTENDED_LENGTH != 0 {
        octets.push((value.len() >> 8) as u8);
    }
    octets.push(value.len() as u8);
    octets.extend_from_slice(value);
    octets
}

/// A path, well-formed most of the time.
fn path(dice: &mut Dice) -> Vec<u8> {
    let mut octets = Vec::new();
    for _ in 0..dice.of(&[0, 1, 1, 1, 1, 2, 3]) {
        let (code, count) = (dice.of(&[1, 2, 2, 2, 2, 2, 3, 4, 5, 0]), dice.of(&[0, 1, 2, 3, 5, 63, 64]));
        octets.extend_from_slice(&[code, count]);
        octets.extend((0..usize::from(count) * 4).map(|_| dice.of(&[0, 1, 2, 77])));
    }
    if dice.below(20) == 0 {
        octets.pop();
    }
    octets
}

/// An attribute with right flags and a length near those that are right.
fn any_attribute(dice: &mut Dice) -> Vec<u8> {
    let code = match dice.below(10) {
        0 => dice.of(&[0, 1, 2, 11, 13, 17, 18, 20, 21, 22, 33, 40, 63, 64, 128, 255]),
        _ => dice.of(&[3, 4, 5, 6, 7, 8, 9, 10, 14, 15, 16, 32, 35]),
    };
    let mut flags = attributes::expected_flags(code).unwrap_or(0xC0);
    match dice.below(40) {
        0 => flags ^= 0x80,
        1 => flags ^= 0x40,
        2 => flags |= 0x2F,
        3 | 4 => flags |= EXTENDED_LENGTH,
        _ => {}
    }
    let value = match code {
        14 => {
            let next_hop = dice.of(&[4, 16, 16, 32, 5, 0]);
            let head = dice.of(&[&[][..], &[], &[0, 2, 1], &[0, 1, 2], &[0, 3, 1], &[1, 1, 1], &[0, 1, 3]]);
            let mut value = [head, &[next_hop as u8]].concat();
            let behind = if head.is_empty() { 0 } else { dice.of(&[0, 1, 1, 5]) };
            value.extend(dice.octets(next_hop + behind));
            if dice.below(20) == 0 {
                value.pop();
            }
            value
        }
        17 => path(dice),
        _ => {
            let len = match code {
                3 | 4 | 5 | 9 | 35 => 4,
                6 => 0,
                7 => dice.of(&[6, 8]),
                18 => 8,
                8 | 10 => 4 * dice.below(5),
                16 => 8 * dice.below(5),
                32 => 12 * dice.below(5),
                _ => dice.below(20),
            };
            let len = if dice.below(20) == 0 { dice.below(20) } else { len };
            dice.octets(len)
        }
    };
    attribute(flags, code, &value)
}

fn any_set(dice: &mut Dice) -> Vec<u8> {
    let mut set = attribute(dice.of(&[0x40, 0x40, 0x40, 0x50, 0xC0]), 1, &[dice.of(&[0, 0, 0, 1, 2, 2, 3])]);
    let path = path(dice);
    let flags = if path.len() > 255 { 0x50 } else { dice.of(&[0x40, 0x40, 0x40, 0x50, 0x60]) };
    set.extend(attribute(flags, 2, &path));
    for _ in 0..dice.below(6) {
        set.extend(any_attribute(dice));
    }
    match dice.below(30) {
        0 => set.truncate(dice.below(set.len() + 1)),
        1 => {
            let at = dice.below(set.len());
            set[at] = dice.octets(1)[0];
        }
        2 => set.push(0x40),
        _ => {}
    }
    set
}

#[test]
fn what_it_answers_for_the_general_reader_keeps_without_a_word() {
    let mut dice = Dice(0x7606_6396_4271_6793);
    let (mut answered, mut sound) = (0, 0);
    for _ in 0..300_000 {
        let set = any_set(&mut dice);
        let mut noted = Vec::new();
        let mut scratch = Vec::new();
        let route = Attributes::read(&set, Rib::CONTEXT, &mut scratch, &mut |damage| noted.push(damage));
        let kept = route.filter(|route| !route.treat_as_withdraw && noted.is_empty());
        sound += u32::from(kept.is_some());
        let Some(brief) = read(&set) else { continue };
        answered += 1;
        let kept = kept.unwrap_or_else(|| panic!("{set:02x?}: {noted:?}"));
        assert_eq!(brief.origin, kept.origin_as(), "{set:02x?}");
        assert_eq!(brief.path(&set), kept.path().octets(), "{set:02x?}");
        assert_eq!(brief.only_to_customer, kept.only_to_customer.is_some(), "{set:02x?}");
    }
    // It would be easy to be right by never answering; the rest has an unread family, a high code or odd flags.
    assert!(answered > 30_000 && answered * 2 > sound, "{answered} of {sound} sound sets");
}

#[test]
fn each_rule_allows_just_what_the_general_reader_does() {
    let start = [&attribute(0x40, 1, &[0])[..], &attribute(0x40, 2, &[2, 1, 0, 0, 0, 9])].concat();
    for code in 0..=255u8 {
        for flags in [0x00, 0x40, 0x80, 0xC0, 0xE0] {
            for len in 0..=50 {
                let value = vec![if len == 17 { 16 } else { 0 }; len];
                let set = [&start[..], &attribute(flags, code, &value)].concat();
                let (mut sound, mut scratch) = (true, Vec::new());
                let route = Attributes::read(&set, Rib::CONTEXT, &mut scratch, &mut |_| sound = false);
                let sound = sound && route.is_some_and(|route| !route.treat_as_withdraw);
                // MP_REACH_NLRI of families that are not read, and codes that nobody writes, are left to it.
                let left = code >= CODES as u8 || code == MP_REACH && len != 17;
                assert_eq!(read(&set).is_some(), sound && !left, "{code}, {flags:#x}, {len} octets");
            }
        }
    }
}
