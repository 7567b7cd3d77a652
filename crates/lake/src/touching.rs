//! Tables in the order of prefixes: what lies inside some prefixes, or covers them, without reading the rest.

use std::collections::BTreeSet;
use std::path::Path;

use routing::Prefix;

use crate::by_prefix::{KEY, key, keys_inside};
use crate::write::write_in_groups;
use crate::{Column, Draft, LakeError, Value, rows};

/// Rows per row group: a look-up decodes the few groups that hold what it asks for.
const GROUP_ROWS_MAX: usize = 2_048;

const PREFIX: Column = Column::text("prefix");

/// A row of a table in the order of prefixes.
pub trait PrefixRow: Sized {
    /// The file of a generation.
    const FILE: &'static str;
    /// Its columns besides the prefix.
    const COLUMNS: &'static [Column];

    /// Its prefix.
    fn prefix(&self) -> Prefix;

    /// Its values but the prefix.
    fn to_values(&self) -> Vec<Value>;

    /// From a prefix and the other values.
    fn from_values(prefix: Prefix, values: &[Value]) -> Option<Self>;
}

/// Which rows a look-up asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Those of the prefixes themselves and of more specific ones.
    Inside,
    /// Those that cover them, too.
    Touching,
}

/// More rows than the asker takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMany;

/// Writes a table; rows come in the order of their prefixes.
///
/// # Errors
/// When the file cannot be written.
///
/// # Panics
/// When they come in another order: nobody would find them.
pub fn write_touchable<R: PrefixRow>(
    draft: &Draft,
    rows: impl IntoIterator<Item = R>,
) -> Result<(), LakeError> {
    let columns: Vec<Column> = [KEY, PREFIX].into_iter().chain(R::COLUMNS.iter().copied()).collect();
    let mut last = None;
    let values = |row: R| {
        let prefix = row.prefix();
        assert!(last <= Some(prefix), "rows come in the order of prefixes");
        last = Some(prefix);
        let mut values = vec![Value::Integer(key(&prefix)), prefix.to_string().into()];
        values.extend(row.to_values());
        values
    };
    write_in_groups(draft.create(R::FILE)?, &columns, rows.into_iter().map(values), GROUP_ROWS_MAX)?;
    Ok(())
}

