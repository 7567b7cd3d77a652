//! Spans, feeds, routes, networks.

use reference::bogons::BogonClass as Class;
use routing::{Asn, Family, PathRef, Prefix, RouteSpan, Span};

use super::{Outcome, pair, same};
use crate::Mismatch;
use crate::computed::{Computed, SweptCollector};
use crate::expectation::{Expected, RouteExpected, SpanExpected, Stated};
use crate::read::ENDS;
use crate::words::shown_span;

/// Spans are compared as a whole.
pub(super) fn spans(stated: &[Stated], computed: &Computed) -> Vec<Mismatch> {
    let expected: Vec<(&Stated, &SpanExpected)> = stated
        .iter()
        .filter_map(|s| match &s.what {
            Expected::Span(span) => Some((s, span)),
            _ => None,
        })
        .collect();
    if expected.is_empty() {
        return Vec::new();
    }
    let all = computed.collectors.iter().flat_map(|c| c.spans.iter().map(move |s| (c, s)));
    let mut all: Vec<(&SweptCollector, &RouteSpan)> = all.collect();
    all.sort_by_key(|(c, s)| (&c.name, s.prefix, s.time, s.peer));
    let several = computed.collectors.len() > 1;
    let shown: Vec<String> = all.iter().map(|(c, s)| shown_route_span(c, s, several)).collect();
    let fits = |e: usize, o: usize| {
        let (want, (collector, got)) = (expected[e].1, all[o]);
        want.collector.as_ref().is_none_or(|name| *name == collector.name)
            && want.peer == collector.peers[got.peer as usize].asn
            && want.prefix == got.prefix
            && want.path.as_ref().is_none_or(|path| path.as_ref() == collector.paths.get(got.path))
            && (want.time, want.end, want.estimated) == (got.time, got.end, got.estimated)
    };
    pair(expected.iter().map(|(s, _)| (s.line, s.text.as_str())), &shown, fits)
}

fn shown_route_span(collector: &SweptCollector, span: &RouteSpan, several: bool) -> String {
    let at = if several { format!("at {} ", collector.name) } else { String::new() };
    let (end, _) = ENDS.iter().find(|(_, end)| *end == span.end).expect("every end has a word");
    format!(
        "span {at}{} {} path {} {} {end}{}",
        collector.peers[span.peer as usize].asn,
        span.prefix,
        shown_path(collector.paths.get(span.path)),
        shown_span(span.time),
        if span.estimated { " estimated" } else { "" }
    )
}

fn shown_path(path: PathRef<'_>) -> String {
    if path.is_empty() { "empty".to_owned() } else { path.to_string() }
}

/// Known time of a collector.
pub(super) fn coverage(name: &str, stretches: &[Span], computed: &Computed) -> Outcome {
    let Some(collector) = computed.collectors.iter().find(|c| c.name == name) else {
        return Err(vec![format!("there is no collector `{name}`")]);
    };
    let shown = || match collector.coverage.is_empty() {
        true => format!("coverage {name} none"),
        false => {
            let all: Vec<String> = collector.coverage.iter().map(|s| shown_span(*s)).collect();
            format!("coverage {name} {}", all.join(" "))
        }
    };
    same(collector.coverage == stretches, shown)
}

/// Whether a peer AS has a full feed of a family.
pub(super) fn feed(peer: Asn, family: Family, word: &str, computed: &Computed) -> Outcome {
    let of_peer: Vec<_> =
        computed.feeds().filter(|f| f.peer.asn == peer && f.peer.family == family).collect();
    let got = match () {
        () if of_peer.iter().any(|f| f.full_feed) => "full",
        () if of_peer.iter().any(|f| f.route_server) => "route-server",
        () => "partial",
    };
    let shown = || match of_peer.iter().map(|f| (f.prefixes, f.share_percent)).max() {
        Some((prefixes, share)) => {
            format!("feed {peer} {family} {got}: {prefixes} prefixes, {share} %")
        }
        None => format!("{peer} showed no {family} route"),
    };
    same(!of_peer.is_empty() && got == word, shown)
}

