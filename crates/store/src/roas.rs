//! What ROAs cover by day, of whom, and what changed.

use std::collections::BTreeMap;

use routing::Prefix;
use serde::{Deserialize, Serialize};
use sqlx::{Any, Transaction};

use crate::narrow::{Statement, prefix_key_of};
use crate::publish::{Cell, WriteError, document, insert, text};
use crate::{Store, StoreError};

/// States of routes in the order of the counts.
pub const ROA_STATES: [&str; 5] = ["valid", "invalid_length", "invalid_as", "invalid_as0", "not_found"];

/// Kinds of changes.
pub const ROA_MOVES: [&str; 4] = ["turned_valid", "turned_invalid", "uncovered", "other_reason"];

/// What became of a VRP that decided.
pub const ROA_CAUSES: [&str; 5] = ["appeared", "vanished", "max_length", "asn", "as0"];

/// Kinds of areas.
pub const ROA_SCOPES: [&str; 5] = ["world", "economy", "region", "rir", "programme"];

/// Routes and space by state: valid, invalid (length), invalid (as), invalid (as0), not found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RoaCounts {
    /// Distinct prefixes and origins.
    pub routes: [u64; 5],
    /// IPv4 in addresses, IPv6 in /48, each counted once.
    pub space: [u64; 5],
}

/// An area on one day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RoaDayRow {
    /// `world`, `economy`, `region`, `rir` or `programme`.
    pub scope: String,
    /// Empty for the world and for all programmes together.
    pub area: String,
    /// The day, `2024-05-03`.
    pub day: String,
    /// Networks of the area that originate a route.
    pub networks: u64,
    /// IPv4, IPv6.
    pub families: [RoaCounts; 2],
}

/// A network on the days on which its counts changed, the first day always.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RoaNetworkRow {
    /// The network.
    pub asn: u32,
    /// Days with the counts that hold from then on: IPv4, IPv6.
    pub days: Vec<(String, [RoaCounts; 2])>,
}

/// A validated ROA payload.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RoaVrpRow {
    /// The origin it allows; 0 allows none.
    pub asn: u32,
    /// Its prefix.
    pub prefix: String,
    /// The longest length it allows.
    pub max_length: u8,
    /// Its trust anchor; absent where the snapshot does not say.
    pub trust_anchor: Option<String>,
}

/// What became of a VRP that decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RoaCauseRow {
    /// `appeared`, `vanished`, `max_length`, `asn` or `as0`.
    pub what: String,
    /// As it was; absent when it appeared.
    pub before: Option<RoaVrpRow>,
    /// As it is; absent when it vanished.
    pub after: Option<RoaVrpRow>,
}

/// A route whose state changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RoaChangeRow {
    /// Its place in the list of the month: the latest day first, then by prefix and origin.
    pub id: i64,
    /// The day on which it is in its new state.
    pub day: String,
    /// The day compared with: that of the snapshot before.
    pub since: String,
    /// The route's prefix.
    pub prefix: String,
    /// The route's origin.
    pub asn: u32,
    /// The origin's economy; absent when not known.
    pub economy: Option<String>,
    /// `turned_valid`, `turned_invalid`, `uncovered` or `other_reason`.
    pub kind: String,
    /// State before.
    pub before: String,
    /// State after.
    pub after: String,
    /// What made it so: the first of them.
    pub causes: Vec<RoaCauseRow>,
    /// How many causes more there are.
    pub causes_more: u64,
    /// In words: the end of a sentence.
    pub because: String,
}

/// A day of the month with a snapshot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RoaCalendarRow {
    /// The day.
    pub day: String,
    /// What it was judged by.
    pub label: String,
    /// VRPs, each counted once, local exceptions applied.
    pub vrps: u64,
    /// The day compared with; absent where no snapshot comes before.
    pub since: Option<String>,
    /// Changes by kind.
    pub moves: BTreeMap<String, u64>,
}

/// What a month's coverage rests on.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RoaMonthRow {
    /// Days with a snapshot, ascending; empty when there is none, then `unknown` says why.
    pub days: Vec<RoaCalendarRow>,
    /// Days without one, with the reason.
    pub missing: Vec<(String, String)>,
    /// Routes that count: IPv4, IPv6.
    pub routes: [u64; 2],
    /// Routes that do not, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// Why nothing is known.
    pub unknown: Option<String>,
}

/// Everything about ROAs of a publication.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RoaRows {
    /// What it rests on.
    pub month: RoaMonthRow,
    /// Areas by scope, area and day.
    pub days: Vec<RoaDayRow>,
    /// Networks that originate a route.
    pub networks: Vec<RoaNetworkRow>,
    /// Changes in the order of their ids.
    pub changes: Vec<RoaChangeRow>,
}

