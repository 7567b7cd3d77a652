//! The summary of a month, as `month --json` prints it and the terminal shows it.

use detect::{BogonClass, EventKind};
use pipeline::month::{Inputs, Outcome, tally};
use reference::irr::IrrState;
use reference::vrp::Validation;
use routing::Family;
use serde_json::{Map, Value, json};

use super::rows::partial;
use crate::config::{Config, SourceKind};
use crate::load::SourceFile;

/// Everything but how long it took: that belongs to a run, not to a publication.
pub fn of(outcome: &Outcome, inputs: &Inputs<'_>, files: &[Vec<SourceFile>], config: &Config) -> Value {
    let routes = |family| outcome.routes.iter().filter(|r| r.prefix.family() == family).count();
    let rpki = inputs.references.vrps.as_ref().map(|vrps| {
        let count = |wanted: fn(&Validation) -> bool| {
            outcome.verdicts.iter().filter_map(|v| v.rpki.as_ref()).filter(|s| wanted(s)).count()
        };
        json!({
            "valid": count(|s| *s == Validation::Valid),
            "invalid": count(|s| matches!(s, Validation::Invalid(_))),
            "not_found": count(|s| *s == Validation::NotFound),
            "from": vrps.label,
        })
    });
    let irr = inputs.references.irr.as_ref().map(|irr| {
        let count =
            |wanted| outcome.verdicts.iter().filter_map(|v| v.irr).filter(|v| v.state == wanted).count();
        json!({
            "exact": count(IrrState::Exact),
            "covered": count(IrrState::Covered),
            "wrong_origin": count(IrrState::WrongOrigin),
            "none": count(IrrState::NoObject),
            "unknown": outcome.verdicts.iter().filter(|v| v.irr.is_none()).count(),
            "from": irr.label,
        })
    });
    let unknown = |why: &routing::Unknown| json!({ "unknown": why.to_string() });
    let mut bogons = Map::new();
    for kind in EventKind::ALL {
        let of_kind = outcome.events.iter().filter(|(_, e)| e.kind == kind);
        let classes = tally(of_kind.map(|(_, e)| e.class.map_or(e.verdict.code(), BogonClass::code)));
        bogons.insert(kind.code().to_owned(), json!(classes));
    }
    let mut faults = Map::new();
    for (source, files) in config.sources.iter().zip(files) {
        let total: u64 = files.iter().map(|f| f.faults.total()).sum();
        faults.insert(source.name.clone(), json!(total));
    }
    let mrt = config.sources.iter().zip(files).filter(|(s, _)| s.kind == SourceKind::Mrt);
    let mrt: Vec<&SourceFile> = mrt.flat_map(|(_, files)| files).collect();
    let graded: Map<String, Value> = outcome
        .graded
        .iter()
        .map(|g| {
            let world = g.areas.iter().find(|a| a.scope == pipeline::month::AreaScope::World);
            let scores = world.into_iter().flat_map(|a| &a.scores);
            let scores: Map<String, Value> = scores
                .map(|s| {
                    let counts = json!({
                        "mean": s.aggregate.score().ok(),
                        "with_data": s.aggregate.with_data(),
                        "no_data": s.aggregate.no_data(),
                    });
                    (s.key.as_str().to_owned(), counts)
                })
                .collect();
            let detail = json!({
                "full_feed_peers_min": { "ipv4": g.peers_min[0], "ipv6": g.peers_min[1] },
                "announced_routes": g.excluded.iter().filter(|e| e.is_none()).count(),
                "not_counted": tally(g.excluded.iter().flatten()),
                "incidents": g.incidents.len(),
                "inputs": g.inputs.iter().map(|(m, label)| (m.to_string(), json!(label))).collect::<Map<_, _>>(),
                "scores": scores,
            });
            (g.framework.clone(), detail)
        })
        .collect();
    let named = config.sources.iter().zip(files).flat_map(|(s, files)| files.iter().map(move |f| (s, f)));
    // What happened to a source after the month is told with the months that it touches.
    let in_time = |file: &SourceFile| file.as_of.is_none_or(|(at, _)| at < outcome.month.span().end);
    let warnings: Vec<String> = named
        .filter(|(_, file)| in_time(file))
        .filter_map(|(source, file)| {
            let refused = file.held || file.status.starts_with("not admitted");
            let said = if refused { file.status.clone() } else { stalled(source.kind, file)? };
            Some(format!("{}, {}: {said}", source.name, file.name()))
        })
        .collect();
    json!({
        "warnings": warnings,
        "month": outcome.month.to_string(),
        "networks": outcome.networks.len(),
        "networks_partial": partial(inputs),
        "registry_not_loaded": outcome
            .networks
            .iter()
            .filter(|n| n.registration == pipeline::month::Registration::NotLoaded)
            .count(),
        "collectors": inputs.collectors.len(),
        "peers": outcome.feeds.iter().flatten().filter(|f| f.prefixes > 0).count(),
        "full_feeds": outcome.feeds.iter().flatten().filter(|f| f.full_feed).count(),
        "routes": { "ipv4": routes(Family::V4), "ipv6": routes(Family::V6) },
        "rpki": rpki.unwrap_or_else(unknown),
        "irr": irr.unwrap_or_else(unknown),
        "events": bogons,
        "mrt": {
            "records": mrt.iter().map(|f| f.records).sum::<u64>(),
            "records_outside_month": mrt.iter().map(|f| f.records_outside).sum::<u64>(),
            "elements": mrt.iter().map(|f| f.elements).sum::<u64>(),
        },
        "faults": faults,
        "frameworks": graded,
    })
}

/// Registrations and contacts of the whole Internet change every day. Where they bring the same bytes for longer
/// their source may be stuck, and those who read a score of it are told.
const REPEATED_DAYS_MAX: i64 = 7;

fn stalled(kind: SourceKind, file: &SourceFile) -> Option<String> {
    let moves_daily = matches!(kind, SourceKind::Vrps | SourceKind::Contacts);
    let (as_of, first) = (file.as_of?.0, file.repeats.filter(|_| file.used && moves_daily)?);
    let days = (as_of.date().start().0 - first.start().0) / 86_400;
    (days > REPEATED_DAYS_MAX)
        .then(|| format!("{}; byte for byte that of {first}, {days} days before", file.status))
}
