//! The file of a set.

use super::*;

fn written(set: &Set, with_aspas: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    set.write(with_aspas, &mut |piece| -> Result<(), ()> {
        bytes.extend_from_slice(piece);
        Ok(())
    })
    .unwrap();
    bytes
}

#[test]
fn the_same_set_is_the_same_bytes_whatever_the_order() {
    let mut other = Set::default();
    other.take_aspa(true, Families::Ipv4, Asn(64510), asns(&[64501])).unwrap();
    other.take_aspa(true, Families::Both, Asn(64500), asns(&[64502, 64501, 64502])).unwrap();
    other.take(true, vrp("192.0.2.0/24", 28, 64503)).unwrap();
    other.take(true, vrp("2001:db8::/32", 48, 64501)).unwrap();
    let text = String::from_utf8(written(&other, true)).unwrap();
    assert_eq!(text.as_bytes(), written(&good_set(), true));
    assert_eq!(
        text,
        "{\"metadata\":{\"vrps\":2,\"aspas\":2},\n\"roas\":[\n\
         {\"asn\":\"AS64503\",\"prefix\":\"192.0.2.0/24\",\"maxLength\":28},\n\
         {\"asn\":\"AS64501\",\"prefix\":\"2001:db8::/32\",\"maxLength\":48}],\n\"aspas\":[\n\
         {\"customer\":\"AS64500\",\"providers\":[\"AS64501\",\"AS64502\"]}],\n\
         \"provider_authorizations\":{\"ipv4\":[\n\
         {\"customer_asid\":\"AS64510\",\"providers\":[\"AS64501\"]}],\n\"ipv6\":[]}}\n"
    );
    // Without version 2 nobody knows of ASPAs, which is not the same as none.
    assert_ne!(written(&Set::default(), true), written(&Set::default(), false));
}

#[test]
fn a_set_is_read_back_as_it_was_or_not_at_all() {
    let mut large = good_set();
    for i in 0..5_000_u32 {
        let prefix = format!("10.{}.{}.0/24", i / 250, i % 250);
        large.take(true, vrp(&prefix, 24, i)).unwrap();
        large.take_aspa(true, Families::Both, Asn(i + 70_000), asns(&[i + 1, i + 2])).unwrap();
    }
    for set in [&Set::default(), &good_set(), &large] {
        let bytes = written(set, true);
        assert_eq!(Set::read(&bytes[..], set.records()).as_ref(), Some(set));
        assert_eq!(Set::read(&bytes[..bytes.len() - 3], u64::MAX), None);
        assert!(set.records() == 0 || Set::read(&bytes[..], set.records() - 1).is_none());
    }
    let text = String::from_utf8(written(&good_set(), true)).unwrap();
    for (from, to) in [
        ("192.0.2.0/24", "192.0.2.1/24"),
        ("\"maxLength\":28", "\"maxLength\":23"),
        ("AS64503", "AS"),
        ("roas", "raos"),
    ] {
        assert_eq!(Set::read(text.replace(from, to).as_bytes(), u64::MAX), None, "{to}");
    }
}
