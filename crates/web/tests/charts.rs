//! The map of the world page, and the trends of every page that has some.

mod api_server;
mod world;

use api_server::serve;

#[test]
fn the_map_shows_the_score_asked_for_and_the_trend_its_months() {
    let server = serve(true);
    let shown = |path: &str| {
        let body = server.get(path).body;
        body.split("map-measure\">").nth(1).map(|rest| rest.split(':').next().unwrap().to_owned())
    };
    assert_eq!(shown("/").as_deref(), Some("Action 3"), "the first of those that most networks have");
    assert_eq!(shown("/?score=filtering").as_deref(), Some("Action 1"));
    assert_eq!(shown("/?score=filtering&framework=2018-06"), None);
    assert_eq!(server.get("/?score=beauty").status, 400);
    let body = server.get("/?score=filtering&sort=economy").body;
    assert!(body.contains("Netherlands: no data for 3\u{202f}261\u{a0}networks: M2, M2C not measured"));
    assert!(body.contains("?score=filtering&#38;sort=-networks#economies"), "sorting keeps the map");
    assert!(
        body.contains("sort=economy#map") || body.contains("sort=economy&#38;score="),
        "and the map the sorting"
    );
    assert!(body.contains("<tr aria-current=\"true\"><th scope=\"row\">2024-05</th>"));
    let body = server.get("/").body;
    assert!(
        body.contains("Netherlands: 52.6\u{202f}% of 3\u{202f}097\u{a0}networks ready, 164 without data")
    );
}

#[test]
fn areas_have_their_own_trends() {
    let server = serve(true);
    for path in ["/economy/NL", "/region/europe"] {
        let body = server.get(path).body;
        assert_eq!(body.matches("<trend-chart").count(), 2, "{path}");
        assert!(body.contains("April 2024 to May 2024"), "{path}");
    }
}
