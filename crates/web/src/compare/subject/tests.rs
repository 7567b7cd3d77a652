use super::*;

fn canonical(text: &str) -> String {
    read(text).map(|all| write(&all)).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"))
}

#[test]
fn every_kind_is_read_and_written_the_same_way() {
    for text in [
        "world",
        "economy:NL",
        "region:europe",
        "rir:ripencc",
        "programme:network-operators",
        "programme:all",
        "participant:network-operators/acme",
        "participant:ixps/a%3Bb%40c%25",
        "AS64500",
        "group:64500,64501",
        "group:AS-EXAMPLE",
        "group:RIPE::AS64500:AS-CUSTOMERS",
        "AS64500@2024-04",
        "AS64500@2024-04/2022-10",
        "AS64500@/2022-10",
        "economy:NL;economy:DE@2024-04;world",
    ] {
        assert_eq!(canonical(text), text);
    }
}

#[test]
fn what_people_write_is_understood() {
    for (text, meant) in [
        ("64500", "AS64500"),
        ("as1.10", "AS65546"),
        (" economy: nl \r\n Region:Europe\n", "economy:NL;region:europe"),
        ("region:RIPENCC", "rir:ripencc"),
        ("group: as64501, 64500  64501", "group:64500,64501"),
        ("group:as-example", "group:AS-EXAMPLE"),
        ("WORLD;;", "world"),
        ("participant:network-operators/a/b", "participant:network-operators/a/b"),
    ] {
        assert_eq!(canonical(text), meant);
    }
}

#[test]
fn errors_name_the_piece_and_what_was_probably_meant() {
    for (text, piece, meant) in [
        ("world;NL@2024-04", "NL@2024-04", Some("economy:NL@2024-04")),
        ("Netherlands", "Netherlands", Some("economy:NL")),
        ("economy:Germny", "economy:Germny", Some("economy:DE")),
        ("europe", "europe", Some("region:europe")),
        ("region:eurpe", "region:eurpe", Some("region:europe")),
        ("rir:ripenc", "rir:ripenc", Some("rir:ripencc")),
        ("ecnomy:NL", "ecnomy:NL", Some("economy:NL")),
        ("AS-EXAMPLE", "AS-EXAMPLE", Some("group:AS-EXAMPLE")),
        ("ripe::as-example", "ripe::as-example", Some("group:RIPE::AS-EXAMPLE")),
        ("AS64500@2024-13", "AS64500@2024-13", Some("AS64500")),
        ("AS64500@2024-04/!", "AS64500@2024-04/!", Some("AS64500")),
        ("AS64500@", "AS64500@", Some("AS64500")),
        ("programme:network-operator", "programme:network-operator", Some("programme:network-operators")),
        ("participant:ixp/1", "participant:ixp/1", Some("participant:ixps/1")),
        ("AS4294967296", "AS4294967296", None),
        ("group:", "group:", None),
        ("group:64500,AS-X", "group:64500,AS-X", None),
        ("group:64500,x", "group:64500,x", None),
        ("participant:network-operators/", "participant:network-operators/", None),
        ("participant:network-operators/%zz", "participant:network-operators/%zz", None),
        ("<script>", "<script>", None),
    ] {
        let wrong = read(text).expect_err(text);
        assert_eq!((wrong.piece.as_str(), wrong.meant.as_deref()), (piece, meant), "{}", wrong.why);
    }
}

#[test]
fn what_is_too_much_says_how_much_it_may_be() {
    let many = (1..=SUBJECTS_MAX as u32 + 1).map(|n| n.to_string()).collect::<Vec<_>>().join(";");
    assert!(read(&many).unwrap_err().why.contains("at most 8"));
    let list = |n: u32| (1..=n).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    assert!(members(&list(2_000)).is_ok());
    assert!(members(&list(2_001)).unwrap_err().contains("at most 2000"));
    let wrong = read(&format!("group:{}", list(2_000))).unwrap_err();
    assert!(wrong.why.contains("an address carries 8000") && wrong.piece.chars().count() == 81);
}
