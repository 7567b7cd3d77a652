//! What became of a network, an area or a participant over the published months: every score and every metric.

mod page;

use std::collections::BTreeMap;

use measure::framework::ScoreKey;
use measure::metric::{METRICS, Unit};
use routing::Month;
use store::{GradeCounts, MetricTally, Tally, participant_area};

use crate::Site;
use crate::edition::Chosen;
use crate::refusal::Refusal;
use crate::score::score_words;
use crate::trend::{Scale, Trend, Values};

pub(crate) use page::{economy, economy_csv, network, network_csv, region, region_csv, write_csv};

/// What a value is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Of {
    Score,
    Metric,
}

impl Of {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Of::Score => "score",
            Of::Metric => "metric",
        }
    }
}

/// One value of one month.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Past {
    pub(crate) month: String,
    pub(crate) of: Of,
    /// Key of a score or code of a metric.
    pub(crate) key: String,
    pub(crate) value: Option<f64>,
    pub(crate) grade: Option<String>,
    /// Why there is none.
    pub(crate) unknown: Option<String>,
    /// Networks that it rests on and those without data, where it is of several.
    pub(crate) networks: Option<(u64, u64)>,
    /// What it rests on, of a network's metric.
    pub(crate) because: Option<String>,
}

/// Everything a framework said of a network, the earliest month first.
pub(crate) async fn of_network(site: &Site, framework: &str, asn: u32) -> Result<Vec<Past>, Refusal> {
    let mut out = Vec::new();
    for (month, row) in site.store.readiness_history(framework, asn).await? {
        out.extend(row.scores.into_iter().map(|score| Past {
            month: month.clone(),
            of: Of::Score,
            key: score.key,
            value: score.score,
            grade: score.grade,
            unknown: score.unknown,
            networks: None,
            because: None,
        }));
        out.extend(row.metrics.into_iter().map(|metric| Past {
            month: month.clone(),
            of: Of::Metric,
            key: metric.metric,
            value: metric.value,
            grade: None,
            unknown: metric.unknown,
            networks: None,
            because: Some(metric.because).filter(|because| !because.is_empty()),
        }));
    }
    Ok(out)
}

/// The same of the world, an economy or a region.
pub(crate) async fn of_area(
    site: &Site,
    framework: &str,
    scope: &str,
    area: &str,
) -> Result<Vec<Past>, Refusal> {
    let scores = site.store.aggregate_history(framework, scope, area).await?;
    let mut tallies: BTreeMap<String, Tally> =
        site.store.tally_history(framework, scope, area).await?.into_iter().collect();
    let mut out = Vec::new();
    for (month, row) in scores {
        out.extend(row.scores.iter().map(|score| counted(&month, score)));
        let tally = tallies.remove(&month).unwrap_or_default();
        out.extend(tally.metrics.into_iter().map(|metric| measured(&month, metric)));
    }
    Ok(out)
}

/// The scores of a programme; of all together where it is empty.
pub(crate) async fn of_programme(
    site: &Site,
    framework: &str,
    programme: &str,
) -> Result<Vec<Past>, Refusal> {
    let rows = site.store.programme_history(framework, programme).await?;
    let of_month = |(month, row): &(String, store::ProgrammeRow)| {
        row.scores.iter().map(|score| counted(month, score)).collect::<Vec<_>>()
    };
    Ok(rows.iter().flat_map(of_month).collect())
}

/// The same of a participant; scores that are not published are withheld here too.
pub(crate) async fn of_participant(
    site: &Site,
    framework: &str,
    programme: &str,
    id: &str,
) -> Result<Vec<Past>, Refusal> {
    let area = participant_area(programme, id);
    let mut tallies: BTreeMap<String, Tally> =
        site.store.tally_history(framework, "participant", &area).await?.into_iter().collect();
    let mut out = Vec::new();
    for (month, row) in site.store.participant_history(programme, id).await? {
        for score in row.scores.get(framework).into_iter().flatten() {
            out.push(Past {
                month: month.clone(),
                of: Of::Score,
                key: score.key.clone(),
                value: score.score.filter(|_| score.published),
                grade: score.grade.clone().filter(|_| score.published),
                unknown: score.unknown.clone(),
                networks: Some((
                    score.with_data.into(),
                    score.networks.saturating_sub(score.with_data).into(),
                )),
                because: None,
            });
        }
        let tally = tallies.remove(&month).unwrap_or_default();
        out.extend(tally.metrics.into_iter().map(|metric| measured(&month, metric)));
    }
    Ok(out)
}

