//! Who can be reached, which as-set a network names and at which exchange points it is: PeeringDB's networks, points
//! of contact and connections. Of a contact nothing is kept but its role, its visibility, and whether it has an address
//! and a number.

use std::collections::BTreeMap;
use std::io::BufRead;

use routing::{Asn, FaultCounts};
use serde_json::Value;

use crate::exchange_points::Connection;
use crate::fault;
use crate::json::{self, Take, walk};
use crate::parsed::{Parsed, ReadError, Tally};

const EXPECTED: &str = "a PeeringDB answer with networks, contacts or connections (`{\"data\": […]}`)";

/// A point of contact without the person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Contact {
    /// What it is for.
    pub role: Role,
    /// Who sees it.
    pub visibility: Visibility,
    /// A non-empty e-mail address is registered.
    pub has_email: bool,
    /// A non-empty telephone number is registered.
    pub has_phone: bool,
}

impl Contact {
    /// True when it can be reached by mail or telephone.
    pub fn is_reachable(self) -> bool {
        self.has_email || self.has_phone
    }
}

/// PeeringDB's roles.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum Role {
    Abuse,
    Maintenance,
    Noc,
    Policy,
    PublicRelations,
    Sales,
    Technical,
    Other,
}

/// PeeringDB's visibilities.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Visibility {
    /// Everyone.
    Public,
    /// PeeringDB's users.
    Users,
    /// The organisation alone.
    Private,
}

/// What one or several answers hold: the two lists are joined by [`ContactTable::new`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PeeringDb {
    /// PeeringDB's number of a network → its AS number.
    pub networks: Vec<(u64, Asn)>,
    /// PeeringDB's number of a network → a contact of it.
    pub contacts: Vec<(u64, Contact)>,
    /// What networks name as their as-set (`irr_as_set`), in the order read: `AS-NAME` or `REGISTRY::AS-NAME` in
    /// capitals. Words that name none, such as a route-set, are left out.
    pub as_sets: Vec<(Asn, Vec<String>)>,
    /// Which network is connected to which exchange point.
    pub connections: Vec<Connection>,
}

/// As-sets that one network may name.
const SETS_PER_NETWORK_MAX: usize = 16;

/// Contacts by network.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContactTable {
    contacts: BTreeMap<Asn, Vec<Contact>>,
    orphans: u64,
}

impl ContactTable {
    /// Joins the networks and contacts of several answers; their order does not matter.
    pub fn new(answers: impl IntoIterator<Item = PeeringDb>) -> ContactTable {
        let (mut asns, mut loose) = (BTreeMap::new(), Vec::new());
        for answer in answers {
            asns.extend(answer.networks);
            loose.extend(answer.contacts);
        }
        let mut table = ContactTable::default();
        for asn in asns.values() {
            table.contacts.entry(*asn).or_default();
        }
        loose.sort_unstable();
        for (network, contact) in loose {
            match asns.get(&network) {
                Some(asn) => table.contacts.entry(*asn).or_default().push(contact),
                None => table.orphans += 1,
            }
        }
        for contacts in table.contacts.values_mut() {
            contacts.sort_unstable();
        }
        table
    }

    /// The network's contacts by role; empty when it is in PeeringDB without one, `None` when it is not there.
    pub fn contacts(&self, asn: Asn) -> Option<&[Contact]> {
        self.contacts.get(&asn).map(Vec::as_slice)
    }

    /// True when a contact that others may see has an address or a number.
    pub fn is_reachable(&self, asn: Asn) -> bool {
        let seen = |c: &Contact| c.visibility != Visibility::Private && c.is_reachable();
        self.contacts(asn).is_some_and(|list| list.iter().any(seen))
    }

    /// Networks in PeeringDB, ascending.
    pub fn asns(&self) -> impl Iterator<Item = Asn> + '_ {
        self.contacts.keys().copied()
    }

    /// Contacts whose network is in none of the answers.
    pub fn orphans(&self) -> u64 {
        self.orphans
    }
}

const WANTED: &[(&str, Take)] = &[
    ("data", Take::Each),
    ("meta", Take::Whole),
    ("net", Take::Inside),
    ("netixlan", Take::Inside),
    ("poc", Take::Inside),
];

