//! Events that the month before left open, as this month goes on from them.

use anyhow::{Context, Result, anyhow};
use detect::{Began, Cause, Dismissal, LeakHop, Open};
use measure::framework::DismissedBy;
use routing::{Asn, Month};
use store::{EventRow, Filter, Store};

/// Rows read at a time.
const PART: i64 = 1_000;

/// The events that were still open when the month before ended, by its current publication; none where it has none.
/// Bogons are judged anew in every month, and what is benign whatever a framework says is no wrong state.
pub async fn load_open(store: &Store, month: Month) -> Result<Vec<Open>> {
    let Some(before) = month.previous() else { return Ok(Vec::new()) };
    let Some((publication, _)) = store.current(&before.to_string()).await? else { return Ok(Vec::new()) };
    let to_the_end = Filter { ongoing: true, ..Filter::default() };
    let nobody_knows = Filter { end_unknown: true, ..Filter::default() };
    let mut all = Vec::new();
    for filter in [to_the_end, nobody_knows] {
        let mut after = (0, String::new());
        loop {
            let part = store.events_after(publication, &filter, (after.0, &after.1), PART).await?;
            let Some(last) = part.last() else { break };
            after = (last.start, last.id.clone());
            let counts = |row: &&EventRow| row.verdict != "benign" || !row.dismissed_by.is_empty();
            let carried = part.iter().filter(counts).filter(|row| !row.mark.is_empty());
            for row in carried {
                all.push(open(row, before).with_context(|| format!("event {} of {before}", row.id))?);
            }
        }
    }
    Ok(all)
}

fn open(row: &EventRow, month: Month) -> Result<Open> {
    let numbers = |all: &[u32]| all.iter().copied().map(Asn).collect();
    let cause = |code: &String| {
        let known = Cause::ALL.into_iter().find(|cause| cause.code() == code);
        known.ok_or_else(|| anyhow!("`{code}` is no cause"))
    };
    let is_leak = row.leak_type.is_some() || row.leak_between != (None, None);
    let (from, to) = row.leak_between;
    let hop = LeakHop { leak_type: row.leak_type, from: from.map(Asn), to: to.map(Asn) };
    let since = row.began.as_ref().map_or(row.start, |began| began.at);
    Ok(Open {
        began: Began { at: routing::Timestamp(since), month, event: row.id.clone() },
        kind: row.kind.parse().map_err(anyhow::Error::msg)?,
        reason: row.reason.parse().map_err(anyhow::Error::msg)?,
        likely_cause: row.likely_cause.as_ref().map(cause).transpose()?,
        culprit: row.culprit.map(Asn),
        victims: numbers(&row.victims),
        prefix: row.prefix.parse()?,
        related: row.related.as_ref().map(|prefix| prefix.parse()).transpose()?,
        hop: is_leak.then_some(hop),
        dismissed_by: Dismissal {
            rpki: row.dismissed_by.iter().any(|by| by == DismissedBy::Rpki.as_str()),
            irr: row.dismissed_by.iter().any(|by| by == DismissedBy::Irr.as_str()),
        },
        confidence: row.confidence,
        mark: numbers(&row.mark),
        tree: crate::tree::from_json(&row.tree).context("its verdict tree")?,
    })
}
