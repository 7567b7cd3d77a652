//! What an event says of registrations and of announced routes, for frameworks to choose from.

use routing::Asn;

/// Registrations that dismiss an event which nothing else explains (FRAMEWORK §6, *Misorigination*). An event without
/// any is an incident under every framework or under none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Dismissal {
    /// The RPKI authorises its origin.
    pub rpki: bool,
    /// A route object of its origin stands that is authoritative or old enough, and the RPKI does not forbid it.
    pub irr: bool,
}

impl Dismissal {
    /// Nothing registered decides it.
    pub const NONE: Dismissal = Dismissal { rpki: false, irr: false };

    /// Whether a registration decides it.
    pub const fn is_some(self) -> bool {
        self.rpki || self.irr
    }
}

/// What a whole announced route is (FRAMEWORK §5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RouteMark {
    /// Nobody meant to announce it so: [`Reason::is_artefact`](crate::Reason::is_artefact).
    Artefact,
    /// Its origin did not announce it: every path to it is judged forged.
    ForgedOrigin,
}

/// A mark, and the origin of the route that has it; the prefix is the event's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Marked {
    /// The mark.
    pub mark: RouteMark,
    /// The origin.
    pub origin: Asn,
}
