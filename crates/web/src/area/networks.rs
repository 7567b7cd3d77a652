use std::cmp::Ordering;

use lake::Value;
use measure::framework::ScoreKey;
use store::{Directory, ScoreColumn, ScoreColumns};

use crate::edition::Chosen;
use crate::event::Network;
use crate::format::{Count, Score};
use crate::link::{Link, Pages};
use crate::network::csv;
use crate::refusal::Refusal;
use crate::score::{ScoreWords, score_words};
use crate::sign::Sign;
use crate::view::View;

/// Networks on one page of the table.
const NETWORKS_PER_PAGE: usize = 50;

/// The columns before the scores: key, heading, whether the largest comes first on the first click.
const FIXED: [(&str, &str, bool); 6] = [
    ("asn", "Network", false),
    ("name", "Name", false),
    ("economy", "Economy", false),
    ("ipv4", "IPv4", true),
    ("ipv6", "IPv6", true),
    ("incidents", "Incidents", true),
];

const GRADES: [&str; 4] = ["ready", "aspiring", "lagging", "no_data"];

/// The query's key of the filter by a score's grade.
const fn grade_key(key: ScoreKey) -> &'static str {
    match key {
        ScoreKey::Filtering => "filtering_grade",
        ScoreKey::AntiSpoofing => "anti_spoofing_grade",
        ScoreKey::Coordination => "coordination_grade",
        ScoreKey::RoutingInformationIrr => "routing_information_irr_grade",
        ScoreKey::RoutingInformationRpki => "routing_information_rpki_grade",
    }
}

/// Which networks of an area are asked for, in which order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Asked {
    grades: Vec<(ScoreKey, &'static str)>,
    sort: (&'static str, bool),
    named: bool,
}

impl Asked {
    pub(crate) fn of(view: &View) -> Result<Asked, Refusal> {
        let mut grades = Vec::new();
        for &key in ScoreKey::ALL {
            if let Some(grade) = view.word(grade_key(key), &GRADES)? {
                grades.push((key, grade));
            }
        }
        let text = view.get("sort").unwrap_or("-ipv4");
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let scores = ScoreKey::ALL.iter().map(|key| key.as_str());
        let keys: Vec<&'static str> = FIXED.iter().map(|(key, _, _)| *key).chain(scores).collect();
        let Some(key) = keys.iter().find(|key| **key == name) else {
            return Err(Refusal::wrong(
                format!("networks cannot be sorted by `{name}`"),
                format!("Columns: {}. With a minus in front the largest comes first.", keys.join(", ")),
            ));
        };
        Ok(Asked { grades, sort: (key, descending), named: view.get("sort").is_some() })
    }

    /// A link with everything that is asked for.
    pub(crate) fn put(&self, link: Link) -> Link {
        let (key, descending) = self.sort;
        let sort = format!("{}{key}", if descending { "-" } else { "" });
        let mut link = link.with_some("sort", self.named.then_some(&sort));
        for &key in ScoreKey::ALL {
            let grade = self.grades.iter().find(|(known, _)| *known == key).map(|(_, grade)| *grade);
            link = link.with_some(grade_key(key), grade);
        }
        link
    }

    /// The networks asked for among `members`, in the order asked for; what has no data comes last.
    pub(crate) fn pick(&self, listing: Listing<'_>, members: &[usize]) -> Vec<usize> {
        let mut picked: Vec<usize> = members.iter().copied().filter(|&i| self.meets(listing, i)).collect();
        let (key, descending) = self.sort;
        let turn = |order: Ordering| if descending { order.reverse() } else { order };
        let directory = listing.directory;
        let column = listing.column(key);
        let present = |a: bool, b: bool, order: &dyn Fn() -> Ordering| match (a, b) {
            (true, true) => turn(order()),
            (false, false) => Ordering::Equal,
            (here, _) => {
                if here {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        };
        // Places are in the order of the numbers: a stable sort keeps it among equals.
        picked.sort_by(|&a, &b| match key {
            "asn" => turn(a.cmp(&b)),
            "name" => {
                let (a, b) = (directory.names.get(a), directory.names.get(b));
                present(!a.is_empty(), !b.is_empty(), &|| {
                    let fold = |name: &str| name.to_lowercase();
                    fold(a).cmp(&fold(b))
                })
            }
            "economy" => turn(directory.economies.get(a).cmp(directory.economies.get(b))),
            "ipv4" => turn(directory.routes_ipv4[a].cmp(&directory.routes_ipv4[b])),
            "ipv6" => turn(directory.routes_ipv6[a].cmp(&directory.routes_ipv6[b])),
            "incidents" => turn(listing.columns.incidents[a].cmp(&listing.columns.incidents[b])),
            _ => {
                let score = |place: usize| column.and_then(|column| column.scores[place]);
                match (score(a), score(b)) {
                    (Some(a), Some(b)) => turn(a.total_cmp(&b)),
                    (a, b) => present(a.is_some(), b.is_some(), &|| Ordering::Equal),
                }
            }
        });
        picked
    }

    fn meets(&self, listing: Listing<'_>, place: usize) -> bool {
        self.grades.iter().all(|(key, wanted)| grade(listing.column(key.as_str()), place) == *wanted)
    }
}

fn grade(column: Option<&ScoreColumn>, place: usize) -> &'static str {
    column.and_then(|column| column.grade(place)).unwrap_or("no_data")
}

/// The networks of a month as columns, under one framework.
#[derive(Clone, Copy)]
pub(crate) struct Listing<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) columns: &'a ScoreColumns,
}

