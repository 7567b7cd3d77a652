//! Names of as-sets (RFC 2622 §5, §5.1).

use crate::Asn;

/// Longest name of a set, in bytes.
pub const SET_NAME_BYTES_MAX: usize = 200;

/// The name of an as-set in capitals: parts separated by `:`, each an AS number or a word, at least one of them led
/// by `AS-`; `None` of anything else.
pub fn as_set_name(written: &str) -> Option<String> {
    let name = written.to_ascii_uppercase();
    let part = |part: &str| {
        let word = part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        word && (is_set(part) || part.parse::<Asn>().is_ok())
    };
    let fits = name.len() <= SET_NAME_BYTES_MAX && name.split(':').all(part);
    (fits && name.split(':').any(is_set)).then_some(name)
}

/// An as-set as it may be named elsewhere than in its registry: `AS-NAME`, or `REGISTRY::AS-NAME`.
pub fn as_set_reference(written: &str) -> Option<String> {
    let Some((registry, name)) = written.split_once("::") else { return as_set_name(written) };
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let named = !registry.is_empty() && registry.len() <= 40 && registry.bytes().all(plain);
    Some(format!("{}::{}", registry.to_ascii_uppercase(), as_set_name(name)?)).filter(|_| named)
}

fn is_set(part: &str) -> bool {
    part.strip_prefix("AS-").is_some_and(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_the_rfc_has_them() {
        for (written, name) in [
            ("as-example", Some("AS-EXAMPLE")),
            ("AS64500:AS-Customers:AS64501", Some("AS64500:AS-CUSTOMERS:AS64501")),
            ("64500:AS-X", Some("64500:AS-X")),
            ("AS64500", None),
            ("AS-", None),
            ("AS-A:", None),
            ("AS-A B", None),
            ("RS-A", None),
            ("", None),
        ] {
            assert_eq!(as_set_name(written).as_deref(), name, "{written}");
        }
        assert_eq!(as_set_name(&format!("AS-{}", "A".repeat(198))), None);
        assert_eq!(as_set_reference("ripe::as-x").as_deref(), Some("RIPE::AS-X"));
        assert_eq!(as_set_reference("as-x").as_deref(), Some("AS-X"));
        assert_eq!((as_set_reference("::AS-X"), as_set_reference("R P::AS-X")), (None, None));
    }
}
