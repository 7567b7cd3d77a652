use crate::{Store, StoreError};

/// Version of the tables below.
const SCHEMA: i64 = 5;

/// Documents (`doc`) hold what is only ever shown whole; what is searched, sorted or joined is a column.
const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS publication (
        id BIGINT PRIMARY KEY,
        month TEXT NOT NULL,
        revision BIGINT NOT NULL,
        generation TEXT NOT NULL,
        doc TEXT NOT NULL,
        UNIQUE (month, revision))",
    "CREATE TABLE IF NOT EXISTS current_publication (
        month TEXT PRIMARY KEY,
        publication BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS source (
        publication BIGINT NOT NULL,
        name TEXT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, name))",
    "CREATE TABLE IF NOT EXISTS network (
        publication BIGINT NOT NULL,
        asn BIGINT NOT NULL,
        name TEXT,
        economy TEXT,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, asn))",
    "CREATE TABLE IF NOT EXISTS readiness (
        publication BIGINT NOT NULL,
        framework TEXT NOT NULL,
        asn BIGINT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, framework, asn))",
    "CREATE TABLE IF NOT EXISTS aggregate (
        publication BIGINT NOT NULL,
        framework TEXT NOT NULL,
        scope TEXT NOT NULL,
        area TEXT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, framework, scope, area))",
    "CREATE TABLE IF NOT EXISTS event (
        publication BIGINT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        verdict TEXT NOT NULL,
        reason TEXT NOT NULL,
        story TEXT,
        culprit BIGINT,
        economy TEXT,
        prefix_key TEXT NOT NULL,
        prefix TEXT NOT NULL,
        started BIGINT NOT NULL,
        ended BIGINT NOT NULL,
        ongoing BIGINT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, id))",
    "CREATE INDEX IF NOT EXISTS event_started ON event (publication, started, id)",
    "CREATE INDEX IF NOT EXISTS event_kind ON event (publication, kind, started, id)",
    "CREATE INDEX IF NOT EXISTS event_verdict ON event (publication, verdict, started, id)",
    "CREATE INDEX IF NOT EXISTS event_reason ON event (publication, reason, started, id)",
    "CREATE INDEX IF NOT EXISTS event_story ON event (publication, story, started, id)",
    "CREATE INDEX IF NOT EXISTS event_culprit ON event (publication, culprit, started, id)",
    "CREATE INDEX IF NOT EXISTS event_economy ON event (publication, economy, started, id)",
    "CREATE INDEX IF NOT EXISTS event_ongoing ON event (publication, ongoing, started, id)",
    "CREATE INDEX IF NOT EXISTS event_prefix ON event (publication, prefix_key, prefix)",
    "CREATE TABLE IF NOT EXISTS event_accomplice (
        publication BIGINT NOT NULL,
        asn BIGINT NOT NULL,
        event TEXT NOT NULL,
        PRIMARY KEY (publication, asn, event))",
    "CREATE TABLE IF NOT EXISTS event_victim (
        publication BIGINT NOT NULL,
        asn BIGINT NOT NULL,
        event TEXT NOT NULL,
        PRIMARY KEY (publication, asn, event))",
    "CREATE TABLE IF NOT EXISTS event_count (
        publication BIGINT NOT NULL,
        kind TEXT NOT NULL,
        verdict TEXT NOT NULL,
        events BIGINT NOT NULL,
        PRIMARY KEY (publication, kind, verdict))",
    "CREATE TABLE IF NOT EXISTS replay (
        publication BIGINT NOT NULL,
        event TEXT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, event))",
    // matched: 1 where an event of ours is told of.
    "CREATE TABLE IF NOT EXISTS opinion (
        publication BIGINT NOT NULL,
        id TEXT NOT NULL,
        started BIGINT NOT NULL,
        matched BIGINT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, id))",
    "CREATE INDEX IF NOT EXISTS opinion_started ON opinion (publication, started, id)",
    "CREATE INDEX IF NOT EXISTS opinion_matched ON opinion (publication, matched, started, id)",
    "CREATE TABLE IF NOT EXISTS opinion_network (
        publication BIGINT NOT NULL,
        asn BIGINT NOT NULL,
        opinion TEXT NOT NULL,
        PRIMARY KEY (publication, asn, opinion))",
    "CREATE TABLE IF NOT EXISTS opinion_event (
        publication BIGINT NOT NULL,
        event TEXT NOT NULL,
        opinion TEXT NOT NULL,
        PRIMARY KEY (publication, event, opinion))",
    "CREATE TABLE IF NOT EXISTS incident (
        publication BIGINT NOT NULL,
        framework TEXT NOT NULL,
        id TEXT NOT NULL,
        metric TEXT NOT NULL,
        verdict TEXT NOT NULL,
        reason TEXT NOT NULL,
        network BIGINT NOT NULL,
        culprit BIGINT,
        economy TEXT,
        started BIGINT NOT NULL,
        ended BIGINT NOT NULL,
        ongoing BIGINT NOT NULL,
        lasted BIGINT NOT NULL,
        adds_billionths BIGINT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, framework, id))",
    // framework: empty for what no framework says.
    "CREATE TABLE IF NOT EXISTS directory (
        publication BIGINT NOT NULL,
        framework TEXT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, framework))",
    "CREATE TABLE IF NOT EXISTS incident_event (
        publication BIGINT NOT NULL,
        framework TEXT NOT NULL,
        event TEXT NOT NULL,
        incident TEXT NOT NULL,
        PRIMARY KEY (publication, framework, event, incident))",
    // `prefix_key` is the first address as a text in the order of addresses.
    "CREATE TABLE IF NOT EXISTS incident_prefix (
        publication BIGINT NOT NULL,
        framework TEXT NOT NULL,
        prefix_key TEXT NOT NULL,
        prefix TEXT NOT NULL,
        incident TEXT NOT NULL,
        PRIMARY KEY (publication, framework, prefix_key, prefix, incident))",
    "CREATE TABLE IF NOT EXISTS incident_count (
        publication BIGINT NOT NULL,
        framework TEXT NOT NULL,
        metric TEXT NOT NULL,
        incidents BIGINT NOT NULL,
        PRIMARY KEY (publication, framework, metric))",
    "CREATE TABLE IF NOT EXISTS peer (
        publication BIGINT NOT NULL,
        collector TEXT NOT NULL,
        address TEXT NOT NULL,
        asn BIGINT NOT NULL,
        family BIGINT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, collector, address, asn, family))",
    "CREATE TABLE IF NOT EXISTS participant (
        publication BIGINT NOT NULL,
        programme TEXT NOT NULL,
        id TEXT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, programme, id))",
    "CREATE TABLE IF NOT EXISTS programme (
        publication BIGINT NOT NULL,
        framework TEXT NOT NULL,
        programme TEXT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, framework, programme))",
    // made_…: to us; valid_from: in the world. No row is ever changed or deleted.
    "CREATE TABLE IF NOT EXISTS register_edit (
        number BIGINT PRIMARY KEY,
        made_at BIGINT NOT NULL,
        made_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        programme TEXT NOT NULL,
        participant TEXT NOT NULL,
        valid_from TEXT NOT NULL,
        what TEXT NOT NULL,
        old_doc TEXT NOT NULL,
        new_doc TEXT NOT NULL)",
    // scope: world, economy, region, programme (area empty for all) or participant (area programme/id).
    "CREATE TABLE IF NOT EXISTS tally (
        publication BIGINT NOT NULL,
        framework TEXT NOT NULL,
        scope TEXT NOT NULL,
        area TEXT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, framework, scope, area))",
    // What others published as scores: theirs, in tables of their own.
    "CREATE TABLE IF NOT EXISTS foreign_series (
        publication BIGINT NOT NULL,
        series TEXT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, series))",
    "CREATE TABLE IF NOT EXISTS foreign_subject (
        publication BIGINT NOT NULL,
        series TEXT NOT NULL,
        subject TEXT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, series, subject))",
    "CREATE TABLE IF NOT EXISTS foreign_network (
        publication BIGINT NOT NULL,
        asn BIGINT NOT NULL,
        series TEXT NOT NULL,
        subject TEXT NOT NULL,
        PRIMARY KEY (publication, asn, series, subject))",
    // valid_…: in the world, by month; known_…: to us, in Unix seconds.
    "CREATE TABLE IF NOT EXISTS holding (
        asn BIGINT NOT NULL,
        valid_from TEXT NOT NULL,
        valid_to TEXT,
        holder TEXT NOT NULL,
        known_from BIGINT NOT NULL,
        known_to BIGINT)",
    "CREATE INDEX IF NOT EXISTS holding_asn ON holding (asn)",
    "CREATE TABLE IF NOT EXISTS snapshot (
        digest TEXT NOT NULL,
        source TEXT NOT NULL,
        kind TEXT NOT NULL,
        valid_from BIGINT NOT NULL,
        valid_to BIGINT,
        known_from BIGINT NOT NULL,
        known_to BIGINT,
        part TEXT NOT NULL,
        records BIGINT NOT NULL,
        PRIMARY KEY (source, digest))",
    "CREATE TABLE IF NOT EXISTS job (
        id BIGINT PRIMARY KEY,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        state TEXT NOT NULL,
        due_at BIGINT NOT NULL,
        attempts BIGINT NOT NULL,
        claimed_by TEXT,
        lease_until BIGINT,
        started_at BIGINT,
        finished_at BIGINT,
        outcome TEXT,
        doc TEXT NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS job_open ON job (kind, subject) WHERE state IN ('waiting', 'running')",
    "CREATE INDEX IF NOT EXISTS incident_network ON incident (publication, framework, network, started, id)",
    "CREATE INDEX IF NOT EXISTS incident_started ON incident (publication, framework, started, id)",
    "CREATE INDEX IF NOT EXISTS incident_metric ON incident (publication, framework, metric, started, id)",
    "CREATE INDEX IF NOT EXISTS incident_verdict ON incident (publication, framework, verdict, started, id)",
    "CREATE INDEX IF NOT EXISTS incident_reason ON incident (publication, framework, reason, started, id)",
    "CREATE INDEX IF NOT EXISTS incident_culprit ON incident (publication, framework, culprit, started, id)",
    "CREATE INDEX IF NOT EXISTS incident_economy ON incident (publication, framework, economy, started, id)",
    "CREATE INDEX IF NOT EXISTS incident_ongoing ON incident (publication, framework, ongoing, started, id)",
    "CREATE INDEX IF NOT EXISTS incident_lasted ON incident (publication, framework, lasted, id)",
    "CREATE INDEX IF NOT EXISTS incident_adds ON incident (publication, framework, adds_billionths, id)",
    "CREATE INDEX IF NOT EXISTS network_economy ON network (publication, economy, asn)",
    "CREATE TABLE IF NOT EXISTS roa_month (publication BIGINT PRIMARY KEY, doc TEXT NOT NULL)",
    // last: 1 on the last day of the month that has a snapshot.
    "CREATE TABLE IF NOT EXISTS roa_day (
        publication BIGINT NOT NULL,
        scope TEXT NOT NULL,
        area TEXT NOT NULL,
        day TEXT NOT NULL,
        last BIGINT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, scope, area, day))",
    "CREATE INDEX IF NOT EXISTS roa_day_scope ON roa_day (publication, scope, day, area)",
    "CREATE INDEX IF NOT EXISTS roa_day_last ON roa_day (publication, scope, area, last)",
    "CREATE TABLE IF NOT EXISTS roa_network (
        publication BIGINT NOT NULL,
        asn BIGINT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, asn))",
    "CREATE TABLE IF NOT EXISTS roa_change (
        publication BIGINT NOT NULL,
        id BIGINT NOT NULL,
        day TEXT NOT NULL,
        asn BIGINT NOT NULL,
        economy TEXT,
        kind TEXT NOT NULL,
        prefix_key TEXT NOT NULL,
        prefix TEXT NOT NULL,
        doc TEXT NOT NULL,
        PRIMARY KEY (publication, id))",
    "CREATE INDEX IF NOT EXISTS roa_change_day ON roa_change (publication, day, id)",
    "CREATE INDEX IF NOT EXISTS roa_change_network ON roa_change (publication, asn, id)",
    "CREATE INDEX IF NOT EXISTS roa_change_economy ON roa_change (publication, economy, id)",
    "CREATE INDEX IF NOT EXISTS roa_change_kind ON roa_change (publication, kind, id)",
    "CREATE INDEX IF NOT EXISTS roa_change_prefix ON roa_change (publication, prefix_key, prefix)",
];