/// Which changes are asked for. A part that is `None` asks for all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RoaChangeFilter {
    /// On this day.
    pub day: Option<String>,
    /// Of routes of this network.
    pub network: Option<u32>,
    /// Of routes of networks of this economy.
    pub economy: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Of this prefix, one that covers it or a more specific one.
    pub prefix: Option<Prefix>,
}

/// `SELECT` of changes that meet a filter, without an order.
fn chosen(columns: &str, publication: i64, filter: &RoaChangeFilter) -> Statement {
    let statement = Statement::new(&format!("SELECT {columns} FROM "));
    let mut statement = match &filter.prefix {
        Some(prefix) => statement
            .push("(")
            .touching(
                |half| half.push("SELECT id FROM roa_change WHERE publication = ").bind(publication),
                prefix,
            )
            .push(") own CROSS JOIN roa_change r WHERE r.id = own.id AND r.publication = "),
        None => statement.push("roa_change r WHERE r.publication = "),
    }
    .bind(publication);
    if let Some(asn) = filter.network {
        statement = statement.push(" AND r.asn = ").bind(i64::from(asn));
    }
    if let Some(economy) = &filter.economy {
        statement = statement.push(" AND r.economy = ").bind(economy.as_str());
    }
    if let Some(day) = &filter.day {
        statement = statement.push(" AND r.day = ").bind(day.as_str());
    }
    if let Some(kind) = &filter.kind {
        statement = statement.push(" AND r.kind = ").bind(kind.as_str());
    }
    statement
}

fn part(publication: i64, filter: &RoaChangeFilter, after: i64, limit: i64, offset: i64) -> Statement {
    chosen("r.doc", publication, filter)
        .push(" AND r.id > ")
        .bind(after)
        .push(" ORDER BY r.id LIMIT ")
        .bind(limit)
        .push(" OFFSET ")
        .bind(offset)
}

fn areas(publication: i64, scope: &str, day: &str) -> Statement {
    Statement::new("SELECT doc FROM roa_day WHERE publication = ")
        .bind(publication)
        .push(" AND scope = ")
        .bind(scope)
        .push(" AND day = ")
        .bind(day)
        .push(" ORDER BY area")
}

fn days(publication: i64, scope: &str, area: &str) -> Statement {
    Statement::new("SELECT doc FROM roa_day WHERE publication = ")
        .bind(publication)
        .push(" AND scope = ")
        .bind(scope)
        .push(" AND area = ")
        .bind(area)
        .push(" ORDER BY day")
}

fn months(scope: &str, area: &str) -> Statement {
    Statement::new(
        "SELECT c.month, d.doc FROM current_publication c CROSS JOIN roa_day d \
         WHERE d.publication = c.publication AND d.scope = ",
    )
    .bind(scope)
    .push(" AND d.area = ")
    .bind(area)
    .push(" AND d.last = 1 ORDER BY c.month")
}

fn network(publication: i64, asn: u32) -> Statement {
    Statement::new("SELECT doc FROM roa_network WHERE publication = ")
        .bind(publication)
        .push(" AND asn = ")
        .bind(i64::from(asn))
}

