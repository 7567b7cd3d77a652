//! Links between the collector and a leaker that nothing shows from before: a path may be made up from there on.

use detect::path::Hops;
use detect::route_leak::{Knowledge, Walk};
use routing::Asn;
use rustc_hash::FxHashSet;

use super::LeakContext;

/// Notes for each new turn the link nearest the leaker that neither relationships nor attestations, nor history, nor
/// the first tables show.
pub(super) fn add_unseen(
    context: &mut LeakContext<'_>,
    knowledge: &Knowledge<'_>,
    was_linked: &dyn Fn(Asn, Asn) -> bool,
) {
    let walk = |collector: usize, path: u32| {
        Walk::new(&Hops::of(context.collectors[collector].paths.get(path), Asn::ZERO), knowledge)
    };
    let known =
        |a, b| knowledge.standing(a, b).is_some() || knowledge.standing(b, a).is_some() || was_linked(a, b);
    // By collector, path and place of the receiver: links of which only the first tables may still tell.
    let mut open = Vec::new();
    for (c, paths) in context.paths.iter().enumerate() {
        for (path, leak) in paths.all() {
            if context.was_there(c, path) || context.stood(leak) {
                continue;
            }
            let hops = walk(c, path).hops;
            let on_the_way = hops[..=leak.to_at].windows(2).map(|pair| (pair[0], pair[1])).rev();
            let open_here: Vec<(Asn, Asn)> = on_the_way.filter(|(a, b)| !known(*a, *b)).collect();
            if !open_here.is_empty() {
                open.push((c, path, leak.to_at, open_here));
            }
        }
    }
    if open.is_empty() {
        return;
    }
    let mut unseen: FxHashSet<(Asn, Asn)> = open.iter().flat_map(|(.., links)| links).copied().collect();
    for (c, collector) in context.collectors.iter().enumerate() {
        for path in (0..collector.paths.len() as u32).filter(|path| context.was_there(c, *path)) {
            for pair in walk(c, path).hops.windows(2) {
                unseen.remove(&(pair[0], pair[1]));
                unseen.remove(&(pair[1], pair[0]));
            }
        }
    }
    for (c, path, to_at, links) in open {
        let over = links.into_iter().find(|link| unseen.contains(link));
        let found = context.paths[c].of_mut(path).iter_mut().find(|found| found.leak.to_at == to_at);
        if let Some(found) = found {
            found.over = over;
        }
    }
}
