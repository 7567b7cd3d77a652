use core::fmt;
use std::sync::LazyLock;

use measure::framework::ScoreKey;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::Conformance;

/// A programme: what its participants commit themselves to.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// `network-operators`.
    pub id: String,
    /// `Network operators`.
    pub title: String,
    /// What its list says of a participant besides name and actions.
    pub columns: Vec<Column>,
    /// What it takes to be admitted, in words.
    pub minimum: String,
    /// Its actions in their order.
    #[serde(rename = "action")]
    pub actions: Vec<Action>,
    /// SHA-256 of its file, in lower-case hexadecimal.
    #[serde(skip)]
    pub digest: String,
}

/// What a list says of a participant besides name and actions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The date approved.
    Approved,
    /// Economies served.
    Areas,
    /// AS numbers.
    Networks,
}

/// One action.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Its number in the programme.
    pub number: u8,
    /// Short title.
    pub title: String,
    /// What it commits to.
    pub meaning: String,
    /// Whether it must be met.
    pub requirement: Requirement,
    /// What is stated of it, at least one.
    #[serde(rename = "item")]
    pub items: Vec<Item>,
}

/// Whether an action must be met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// By everyone.
    Mandatory,
    /// By whoever can.
    Recommended,
    /// At least one of those marked so.
    OneOf,
    /// Nothing is asked of the action as a whole: each item is stated for itself.
    ByItem,
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Requirement::Mandatory => "mandatory",
            Requirement::Recommended => "recommended",
            Requirement::OneOf => "one of several",
            Requirement::ByItem => "by item",
        })
    }
}

/// Something that lists state of a participant with one word.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Stable key, as data write it.
    pub key: String,
    /// As a heading writes it.
    pub title: String,
    /// More than the action asks for.
    #[serde(default)]
    pub extra: bool,
    /// Heading of its column in lists of the CSV form; several items may share one.
    pub column: Option<String>,
    /// The word in that column that says *conformant* for this item.
    pub word: Option<String>,
    /// Its member in lists of the JSON form, `.` between levels.
    pub member: String,
    /// The scores that are published for participants conformant with it.
    #[serde(default, rename = "scores", deserialize_with = "score_keys")]
    pub scores: Vec<ScoreKey>,
}

fn score_keys<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Vec<ScoreKey>, D::Error> {
    let words = Vec::<String>::deserialize(input)?;
    let key = |word: &String| {
        let found = ScoreKey::ALL.iter().find(|key| key.as_str() == word);
        found.copied().ok_or_else(|| serde::de::Error::custom(format!("`{word}` is no score")))
    };
    words.iter().map(key).collect()
}

impl Programme {
    /// Every item with its action, in their order.
    pub fn items(&self) -> impl Iterator<Item = (&Action, &Item)> {
        self.actions.iter().flat_map(|action| action.items.iter().map(move |item| (action, item)))
    }

    /// True when its lists have this column.
    pub fn has(&self, column: Column) -> bool {
        self.columns.contains(&column)
    }

    /// What can be stated of an item of this action; [`Conformance::NotStated`] takes back what was.
    pub fn words(action: &Action) -> &'static [Conformance] {
        use Conformance::{
            Conformant, Implemented, NonConformant, NotImplemented, NotStated, Pending, Planned,
        };
        match action.requirement {
            Requirement::ByItem => &[Implemented, Planned, NotImplemented, NotStated],
            Requirement::Mandatory | Requirement::Recommended | Requirement::OneOf => {
                &[Conformant, NonConformant, Pending, NotStated]
            }
        }
    }

    /// The item whose conformance opens a score, with its action; `None` when the programme publishes no such
    /// score.
    pub fn publishes(&self, score: ScoreKey) -> Option<(&Action, &Item)> {
        self.items().find(|(_, item)| item.scores.contains(&score))
    }
}

/// No programme of that name is shipped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownProgramme(pub String);

impl fmt::Display for UnknownProgramme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = shipped().iter().map(|p| p.id.as_str()).collect();
        write!(f, "there is no programme `{}`: known are {}", self.0, ids.join(", "))
    }
}

impl std::error::Error for UnknownProgramme {}

static SHIPPED: LazyLock<Vec<Programme>> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../programmes/network-operators.toml"),
        include_str!("../../../programmes/ixps.toml"),
        include_str!("../../../programmes/cdns-and-clouds.toml"),
        include_str!("../../../programmes/equipment-vendors.toml"),
    ];
    let read = |text: &str| {
        let programme: Programme =
            toml::from_str(text).expect("a shipped programme is sound: a test reads each");
        let digest = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Programme { digest, ..programme }
    };
    texts.map(read).into()
});

/// The programmes built in, in the order they are shown.
pub fn shipped() -> &'static [Programme] {
    &SHIPPED
}

/// A shipped programme by its id.
///
/// # Errors
/// When there is none of that id; says which there are.
pub fn load(id: &str) -> Result<&'static Programme, UnknownProgramme> {
    shipped().iter().find(|p| p.id == id).ok_or_else(|| UnknownProgramme(id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_programme_is_sound() {
        let ids: Vec<&str> = shipped().iter().map(|p| p.id.as_str()).collect();
        assert_eq!(ids, ["network-operators", "ixps", "cdns-and-clouds", "equipment-vendors"]);
        for programme in shipped() {
            let keys: Vec<&str> = programme.items().map(|(_, item)| item.key.as_str()).collect();
            let mut once = keys.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), keys.len(), "{}: a key is used twice", programme.id);
            let numbers: Vec<u8> = programme.actions.iter().map(|a| a.number).collect();
            assert_eq!(numbers, (1..=numbers.len() as u8).collect::<Vec<_>>(), "{}", programme.id);
            assert!(programme.actions.iter().all(|a| !a.items.is_empty()));
            assert!(programme.items().all(|(_, i)| i.column.is_some() == i.word.is_some()));
            assert_eq!(load(&programme.id).unwrap().digest.len(), 64);
        }
    }

    #[test]
    fn what_is_asked_is_what_the_framework_says() {
        let asked = |id: &str| {
            let asked: Vec<String> =
                load(id).unwrap().actions.iter().map(|a| format!("{} {}", a.number, a.requirement)).collect();
            asked.join(", ")
        };
        assert_eq!(asked("network-operators"), "1 mandatory, 2 recommended, 3 mandatory, 4 mandatory");
        assert_eq!(
            asked("ixps"),
            "1 mandatory, 2 mandatory, 3 one of several, 4 one of several, 5 one of several"
        );
        assert_eq!(
            asked("cdns-and-clouds"),
            "1 mandatory, 2 mandatory, 3 mandatory, 4 mandatory, 5 mandatory, 6 recommended"
        );
        assert_eq!(asked("equipment-vendors"), "1 by item, 2 by item");
        let extras = load("cdns-and-clouds").unwrap().items().filter(|(_, item)| item.extra);
        assert_eq!(extras.map(|(_, item)| item.title.as_str()).collect::<Vec<_>>(), ["ROV", "AS-SET"]);
        assert!(load("isps").unwrap_err().to_string().contains("known are network-operators, ixps"));
    }
}
