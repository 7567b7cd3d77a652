use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

use reference::Country;
use routing::{Asn, Date, Timestamp};
use serde_json::{Value, json};

use crate::{Conformance, Programme};

/// Longest name, id or partner, and longest reason, in characters.
const NAME_CHARS_MAX: usize = 200;
const REASON_CHARS_MAX: usize = 1000;

/// Most entries of one list inside an edit: networks, areas, partners.
const LISTED_MAX: usize = 5000;

/// One edit of the register of participants: it is kept as it was made, and never changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// 1 for the first edit, one more for each: the revision of the register that it makes.
    pub number: u64,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The programme.
    pub programme: String,
    /// The participant, by its id in the programme.
    pub participant: String,
    /// The first day on which it holds.
    pub from: Date,
    /// What it changes.
    pub change: Change,
}

/// What an edit changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// The participant, or applicant, is entered.
    Added {
        /// Its name.
        organisation: String,
        /// False while it has applied and is not yet approved: then it does not count.
        admitted: bool,
        /// When it was approved; `None` when not known, or not yet.
        approved: Option<Date>,
        /// Economies it serves.
        areas: BTreeSet<Country>,
        /// Its networks.
        networks: BTreeSet<Asn>,
        /// Organisations that vouch for it.
        partners: Vec<String>,
        /// What is stated of it, by item.
        conformance: BTreeMap<String, Conformance>,
    },
    /// It bears another name.
    Renamed(String),
    /// It is approved as of a day; from then on it counts.
    Approved(Date),
    /// It serves these economies.
    Areas(BTreeSet<Country>),
    /// These organisations vouch for it.
    Partners(Vec<String>),
    /// An item is stated of it.
    Conformance(String, Conformance),
    /// A network belongs to it.
    NetworkAdded(Asn),
    /// A network no longer belongs to it.
    NetworkRemoved(Asn),
    /// It takes part no longer.
    Removed,
}

/// An edit that cannot be made, or a stored one that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EditError(pub String);

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EditError {}

impl Change {
    /// Every word that [`Change::what`] gives.
    pub const WHATS: [&'static str; 9] = [
        "added",
        "renamed",
        "approved",
        "areas",
        "partners",
        "conformance",
        "network_added",
        "network_removed",
        "removed",
    ];

    /// What kind of change, in a word.
    pub fn what(&self) -> &'static str {
        let place = match self {
            Change::Added { .. } => 0,
            Change::Renamed(_) => 1,
            Change::Approved(_) => 2,
            Change::Areas(_) => 3,
            Change::Partners(_) => 4,
            Change::Conformance(..) => 5,
            Change::NetworkAdded(_) => 6,
            Change::NetworkRemoved(_) => 7,
            Change::Removed => 8,
        };
        Change::WHATS[place]
    }

    /// The new value, as it is kept; null of a removal.
    pub fn value(&self) -> Value {
        let codes = |areas: &BTreeSet<Country>| areas.iter().map(|a| a.code().to_owned()).collect::<Vec<_>>();
        match self {
            Change::Added { organisation, admitted, approved, areas, networks, partners, conformance } => {
                let stated = conformance.iter().map(|(item, word)| (item.clone(), word.as_str().into()));
                json!({
                    "organisation": organisation,
                    "admitted": admitted,
                    "approved": approved.map(|day| day.to_string()),
                    "areas": codes(areas),
                    "networks": networks.iter().map(|asn| asn.0).collect::<Vec<_>>(),
                    "partners": partners,
                    "conformance": stated.collect::<serde_json::Map<String, Value>>(),
                })
            }
            Change::Renamed(name) => json!(name),
            Change::Approved(day) => json!(day.to_string()),
            Change::Areas(areas) => json!(codes(areas)),
            Change::Partners(partners) => json!(partners),
            Change::Conformance(item, word) => json!({ "item": item, "word": word.as_str() }),
            Change::NetworkAdded(asn) | Change::NetworkRemoved(asn) => json!(asn.0),
            Change::Removed => Value::Null,
        }
    }

    /// Reads back what [`Change::what`] and [`Change::value`] gave.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(what: &str, value: &Value) -> Result<Change, EditError> {
        let wrong = || EditError(format!("`{what}` of the register cannot be read: {value}"));
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(wrong);
        let day = |value: &Value| text(value)?.parse::<Date>().map_err(|_| wrong());
        let asn = |value: &Value| {
            let number = value.as_u64().and_then(|n| u32::try_from(n).ok());
            number.map(Asn).ok_or_else(wrong)
        };
        let list = |value: &Value| value.as_array().cloned().ok_or_else(wrong);
        let country = |value: Value| text(&value)?.parse::<Country>().map_err(|()| wrong());
        let areas = |value: &Value| list(value)?.into_iter().map(country).collect::<Result<BTreeSet<_>, _>>();
        let texts = |value: &Value| list(value)?.iter().map(text).collect::<Result<Vec<_>, _>>();
        let word = |value: &Value| {
            let known = Conformance::ALL.into_iter().find(|known| Some(known.as_str()) == value.as_str());
            known.ok_or_else(wrong)
        };
        Ok(match what {
            "added" => Change::Added {
                organisation: text(&value["organisation"])?,
                admitted: value["admitted"].as_bool().ok_or_else(wrong)?,
                approved: match &value["approved"] {
                    Value::Null => None,
                    stated => Some(day(stated)?),
                },
                areas: areas(&value["areas"])?,
                networks: list(&value["networks"])?.iter().map(asn).collect::<Result<_, _>>()?,
                partners: texts(&value["partners"])?,
                conformance: value["conformance"]
                    .as_object()
                    .ok_or_else(wrong)?
                    .iter()
                    .map(|(item, stated)| Ok((item.clone(), word(stated)?)))
                    .collect::<Result<_, EditError>>()?,
            },
            "renamed" => Change::Renamed(text(value)?),
            "approved" => Change::Approved(day(value)?),
            "areas" => Change::Areas(areas(value)?),
            "partners" => Change::Partners(texts(value)?),
            "conformance" => Change::Conformance(text(&value["item"])?, word(&value["word"])?),
            "network_added" => Change::NetworkAdded(asn(value)?),
            "network_removed" => Change::NetworkRemoved(asn(value)?),
            "removed" => Change::Removed,
            _ => return Err(EditError(format!("the register knows no change `{what}`"))),
        })
    }
}

