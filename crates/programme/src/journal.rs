use std::collections::BTreeMap;

use routing::{Asn, Date};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Change, Edit, EditError, Membership, Participant};

/// The participants as edits made them, on a day and as known at a revision. Nothing in it is stored: it is
/// folded from the edits, so that every earlier state can be had again.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Register {
    /// The last edit that bears on it; 0 when none does.
    pub revision: u64,
    /// Names the state: SHA-256 over what the edits that bear on it change, in hexadecimal, each hashed behind the
    /// digest before it; empty when none does.
    pub digest: String,
    entries: BTreeMap<(String, String), Entry>,
}

/// What the register holds of a participant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The participant; networks that left stay as closed intervals.
    pub participant: Participant,
    /// False of an applicant, who does not count.
    pub admitted: bool,
    /// The first day on which the register holds it.
    pub since: Date,
    /// The first day on which it takes part no longer.
    pub left: Option<Date>,
}

impl Entry {
    /// True when it counts: approved and not gone.
    pub fn takes_part(&self) -> bool {
        self.admitted && self.left.is_none()
    }
}

impl Register {
    /// Folds the edits that hold on `day` and were made up to revision `known`; every edit where these are not
    /// given. What holds from an earlier day comes first; of the same day, what was made first.
    ///
    /// # Errors
    /// When an edit does not fit what the others make: names it and says why.
    pub fn of(edits: &[Edit], day: Option<Date>, known: Option<u64>) -> Result<Register, EditError> {
        let bears = |edit: &&Edit| {
            day.is_none_or(|day| edit.from <= day) && known.is_none_or(|known| edit.number <= known)
        };
        let mut edits: Vec<&Edit> = edits.iter().filter(bears).collect();
        edits.sort_by_key(|edit| (edit.from, edit.number));
        let mut register = Register::default();
        edits.into_iter().try_for_each(|edit| register.apply(edit))?;
        Ok(register)
    }

    /// Makes one more edit, which holds from no earlier day than those before it.
    ///
    /// # Errors
    /// When it does not fit; then nothing has changed.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), EditError> {
        self.change(edit)?;
        self.revision = self.revision.max(edit.number);
        let line = format!(
            "{} {} {} {:?} {:?} {} {}",
            self.digest,
            edit.number,
            edit.from,
            edit.programme,
            edit.participant,
            edit.change.what(),
            edit.change.value()
        );
        self.digest = Sha256::digest(line).iter().map(|octet| format!("{octet:02x}")).collect();
        Ok(())
    }

    /// What the register holds of a participant, an applicant or one that left too.
    pub fn entry(&self, programme: &str, id: &str) -> Option<&Entry> {
        self.entries.get(&(programme.to_owned(), id.to_owned()))
    }

    /// Everything it holds, by programme and id.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|((programme, _), entry)| (programme.as_str(), entry))
    }

    /// Those that take part in a programme.
    pub fn participants<'a>(&'a self, programme: &'a str) -> impl Iterator<Item = &'a Participant> {
        let of = self.entries().filter(move |(of, entry)| *of == programme && entry.takes_part());
        of.map(|(_, entry)| &entry.participant)
    }

    /// The value that a change replaces, as it is kept with the edit; null where there was none.
    pub fn value_before(&self, edit: &Edit) -> Value {
        let Some(entry) = self.entry(&edit.programme, &edit.participant) else { return Value::Null };
        let now = &entry.participant;
        match &edit.change {
            Change::Renamed(_) => json!(now.organisation),
            Change::Approved(_) => json!(now.approved.map(|day| day.to_string())),
            Change::Areas(_) => json!(now.areas.iter().map(|area| area.code()).collect::<Vec<_>>()),
            Change::Partners(_) => json!(now.partners),
            Change::Conformance(item, _) => {
                let word = now.conformance.get(item).copied().unwrap_or_default();
                json!({ "item": item, "word": word.as_str() })
            }
            Change::NetworkRemoved(asn) => json!(asn.0),
            Change::Added { .. } | Change::NetworkAdded(_) => Value::Null,
            Change::Removed => json!({
                "organisation": now.organisation,
                "networks": now.asns(edit.from).map(|asn| asn.0).collect::<Vec<_>>(),
            }),
        }
    }

    fn change(&mut self, edit: &Edit) -> Result<(), EditError> {
        let key = (edit.programme.clone(), edit.participant.clone());
        let wrong = |why: String| {
            let (programme, id) = &key;
            Err(EditError(format!(
                "{programme}/{id}, {} as of {} (edit {}): {why}",
                edit.change.what(),
                edit.from,
                edit.number
            )))
        };
        if let Change::Added { organisation, admitted, approved, areas, networks, partners, conformance } =
            &edit.change
        {
            let before = self.entries.get(&key);
            if let Some(entry) = before
                && entry.left.is_none()
            {
                return wrong(format!("it is in the register since {}", entry.since));
            }
            // Since when a network belongs to it, a list does not say: from its approval on, as far as known.
            let new = networks.iter().map(|asn| Membership { asn: *asn, from: *approved, to: None });
            let mut all: Vec<Membership> =
                before.map(|entry| entry.participant.networks.clone()).unwrap_or_default();
            all.extend(new.map(|network| match before {
                Some(_) => Membership { from: Some(edit.from), ..network },
                None => network,
            }));
            all.sort_unstable();
            let participant = Participant {
                id: edit.participant.clone(),
                organisation: organisation.clone(),
                approved: *approved,
                areas: areas.iter().copied().collect(),
                networks: all,
                partners: partners.clone(),
                conformance: conformance.clone(),
            };
            let entry = Entry { participant, admitted: *admitted, since: edit.from, left: None };
            self.entries.insert(key, entry);
            return Ok(());
        }
        let Some(entry) = self.entries.get_mut(&key) else {
            return wrong("the register does not hold it on that day".to_owned());
        };
        if let Some(left) = entry.left {
            return wrong(format!("it takes part no longer since {left}: add it again first"));
        }
        let now = &mut entry.participant;
        match &edit.change {
            Change::Renamed(name) => now.organisation.clone_from(name),
            Change::Approved(day) => {
                now.approved = Some(*day);
                entry.admitted = true;
            }
            Change::Areas(areas) => now.areas = areas.iter().copied().collect(),
            Change::Partners(partners) => now.partners.clone_from(partners),
            Change::Conformance(item, word) => {
                now.conformance.insert(item.clone(), *word);
            }
            Change::NetworkAdded(asn) => {
                if open(now, *asn).is_some() {
                    return wrong(format!("{asn} belongs to it already"));
                }
                now.networks.push(Membership { asn: *asn, from: Some(edit.from), to: None });
                now.networks.sort_unstable();
            }
            Change::NetworkRemoved(asn) => match open(now, *asn) {
                Some(network) => network.to = Some(edit.from),
                None => return wrong(format!("{asn} does not belong to it on that day")),
            },
            Change::Removed => {
                entry.left = Some(edit.from);
                now.networks.iter_mut().filter(|n| n.to.is_none()).for_each(|n| n.to = Some(edit.from));
            }
            Change::Added { .. } => unreachable!("that was dealt with"),
        }
        Ok(())
    }
}

/// The interval in which a network belongs to a participant now.
fn open(participant: &mut Participant, asn: Asn) -> Option<&mut Membership> {
    participant.networks.iter_mut().find(|network| network.asn == asn && network.to.is_none())
}