/// Reads one page of PeeringDB's API (`net`, also with embedded `poc_set`, `poc` or `netixlan`) or a whole dump
/// (`{"net": {"data": […]}, "poc": {"data": […]}, …}`). Only records with status `ok` count. Stated date:
/// `meta.generated`.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when it holds neither networks nor contacts nor connections.
pub fn parse(input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<PeeringDb>, ReadError> {
    let (mut answer, mut tally) = (PeeringDb::default(), Tally::default());
    let (mut stated, mut others, mut ours) = (None, 0_u64, 0_u64);
    let end = walk(input, 1, WANTED, &mut |piece| {
        if piece.member == "meta" {
            stated = piece.value.get("generated").and_then(json::seconds);
            return;
        }
        match record(&piece.value, &mut answer) {
            Some(Ok(())) => {
                ours += 1;
                tally.accepted += 1;
            }
            Some(Err(detail)) => {
                ours += 1;
                tally.refuse(&detail);
                fault::push(faults, fault::JSON_ELEMENT, piece.line, &detail);
            }
            None => others += 1,
        }
    })?;
    let complete = end.report(faults, &mut tally);
    if ours == 0 && (others > 0 || complete && !end.has("data")) {
        let found = format!("JSON with {others} other elements in `data`");
        return Err(ReadError::NotThisFormat { expected: EXPECTED, found });
    }
    tally.check(EXPECTED)?;
    let records = (answer.networks.len() + answer.contacts.len() + answer.connections.len()) as u64;
    Ok(Parsed { content: answer, stated, format: "peeringdb", records, complete })
}

/// Takes a network (has `asn`), a connection (`net_id`, `ix_id`) or a contact (`net_id`, `role`); `None` for any other
/// record. The error text names members, never contents.
fn record(value: &Value, answer: &mut PeeringDb) -> Option<Result<(), String>> {
    let is_ok = |v: &Value| v.get("status").and_then(Value::as_str).is_none_or(|s| s == "ok");
    if let Some(number) = value.get("asn").filter(|_| value.get("net_id").is_none()) {
        let (Some(id), Some(asn)) = (value.get("id").and_then(Value::as_u64), json::asn(number)) else {
            return Some(Err("a network with `id` and `asn`".to_owned()));
        };
        if is_ok(value) {
            answer.networks.push((id, asn));
            let words = value.get("irr_as_set").and_then(Value::as_str).unwrap_or_default();
            let words = words.split([' ', ',', ';', '\t', '\n']).filter(|word| !word.is_empty());
            let sets: Vec<String> =
                words.filter_map(routing::as_set_reference).take(SETS_PER_NETWORK_MAX).collect();
            if !sets.is_empty() {
                answer.as_sets.push((asn, sets));
            }
            let embedded = value.get("poc_set").and_then(Value::as_array).into_iter().flatten();
            answer.contacts.extend(embedded.filter(|c| is_ok(c)).filter_map(|c| Some((id, contact(c)?))));
        }
        return Some(Ok(()));
    }
    if let Some(point) = value.get("ix_id").filter(|_| value.get("net_id").is_some()) {
        let point = point.as_u64().and_then(|point| u32::try_from(point).ok());
        let (Some(exchange_point), Some(asn)) = (point, value.get("asn").and_then(json::asn)) else {
            return Some(Err("a connection with `ix_id` and `asn`".to_owned()));
        };
        let works = value.get("operational").and_then(Value::as_bool) != Some(false);
        if is_ok(value) && works {
            answer.connections.push(Connection { exchange_point, asn });
        }
        return Some(Ok(()));
    }
    let network = value.get("net_id").filter(|_| value.get("role").is_some())?;
    Some(match (network.as_u64(), contact(value)) {
        (Some(network), Some(contact)) => {
            if is_ok(value) {
                answer.contacts.push((network, contact));
            }
            Ok(())
        }
        _ => Err("a contact with `net_id`, `role` and `visible`".to_owned()),
    })
}

fn contact(value: &Value) -> Option<Contact> {
    let filled = |name: &str| value.get(name).and_then(Value::as_str).is_some_and(|t| !t.trim().is_empty());
    Some(Contact {
        role: match value.get("role")?.as_str()? {
            "Abuse" => Role::Abuse,
            "Maintenance" => Role::Maintenance,
            "NOC" => Role::Noc,
            "Policy" => Role::Policy,
            "Public Relations" => Role::PublicRelations,
            "Sales" => Role::Sales,
            "Technical" => Role::Technical,
            _ => Role::Other,
        },
        visibility: match value.get("visible").and_then(Value::as_str) {
            Some("Public") | None => Visibility::Public,
            Some("Users") => Visibility::Users,
            Some(_) => Visibility::Private,
        },
        has_email: filled("email"),
        has_phone: filled("phone"),
    })
}
