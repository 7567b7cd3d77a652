use core::fmt;

use routing::{Asn, Prefix};

use super::{IrrDump, RouteObject};
use crate::names::Names;
use crate::prefix_index::{Place, PrefixIndex};

/// The state of a route in the IRR, best first (FRAMEWORK §2, §6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum IrrState {
    /// A route object for this prefix and origin.
    Exact,
    /// A route object for a less specific prefix and this origin.
    Covered,
    /// Route objects for this or less specific prefixes, all of other origins.
    WrongOrigin,
    /// No route object for this or a less specific prefix.
    NoObject,
}

/// Number of an authority of a [`RouteTable`]; the better authority has the smaller number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AuthorityId(pub(super) u16);

/// Where route objects come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authority {
    /// Its name, e.g. `RIPE`, `RADB`.
    pub name: String,
    /// True for an RIR's own registry, which checks who holds the addresses.
    pub authoritative: bool,
}

/// A dump and the authority it is read for.
#[derive(Clone, Debug)]
pub struct IrrSource {
    /// The authority.
    pub authority: Authority,
    /// Its objects.
    pub dump: IrrDump,
}

impl Authority {
    /// By its name: RIPE, APNIC, ARIN, AFRINIC and LACNIC are authoritative; RIPE-NONAUTH, ARIN-NONAUTH,
    /// RADB and all others are not.
    pub fn named(name: &str) -> Authority {
        let authoritative =
            ["RIPE", "APNIC", "ARIN", "AFRINIC", "LACNIC"].iter().any(|n| n.eq_ignore_ascii_case(name));
        Authority { name: name.to_owned(), authoritative }
    }
}

/// A state and the best authority among the objects that decided it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct IrrVerdict {
    /// The state.
    pub state: IrrState,
    /// `None` exactly when there is no object.
    pub authority: Option<AuthorityId>,
}

/// A route object with its authority.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ListedRoute {
    /// The object.
    pub object: RouteObject,
    /// Number of its authority.
    pub authority: AuthorityId,
}

/// A verdict with the objects that decided it: most specific first, then by origin and authority.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IrrExplanation {
    /// State and best authority.
    pub verdict: IrrVerdict,
    /// The objects of exactly this state: the exact ones, or the covering ones of this origin, or those of
    /// the other origins.
    pub objects: Vec<ListedRoute>,
}

/// Route objects of many sources, ready for look-ups; the order of the sources does not matter.
#[derive(Clone, Debug)]
pub struct RouteTable {
    authorities: Vec<Authority>,
    names: Names,
    routes: Vec<ListedRoute>,
    /// Items are `[origin, length of the prefix << 16 | authority]`.
    index: PrefixIndex,
    starts: Vec<u32>,
}

impl RouteTable {
    /// Builds the table. Sources with the same authority are united.
    pub fn new(sources: Vec<IrrSource>) -> RouteTable {
        let mut authorities: Vec<Authority> = sources.iter().map(|s| s.authority.clone()).collect();
        authorities.sort_by(|a, b| b.authoritative.cmp(&a.authoritative).then_with(|| a.name.cmp(&b.name)));
        authorities.dedup();
        let mut names = Names::default();
        let texts: std::collections::BTreeSet<&str> =
            sources.iter().flat_map(|s| s.dump.names.iter()).collect();
        for text in texts {
            names.intern(text);
        }
        let mut routes = Vec::with_capacity(sources.iter().map(|s| s.dump.routes.len()).sum());
        for source in &sources {
            let number = authorities.iter().position(|a| *a == source.authority);
            let number = number.expect("every source's authority is in the list made from the sources");
            let authority = AuthorityId(u16::try_from(number).expect("fewer than 65,536 authorities"));
            let ids: Vec<_> = source.dump.names.iter().map(|text| names.intern(text)).collect();
            routes.extend(source.dump.routes.iter().map(|r| {
                let object = RouteObject {
                    source: ids[r.source.index()],
                    maintainers: ids[r.maintainers.index()],
                    ..*r
                };
                ListedRoute { object, authority }
            }));
        }
        drop(sources);
        routes.sort_unstable_by_key(|r| (r.object.prefix, r.object.origin, r.authority, r.object));
        routes.dedup();
        routes.shrink_to_fit();
        let (mut prefixes, mut starts) = (Vec::new(), Vec::new());
        for (i, route) in routes.iter().enumerate() {
            if prefixes.last() != Some(&route.object.prefix) {
                prefixes.push(route.object.prefix);
                starts.push(i as u32);
            }
        }
        starts.push(routes.len() as u32);
        let own = |node: usize| starts[node] as usize..starts[node + 1] as usize;
        let item = |i: usize| {
            let ListedRoute { object, authority } = &routes[i];
            [object.origin.0, u32::from(object.prefix.len()) << 16 | u32::from(authority.0)]
        };
        let index = PrefixIndex::with_items(prefixes, own, item);
        RouteTable { authorities, names, routes, index, starts }
    }

