//! Who buys transit from whom, and which as-sets networks name as their own: what as-sets are compared with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use routing::Asn;

use crate::{Column, Draft, LakeError, Value, rows, write};

const FILE: &str = "customers.parquet";
const ASN: Column = Column::integer("asn");
const COLUMNS: &[Column] =
    &[ASN, Column::boolean("related"), Column::text("customers"), Column::text("as_sets")];

const KNOWN_FILE: &str = "customers_known.parquet";
const KNOWN_COLUMNS: &[Column] = &[Column::text("what"), Column::boolean("known"), Column::text("said")];

/// Rows per row group: a look-up decodes the few groups that hold a network.
const GROUP_ROWS_MAX: usize = 2_048;

/// What customers and names of sets are from, or why they are not known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomersKnown {
    /// The relationships, with their dates and whether they are inferred.
    pub customers: Result<String, String>,
    /// What networks name their as-sets in, with its dates.
    pub as_sets: Result<String, String>,
}

/// A network.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CustomerRow {
    /// The network.
    pub asn: Asn,
    /// The relationships know a link of it; otherwise no customers says nothing.
    pub related: bool,
    /// Its direct customers, ascending.
    pub customers: Vec<Asn>,
    /// The as-sets that it names, in its order: `AS-NAME` or `REGISTRY::AS-NAME`.
    pub as_sets: Vec<String>,
}

/// What a generation knows of some networks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Customers {
    /// Where it is from.
    pub known: CustomersKnown,
    /// By network; those of whom nothing is known are not in it.
    pub networks: BTreeMap<Asn, CustomerRow>,
}

/// Writes them; rows come in the order of their ASNs.
///
/// # Errors
/// When a file cannot be written.
pub fn write_customers(
    draft: &Draft,
    known: &CustomersKnown,
    rows: impl IntoIterator<Item = CustomerRow>,
) -> Result<(), LakeError> {
    let said = [("customers", &known.customers), ("as_sets", &known.as_sets)];
    let said = said.map(|(what, said)| {
        let (Ok(text) | Err(text)) = said;
        vec![what.into(), said.is_ok().into(), text.as_str().into()]
    });
    write(draft.create(KNOWN_FILE)?, KNOWN_COLUMNS, said)?;
    let values = |row: CustomerRow| {
        let customers: Vec<String> = row.customers.iter().map(|asn| asn.0.to_string()).collect();
        vec![row.asn.0.into(), row.related.into(), customers.join(" ").into(), row.as_sets.join(" ").into()]
    };
    write::write_in_groups(draft.create(FILE)?, COLUMNS, rows.into_iter().map(values), GROUP_ROWS_MAX)?;
    Ok(())
}

/// What is known of some networks; `None` when the generation does not keep it.
///
/// # Errors
/// When a file cannot be read or holds something else.
pub fn customers(folder: &Path, asns: &BTreeSet<Asn>) -> Result<Option<Customers>, LakeError> {
    let (path, known_path) = (folder.join(FILE), folder.join(KNOWN_FILE));
    if !path.is_file() || !known_path.is_file() {
        return Ok(None);
    }
    let wrong = |path: &Path| LakeError::Row { path: path.to_owned() };
    let mut said: BTreeMap<String, Result<String, String>> = BTreeMap::new();
    for values in rows(&known_path, None)? {
        let values = values?;
        let [Value::Text(what), Value::Boolean(known), Value::Text(text)] = values.as_slice() else {
            return Err(wrong(&known_path));
        };
        said.insert(what.clone(), if *known { Ok(text.clone()) } else { Err(text.clone()) });
    }
    let mut said = |what: &str| said.remove(what).ok_or_else(|| wrong(&known_path));
    let known = CustomersKnown { customers: said("customers")?, as_sets: said("as_sets")? };
    let table = rows(&path, None)?;
    let keys: BTreeSet<i64> = asns.iter().map(|asn| i64::from(asn.0)).collect();
    let mut networks = BTreeMap::new();
    for group in 0..table.groups_count() {
        let Some((first, last)) = table.bounds(group, ASN.name) else { continue };
        if keys.range(first..=last).next().is_none() {
            continue;
        }
        for values in table.decode(group)? {
            let wanted = values.first().and_then(Value::as_integer).is_some_and(|asn| keys.contains(&asn));
            if wanted {
                let row = read(&values).ok_or_else(|| wrong(&path))?;
                networks.insert(row.asn, row);
            }
        }
    }
    Ok(Some(Customers { known, networks }))
}

fn read(values: &[Value]) -> Option<CustomerRow> {
    let words = |at: usize| Some(values.get(at)?.as_text()?.split(' ').filter(|word| !word.is_empty()));
    Some(CustomerRow {
        asn: Asn(u32::try_from(values.first()?.as_integer()?).ok()?),
        related: values.get(1)?.as_boolean()?,
        customers: words(2)?.map(|n| n.parse().ok().map(Asn)).collect::<Option<_>>()?,
        as_sets: words(3)?.map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lake;

    #[test]
    fn networks_are_found_among_many_as_they_were_written() {
        let dir = tempfile::tempdir().unwrap();
        let draft = Lake::open(dir.path().to_owned()).unwrap().draft("g").unwrap();
        let row = |asn: u32| CustomerRow {
            asn: Asn(asn),
            related: !asn.is_multiple_of(3),
            customers: (0..asn % 4).map(|n| Asn(4_294_967_200 + n)).collect(),
            as_sets: (0..asn % 3).map(|n| format!("RIPE::AS{asn}:AS-{n}")).collect(),
        };
        let known = CustomersKnown {
            customers: Ok("relationships of 2024-05-01".to_owned()),
            as_sets: Err("no source of kind `contacts` is configured".to_owned()),
        };
        write_customers(&draft, &known, (1..9_000).map(row)).unwrap();
        let folder = draft.finish().unwrap();
        let asked: BTreeSet<Asn> = [1, 4_095, 4_096, 8_999, 9_000].map(Asn).into();
        let found = customers(&folder, &asked).unwrap().unwrap();
        assert_eq!(found.known, known);
        let expected: Vec<CustomerRow> = [1, 4_095, 4_096, 8_999].map(row).into();
        assert_eq!(found.networks.into_values().collect::<Vec<_>>(), expected);
        assert_eq!(customers(dir.path(), &asked).unwrap(), None);
    }
}
