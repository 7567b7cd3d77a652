//! The networks at the top: without providers, each linked to all others.

use rustc_hash::{FxHashMap, FxHashSet};

/// How many networks by transit degree are looked at for the first clique, and how many for additions to it.
const FIRST: usize = 16;
const FURTHER: usize = 60;

/// Finds the clique among `ranking`, networks by falling transit degree (AS rank, Luckie et al., IMC 2013, §5.2,
/// looks for it the same way).
///
/// `linked` tells links; `passed` how often a network stands between two others of the ranking. A top network
/// passes routes of one peer to no other: a network that another member passes on to a third is its customer,
/// and no member.
pub(super) fn find(
    ranking: &[u32],
    degree: impl Fn(u32) -> u32,
    linked: &FxHashSet<(u32, u32)>,
    passed: &FxHashMap<(u32, u32, u32), u32>,
) -> Vec<u32> {
    let linked = |a: u32, b: u32| linked.contains(&(a.min(b), a.max(b)));
    let between = |a: u32, b: u32, c: u32| {
        passed.get(&(a, b, c)).copied().unwrap_or(0) + passed.get(&(c, b, a)).copied().unwrap_or(0)
    };
    let first: Vec<u32> = ranking.iter().copied().take(FIRST).collect();
    let mut best: (u64, Vec<u32>) = (0, Vec::new());
    let mut open: Vec<(Vec<u32>, usize)> = vec![(Vec::new(), 0)];
    // All cliques among so few are quickly walked through.
    while let Some((clique, from)) = open.pop() {
        let weight = clique.iter().map(|m| u64::from(degree(*m))).sum();
        if weight > best.0 && no_one_passes(&clique, between) {
            best = (weight, clique.clone());
        }
        for (i, candidate) in first.iter().enumerate().skip(from) {
            if clique.iter().all(|m| linked(*m, *candidate)) {
                let mut larger = clique.clone();
                larger.push(*candidate);
                open.push((larger, i + 1));
            }
        }
    }
    let mut clique = best.1;
    for candidate in ranking.iter().take(FURTHER) {
        if clique.contains(candidate) || !clique.iter().all(|m| linked(*m, *candidate)) {
            continue;
        }
        clique.push(*candidate);
        if !no_one_passes(&clique, between) {
            clique.pop();
        }
    }
    clique
}

/// True when hardly any path has three members in a row: a few are leaks.
fn no_one_passes(clique: &[u32], between: impl Fn(u32, u32, u32) -> u32) -> bool {
    const LEAKED_MAX: u32 = 3;
    let mut passed = FxHashMap::<u32, u32>::default();
    for (i, a) in clique.iter().enumerate() {
        for (j, b) in clique.iter().enumerate().skip(i + 1) {
            for c in &clique[j + 1..] {
                for (x, y, z) in [(*a, *b, *c), (*b, *a, *c), (*a, *c, *b)] {
                    let n = between(x, y, z);
                    *passed.entry(x).or_default() += n;
                    *passed.entry(z).or_default() += n;
                }
            }
        }
    }
    passed.values().all(|n| *n <= LEAKED_MAX)
}
