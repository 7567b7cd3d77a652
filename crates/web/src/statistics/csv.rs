//! Each figure of the statistics as CSV: every published month under the framework of the page.

use lake::Value;
use store::{CoverageRow, ProgrammeRow};

use super::growth::{By, Growth};
use super::series::{History, per_hundred, populations, ready, valid, with_valid, word_of};
use crate::network::csv::table;

const OF: [&str; 4] = ["month", "programme", "framework", "population"];

const COVERAGE: [&str; 11] = [
    "networks_with_routes",
    "networks_with_valid_route",
    "networks_with_valid_route_share",
    "valid_ipv4",
    "invalid_ipv4",
    "not_found_ipv4",
    "valid_ipv6",
    "invalid_ipv6",
    "not_found_ipv6",
    "routes",
    "valid_share",
];

fn whole(n: u64) -> Value {
    Value::Integer(n as i64)
}

/// Participants, networks and economies of every programme.
pub(crate) fn growth_over_months(history: &History) -> String {
    let rows = history.iter().map(|(month, row)| {
        let counts = [row.participants, row.asns, row.economies].map(whole);
        [vec![month.as_str().into(), word_of(&row.programme).into()], counts.into()].concat()
    });
    table(&["month", "programme", "participants", "networks", "economies"], rows)
}

/// Growth by days of approval.
pub(crate) fn approvals(programme: &str, by: By, growth: &Growth) -> String {
    let rows = growth.reached.iter().map(|row| {
        let counts = [row.approved, row.participants, row.networks, row.economies].map(whole);
        [vec![programme.into(), row.period.as_str().into()], counts.into()].concat()
    });
    let names = ["programme", by.word(), "approved", "participants", "networks", "economies"];
    table(&names, rows)
}

fn of(month: &str, row: &ProgrammeRow, population: &str) -> Vec<Value> {
    [month, word_of(&row.programme), &row.framework, population].map(Value::from).into()
}

/// Scores of each population.
pub(crate) fn scores(history: &History) -> String {
    let mut rows = Vec::new();
    for (month, row) in history {
        for (word, _, population) in populations(row) {
            for score in &population.scores {
                let counts = [score.ready, score.aspiring, score.lagging, score.no_data].map(whole);
                let own = vec![score.key.as_str().into(), score.mean.into(), ready(score).into()];
                rows.push([of(month, row, word), own, counts.into()].concat());
            }
        }
    }
    let names = ["score", "mean", "ready_share", "ready", "aspiring", "lagging", "no_data"];
    table(&[&OF[..], &names].concat(), rows)
}

/// Incidents of each population.
pub(crate) fn incidents(history: &History) -> String {
    let mut rows = Vec::new();
    for (month, row) in history {
        for (word, _, population) in populations(row) {
            let figures = population.incidents;
            let own = vec![
                whole(population.networks),
                figures.map(|f| f.caused as i64).into(),
                figures.map(|f| f.culprits as i64).into(),
                figures.map(|f| f.passed_on as i64).into(),
                per_hundred(population).into(),
            ];
            rows.push([of(month, row, word), own].concat());
        }
    }
    let names = ["networks", "caused", "networks_that_caused", "passed_on", "caused_per_100_networks"];
    table(&[&OF[..], &names].concat(), rows)
}

fn coverage(of: &CoverageRow) -> Vec<Value> {
    let mut cells = vec![whole(of.networks), whole(of.with_valid), with_valid(of).into()];
    cells.extend(of.routes.iter().flatten().map(|n| whole(*n)));
    cells.extend([whole(of.all()), valid(of).into()]);
    cells
}

/// ROA coverage of each population.
pub(crate) fn roas(history: &History) -> String {
    let mut rows = Vec::new();
    for (month, row) in history {
        for (word, _, population) in populations(row) {
            let own = population.roas.as_ref().map_or_else(|| vec![Value::Null; COVERAGE.len()], coverage);
            rows.push([of(month, row, word), own].concat());
        }
    }
    table(&[&OF[..], &COVERAGE].concat(), rows)
}

/// ROA coverage of each population by region.
pub(crate) fn regions(history: &History) -> String {
    let mut rows = Vec::new();
    for (month, row) in history {
        for (word, _, population) in populations(row) {
            for (region, own) in &population.regions {
                rows.push([of(month, row, word), vec![region.as_str().into()], coverage(own)].concat());
            }
        }
    }
    table(&[&OF[..], &["region"], &COVERAGE].concat(), rows)
}
