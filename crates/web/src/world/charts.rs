//! The map and the trends of the world page.

use measure::framework::ScoreKey;
use routing::economy_name;
use store::{AggregateRow, GradeCounts};

use crate::edition::Chosen;
use crate::format::{Count, Share};
use crate::frame::Choice;
use crate::link::Link;
use crate::map::{Area, Map, Shade};
use crate::refusal::Refusal;
use crate::sign::Sign;
use crate::view::View;

use super::WorldScore;

/// Which score the map shows, and the map.
pub(crate) struct ScoreMap {
    pub(crate) choices: Vec<Choice>,
    pub(crate) map: Map,
}

/// A map of the score asked for by `score`, or of the one that most networks have; nothing where the framework has no
/// scores. `page` is the page with its whole state.
pub(super) fn score_map(
    chosen: &Chosen,
    view: &View,
    scores: &[WorldScore],
    economies: &[AggregateRow],
    page: &Link,
) -> Result<Option<ScoreMap>, Refusal> {
    let keys: Vec<&str> = ScoreKey::ALL.iter().map(|key| key.as_str()).collect();
    let asked = view.word("score", &keys)?;
    let without_data = |score: &&WorldScore| {
        let parts = score.bar.parts.iter().filter(|part| part.sign == Sign::NO_DATA);
        parts.map(|part| part.count.0).sum::<u64>()
    };
    let Some(best_known) = scores.iter().min_by_key(without_data) else { return Ok(None) };
    // A score that this framework does not have falls back, so that an address outlives a change of framework.
    let score = scores.iter().find(|score| Some(score.words.key.as_str()) == asked).unwrap_or(best_known);
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
                link: chosen.link_to(format!("/economy/{}", row.area)),
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
    Ok(Some(ScoreMap {
        choices: scores.iter().map(choice).collect(),
        map: Map::new(
            format!("Map of {words} by economy, {month}"),
            format!("{words}: share of an economy’s networks with data that are graded ready"),
            "economies",
            areas,
        ),
    }))
}

/// `Netherlands: 93.2 % of 117 networks ready, 3 without data`.
fn label(row: &AggregateRow, counts: Option<&GradeCounts>, why: &str) -> String {
    let name = economy_name(&row.area).unwrap_or(&row.area);
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
