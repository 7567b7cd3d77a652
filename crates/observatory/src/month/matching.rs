//! Who is the same participant in the register and in several lists: whoever has the same id in the programme, or the
//! very same networks.

use std::collections::{BTreeMap, BTreeSet};

use programme::{Entry, Participant, Programme, Register};
use routing::{Asn, Date, Month};
use store::SourceRow;

use crate::config::Config;
use crate::load::ParticipantList;
use crate::register::{SOURCE, day_of};

/// Sentences about one list.
const SAID_MAX: usize = 20;

/// A participant with where it is from.
pub struct Listed<'a> {
    pub programme: &'static Programme,
    pub day: Date,
    pub source: &'a str,
    /// Of the register.
    pub revision: Option<u64>,
    pub participant: &'a Participant,
    /// What other lists name as the same, and what that is told by.
    pub also: Vec<String>,
}

/// Programme and id.
type Key<'a> = (&'static str, &'a str);

/// The participants of a month, each once.
pub struct Matched<'a> {
    /// By programme and id.
    pub listed: BTreeMap<Key<'a>, Listed<'a>>,
    /// By source: who of it is somebody else's other name by its networks alone.
    by_networks: BTreeMap<&'a str, Vec<String>>,
    /// By source, with its programme: who may be the same as another and may not.
    unclear: BTreeMap<&'a str, (&'static str, Vec<String>)>,
}

/// Somebody whom a list may name by another id.
struct Known<'a> {
    id: &'a str,
    source: &'a str,
    organisation: &'a str,
}

/// By programme and networks.
type ByNetworks<'a> = BTreeMap<(&'static str, Vec<Asn>), Vec<Known<'a>>>;

/// Participants by programme and id. Whom the register holds on the month's last day is taken from it alone: as it
/// says, and not at all where it says that it left or is not yet approved. Everybody else is taken from the lists;
/// where two of them name the same participant, the one whose source's name comes first counts.
///
/// The same participant is the one with the same id; failing that, the one that has exactly the same networks and is the
/// only one of its list and of what comes before it that has them.
pub fn listed<'a>(
    config: &'a Config,
    lists: &'a [ParticipantList],
    register: &'a Register,
    month: Month,
) -> Matched<'a> {
    let sources: Vec<&str> = lists.iter().map(|list| config.sources[list.source].name.as_str()).collect();
    matched(lists.iter().zip(sources), register, month)
}

fn matched<'a>(
    lists: impl Iterator<Item = (&'a ParticipantList, &'a str)>,
    register: &'a Register,
    month: Month,
) -> Matched<'a> {
    let mut out = Matched { listed: BTreeMap::new(), by_networks: BTreeMap::new(), unclear: BTreeMap::new() };
    let mut known: ByNetworks<'_> = BTreeMap::new();
    for programme in programme::shipped() {
        for (_, entry) in register.entries().filter(|(of, _)| *of == programme.id) {
            let participant = &entry.participant;
            let had = networks_of(entry, day_of(month));
            let organisation = participant.organisation.as_str();
            known.entry((&programme.id, had)).or_default().push(Known {
                id: &participant.id,
                source: SOURCE,
                organisation,
            });
            // Approved as of a later day: not yet.
            let later = participant.approved.is_some_and(|approved| approved > day_of(month));
            if !entry.takes_part() || later {
                continue;
            }
            let row = Listed {
                programme,
                day: day_of(month),
                source: SOURCE,
                revision: Some(register.revision),
                participant,
                also: Vec::new(),
            };
            out.listed.insert((programme.id.as_str(), participant.id.as_str()), row);
        }
    }
    for (list, source) in lists {
        out.add(list, source, register, &mut known);
    }
    out
}

/// The networks that somebody in the register has on a day, or had when it left.
fn networks_of(entry: &Entry, day: Date) -> Vec<Asn> {
    match entry.left {
        None => entry.participant.asns(day).collect(),
        left => entry.participant.networks.iter().filter(|n| n.to == left).map(|n| n.asn).collect(),
    }
}

impl<'a> Matched<'a> {
    fn add(
        &mut self,
        list: &'a ParticipantList,
        source: &'a str,
        register: &Register,
        known: &mut ByNetworks<'a>,
    ) {
        let programme = list.programme.id.as_str();
        let ids: BTreeSet<&str> = list.participants.iter().map(|p| p.id.as_str()).collect();
        let mut alike: BTreeMap<Vec<Asn>, usize> = BTreeMap::new();
        for participant in &list.participants {
            *alike.entry(participant.asns(list.day).collect()).or_default() += 1;
        }
        let mut new = Vec::new();
        for participant in &list.participants {
            let id = participant.id.as_str();
            let same_id = self.listed.get_mut(&(programme, id));
            if same_id.is_some() || register.entry(programme, id).is_some() {
                if let Some(row) = same_id {
                    row.also.push(format!("{id} of {source}, by its id"));
                }
                continue;
            }
            let asns: Vec<Asn> = participant.asns(list.day).collect();
            let organisation = participant.organisation.as_str();
            let named = format!("{organisation} ({id} of {source})");
            let others = known.get(&(programme, asns.clone())).filter(|_| !asns.is_empty());
            let names = |others: &[Known<'_>]| {
                let name =
                    |other: &Known<'_>| format!("{} ({} of {})", other.organisation, other.id, other.source);
                others.iter().map(name).collect::<Vec<_>>().join(", ")
            };
            match others.map(Vec::as_slice) {
                // A list that tells two apart is not contradicted.
                Some([one]) if alike[&asns] == 1 && !ids.contains(one.id) => {
                    let other = names(core::slice::from_ref(one));
                    let row = self.listed.get_mut(&(programme, one.id));
                    let counts = if row.is_some() { "" } else { ", who does not take part by the register" };
                    if let Some(row) = row {
                        row.also.push(format!("{id} of {source}, by the same networks"));
                    }
                    let said = format!(
                        "{named} has the same networks as {other}{counts}, and is taken to be the same"
                    );
                    self.by_networks.entry(source).or_default().push(said);
                    continue;
                }
                Some(several) if !several.is_empty() => {
                    let said = format!(
                        "{named} has the same networks as {}; which of them is which is not clear, so each counts: give \
                         the same participant the same id",
                        names(several)
                    );
                    self.unclear.entry(source).or_insert((programme, Vec::new())).1.push(said);
                }
                _ => {}
            }
            new.push(((programme, asns), Known { id, source, organisation }));
            let (programme, day) = (list.programme, list.day);
            let row = Listed { programme, day, source, revision: None, participant, also: Vec::new() };
            self.listed.insert((programme.id.as_str(), id), row);
        }
        for (key, one) in new {
            known.entry(key).or_default().push(one);
        }
    }

