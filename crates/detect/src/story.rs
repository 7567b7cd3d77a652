//! Related events become one story: a leak of 500 prefixes is one thing that happened, told once, with its parts.

use std::collections::{BTreeMap, BTreeSet};

use routing::Span;

/// The story that each event belongs to, in the order of `events`: the id of the story's first event by start
/// and id; `None` for an event that is alone.
///
/// Events are of one story when their keys are equal (kind, verdict and culprit) and their spans overlap or touch,
/// directly or through others. An event without a key belongs to none: what an unknown network did need not
/// be of the same hand. Neither the order of `events` nor repeating one of them changes what an event belongs to.
pub fn stories<K: Ord, I: Ord + Clone>(events: &[(Option<K>, Span, I)]) -> Vec<Option<I>> {
    let mut by_key: BTreeMap<&K, Vec<(Span, &I)>> = BTreeMap::new();
    for (key, span, id) in events {
        if let Some(key) = key {
            by_key.entry(key).or_default().push((*span, id));
        }
    }
    let mut story_of: BTreeMap<(&K, &I, Span), &I> = BTreeMap::new();
    for (key, mut own) in by_key {
        own.sort_unstable();
        let mut end = None;
        let mut stories: Vec<Vec<(Span, &I)>> = Vec::new();
        for (span, id) in own {
            match stories.last_mut() {
                Some(last) if end.is_some_and(|end| span.start <= end) => last.push((span, id)),
                _ => stories.push(vec![(span, id)]),
            }
            end = end.filter(|end| span.start <= *end).max(Some(span.end));
        }
        for parts in stories {
            let distinct: BTreeSet<&I> = parts.iter().map(|(_, id)| *id).collect();
            let first = parts.iter().map(|(span, id)| (span.start, *id)).min();
            if let Some((_, first)) = first.filter(|_| distinct.len() > 1) {
                story_of.extend(parts.iter().map(|(span, id)| ((key, *id, *span), first)));
            }
        }
    }
    let of =
        |(key, span, id): &(Option<K>, Span, I)| story_of.get(&(key.as_ref()?, id, *span)).copied().cloned();
    events.iter().map(of).collect()
}

#[cfg(test)]
mod tests;