impl Listing<'_> {
    fn column(&self, key: &str) -> Option<&ScoreColumn> {
        self.columns.columns.iter().find(|column| column.key == key)
    }
}

/// The table of networks.
pub(crate) struct Networks {
    /// All networks of the area, whatever is asked for.
    pub(crate) all: Count,
    pub(crate) filters: Vec<Filter>,
    pub(crate) columns: Vec<Heading>,
    pub(crate) rows: Vec<Row>,
    pub(crate) pages: Pages,
    pub(crate) filtered: bool,
    pub(crate) unfiltered: Link,
    pub(crate) csv: Link,
}

/// A score to choose networks by.
pub(crate) struct Filter {
    pub(crate) words: ScoreWords,
    pub(crate) choices: Vec<Choice>,
}

/// One grade.
pub(crate) struct Choice {
    pub(crate) label: &'static str,
    pub(crate) count: Count,
    pub(crate) link: Link,
    pub(crate) current: bool,
}

/// The heading of a column.
pub(crate) struct Heading {
    pub(crate) label: String,
    pub(crate) title: String,
    pub(crate) sorted: &'static str,
    pub(crate) number: bool,
    pub(crate) link: Link,
}

/// One network.
pub(crate) struct Row {
    pub(crate) network: Network,
    pub(crate) name: String,
    pub(crate) holder: String,
    pub(crate) economy: String,
    pub(crate) routes: [Count; 2],
    pub(crate) incidents: Count,
    pub(crate) scores: Vec<(Option<Score>, Sign)>,
}

impl Networks {
    pub(crate) fn new(
        chosen: &Chosen,
        asked: &Asked,
        listing: Listing<'_>,
        members: &[usize],
        path: &str,
        page: usize,
    ) -> Networks {
        let picked = asked.pick(listing, members);
        let link = asked.put(chosen.link_to(path)).at("networks");
        let pages = Pages::new(picked.len(), NETWORKS_PER_PAGE, page, "page", &link);
        let rows = picked[pages.range()].iter().map(|&place| row(chosen, listing, place)).collect();
        Networks {
            all: Count(members.len() as u64),
            filters: filters(chosen, asked, listing, members, &link),
            columns: headings(chosen, asked, listing, &link),
            rows,
            pages,
            filtered: !asked.grades.is_empty(),
            unfiltered: Asked { grades: Vec::new(), ..asked.clone() }.put(link.clone()),
            csv: asked.put(chosen.link_to(format!("{path}/networks.csv"))),
        }
    }
}

