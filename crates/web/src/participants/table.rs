use std::cmp::Ordering;
use std::collections::BTreeMap;

use measure::framework::ScoreKey;
use programme::{Action, Column, Programme};
use routing::Asn;
use store::{MembershipRow, ParticipantRow, ParticipantScoreRow};

use crate::edition::Chosen;
use crate::event::Network;
use crate::format::{Count, Score};
use crate::link::{Link, Pages};
use crate::refusal::Refusal;
use crate::score::score_words;
use crate::sign::Sign;
use crate::view::View;

/// Participants on one page of the table.
const PARTICIPANTS_PER_PAGE: usize = 25;

/// How many networks or areas of one participant are named.
const NAMED_MAX: usize = 10;

/// Longest name looked for, in characters.
const NAME_CHARS_MAX: usize = 100;

/// What the table can be sorted by besides the scores.
const FIXED: [&str; 3] = ["organisation", "approved", "networks"];

/// Which participants are asked for, in which order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) economy: Option<String>,
    sort: (&'static str, bool),
}

/// The table of participants.
pub(crate) struct Table {
    /// All participants of the programme, whatever is asked for.
    pub(crate) all: usize,
    pub(crate) economies: Vec<EconomyChoice>,
    /// Headings of actions with how many columns each spans; those before them span one.
    pub(crate) actions: Vec<ActionHeading>,
    pub(crate) columns: Vec<Heading>,
    pub(crate) items: Vec<ItemHeading>,
    pub(crate) rows: Vec<Item>,
    pub(crate) pages: Pages,
    pub(crate) filtered: bool,
    pub(crate) unfiltered: Link,
    pub(crate) csv: Link,
    /// What the form keeps: the order asked for.
    pub(crate) sort: Option<String>,
}

/// An economy to choose participants by.
pub(crate) struct EconomyChoice {
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) current: bool,
}

pub(crate) struct ActionHeading {
    pub(crate) number: u8,
    pub(crate) title: String,
    pub(crate) meaning: String,
    pub(crate) requirement: String,
    pub(crate) span: usize,
    /// Its one item needs no heading of its own.
    pub(crate) whole: bool,
}

/// The heading of a column.
pub(crate) struct Heading {
    pub(crate) label: String,
    pub(crate) sorted: &'static str,
    /// The page sorted by it; `None` where it does not sort.
    pub(crate) link: Option<Link>,
}

/// The heading of an item with its scores, which sort.
pub(crate) struct ItemHeading {
    /// Empty where the action's title says it.
    pub(crate) title: String,
    pub(crate) extra: bool,
    /// The action's heading stands for it.
    pub(crate) whole: bool,
    pub(crate) scores: Vec<Heading>,
    pub(crate) sorted: &'static str,
}

/// One participant.
pub(crate) struct Item {
    pub(crate) organisation: String,
    pub(crate) link: Link,
    pub(crate) approved: Option<Option<String>>,
    pub(crate) areas: Option<Named<String>>,
    /// Numbers, with the page of each network that is among those of the month.
    pub(crate) networks: Option<Named<(Asn, Option<Link>)>>,
    pub(crate) stated: Vec<Stated>,
}

/// The first of many.
pub(crate) struct Named<T> {
    pub(crate) some: Vec<T>,
    pub(crate) more: usize,
}

/// An item of one participant.
pub(crate) struct Stated {
    pub(crate) sign: Sign,
    pub(crate) scores: Vec<ScoreItem>,
}

/// A score of one participant.
pub(crate) struct ScoreItem {
    pub(crate) title: String,
    pub(crate) score: Option<Score>,
    pub(crate) grade: Sign,
    /// Why there is none, or over how many networks it is the mean.
    pub(crate) because: String,
    /// The participant is not conformant: nothing is published.
    pub(crate) withheld: bool,
}

