use lake::Value;
use measure::framework::ScoreKey;
use programme::Programme;
use store::ParticipantRow;

use crate::network::csv::table;

/// Participants as CSV: what the list says, then each score the programme publishes with its grade and the
/// reason where there is none. Lists inside a cell are joined by a space.
pub(crate) fn write(programme: &Programme, framework: &str, rows: &[&ParticipantRow]) -> String {
    let keys: Vec<&str> = ScoreKey::ALL
        .iter()
        .filter(|key| programme.publishes(**key).is_some())
        .map(|key| key.as_str())
        .collect();
    let mut names: Vec<String> =
        ["id", "organisation", "approved", "areas", "asns", "listed", "partners"].map(str::to_owned).into();
    names.extend(programme.items().map(|(_, item)| format!("conformance_{}", item.key)));
    for key in &keys {
        names.extend(["", "_grade", "_no_score_because"].map(|what| format!("{key}{what}")));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    table(&names, rows.iter().map(|row| cells(programme, framework, &keys, row)))
}

fn cells(programme: &Programme, framework: &str, keys: &[&str], row: &ParticipantRow) -> Vec<Value> {
    let asns: Vec<String> = row
        .networks
        .iter()
        .filter(|network| network.counted)
        .map(|network| network.asn.to_string())
        .collect();
    let mut cells: Vec<Value> = vec![
        row.id.as_str().into(),
        row.organisation.as_str().into(),
        row.approved.clone().into(),
        row.areas.join(" ").into(),
        asns.join(" ").into(),
        row.listed.as_str().into(),
        row.partners.join("; ").into(),
    ];
    cells.extend(programme.items().map(|(_, item)| row.conformance.get(&item.key).cloned().into()));
    let scores = row.scores.get(framework);
    for key in keys {
        let score = scores.and_then(|scores| scores.iter().find(|score| score.key == *key));
        cells.push(score.and_then(|score| score.score).into());
        cells.push(score.and_then(|score| score.grade.clone()).into());
        cells.push(score.and_then(|score| score.unknown.clone()).into());
    }
    cells
}
