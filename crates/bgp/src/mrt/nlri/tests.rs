use super::*;

fn read(octets: &[u8], family: Family, add_path: bool) -> Option<(Vec<String>, bool)> {
    Nlri::parse_or_guess(octets, family, add_path).map(|(nlri, undeclared)| {
        let shown = |p: NlriPrefix| match p.path_id {
            Some(id) => format!("{}#{id}", p.prefix),
            None => p.prefix.to_string(),
        };
        (nlri.iter().map(shown).collect(), undeclared)
    })
}

#[track_caller]
fn check(octets: &[u8], family: Family, add_path: bool, expected: &[&str], undeclared: bool) {
    let (prefixes, guessed) = read(octets, family, add_path).expect("well-formed");
    assert_eq!(
        (prefixes.iter().map(String::as_str).collect::<Vec<_>>(), guessed),
        (expected.to_vec(), undeclared)
    );
}

#[test]
fn lists_are_read() {
    check(&[], Family::V4, false, &[], false);
    check(&[24, 192, 0, 2, 0, 8, 10], Family::V4, false, &["192.0.2.0/24", "0.0.0.0/0", "10.0.0.0/8"], false);
    check(&[9, 10, 0xFF, 32, 1, 2, 3, 4], Family::V4, false, &["10.128.0.0/9", "1.2.3.4/32"], false);
    check(&[32, 0x20, 1, 0x0D, 0xB8], Family::V6, false, &["2001:db8::/32"], false);
    check(&[0, 0, 0, 5, 8, 10, 0, 0, 0, 6, 0], Family::V4, true, &["10.0.0.0/8#5", "0.0.0.0/0#6"], false);
    let host = [&[128][..], &[0xFF; 16]].concat();
    check(&host, Family::V6, false, &["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"], false);
}

#[test]
fn what_is_too_long_or_too_short_is_refused() {
    for octets in [&[33, 1, 2, 3, 4, 5][..], &[24, 1, 2], &[255], &[8, 10, 24, 192, 0]] {
        assert_eq!(read(octets, Family::V4, false), None, "{octets:?}");
    }
    assert_eq!(read(&[129, 0], Family::V6, false), None);
    assert_eq!(read(&[0, 0, 0, 1, 24, 1, 2], Family::V4, true), None);
}

#[test]
fn path_identifiers_are_noticed_against_the_declaration() {
    let with = [0, 0, 0, 1, 24, 192, 0, 2, 0, 0, 0, 2, 24, 198, 51, 100];
    check(&with, Family::V4, false, &["192.0.2.0/24#1", "198.51.100.0/24#2"], true);
    check(&[24, 192, 0, 2], Family::V4, true, &["192.0.2.0/24"], true);
    // A damaged list is not taken for one with identifiers: bits behind a length, a great identifier.
    assert_eq!(read(&[0, 0, 9, 9, 20, 192, 0, 0xFF], Family::V4, false), None);
    assert_eq!(read(&[33, 0, 0, 1, 24, 192, 0, 2], Family::V4, false), None);
    // One default route proves nothing.
    check(&[0], Family::V4, false, &["0.0.0.0/0"], false);
    check(&[0, 8, 10], Family::V4, false, &["0.0.0.0/0", "10.0.0.0/8"], false);
}

#[test]
fn next_hops_have_three_lengths() {
    let reach = |afi: u8, safi: u8, next_hop: &[u8]| {
        let value = [&[0, afi, safi, next_hop.len() as u8][..], next_hop, &[0, 8, 10]].concat();
        MpReach::parse(&value, false).map(|mp| (mp.next_hop.map(|a| a.to_string()), mp.nlri.to_vec()))
    };
    assert_eq!(reach(1, 1, &[192, 0, 2, 1]), Some((Some("192.0.2.1".into()), vec![8, 10])));
    assert_eq!(reach(1, 1, &[0; 16]), Some((Some("::".into()), vec![8, 10])));
    assert_eq!(reach(2, 1, &[0; 32]), Some((Some("::".into()), vec![8, 10])));
    assert_eq!(reach(2, 1, &[]), None);
    assert_eq!(reach(2, 1, &[0; 24]), None);
    // Of a family that is not read nothing is known.
    assert_eq!(reach(1, 128, &[0; 12]), Some((None, vec![8, 10])));
}
