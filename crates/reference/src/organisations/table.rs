use std::collections::BTreeMap;

use routing::Asn;

use super::{Membership, Organisation, Organisations};

/// Organisations and their networks; the order of files and lines does not matter.
#[derive(Clone, Debug, Default)]
pub struct OrganisationTable {
    organisations: Vec<Organisation>,
    /// By ASN, then organisation: the place of the organisation and the network's name.
    memberships: Vec<(Asn, usize, Option<Box<str>>)>,
    /// Networks of each organisation, ascending.
    networks: Vec<Vec<Asn>>,
}

impl OrganisationTable {
    /// Unites files. Of two records of one organisation the later change counts, then the one with more in
    /// it. A membership in an organisation that no file describes makes one without a name.
    pub fn new(files: impl IntoIterator<Item = Organisations>) -> OrganisationTable {
        let mut by_id = BTreeMap::<(Box<str>, Box<str>), Organisation>::new();
        let mut members: Vec<Membership> = Vec::new();
        for file in files {
            members.extend(file.memberships);
            for o in file.organisations {
                let key = (o.source.clone(), o.id.clone());
                let rank = |o: &Organisation| (o.changed, o.name.is_some(), o.country, o.name.clone());
                match by_id.get_mut(&key) {
                    Some(known) if rank(known) >= rank(&o) => {}
                    Some(known) => *known = o,
                    None => {
                        by_id.insert(key, o);
                    }
                }
            }
        }
        for m in &members {
            let (source, id) = (m.source.clone(), m.organisation.clone());
            by_id.entry((source.clone(), id.clone())).or_insert(Organisation {
                source,
                id,
                name: None,
                country: None,
                changed: None,
            });
        }
        let organisations: Vec<Organisation> = by_id.into_values().collect();
        let place = |m: &Membership| {
            organisations.binary_search_by(|o| (&o.source, &o.id).cmp(&(&m.source, &m.organisation)))
        };
        // The latest record of a network names it.
        members.sort_by(|a, b| (a.asn, b.changed, &b.name).cmp(&(b.asn, a.changed, &a.name)));
        let mut memberships: Vec<_> = members
            .iter()
            .map(|m| (m.asn, place(m).expect("every membership's organisation was added"), m.name.clone()))
            .collect();
        memberships.sort_by_key(|(asn, place, _)| (*asn, *place));
        memberships.dedup_by_key(|(asn, place, _)| (*asn, *place));
        let mut networks = vec![Vec::new(); organisations.len()];
        for (asn, place, _) in &memberships {
            networks[*place].push(*asn);
        }
        OrganisationTable { organisations, memberships, networks }
    }

    /// Every organisation, by source and id.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    fn of(&self, asn: Asn) -> &[(Asn, usize, Option<Box<str>>)] {
        let from = self.memberships.partition_point(|m| m.0 < asn);
        let count = self.memberships[from..].partition_point(|m| m.0 == asn);
        &self.memberships[from..from + count]
    }

    /// The organisations of a network: none, one, or several when sources differ.
    pub fn organisations_of(&self, asn: Asn) -> impl Iterator<Item = &Organisation> {
        self.of(asn).iter().map(|(_, place, _)| &self.organisations[*place])
    }

    /// The network's own name.
    pub fn name_of(&self, asn: Asn) -> Option<&str> {
        self.of(asn).iter().find_map(|(.., name)| name.as_deref())
    }

    /// Other networks of the same organisation, ascending, each once.
    pub fn siblings(&self, asn: Asn) -> Vec<Asn> {
        let mut all: Vec<Asn> =
            self.of(asn).iter().flat_map(|(_, place, _)| &self.networks[*place]).copied().collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|a| *a != asn);
        all
    }

    /// True when both networks share an organisation; a network is its own sibling.
    pub fn are_siblings(&self, a: Asn, b: Asn) -> bool {
        a == b || self.of(a).iter().any(|(_, place, _)| self.networks[*place].binary_search(&b).is_ok())
    }

    /// Networks with an organisation, each once, ascending.
    pub fn asns(&self) -> impl Iterator<Item = Asn> + '_ {
        self.memberships.chunk_by(|a, b| a.0 == b.0).map(|same| same[0].0)
    }
}
