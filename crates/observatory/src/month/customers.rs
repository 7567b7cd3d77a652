//! Customers and own as-sets of networks, as a generation keeps them: as-sets are compared with them.

use std::collections::BTreeMap;

use anyhow::Result;
use lake::{CustomerRow, CustomersKnown, Draft};
use pipeline::month::Inferred;
use reference::relationships::{Relation, RelationshipTable};
use routing::Asn;

use crate::load::SetsBy;

/// Writes them: by the relationships given for the month, or else by those told from the paths of its first tables.
pub fn write(
    draft: &Draft,
    by: SetsBy,
    given: Option<&RelationshipTable>,
    inferred: Option<&Inferred>,
) -> Result<()> {
    let (table, customers) = match (given, by.relationships, inferred) {
        (Some(table), Ok(label), _) => (Some(table), Ok(label)),
        (_, _, Some(Inferred { table, label, as_of })) => {
            (Some(table), Ok(format!("{label} ({})", as_of.date())))
        }
        (_, missing, None) => {
            let why = missing.err().unwrap_or_else(|| "no relationships are loaded".to_owned());
            (None, Err(format!("{why}, and none were inferred from paths")))
        }
    };
    let (as_sets, named) = match by.named {
        Ok((label, named)) => (Ok(label), named),
        Err(why) => (Err(why), Vec::new()),
    };
    let mut rows: BTreeMap<Asn, CustomerRow> = BTreeMap::new();
    for (asn, as_sets) in named {
        rows.insert(asn, CustomerRow { asn, as_sets, ..CustomerRow::default() });
    }
    for (table, asn) in table.iter().flat_map(|table| table.asns().iter().map(move |asn| (table, *asn))) {
        let row = rows.entry(asn).or_default();
        (row.asn, row.related) = (asn, true);
        row.customers = table.neighbours(asn, Relation::Customer).collect();
    }
    lake::write_customers(draft, &CustomersKnown { customers, as_sets }, rows.into_values())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use reference::relationships::{Link, Relationship};
    use routing::Timestamp;

    use super::*;

    fn table(links: &[(u32, u32)]) -> RelationshipTable {
        let link =
            |(a, b): &(u32, u32)| Relationship { a: Asn(*a), b: Asn(*b), link: Link::ProviderToCustomer };
        RelationshipTable::new(&links.iter().map(link).collect::<Vec<_>>())
    }

    fn kept(by: SetsBy, given: Option<&RelationshipTable>, inferred: Option<&Inferred>) -> lake::Customers {
        let dir = tempfile::tempdir().unwrap();
        let draft = lake::Lake::open(dir.path().to_owned()).unwrap().draft("g").unwrap();
        write(&draft, by, given, inferred).unwrap();
        let asked: BTreeSet<Asn> = (1..10).map(Asn).collect();
        lake::customers(&draft.finish().unwrap(), &asked).unwrap().unwrap()
    }

    #[test]
    fn given_relationships_come_before_inferred_ones_and_none_is_said() {
        let (given, inferred) = (table(&[(1, 2), (1, 3)]), table(&[(1, 4)]));
        let inferred =
            Inferred { table: inferred, label: "relationships inferred".to_owned(), as_of: Timestamp(0) };
        let by = |known: bool| SetsBy {
            relationships: if known { Ok("relationships of D".to_owned()) } else { Err("none".to_owned()) },
            named: Ok(("PeeringDB of D".to_owned(), vec![(Asn(2), vec!["AS-TWO".to_owned()])])),
        };
        let found = kept(by(true), Some(&given), Some(&inferred));
        assert_eq!(found.known.customers, Ok("relationships of D".to_owned()));
        assert_eq!(found.networks[&Asn(1)].customers, [Asn(2), Asn(3)]);
        let two = &found.networks[&Asn(2)];
        assert_eq!(
            (two.related, two.customers.len(), &two.as_sets[..]),
            (true, 0, &["AS-TWO".to_owned()][..])
        );
        let found = kept(by(false), None, Some(&inferred));
        assert_eq!(found.known.customers, Ok("relationships inferred (1970-01-01)".to_owned()));
        assert_eq!(found.networks[&Asn(1)].customers, [Asn(4)]);
        assert!(!found.networks[&Asn(2)].related, "named, and no link of it is known");
        let found = kept(by(false), None, None);
        assert_eq!(found.known.customers, Err("none, and none were inferred from paths".to_owned()));
        assert!(!found.networks.contains_key(&Asn(1)));
    }
}
