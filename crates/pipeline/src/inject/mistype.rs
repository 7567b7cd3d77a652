//! Numbers as hands get them wrong: one digit changed, two swapped, one left out or struck twice.

use routing::{Asn, Family, Prefix};

use super::random::Random;

/// Another number, one slip away; `None` when the slip gives the number itself, or none.
pub(super) fn number(text: &str, radix: u32, random: &mut Random) -> Option<String> {
    let mut digits: Vec<char> = text.chars().collect();
    let at = random.below(digits.len());
    match random.below(4) {
        0 => digits[at] = char::from_digit(random.below(radix as usize) as u32, radix)?,
        1 if at + 1 < digits.len() => digits.swap(at, at + 1),
        2 if digits.len() > 1 => drop(digits.remove(at)),
        _ => {
            let digit = digits[at];
            digits.insert(at, digit);
        }
    }
    let slipped: String = digits.into_iter().collect();
    (slipped != text).then_some(slipped)
}

/// An ASN one slip away.
pub(super) fn asn(asn: Asn, random: &mut Random) -> Option<Asn> {
    let slipped = number(&asn.0.to_string(), 10, random)?;
    slipped.parse().ok().map(Asn).filter(|slipped| *slipped != asn)
}

/// A prefix of the same length one slip away: in one octet of IPv4, or one group of IPv6.
pub(super) fn prefix(prefix: Prefix, random: &mut Random) -> Option<Prefix> {
    let (between, radix) = if prefix.family() == Family::V4 { ('.', 10) } else { (':', 16) };
    let address = prefix.address().to_string();
    let mut groups: Vec<String> = address.split(between).map(str::to_owned).collect();
    let at = random.below(groups.len());
    if groups[at].is_empty() {
        return None;
    }
    groups[at] = number(&groups[at], radix, random)?;
    // Octets above 255 and bits behind the length are no prefix: such slips are noticed.
    let slipped: Prefix = format!("{}/{}", groups.join(&between.to_string()), prefix.len()).parse().ok()?;
    (slipped != prefix).then_some(slipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_small_and_never_none() {
        let mut random = Random::new(1, 1);
        let mut lengths = [0; 3];
        for _ in 0..1000 {
            let Some(slipped) = number("265790", 10, &mut random) else { continue };
            assert_ne!(slipped, "265790");
            lengths[slipped.len() - 5] += 1;
        }
        assert!(lengths.iter().all(|times| *times > 50), "{lengths:?}");
    }

    #[test]
    fn a_prefix_keeps_its_length_and_has_no_host_bits() {
        let mut random = Random::new(1, 2);
        for text in ["103.53.36.0/22", "2001:db8:40::/44"] {
            let right: Prefix = text.parse().unwrap();
            let slipped: Vec<Prefix> = (0..500).filter_map(|_| prefix(right, &mut random)).collect();
            assert!(slipped.len() > 50, "{text}: {}", slipped.len());
            assert!(slipped.iter().all(|p| p.len() == right.len() && *p != right));
        }
    }
}
