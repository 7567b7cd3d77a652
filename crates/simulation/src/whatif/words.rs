//! An answer as plain text.

use std::fmt::Write as _;

use routing::Asn;

use super::answer::{Answer, Changed, MetricChange, NetworkChange, RouteChange, State};
use crate::Standing;

impl State {
    /// `RPKI invalid (as), IRR none`.
    pub fn words(&self) -> String {
        let reason = self.rpki_reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        let irr = self.irr.map(|irr| irr.replace('_', " "));
        format!(
            "RPKI {}{reason}, IRR {}",
            self.rpki.unwrap_or("unknown"),
            irr.as_deref().unwrap_or("unknown")
        )
    }
}

impl RouteChange {
    /// Its origin, for a reader.
    pub fn origin_words(&self) -> String {
        self.origin.map_or("an AS_SET".to_owned(), |asn| Asn(asn).to_string())
    }

    /// What becomes of it, in a sentence without a stop.
    pub fn words(&self) -> String {
        let state = |state: &Option<State>| state.as_ref().map(State::words).unwrap_or_default();
        match self.changed {
            Changed::State => format!("{} → {}", state(&self.before), state(&self.after)),
            Changed::Added => format!("announced, {}", state(&self.after)),
            Changed::Removed => format!("not announced any more (was {})", state(&self.before)),
        }
    }
}

impl MetricChange {
    /// `0.5000 → 1.0000`, or why there is none.
    pub fn words(&self) -> String {
        let value = |value: Option<f64>, why: &Option<String>| match value {
            Some(value) => format!("{value:.4}"),
            None => why.clone().unwrap_or_else(|| "no data".to_owned()),
        };
        between(value(self.before, &self.before_unknown), value(self.after, &self.after_unknown))
    }
}

impl Standing {
    /// `ready 0.9500`, or why there is none.
    pub fn words(&self) -> String {
        match (self.grade, self.score) {
            (Some(grade), Some(score)) => format!("{grade} {score:.4}"),
            _ => self.unknown.clone().unwrap_or_else(|| "no data".to_owned()),
        }
    }
}

fn between(before: String, after: String) -> String {
    if before == after { format!("{after} (unchanged)") } else { format!("{before} → {after}") }
}

impl NetworkChange {
    /// Its metrics and the scores that move, a line each.
    pub fn lines(&self) -> Vec<String> {
        let metrics = self.metrics.iter().map(|metric| format!("{}: {}", metric.metric, metric.words()));
        let moved = self.scores.iter().filter(|score| score.before != score.after);
        let scores = moved.map(|s| format!("{}: {}", s.title, between(s.before.words(), s.after.words())));
        metrics.chain(scores).collect()
    }
}

impl Answer {
    /// The whole as plain text.
    pub fn to_text(&self) -> String {
        let mut out = format!("{}: what if\n", self.month);
        for change in &self.changes {
            let _ = writeln!(out, "  {change}");
        }
        let _ = writeln!(out, "Judged by: {}", self.inputs.join("; "));
        for note in &self.notes {
            let _ = writeln!(out, "Note: {note}");
        }
        let _ = writeln!(out, "\nRoutes that change: {}", self.routes.len());
        for route in &self.routes {
            let _ = writeln!(out, "  {} {}: {}", route.prefix, route.origin_words(), route.words());
            for state in route.after.iter().chain(&route.before).take(1) {
                if !state.vrps.is_empty() {
                    let _ = writeln!(out, "      VRPs: {}", state.vrps.join(", "));
                }
                if !state.route_objects.is_empty() {
                    let _ = writeln!(out, "      route objects: {}", state.route_objects.join(", "));
                }
            }
        }
        let _ = writeln!(out, "\nThird parties that break: {}", self.third_parties.len());
        for party in &self.third_parties {
            let who = party.asn.map_or("AS_SETs".to_owned(), |asn| Asn(asn).to_string());
            if !party.invalid.is_empty() {
                let _ = writeln!(out, "  {who} becomes invalid: {}", party.invalid.join(", "));
            }
            if !party.unregistered.is_empty() {
                let _ = writeln!(out, "  {who} loses registration: {}", party.unregistered.join(", "));
            }
        }
        out += "\nNetworks\n";
        for network in &self.networks {
            let _ = writeln!(out, "  {} under {}", Asn(network.asn), network.framework);
            for line in network.lines() {
                let _ = writeln!(out, "      {line}");
            }
        }
        out += "\nNot computed\n";
        for sentence in &self.not_computed {
            let _ = writeln!(out, "  {sentence}");
        }
        out
    }
}
