//! Space that is lent: signed and registered for whoever uses it, who has nothing else to do with its holder.

use routing::{Date, Prefix};

use super::networks::prefix;
use super::table::rows;

const LENT: &str = include_str!("tables/lent.txt");

/// A prefix in somebody else's hands.
pub(super) struct Lent {
    /// From when on.
    pub(super) since: Date,
    /// The holder.
    pub(super) of: u32,
    pub(super) prefix: Prefix,
    /// Who uses it.
    pub(super) to: u32,
}

/// What is lent when `day` ends.
pub(super) fn lent(day: Date) -> impl Iterator<Item = Lent> {
    let all = rows(LENT).map(|[since, of, lent, to, _why]| Lent {
        since: since.parse().expect("a day"),
        of: of.parse().expect("an ASN"),
        prefix: prefix(lent),
        to: to.parse().expect("an ASN"),
    });
    all.filter(move |lent| lent.since <= day)
}
