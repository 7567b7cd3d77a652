//! The map and the trends of the world page.

use measure::framework::ScoreKey;
use store::{AggregateRow, GradeCounts};

use crate::edition::Chosen;
use crate::format::{Count, Share};
use crate::frame::Choice;
use crate::link::Link;
use crate::map::{Area, Map, Shade};
use crate::refusal::Refusal;
use crate::score::score_words;
use crate::view::View;

use super::WorldScore;

/// Which score the map shows, and the map.
pub(crate) struct ScoreMap {
    pub(crate) choices: Vec<Choice>,
    pub(crate) map: Map,
}

/// The score asked for by `score`, if any.
pub(crate) fn asked_score(view: &View) -> Result<Option<&'static str>, Refusal> {
    let keys: Vec<&'static str> = ScoreKey::ALL.iter().map(|key| key.as_str()).collect();
    view.word("score", &keys)
}

/// A map of the score asked for, or of the first that anybody has; nothing where the framework has no scores.
/// `page` is the page with its whole state, `economy` an economy's own place.
pub(super) fn score_map(
    chosen: &Chosen,
    asked: Option<&str>,
    scores: &[WorldScore],
    economies: &[AggregateRow],
    page: &Link,
    economy: impl Fn(&str) -> Link,
) -> Option<ScoreMap> {
    let first = scores.iter().find(|score| score.mean.is_some()).or(scores.first())?;
    // A score that this framework does not have falls back, so that an address outlives a change of framework.
    let score = scores.iter().find(|score| Some(score.words.key.as_str()) == asked).unwrap_or(first);
    let words = score.words.full();
    let why = match &score.unknown[..] {
        [] => "none of its networks has data".to_owned(),
        reasons => {
            let bare = |why: &String| why.strip_prefix("no data: ").unwrap_or(why).to_owned();
            reasons.iter().map(bare).collect::<Vec<_>>().join("; ")
        }
    };
    let areas = economies
        .iter()
        .map(|row| {
            let counts = row.scores.iter().find(|counts| counts.key == score.words.key);
            Area {
                code: row.area.clone(),
                link: economy(&row.area),
                shade: counts.map_or(Shade::NoData, Shade::of),
                label: label(row, counts, &why),
            }
        })
        .collect();
    let choice = |of: &WorldScore| Choice {
        label: of.words.full(),
        link: page.clone().with("score", &of.words.key).at("map"),
        current: of.words.key == score.words.key,
    };
    let month = crate::frame::month_in_words(&chosen.edition.head.month);
    Some(ScoreMap {
        choices: scores.iter().map(choice).collect(),
        map: Map::new(
            format!("Map of {words} by economy, {month}"),
            format!(
                "{}: share of an economy’s networks with data that are graded ready",
                score_words(chosen.rules, &score.words.key).full()
            ),
            "economies",
            areas,
        ),
    })
}

/// `Netherlands: 93.2 % of 117 networks ready, 3 without data`.
fn label(row: &AggregateRow, counts: Option<&GradeCounts>, why: &str) -> String {
    let name = crate::economy_names::name(&row.area).unwrap_or(&row.area);
    let networks = |n: u64| crate::format::counted(n, "network", "networks");
    let Some(counts) = counts.filter(|counts| Shade::of(counts) != Shade::NoData) else {
        return format!("{name}: no data for {}: {why}", networks(row.networks));
    };
    let whole = counts.ready + counts.aspiring + counts.lagging;
    let mut text = format!("{name}: {} of {} ready", Share { part: counts.ready, whole }, networks(whole));
    if counts.no_data > 0 {
        text.push_str(&format!(", {} without data", Count(counts.no_data)));
    }
    text
}