impl Edit {
    /// Refuses what no participant of `programme` can have, whatever the register holds.
    ///
    /// # Errors
    /// Says what is wrong, and what is allowed.
    pub fn examine(&self, programme: &Programme) -> Result<(), EditError> {
        name("who makes the edit", &self.by, NAME_CHARS_MAX)?;
        name("the reason", &self.reason, REASON_CHARS_MAX)?;
        name("the participant's id", &self.participant, NAME_CHARS_MAX)?;
        match &self.change {
            Change::Added { organisation, admitted, approved, networks, partners, conformance, areas } => {
                name("the organisation's name", organisation, NAME_CHARS_MAX)?;
                if approved.is_some() && !admitted {
                    return Err(EditError("who has a day of approval is approved".to_owned()));
                }
                bounded("networks", networks.len())?;
                bounded("economies", areas.len())?;
                networks.iter().try_for_each(|asn| network(*asn))?;
                vouching(partners)?;
                conformance.iter().try_for_each(|(item, word)| stated(programme, item, *word))
            }
            Change::Renamed(organisation) => name("the organisation's name", organisation, NAME_CHARS_MAX),
            Change::Partners(partners) => vouching(partners),
            Change::Conformance(item, word) => stated(programme, item, *word),
            Change::NetworkAdded(asn) | Change::NetworkRemoved(asn) => network(*asn),
            Change::Areas(areas) => bounded("economies", areas.len()),
            Change::Approved(_) | Change::Removed => Ok(()),
        }
    }
}

fn name(what: &str, text: &str, chars_max: usize) -> Result<(), EditError> {
    if text.trim().is_empty() || text.trim() != text {
        return Err(EditError(format!("{what} must be a text without spaces around it, it is `{text}`")));
    }
    if text.chars().any(char::is_control) {
        return Err(EditError(format!("{what} holds a control character: `{}`", text.escape_debug())));
    }
    match text.chars().count() {
        n if n > chars_max => Err(EditError(format!("{what} has {n} characters: at most {chars_max}"))),
        _ => Ok(()),
    }
}

fn bounded(what: &str, n: usize) -> Result<(), EditError> {
    if n > LISTED_MAX {
        return Err(EditError(format!("{n} {what} are too many: at most {LISTED_MAX}")));
    }
    Ok(())
}

fn network(asn: Asn) -> Result<(), EditError> {
    if asn == Asn::ZERO || asn.0 == u32::MAX {
        return Err(EditError(format!(
            "{asn} is nobody's network (RFC 7607, RFC 7300): from AS1 to AS4294967294"
        )));
    }
    Ok(())
}

fn vouching(partners: &[String]) -> Result<(), EditError> {
    bounded("partners", partners.len())?;
    partners.iter().try_for_each(|partner| name("a partner's name", partner, NAME_CHARS_MAX))
}

fn stated(programme: &Programme, key: &str, word: Conformance) -> Result<(), EditError> {
    let Some((action, _)) = programme.items().find(|(_, item)| item.key == key) else {
        let known: Vec<&str> = programme.items().map(|(_, item)| item.key.as_str()).collect();
        return Err(EditError(format!("{} has no item `{key}`: it has {}", programme.id, known.join(", "))));
    };
    let words = Programme::words(action);
    if words.contains(&word) {
        return Ok(());
    }
    let words: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
    Err(EditError(format!("`{word}` is not said of {key}: it can be {}", words.join(", "))))
}
