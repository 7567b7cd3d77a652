//! The figures: who was found, who was blamed, and every miss with its tree.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use detect::{Event, Verdict};
use reference::history::History;
use routing::{Prefix, Timestamp};

use super::Found;
use super::labels::Label;
use crate::tree;

/// Prints the figures of `found` against `labels`.
pub fn write(
    mut out: impl Write,
    found: &[Found],
    labels: &BTreeMap<String, Label>,
    history: &History,
) -> Result<()> {
    let judged: Vec<Judged<'_>> =
        found.iter().filter_map(|one| Some(Judged::new(one, labels.get(&one.name)?, history))).collect();
    writeln!(
        out,
        "{:<18} {:>9} {:>9} {:>9}   shown as incident",
        "labelled", "incident", "benign", "undecided"
    )?;
    let mut categories: BTreeMap<&str, Vec<&Judged<'_>>> = BTreeMap::new();
    for one in &judged {
        categories.entry(&one.label.category).or_default().push(one);
    }
    for (category, all) in &categories {
        let count = |verdict| all.iter().filter(|j| j.verdict() == verdict).count();
        let incidents = count(Verdict::Incident);
        let (benign, undecided) = (count(Verdict::Benign), count(Verdict::Undecided));
        let share = share(incidents, all.len());
        writeln!(out, "{category:<18} {incidents:>9} {benign:>9} {undecided:>9}   {share}")?;
    }
    let real: Vec<&Judged<'_>> = judged.iter().filter(|j| !j.label.is_artefact()).collect();
    let hit = |all: &[&&Judged<'_>]| all.iter().filter(|j| j.verdict() == Verdict::Incident).count();
    let all: Vec<&&Judged<'_>> = real.iter().collect();
    let shown: Vec<&&Judged<'_>> = real.iter().filter(|j| j.incumbent_shown).collect();
    writeln!(out)?;
    writeln!(out, "recall where a table shows the incumbent   {}", share(hit(&shown), shown.len()))?;
    writeln!(out, "recall over all                            {}", share(hit(&all), all.len()))?;
    let called: Vec<&Judged<'_>> = judged.iter().filter(|j| j.verdict() == Verdict::Incident).collect();
    let right = called.iter().filter(|j| !j.label.is_artefact()).count();
    writeln!(out, "precision                                  {}", share(right, called.len()))?;
    writeln!(out, "artefacts called incidents                 {}", called.len() - right)?;
    for (name, forged) in [("origin changes", false), ("forged paths", true)] {
        let of: Vec<_> = called.iter().filter(|j| j.label.category.starts_with("forged") == forged).collect();
        let right = of.iter().filter(|j| j.culprit().is_some() && j.culprit() == j.label.culprit).count();
        let unknown = of.iter().filter(|j| j.culprit().is_none()).count();
        let wrong = of.len() - right - unknown;
        writeln!(
            out,
            "culprits of {name:<15} right {}, unknown {unknown}, wrong {wrong}",
            share(right, of.len())
        )?;
    }
    let innocents = called.iter().filter(|j| j.blames_an_innocent()).count();
    writeln!(out, "innocents blamed                           {innocents}")?;
    writeln!(out)?;
    for one in &judged {
        one.write(&mut out)?;
    }
    Ok(())
}

/// An event of a folder as it was labelled and as it was judged.
struct Judged<'a> {
    name: &'a str,
    label: &'a Label,
    /// The event that speaks for the folder.
    event: Option<&'a Event>,
    incumbent_shown: bool,
}

impl<'a> Judged<'a> {
    fn new(found: &'a Found, label: &'a Label, history: &History) -> Judged<'a> {
        let overlaps = |prefix: &Prefix| {
            label.prefix.is_none_or(|wanted| wanted.contains(prefix) || prefix.contains(&wanted))
        };
        let events = found.events.iter().filter(|event| overlaps(&event.prefix));
        let rank =
            |e: &&Event| (e.verdict == Verdict::Incident, e.verdict == Verdict::Benign, e.evidence.peer_ases);
        let at = found.events.iter().map(|e| e.span.start).min().unwrap_or(Timestamp(i64::MAX));
        let before = |prefix: Prefix| {
            let origins = history.origins();
            origins.of(prefix, at).next().is_some() || origins.around(prefix, 8, at).next().is_some()
        };
        Judged {
            name: &found.name,
            label,
            event: events.max_by_key(rank),
            incumbent_shown: found.in_tables.iter().any(|p| label.prefix.is_some_and(|w| p.contains(&w)))
                || label.prefix.is_some_and(before),
        }
    }

    fn verdict(&self) -> Verdict {
        self.event.map_or(Verdict::Undecided, |event| event.verdict)
    }

    fn culprit(&self) -> Option<routing::Asn> {
        self.event.and_then(|event| event.culprit)
    }

    fn blames_an_innocent(&self) -> bool {
        let culprit = self.culprit();
        culprit.is_some() && (culprit == self.label.innocent || culprit == self.label.victim)
    }

    fn is_miss(&self) -> bool {
        let expected = if self.label.is_artefact() { Verdict::Benign } else { Verdict::Incident };
        let verdict = self.verdict();
        verdict != expected || expected == Verdict::Incident && self.culprit() != self.label.culprit
    }

    /// One line, and for a miss the tree.
    fn write(&self, mut out: impl Write) -> Result<()> {
        let (name, category) = (self.name, &self.label.category);
        let said = self.event.map_or_else(
            || "undecided: no event was found".to_owned(),
            |e| {
                let culprit = e.culprit.map_or_else(|| "unknown".to_owned(), |asn| asn.to_string());
                format!(
                    "{} {} ({}), culprit {culprit}, {} peer ASes",
                    e.verdict, e.kind, e.reason, e.evidence.peer_ases
                )
            },
        );
        let labelled = self.label.culprit.map_or_else(|| "unknown".to_owned(), |asn| asn.to_string());
        let mark = if self.is_miss() { "MISS " } else { "     " };
        let prefix = self.event.map(|e| e.prefix).or(self.label.prefix);
        let prefix = prefix.map(|p| p.to_string()).unwrap_or_default();
        writeln!(out, "{mark}{name} {prefix} labelled {category} by {labelled}: {said}")?;
        if let Some(event) = self.event.filter(|_| self.is_miss()) {
            tree::write(&mut out, &event.tree, "       ")?;
        }
        if let Some(erratum) = &self.label.erratum {
            writeln!(out, "       label: {erratum}")?;
        }
        Ok(())
    }
}

/// `5 of 6, 83.3 % (43.6–97.0)`: a share with its Wilson interval of 95 %.
fn share(k: usize, n: usize) -> String {
    let Some((low, high)) = wilson(k, n) else { return "none".to_owned() };
    let percent = 100.0 * k as f64 / n as f64;
    format!("{k} of {n}, {percent:.1} % ({:.1}–{:.1})", 100.0 * low, 100.0 * high)
}

/// The Wilson score interval of a share at 95 %.
fn wilson(k: usize, n: usize) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_963_984_540_054;
    if n == 0 {
        return None;
    }
    let (n, p) = (n as f64, k as f64 / n as f64);
    let z2 = Z * Z;
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
    Some(((middle - half).max(0.0), (middle + half).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_as_published() {
        // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20.
        for (k, n, low, high) in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)]
        {
            let (l, h) = wilson(k, n).unwrap();
            assert!((l - low).abs() < 5e-5 && (h - high).abs() < 5e-5, "{k}/{n}: {l} {h}");
        }
        assert_eq!(wilson(0, 0), None);
    }
}
