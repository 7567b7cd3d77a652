//! Leaks of types 1 to 5 (RFC 7908 §3): who had the route from whom, and to whom it should not have gone.

use reference::relationships::Relation;
use routing::Asn;

use super::draw::Draft;
use super::ground::{Candidate, Ground};
use super::random::Random;
use super::topology::{Announcement, From, Spread, Towards};

/// Networks that are asked for one attempt.
const ASKED_MAX: usize = 40;
/// Prefixes of the origin that are leaked together, at most.
const PREFIXES_MAX: usize = 4;

/// Where types 1 to 4 have the route from, and to whom it goes.
pub fn directions(hop: u8) -> Option<(From, Relation)> {
    Some(match hop {
        1 => (From::Provider, Relation::Provider),
        2 => (From::Peer, Relation::Peer),
        3 => (From::Provider, Relation::Peer),
        4 => (From::Peer, Relation::Provider),
        _ => return None,
    })
}

/// A leak of type 1 to 4 of the candidate's prefix and others of its origin that fare like it.
pub(super) fn draw(ground: &Ground<'_>, at: Candidate, hop: u8, random: &mut Random) -> Option<Draft> {
    let (had, wrong) = directions(hop)?;
    let own = own(ground, at);
    let announcements = [own.clone()];
    let spread = ground.topology.spread(&announcements, &ground.validating);
    for _ in 0..ASKED_MAX {
        let Some(leaker) = somebody(ground, wrong, random) else { continue };
        if spread.used(leaker).is_none_or(|(from, _)| from != had) {
            continue;
        }
        let Some(path) = spread.path(leaker) else { continue };
        if let Some(to) = towards(ground, leaker, wrong, &path, random) {
            let planted = Announcement {
                by: leaker,
                behind: path[1..].to_vec(),
                to: Towards::These(to),
                invalid: own.invalid,
            };
            if !stable(ground, &own, &planted, &path) {
                continue;
            }
            let same = |c: &&Candidate| ground.invalid(c.prefix, c.origin, &[]) == own.invalid;
            let others = ground.of_origin(at.origin).iter().filter(|c| **c != at).filter(same);
            let announced =
                core::iter::once(&at).chain(others).take(PREFIXES_MAX).map(|c| c.prefix).collect();
            return Some(Draft {
                victim: at.origin,
                culprit: leaker,
                innocents: path[1..].to_vec(),
                prefix: at.prefix,
                announced,
                rival: Some(own),
                planted,
                registered: Vec::new(),
                replaces: false,
            });
        }
    }
    None
}

fn own(ground: &Ground<'_>, at: Candidate) -> Announcement {
    Announcement { invalid: ground.invalid(at.prefix, at.origin, &[]), ..Announcement::by(at.origin) }
}

/// A network to ask: one whose leak may reach those that look, because it goes to a network above them, or,
/// where that is a provider and hands it to everybody, any.
fn somebody(ground: &Ground<'_>, wrong: Relation, random: &mut Random) -> Option<Asn> {
    if wrong == Relation::Provider && random.chance(50) {
        return random.pick(ground.topology.asns()).copied();
    }
    let above = *random.pick(&ground.above)?;
    let back = if wrong == Relation::Provider { Relation::Customer } else { Relation::Peer };
    let around: Vec<Asn> = ground.topology.neighbours(above, back).collect();
    random.pick(&around).copied()
}

/// One, or all, of the neighbours that must not hear of it, and are neither on the path nor of its organisation.
fn towards(
    ground: &Ground<'_>,
    leaker: Asn,
    wrong: Relation,
    path: &[Asn],
    random: &mut Random,
) -> Option<Vec<Asn>> {
    if path.windows(2).any(|pair| ground.siblings(pair[0], pair[1])) {
        return None;
    }
    let fits = |to: &Asn| !path.contains(to) && !ground.siblings(leaker, *to);
    let all: Vec<Asn> = ground.topology.neighbours(leaker, wrong).filter(fits).collect();
    let one = *random.pick(&all)?;
    Some(if random.chance(50) { all } else { vec![one] })
}

/// The leaker still uses the route it leaks once everybody has heard of the leak.
fn stable(ground: &Ground<'_>, own: &Announcement, planted: &Announcement, path: &[Asn]) -> bool {
    let both = [own.clone(), planted.clone()];
    let spread: Spread<'_> = ground.topology.spread(&both, &ground.validating);
    spread.path(planted.by).as_deref() == Some(path)
}

/// A network that has the route from a provider or peer, and nothing to do with its origin.
pub(super) fn re_originator(ground: &Ground<'_>, at: Candidate, random: &mut Random) -> Option<Asn> {
    let leaker = ground.stranger(at, random)?;
    let announcements = [own(ground, at)];
    let spread = ground.topology.spread(&announcements, &ground.validating);
    spread.used(leaker).filter(|(from, _)| *from >= From::Peer).map(|_| leaker)
}
