use super::*;

const ADD_PATH_GENERIC: u16 = 12;

fn entry(peer: u16, path_id: Option<u32>, attributes: &[u8]) -> Vec<u8> {
    let mut octets = peer.to_be_bytes().to_vec();
    octets.extend_from_slice(&[0, 0, 0, 7]);
    octets.extend_from_slice(&path_id.map_or(vec![], |id| id.to_be_bytes().to_vec()));
    octets.extend_from_slice(&(attributes.len() as u16).to_be_bytes());
    octets.extend_from_slice(attributes);
    octets
}

fn body(head: &[u8], entries: &[Vec<u8>]) -> Vec<u8> {
    [&[0, 0, 0, 9][..], head, &(entries.len() as u16).to_be_bytes(), &entries.concat()].concat()
}

/// Family, prefix and (peer, path identifier) of the entries.
type Read = (Safi, String, Vec<(u16, Option<u32>)>);

fn read(subtype: u16, body: &[u8]) -> Result<Option<Read>, &'static str> {
    let kind = Kind { code: super::super::classify::TABLE_DUMP_V2, subtype };
    let rib = match Rib::parse(kind, body) {
        Ok(None) => return Ok(None),
        Ok(Some(rib)) => rib.verify().map(|()| rib).map_err(|damage| damage.kind.code)?,
        Err(damage) => return Err(damage.kind.code),
    };
    assert_eq!(rib.sequence, 9);
    let entries = rib.entries().map(|entry| (entry.peer_index, entry.path_id)).collect();
    Ok(Some((rib.safi, rib.prefix.to_string(), entries)))
}

#[test]
fn each_subtype_has_its_family() {
    let v4 = body(&[24, 192, 0, 2], &[entry(3, None, &[])]);
    let v6 = body(&[32, 0x20, 1, 0x0D, 0xB8], &[entry(3, None, &[1])]);
    for (subtype, body, safi, prefix) in [
        (2, &v4, Safi::Unicast, "192.0.2.0/24"),
        (3, &v4, Safi::Multicast, "192.0.2.0/24"),
        (4, &v6, Safi::Unicast, "2001:db8::/32"),
        (5, &v6, Safi::Multicast, "2001:db8::/32"),
    ] {
        assert_eq!(read(subtype, body), Ok(Some((safi, prefix.into(), vec![(3, None)]))));
    }
    let v4 = body(&[24, 192, 0, 2], &[entry(3, Some(70), &[]), entry(3, Some(71), &[5; 300])]);
    for (subtype, safi) in [(8, Safi::Unicast), (9, Safi::Multicast)] {
        let expected = vec![(3, Some(70)), (3, Some(71))];
        assert_eq!(read(subtype, &v4), Ok(Some((safi, "192.0.2.0/24".into(), expected))));
    }
}

#[test]
fn generic_records_name_their_family() {
    let head = [0, 2, 2, 16, 0x20, 1];
    let expected = (Safi::Multicast, "2001::/16".to_owned(), vec![(1, None)]);
    assert_eq!(read(6, &body(&head, &[entry(1, None, &[])])), Ok(Some(expected)));
    let vpn = [0, 1, 128, 112, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2];
    assert_eq!(read(6, &body(&vpn, &[entry(1, None, &[])])), Ok(None));
}

#[test]
fn generic_add_path_is_read_as_the_rfc_says_and_as_two_writers_do() {
    let expected = Ok(Some((Safi::Unicast, "192.0.2.0/24".to_owned(), vec![(1, Some(77))])));
    let by_rfc = body(&[0, 1, 1, 0, 0, 0, 77, 24, 192, 0, 2], &[entry(1, None, &[1, 2])]);
    assert_eq!(read(ADD_PATH_GENERIC, &by_rfc), expected);
    let by_entry = body(&[0, 1, 1, 24, 192, 0, 2], &[entry(1, Some(77), &[1, 2])]);
    assert_eq!(read(ADD_PATH_GENERIC, &by_entry), expected);
}

#[test]
fn bits_behind_the_length_are_irrelevant() {
    let body = body(&[20, 192, 0, 0xFF], &[]);
    assert_eq!(read(2, &body), Ok(Some((Safi::Unicast, "192.0.240.0/20".into(), vec![]))));
}

#[test]
fn entries_must_fill_the_record() {
    let good = body(&[24, 192, 0, 2], &[entry(3, None, &[1, 2, 3])]);
    assert!(read(2, &good).is_ok());
    for len in 0..good.len() {
        assert_eq!(read(2, &good[..len]), Err("mrt-short-record"), "{len}");
    }
    assert_eq!(read(2, &[&good[..], &[0]].concat()), Err("mrt-trailing-octets"));
    assert_eq!(read(2, &body(&[33, 192, 0, 2, 0, 0], &[])), Err("mrt-prefix-length"));
    assert_eq!(read(4, &body(&[[129].as_slice(), &[0; 17]].concat(), &[])), Err("mrt-prefix-length"));
}
