//! The scores of every subject over the months, a chart for each score.

use measure::framework::ScoreKey;
use routing::Month;

use super::column::{Column, pool, rules};
use super::subject::Subject;
use crate::Site;
use crate::history::{self, Of, Past};
use crate::refusal::Refusal;
use crate::trend::{Scale, Trend, Values};
use crate::view::View;

/// Lines of a chart: as many as have a style of their own.
pub(crate) const LINES_MAX: usize = 5;

/// Months over which a group is followed: those whose networks are kept at hand.
pub(crate) const GROUP_MONTHS_MAX: usize = 12;

/// Sets the charts of a page apart.
const fn id(key: ScoreKey) -> (&'static str, &'static str) {
    match key {
        ScoreKey::Filtering => ("months-filtering", "Filtering by month"),
        ScoreKey::AntiSpoofing => ("months-anti-spoofing", "Anti-spoofing by month"),
        ScoreKey::Coordination => ("months-coordination", "Coordination by month"),
        ScoreKey::RoutingInformationIrr => ("months-irr", "IRR by month"),
        ScoreKey::RoutingInformationRpki => ("months-rpki", "RPKI by month"),
    }
}

/// Charts of the scores, and how many subjects have no line because there is none left.
pub(crate) async fn charts(
    site: &Site,
    view: &View,
    shown: &str,
    columns: &[Column],
) -> Result<(Vec<Trend>, usize), Refusal> {
    // The same subject in two months is one line.
    let mut distinct: Vec<&Column> = Vec::new();
    for column in columns {
        let same = |known: &&Column| {
            known.at.subject == column.at.subject && known.chosen.framework.id == column.chosen.framework.id
        };
        if !distinct.iter().any(same) {
            distinct.push(column);
        }
    }
    let more = distinct.len().saturating_sub(LINES_MAX);
    distinct.truncate(LINES_MAX);
    let two_frameworks = distinct.iter().any(|c| c.chosen.framework.id != distinct[0].chosen.framework.id);
    let mut histories = Vec::new();
    for column in distinct {
        let name = match two_frameworks {
            true => format!("{} ({})", column.title, column.chosen.framework.id),
            false => column.title.clone(),
        };
        histories.push((name, of_column(site, view, column).await?));
    }
    let mut months: Vec<Month> = histories.iter().flat_map(|(_, history)| history::months(history)).collect();
    months.sort_unstable();
    months.dedup();
    let mut charts = Vec::new();
    for &key in ScoreKey::ALL {
        let word = key.as_str();
        let values: Vec<Values> = histories
            .iter()
            .map(|(name, history)| Values {
                name: name.clone(),
                known: history::known(history, Of::Score, word),
            })
            .collect();
        if values.iter().all(|values| values.known.is_empty()) {
            continue;
        }
        let (id, title) = id(key);
        charts.push(Trend::new(id, title, Scale::Score, shown, months.clone(), values));
    }
    Ok((charts, more))
}

async fn of_column(site: &Site, view: &View, column: &Column) -> Result<Vec<Past>, Refusal> {
    let framework = column.chosen.framework.id.as_str();
    match &column.at.subject {
        Subject::World => history::of_area(site, framework, "world", "").await,
        Subject::Economy(code) => history::of_area(site, framework, "economy", code).await,
        Subject::Region(slug) => history::of_area(site, framework, "region", slug).await,
        Subject::Programme(id) => history::of_programme(site, framework, id).await,
        Subject::Participant(programme, id) => history::of_participant(site, framework, programme, id).await,
        Subject::Network(asn) => history::of_network(site, framework, asn.0).await,
        Subject::Group(_) => of_group(site, view, column).await,
    }
}

/// The same networks over the latest months, pooled as those of an area are.
pub(crate) async fn of_group(site: &Site, view: &View, column: &Column) -> Result<Vec<Past>, Refusal> {
    let framework = column.chosen.framework.id.as_str();
    let mut months: Vec<&String> = column.chosen.months.iter().take(GROUP_MONTHS_MAX).collect();
    months.sort();
    let mut out = Vec::new();
    for month in months {
        let view = view.clone().with("month", month).with("framework", framework);
        // A month that was not graded by this framework has no line.
        let Ok(chosen) = site.choose(&view).await else { continue };
        let rules = rules(site, &chosen)?;
        let directory = chosen.edition.directory(&site.store).await?;
        let columns = chosen.edition.columns(&site.store, framework).await?;
        let places: Vec<usize> = column.asns.iter().filter_map(|asn| directory.index(*asn)).collect();
        for score in &columns.columns {
            let known = places.iter().filter_map(|place| score.scores[*place]);
            let with_data = known.clone().count() as u64;
            out.push(Past {
                month: month.clone(),
                of: Of::Score,
                key: score.key.clone(),
                value: pool(rules.as_ref(), &score.key, known),
                grade: None,
                unknown: None,
                networks: Some((with_data, places.len() as u64 - with_data)),
                because: None,
            });
        }
    }
    Ok(out)
}
