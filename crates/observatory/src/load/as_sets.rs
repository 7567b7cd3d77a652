//! The as-sets of the registries that a month is judged by, as its generation keeps them.

use lake::AsSetRow;
use reference::irr::IrrDump;

use super::Snapshot;
use crate::config::Config;

/// Takes the as-sets out of the dumps used, each under the registry its source is configured for.
pub(super) fn take(config: &Config, used: &mut [Snapshot<IrrDump>]) -> Vec<AsSetRow> {
    let mut rows = Vec::new();
    for snapshot in used {
        let registry = config.sources[snapshot.source].authority.clone().unwrap_or_default();
        let sets = core::mem::take(&mut snapshot.data.as_sets);
        rows.extend(sets.into_iter().map(|set| AsSetRow {
            name: set.name.into(),
            registry: registry.to_ascii_uppercase(),
            asns: set.asns,
            sets: set.sets.into_iter().map(Into::into).collect(),
            unreadable: set.unreadable,
            by_reference: set.by_reference,
        }));
    }
    rows
}
