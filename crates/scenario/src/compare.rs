//! Expectations against what came out.

mod facts;
mod verdicts;

use crate::Mismatch;
use crate::computed::Computed;
use crate::expectation::{Expected, Stated};

/// Whether an expectation holds; otherwise what came out.
type Outcome = Result<(), Vec<String>>;

/// Every expectation that does not hold.
///
/// Spans, events, and the incidents of one network and metric are compared as a whole: where one is expected,
/// every one that came out must be.
pub(crate) fn compare(stated: &[Stated], computed: &Computed) -> Vec<Mismatch> {
    let mut out: Vec<Mismatch> = stated
        .iter()
        .filter_map(|s| {
            let got = one(s, computed).err()?;
            Some(Mismatch { line: s.line, expected: s.text.clone(), got })
        })
        .collect();
    out.extend(facts::spans(stated, computed));
    out.extend(verdicts::events(stated, computed));
    out.extend(verdicts::incidents(stated, computed));
    out.sort_by_key(|m| m.line);
    out
}

fn one(stated: &Stated, computed: &Computed) -> Outcome {
    let framework = stated.framework.as_str();
    match &stated.what {
        // Compared as a whole.
        Expected::Span(_)
        | Expected::Event(_)
        | Expected::NoEvent
        | Expected::Incident(_)
        | Expected::NoIncident { .. } => Ok(()),
        Expected::Coverage { collector, stretches } => facts::coverage(collector, stretches, computed),
        Expected::Outside(n) => {
            same(*n == computed.outside, || format!("{} records outside", computed.outside))
        }
        Expected::Feed { peer, family, word } => facts::feed(*peer, *family, word, computed),
        Expected::PeersMin { family, peers } => verdicts::peers_min(*family, *peers, framework, computed),
        Expected::Route(route) => facts::route(route, framework, computed),
        Expected::NoRoute { prefix, origin } => facts::no_route(*prefix, *origin, computed),
        Expected::Network { asn, registered, economy, routes } => {
            facts::network(*asn, registered.as_deref(), economy.as_ref(), *routes, computed)
        }
        Expected::NoNetwork(asn) => facts::no_network(*asn, computed),
        Expected::Metric { asn, metric, value } => {
            verdicts::metric(*asn, *metric, value, framework, computed)
        }
        Expected::Score { asn, key, value } => verdicts::score(*asn, *key, value, framework, computed),
        Expected::Economy { economy, key, score, with_data, no_data } => {
            verdicts::economy(economy, *key, (*score, *with_data, *no_data), framework, computed)
        }
    }
}

fn same(holds: bool, got: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(vec![got()]) }
}

/// Equal up to the rounding of the last digits.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

/// Pairs each expectation with an outcome of its own. `lines`: line and text of the expectations; `fits` says
/// whether one and another fit; `shown` are the outcomes in words.
fn pair<'a>(
    lines: impl Iterator<Item = (usize, &'a str)>,
    shown: &[String],
    fits: impl Fn(usize, usize) -> bool,
) -> Vec<Mismatch> {
    let mut free: Vec<bool> = vec![true; shown.len()];
    let mut unmet = Vec::new();
    let mut last = 0;
    for (index, (line, text)) in lines.enumerate() {
        last = line;
        match (0..shown.len()).find(|&o| free[o] && fits(index, o)) {
            Some(outcome) => free[outcome] = false,
            None => unmet.push((line, text)),
        }
    }
    let left: Vec<String> =
        shown.iter().zip(&free).filter(|(_, free)| **free).map(|(s, _)| s.clone()).collect();
    let none = || vec!["nothing that is not expected elsewhere".to_owned()];
    if unmet.is_empty() && !left.is_empty() {
        return vec![Mismatch {
            line: last,
            expected: "nothing beyond what is listed".to_owned(),
            got: left,
        }];
    }
    let mismatch = |(line, text): (usize, &str)| Mismatch {
        line,
        expected: text.to_owned(),
        got: if left.is_empty() { none() } else { left.clone() },
    };
    unmet.into_iter().map(mismatch).collect()
}
