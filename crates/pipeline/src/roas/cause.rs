use reference::vrp::{Vrp, VrpTable};
use routing::{Asn, Prefix};

use super::State;

/// What became of a VRP between two days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum What {
    /// It is new.
    Appeared,
    /// It is gone.
    Vanished,
    /// Its prefix and network are the same, its maximum length is another.
    MaxLength,
    /// Its prefix is the same and it is for another network.
    Asn,
    /// Its prefix is the same and it is for AS0 now.
    As0,
}

impl What {
    /// Every kind.
    pub const ALL: [What; 5] = [What::Appeared, What::Vanished, What::MaxLength, What::Asn, What::As0];

    /// Stable word.
    pub fn code(self) -> &'static str {
        match self {
            What::Appeared => "appeared",
            What::Vanished => "vanished",
            What::MaxLength => "max_length",
            What::Asn => "asn",
            What::As0 => "as0",
        }
    }
}

/// A VRP that covers a route, before and after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VrpChange {
    /// What became of it.
    pub what: What,
    /// As it was; `None` when it appeared.
    pub before: Option<Vrp>,
    /// As it is; `None` when it vanished.
    pub after: Option<Vrp>,
}

/// Which changes of VRPs took a route from one state to another. Taken back, it would not be in the state it is in:
///
/// - to valid: what allows it now and is new;
/// - from valid: what allowed it and is gone;
/// - from not found: everything that covers it, which is new;
/// - to not found: everything that covered it, which is gone;
/// - from invalid to invalid: everything that changed.
pub fn causes(
    before: &VrpTable,
    after: &VrpTable,
    prefix: Prefix,
    origin: Option<Asn>,
    from: State,
    to: State,
) -> Vec<VrpChange> {
    let allows = |vrp: &Option<Vrp>| {
        vrp.is_some_and(|vrp| {
            Some(vrp.asn) == origin && vrp.asn != Asn::ZERO && prefix.len() <= vrp.max_length
        })
    };
    let mut all = differences(before, after, prefix);
    all.retain(|change| match (from, to) {
        (_, State::Valid) => allows(&change.after),
        (State::Valid, _) => allows(&change.before),
        (State::NotFound, _) => change.after.is_some(),
        (_, State::NotFound) => change.before.is_some(),
        _ => true,
    });
    all
}

/// What differs between the VRPs that cover a prefix; those that differ in their trust anchor alone are the same.
fn differences(before: &VrpTable, after: &VrpTable, prefix: Prefix) -> Vec<VrpChange> {
    let same = |a: &Vrp, b: &Vrp| (a.prefix, a.max_length, a.asn) == (b.prefix, b.max_length, b.asn);
    let were: Vec<Vrp> = before.covering(prefix).copied().collect();
    let are: Vec<Vrp> = after.covering(prefix).copied().collect();
    let gone = were.iter().filter(|vrp| !are.iter().any(|other| same(vrp, other)));
    let mut new: Vec<Vrp> =
        are.iter().filter(|vrp| !were.iter().any(|other| same(vrp, other))).copied().collect();
    let mut out = Vec::new();
    let mut left: Vec<Vrp> = Vec::new();
    for vrp in gone {
        match new.iter().position(|other| other.prefix == vrp.prefix && other.asn == vrp.asn) {
            Some(at) => out.push(change(What::MaxLength, Some(*vrp), Some(new.remove(at)))),
            None => left.push(*vrp),
        }
    }
    for vrp in left {
        match new.iter().position(|other| other.prefix == vrp.prefix) {
            Some(at) => {
                let now = new.remove(at);
                let what = if now.asn == Asn::ZERO { What::As0 } else { What::Asn };
                out.push(change(what, Some(vrp), Some(now)));
            }
            None => out.push(change(What::Vanished, Some(vrp), None)),
        }
    }
    out.extend(new.into_iter().map(|vrp| change(What::Appeared, None, Some(vrp))));
    out
}

fn change(what: What, before: Option<Vrp>, after: Option<Vrp>) -> VrpChange {
    VrpChange { what, before, after }
}

/// How many causes a sentence names.
const TOLD_MAX: usize = 3;

/// Why a route is in its state now: the end of a sentence that begins `… turned invalid because`.
pub fn tell(
    after: &VrpTable,
    prefix: Prefix,
    origin: Option<Asn>,
    to: State,
    causes: &[VrpChange],
) -> String {
    let mut parts: Vec<String> =
        causes.iter().take(TOLD_MAX).map(|cause| tell_one(cause, prefix, origin, to)).collect();
    let more = causes.len().saturating_sub(TOLD_MAX);
    if more > 0 {
        parts.push(format!("{more} more ROAs changed"));
    }
    // What was there all along decides once nothing allows the route any more.
    let shown = |vrp: &Vrp| causes.iter().any(|cause| cause.after == Some(*vrp));
    if to.is_invalid()
        && !causes.iter().any(|cause| cause.after.is_some())
        && let Some(vrp) = after.covering(prefix).find(|vrp| !shown(vrp))
    {
        parts.push(format!("{} still covers it{}", roa(vrp), refuses(vrp, prefix, origin)));
    }
    parts.join(", and ")
}

fn tell_one(cause: &VrpChange, prefix: Prefix, origin: Option<Asn>, to: State) -> String {
    match (cause.before, cause.after) {
        (None, Some(now)) => match (to, now.asn) {
            (State::Valid, _) => format!("{}’s new ROA {} allows it", now.asn, span(&now)),
            (_, Asn::ZERO) => {
                format!("a new ROA of AS0 for {} covers it and lets nobody announce it", span(&now))
            }
            _ => format!("{}’s new ROA {} covers it{}", now.asn, span(&now), refuses(&now, prefix, origin)),
        },
        (Some(was), None) => match to {
            State::NotFound => format!("{}, which covered it, vanished and no other covers it", roa(&was)),
            _ if Some(was.asn) == origin && prefix.len() <= was.max_length => {
                format!("{}, which allowed it, vanished", roa(&was))
            }
            _ => format!("{} vanished", roa(&was)),
        },
        (Some(was), Some(now)) if cause.what == What::MaxLength => format!(
            "{}’s ROA for {} allows prefixes up to /{} instead of /{}",
            now.asn, now.prefix, now.max_length, was.max_length
        ),
        (Some(was), Some(now)) if cause.what == What::As0 => {
            format!(
                "the ROA for {} is of AS0, which lets nobody announce it, instead of {}",
                now.prefix, was.asn
            )
        }
        (Some(was), Some(now)) => {
            format!("the ROA {} is {}’s instead of {}’s", span(&now), now.asn, was.asn)
        }
        (None, None) => String::new(),
    }
}

/// `192.0.2.0/23-24`, the maximum length always told: it is what is asked about.
fn span(vrp: &Vrp) -> String {
    format!("{}-{}", vrp.prefix, vrp.max_length)
}

fn roa(vrp: &Vrp) -> String {
    match vrp.asn {
        Asn::ZERO => format!("the ROA of AS0 for {}", span(vrp)),
        asn => format!("{asn}’s ROA {}", span(vrp)),
    }
}

fn refuses(vrp: &Vrp, prefix: Prefix, origin: Option<Asn>) -> String {
    match origin {
        _ if vrp.asn == Asn::ZERO => " and lets nobody announce it".to_owned(),
        Some(origin) if origin == vrp.asn && prefix.len() > vrp.max_length => {
            format!(" and allows no /{}", prefix.len())
        }
        Some(origin) => format!(" and is not for {origin}"),
        None => String::new(),
    }
}