impl Store {
    /// What a publication's coverage rests on.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn roa_month(&self, publication: i64) -> Result<Option<RoaMonthRow>, StoreError> {
        let statement = Statement::new("SELECT doc FROM roa_month WHERE publication = ").bind(publication);
        Ok(self.documents_of(statement).await?.into_iter().next())
    }

    /// The areas of a scope on a day, by area.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn roa_areas(
        &self,
        publication: i64,
        scope: &str,
        day: &str,
    ) -> Result<Vec<RoaDayRow>, StoreError> {
        self.documents_of(areas(publication, scope, day)).await
    }

    /// The days of an area.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn roa_days(
        &self,
        publication: i64,
        scope: &str,
        area: &str,
    ) -> Result<Vec<RoaDayRow>, StoreError> {
        self.documents_of(days(publication, scope, area)).await
    }

    /// Every area on every day, by scope, area and day.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn roa_all_days(&self, publication: i64) -> Result<Vec<RoaDayRow>, StoreError> {
        let statement = Statement::new("SELECT doc FROM roa_day WHERE publication = ").bind(publication);
        self.documents_of(statement.push(" ORDER BY scope, area, day")).await
    }

    /// The last day of an area in every published month, the earliest month first.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn roa_months(&self, scope: &str, area: &str) -> Result<Vec<(String, RoaDayRow)>, StoreError> {
        let rows: Vec<(String, String)> = self.rows(months(scope, area)).await?;
        rows.into_iter().map(|(month, doc)| Ok((month, serde_json::from_str(&doc)?))).collect()
    }

    /// A network; `None` when it originates no route that counts.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn roa_network(&self, publication: i64, asn: u32) -> Result<Option<RoaNetworkRow>, StoreError> {
        Ok(self.documents_of(network(publication, asn)).await?.into_iter().next())
    }

    /// Changes in the order of their ids, at most `limit` behind the one with id `after` and the first `offset`.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn roa_changes(
        &self,
        publication: i64,
        filter: &RoaChangeFilter,
        after: i64,
        (limit, offset): (i64, i64),
    ) -> Result<Vec<RoaChangeRow>, StoreError> {
        self.documents_of(part(publication, filter, after, limit, offset)).await
    }

    /// How many changes there are of each kind.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn roa_change_counts(
        &self,
        publication: i64,
        filter: &RoaChangeFilter,
    ) -> Result<BTreeMap<String, i64>, StoreError> {
        let statement = chosen("r.kind, COUNT(*)", publication, filter).push(" GROUP BY r.kind");
        Ok(self.rows::<(String, i64)>(statement).await?.into_iter().collect())
    }
}

/// Writes what is known of ROAs.
pub(crate) async fn record(
    tx: &mut Transaction<'_, Any>,
    publication: i64,
    roas: &RoaRows,
) -> Result<(), WriteError> {
    insert(tx, "roa_month (publication, doc)", [Ok([publication.into(), document(&roas.month)?])]).await?;

    let last = roas.month.days.last().map(|day| day.day.as_str());
    let rows = roas.days.iter().map(|row| {
        let is_last = i64::from(last == Some(&row.day));
        let key = [publication.into(), text(&row.scope), text(&row.area), text(&row.day)];
        let [publication, scope, area, day] = key;
        Ok([publication, scope, area, day, Cell::from(is_last), document(row)?])
    });
    insert(tx, "roa_day (publication, scope, area, day, last, doc)", rows).await?;

    let rows =
        roas.networks.iter().map(|row| Ok([publication.into(), i64::from(row.asn).into(), document(row)?]));
    insert(tx, "roa_network (publication, asn, doc)", rows).await?;

    let rows = roas.changes.iter().map(|row| {
        Ok([
            publication.into(),
            row.id.into(),
            text(&row.day),
            i64::from(row.asn).into(),
            Cell::Text(row.economy.clone()),
            text(&row.kind),
            Cell::from(prefix_key_of(&row.prefix)),
            text(&row.prefix),
            document(row)?,
        ])
    });
    insert(tx, "roa_change (publication, id, day, asn, economy, kind, prefix_key, prefix, doc)", rows).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::narrow::plan;

    #[tokio::test]
    async fn every_question_is_answered_by_an_index() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}?mode=rwc", dir.path().join("store.sqlite").display());
        let store = Store::open(&url).await.unwrap();
        let filter = RoaChangeFilter::default;
        let word = |text: &str| Some(text.to_owned());
        let prefix = "2001:db8::/32".parse().ok();
        for (filter, index) in [
            (filter(), "sqlite_autoindex_roa_change"),
            (RoaChangeFilter { day: word("2024-05-03"), ..filter() }, "roa_change_day"),
            (RoaChangeFilter { network: Some(1), ..filter() }, "roa_change_network"),
            (RoaChangeFilter { economy: word("NL"), ..filter() }, "roa_change_economy"),
            (RoaChangeFilter { kind: word("uncovered"), ..filter() }, "roa_change_kind"),
            (RoaChangeFilter { prefix, ..filter() }, "roa_change_prefix"),
        ] {
            let steps = plan(&store, part(1, &filter, 0, 9, 0)).await;
            assert!(steps.contains(index) && !steps.contains("SCAN r"), "{filter:?}: {steps}");
            assert!(filter.prefix.is_some() || !steps.contains("TEMP B-TREE"), "{filter:?}: {steps}");
        }
        for (statement, index) in [
            (areas(1, "economy", "2024-05-03"), "roa_day_scope"),
            (days(1, "economy", "NL"), "sqlite_autoindex_roa_day"),
            (months("economy", "NL"), "roa_day_last"),
            (network(1, 64_500), "sqlite_autoindex_roa_network"),
        ] {
            let steps = plan(&store, statement).await;
            assert!(steps.contains(index) && !steps.contains("SCAN d"), "{index}: {steps}");
        }
    }
}
