//! The figures: who was found, who was blamed, and every miss with its tree.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use detect::{Event, EventKind, Verdict};
use reference::history::History;
use routing::{Asn, Prefix, Timestamp};

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
    let all: Vec<Judged<'_>> =
        found.iter().filter_map(|one| Some(Judged::new(one, labels.get(&one.name)?, history))).collect();
    let judged: Vec<&Judged<'_>> = all.iter().filter(|j| j.label.decidable).collect();
    write_confusion(&mut out, &judged)?;
    writeln!(out)?;
    writeln!(out, "labels that nobody could decide, left out  {}", all.len() - judged.len())?;
    let labelled = |name: &&str| labels.contains_key(*name);
    let (there, unlabelled): (Vec<&str>, Vec<&str>) =
        found.iter().map(|one| one.name.as_str()).partition(labelled);
    let without = labels.keys().map(String::as_str).filter(|name| !there.contains(name)).collect();
    for (what, names) in
        [("folders without a label, left out", unlabelled), ("labels without a folder, left out", without)]
    {
        if !names.is_empty() {
            writeln!(out, "{what:<42} {}: {}", names.len(), names.join(" "))?;
        }
    }
    write_verdicts(&mut out, &judged)?;
    write_culprits(&mut out, &judged)?;
    writeln!(out)?;
    judged.iter().try_for_each(|one| one.write(&mut out))
}

