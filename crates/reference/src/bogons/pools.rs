use routing::Date;

use super::{BogonBlock, BogonClass, Space};
use crate::delegations::{Delegation, DelegationTable};

/// What the registries list as available or reserved in delegation files that stand for `day`; `until`
/// is the day of the next such files, so that the older ones end where the newer begin.
pub fn blocks(
    table: &DelegationTable,
    day: Date,
    until: Option<Date>,
) -> impl Iterator<Item = BogonBlock> + '_ {
    let block = move |space: Space, d: &Delegation| BogonBlock {
        space,
        class: BogonClass::Administrative,
        since: Some(day),
        until,
        what: format!("{} in {}'s pool", d.status, d.registry).into(),
        source: format!("{} delegations of {day}", d.registry).into(),
        rule: "",
    };
    let prefixes = table.pools().map(move |(prefix, d)| block(Space::Prefix(prefix), d));
    let asns = table.asn_pools().map(move |(first, last, d)| block(Space::Asns(first, last), d));
    prefixes.chain(asns)
}
