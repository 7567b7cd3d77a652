//! Every network of a publication as columns: what lists, filters, sorts and searches read instead of the
//! documents. Written with the publication, from the same rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::{Any, Transaction};

use crate::publish::{WriteError, document, insert, text};
use crate::{NetworkRow, Publication, ScoreRow, Store, StoreError};

/// The networks of a publication in the order of their ASNs; every column has one entry for each.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Directory {
    /// AS numbers.
    pub asns: Vec<u32>,
    /// Names; empty where none is known.
    pub names: Texts,
    /// Holders; empty where none is known.
    pub organisations: Texts,
    /// Registered economies; empty where none is known.
    pub economies: Words,
    /// Registries, in the words of [`NetworkRow::registry`].
    pub registries: Words,
    /// Distinct IPv4 prefixes originated.
    pub routes_ipv4: Vec<u64>,
    /// Distinct IPv6 prefixes originated.
    pub routes_ipv6: Vec<u64>,
    /// Statuses of their AS numbers in delegation files, `assigned`; empty where none loaded has it. Absent in
    /// publications from before they were kept here.
    #[serde(default)]
    pub statuses: Option<Words>,
}

/// What a framework says of the networks of a [`Directory`], in its order.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ScoreColumns {
    /// One per score, in the framework's order.
    pub columns: Vec<ScoreColumn>,
    /// Incidents each network answers for.
    pub incidents: Vec<u32>,
}

/// One score of every network.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ScoreColumn {
    /// Key, such as `filtering`.
    pub key: String,
    /// From 0 to 1; `None` without data.
    pub scores: Vec<Option<f64>>,
    /// First letters of the grades `ready`, `aspiring`, `lagging`; `-` without data.
    pub grades: String,
}

impl ScoreColumn {
    /// Grade of the network at `index`; `None` without data.
    pub fn grade(&self, index: usize) -> Option<&'static str> {
        match self.grades.as_bytes().get(index)? {
            b'r' => Some("ready"),
            b'a' => Some("aspiring"),
            b'l' => Some("lagging"),
            _ => None,
        }
    }
}

/// Many short texts in one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    /// The text at `index`.
    pub fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[index] as usize]
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|index| self.get(index))
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Texts {
        let mut all = Texts::default();
        for text in texts {
            all.text.push_str(text);
            all.ends.push(u32::try_from(all.text.len()).expect("names of one month are below 4 GiB"));
        }
        all
    }
}

impl Serialize for Texts {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Texts, D::Error> {
        let texts: Vec<String> = Vec::deserialize(from)?;
        Ok(texts.iter().map(String::as_str).collect())
    }
}

/// A column of few different words.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Words {
    /// The different words, in their order.
    pub words: Vec<String>,
    /// Which of them each entry is.
    pub places: Vec<u16>,
}

impl Words {
    /// The word at `index`.
    pub fn get(&self, index: usize) -> &str {
        &self.words[usize::from(self.places[index])]
    }
}

impl<'a> FromIterator<&'a str> for Words {
    fn from_iter<I: IntoIterator<Item = &'a str>>(words: I) -> Words {
        let words: Vec<&str> = words.into_iter().collect();
        let mut places: BTreeMap<&str, u16> = words.iter().map(|word| (*word, 0)).collect();
        for (place, number) in places.values_mut().zip(0..) {
            *place = number;
        }
        let column = words.iter().map(|word| places[word]).collect();
        Words { words: places.keys().map(|word| (*word).to_owned()).collect(), places: column }
    }
}

impl Directory {
    fn of(networks: &[&NetworkRow]) -> Directory {
        Directory {
            asns: networks.iter().map(|n| n.asn).collect(),
            names: networks.iter().map(|n| n.name.as_deref().unwrap_or_default()).collect(),
            organisations: networks.iter().map(|n| n.organisation.as_deref().unwrap_or_default()).collect(),
            economies: networks.iter().map(|n| n.economy.as_deref().unwrap_or_default()).collect(),
            registries: networks.iter().map(|n| n.registry.as_str()).collect(),
            routes_ipv4: networks.iter().map(|n| n.routes[0]).collect(),
            routes_ipv6: networks.iter().map(|n| n.routes[1]).collect(),
            statuses: Some(networks.iter().map(|n| n.status.as_deref().unwrap_or_default()).collect()),
        }
    }

