use lake::{Column, Value};
use store::ParticipantRow;

/// Participants of every programme in one table: what their lists state stands as `item=word` in one column, as
/// programmes have different items.
pub fn columns() -> Vec<Column> {
    const SCORES: [[&str; 3]; 5] = [
        ["filtering", "filtering_grade", "filtering_no_score_because"],
        ["anti_spoofing", "anti_spoofing_grade", "anti_spoofing_no_score_because"],
        ["coordination", "coordination_grade", "coordination_no_score_because"],
        [
            "routing_information_irr",
            "routing_information_irr_grade",
            "routing_information_irr_no_score_because",
        ],
        [
            "routing_information_rpki",
            "routing_information_rpki_grade",
            "routing_information_rpki_no_score_because",
        ],
    ];
    let mut columns: Vec<Column> =
        ["programme", "id", "organisation", "approved", "areas", "asns", "listed", "conformance", "partners"]
            .map(Column::text)
            .into();
    for [score, grade, why] in SCORES {
        columns.extend([Column::float(score), Column::text(grade), Column::text(why)]);
    }
    columns
}

/// One participant; lists inside a cell are joined by a space, items by `; `.
pub fn row(row: &ParticipantRow, framework: &str, score_keys: &[&str]) -> Vec<Value> {
    let asns = row.networks.iter().filter(|network| network.counted).map(|network| network.asn.to_string());
    let stated = row.conformance.iter().map(|(item, word)| format!("{item}={word}"));
    let mut cells: Vec<Value> = vec![
        row.programme.as_str().into(),
        row.id.as_str().into(),
        row.organisation.as_str().into(),
        row.approved.clone().into(),
        row.areas.join(" ").into(),
        asns.collect::<Vec<_>>().join(" ").into(),
        row.listed.as_str().into(),
        stated.collect::<Vec<_>>().join("; ").into(),
        row.partners.join("; ").into(),
    ];
    let scores = row.scores.get(framework);
    for key in score_keys {
        let score = scores.and_then(|scores| scores.iter().find(|score| score.key == *key));
        cells.push(score.and_then(|score| score.score).into());
        cells.push(score.and_then(|score| score.grade.clone()).into());
        cells.push(score.and_then(|score| score.unknown.clone()).into());
    }
    cells
}
