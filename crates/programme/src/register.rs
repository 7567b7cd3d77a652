use std::collections::BTreeMap;

use routing::{Asn, Date};

use crate::{Membership, Participant};

/// The participants of the list of `day`, their networks as intervals by everything that lists of other days
/// say: a network is there from the first list in an unbroken row that has it (from the day of approval where
/// the first known list has it already) until the first that has it no more. Lists come in the order of their
/// days, one per day.
///
/// Networks that left before `day` stay with the participant as closed intervals; a participant that is not in
/// the list of `day` is not given.
pub fn history(lists: &[(Date, &[Participant])], day: Date) -> Vec<Participant> {
    let Some((_, now)) = lists.iter().find(|(listed, _)| *listed == day) else { return Vec::new() };
    // By participant: the days on which it is listed, with its networks then.
    let mut rows: BTreeMap<&str, Vec<(Date, Option<&Participant>)>> = BTreeMap::new();
    for participant in now.iter() {
        rows.insert(&participant.id, Vec::new());
    }
    for (listed, participants) in lists {
        let by_id: BTreeMap<&str, &Participant> = participants.iter().map(|p| (p.id.as_str(), p)).collect();
        for (id, days) in &mut rows {
            days.push((*listed, by_id.get(id).copied()));
        }
    }
    now.iter()
        .map(|participant| Participant {
            networks: memberships(&rows[participant.id.as_str()], participant.approved),
            ..participant.clone()
        })
        .collect()
}

fn memberships(days: &[(Date, Option<&Participant>)], approved: Option<Date>) -> Vec<Membership> {
    let mut done: Vec<Membership> = Vec::new();
    let mut open: BTreeMap<Asn, Option<Date>> = BTreeMap::new();
    for (number, (day, listed)) in days.iter().enumerate() {
        let has: Vec<Asn> = listed.map(|p| p.networks.iter().map(|n| n.asn).collect()).unwrap_or_default();
        let gone: Vec<Asn> = open.keys().filter(|asn| !has.contains(asn)).copied().collect();
        for asn in gone {
            let from = open.remove(&asn).flatten();
            done.push(Membership { asn, from, to: Some(*day) });
        }
        for asn in has {
            // What the first list has was there before; since when, only the approval can tell.
            open.entry(asn).or_insert(if number == 0 { approved } else { Some(*day) });
        }
    }
    done.extend(open.into_iter().map(|(asn, from)| Membership { asn, from, to: None }));
    done.sort_unstable();
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(participants: &[(&str, &[u32])]) -> Vec<Participant> {
        let approved = "2020-01-01".parse().ok();
        let row = |(id, asns): &(&str, &[u32])| Participant {
            id: (*id).to_owned(),
            organisation: (*id).to_owned(),
            approved,
            areas: Vec::new(),
            partners: Vec::new(),
            networks: asns.iter().map(|n| Membership { asn: Asn(*n), from: approved, to: None }).collect(),
            conformance: BTreeMap::new(),
        };
        participants.iter().map(row).collect()
    }

    fn shown(participants: &[Participant]) -> Vec<String> {
        let day = |d: Option<Date>| d.map_or_else(|| "…".to_owned(), |d| d.to_string());
        participants
            .iter()
            .flat_map(|p| {
                p.networks.iter().map(move |n| format!("{} {} {} {}", p.id, n.asn, day(n.from), day(n.to)))
            })
            .collect()
    }

    #[test]
    fn networks_come_and_go() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let lists = [
            (day("2024-03-31"), list(&[("a", &[1, 2]), ("b", &[9])])),
            (day("2024-04-30"), list(&[("a", &[1, 3])])),
            (day("2024-05-31"), list(&[("a", &[1, 2]), ("c", &[7])])),
        ];
        let lists: Vec<(Date, &[Participant])> = lists.iter().map(|(d, l)| (*d, l.as_slice())).collect();
        let may = history(&lists, day("2024-05-31"));
        assert_eq!(
            shown(&may),
            [
                "a AS1 2020-01-01 …",
                "a AS2 2020-01-01 2024-04-30",
                "a AS2 2024-05-31 …",
                "a AS3 2024-04-30 2024-05-31",
                "c AS7 2024-05-31 …",
            ]
        );
        let asns = |d: &str| may[0].asns(day(d)).map(|a| a.0).collect::<Vec<_>>();
        assert_eq!(asns("2024-05-31"), [1, 2]);
        assert_eq!(asns("2024-05-30"), [1, 3]);
        assert_eq!(asns("2019-12-31"), [0; 0]);
        assert_eq!(history(&lists, day("2024-06-30")), []);
    }
}
