use routing::Asn;

use super::{Claim, Overlap, Rpki};
use crate::{Clause, Dismissal, Reason};

/// Networks for a reader: `AS1`, `AS1 and AS2`, `AS1, AS2 and 3 more`.
pub(super) fn list(asns: &[Asn]) -> String {
    match asns {
        [] => "nobody".to_owned(),
        [one] => one.to_string(),
        [a, b] => format!("{a} and {b}"),
        [a, b, rest @ ..] => format!("{a}, {b} and {} more", rest.len()),
    }
}

pub(super) fn opening(claim: &Claim) -> Clause {
    let (prefix, origin, related) = (claim.prefix, claim.origin, claim.related);
    let incumbents = list(&claim.incumbents);
    let how = match claim.overlap {
        Overlap::Same => format!("which {incumbents} originated before"),
        Overlap::MoreSpecific => format!("a part of {related}, which {incumbents} originated before"),
        Overlap::Covering => format!("around {related}, which {incumbents} originated before"),
    };
    let sentence =
        format!("At {} {origin} began to originate {prefix}, {how} ({}).", claim.start, claim.known_from);
    let rule = match claim.overlap {
        Overlap::Same => Reason::NewOrigin,
        Overlap::MoreSpecific => Reason::MoreSpecific,
        Overlap::Covering => Reason::Covering,
    };
    Clause::new(rule.code(), sentence)
}

/// What could have dismissed an incident and did not.
pub(super) fn nothing_dismisses(claim: &Claim) -> Vec<Clause> {
    let (origin, incumbents) = (claim.origin, list(&claim.incumbents));
    let mut out = vec![match &claim.rpki {
        Rpki::Invalid(why) => Clause::new(
            "rpki_invalid",
            format!(
                "The RPKI forbids it: what covers it allows something else, {why}. No route object outweighs that."
            ),
        ),
        Rpki::Unknown => Clause::new("rpki_unknown", "No VRPs of that time are loaded."),
        _ => Clause::new("rpki_not_found", "No VRP covers the prefix."),
    }];
    if !matches!(claim.rpki, Rpki::Invalid(_)) {
        let words =
            format!("No route object of {origin} for it is known that is authoritative or 30 days old.");
        out.push(Clause::new("no_route_object", words));
    }
    let words = format!(
        "{origin} and {incumbents} are not known to be of one organisation, nor to be customer and provider."
    );
    out.push(Clause::new("no_tie", words));
    if claim.carried_before {
        let words =
            format!("{origin} carried routes of {incumbents} for this space before: it re-originates them.");
        out.push(Clause::new("carried_before", words));
    }
    if let Some(own) = claim.own_alike {
        let words = format!("{origin} originates {own}, of which {} is a slip of the pen.", claim.prefix);
        out.push(Clause::new("own_alike", words));
    }
    out
}

pub(super) fn against_incident(claim: &Claim) -> Vec<Clause> {
    let mut out = Vec::new();
    if claim.rpki == Rpki::Unknown {
        out.push(Clause::new("rpki_unknown", "The RPKI of that time could have authorised it."));
    }
    if claim.incumbents.len() > 1 {
        let words =
            format!("The space already had {} origins: several announce it anyway.", claim.incumbents.len());
        out.push(Clause::new("several_origins", words));
    }
    if claim.through_incumbent.is_some() {
        let words = format!(
            "Every path leads through {}, whose space it is and who could have refused it: a customer that is let \
             out for the first time looks the same.",
            list(&claim.incumbents)
        );
        out.push(Clause::new("through_incumbent", words));
    }
    out
}

pub(super) fn against_dismissal(claim: &Claim) -> Vec<Clause> {
    match &claim.rpki {
        Rpki::Invalid(why) => vec![Clause::new(
            "rpki_invalid",
            format!("The RPKI forbids it: what covers it allows something else, {why}."),
        )],
        _ => Vec::new(),
    }
}

/// What would turn an incident into something explained.
pub(super) fn flips(claim: &Claim) -> Vec<Clause> {
    let (prefix, origin) = (claim.prefix, claim.origin);
    let mut out = vec![Clause::new(
        "rpki_valid",
        format!("A VRP of that time for {prefix} and {origin} would dismiss it."),
    )];
    if !matches!(claim.rpki, Rpki::Invalid(_)) {
        let words = format!(
            "A route object of {origin} for {prefix}, authoritative or 30 days old by then, would dismiss it."
        );
        out.push(Clause::new("route_object", words));
    }
    out.push(Clause::new(
        "known_origin",
        format!("An earlier table with {prefix} and origin {origin} would dismiss it."),
    ));
    let words = format!(
        "A tie of {origin} to {} known before that moment would dismiss it.",
        list(&claim.incumbents)
    );
    out.push(Clause::new("customer_chain", words));
    out
}

/// Said where registrations alone dismiss.
pub(super) fn nothing_but(claim: &Claim, by: Dismissal) -> Clause {
    let what = match (by.rpki, by.irr) {
        (true, true) => "the RPKI and a route object",
        (true, false) => "the RPKI",
        _ => "a route object",
    };
    let object = match (&claim.route_object, by.rpki) {
        (Some(object), true) if by.irr => format!(" {object} would dismiss it too."),
        _ => String::new(),
    };
    let words = format!(
        "Nothing but {what} explains it: under a framework by which that dismisses nothing it counts as an \
         incident.{object}"
    );
    Clause::new("registered_alone", words)
}

/// What would turn a dismissal.
pub(super) fn flip_of(reason: Reason) -> Clause {
    let words = match reason {
        Reason::RpkiValid | Reason::AnycastRegistered => {
            "Without that authorisation it would be judged further."
        }
        Reason::RouteObject => "A VRP that forbids the origin would outweigh the route object.",
        Reason::KnownOrigin => "Had no earlier source shown this origin, it would be new.",
        Reason::Sibling | Reason::CustomerChain => "Had that tie arisen only later, it would not dismiss.",
        Reason::Transfer => "Had the old origin still announced the space, it would be contested.",
        Reason::ThroughIncumbent => {
            "A VRP that forbids the origin, or a path around the old origin, would make it an incident."
        }
        Reason::Aggregate => "A VRP that forbids the origin would make it an incident.",
        _ => "Paths that show the origin behind another network would.",
    };
    Clause::new(reason.code(), words)
}