/// One route and its verdicts.
pub(super) fn route(want: &RouteExpected, framework: &str, computed: &Computed) -> Outcome {
    let outcome = &computed.outcome;
    let Some(index) = outcome.routes.iter().position(|r| (r.prefix, r.origin) == (want.prefix, want.origin))
    else {
        let same_prefix = outcome.routes.iter().filter(|r| r.prefix == want.prefix);
        let others: Vec<String> = same_prefix.map(|r| origin(r.origin)).collect();
        return Err(vec![format!("no such route; origins of {}: {}", want.prefix, others.join(", "))]);
    };
    let (route, verdict) = (&outcome.routes[index], &outcome.verdicts[index]);
    let excluded = outcome.graded[computed.framework(framework).0].excluded.get(index);
    let irr = verdict.irr.map(|v| v.state);
    let bogon = verdict.bogon.map(|class| match class {
        Class::Full => detect::BogonClass::Full,
        Class::Administrative => detect::BogonClass::Administrative,
    });
    let holds = want.rpki.is_none_or(|w| w == verdict.rpki)
        && want.irr.is_none_or(|w| w == irr)
        && want.bogon.is_none_or(|w| w == bogon)
        && want.peers.is_none_or(|w| w == route.peers)
        && want.full_feeds.is_none_or(|w| w == route.full_feed_peers)
        && want.seen_seconds.is_none_or(|w| w == route.seen_seconds)
        && want.excluded.as_ref().is_none_or(|w| w.as_deref() == excluded);
    same(holds, || {
        let rpki = match verdict.rpki {
            None => "unknown".to_owned(),
            Some(reference::vrp::Validation::Invalid(reason)) => format!("invalid {reason}"),
            Some(state) => state.to_string(),
        };
        format!(
            "route {} {} rpki {rpki} irr {} bogon {} peers {} full-feeds {} seen {} {}",
            route.prefix,
            origin(route.origin),
            irr.map_or_else(|| "unknown".to_owned(), |state| state.to_string()),
            bogon.map_or("no", |class| class.code()),
            route.peers,
            route.full_feed_peers,
            route.seen_seconds,
            excluded.map_or_else(|| "counted".to_owned(), |why| format!("not-counted \"{why}\""))
        )
    })
}

fn origin(origin: Option<Asn>) -> String {
    origin.map_or_else(|| "none".to_owned(), |asn| asn.to_string())
}

/// No route of a prefix, or of a prefix and origin.
pub(super) fn no_route(prefix: Prefix, wanted: Option<Option<Asn>>, computed: &Computed) -> Outcome {
    let of_prefix = computed.outcome.routes.iter().filter(|r| r.prefix == prefix);
    let found: Vec<String> = of_prefix
        .filter(|r| wanted.is_none_or(|o| o == r.origin))
        .map(|r| format!("route {} {}", r.prefix, origin(r.origin)))
        .collect();
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// What is known of a network.
pub(super) fn network(
    asn: Asn,
    registered: Option<&str>,
    economy: Option<&Option<String>>,
    routes: Option<[u64; 2]>,
    computed: &Computed,
) -> Outcome {
    let Some(network) = computed.outcome.networks.iter().find(|n| n.asn == asn) else {
        return Err(vec![format!("no network {asn}")]);
    };
    let (words, code) =
        (network.registration.words(), network.economy.as_ref().map(|(code, _)| code.clone()));
    let holds = registered.is_none_or(|w| w == words)
        && economy.is_none_or(|w| *w == code)
        && routes.is_none_or(|w| w == network.route_counts);
    same(holds, || {
        let [v4, v6] = network.route_counts;
        let code = code.as_deref().unwrap_or("none");
        format!("network {asn} registered \"{words}\" economy {code} routes {v4} {v6}")
    })
}

/// A number that is no network.
pub(super) fn no_network(asn: Asn, computed: &Computed) -> Outcome {
    let found = computed.outcome.networks.iter().find(|n| n.asn == asn);
    same(found.is_none(), || {
        format!("network {asn} registered \"{}\"", found.expect("some").registration.words())
    })
}
