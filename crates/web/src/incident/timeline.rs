use store::EventRow;

use crate::format::Moment;

/// Sightings shown on one timeline.
const ROWS_MAX: usize = 60;

/// What each peer showed when, on one scale.
pub(crate) struct Timeline {
    pub(crate) from: Moment,
    pub(crate) to: Moment,
    pub(crate) rows: Vec<Row>,
    pub(crate) more: usize,
    pub(crate) collectors: usize,
}

/// One peer's route.
pub(crate) struct Row {
    pub(crate) collector: String,
    /// The first row of its collector.
    pub(crate) first: bool,
    pub(crate) peer: String,
    pub(crate) peer_asn: u32,
    pub(crate) prefix: String,
    pub(crate) start: Moment,
    pub(crate) end: Moment,
    pub(crate) end_because: String,
    /// Position and width of the route's bar, then of the whole incident's, in per cent.
    pub(crate) bar: (String, String),
    pub(crate) whole: (String, String),
}

impl Timeline {
    /// The sightings of events with the span that they are shown against.
    pub(crate) fn new(events: &[EventRow], (start, end): (i64, i64)) -> Timeline {
        let mut sightings: Vec<_> =
            events.iter().flat_map(|e| e.sightings.iter().map(move |s| (s, e.prefix.as_str()))).collect();
        sightings.sort_by_key(|(s, prefix)| (&s.collector, s.start, s.peer_asn, &s.peer, *prefix, s.end));
        let from = sightings.iter().map(|(s, _)| s.start).min().map_or(start, |first| first.min(start));
        let to = sightings.iter().map(|(s, _)| s.end).max().map_or(end, |last| last.max(end));
        let more = sightings.len().saturating_sub(ROWS_MAX);
        let scale = |start: i64, end: i64| {
            let whole = (to - from).max(1) as f64;
            let (x, end) = ((start - from) as f64 * 100.0 / whole, (end - from) as f64 * 100.0 / whole);
            // A moment is seen, too.
            let width = (end - x).max(0.6);
            (percent(x.min(100.0 - width)), percent(width))
        };
        let mut last = None;
        let mut collectors = 0;
        let rows = sightings.into_iter().take(ROWS_MAX).map(|(sighting, prefix)| {
            let first = last.as_deref() != Some(sighting.collector.as_str());
            collectors += usize::from(first);
            last = Some(sighting.collector.clone());
            Row {
                collector: sighting.collector.clone(),
                first,
                peer: sighting.peer.clone(),
                peer_asn: sighting.peer_asn,
                prefix: prefix.to_owned(),
                start: Moment(sighting.start),
                end: Moment(sighting.end),
                end_because: sighting.end_because.clone(),
                bar: scale(sighting.start, sighting.end),
                whole: scale(start, end),
            }
        });
        let rows = rows.collect();
        Timeline { from: Moment(from), to: Moment(to), rows, more, collectors }
    }
}

fn percent(x: f64) -> String {
    let text = format!("{:.2}", x.max(0.0));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
