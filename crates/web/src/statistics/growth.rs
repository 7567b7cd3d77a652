//! How programmes grew, from the days of approval of those who take part.

use std::collections::{BTreeMap, BTreeSet};

use routing::{Date, Month};
use store::ParticipantRow;

/// How long a period is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum By {
    Year,
    Quarter,
    Month,
}

impl By {
    /// Every word, as it stands in addresses.
    pub(crate) const WORDS: [&'static str; 3] = ["year", "quarter", "month"];

    pub(crate) fn of(word: Option<&str>) -> By {
        match word {
            Some("quarter") => By::Quarter,
            Some("month") => By::Month,
            _ => By::Year,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            By::Year => By::WORDS[0],
            By::Quarter => By::WORDS[1],
            By::Month => By::WORDS[2],
        }
    }

    /// The period a month lies in: `2018`, `2018-Q3` or `2018-08`.
    fn label(self, month: Month) -> String {
        let (year, number, _) = month.first_day().ymd();
        match self {
            By::Year => format!("{year:04}"),
            By::Quarter => format!("{year:04}-Q{}", (number - 1) / 3 + 1),
            By::Month => month.to_string(),
        }
    }
}

/// What was reached at the end of a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Reached {
    /// The period.
    pub(crate) period: String,
    /// Its last month.
    pub(crate) month: Month,
    /// Participants approved in it.
    pub(crate) approved: u64,
    /// Participants approved so far.
    pub(crate) participants: u64,
    /// Their networks, each counted once, from the day of approval or the later day on which it came to them.
    pub(crate) networks: u64,
    /// Economies they serve, each counted once.
    pub(crate) economies: u64,
}

/// Growth of some participants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Growth {
    /// Every period from the first approval to `until`, those without one too.
    pub(crate) reached: Vec<Reached>,
    /// Participants whose day of approval is not stated: they are left out.
    pub(crate) unstated: u64,
    /// All participants.
    pub(crate) all: u64,
}

/// Growth by days of approval until the end of a month. Those who take part are counted: whoever left before is not
/// among the rows.
pub(crate) fn growth<'a>(rows: impl IntoIterator<Item = &'a ParticipantRow>, by: By, until: Month) -> Growth {
    let mut approved: BTreeMap<Month, u64> = BTreeMap::new();
    // Each network and economy counts from the first day that any participant brings it.
    let (mut networks, mut economies) = (BTreeMap::<u32, Month>::new(), BTreeMap::<&str, Month>::new());
    let (mut all, mut unstated) = (0, 0);
    for row in rows {
        all += 1;
        let day = row.approved.as_deref().and_then(|text| text.parse::<Date>().ok());
        let Some(day) = day.filter(|day| day.month() <= until) else {
            unstated += 1;
            continue;
        };
        let month = day.month();
        *approved.entry(month).or_default() += 1;
        for network in row.networks.iter().filter(|network| network.counted) {
            let from = network.from.as_deref().and_then(|text| text.parse::<Date>().ok());
            let since = from.map_or(month, |from| from.month().max(month));
            let known = networks.entry(network.asn).or_insert(since);
            *known = since.min(*known);
        }
        for area in &row.areas {
            let known = economies.entry(area).or_insert(month);
            *known = month.min(*known);
        }
    }
    let Some(first) = approved.keys().next().copied() else {
        return Growth { reached: Vec::new(), unstated, all };
    };
    let months: Vec<Month> =
        core::iter::successors(Some(first), |month| Some(month.next())).take_while(|m| *m <= until).collect();
    let mut reached: Vec<Reached> = Vec::new();
    let periods: BTreeSet<Month> = months.into_iter().collect();
    for month in periods {
        let so_far = |since: &&Month| **since <= month;
        let new = approved.get(&month).copied().unwrap_or(0);
        let row = Reached {
            period: by.label(month),
            month,
            approved: new,
            participants: reached.last().map_or(0, |last| last.participants) + new,
            networks: networks.values().filter(so_far).count() as u64,
            economies: economies.values().filter(so_far).count() as u64,
        };
        match reached.last_mut().filter(|last| last.period == row.period) {
            Some(last) => *last = Reached { approved: last.approved + row.approved, ..row },
            None => reached.push(row),
        }
    }
    Growth { reached, unstated, all }
}

#[cfg(test)]
mod tests {
    use store::MembershipRow;

    use super::*;

    fn row(approved: Option<&str>, areas: &[&str], networks: &[(u32, Option<&str>)]) -> ParticipantRow {
        let network = |(asn, from): &(u32, Option<&str>)| MembershipRow {
            asn: *asn,
            from: from.map(str::to_owned),
            to: None,
            counted: *asn != 99,
            known: true,
        };
        ParticipantRow {
            programme: "network-operators".to_owned(),
            id: String::new(),
            organisation: String::new(),
            approved: approved.map(str::to_owned),
            areas: areas.iter().map(|area| (*area).to_owned()).collect(),
            networks: networks.iter().map(network).collect(),
            listed: String::new(),
            source: String::new(),
            revision: None,
            also: Vec::new(),
            partners: Vec::new(),
            conformance: BTreeMap::new(),
            scores: BTreeMap::new(),
        }
    }

    #[test]
    fn each_counts_once_from_its_first_day() {
        let rows = [
            row(
                Some("2018-08-31"),
                &["NL", "BE"],
                &[(1, Some("2018-08-31")), (2, Some("2019-02-01")), (99, None)],
            ),
            row(Some("2018-11-01"), &["NL"], &[(1, None), (3, None)]),
            row(Some("2019-05-01"), &["DE"], &[(3, None)]),
            row(None, &["FR"], &[(7, None)]),
        ];
        let shown = |by| {
            let growth = growth(&rows, by, "2019-06".parse().unwrap());
            assert_eq!((growth.all, growth.unstated), (4, 1));
            let one = |r: &Reached| {
                format!("{} {} {} {} {}", r.period, r.approved, r.participants, r.networks, r.economies)
            };
            growth.reached.iter().map(one).collect::<Vec<_>>()
        };
        assert_eq!(shown(By::Year), ["2018 2 2 2 2", "2019 1 3 3 3"]);
        assert_eq!(
            shown(By::Quarter),
            ["2018-Q3 1 1 1 2", "2018-Q4 1 2 2 2", "2019-Q1 0 2 3 2", "2019-Q2 1 3 3 3"]
        );
        let months = shown(By::Month);
        assert_eq!(
            (months.len(), months[0].as_str(), months[10].as_str()),
            (11, "2018-08 1 1 1 2", "2019-06 0 3 3 3")
        );
        let none = growth(&rows[3..], By::Year, "2019-06".parse().unwrap());
        assert_eq!((none.reached.len(), none.unstated), (0, 1));
    }
}
