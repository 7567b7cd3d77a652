//! What was seen before: who originated which prefix, and which links stood on paths, with the first and the
//! last moment a source shows them. An explicit input of detection: what no source covers is unknown, not new.

mod links;
mod origins;
mod parse;

use routing::{Asn, Prefix, Timestamp};

pub use links::{LinkSeen, Links};
pub use origins::{OriginSeen, Origins};
pub use parse::parse;

use crate::relationships::{Relation, RelationshipTable, Relationships};

/// One source of history.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HistorySource {
    /// The moment it speaks of.
    pub as_of: Timestamp,
    /// Which one, for a reader.
    pub label: String,
    /// How many origins or links it holds.
    pub records: u64,
    /// It shows links, and so says something by those that it does not show.
    pub links: bool,
    /// It is a file of relationships.
    pub relationships: bool,
}

/// Everything known from before. The order in which sources are added does not matter.
#[derive(Clone, Debug, Default)]
pub struct History {
    sources: Vec<HistorySource>,
    origins: Origins,
    links: Links,
    relationships: Vec<(Timestamp, RelationshipTable)>,
}

impl History {
    /// Adds a table of prefixes and their origins.
    pub fn add_origins(&mut self, label: &str, as_of: Timestamp, origins: &[(Prefix, Asn)]) {
        self.say(label, as_of, origins.len(), (false, false));
        self.origins.add(as_of, origins);
    }

    /// Adds links seen on paths; each is given from the collector's side to the origin's.
    pub fn add_links(&mut self, label: &str, as_of: Timestamp, links: impl IntoIterator<Item = (Asn, Asn)>) {
        let before = self.links.len();
        links.into_iter().for_each(|(near, far)| self.links.add(as_of, near, far));
        self.say(label, as_of, self.links.len() - before, (true, false));
    }

    /// Adds a file of relationships: its links were seen, in which direction it does not say.
    pub fn add_relationships(&mut self, label: &str, as_of: Timestamp, file: &Relationships) {
        self.say(label, as_of, file.links.len(), (true, true));
        for link in &file.links {
            self.links.add(as_of, link.a, link.b);
            self.links.add(as_of, link.b, link.a);
        }
        self.relationships.push((as_of, RelationshipTable::new(&file.links)));
        self.relationships.sort_by_key(|(as_of, _)| *as_of);
    }

    fn say(&mut self, label: &str, as_of: Timestamp, records: usize, (links, relationships): (bool, bool)) {
        let (label, records) = (label.to_owned(), records as u64);
        self.sources.push(HistorySource { as_of, label, records, links, relationships });
        self.sources.sort();
    }

    /// Its sources in the order of time.
    pub fn sources(&self) -> &[HistorySource] {
        &self.sources
    }

    /// The latest source that is not newer than `at`, of files of relationships or of everything else.
    pub fn latest(&self, at: Timestamp, relationships: bool) -> Option<&HistorySource> {
        self.sources.iter().rev().find(|s| s.as_of <= at && s.relationships == relationships)
    }

    /// The moment of the latest source of links that is not newer than `at`.
    pub fn latest_links(&self, at: Timestamp) -> Option<Timestamp> {
        let links = self.sources.iter().rev().find(|source| source.links && source.as_of <= at);
        links.map(|source| source.as_of)
    }

    /// Who originated what.
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// Which links were seen.
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// The latest relationships that are not newer than `at`, with their moment.
    pub fn relationships(&self, at: Timestamp) -> Option<(Timestamp, &RelationshipTable)> {
        self.relationships.iter().rev().find(|(as_of, _)| *as_of <= at).map(|(as_of, table)| (*as_of, table))
    }

    /// What `neighbour` was to `asn` by the latest relationships that are not newer than `at`.
    pub fn relation(&self, asn: Asn, neighbour: Asn, at: Timestamp) -> Option<Relation> {
        self.relationships(at)?.1.relation(asn, neighbour)
    }
}
