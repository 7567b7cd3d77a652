use std::sync::Arc;

use routing::{Asn, Prefix, Timestamp};

use super::{Explanation, Validation, Vrp, VrpTable};
use crate::epochs::{Epoch, Turns};

/// VRPs that differ in their trust anchor alone are one: the prefix, the maximum length, the origin.
type Key = (Prefix, u8, Asn);

fn key(vrp: &Vrp) -> Key {
    (vrp.prefix, vrp.max_length, vrp.asn)
}

/// The VRPs of several moments. What differs from one table is what is kept.
#[derive(Clone, Debug)]
pub struct VrpEpochs {
    table: Arc<VrpTable>,
    turns: Turns<Key>,
}

impl Default for VrpEpochs {
    fn default() -> VrpEpochs {
        VrpEpochs { table: Arc::new(VrpTable::new(Vec::new())), turns: Turns::default() }
    }
}

impl VrpEpochs {
    /// From the VRPs of each moment, in the order of time; `table` is any that is like them.
    pub fn new(table: Arc<VrpTable>, snapshots: impl IntoIterator<Item = (Epoch, Vec<Vrp>)>) -> VrpEpochs {
        let keys = |(epoch, vrps): (Epoch, Vec<Vrp>)| {
            let mut keys: Vec<Key> = vrps.iter().map(key).collect();
            keys.sort_unstable();
            keys.dedup();
            (epoch, keys)
        };
        let turns = Turns::new(table.vrps().iter().map(key), snapshots.into_iter().map(keys), |key| key.0);
        VrpEpochs { table, turns }
    }

    /// One table that has been so since a moment.
    pub fn of_one(table: Arc<VrpTable>, epoch: Epoch) -> VrpEpochs {
        VrpEpochs { table, turns: Turns::none(vec![epoch]) }
    }

    /// The moments, in their order.
    pub fn epochs(&self) -> &[Epoch] {
        self.turns.epochs()
    }

    /// The latest that are not newer than `at`.
    pub fn at(&self, at: Timestamp) -> Option<VrpsAsOf<'_>> {
        Some(VrpsAsOf { all: self, epoch: self.turns.at(at)? })
    }

    /// The latest that are not newer than `at`; where there are none, the first that are.
    pub fn nearest(&self, at: Timestamp) -> Option<VrpsAsOf<'_>> {
        Some(VrpsAsOf { all: self, epoch: self.turns.nearest(at)? })
    }
}

/// The VRPs of one moment.
#[derive(Clone, Copy, Debug)]
pub struct VrpsAsOf<'a> {
    all: &'a VrpEpochs,
    epoch: u16,
}

impl<'a> VrpsAsOf<'a> {
    /// Which they are.
    pub fn epoch(&self) -> &'a Epoch {
        &self.all.turns.epochs()[usize::from(self.epoch)]
    }

    /// The state of a route with the VRPs that decided it; their trust anchors are not said.
    pub fn explain(&self, prefix: Prefix, origin: Option<Asn>) -> Explanation {
        let listed = self.all.table.covering(prefix).map(key);
        let covering = self.all.turns.covering(prefix, self.epoch, listed);
        Explanation::of(
            covering.into_iter().map(|(prefix, max_length, asn)| Vrp {
                prefix,
                max_length,
                asn,
                trust_anchor: Default::default(),
            }),
            prefix,
            origin,
        )
    }

    /// The state of a route (RFC 6811 §2).
    pub fn validate(&self, prefix: Prefix, origin: Option<Asn>) -> Validation {
        self.explain(prefix, origin).validation
    }
}
