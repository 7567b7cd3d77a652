//! A month graded again from the facts behind its grades, as a framework is tried out: always the same.

use measure::facts;
use measure::framework::Framework;

use crate::Mismatch;
use crate::computed::Computed;

/// Every network whose grades from the facts are others than those of the month.
pub(crate) fn compare(computed: &Computed) -> Vec<Mismatch> {
    let of = |(framework, index): (&Framework, usize)| {
        let again = facts::grade(framework, &computed.facts);
        let graded = &computed.outcome.graded[index].readiness;
        let networks = computed.facts.networks.iter().zip(again).zip(graded);
        let differing = networks.filter(|((_, again), graded)| again != *graded);
        let mismatch = |((network, again), graded): ((&facts::NetworkFacts, _), _)| Mismatch {
            line: 0,
            expected: format!("{} under {} as the month graded it: {graded:?}", network.asn, framework.id),
            got: vec![format!("graded again from its facts: {again:?}")],
        };
        differing.map(mismatch).collect::<Vec<_>>()
    };
    computed.frameworks.iter().zip(0..).flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use measure::framework::{DismissedBy, Exclusion, ScoreKey};
    use measure::metric::Metric;
    use routing::Asn;

    use super::*;
    use crate::{computed, read};

    /// Who has another grade or score, and in which.
    fn moved(computed: &Computed, before: &Framework, after: &Framework) -> BTreeSet<(Asn, ScoreKey)> {
        let (was, is) = (facts::grade(before, &computed.facts), facts::grade(after, &computed.facts));
        let networks = computed.facts.networks.iter().zip(was.iter().zip(&is));
        let keys = before.scores.iter().map(|score| score.key);
        networks
            .flat_map(|(network, (was, is))| {
                keys.clone().filter(|key| was.action(*key) != is.action(*key)).map(|key| (network.asn, key))
            })
            .collect()
    }

    /// In every scenario, a changed field moves the scores of those whom it concerns and of nobody else.
    #[test]
    fn a_changed_field_changes_exactly_the_grades_it_should() {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios"));
        let rules = measure::framework::load("2024-01").unwrap();
        let known = |computed: &Computed, metric| !computed.facts.unknown.contains_key(&metric);
        let (mut filtering, mut routes) = (0, 0);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let computed = computed::compute_world(&read::world(&text).unwrap()).unwrap();
            for (dismissing, metric, culprit) in
                [(DismissedBy::Rpki, Metric::M2, true), (DismissedBy::Irr, Metric::M2C, false)]
            {
                let mut draft = rules.clone();
                draft.metrics[metric as usize].dismissed_by.retain(|by| *by != dismissing);
                let freed = |by: detect::Dismissal| match dismissing {
                    DismissedBy::Rpki => by.rpki && !by.irr,
                    DismissedBy::Irr => by.irr && !by.rpki,
                };
                let concerned = computed.facts.events.iter().filter(|event| {
                    freed(event.dismissed_by)
                        && (event.distance == 0) == culprit
                        && event.span.seconds() > 0
                        && known(&computed, Metric::M2)
                });
                let expected: BTreeSet<_> = concerned.map(|event| (event.asn, ScoreKey::Filtering)).collect();
                let moved = moved(&computed, &rules, &draft);
                assert_eq!(moved, expected, "{}: {dismissing} for {metric}", path.display());
                filtering += moved.len();
            }
            for excluded in [Exclusion::Artefact, Exclusion::ForgedOrigin] {
                let mut draft = rules.clone();
                draft.routes.excluded.retain(|one| *one != excluded);
                let concerned: BTreeSet<Asn> = computed
                    .facts
                    .routes
                    .iter()
                    .filter(|route| match excluded {
                        Exclusion::Artefact => route.artefact,
                        _ => route.forged_origin,
                    })
                    .map(|route| route.origin)
                    .collect();
                let moved = moved(&computed, &rules, &draft);
                let of_routes = |key: &ScoreKey| {
                    matches!(key, ScoreKey::RoutingInformationIrr | ScoreKey::RoutingInformationRpki)
                };
                assert!(
                    moved.iter().all(|(asn, key)| concerned.contains(asn) && of_routes(key)),
                    "{}: {excluded}: {moved:?}",
                    path.display()
                );
                routes += moved.len();
            }
        }
        assert!(filtering >= 4 && routes >= 2, "{filtering} and {routes} scores moved");
    }
}