fn write_confusion(out: &mut impl Write, judged: &[&Judged<'_>]) -> Result<()> {
    writeln!(
        out,
        "{:<18} {:<9} {:>9} {:>7} {:>10} {:>8}   called what it is",
        "labelled", "expected", "incident", "benign", "undecided", "nothing"
    )?;
    // A category such as `typo` may hold what is an incident and what is not.
    let mut kinds: BTreeMap<(&str, &str), Vec<&Judged<'_>>> = BTreeMap::new();
    for &one in judged {
        kinds.entry((&one.label.kind, one.label.expected.code())).or_default().push(one);
    }
    for ((kind, expected), all) in &kinds {
        let count = |verdict| all.iter().filter(|j| j.verdict() == verdict).count();
        let [incident, benign, undecided, nothing] =
            [Some(Verdict::Incident), Some(Verdict::Benign), Some(Verdict::Undecided), None].map(count);
        let right = all.iter().filter(|j| j.verdict() == Some(j.label.expected)).count();
        let right = share(right, all.len());
        writeln!(
            out,
            "{kind:<18} {expected:<9} {incident:>9} {benign:>7} {undecided:>10} {nothing:>8}   {right}"
        )?;
    }
    Ok(())
}

fn write_verdicts(out: &mut impl Write, judged: &[&Judged<'_>]) -> Result<()> {
    let real: Vec<_> = judged.iter().filter(|j| j.label.expected == Verdict::Incident).collect();
    let shown: Vec<_> = real.iter().filter(|j| j.incumbent_shown).collect();
    let hit = real.iter().filter(|j| j.is_called()).count();
    let hit_shown = shown.iter().filter(|j| j.is_called()).count();
    writeln!(out, "recall where a table shows the incumbent   {}", share(hit_shown, shown.len()))?;
    writeln!(out, "recall over all                            {}", share(hit, real.len()))?;
    let called: Vec<_> = judged.iter().filter(|j| j.is_called()).collect();
    let stray: usize = judged.iter().map(|j| j.stray.len()).sum();
    writeln!(out, "precision                                  {}", share(hit, called.len() + stray))?;
    writeln!(out, "artefacts called incidents                 {}", called.len() - hit)?;
    writeln!(out, "incidents that belong to no label          {stray}")?;
    let benign: Vec<_> = judged.iter().filter(|j| j.label.expected == Verdict::Benign).collect();
    let quiet = benign.iter().filter(|j| !j.is_called()).count();
    writeln!(out, "benign not called incidents                {}", share(quiet, benign.len()))?;
    Ok(())
}

fn write_culprits(out: &mut impl Write, judged: &[&Judged<'_>]) -> Result<()> {
    type Of = fn(&Label) -> bool;
    let groups: [(&str, Of); 3] = [
        ("origin changes", |l| !l.is_forged() && l.category != LEAK),
        ("forged paths", Label::is_forged),
        ("leaks", |l| l.category == LEAK),
    ];
    for (name, is_of) in groups {
        let said = |label: &Label| label.culprits.is_some() && is_of(label);
        let of: Vec<_> = judged.iter().filter(|j| j.is_called() && said(j.label)).collect();
        let right = of.iter().filter(|j| j.is_culprit_right()).count();
        let unknown = of.iter().filter(|j| j.culprit().is_none()).count();
        let wrong = of.len() - right - unknown;
        let right = share(right, of.len());
        writeln!(out, "culprits of {name:<15} right {right}, unknown {unknown}, wrong {wrong}")?;
    }
    let innocents = judged.iter().filter(|j| j.blames_an_innocent()).count();
    writeln!(out, "innocents blamed                           {innocents}")?;
    Ok(())
}

/// The category of leaks.
const LEAK: &str = "route_leak";

/// An event of a folder as it was labelled and as it was judged.
struct Judged<'a> {
    name: &'a str,
    label: &'a Label,
    /// What belongs to the label, the weightiest first: that one speaks for the folder.
    events: Vec<&'a Event>,
    /// Incidents that do not.
    stray: Vec<&'a Event>,
    incumbent_shown: bool,
}

impl<'a> Judged<'a> {
    fn new(found: &'a Found, label: &'a Label, history: &History) -> Judged<'a> {
        let (mut events, mut stray): (Vec<&Event>, Vec<&Event>) =
            found.events.iter().partition(|e| label.is_about(e.prefix, e.span.start));
        stray.retain(|e| e.verdict == Verdict::Incident);
        let leak = |e: &Event| (e.kind == EventKind::RouteLeak) == (label.category == LEAK);
        let rank = |e: &&Event| {
            (e.verdict == Verdict::Incident, e.verdict == Verdict::Benign, leak(e), e.evidence.peer_ases)
        };
        events.sort_by_key(|e| core::cmp::Reverse(rank(e)));
        let at = found.events.iter().map(|e| e.span.start).min().unwrap_or(Timestamp(i64::MAX));
        let before = |prefix: Prefix| {
            let origins = history.origins();
            origins.of(prefix, at).next().is_some() || origins.around(prefix, 8, at).next().is_some()
        };
        let in_table =
            |wanted: &Prefix| found.in_tables.iter().any(|p| p.contains(wanted)) || before(*wanted);
        let incumbent_shown = label.prefixes.iter().any(in_table);
        Judged { name: &found.name, label, events, stray, incumbent_shown }
    }

    /// The verdict, and `None` where there is no finding.
    fn verdict(&self) -> Option<Verdict> {
        self.events.first().map(|event| event.verdict)
    }

    fn is_called(&self) -> bool {
        self.verdict() == Some(Verdict::Incident)
    }

    fn culprit(&self) -> Option<Asn> {
        self.events.first().and_then(|event| event.culprit)
    }

    /// Whether it names one of those whom the label names.
    fn is_culprit_right(&self) -> bool {
        let named = self.label.culprits.as_deref().unwrap_or_default();
        self.culprit().is_some_and(|asn| named.contains(&asn))
    }

    /// Whether it names somebody else, or nobody where the label names one.
    fn is_culprit_missed(&self) -> bool {
        let Some(named) = &self.label.culprits else { return false };
        !self.is_culprit_right() && (self.culprit().is_some() || !named.is_empty())
    }

    /// Whether any incident of the folder blames one who is not to blame.
    fn blames_an_innocent(&self) -> bool {
        let incidents = self.events.iter().filter(|e| e.verdict == Verdict::Incident);
        incidents.chain(&self.stray).filter_map(|e| e.culprit).any(|asn| self.label.innocents.contains(&asn))
    }

    fn is_miss(&self) -> bool {
        let expected = self.label.expected;
        self.verdict() != Some(expected)
            || expected == Verdict::Incident && self.is_culprit_missed()
            || !self.stray.is_empty()
            || self.blames_an_innocent()
    }

    /// One line, and for a miss the trees.
    fn write(&self, mut out: impl Write) -> Result<()> {
        let (name, kind) = (self.name, &self.label.kind);
        let said = self.events.first().map_or_else(|| "nothing was found".to_owned(), |e| say(e));
        let labelled = match self.label.culprits.as_deref() {
            None => "whom it does not say".to_owned(),
            Some([]) => "nobody".to_owned(),
            Some(all) => all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
        };
        let mark = if self.is_miss() { "MISS " } else { "     " };
        let prefix = self.events.first().map(|e| e.prefix).or(self.label.prefixes.first().copied());
        let prefix = prefix.map(|p| p.to_string()).unwrap_or_default();
        let reason = self.label.reason.as_ref().map(|r| format!(" ({r})")).unwrap_or_default();
        writeln!(out, "{mark}{name} {prefix} labelled {kind}{reason} by {labelled}: {said}")?;
        if let Some(event) = self.events.first().filter(|_| self.is_miss()) {
            tree::write(&mut out, &event.tree, "       ")?;
        }
        for event in &self.stray {
            writeln!(
                out,
                "       {} from {} belongs to no label: {}",
                event.prefix,
                event.span.start,
                say(event)
            )?;
            tree::write(&mut out, &event.tree, "       ")?;
        }
        if let Some(erratum) = &self.label.erratum {
            writeln!(out, "       label: {erratum}")?;
        }
        Ok(())
    }
}

fn say(e: &Event) -> String {
    let culprit = e.culprit.map_or_else(|| "unknown".to_owned(), |asn| asn.to_string());
    format!("{} {} ({}), culprit {culprit}, {} peer ASes", e.verdict, e.kind, e.reason, e.evidence.peer_ases)
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
