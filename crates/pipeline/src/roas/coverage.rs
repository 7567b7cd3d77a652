use routing::{Family, Prefix};

use super::{Announced, State};

/// Routes and space by state, in the order of [`State::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Distinct prefixes and origins.
    pub routes: [u64; 5],
    /// Space of the union of their prefixes: IPv4 in addresses, IPv6 in /48.
    pub space: [u64; 5],
}

/// IPv4, IPv6.
pub type Coverage = [Counts; 2];

/// How much the routes of an area are covered, on the first day and after each day of changes.
///
/// `members` are the places of the area's routes in `routes`, ascending; `first` the states of all routes on the first
/// day; `moves` what changed of the members: the day (from 1), the route, its new state, in the order of days. The
/// answer has `days` entries.
///
/// Space goes by the most specific route: an address is in the state of the longest prefix among the members that
/// covers it, and where several networks originate that prefix, in the first of their states in the order of
/// [`State`]: valid where one of them is valid.
pub fn coverage(
    routes: &Announced<'_>,
    members: &[u32],
    first: &[State],
    moves: &[(usize, u32, State)],
    days: usize,
) -> Vec<Coverage> {
    let mut area = Area::new(routes, members, first);
    let mut out = Vec::with_capacity(days);
    let mut moves = moves;
    for day in 0..days {
        let (now, later) = moves.split_at(moves.partition_point(|(of, _, _)| *of <= day));
        moves = later;
        area.apply(now);
        out.push(area.total);
    }
    out
}

struct Area<'a> {
    routes: &'a Announced<'a>,
    members: &'a [u32],
    /// By member.
    states: Vec<State>,
    /// By member: space that no more specific member takes, at the first member of each prefix.
    own: Vec<u64>,
    total: Coverage,
}

impl<'a> Area<'a> {
    fn new(routes: &'a Announced<'a>, members: &'a [u32], first: &[State]) -> Area<'a> {
        let states = members.iter().map(|&m| first[m as usize]).collect();
        let own = own_space(routes, members);
        let mut area = Area { routes, members, states, own, total: Coverage::default() };
        for (at, &member) in members.iter().enumerate() {
            area.total[family(&routes.get(member).0)].routes[area.states[at] as usize] += 1;
        }
        let mut at = 0;
        while at < members.len() {
            let group = area.group(at);
            at = group.end;
            area.count_space(group, true);
        }
        area
    }

    fn prefix(&self, at: usize) -> Prefix {
        self.routes.get(self.members[at]).0
    }

    /// The members of the same prefix.
    fn group(&self, at: usize) -> std::ops::Range<usize> {
        let prefix = self.prefix(at);
        let start = (0..at).rev().take_while(|&i| self.prefix(i) == prefix).last().unwrap_or(at);
        let end = (at..self.members.len()).take_while(|&i| self.prefix(i) == prefix).last().unwrap_or(at);
        start..end + 1
    }

    fn count_space(&mut self, group: std::ops::Range<usize>, add: bool) {
        let own = self.own[group.start];
        let family = family(&self.prefix(group.start));
        if let Some(state) = self.states[group].iter().min() {
            let space = &mut self.total[family].space[*state as usize];
            *space = if add { *space + own } else { *space - own };
        }
    }

    fn apply(&mut self, moves: &[(usize, u32, State)]) {
        let mut at: Vec<(usize, State)> = Vec::with_capacity(moves.len());
        for (_, route, state) in moves {
            if let Ok(place) = self.members.binary_search(route) {
                at.push((place, *state));
            }
        }
        let mut groups: Vec<std::ops::Range<usize>> =
            at.iter().map(|(place, _)| self.group(*place)).collect();
        groups.sort_unstable_by_key(|group| group.start);
        groups.dedup();
        for group in &groups {
            self.count_space(group.clone(), false);
        }
        for (place, state) in at {
            let routes = &mut self.total[family(&self.routes.get(self.members[place]).0)].routes;
            routes[self.states[place] as usize] -= 1;
            routes[state as usize] += 1;
            self.states[place] = state;
        }
        for group in groups {
            self.count_space(group, true);
        }
    }
}

fn family(prefix: &Prefix) -> usize {
    usize::from(prefix.family() == Family::V6)
}

/// IPv4 in addresses, IPv6 in /48; a longer prefix is less than one of those and counts none.
fn space(prefix: &Prefix) -> u64 {
    let whole = match prefix.family() {
        Family::V4 => 32,
        Family::V6 => 48,
    };
    if prefix.len() > whole { 0 } else { 1 << (whole - prefix.len()) }
}

/// Of each distinct prefix the space that no more specific one takes. A prefix stands directly before its more
/// specifics, so those still open are a stack.
fn own_space(routes: &Announced<'_>, members: &[u32]) -> Vec<u64> {
    let mut own = vec![0; members.len()];
    let mut open: Vec<(Prefix, usize)> = Vec::new();
    for (at, &member) in members.iter().enumerate() {
        let prefix = routes.get(member).0;
        while open.last().is_some_and(|(covering, _)| !covering.contains(&prefix)) {
            open.pop();
        }
        let covering = open.last().copied();
        match covering {
            Some((covering, _)) if covering == prefix => continue,
            Some((_, place)) => own[place] -= space(&prefix),
            None => {}
        }
        own[at] = space(&prefix);
        open.push((prefix, at));
    }
    own
}
