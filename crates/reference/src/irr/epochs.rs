use std::collections::BTreeSet;
use std::sync::Arc;

use routing::{Asn, Date, Prefix, Timestamp};

use super::{Authority, IrrDump, IrrState, ListedRoute, RouteTable};
use crate::epochs::{Epoch, Turns};

/// What of a route object says who may announce what, and since when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Key {
    prefix: Prefix,
    origin: Asn,
    /// Place of its authority.
    authority: u16,
    created: Option<Date>,
}

/// The route objects of one dump.
#[derive(Clone, Debug)]
pub struct DumpedRoutes {
    /// The moment it speaks of.
    pub as_of: Timestamp,
    /// Dumps of one group are the same dataset at different moments.
    pub group: usize,
    authority: Authority,
    objects: Vec<(Prefix, Asn, Option<Date>)>,
}

impl DumpedRoutes {
    /// Of a dump that was read for an authority.
    pub fn of(as_of: Timestamp, group: usize, authority: Authority, dump: &IrrDump) -> DumpedRoutes {
        let mut objects: Vec<_> = dump.routes.iter().map(|r| (r.prefix, r.origin, r.created)).collect();
        objects.sort_unstable();
        objects.dedup();
        DumpedRoutes { as_of, group, authority, objects }
    }
}

/// Route objects at several moments. What differs from one table is what is kept.
#[derive(Clone, Debug)]
pub struct RouteEpochs {
    table: Arc<RouteTable>,
    /// As the table has them, then those of dumps alone.
    authorities: Vec<Authority>,
    turns: Turns<Key>,
}

/// A route object at a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RegisteredRoute<'a> {
    /// `route:` or `route6:`.
    pub prefix: Prefix,
    /// `origin:`.
    pub origin: Asn,
    /// `created:`; without it the earliest day named in `changed:`.
    pub created: Option<Date>,
    /// Since when dumps show it without a break.
    pub since: Timestamp,
    /// Whose it is.
    pub authority: &'a Authority,
}

fn key(listed: &ListedRoute) -> Key {
    Key {
        prefix: listed.object.prefix,
        origin: listed.object.origin,
        authority: listed.authority.0,
        created: listed.object.created,
    }
}

impl RouteEpochs {
    /// One table that has been so since a moment.
    pub fn of_one(table: Arc<RouteTable>, epoch: Epoch) -> RouteEpochs {
        let authorities = table.authorities().to_vec();
        RouteEpochs { table, authorities, turns: Turns::none(vec![epoch]) }
    }

    /// From dumps, at each of `moments` (ascending). Of each group the newest dump that is not newer than the moment
    /// counts. Where all of a group are newer, the first of them stands in with the objects that say when they were
    /// created: these speak for themselves. `table` is any that is like them.
    pub fn new(table: Arc<RouteTable>, dumps: &[DumpedRoutes], moments: &[Timestamp]) -> RouteEpochs {
        let mut authorities = table.authorities().to_vec();
        let places: Vec<u16> = dumps
            .iter()
            .map(|dump| {
                let place = authorities.iter().position(|known| *known == dump.authority);
                let place = place.unwrap_or_else(|| {
                    authorities.push(dump.authority.clone());
                    authorities.len() - 1
                });
                u16::try_from(place).expect("fewer than 65,536 authorities")
            })
            .collect();
        let groups: BTreeSet<usize> = dumps.iter().map(|dump| dump.group).collect();
        let snapshots = moments.iter().map(|moment| {
            let (mut keys, mut days, mut names) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
            for group in &groups {
                let own = || dumps.iter().filter(|dump| dump.group == *group).map(|dump| dump.as_of);
                let held = own().filter(|as_of| as_of <= moment).max();
                let Some(day) = held.or(own().min()).map(Timestamp::date) else { continue };
                // The parts of a dataset may come in several files of a day.
                let of_day = dumps.iter().zip(&places).filter(|(dump, _)| {
                    dump.group == *group
                        && dump.as_of.date() == day
                        && held.is_none_or(|_| dump.as_of <= *moment)
                });
                for (dump, &authority) in of_day {
                    days.insert(day);
                    names.insert(dump.authority.name.as_str());
                    let own = dump.objects.iter().filter(|(.., created)| held.is_some() || created.is_some());
                    keys.extend(own.map(|&(prefix, origin, created)| Key {
                        prefix,
                        origin,
                        authority,
                        created,
                    }));
                }
            }
            keys.sort_unstable();
            keys.dedup();
            let named: Vec<&str> = names.into_iter().collect();
            let days: Vec<String> = days.iter().map(Date::to_string).collect();
            let label = format!("route objects of {} of {}", named.join(", "), days.join(" and "));
            (Epoch { as_of: *moment, label }, keys)
        });
        let mut listed: Vec<Key> = table.routes().iter().map(key).collect();
        listed.sort_unstable();
        listed.dedup();
        let turns = Turns::new(listed.into_iter(), snapshots, |key| key.prefix);
        RouteEpochs { table, authorities, turns }
    }

    /// The moments, in their order.
    pub fn epochs(&self) -> &[Epoch] {
        self.turns.epochs()
    }

    /// The latest that are not newer than `at`; where there are none, the first that are.
    pub fn nearest(&self, at: Timestamp) -> Option<RoutesAsOf<'_>> {
        Some(RoutesAsOf { all: self, epoch: self.turns.nearest(at)? })
    }
}

/// The route objects of one moment.
#[derive(Clone, Copy, Debug)]
pub struct RoutesAsOf<'a> {
    all: &'a RouteEpochs,
    epoch: u16,
}

impl<'a> RoutesAsOf<'a> {
    /// Which they are.
    pub fn epoch(&self) -> &'a Epoch {
        &self.all.turns.epochs()[usize::from(self.epoch)]
    }

    /// Objects for `prefix` or a less specific one, most specific first.
    pub fn covering(&self, prefix: Prefix) -> Vec<RegisteredRoute<'a>> {
        let listed = self.all.table.covering(prefix).map(key);
        let mut keys = self.all.turns.covering(prefix, self.epoch, listed);
        keys.sort_unstable_by_key(|key| (core::cmp::Reverse(key.prefix.len()), *key));
        let route = |key: Key| RegisteredRoute {
            prefix: key.prefix,
            origin: key.origin,
            created: key.created,
            since: self.all.turns.since(&key.prefix, &key, self.epoch),
            authority: &self.all.authorities[usize::from(key.authority)],
        };
        keys.into_iter().map(route).collect()
    }

    /// The state of a route. An origin of `None` (AS_SET) matches no object.
    pub fn look_up(&self, prefix: Prefix, origin: Option<Asn>) -> IrrState {
        let state = |route: RegisteredRoute<'_>| match (origin == Some(route.origin), route.prefix == prefix)
        {
            (true, true) => IrrState::Exact,
            (true, false) => IrrState::Covered,
            (false, _) => IrrState::WrongOrigin,
        };
        self.covering(prefix).into_iter().map(state).min().unwrap_or(IrrState::NoObject)
    }
}