fn filters(
    chosen: &Chosen,
    asked: &Asked,
    listing: Listing<'_>,
    members: &[usize],
    link: &Link,
) -> Vec<Filter> {
    let of_score = |column: &ScoreColumn| {
        let key = *ScoreKey::ALL.iter().find(|key| key.as_str() == column.key)?;
        let others = Asked {
            grades: asked.grades.iter().copied().filter(|(known, _)| *known != key).collect(),
            ..asked.clone()
        };
        let mut counts = [0u64; GRADES.len()];
        for &place in members.iter().filter(|&&place| others.meets(listing, place)) {
            let grade = grade(Some(column), place);
            counts[GRADES.iter().position(|known| *known == grade).unwrap_or(GRADES.len() - 1)] += 1;
        }
        let all = Choice {
            label: "all",
            count: Count(counts.iter().sum()),
            link: link.clone().with_some(grade_key(key), None),
            current: others.grades.len() == asked.grades.len(),
        };
        let grades = GRADES.iter().zip(counts).map(|(grade, n)| Choice {
            label: if *grade == "no_data" { "no data" } else { grade },
            count: Count(n),
            link: link.clone().with(grade_key(key), *grade),
            current: asked.grades.contains(&(key, grade)),
        });
        let grades = grades.filter(|choice| choice.count.0 > 0 || choice.current);
        Some(Filter {
            words: score_words(chosen.rules, &column.key),
            choices: std::iter::once(all).chain(grades).collect(),
        })
    };
    listing.columns.columns.iter().filter_map(of_score).collect()
}

fn headings(chosen: &Chosen, asked: &Asked, listing: Listing<'_>, link: &Link) -> Vec<Heading> {
    let (sorted, descending) = asked.sort;
    let heading = |key: &str, label: String, title: String, largest_first: bool, number: bool| {
        let now = (key == sorted).then_some(descending);
        let next = now.map_or(largest_first, |descending| !descending);
        Heading {
            label,
            title,
            sorted: match now {
                Some(true) => "descending",
                Some(false) => "ascending",
                None => "",
            },
            number,
            link: link.clone().with("sort", format!("{}{key}", if next { "-" } else { "" })),
        }
    };
    let fixed = FIXED.iter().map(|(key, label, largest_first)| {
        heading(key, (*label).to_owned(), String::new(), *largest_first, *largest_first)
    });
    let scores = listing.columns.columns.iter().map(|column| {
        let words = score_words(chosen.rules, &column.key);
        heading(&column.key, words.title.clone(), words.full(), false, true)
    });
    fixed.chain(scores).collect()
}

fn row(chosen: &Chosen, listing: Listing<'_>, place: usize) -> Row {
    let Listing { directory, columns } = listing;
    let score = |column: &ScoreColumn| (column.scores[place].map(Score), Sign::grade(column.grade(place)));
    Row {
        network: Network::new(chosen, directory.asns[place]),
        name: directory.names.get(place).to_owned(),
        holder: directory.organisations.get(place).to_owned(),
        economy: directory.economies.get(place).to_owned(),
        routes: [directory.routes_ipv4[place], directory.routes_ipv6[place]].map(Count),
        incidents: Count(columns.incidents.get(place).copied().unwrap_or(0).into()),
        scores: columns.columns.iter().map(score).collect(),
    }
}

/// The networks asked for as CSV.
pub(crate) fn write(listing: Listing<'_>, places: &[usize]) -> String {
    let Listing { directory, columns } = listing;
    let of_scores = columns.columns.iter().flat_map(|c| [c.key.clone(), format!("{}_grade", c.key)]);
    let fixed =
        ["asn", "name", "organisation", "economy", "registry", "routes_ipv4", "routes_ipv6", "incidents"];
    let names: Vec<String> = fixed.into_iter().map(str::to_owned).chain(of_scores).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = |text: &str| if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) };
    let rows = places.iter().map(|&place| {
        let mut cells = vec![
            Value::Integer(directory.asns[place].into()),
            text(directory.names.get(place)),
            text(directory.organisations.get(place)),
            text(directory.economies.get(place)),
            text(directory.registries.get(place)),
            Value::Integer(directory.routes_ipv4[place] as i64),
            Value::Integer(directory.routes_ipv6[place] as i64),
            Value::Integer(columns.incidents[place].into()),
        ];
        for column in &columns.columns {
            cells.push(column.scores[place].map_or(Value::Null, Value::Float));
            cells.push(column.grade(place).map_or(Value::Null, text));
        }
        cells
    });
    csv::table(&names, rows)
}
