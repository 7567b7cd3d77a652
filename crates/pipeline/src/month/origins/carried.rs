//! Events that were still open when the month before ended: what the first table shows of them is no incumbent's route
//! but the same wrong state, which goes on.

use std::collections::BTreeSet;

use detect::misorigination::Judgement;
use detect::{Clause, Event, EventKind, InputKind, Open};
use routing::{Prefix, RouteSpan};

use super::{Context, event};

/// Takes the spans that show an open event out of `spans`, which are sorted by prefix, and adds what became of it to
/// `out`. An event that nothing showed any more when what is known of a peer began is over; should it come back, it is
/// judged as anything new is.
pub fn take(spans: &mut Vec<RouteSpan>, context: &Context<'_>, out: &mut Vec<Event>) {
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for open in context.open {
        let own = range(spans, open.prefix);
        let shows = |at: &usize| open.is_shown_by(&context.hops(&spans[*at])) && !taken.contains(at);
        let own: Vec<usize> = own.filter(shows).collect();
        if own.iter().all(|at| context.is_change(&spans[*at])) {
            continue;
        }
        let shown: Vec<&RouteSpan> = own.iter().map(|at| &spans[*at]).collect();
        let before = out.len();
        event::of_spans(open.prefix, &shown, parts(open), context, out);
        for event in &mut out[before..] {
            event.hop = open.hop;
            event.confidence = open.confidence;
            event.evidence.began = Some(open.began.clone());
        }
        taken.extend(own);
    }
    let mut at = 0..;
    spans.retain(|_| at.next().is_some_and(|at| !taken.contains(&at)));
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
        judged: Judgement {
            reason: open.reason,
            cause: open.likely_cause,
            confidence: open.confidence,
            fired: tree.fired,
            against: tree.against,
            flips: tree.flips,
        },
        inputs: tree.inputs,
    }
}

const CARRIED: &str = "carried";
