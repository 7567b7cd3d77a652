use std::collections::BTreeSet;

use routing::{Asn, Date};

use crate::{Change, Conformance, Participant, Programme, Register};

/// What makes a register say of a programme's participants on `day` what a list says: the changes, each with the
/// id of its participant, in the order of the list. Where `complete`, whoever the list lacks leaves; otherwise it
/// stays. What a list leaves open (no day of approval, an item that is not stated) changes nothing.
pub fn difference(
    register: &Register,
    programme: &Programme,
    list: &[Participant],
    day: Date,
    complete: bool,
) -> Vec<(String, Change)> {
    let mut changes = Vec::new();
    for wanted in list {
        match register.entry(&programme.id, &wanted.id).filter(|entry| entry.left.is_none()) {
            None => changes.push((wanted.id.clone(), added(wanted, day))),
            Some(entry) => {
                let approved = wanted.approved.filter(|day| entry.participant.approved != Some(*day));
                // Whoever a list of participants names is one, though the list may not say since when.
                let approved = approved.or((!entry.admitted).then_some(day));
                changes.extend(approved.map(|day| (wanted.id.clone(), Change::Approved(day))));
                let of = differing(&entry.participant, programme, wanted, day);
                changes.extend(of.into_iter().map(|change| (wanted.id.clone(), change)));
            }
        }
    }
    if complete {
        let listed: BTreeSet<&str> = list.iter().map(|wanted| wanted.id.as_str()).collect();
        let gone = register.participants(&programme.id).filter(|held| !listed.contains(held.id.as_str()));
        changes.extend(gone.map(|held| (held.id.clone(), Change::Removed)));
    }
    changes
}

fn added(wanted: &Participant, day: Date) -> Change {
    Change::Added {
        organisation: wanted.organisation.clone(),
        admitted: true,
        approved: wanted.approved,
        areas: wanted.areas.iter().copied().collect(),
        networks: wanted.asns(day).collect(),
        partners: wanted.partners.clone(),
        conformance: wanted
            .conformance
            .iter()
            .filter(|(_, word)| **word != Conformance::NotStated)
            .map(|(item, word)| (item.clone(), *word))
            .collect(),
    }
}

fn differing(held: &Participant, programme: &Programme, wanted: &Participant, day: Date) -> Vec<Change> {
    let mut changes = Vec::new();
    if held.organisation != wanted.organisation {
        changes.push(Change::Renamed(wanted.organisation.clone()));
    }
    if programme.has(crate::Column::Areas) && held.areas != wanted.areas {
        changes.push(Change::Areas(wanted.areas.iter().copied().collect()));
    }
    if !wanted.partners.is_empty() && held.partners != wanted.partners {
        changes.push(Change::Partners(wanted.partners.clone()));
    }
    for (_, item) in programme.items() {
        let stated = wanted.conformance(item);
        if stated != Conformance::NotStated && stated != held.conformance(item) {
            changes.push(Change::Conformance(item.key.clone(), stated));
        }
    }
    if programme.has(crate::Column::Networks) {
        let (has, wants): (BTreeSet<Asn>, BTreeSet<Asn>) =
            (held.asns(day).collect(), wanted.asns(day).collect());
        changes.extend(has.difference(&wants).map(|asn| Change::NetworkRemoved(*asn)));
        changes.extend(wants.difference(&has).map(|asn| Change::NetworkAdded(*asn)));
    }
    changes
}
