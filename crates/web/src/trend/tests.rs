use std::collections::BTreeMap;

use store::GradeCounts;

use super::*;

fn months(text: &str) -> Vec<Month> {
    text.split(' ').map(|month| month.parse().unwrap()).collect()
}

fn values(name: &str, known: &[(&str, f64)]) -> Values {
    let known = known.iter().map(|(month, value)| (month.parse().unwrap(), *value)).collect();
    Values { name: name.to_owned(), known }
}

fn written(trend: &Trend) -> Vec<Vec<&str>> {
    let text = |value: &'_ Option<String>| {
        value.as_deref().map_or("-", |text| Box::leak(text.to_owned().into_boxed_str()))
    };
    trend.series.iter().map(|series| series.written.iter().map(text).collect()).collect()
}

fn area(mean: Option<f64>, routes: u64, events: &[(&str, u64)]) -> AggregateRow {
    let counts =
        GradeCounts { key: "coordination".to_owned(), mean, ready: 0, aspiring: 0, lagging: 0, no_data: 0 };
    AggregateRow {
        framework: "2024-01".to_owned(),
        scope: "world".to_owned(),
        area: String::new(),
        networks: 3,
        routes: [routes, 0],
        scores: vec![counts],
        events: events.iter().map(|(kind, n)| ((*kind).to_owned(), *n)).collect::<BTreeMap<_, _>>(),
        partial: false,
    }
}

#[test]
fn a_month_without_a_value_is_a_gap_and_never_zero() {
    let known = values("A", &[("2024-01", 0.5), ("2024-02", 0.25), ("2024-04", 1.0), ("2024-05", 0.0)]);
    let trend = Trend::new("t", "Title", Scale::Score, "2024-05", months("2024-05 2024-01"), vec![known]);
    assert_eq!(written(&trend), [["0.500", "0.250", "-", "1.000", "0.000"]]);
    assert_eq!(trend.plot.lines[0].d, "M110 100L310 150M710 0L910 200");
    let marks: Vec<&str> = trend.plot.lines[0].marks.iter().map(|mark| mark.x.as_str()).collect();
    assert_eq!(marks, ["11", "31", "71", "91"]);
    let html = trend.render().unwrap();
    assert_eq!(html.matches("<span class=\"none\">no data</span>").count(), 1, "{html}");
    assert_eq!(html.matches("<tr>").count(), 5);
}

#[test]
fn one_month_is_a_sentence_and_none_another() {
    let one = Trend::new(
        "t",
        "Title",
        Scale::Score,
        "2024-05",
        months("2024-05"),
        vec![values("A", &[("2024-05", 0.5)])],
    );
    let html = one.render().unwrap();
    assert!(html.contains("Only May 2024 is published with values") && !html.contains("<svg"), "{html}");
    // Two months of which one is known are no trend either.
    let known = vec![values("A", &[("2024-04", 0.5)])];
    let html =
        Trend::new("t", "Title", Scale::Score, "2024-05", months("2024-04 2024-05"), known).render().unwrap();
    assert!(html.contains("Only April 2024") && !html.contains("<svg"), "{html}");
    let none = Trend::new("t", "Title", Scale::Score, "", Vec::new(), Vec::new()).render().unwrap();
    assert!(none.contains("No published month has a score"), "{none}");
}

#[test]
fn a_value_between_gaps_is_a_mark_without_a_line() {
    let known = values("A", &[("2024-01", 0.5), ("2024-03", 0.5)]);
    let trend = Trend::new("t", "Title", Scale::Score, "", months("2024-01 2024-03"), vec![known]);
    assert_eq!((trend.plot.lines[0].d.as_str(), trend.plot.lines[0].marks.len()), ("", 2));
}

#[test]
fn a_long_history_shows_its_latest_months_and_names_few() {
    let trend =
        Trend::new("t", "Title", Scale::Count, "2024-05", months("2014-01 2024-05"), vec![values("A", &[])]);
    assert_eq!(trend.months.len(), MONTHS_MAX);
    assert_eq!(trend.months.last().unwrap().month, "2024-05");
    let labels = &trend.plot.labels;
    assert!(labels.len() <= 12 && labels.last().unwrap().text == "2024-05", "{labels:?}");
    assert!((2..=4).contains(&labels.iter().filter(|label| !label.wide_only).count()), "{labels:?}");
    assert_eq!(trend.plot.current.as_deref(), Some("91"));
}

#[test]
fn the_axis_of_counts_ends_at_a_round_number() {
    for (largest, top) in
        [(0.0, "4"), (4.0, "4"), (5.0, "8"), (19.0, "20"), (41.0, "80"), (12_345.0, "20\u{202f}000")]
    {
        let known = vec![values("A", &[("2024-01", largest), ("2024-02", 0.0)])];
        let trend = Trend::new("t", "Title", Scale::Count, "", months("2024-01 2024-02"), known);
        let labels: Vec<&str> = trend.plot.grid.iter().map(|line| line.label.as_str()).collect();
        assert_eq!((labels[0], labels[4]), ("0", top));
    }
}

#[test]
fn events_count_from_the_month_they_were_first_found_and_only_where_routes_were_seen() {
    let history = [
        ("2024-01".to_owned(), area(None, 9, &[("bogon_prefix", 2)])),
        ("2024-02".to_owned(), area(None, 0, &[])),
        ("2024-03".to_owned(), area(None, 9, &[("bogon_asn", 1)])),
    ];
    let trend = Trend::events_of_area("t", "2024-03", &history, &history);
    assert_eq!(written(&trend), [["-", "-", "1"], ["2", "-", "0"]]);
    // In an area it is zero where the world had the kind, and open where the area is not known.
    let of_area = [
        ("2024-01".to_owned(), area(None, 3, &[])),
        ("2024-03".to_owned(), area(None, 0, &[("bogon_prefix", 4)])),
    ];
    assert_eq!(written(&Trend::events_of_area("t", "", &history, &of_area)), [["0", "-", "4"]]);
}

#[test]
fn scores_of_an_area_and_of_a_network_are_told_alike() {
    let history =
        [("2024-01".to_owned(), area(Some(0.5), 9, &[])), ("2024-03".to_owned(), area(Some(0.75), 9, &[]))];
    let trend = Trend::of_area("t", None, "2024-03", &history);
    assert_eq!(written(&trend), [["0.500", "-", "0.750"]]);
    assert_eq!(trend.series[0].name, "Action 3: Coordination");
    let network = |score: Option<f64>| ReadinessRow {
        framework: "2024-01".to_owned(),
        asn: 64500,
        scores: vec![store::ScoreRow { key: "coordination".to_owned(), score, grade: None, unknown: None }],
        metrics: Vec::new(),
        counted_routes: [0, 0],
        excluded_routes: BTreeMap::new(),
    };
    let history = [("2024-01".to_owned(), network(Some(0.5))), ("2024-02".to_owned(), network(None))];
    assert_eq!(written(&Trend::of_network("t", None, "", &history)), [["0.500", "-"]]);
}
