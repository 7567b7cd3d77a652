//! Statements about frameworks that differ from a shipped one in a single field.

use measure::framework::{DismissedBy, Exclusion, load, shipped};
use measure::metric::Metric;

use crate::words::{Words, Wrong};
use crate::world::World;

/// `draft ID of FRAMEWORK dismissed-by METRIC rpki|irr …|none`, `draft ID of FRAMEWORK excluded WORD …|none`
pub fn draft(world: &mut World, words: &mut Words<'_>) -> Result<(), Wrong> {
    let id = words.next("an id of the draft")?.to_owned();
    let versions: Vec<&'static str> = shipped().iter().map(|(id, _)| *id).collect();
    if versions.contains(&id.as_str()) || world.drafts.iter().any(|known| known.id == id) {
        return words.wrong(format!("there is a framework `{id}` already"));
    }
    words.expect("of")?;
    let mut rules = load(words.one_of(&versions)?).expect("shipped");
    rules.id = id;
    match words.one_of(&["dismissed-by", "excluded"])? {
        "excluded" => rules.routes.excluded = list(words, Exclusion::ALL, Exclusion::as_str)?,
        _ => {
            let metric = match words.one_of(&["M2", "M2C"])? {
                "M2" => Metric::M2,
                _ => Metric::M2C,
            };
            rules.metrics[metric as usize].dismissed_by = list(words, DismissedBy::ALL, DismissedBy::as_str)?;
        }
    }
    world.drafts.push(rules);
    Ok(())
}

fn list<T: Copy>(
    words: &mut Words<'_>,
    all: &[T],
    word: impl Fn(T) -> &'static str,
) -> Result<Vec<T>, Wrong> {
    let mut out = Vec::new();
    if words.take("none") {
        return Ok(out);
    }
    let allowed: Vec<&'static str> = all.iter().map(|one| word(*one)).collect();
    while out.is_empty() || !words.is_over() {
        let taken = words.one_of(&allowed)?;
        out.extend(all.iter().copied().find(|one| word(*one) == taken));
    }
    Ok(out)
}
