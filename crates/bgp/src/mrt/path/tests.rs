use super::*;

const SET: u8 = 1;
const SEQ: u8 = 2;
const CONFED_SEQ: u8 = 3;

fn wire(segments: &[(u8, &[u32])], width: usize) -> Vec<u8> {
    let mut octets = Vec::new();
    for (code, asns) in segments {
        octets.extend_from_slice(&[*code, asns.len() as u8]);
        for asn in *asns {
            octets.extend_from_slice(&asn.to_be_bytes()[4 - width..]);
        }
    }
    octets
}

/// The path as text and the codes of what was noted.
fn two(as_path: &[(u8, &[u32])], as4: Option<&[(u8, &[u32])]>) -> (Option<String>, Vec<&'static str>) {
    let as_path = wire(as_path, 2);
    let as4 = as4.map(|as4| wire(as4, 4));
    let mut notes = Vec::new();
    let mut scratch = vec![9; 40];
    let path = normalise(&as_path, as4.as_deref(), false, &mut scratch, &mut |d| notes.push(d.kind.code));
    (path.map(|path| path.to_string()), notes)
}

fn merged(as_path: &[(u8, &[u32])], as4: &[(u8, &[u32])], expected: &str) {
    let (path, notes) = two(as_path, Some(as4));
    assert_eq!(path.as_deref(), Some(expected));
    assert_eq!(notes, Vec::<&str>::new());
}

#[test]
fn leading_hops_come_from_as_path_and_the_rest_from_as4_path() {
    merged(&[(SEQ, &[10, 20, 23456, 23456])], &[(SEQ, &[70000, 80000])], "10 20 70000 80000");
    merged(&[(SEQ, &[23456, 23456])], &[(SEQ, &[70000, 80000])], "70000 80000");
    merged(&[(SEQ, &[10]), (SEQ, &[20, 23456])], &[(SEQ, &[70000])], "10 20 70000");
}

#[test]
fn a_merged_path_has_the_bytes_of_the_same_path_in_four_octets() {
    let as_path = wire(&[(SEQ, &[10, 20, 23456])], 2);
    let as4 = wire(&[(SEQ, &[70000])], 4);
    let mut scratch = Vec::new();
    let path = normalise(&as_path, Some(&as4), false, &mut scratch, &mut |_| panic!()).unwrap();
    assert_eq!(path.octets(), wire(&[(SEQ, &[10, 20, 70000])], 4));
}

#[test]
fn a_segment_grows_to_255_and_no_further() {
    let long: Vec<u32> = (1..=255).collect();
    let as_path = wire(&[(SEQ, &long), (SEQ, &[23456])], 2);
    let as4 = wire(&[(SEQ, &[70000])], 4);
    let mut scratch = Vec::new();
    let path = normalise(&as_path, Some(&as4), false, &mut scratch, &mut |_| panic!()).unwrap();
    assert_eq!(path.octets(), wire(&[(SEQ, &long), (SEQ, &[70000])], 4));
}

#[test]
fn a_set_counts_one_hop() {
    merged(
        &[(SEQ, &[10, 23456]), (SET, &[1, 2, 3])],
        &[(SEQ, &[70000]), (SET, &[1, 2, 3])],
        "10 70000 {1,2,3}",
    );
    merged(&[(SET, &[1, 2]), (SEQ, &[23456])], &[(SEQ, &[70000])], "{1,2} 70000");
}

#[test]
fn a_longer_as4_path_is_ignored() {
    let (path, notes) = two(&[(SEQ, &[10, 23456])], Some(&[(SEQ, &[1, 2, 3])]));
    assert_eq!(path.as_deref(), Some("10 23456"));
    assert_eq!(notes, ["attribute-as4-path-longer"]);
}

#[test]
fn confederation_segments_do_not_count_and_stay_where_they_lead_or_adjoin() {
    merged(&[(CONFED_SEQ, &[65001, 65002]), (SEQ, &[23456])], &[(SEQ, &[70000])], "(65001 65002) 70000");
    merged(&[(SEQ, &[10]), (CONFED_SEQ, &[65001]), (SEQ, &[23456])], &[(SEQ, &[70000])], "10 (65001) 70000");
}

#[test]
fn confederation_segments_in_as4_path_are_left_out() {
    let (path, notes) = two(&[(SEQ, &[10, 23456])], Some(&[(CONFED_SEQ, &[65001]), (SEQ, &[70000])]));
    assert_eq!(path.as_deref(), Some("10 70000"));
    assert_eq!(notes, ["attribute-as4-path-confederation"]);
}

#[test]
fn a_malformed_as4_path_is_discarded() {
    let as_path = wire(&[(SEQ, &[10, 23456])], 2);
    for as4 in [vec![SEQ], vec![SEQ, 0], vec![SEQ, 1, 0, 1], vec![7, 1, 0, 1, 0, 1]] {
        let mut notes = Vec::new();
        let mut scratch = Vec::new();
        let path =
            normalise(&as_path, Some(&as4), false, &mut scratch, &mut |d| notes.push(d.kind.code)).unwrap();
        assert_eq!(path.to_string(), "10 23456");
        assert_eq!(notes, ["attribute-as4-path"]);
    }
    assert_eq!(two(&[(SEQ, &[10])], Some(&[])), (Some("10".into()), vec![]));
}

#[test]
fn either_width_is_read_whatever_the_record_says() {
    let mut notes = Vec::new();
    let mut scratch = Vec::new();
    let four = wire(&[(SEQ, &[70000, 80000, 90000])], 4);
    let path = normalise(&four, None, false, &mut scratch, &mut |d| notes.push(d.kind.code)).unwrap();
    assert_eq!(path.to_string(), "70000 80000 90000");
    let two = wire(&[(SEQ, &[10, 20, 30])], 2);
    let mut scratch = Vec::new();
    let path = normalise(&two, None, true, &mut scratch, &mut |d| notes.push(d.kind.code)).unwrap();
    assert_eq!(path.to_string(), "10 20 30");
    assert_eq!(notes, ["attribute-as-path-width"; 2]);
}

#[test]
fn malformed_in_both_widths_is_malformed() {
    for octets in [&[SEQ][..], &[SEQ, 0], &[5, 1, 0, 1, 0, 1], &[SEQ, 2, 0, 1, 0], &[SEQ, 9, 0, 1, 0, 1]] {
        for four_octets in [true, false] {
            let mut scratch = Vec::new();
            assert!(normalise(octets, None, four_octets, &mut scratch, &mut |_| {}).is_none(), "{octets:?}");
        }
    }
}

#[test]
fn paths_of_2048_hops() {
    let asns: Vec<u32> = (1..=2048).collect();
    let segments: Vec<(u8, &[u32])> = asns.chunks(255).map(|part| (SEQ, part)).collect();
    let (path, notes) = two(&segments, Some(&[(SEQ, &[4_200_000_000])]));
    let path = path.unwrap();
    assert!(path.starts_with("1 2 3 ") && path.ends_with(" 2047 4200000000"), "{path}");
    assert_eq!((path.split(' ').count(), notes.len()), (2048, 0));
    let mut scratch = Vec::new();
    let four = wire(&segments, 4);
    let path = normalise(&four, None, true, &mut scratch, &mut |_| panic!()).unwrap();
    assert_eq!(path.asns().count(), 2048);
    assert_eq!(scratch.capacity(), 0, "a four-octet path is borrowed");
}

#[test]
fn an_empty_path_is_a_path() {
    assert_eq!(two(&[], None), (Some(String::new()), vec![]));
}
