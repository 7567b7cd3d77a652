//! M5 from public Spoofer sessions.

use std::collections::BTreeMap;

use measure::framework::{Framework, SpoofedSource};
use measure::m5_spoofing::{self, SpoofingCounts};
use reference::spoofer::SpooferTable;
use routing::{Asn, Prefix, Unknown};

use super::{Explained, Inputs};

/// Prefixes named in the words of a value; of more the number is said.
const NAMED_MAX: usize = 5;

/// M5 of a network in the words of its tests; `None` when the framework does not use it.
pub fn explain(framework: &Framework, inputs: &Inputs<'_>, asn: Asn) -> Option<Explained> {
    let counted = &framework.spoofing.as_ref()?.received;
    let (counts, because) = match sessions(inputs) {
        Ok(table) => {
            let (counts, because) = count(table, inputs, asn, counted);
            (Ok(counts), because)
        }
        Err(why) => (Err(why), String::new()),
    };
    Some(Explained { value: m5_spoofing::measure(framework, counts), because })
}

/// The sessions behind the values: how many there are, of which days.
pub fn label(inputs: &Inputs<'_>) -> Option<String> {
    let (n, first, last) = inputs.references.spoofer.as_ref().ok()?.within(inputs.month.span())?;
    let plural = if n == 1 { "" } else { "s" };
    Some(format!("{n} public Spoofer session{plural} from {} to {}", first.date(), last.date()))
}

/// A month without any session, of whatever network, was not looked at: nobody was found not to be tested.
pub(super) fn sessions<'a>(inputs: &'a Inputs<'_>) -> Result<&'a SpooferTable, Unknown> {
    let table = inputs.references.spoofer.as_ref().map_err(Clone::clone)?;
    match table.within(inputs.month.span()) {
        Some(_) => Ok(table),
        None => Err(Unknown::because(format!("no Spoofer sessions of {} are loaded", inputs.month))),
    }
}

pub(super) fn count(
    table: &SpooferTable,
    inputs: &Inputs<'_>,
    asn: Asn,
    counted: &[SpoofedSource],
) -> (SpoofingCounts, String) {
    let mut counts = SpoofingCounts::default();
    // Each prefix with the first session that shows it.
    let mut prefixes: BTreeMap<Prefix, u64> = BTreeMap::new();
    for (session, test) in table.tests(asn, inputs.month.span()) {
        let fate = |source: &SpoofedSource| match source {
            SpoofedSource::Routed => test.routed,
            SpoofedSource::Private => test.private,
        };
        counts.tests += 1;
        let got_out = test.got_out(counted.iter().map(fate));
        counts.conclusive += u32::from(got_out.is_some());
        if got_out == Some(true) {
            prefixes.entry(test.prefix).or_insert(session);
        }
    }
    counts.prefixes = prefixes.len() as u32;
    if counts.conclusive == 0 {
        return (counts, String::new());
    }
    let mut because = match counts.tests {
        1 => "1 public test".to_owned(),
        n => format!("{n} public tests"),
    };
    match counts.tests - counts.conclusive {
        0 => {}
        1 => because.push_str(", 1 of them cannot say"),
        n => because.push_str(&format!(", {n} of them cannot say")),
    }
    let named = |(prefix, session): (&Prefix, &u64)| format!("{prefix} (session {session})");
    let mut named: Vec<String> = prefixes.iter().map(named).take(NAMED_MAX).collect();
    match prefixes.len() {
        0 => because.push_str(", no spoofed packet received"),
        1 => because.push_str(", spoofed packets received from 1 prefix"),
        n => because.push_str(&format!(", spoofed packets received from {n} prefixes")),
    }
    if prefixes.len() > NAMED_MAX {
        named.push(format!("{} more", prefixes.len() - NAMED_MAX));
    }
    if !named.is_empty() {
        because.push_str(&format!(": {}", named.join(", ")));
    }
    (counts, because)
}