fn counted(month: &str, score: &GradeCounts) -> Past {
    let with_data = score.ready + score.aspiring + score.lagging;
    Past {
        month: month.to_owned(),
        of: Of::Score,
        key: score.key.clone(),
        value: score.mean,
        grade: None,
        unknown: score.mean.is_none().then(|| "none of the networks has data".to_owned()),
        networks: Some((with_data, score.no_data)),
        because: None,
    }
}

fn measured(month: &str, metric: MetricTally) -> Past {
    let value = metric.mean();
    Past {
        month: month.to_owned(),
        of: Of::Metric,
        value,
        grade: None,
        unknown: metric.unknown.filter(|_| value.is_none()),
        networks: Some((metric.with_data, metric.no_data)),
        because: None,
        key: metric.metric,
    }
}

/// What is known of one score or metric, by month.
pub(crate) fn known(history: &[Past], of: Of, key: &str) -> Vec<(Month, f64)> {
    let rows = history.iter().filter(|past| past.of == of && past.key == key);
    rows.filter_map(|past| Some((past.month.parse().ok()?, past.value?))).collect()
}

/// Every month that a history tells of.
pub(crate) fn months(history: &[Past]) -> Vec<Month> {
    let mut months: Vec<Month> = history.iter().filter_map(|past| past.month.parse().ok()).collect();
    months.dedup();
    months
}

/// Charts of what changed: the scores in one, then a chart for each metric and that of its accomplices.
pub(crate) struct Charts {
    pub(crate) scores: Trend,
    pub(crate) metrics: Vec<MetricChart>,
}

/// A metric over the months.
pub(crate) struct MetricChart {
    pub(crate) trend: Trend,
    pub(crate) meaning: &'static str,
    /// Why months have no value: the reason and its months.
    pub(crate) unknown: Vec<(String, String)>,
}

impl Charts {
    pub(crate) fn new(chosen: &Chosen, history: &[Past]) -> Charts {
        let shown = chosen.edition.head.month.as_str();
        let months = months(history);
        let has = |of: Of, key: &str| history.iter().any(|past| past.of == of && past.key == key);
        let of_scores = ScoreKey::ALL.iter().map(|key| key.as_str()).filter(|key| has(Of::Score, key));
        let scores: Vec<Values> = of_scores
            .map(|key| Values {
                name: score_words(chosen.rules, key).full(),
                known: known(history, Of::Score, key),
            })
            .collect();
        let of_metrics = METRICS.iter().filter(|row| has(Of::Metric, row.code));
        let metrics = of_metrics.map(|row| {
            let scale = match row.unit {
                Unit::Share | Unit::Flag => Scale::Score,
                Unit::WeightedIncidents | Unit::Prefixes => Scale::Number,
            };
            let values = Values { name: row.code.to_owned(), known: known(history, Of::Metric, row.code) };
            MetricChart {
                trend: Trend::new(row.code, row.title, scale, shown, months.clone(), vec![values]),
                meaning: row.meaning,
                unknown: reasons(history, row.code),
            }
        });
        Charts {
            scores: Trend::new(
                "scores-by-month",
                "Scores by month",
                Scale::Score,
                shown,
                months.clone(),
                scores,
            ),
            metrics: metrics.collect(),
        }
    }
}

fn reasons(history: &[Past], code: &str) -> Vec<(String, String)> {
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for past in
        history.iter().filter(|past| past.of == Of::Metric && past.key == code && past.value.is_none())
    {
        let why = past.unknown.clone().unwrap_or_else(|| "no data".to_owned());
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, months)) => months.push(past.month.clone()),
            None => reasons.push((why, vec![past.month.clone()])),
        }
    }
    reasons.into_iter().map(|(why, months)| (why, months.join(", "))).collect()
}
