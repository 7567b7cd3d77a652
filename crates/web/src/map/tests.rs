use std::collections::BTreeSet;

use store::GradeCounts;

use super::*;

fn counts(ready: u64, aspiring: u64, lagging: u64, no_data: u64) -> GradeCounts {
    GradeCounts { key: "filtering".to_owned(), mean: None, ready, aspiring, lagging, no_data }
}

fn area(code: &str, shade: Shade) -> Area {
    Area {
        code: code.to_owned(),
        link: Link::to(format!("/there/{code}")),
        shade,
        label: format!("Label of {code}"),
    }
}

fn map(areas: Vec<Area>) -> String {
    Map::new("Map of it".to_owned(), "Share of it".to_owned(), "table", areas).render().unwrap()
}

#[test]
fn every_economy_has_one_place_inside_the_drawing() {
    let codes: Vec<&str> = OUTLINES.all.iter().map(|outline| outline.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b));
    assert_eq!(codes.len(), 249, "as many as ISO 3166-1 has");
    for outline in &OUTLINES.all {
        assert!(routing::economy_name(outline.code).is_some(), "{}", outline.code);
        match outline.drawn {
            Drawn::Dot(x, y) => assert!(x < OUTLINES.width && y < OUTLINES.height, "{}", outline.code),
            Drawn::Path(d) => {
                assert!(d.starts_with('M') && d.ends_with('z'), "{}", outline.code);
                assert!(d.bytes().all(|b| b"Mlz- ".contains(&b) || b.is_ascii_digit()), "{}", outline.code);
            }
        }
    }
    for small in ["SG", "MT", "HK", "TV", "GI", "RE", "AQ"] {
        assert!(matches!(OUTLINES.of(small).unwrap().drawn, Drawn::Dot(..)), "{small}");
    }
    for large in ["NL", "BR", "NZ", "GF"] {
        assert!(matches!(OUTLINES.of(large).unwrap().drawn, Drawn::Path(..)), "{large}");
    }
}

#[test]
fn a_map_of_the_whole_world_leaves_room_for_the_page() {
    let areas = OUTLINES.all.iter().map(|outline| Area {
        code: outline.code.to_owned(),
        link: Link::to(format!("/economy/{}", outline.code)).with("month", "2024-05"),
        shade: Shade::Many,
        label: format!(
            "{}: 93.2 % of 1234 networks ready, 123 without data",
            routing::economy_name(outline.code).unwrap()
        ),
    });
    let html = map(areas.collect());
    assert!(html.len() < 65_000, "{}", html.len());
}

#[test]
fn the_outlines_are_small() {
    let bytes: usize =
        OUTLINES.all.iter().map(|o| if let Drawn::Path(d) = o.drawn { d.len() } else { 12 }).sum();
    assert!(bytes < 30_000, "{bytes}");
}

#[test]
fn a_shade_is_the_share_of_networks_with_data_that_are_ready() {
    let shades =
        [counts(3, 1, 0, 90), counts(2, 1, 1, 0), counts(1, 0, 3, 0), counts(0, 2, 0, 0), counts(0, 0, 0, 7)]
            .map(|counts| Shade::of(&counts));
    assert_eq!(shades, Shade::ALL);
    assert_eq!(Shade::of(&counts(74, 0, 26, 0)), Shade::Many);
    assert_eq!(Shade::of(&counts(u64::MAX / 2, 0, 1, 0)), Shade::Most);
}

#[test]
fn every_economy_is_a_link_with_its_sentence_and_no_stop_for_the_keyboard() {
    let html = map(vec![area("NL", Shade::Most), area("SG", Shade::Few), area("EU", Shade::Some)]);
    let there: Vec<&str> = html.split("<a ").filter(|piece| piece.contains("/there/")).collect();
    assert_eq!(there.len(), 3, "{html}");
    for piece in there.iter().filter(|piece| !piece.contains("/there/EU")) {
        assert!(piece.contains("tabindex=\"-1\"") && piece.contains("<title>Label of "), "{piece}");
    }
    // What lies nowhere is named beside the map, as an ordinary link.
    let beside = there.iter().find(|piece| piece.contains("/there/EU")).unwrap();
    assert!(!beside.contains("tabindex") && beside.contains("Label of EU"), "{beside}");
    assert!(html.contains("<title>no network known</title>"));
    assert!(html.contains("href=\"#table\""), "the table with the same values is named");
}

#[test]
fn dots_lie_on_top_of_all_land() {
    let html = map(vec![area("SM", Shade::Few), area("IT", Shade::Most)]);
    let drawn = html.split_once("</defs>").unwrap().1;
    assert!(drawn.rfind("<path").unwrap() < drawn.find("<circle").unwrap());
    assert!(drawn.rfind("Label of IT").unwrap() < drawn.find("Label of SM").unwrap());
}

#[test]
fn shades_are_told_apart_by_pattern_and_word() {
    let shades: Vec<Area> = ["NL", "DE", "FR", "ES", "PL"]
        .into_iter()
        .zip(Shade::ALL)
        .map(|(code, shade)| area(code, shade))
        .collect();
    let html = map(shades);
    let fills: BTreeSet<&str> =
        html.split("fill=\"url(#map-").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert_eq!(fills, BTreeSet::from(["few", "many", "most", "no-data", "some"]));
    for shade in Shade::ALL {
        assert!(html.contains(&format!("id=\"map-{}\"", shade.name())), "{shade:?}");
        assert!(html.contains(shade.words()), "{shade:?}");
    }
}