    /// Who may be the same as another and may not, in sentences, by programme.
    pub fn unclear(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut all: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (programme, said) in self.unclear.values() {
            all.entry(programme).or_default().extend(said.iter().take(SAID_MAX).cloned());
        }
        all
    }

    /// Says beside each list who of it is the same as another by its networks, and where that is not clear.
    pub fn tell(&self, sources: &mut [SourceRow]) {
        for row in sources {
            let mut say = |what: &str, all: Option<&Vec<String>>| {
                let Some(all) = all else { return };
                let more = all.len().saturating_sub(SAID_MAX);
                let more = if more > 0 { format!("; and {more} more") } else { String::new() };
                let said = all.iter().take(SAID_MAX).cloned().collect::<Vec<_>>().join("; ");
                row.status.push_str(&format!(". {what}: {said}{more}"));
            };
            say("Matched by networks", self.by_networks.get(row.name.as_str()));
            say("Not matched", self.unclear.get(row.name.as_str()).map(|(_, said)| said));
        }
    }
}

#[cfg(test)]
mod tests {
    use programme::Membership;

    use super::*;

    fn list(day: &str, participants: &[(&str, &[u32])]) -> ParticipantList {
        let membership = |n: &u32| Membership { asn: Asn(*n), from: None, to: None };
        let participant = |(id, asns): &(&str, &[u32])| Participant {
            id: (*id).to_owned(),
            organisation: format!("Org {id}"),
            approved: None,
            areas: Vec::new(),
            networks: asns.iter().map(membership).collect(),
            partners: Vec::new(),
            conformance: BTreeMap::new(),
        };
        ParticipantList {
            source: 0,
            programme: programme::load("network-operators").unwrap(),
            day: day.parse().unwrap(),
            participants: participants.iter().map(participant).collect(),
        }
    }

    fn joined<'a>(lists: &[(&'a ParticipantList, &'a str)], register: &'a Register) -> Matched<'a> {
        matched(lists.iter().copied(), register, "2024-05".parse().unwrap())
    }

    fn ids<'a>(matched: &Matched<'a>) -> Vec<&'a str> {
        matched.listed.keys().map(|(_, id)| *id).collect()
    }

    #[test]
    fn the_same_networks_are_the_same_participant() {
        let (a, register) =
            (list("2024-05-10", &[("1", &[10, 11]), ("2", &[12]), ("3", &[])]), Register::default());
        // 7 has one of two; 8 all but under another id; 9 has none, as 3 has.
        let b = list("2024-05-11", &[("2", &[12, 13]), ("7", &[10]), ("8", &[10, 11]), ("9", &[])]);
        let found = joined(&[(&a, "alpha"), (&b, "beta")], &register);
        assert_eq!(ids(&found), ["1", "2", "3", "7", "9"]);
        let also = |id| &found.listed[&("network-operators", id)].also[..];
        assert_eq!(also("1"), ["8 of beta, by the same networks"]);
        assert_eq!(also("2"), ["2 of beta, by its id"]);
        assert_eq!(found.unclear(), BTreeMap::new());
        assert_eq!(
            found.by_networks["beta"],
            ["Org 8 (8 of beta) has the same networks as Org 1 (1 of alpha), and is taken to be the same"]
        );
    }

    #[test]
    fn what_is_not_clear_is_not_merged_and_names_both() {
        let register = Register::default();
        let twins = list("2024-05-10", &[("1", &[10]), ("2", &[10])]);
        let other = list("2024-05-11", &[("8", &[10])]);
        for lists in [[(&twins, "alpha"), (&other, "beta")], [(&other, "alpha"), (&twins, "beta")]] {
            let found = joined(&lists, &register);
            assert_eq!(ids(&found), ["1", "2", "8"]);
            let said = found.unclear()["network-operators"].join("\n");
            assert!(
                ["Org 1 (1 of", "Org 2 (2 of", "Org 8 (8 of"].iter().all(|who| said.contains(who)),
                "{said}"
            );
        }
        // The second list knows 1 by its id, with other networks: 8 is somebody else there.
        let one = list("2024-05-10", &[("1", &[10])]);
        let moved = list("2024-05-11", &[("1", &[11]), ("8", &[10])]);
        let found = joined(&[(&one, "alpha"), (&moved, "beta")], &register);
        assert_eq!((ids(&found), found.unclear()["network-operators"].len()), (vec!["1", "8"], 1));
    }
}
