//! Events that were still open when the month before ended: what the first table shows of them is no incumbent's route
//! but the same wrong state, which goes on.

use std::collections::BTreeSet;

use detect::misorigination::Judgement;
use detect::{Clause, Event, EventKind, InputKind, Marked, Open, RouteMark, Verdict};
use routing::{Prefix, RouteSpan};

use super::{Context, event};

/// Takes the spans that show an open event out of `spans`, which are sorted by prefix, and adds what became of it to
/// `out`. An event that nothing showed any more when what is known of a peer began is over; should it come back, it is
/// judged as anything new is. What registrations dismissed goes on too, and its spans stay: its origin is known by now.
pub fn take(spans: &mut Vec<RouteSpan>, context: &Context<'_>, out: &mut Vec<Event>) {
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut told: BTreeSet<usize> = BTreeSet::new();
    for open in context.open {
        let shows = |at: &usize| open.is_shown_by(&context.hops(&spans[*at])) && !told.contains(at);
        let own: Vec<usize> = range(spans, open.prefix).filter(shows).collect();
        if own.iter().all(|at| context.is_change(&spans[*at])) {
            continue;
        }
        let shown: Vec<&RouteSpan> = own.iter().map(|at| &spans[*at]).collect();
        let before = out.len();
        let marked = marked(open, range(spans, open.prefix).map(|at| &spans[at]), shown.len(), context);
        event::of_spans(open.prefix, &shown, event::Parts { marked, ..parts(open) }, context, out);
        for event in &mut out[before..] {
            event.hop = open.hop;
            event.confidence = open.confidence;
            event.evidence.began = Some(open.began.clone());
        }
        told.extend(&own);
        if !open.dismissed_by.is_some() {
            taken.extend(own);
        }
    }
    let mut at = 0..;
    spans.retain(|_| at.next().is_some_and(|at| !taken.contains(&at)));
}

/// A forged origin that nobody announces otherwise: as many paths lead to it as show the event.
fn marked<'s>(
    open: &Open,
    of_prefix: impl Iterator<Item = &'s RouteSpan>,
    shown: usize,
    context: &Context<'_>,
) -> Option<Marked> {
    let origin = *open.mark.last()?;
    let forged = open.kind == EventKind::ForgedOrigin && open.reason.verdict() == Verdict::Incident;
    let to_origin = of_prefix.filter(|span| context.hops(span).last() == Some(&origin)).count();
    (forged && to_origin == shown).then_some(Marked { mark: RouteMark::ForgedOrigin, origin })
}

fn range(spans: &[RouteSpan], prefix: Prefix) -> core::ops::Range<usize> {
    let from = spans.partition_point(|span| span.prefix < prefix);
    from..from + spans[from..].partition_point(|span| span.prefix == prefix)
}

fn parts(open: &Open) -> event::Parts<'_> {
    let mut tree = open.tree.clone();
    // Said of the sightings of that month.
    tree.inputs.retain(|input| input.what != InputKind::Records);
    tree.fired.retain(|clause| !matches!(&*clause.rule, "visibility" | CARRIED));
    let sentence = format!(
        "It began at {}, as event {} of {} says, and was still seen when the month began.",
        open.began.at, open.began.event, open.began.month
    );
    tree.fired.insert(0, Clause::new(CARRIED, sentence));
    // The first network of unseen links, though it is not blamed.
    let unblamed = open.mark.first().filter(|_| open.kind != EventKind::RouteLeak && open.mark.len() > 1);
    event::Parts {
        kind: open.kind,
        culprit: open.culprit,
        from: open.culprit.or(unblamed.copied()),
        claim_victims: &open.victims,
        related: open.related.unwrap_or(open.prefix),
        mark: &open.mark,
        marked: None,
        judged: Judgement {
            reason: open.reason,
            cause: open.likely_cause,
            confidence: open.confidence,
            fired: tree.fired,
            against: tree.against,
            flips: tree.flips,
            dismissed_by: open.dismissed_by,
        },
        inputs: tree.inputs,
    }
}

const CARRIED: &str = "carried";
