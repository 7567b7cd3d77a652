//! Misorigination: a network originates space that is not known to be its (metric M2, FRAMEWORK §6).

mod artefacts;
mod clauses;
#[cfg(test)]
mod tests;

use routing::{Asn, Prefix, Timestamp};

pub use artefacts::{PREPEND_COUNT_MAX, is_near_miss, is_near_miss_prefix};

use crate::{Cause, Clause, Dismissal, Reason};

/// How the prefix lies to the incumbent's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Overlap {
    /// The very same.
    Same,
    /// A part of it.
    MoreSpecific,
    /// Around it.
    Covering,
}

/// State of the new origin in the RPKI.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rpki {
    /// No VRPs of that moment.
    Unknown,
    /// Nothing covers the prefix.
    NotFound,
    /// Authorised; the VRP.
    Valid(String),
    /// Forbidden; the reason and a VRP.
    Invalid(String),
}

/// What was known of an origin that is heard through the owner of its space alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Through {
    /// The links from the owner to it were seen before.
    Linked,
    /// It was nowhere, and would have been seen.
    Newcomer,
    /// Neither is known.
    Stranger,
}

/// What is known of a new origin, all of it as of its first sighting.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The prefix.
    pub prefix: Prefix,
    /// The new origin.
    pub origin: Asn,
    /// Its first sighting.
    pub start: Timestamp,
    /// How the prefix lies to the incumbent's.
    pub overlap: Overlap,
    /// The incumbent's prefix.
    pub related: Prefix,
    /// Who originated it before, ascending.
    pub incumbents: Vec<Asn>,
    /// From what the incumbents are known, for a reader.
    pub known_from: String,
    /// Networks next to the origin on its paths, ascending; none where it is the collector's peer.
    pub neighbours: Vec<Asn>,
    /// State in the RPKI.
    pub rpki: Rpki,
    /// The route object that dismisses, for a reader.
    pub route_object: Option<String>,
    /// How many of all origins, old and new, have authorised or registered the prefix.
    pub registered_origins: usize,
    /// The incumbent that is of the same organisation.
    pub sibling: Option<Asn>,
    /// The chain of customers and providers, for a reader.
    pub chain: Option<String>,
    /// What was known of the origin, where every path to it leads through an incumbent.
    pub through_incumbent: Option<Through>,
    /// The prefix had been withdrawn everywhere by then, since when.
    pub gone_since: Option<Timestamp>,
    /// Who the new origin is, where it is a network that protects others.
    pub protection: Option<String>,
    /// An earlier source showed this origin with the prefix or space around it.
    pub earlier: Option<String>,
    /// A prefix of the origin's own, of which this one is a slip of the pen.
    pub own_alike: Option<Prefix>,
    /// The new origin carried the incumbent's routes for this space before.
    pub carried_before: bool,
}

/// A judged claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judgement {
    /// What decided; the verdict is its.
    pub reason: Reason,
    /// How it probably came about.
    pub cause: Option<Cause>,
    /// How sure the verdict is, 0–100, the number of peers not yet considered.
    pub confidence: u8,
    /// Rules that led to it.
    pub fired: Vec<Clause>,
    /// What speaks against it.
    pub against: Vec<Clause>,
    /// What would turn it.
    pub flips: Vec<Clause>,
    /// What was registered, where nothing else explains it.
    pub dismissed_by: Dismissal,
}

/// Longest prefix that networks carry for one another; longer ones are for dropping traffic.
pub const fn carried_len_max(prefix: &Prefix) -> u8 {
    match prefix.family() {
        routing::Family::V4 => 24,
        routing::Family::V6 => 48,
    }
}

/// Shortest prefix that is anybody's: shorter ones are default routes and halves of the world.
pub const fn incumbent_len_min(prefix: &Prefix) -> u8 {
    match prefix.family() {
        routing::Family::V4 => 8,
        routing::Family::V6 => 16,
    }
}

/// Judges a claim. Artefacts come first, then what the owner authorised, then what ties the two together.
pub fn judge(claim: &Claim) -> Judgement {
    let mut fired = vec![clauses::opening(claim)];
    let tie = tie(claim);
    if let Some(explained) = artefact(claim).or_else(|| registration(claim)).or_else(|| tie.clone()) {
        let (reason, cause, clause) = explained;
        fired.push(clause);
        let mut dismissed_by = Dismissal::NONE;
        if matches!(reason, Reason::RpkiValid | Reason::RouteObject) && tie.is_none() {
            dismissed_by = Dismissal {
                rpki: reason == Reason::RpkiValid,
                irr: claim.route_object.is_some() && !matches!(claim.rpki, Rpki::Invalid(_)),
            };
            fired.push(clauses::nothing_but(claim, dismissed_by));
        }
        let flips = vec![clauses::flip_of(reason)];
        let against = clauses::against_dismissal(claim);
        return Judgement { reason, cause, confidence: 90, fired, against, flips, dismissed_by };
    }
    let invalid = matches!(claim.rpki, Rpki::Invalid(_));
    fired.extend(clauses::nothing_dismisses(claim));
    let (reason, confidence) = match claim.overlap {
        Overlap::Same => (Reason::NewOrigin, 70),
        Overlap::MoreSpecific if claim.through_incumbent.is_some() && !invalid => (Reason::MoreSpecific, 45),
        Overlap::MoreSpecific => (Reason::MoreSpecific, 65),
        Overlap::Covering => (Reason::Covering, 60),
    };
    Judgement {
        reason,
        cause: cause(claim),
        confidence: if invalid { confidence + 20 } else { confidence },
        fired,
        against: clauses::against_incident(claim),
        flips: clauses::flips(claim),
        dismissed_by: Dismissal::NONE,
    }
}

