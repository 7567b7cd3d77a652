//! Statements put together of what is asked for: every condition is one that an index answers, every value is
//! bound where it stands.

use routing::{Family, Prefix};
use serde::de::DeserializeOwned;
use sqlx::AssertSqlSafe;

use crate::publish::Cell;
use crate::{Store, StoreError};

/// Which incidents or events are asked for. A part that is `None` or empty asks for all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Metrics of incidents, kinds of events: any of these.
    pub kinds: Vec<String>,
    /// The verdict.
    pub verdict: Option<String>,
    /// The reason for the verdict.
    pub reason: Option<String>,
    /// The network that answers for it; incidents only.
    pub answers: Option<u32>,
    /// The culprit.
    pub culprit: Option<u32>,
    /// The culprit's economy.
    pub economy: Option<String>,
    /// About this prefix, one that covers it or a more specific one.
    pub prefix: Option<Prefix>,
    /// Some of it at this moment (Unix seconds) or later.
    pub from: Option<i64>,
    /// Some of it before this moment.
    pub to: Option<i64>,
    /// True: only what was still seen as the data or the month ended.
    pub ongoing: bool,
    /// True: only what nobody knows the end of; events only.
    pub end_unknown: bool,
    /// Culprits, any of these; empty of a list that names nobody, which nothing meets.
    pub culprits: Option<Vec<u32>>,
    /// Only with an event of this kind; incidents only.
    pub event_kind: Option<String>,
}

/// A statement with its values.
pub(crate) struct Statement {
    sql: String,
    binds: Vec<Cell>,
}

impl Statement {
    pub(crate) fn new(sql: &str) -> Statement {
        Statement { sql: sql.to_owned(), binds: Vec::new() }
    }

    pub(crate) fn push(mut self, sql: &str) -> Statement {
        self.sql.push_str(sql);
        self
    }

    pub(crate) fn bind(mut self, value: impl Into<Cell>) -> Statement {
        self.binds.push(value.into());
        self.sql.push_str(&format!("${}", self.binds.len()));
        self
    }

    /// `(a, b, c)`
    pub(crate) fn list<C: Into<Cell>>(self, values: impl IntoIterator<Item = C>) -> Statement {
        let mut out = self.push("(");
        for (i, value) in values.into_iter().enumerate() {
            out = out.push(if i == 0 { "" } else { ", " }).bind(value);
        }
        out.push(")")
    }

    /// Conditions on the columns that incidents and events share; `kind` names the column of their kinds. That of
    /// the prefix is not among them: it decides where the statement starts.
    pub(crate) fn narrow(mut self, filter: &Filter, kind: &str) -> Statement {
        let Filter {
            kinds,
            verdict,
            reason,
            answers,
            culprit,
            economy,
            prefix: _,
            from,
            to,
            ongoing,
            end_unknown,
            culprits,
            event_kind: _,
        } = filter;
        if !kinds.is_empty() {
            self = self.push(&format!(" AND r.{kind} IN ")).list(kinds.iter().map(String::as_str));
        }
        if let Some(verdict) = verdict {
            self = self.push(" AND r.verdict = ").bind(verdict.as_str());
        }
        if let Some(reason) = reason {
            self = self.push(" AND r.reason = ").bind(reason.as_str());
        }
        if let Some(asn) = answers {
            self = self.push(" AND r.network = ").bind(i64::from(*asn));
        }
        if let Some(asn) = culprit {
            self = self.push(" AND r.culprit = ").bind(i64::from(*asn));
        }
        if let Some(economy) = economy {
            self = self.push(" AND r.economy = ").bind(economy.as_str());
        }
        if *ongoing {
            self = self.push(" AND r.ongoing = 1");
        }
        if *end_unknown {
            self = self.push(" AND r.ongoing = 2");
        }
        if let Some(culprits) = culprits {
            // Numbers as they stand: a list may be longer than a statement takes values.
            let numbers: Vec<String> = culprits.iter().map(u32::to_string).collect();
            let none = if numbers.is_empty() { "NULL".to_owned() } else { numbers.join(", ") };
            self = self.push(&format!(" AND r.culprit IN ({none})"));
        }
        if let Some(from) = from {
            // What has no length is there at its moment.
            self = self.push(" AND (r.ended > ").bind(*from).push(" OR r.started >= ").bind(*from).push(")");
        }
        if let Some(to) = to {
            self = self.push(" AND r.started < ").bind(*to);
        }
        self
    }