    /// The authorities, best first.
    pub fn authorities(&self) -> &[Authority] {
        &self.authorities
    }

    /// The authority behind a number of this table.
    pub fn authority(&self, id: AuthorityId) -> &Authority {
        &self.authorities[usize::from(id.0)]
    }

    /// The texts the objects refer to.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Every object, by prefix, origin and authority.
    pub fn routes(&self) -> &[ListedRoute] {
        &self.routes
    }

    /// Objects for `prefix` or a less specific one, most specific first.
    pub fn covering(&self, prefix: Prefix) -> impl Iterator<Item = &ListedRoute> {
        self.index.upwards(self.index.deepest(&prefix)).flat_map(|node| self.at(node))
    }

    /// State of a route and best authority. An origin of `None` (AS_SET) matches no object.
    pub fn look_up(&self, prefix: Prefix, origin: Option<Asn>) -> IrrVerdict {
        self.judge(self.index.deepest(&prefix), prefix, origin)
    }

    /// The verdict with the objects that decided it.
    pub fn explain(&self, prefix: Prefix, origin: Option<Asn>) -> IrrExplanation {
        let verdict = self.look_up(prefix, origin);
        let objects = self.covering(prefix).filter(|r| match verdict.state {
            IrrState::Exact => r.object.prefix == prefix && Some(r.object.origin) == origin,
            IrrState::Covered => Some(r.object.origin) == origin,
            IrrState::WrongOrigin | IrrState::NoObject => true,
        });
        IrrExplanation { verdict, objects: objects.copied().collect() }
    }

    /// The verdicts of many routes, in their order. Ascending prefixes are joined in one pass over both
    /// sides; any other order gives the same verdicts, slower.
    pub fn look_up_all(&self, routes: &[(Prefix, Option<Asn>)]) -> Vec<IrrVerdict> {
        let mut cursor = self.index.cursor();
        routes.iter().map(|(prefix, origin)| self.judge(cursor.deepest(prefix), *prefix, *origin)).collect()
    }

    fn at(&self, node: usize) -> &[ListedRoute] {
        &self.routes[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    #[inline]
    fn judge(&self, deepest: Option<Place>, prefix: Prefix, origin: Option<Asn>) -> IrrVerdict {
        let Some(deepest) = deepest else {
            return IrrVerdict { state: IrrState::NoObject, authority: None };
        };
        let mut best = (IrrState::NoObject, AuthorityId(u16::MAX));
        for [registered, rest] in self.index.items(deepest).flatten() {
            // Of what covers the prefix only what is as long is for the prefix itself, and that comes first.
            let exact = rest >> 16 == u32::from(prefix.len());
            if best.0 == IrrState::Exact && !exact {
                break;
            }
            let state = match (origin == Some(Asn(*registered)), exact) {
                (true, true) => IrrState::Exact,
                (true, false) => IrrState::Covered,
                (false, _) => IrrState::WrongOrigin,
            };
            best = best.min((state, AuthorityId(*rest as u16)));
        }
        IrrVerdict { state: best.0, authority: Some(best.1) }
    }
}

impl fmt::Display for IrrState {
    /// `exact`, `covered`, `wrong-origin`, `none`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            IrrState::Exact => "exact",
            IrrState::Covered => "covered",
            IrrState::WrongOrigin => "wrong-origin",
            IrrState::NoObject => "none",
        })
    }
}
