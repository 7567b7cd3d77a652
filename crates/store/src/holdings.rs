//! Who held a network when, as far as publications tell: intervals of validity and of knowledge.
//!
//! A month's publication says who holds each network in that month. Months in a row that say the same are one
//! interval. An interval is never rewritten: when a publication changes what is known, it gets an end of
//! knowledge and another one takes its place, so that it can always be asked what was known when.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sqlx::{Any, Transaction};

use crate::publish::{Cell, WriteError, insert, text};
use crate::{NetworkRow, Store, StoreError};

/// Who holds a network.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Holder {
    /// AS name.
    pub name: Option<String>,
    /// Organisation.
    pub organisation: Option<String>,
    /// Registered economy.
    pub economy: Option<String>,
}

/// A holder from month to month.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Holding {
    /// First month in which it holds: `2024-05`.
    pub valid_from: String,
    /// First published month in which it no longer does; `None` while nothing says so.
    pub valid_to: Option<String>,
    /// Who.
    pub holder: Holder,
}

/// Intervals of one network from what each published month says; `None` where it is not there.
fn intervals(months: &BTreeMap<String, Option<Holder>>) -> Vec<Holding> {
    let mut out: Vec<Holding> = Vec::new();
    for (month, holder) in months {
        if let Some(last) = out.last_mut().filter(|last| last.valid_to.is_none()) {
            if holder.as_ref() == Some(&last.holder) {
                continue;
            }
            last.valid_to = Some(month.clone());
        }
        if let Some(holder) = holder {
            out.push(Holding { valid_from: month.clone(), valid_to: None, holder: holder.clone() });
        }
    }
    out
}

/// Takes in what a month says of its networks.
pub(crate) async fn record(
    tx: &mut Transaction<'_, Any>,
    month: &str,
    networks: &[NetworkRow],
    now: i64,
) -> Result<(), WriteError> {
    let published: Vec<String> =
        sqlx::query_scalar("SELECT month FROM current_publication").fetch_all(&mut **tx).await?;
    let months: BTreeSet<String> = published.into_iter().chain([month.to_owned()]).collect();
    let rows: Vec<(i64, String, Option<String>, String)> =
        sqlx::query_as("SELECT asn, valid_from, valid_to, holder FROM holding WHERE known_to IS NULL")
            .fetch_all(&mut **tx)
            .await?;
    let mut known: BTreeMap<i64, Vec<Holding>> = BTreeMap::new();
    for (asn, valid_from, valid_to, holder) in rows {
        let holder = serde_json::from_str(&holder)?;
        known.entry(asn).or_default().push(Holding { valid_from, valid_to, holder });
    }
    let mut said: BTreeMap<i64, Option<Holder>> = known.keys().map(|asn| (*asn, None)).collect();
    said.extend(networks.iter().map(|n| {
        let holder =
            Holder { name: n.name.clone(), organisation: n.organisation.clone(), economy: n.economy.clone() };
        (i64::from(n.asn), Some(holder))
    }));
    let mut added = Vec::new();
    for (asn, holder) in said {
        let mut old = known.remove(&asn).unwrap_or_default();
        old.sort();
        let at = |month: &String| {
            let covers =
                |h: &&Holding| h.valid_from <= *month && h.valid_to.as_ref().is_none_or(|to| month < to);
            old.iter().find(covers).map(|h| h.holder.clone())
        };
        let timeline =
            months.iter().map(|m| (m.clone(), if m == month { holder.clone() } else { at(m) })).collect();
        let new = intervals(&timeline);
        for gone in old.iter().filter(|h| !new.contains(h)) {
            sqlx::query(
                "UPDATE holding SET known_to = $1 WHERE asn = $2 AND valid_from = $3 AND known_to IS NULL",
            )
            .bind(now)
            .bind(asn)
            .bind(gone.valid_from.clone())
            .execute(&mut **tx)
            .await?;
        }
        added.extend(new.into_iter().filter(|h| !old.contains(h)).map(|h| (asn, h)));
    }
    let rows = added.into_iter().map(|(asn, h)| {
        let holder = Cell::Text(Some(serde_json::to_string(&h.holder)?));
        Ok([asn.into(), text(&h.valid_from), Cell::Text(h.valid_to), holder, now.into(), Cell::Integer(None)])
    });
    insert(tx, "holding (asn, valid_from, valid_to, holder, known_from, known_to)", rows).await
}

impl Store {
    /// Who held a network when, as known at the moment `known_at` (Unix seconds), in the order of time.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn holdings(&self, asn: u32, known_at: i64) -> Result<Vec<Holding>, StoreError> {
        let rows: Vec<(String, Option<String>, String)> = sqlx::query_as(
            "SELECT valid_from, valid_to, holder FROM holding \
             WHERE asn = $1 AND known_from <= $2 AND (known_to IS NULL OR known_to > $2) ORDER BY valid_from",
        )
        .bind(i64::from(asn))
        .bind(known_at)
        .fetch_all(&self.pool)
        .await
        .map_err(|e| self.fail(e))?;
        rows.into_iter()
            .map(|(valid_from, valid_to, holder)| {
                Ok(Holding { valid_from, valid_to, holder: serde_json::from_str(&holder)? })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(name: &str) -> Option<Holder> {
        Some(Holder { name: Some(name.to_owned()), ..Holder::default() })
    }

    #[test]
    fn months_in_a_row_that_say_the_same_are_one() {
        let months =
            [("2024-01", "a"), ("2024-02", "a"), ("2024-03", "b"), ("2024-04", ""), ("2024-05", "b")];
        let months =
            months.iter().map(|(m, n)| ((*m).to_owned(), if n.is_empty() { None } else { holder(n) }));
        let shown: Vec<_> = intervals(&months.collect())
            .into_iter()
            .map(|h| format!("{} {:?} {}", h.valid_from, h.valid_to, h.holder.name.unwrap()))
            .collect();
        assert_eq!(shown, ["2024-01 Some(\"2024-03\") a", "2024-03 Some(\"2024-04\") b", "2024-05 None b"]);
    }
}
