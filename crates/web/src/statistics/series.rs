//! What every published month says of a programme, as numbers.

use measure::framework::ScoreKey;
use programme::shipped;
use routing::Month;
use store::{CoverageRow, GradeCounts, PopulationRow, ProgrammeRow};

use crate::trend::{Scale, Trend, Values};

/// The populations compared: their word and their name.
pub(crate) const POPULATIONS: [(&str, &str); 3] = [
    ("participants", "Participants’ networks"),
    ("others", "All other networks"),
    ("everybody", "All networks"),
];

/// The programme of no name: all together.
pub(crate) const ALL: &str = "all";

/// Programmes in their order, all together last: the id in the store and its title.
pub(crate) fn programmes() -> impl Iterator<Item = (&'static str, &'static str)> {
    let each = shipped().iter().map(|programme| (programme.id.as_str(), programme.title.as_str()));
    each.chain([("", "All programmes")])
}

/// A programme's id as it stands in addresses and files.
pub(crate) fn word_of(id: &str) -> &str {
    if id.is_empty() { ALL } else { id }
}

/// Each population of a programme in a month; nothing where its lists name no networks.
pub(crate) fn populations(row: &ProgrammeRow) -> Vec<(&'static str, &'static str, &PopulationRow)> {
    let Some(of) = &row.populations else { return Vec::new() };
    let rows = [&of.participants, &of.others, &of.everybody];
    POPULATIONS.iter().zip(rows).map(|((word, name), row)| (*word, *name, row)).collect()
}

/// A part of a whole from 0 to 1; unknown of nothing.
pub(crate) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Share of the grade ready among the networks with data.
pub(crate) fn ready(score: &GradeCounts) -> Option<f64> {
    share(score.ready, score.ready + score.aspiring + score.lagging)
}

/// Incidents caused per 100 networks; unknown where nothing was observed.
pub(crate) fn per_hundred(row: &PopulationRow) -> Option<f64> {
    Some(share(row.incidents?.caused, row.networks)? * 100.0)
}

/// Share of valid routes.
pub(crate) fn valid(of: &CoverageRow) -> Option<f64> {
    share(of.valid(), of.all())
}

/// Share of networks with at least one valid route among those that originate any.
pub(crate) fn with_valid(of: &CoverageRow) -> Option<f64> {
    share(of.with_valid, of.networks)
}

/// Months with what each said of the programmes, the earliest first.
pub(crate) type History = [(String, ProgrammeRow)];

/// A number of every programme over the months.
pub(crate) fn by_programme(
    id: &'static str,
    title: &'static str,
    shown: &str,
    history: &History,
    number: impl Fn(&ProgrammeRow) -> Option<u64>,
) -> Trend {
    let values = programmes().filter_map(|(programme, name)| {
        let own = history.iter().filter(|(_, row)| row.programme == programme);
        let known = own.filter_map(|(month, row)| Some((month.parse().ok()?, number(row)? as f64)));
        let known: Vec<(Month, f64)> = known.collect();
        (!known.is_empty()).then(|| Values { name: name.to_owned(), known })
    });
    Trend::new(id, title, Scale::Count, shown, months(history), values.collect())
}

/// A number of each population of one programme over the months.
pub(crate) fn by_population(
    id: &'static str,
    title: &'static str,
    scale: Scale,
    shown: &str,
    history: &History,
    number: impl Fn(&PopulationRow) -> Option<f64>,
) -> Trend {
    let values = (0..POPULATIONS.len()).map(|which| {
        let known = history.iter().filter_map(|(month, row)| {
            let (_, _, of) = *populations(row).get(which)?;
            Some((month.parse().ok()?, number(of)?))
        });
        Values { name: POPULATIONS[which].1.to_owned(), known: known.collect() }
    });
    Trend::new(id, title, scale, shown, months(history), values.collect())
}

fn months(history: &History) -> Vec<Month> {
    history.iter().filter_map(|(month, _)| month.parse().ok()).collect()
}

/// The id of a score's chart and its title.
pub(crate) fn chart_of(key: ScoreKey) -> (&'static str, &'static str) {
    match key {
        ScoreKey::Filtering => ("filtering-over-months", "Action 1: Filtering"),
        ScoreKey::AntiSpoofing => ("anti-spoofing-over-months", "Action 2: Anti-spoofing"),
        ScoreKey::Coordination => ("coordination-over-months", "Action 3: Coordination"),
        ScoreKey::RoutingInformationIrr => ("irr-over-months", "Action 4: IRR"),
        ScoreKey::RoutingInformationRpki => ("rpki-over-months", "Action 4: RPKI"),
    }
}
