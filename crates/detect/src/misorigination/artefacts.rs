use routing::{Asn, Prefix};

use super::Claim;

/// The largest number that somebody may have meant as how often to prepend.
pub const PREPEND_COUNT_MAX: Asn = Asn(99);
/// Shorter numbers are too close to one another to tell a slip of the pen from chance: the longer of the two has
/// so many digits, and the other may have lost one.
const DIGITS_MIN: usize = 4;

/// The incumbent whose prepend count was typed as an ASN: the small origin's only neighbour.
pub(super) fn prepend_count(claim: &Claim) -> Option<Asn> {
    match claim.neighbours[..] {
        [only] if claim.origin <= PREPEND_COUNT_MAX => Some(only).filter(|n| claim.incumbents.contains(n)),
        _ => None,
    }
}

/// The only neighbour of the origin, of which the origin's number is a slip of the pen. It must be the
/// incumbent, or else stand where the incumbent stood.
pub(super) fn near_miss(claim: &Claim) -> Option<Asn> {
    match claim.neighbours[..] {
        [only] if is_near_miss(claim.origin, only) && claim.incumbents.contains(&only) => Some(only),
        _ => None,
    }
}

/// True when one number becomes the other by one digit changed, left out or put in, or two neighbours swapped.
pub fn is_near_miss(a: Asn, b: Asn) -> bool {
    let (a, b) = (a.0.to_string(), b.0.to_string());
    a.len().max(b.len()) >= DIGITS_MIN && one_slip(a.as_bytes(), b.as_bytes())
}

/// True when one prefix becomes the other of the same length by one slip of the pen in its address.
pub fn is_near_miss_prefix(a: Prefix, b: Prefix) -> bool {
    let (x, y) = (a.address().to_string(), b.address().to_string());
    a != b && a.len() == b.len() && one_slip(x.as_bytes(), y.as_bytes())
}

fn one_slip(a: &[u8], b: &[u8]) -> bool {
    if a == b {
        return false;
    }
    let same_head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same_head..], &b[same_head..]);
    let same_tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[..a.len() - same_tail], &b[..b.len() - same_tail]) {
        ([_], [_] | []) | ([], [_]) => true,
        ([x, y], [p, q]) => (x, y) == (q, p),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen() {
        for (a, b) in [(265_790, 265_791), (13_335, 31_335), (64_500, 6_450), (64_500, 645_000), (587, 5_087)]
        {
            assert!(is_near_miss(Asn(a), Asn(b)) && is_near_miss(Asn(b), Asn(a)), "{a} {b}");
        }
        for (a, b) in [(265_790, 265_790), (265_790, 265_881), (174, 175), (12_345, 12_543), (1, 99_999)] {
            assert!(!is_near_miss(Asn(a), Asn(b)), "{a} {b}");
        }
        let near = |a: &str, b: &str| is_near_miss_prefix(a.parse().unwrap(), b.parse().unwrap());
        assert!(near("103.53.38.0/24", "103.53.36.0/24"));
        assert!(!near("103.53.38.0/24", "103.53.38.0/24") && !near("103.53.38.0/24", "104.54.38.0/24"));
    }
}
