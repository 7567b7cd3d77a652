//! Peers that were not seen passing a leaked route: next to a network that carried it, with another route.

use std::collections::BTreeSet;

use detect::{Event, LeakHop, Verdict};
use routing::{Asn, RouteSpan};

use super::origins::{Context, next_to_carriers};

/// Adds to the leaks among `events` who was not seen passing them. `spans` are those that the events were found in,
/// sorted by prefix.
pub fn examine(events: &mut [Event], spans: &[RouteSpan], context: &Context<'_>) {
    for event in events.iter_mut().filter(|event| event.verdict == Verdict::Incident) {
        let (Some(hop), Some(culprit)) = (event.hop, event.culprit) else { continue };
        let mut carried: BTreeSet<Asn> = event.accomplices.iter().map(|a| a.asn).collect();
        carried.insert(culprit);
        let (mut showed, mut had_another) = (BTreeSet::new(), BTreeSet::new());
        // Whoever did not take a more specific route has the one around it.
        for prefix in [event.prefix, event.related.unwrap_or(event.prefix)] {
            let from = spans.partition_point(|span| span.prefix < prefix);
            let same = spans[from..].iter().take_while(|span| span.prefix == prefix);
            for span in
                same.filter(|span| span.time.start <= event.span.end && event.span.start <= span.time.end)
            {
                let leaked = prefix == event.prefix && leads_through(&context.hops(span), culprit, hop);
                let who = if leaked { &mut showed } else { &mut had_another };
                who.insert(context.peer(span));
            }
        }
        let credits = next_to_carriers(event.prefix, event.span.start, &carried, showed, context);
        event.credits = credits.into_iter().filter(|asn| had_another.contains(asn)).collect();
    }
}

/// True when the leaker stands on the path next to whom it had the route from, whoever it gave it to.
fn leads_through(hops: &[Asn], leaker: Asn, hop: LeakHop) -> bool {
    match hop.from {
        Some(from) => hops.windows(2).any(|pair| pair == [leaker, from]),
        None => hops.contains(&leaker),
    }
}