impl Asked {
    pub(crate) fn of(view: &View, programme: &Programme) -> Result<Asked, Refusal> {
        // A score that this programme does not publish is a column without data here: an address keeps its
        // meaning when the programme is changed.
        let keys: Vec<&'static str> =
            FIXED.into_iter().chain(ScoreKey::ALL.iter().map(|key| key.as_str())).collect();
        let text = view.get("sort").unwrap_or("organisation");
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let Some(key) = keys.iter().find(|key| **key == name) else {
            return Err(Refusal::wrong(
                format!("participants cannot be sorted by `{name}`"),
                format!("Columns: {}. With a minus in front the largest comes first.", keys.join(", ")),
            ));
        };
        let economy = view.get("economy").filter(|_| programme.has(Column::Areas));
        if let Some(code) =
            economy.filter(|code| !(code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic())))
        {
            return Err(Refusal::wrong(
                format!("`{code}` is not the code of an economy"),
                "Write two letters (ISO 3166-1 alpha-2), such as economy=NL.",
            ));
        }
        Ok(Asked {
            name: view.get("name").unwrap_or_default().chars().take(NAME_CHARS_MAX).collect(),
            economy: economy.map(str::to_ascii_uppercase),
            sort: (key, descending),
        })
    }

    fn sort_word(&self) -> Option<String> {
        let (key, descending) = self.sort;
        let word = format!("{}{key}", if descending { "-" } else { "" });
        (word != "organisation").then_some(word)
    }

    /// A link with everything that is asked for.
    pub(crate) fn put(&self, link: Link) -> Link {
        link.with_some("name", (!self.name.is_empty()).then_some(&self.name))
            .with_some("economy", self.economy.as_deref())
            .with_some("sort", self.sort_word().as_deref())
    }

    /// The participants asked for, in the order asked for; those without a value come last either way.
    pub(crate) fn pick<'a>(
        &self,
        mut rows: Vec<&'a ParticipantRow>,
        framework: &str,
    ) -> Vec<&'a ParticipantRow> {
        let wanted = self.name.to_lowercase();
        rows.retain(|row| {
            row.organisation.to_lowercase().contains(&wanted)
                && self.economy.as_ref().is_none_or(|code| row.areas.contains(code))
        });
        let (key, descending) = self.sort;
        let turn = |order: Ordering| if descending { order.reverse() } else { order };
        rows.sort_by_cached_key(|row| (row.organisation.to_lowercase(), row.id.clone()));
        match key {
            "organisation" if descending => rows.reverse(),
            "approved" => {
                rows.sort_by(|a, b| last(a.approved.as_ref(), b.approved.as_ref(), |a, b| turn(a.cmp(b))))
            }
            "networks" => rows.sort_by(|a, b| turn(counted(a).count().cmp(&counted(b).count()))),
            score => {
                let value = |row: &ParticipantRow| score_of(row, framework, score).and_then(|s| s.score);
                if score != "organisation" {
                    rows.sort_by(|a, b| last(value(a), value(b), |a, b| turn(a.total_cmp(b))));
                }
            }
        }
        rows
    }
}

