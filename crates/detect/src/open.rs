//! Events that were still going on when a month ended, as the next month goes on from them (FRAMEWORK §2: open events are
//! carried into the next month).

use routing::{Asn, Prefix};

use crate::{Began, Cause, Dismissal, EventKind, LeakHop, Reason, Tree};

/// An event that was open at the end of the month before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Open {
    /// When it began, in which month it was told, and its id there.
    pub began: Began,
    /// Its kind.
    pub kind: EventKind,
    /// What decided it then.
    pub reason: Reason,
    /// How it probably came about.
    pub likely_cause: Option<Cause>,
    /// The network that caused it.
    pub culprit: Option<Asn>,
    /// Whose routes or name were taken.
    pub victims: Vec<Asn>,
    /// The prefix announced.
    pub prefix: Prefix,
    /// The incumbent's prefix, where it is another one.
    pub related: Option<Prefix>,
    /// Where a route leaked.
    pub hop: Option<LeakHop>,
    /// What was registered for it then, where nothing else explains it.
    pub dismissed_by: Dismissal,
    /// How sure the verdict was.
    pub confidence: u8,
    /// What a path that shows it has on it: [`Evidence::mark`](crate::Evidence::mark).
    pub mark: Vec<Asn>,
    /// Why it was judged so.
    pub tree: Tree,
}

impl Open {
    /// Whether a route to its prefix whose path has these hops, the collector's side first, shows the same wrong state.
    pub fn is_shown_by(&self, hops: &[Asn]) -> bool {
        match self.kind {
            // Route servers may stand between the networks of a turn.
            EventKind::RouteLeak if self.mark.len() > 1 => {
                let mut rest = hops.iter();
                self.mark.iter().all(|asn| rest.any(|hop| hop == asn))
            }
            EventKind::ForgedPath => {
                !self.mark.is_empty() && hops.windows(self.mark.len()).any(|part| part == self.mark)
            }
            _ => !self.mark.is_empty() && hops.ends_with(&self.mark),
        }
    }
}