/// The rows that lie inside any of some prefixes or also cover one, in the order of the table; [`TooMany`] when there
/// are more than `rows_max`. `None` when the generation has no such table.
///
/// # Errors
/// When the file cannot be read or holds something else.
pub fn touching<R: PrefixRow>(
    folder: &Path,
    prefixes: &[Prefix],
    reach: Reach,
    rows_max: usize,
) -> Result<Option<Result<Vec<R>, TooMany>>, LakeError> {
    let path = folder.join(R::FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let table = rows(&path, None)?;
    let wrong = || LakeError::Row { path: path.clone() };
    let prefixes = outermost(prefixes);
    // Prefixes of one family are disjoint and ascending, so their keys are ascending ranges.
    let inside: Vec<(i64, i64)> =
        prefixes.iter().map(keys_inside).map(|keys| (*keys.start(), *keys.end())).collect();
    let covering: BTreeSet<i64> = match reach {
        Reach::Inside => BTreeSet::new(),
        Reach::Touching => prefixes
            .iter()
            .flat_map(|prefix| (0..prefix.len()).filter_map(|len| prefix.truncate(len)))
            .map(|covering| key(&covering))
            .collect(),
    };
    let may_hold = |first: i64, last: i64| {
        let from = inside.partition_point(|(_, end)| *end < first);
        inside.get(from).is_some_and(|(start, _)| *start <= last)
            || covering.range(first..=last).next().is_some()
    };
    let mut found = Vec::new();
    for group in 0..table.groups_count() {
        let bounds = table.bounds(group, KEY.name);
        if !bounds.is_none_or(|(first, last)| may_hold(first, last))
            || !table.integers(group, 0)?.iter().any(|key| may_hold(*key, *key))
        {
            continue;
        }
        for values in table.decode(group)? {
            let [Value::Integer(key), Value::Text(prefix), rest @ ..] = values.as_slice() else {
                return Err(wrong());
            };
            if !may_hold(*key, *key) {
                continue;
            }
            let prefix: Prefix = prefix.parse().map_err(|_| wrong())?;
            let after = prefixes.partition_point(|outer| *outer <= prefix);
            let is_inside = after > 0 && prefixes[after - 1].contains(&prefix);
            let covers = || {
                reach == Reach::Touching && prefixes.get(after).is_some_and(|inner| prefix.contains(inner))
            };
            if is_inside || covers() {
                if found.len() == rows_max {
                    return Ok(Some(Err(TooMany)));
                }
                found.push(R::from_values(prefix, rest).ok_or_else(wrong)?);
            }
        }
    }
    Ok(Some(Ok(found)))
}

/// Those of some prefixes that no other of them covers, ascending.
fn outermost(prefixes: &[Prefix]) -> Vec<Prefix> {
    let mut all = prefixes.to_vec();
    all.sort_unstable();
    // An outer one directly precedes everything inside it.
    all.dedup_by(|next, kept| kept.contains(next));
    all
}

#[cfg(test)]
mod tests {
    use routing::{Asn, Family};

    use super::*;
    use crate::{Lake, VrpRow};

    fn vrp(prefix: Prefix, asn: u32) -> VrpRow {
        VrpRow { prefix, max_length: prefix.len(), asn: Asn(asn), trust_anchor: String::new() }
    }

    /// Both families over many row groups, with prefixes that cover many others.
    fn rows() -> Vec<VrpRow> {
        let mut rows = Vec::new();
        for n in 0..9_000u32 {
            let bits = u128::from(10 << 24 | n << 9) << 96;
            rows.extend(Prefix::from_bits(Family::V4, bits, 22 + (n % 3) as u8).map(|p| vrp(p, n)));
            let bits = (0x2001_0db8_u128 << 96) | u128::from(n) << 79;
            rows.extend(Prefix::from_bits(Family::V6, bits, 48).map(|p| vrp(p, n)));
        }
        let wide = [
            "0.0.0.0/0",
            "10.0.0.0/8",
            "10.8.0.0/13",
            "10.16.0.0/16",
            "::/0",
            "2001:db8::/32",
            "255.0.0.0/8",
        ];
        rows.extend(wide.map(|text| vrp(text.parse().unwrap(), 1)));
        rows.sort_by_key(|row| (row.prefix, row.asn));
        rows
    }

    #[test]
    fn what_touches_prefixes_is_what_a_scan_finds() {
        let dir = tempfile::tempdir().unwrap();
        let lake = Lake::open(dir.path().to_owned()).unwrap();
        let draft = lake.draft("g").unwrap();
        write_touchable(&draft, rows()).unwrap();
        let folder = draft.finish().unwrap();
        for texts in [
            &["10.16.1.0/24"][..],
            &["10.16.0.0/16", "10.16.1.0/24", "10.200.0.0/17"],
            &["10.16.1.128/25", "2001:db8:5::/48", "2001:db8:5::1/128", "9.0.0.0/8"],
            &["10.0.0.0/8", "2001:db8:ff00::/40"],
            &["255.255.255.255/32"],
            &["0.0.0.0/0", "::/0"],
            &[],
        ] {
            let prefixes: Vec<Prefix> = texts.iter().map(|text| text.parse().unwrap()).collect();
            for reach in [Reach::Inside, Reach::Touching] {
                let touches = |row: &VrpRow| {
                    prefixes.iter().any(|prefix| {
                        prefix.contains(&row.prefix)
                            || (reach == Reach::Touching && row.prefix.contains(prefix))
                    })
                };
                let scanned: Vec<VrpRow> = rows().into_iter().filter(touches).collect();
                let found =
                    touching::<VrpRow>(&folder, &prefixes, reach, usize::MAX).unwrap().unwrap().unwrap();
                assert_eq!(found, scanned, "{texts:?} {reach:?}");
                if !scanned.is_empty() {
                    let few =
                        touching::<VrpRow>(&folder, &prefixes, reach, scanned.len() - 1).unwrap().unwrap();
                    assert_eq!(few, Err(TooMany), "{texts:?} {reach:?}");
                }
            }
        }
        assert!(touching::<crate::ObjectRow>(&folder, &[], Reach::Inside, 1).unwrap().is_none());
    }
}