    /// Where a network stands.
    pub fn index(&self, asn: u32) -> Option<usize> {
        self.asns.binary_search(&asn).ok()
    }
}

/// What one framework says, in the order of the networks, while it is gathered.
#[derive(Default)]
struct Gathered {
    columns: Vec<ScoreColumn>,
    /// Letters of the grades, column by column.
    grades: Vec<Vec<u8>>,
    incidents: Vec<u32>,
}

impl Gathered {
    fn add(&mut self, place: usize, networks: usize, score: &ScoreRow) {
        let column = self.columns.iter().position(|column| column.key == score.key).unwrap_or_else(|| {
            let scores = vec![None; networks];
            self.columns.push(ScoreColumn { key: score.key.clone(), scores, grades: String::new() });
            self.grades.push(vec![b'-'; networks]);
            self.columns.len() - 1
        });
        self.columns[column].scores[place] = score.score;
        let letter = score.grade.as_ref().and_then(|grade| grade.bytes().next());
        self.grades[column][place] = letter.filter(u8::is_ascii).unwrap_or(b'-');
    }

    fn finish(mut self) -> ScoreColumns {
        for (column, grades) in self.columns.iter_mut().zip(self.grades) {
            column.grades = grades.into_iter().map(char::from).collect();
        }
        ScoreColumns { columns: self.columns, incidents: self.incidents }
    }
}

/// What each framework says: its rows are gone through once.
fn gather(publication: &Publication<'_>, networks: &[&NetworkRow]) -> BTreeMap<String, Gathered> {
    let places: BTreeMap<u32, usize> = networks.iter().enumerate().map(|(i, n)| (n.asn, i)).collect();
    let nothing = || Gathered { incidents: vec![0; networks.len()], ..Gathered::default() };
    let names = publication.head.frameworks.iter().map(|framework| framework.id.clone());
    let mut all: BTreeMap<String, Gathered> = names.map(|id| (id, nothing())).collect();
    for row in publication.readiness.iter() {
        if let (Some(&place), Some(of)) = (places.get(&row.asn), all.get_mut(&row.framework)) {
            row.scores.iter().for_each(|score| of.add(place, networks.len(), score));
        }
    }
    for row in &publication.incidents {
        if let (Some(&place), Some(of)) = (places.get(&row.network), all.get_mut(&row.framework)) {
            of.incidents[place] += 1;
        }
    }
    all
}

/// Writes the columns of a publication: those of the networks, and those of each framework.
pub(crate) async fn record(
    tx: &mut Transaction<'_, Any>,
    id: i64,
    publication: &Publication<'_>,
) -> Result<(), WriteError> {
    let mut networks: Vec<&NetworkRow> = publication.networks.iter().collect();
    networks.sort_by_key(|network| network.asn);
    let directory = [Ok([id.into(), text(""), document(&Directory::of(&networks))?])];
    insert(tx, "directory (publication, framework, doc)", directory).await?;
    for (framework, gathered) in gather(publication, &networks) {
        let row = [Ok([id.into(), text(&framework), document(&gathered.finish())?])];
        insert(tx, "directory (publication, framework, doc)", row).await?;
    }
    Ok(())
}

impl Store {
    /// The networks of a publication as columns.
    pub async fn directory(&self, publication: i64) -> Result<Directory, StoreError> {
        Ok(self.columns(publication, "").await?.unwrap_or_default())
    }

    /// What a framework says of them.
    pub async fn score_columns(&self, publication: i64, framework: &str) -> Result<ScoreColumns, StoreError> {
        Ok(self.columns(publication, framework).await?.unwrap_or_default())
    }

    async fn columns<T: for<'de> Deserialize<'de>>(
        &self,
        publication: i64,
        framework: &str,
    ) -> Result<Option<T>, StoreError> {
        let doc: Option<String> =
            sqlx::query_scalar("SELECT doc FROM directory WHERE publication = $1 AND framework = $2")
                .bind(publication)
                .bind(framework.to_owned())
                .fetch_optional(&self.pool)
                .await
                .map_err(|e| self.fail(e))?;
        Ok(doc.as_deref().map(serde_json::from_str).transpose()?)
    }
}