fn last<T>(a: Option<T>, b: Option<T>, compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
    match (&a, &b) {
        (Some(a), Some(b)) => compare(a, b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn counted(row: &ParticipantRow) -> impl Iterator<Item = &MembershipRow> {
    row.networks.iter().filter(|network| network.counted)
}

fn network(chosen: &Chosen, row: &MembershipRow) -> (Asn, Option<Link>) {
    let network = Network::new(chosen, row.asn);
    (network.asn, row.known.then_some(network.link))
}

fn score_of<'a>(row: &'a ParticipantRow, framework: &str, key: &str) -> Option<&'a ParticipantScoreRow> {
    row.scores.get(framework)?.iter().find(|score| score.key == key)
}

/// Economies served, with how many participants serve each.
fn economies(rows: &[&ParticipantRow]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for area in rows.iter().flat_map(|row| &row.areas) {
        *counts.entry(area.clone()).or_default() += 1;
    }
    counts
}

impl Table {
    /// Page `page` of the participants asked for; `link` is the page with the rest of its state, `csv` the
    /// download.
    pub(crate) fn new(
        chosen: &Chosen,
        programme: &'static Programme,
        asked: &Asked,
        rows: Vec<&ParticipantRow>,
        link: &Link,
        csv: Link,
        page: usize,
    ) -> Table {
        let (all, economies) = (rows.len(), economies(&rows));
        let here = link.clone().at("participants");
        let heading = |key: &'static str, label: String| {
            let now = (asked.sort.0 == key).then_some(asked.sort.1);
            // The first click on a name shows the first letter, on anything else the largest or latest.
            let descending = now.map_or(key != "organisation", |descending| !descending);
            Heading {
                label,
                sorted: match now {
                    Some(true) => "descending",
                    Some(false) => "ascending",
                    None => "",
                },
                link: Some(Asked { sort: (key, descending), ..asked.clone() }.put(here.clone())),
            }
        };
        let mut columns = vec![heading("organisation", "Organisation".to_owned())];
        if programme.has(Column::Approved) {
            columns.push(heading("approved", "Approved".to_owned()));
        }
        let items = programme.items().map(|(action, item)| {
            let scores = item
                .scores
                .iter()
                .map(|key| heading(key.as_str(), score_words(chosen.rules, key.as_str()).title));
            let scores: Vec<Heading> = scores.collect();
            ItemHeading {
                title: if action.items.len() > 1 { item.title.clone() } else { String::new() },
                extra: item.extra,
                whole: is_whole(action),
                sorted: scores.iter().map(|s| s.sorted).find(|s| !s.is_empty()).unwrap_or(""),
                scores,
            }
        });
        let items = items.collect();
        if programme.has(Column::Areas) {
            columns.push(Heading { label: "Areas served".to_owned(), sorted: "", link: None });
        }
        if programme.has(Column::Networks) {
            columns.push(heading("networks", "ASNs".to_owned()));
        }
        let picked = asked.pick(rows, &chosen.framework.id);
        let pages = Pages::new(picked.len(), PARTICIPANTS_PER_PAGE, page, "page", &here);
        let none = Asked { name: String::new(), economy: None, sort: asked.sort };
        let economy = |(code, n): (String, u64)| EconomyChoice {
            label: format!("{} ({n})", routing::economy_name(&code).unwrap_or(&code)),
            current: asked.economy.as_ref() == Some(&code),
            code,
        };
        Table {
            all,
            economies: economies.into_iter().map(economy).collect(),
            actions: programme
                .actions
                .iter()
                .map(|action| ActionHeading {
                    number: action.number,
                    title: action.title.clone(),
                    meaning: action.meaning.clone(),
                    requirement: action.requirement.to_string(),
                    span: action.items.len(),
                    whole: is_whole(action),
                })
                .collect(),
            columns,
            items,
            rows: picked[pages.range()].iter().map(|row| Item::new(chosen, programme, row)).collect(),
            pages,
            filtered: !asked.name.is_empty() || asked.economy.is_some(),
            unfiltered: none.put(here),
            csv,
            sort: asked.sort_word(),
        }
    }
}

/// An action of one item that opens no score.
fn is_whole(action: &Action) -> bool {
    action.items.len() == 1 && action.items[0].scores.is_empty()
}

impl Item {
    fn new(chosen: &Chosen, programme: &Programme, row: &ParticipantRow) -> Item {
        let stated = programme.items().map(|(_, item)| Stated {
            sign: Sign::conformance(row.conformance.get(&item.key).map(String::as_str)),
            scores: item
                .scores
                .iter()
                .filter_map(|key| score_of(row, &chosen.framework.id, key.as_str()))
                .map(|score| ScoreItem::new(chosen, score, item.scores.len() > 1))
                .collect(),
        });
        Item {
            organisation: row.organisation.clone(),
            link: chosen.link_to(crate::participant::path_of(&row.programme, &row.id)),
            approved: programme.has(Column::Approved).then(|| row.approved.clone()),
            areas: programme.has(Column::Areas).then(|| named(row.areas.iter().cloned())),
            networks: programme
                .has(Column::Networks)
                .then(|| named(counted(row).map(|n| network(chosen, n)))),
            stated: stated.collect(),
        }
    }
}

fn named<T>(all: impl Iterator<Item = T>) -> Named<T> {
    let mut some: Vec<T> = all.collect();
    let more = some.len().saturating_sub(NAMED_MAX);
    some.truncate(NAMED_MAX);
    Named { some, more }
}

impl ScoreItem {
    fn new(chosen: &Chosen, row: &ParticipantScoreRow, one_of_several: bool) -> ScoreItem {
        let because = match &row.unknown {
            Some(why) => why.clone(),
            None => {
                format!("Mean of {} of {} networks", Count(row.with_data.into()), Count(row.networks.into()))
            }
        };
        ScoreItem {
            title: if one_of_several { score_words(chosen.rules, &row.key).title } else { String::new() },
            score: row.score.map(Score),
            grade: Sign::grade(row.grade.as_deref()),
            withheld: !row.published,
            because,
        }
    }
}