    /// `head` for what is inside the prefix together with `head` for what covers it: rows whose `prefix_key` and
    /// `prefix` name a prefix that touches this one. Each half is answered by the index of prefixes.
    pub(crate) fn touching(self, head: impl Fn(Statement) -> Statement, prefix: &Prefix) -> Statement {
        let last = Prefix::from_bits(prefix.family(), prefix.last_bits(), prefix.family().bits());
        let covering: Vec<Prefix> = (0..prefix.len()).filter_map(|len| prefix.truncate(len)).collect();
        let mut keys: Vec<String> = covering.iter().map(prefix_key).collect();
        keys.dedup();
        let inside = head(self)
            .push(" AND prefix_key >= ")
            .bind(prefix_key(prefix))
            .push(" AND prefix_key <= ")
            .bind(last.as_ref().map_or_else(String::new, prefix_key));
        if covering.is_empty() {
            return inside;
        }
        let texts = covering.iter().map(ToString::to_string);
        head(inside.push(" UNION "))
            .push(" AND prefix_key IN ")
            .list(keys)
            .push(" AND prefix IN ")
            .list(texts)
    }
}

/// The first address of a prefix as a text whose order is that of addresses, families apart.
pub(crate) fn prefix_key(prefix: &Prefix) -> String {
    match prefix.family() {
        Family::V4 => format!("4{:08x}", prefix.bits() >> 96),
        Family::V6 => format!("6{:032x}", prefix.bits()),
    }
}

/// The same of a prefix as a row has it; a text that is none sorts before all.
pub(crate) fn prefix_key_of(text: &str) -> String {
    text.parse::<Prefix>().map_or_else(|_| String::new(), |prefix| prefix_key(&prefix))
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(Some(text.to_owned()))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(Some(text))
    }
}

impl Store {
    /// Rows of a statement.
    pub(crate) async fn rows<T>(&self, statement: Statement) -> Result<Vec<T>, StoreError>
    where
        T: for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow> + Send + Unpin,
    {
        let mut query = sqlx::query_as::<_, T>(AssertSqlSafe(statement.sql));
        for bind in statement.binds {
            query = match bind {
                Cell::Integer(n) => query.bind(n),
                Cell::Text(t) => query.bind(t),
            };
        }
        query.fetch_all(&self.pool).await.map_err(|e| self.fail(e))
    }

    /// Documents of a statement's rows.
    pub(crate) async fn documents_of<T: DeserializeOwned>(
        &self,
        statement: Statement,
    ) -> Result<Vec<T>, StoreError> {
        let rows: Vec<(String,)> = self.rows(statement).await?;
        rows.iter().map(|(doc,)| serde_json::from_str(doc).map_err(StoreError::from)).collect()
    }
}

/// How SQLite would go about a statement, one line per step.
#[cfg(test)]
pub(crate) async fn plan(store: &Store, statement: Statement) -> String {
    use sqlx::Row;
    let mut query = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.sql)));
    for bind in statement.binds {
        query = match bind {
            Cell::Integer(n) => query.bind(n),
            Cell::Text(t) => query.bind(t),
        };
    }
    let rows = query.fetch_all(&store.pool).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>("detail") + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_addresses() {
        let prefixes =
            ["0.0.0.0/0", "9.0.0.0/8", "10.0.0.0/8", "255.255.255.255/32", "::/0", "2001:db8::/32"];
        let keys: Vec<String> = prefixes.iter().map(|text| prefix_key_of(text)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
        assert_eq!(keys[2], "40a000000");
        assert_eq!(prefix_key_of("no prefix"), "");
    }
}
