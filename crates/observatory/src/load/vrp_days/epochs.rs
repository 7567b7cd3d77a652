//! The VRPs of every moment, for events and what surrounds them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reference::Epoch;
use reference::vrp::{VrpEpochs, VrpTable};
use routing::{Month, Timestamp};

use super::{Admitted, VrpDays};
use crate::load::choose::moments;

impl VrpDays {
    /// At each moment of the month at which a snapshot takes over, the newest of each source that is not newer than the
    /// moment, nor older than `skew_days_max`; from the last moment before the month on. Where there is none of
    /// these, `nearest`: what the month is judged by. With it, what was used. `table` is what the month is judged by.
    pub fn epochs(
        &self,
        month: Month,
        skew_days_max: u32,
        admitted: &[Admitted],
        nearest: &[Admitted],
        table: Arc<VrpTable>,
    ) -> (VrpEpochs, BTreeSet<Admitted>) {
        let all = admitted.iter().map(|one| one.as_of);
        let mut held: Vec<(Timestamp, Vec<Admitted>)> = moments(month, skew_days_max, all)
            .into_iter()
            .map(|moment| (moment, held(moment, skew_days_max, admitted)))
            .collect();
        if let Some(last) = nearest.iter().map(|one| one.as_of).max().filter(|_| held.is_empty()) {
            held.push((last, nearest.to_vec()));
        }
        let used = held.iter().flat_map(|(_, of)| of.iter().copied()).collect();
        let snapshots = held.iter().map(|(as_of, held)| {
            let label = self.label(held);
            (Epoch { as_of: *as_of, label }, self.list(held))
        });
        (VrpEpochs::new(table, snapshots), used)
    }

    /// `VRPs of 2024-05-10`, every moment named once.
    fn label(&self, held: &[Admitted]) -> String {
        let moments: BTreeSet<Timestamp> = held.iter().map(|one| one.as_of).collect();
        let named: Vec<String> = moments
            .into_iter()
            .map(|at| if at == at.date().start() { at.date().to_string() } else { at.to_string() })
            .collect();
        let exceptions = if self.exceptions.is_empty() { "" } else { ", local exceptions applied" };
        format!("VRPs of {}{exceptions}", named.join(" and "))
    }
}

/// Of each source the newest moment; files of one moment count together.
fn held(moment: Timestamp, skew_days_max: u32, admitted: &[Admitted]) -> Vec<Admitted> {
    let usable = |one: &&Admitted| {
        one.as_of <= moment && (moment.0 - one.as_of.0) / 86_400 <= i64::from(skew_days_max)
    };
    let mut newest: BTreeMap<usize, Timestamp> = BTreeMap::new();
    for one in admitted.iter().filter(usable) {
        let last = newest.entry(one.source).or_insert(one.as_of);
        *last = one.as_of.max(*last);
    }
    admitted.iter().filter(|one| newest.get(&one.source) == Some(&one.as_of)).copied().collect()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use reference::vrp::{Validation, Vrp};
    use routing::Asn;

    use super::super::{Chains, VrpChain};
    use super::*;

    const MONTH: &str = "2024-05";

    /// AS1 and, by source, AS2 or AS3: so many snapshots each, of which those at even places have the second.
    fn days(admitted: &[Admitted], nearest: &[Admitted]) -> VrpDays {
        let chain = |second: u32| {
            let mut chain = VrpChain::default();
            for place in 0..6 {
                let asns = [1, second].into_iter().take(if place % 2 == 0 { 2 } else { 1 });
                let prefix = "10.0.0.0/16".parse().unwrap();
                let vrp =
                    |asn| Vrp { prefix, max_length: 16, asn: Asn(asn), trust_anchor: Default::default() };
                chain.push(asns.map(vrp).collect());
            }
            chain.finish();
            RefCell::new(chain)
        };
        let chains = Chains::from([(0, chain(2)), (1, chain(3))]);
        let month = MONTH.parse().unwrap();
        VrpDays::new(month, 31, &["a", "b"], admitted, nearest, (chains, Vec::new()))
    }

    fn at(source: usize, moment: &str, place: usize) -> Admitted {
        Admitted::at(source, moment.parse().unwrap(), place)
    }

    fn shown(admitted: &[Admitted], nearest: &[Admitted], asn: u32) -> Vec<(String, bool)> {
        let days = days(admitted, nearest);
        let table = Arc::new(VrpTable::new(days.list(nearest)));
        let (epochs, used) = days.epochs(MONTH.parse().unwrap(), 31, admitted, nearest, table);
        assert!(used.iter().all(|one| admitted.contains(one)));
        let state = |epoch: &Epoch| {
            let found = epochs.at(epoch.as_of).unwrap();
            assert_eq!(found.epoch(), epoch);
            found.validate("10.0.0.0/16".parse().unwrap(), Some(Asn(asn))) == Validation::Valid
        };
        epochs.epochs().iter().map(|epoch| (epoch.label.clone(), state(epoch))).collect()
    }

    fn told(all: &[(&str, bool)]) -> Vec<(String, bool)> {
        all.iter().map(|(label, valid)| ((*label).to_owned(), *valid)).collect()
    }

    #[test]
    fn each_moment_has_the_newest_of_each_source_that_is_not_newer() {
        let all = [
            at(0, "2024-03-01", 0),
            at(0, "2024-04-29", 0),
            at(1, "2024-04-30", 0),
            at(0, "2024-05-03T06:00:00Z", 1),
            at(0, "2024-05-03T18:00:00Z", 2),
            at(1, "2024-05-20", 1),
            at(0, "2024-06-01", 3),
        ];
        let nearest = [at(0, "2024-05-03T18:00:00Z", 2), at(1, "2024-05-20", 1)];
        let labels = [
            "VRPs of 2024-04-29 and 2024-04-30",
            "VRPs of 2024-04-30 and 2024-05-03T06:00:00Z",
            "VRPs of 2024-04-30 and 2024-05-03T18:00:00Z",
            "VRPs of 2024-05-03T18:00:00Z and 2024-05-20",
        ];
        let valid = |of: [bool; 4]| labels.into_iter().zip(of).collect::<Vec<_>>();
        assert_eq!(shown(&all, &nearest, 1), told(&valid([true; 4])));
        assert_eq!(shown(&all, &nearest, 2), told(&valid([true, false, true, true])));
        assert_eq!(shown(&all, &nearest, 3), told(&valid([true, true, true, false])));
    }

    #[test]
    fn what_is_newer_than_the_month_is_there_where_nothing_else_is() {
        let later = [at(0, "2024-06-09", 0)];
        assert_eq!(shown(&later, &later, 2), told(&[("VRPs of 2024-06-09", true)]));
        let days = days(&later, &later);
        let table = Arc::new(VrpTable::new(Vec::new()));
        let (epochs, _) = days.epochs(MONTH.parse().unwrap(), 31, &later, &later, table);
        assert!(epochs.at("2024-05-31T23:59:59Z".parse().unwrap()).is_none(), "it detects nothing of May");
        assert!(epochs.nearest("2024-05-03".parse().unwrap()).is_some(), "a replay has it");
    }
}