/// What explains a claim, how it probably came about, and in words.
type Explanation = (Reason, Option<Cause>, Clause);

/// A route that nobody meant to announce so.
fn artefact(claim: &Claim) -> Option<Explanation> {
    let (prefix, origin) = (claim.prefix, claim.origin);
    if prefix.len() < incumbent_len_min(&prefix) {
        let words = format!(
            "{prefix} is shorter than any network's space; wrongly read path identifiers make such prefixes."
        );
        return Some((Reason::AddPath, None, Clause::new("add_path", words)));
    }
    if prefix.len() > carried_len_max(&prefix) {
        let words =
            format!("{prefix} is longer than networks carry for one another: such routes drop traffic.");
        return Some((Reason::Blackhole, Some(Cause::Blackhole), Clause::new("blackhole", words)));
    }
    if let Some(incumbent) = artefacts::prepend_count(claim) {
        let words = format!(
            "{origin} is a small number whose only neighbour on every path is {incumbent}, who originated the \
             space before: the count of prepends was typed as what to prepend."
        );
        return Some((Reason::PrependCount, Some(Cause::Prepend), Clause::new("prepend_count", words)));
    }
    if let Some(alike) = artefacts::near_miss(claim) {
        let words = format!("{origin} differs from its neighbour {alike} by one slip of the pen.");
        return Some((Reason::NearMissAsn, Some(Cause::Typo), Clause::new("near_miss_asn", words)));
    }
    None
}

/// What was registered for the origin.
fn registration(claim: &Claim) -> Option<Explanation> {
    let invalid = matches!(claim.rpki, Rpki::Invalid(_));
    let origin = claim.origin;
    let anycast = claim.incumbents.len() >= 2 && claim.registered_origins > 2;
    if let Rpki::Valid(vrp) = &claim.rpki {
        let reason = if anycast { Reason::AnycastRegistered } else { Reason::RpkiValid };
        return Some((
            reason,
            None,
            Clause::new("rpki_valid", format!("The RPKI authorises {origin}: {vrp}.")),
        ));
    }
    if let Some(object) = claim.route_object.as_ref().filter(|_| !invalid) {
        let reason = if anycast { Reason::AnycastRegistered } else { Reason::RouteObject };
        return Some((reason, None, Clause::new("route_object", format!("{object} dismisses it."))));
    }
    None
}

/// What ties the origin to the space or to those who had it, in the order in which it is asked.
fn tie(claim: &Claim) -> Option<Explanation> {
    let invalid = matches!(claim.rpki, Rpki::Invalid(_));
    let origin = claim.origin;
    if let Some(earlier) = &claim.earlier {
        let words = format!("{origin} originated this space before: {earlier}.");
        return Some((Reason::KnownOrigin, None, Clause::new("known_origin", words)));
    }
    if let Some(sibling) = claim.sibling {
        let words = format!("{origin} and {sibling} belong to the same organisation.");
        return Some((Reason::Sibling, None, Clause::new("sibling", words)));
    }
    if let Some(chain) = &claim.chain {
        return Some((Reason::CustomerChain, None, Clause::new("customer_chain", format!("{chain}."))));
    }
    if let Some(who) = &claim.protection {
        let words =
            format!("{origin} is {who}, which announces space of its customers to clean their traffic.");
        return Some((Reason::DdosProtection, None, Clause::new("ddos_protection", words)));
    }
    if let Some(since) = claim.gone_since.filter(|_| !invalid) {
        let words = format!(
            "Every peer had lost the route of {} by {since}, before {origin} announced it: the space was handed over.",
            clauses::list(&claim.incumbents)
        );
        return Some((Reason::Transfer, Some(Cause::Maintenance), Clause::new("transfer", words)));
    }
    if let Some(words) = agreed(claim).filter(|_| !invalid) {
        return Some((Reason::ThroughIncumbent, None, Clause::new("through_incumbent", words)));
    }
    if claim.overlap == Overlap::Covering && !invalid {
        let words = "Space around the prefixes of others is often announced by who gave it to them, and no VRP \
                     forbids it.";
        return Some((Reason::Aggregate, None, Clause::new("aggregate", words)));
    }
    None
}

/// Why the owner of the space, through whom alone the origin is heard, probably agreed. A chain of customers and
/// providers dismisses only by links known before (FRAMEWORK §6); nor does anything else that is not known.
fn agreed(claim: &Claim) -> Option<String> {
    let (origin, owner) = (claim.origin, clauses::list(&claim.incumbents));
    let why = match (claim.through_incumbent?, claim.overlap) {
        // Nothing that a neighbour tells is preferred to a route of one's own.
        (_, Overlap::Same) => format!("the very prefix was announced by {owner} until then, and given up"),
        (Through::Linked, _) => "the links between them were seen before".to_owned(),
        (Through::Newcomer, _) => format!("{origin} was nowhere to be seen before, as a new customer is not"),
        (Through::Stranger, Overlap::Covering) => format!("{owner} could have refused it"),
        (Through::Stranger, Overlap::MoreSpecific) => return None,
    };
    Some(format!("Every path to {origin} leads through {owner}, whose space it is, and {why}."))
}

fn cause(claim: &Claim) -> Option<Cause> {
    if claim.own_alike.is_some() {
        Some(Cause::Typo)
    } else if claim.carried_before {
        Some(Cause::Leak)
    } else {
        None
    }
}