/// Every table whose rows belong to a publication.
pub(crate) const PARTS: &[&str] = &[
    "source",
    "network",
    "readiness",
    "aggregate",
    "event",
    "event_accomplice",
    "event_victim",
    "event_count",
    "replay",
    "opinion",
    "opinion_network",
    "opinion_event",
    "incident",
    "incident_event",
    "incident_prefix",
    "incident_count",
    "peer",
    "participant",
    "programme",
    "directory",
    "tally",
    "foreign_series",
    "foreign_subject",
    "foreign_network",
    "roa_month",
    "roa_day",
    "roa_network",
    "roa_change",
];

impl Store {
    pub(crate) async fn migrate(&self) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await.map_err(|e| self.fail(e))?;
        for table in TABLES {
            sqlx::query(*table).execute(&mut *tx).await.map_err(|e| self.fail(e))?;
        }
        let found: Option<i64> = sqlx::query_scalar("SELECT version FROM schema_version")
            .fetch_optional(&mut *tx)
            .await
            .map_err(|e| self.fail(e))?;
        match found {
            Some(SCHEMA) => {}
            Some(found) => {
                return Err(StoreError::Schema { url: self.url.clone(), found, expected: SCHEMA });
            }
            None => {
                sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
                    .bind(SCHEMA)
                    .execute(&mut *tx)
                    .await
                    .map_err(|e| self.fail(e))?;
            }
        }
        tx.commit().await.map_err(|e| self.fail(e))
    }
}
