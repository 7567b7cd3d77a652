//! A tiny world with everything that a state depends on: nested prefixes of both families, several origins of one
//! prefix, AS_SETs, bogons, maximum lengths, AS0, registries of unequal authority, peers that show a part.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::collections::{BTreeMap, BTreeSet};

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{OriginCode, PeerEntry};
use measure::framework::Framework;
use pipeline::month::{Before, BogonEpoch, Collector, Dated, InTurn, Inputs, Outcome, References, Settings};
use pipeline::sweep::Sweep;
use reference::Registry;
use reference::bogons::{BogonBlock, BogonClass, BogonTable, Space};
use reference::delegations::{Delegation, DelegationTable, Resource, Status};
use reference::irr::{Authority, IrrDump, IrrSource, RouteObject, RouteTable};
use reference::organisations::OrganisationTable;
use reference::vrp::{TrustAnchor, Vrp, VrpTable};
use routing::{AsPath, Asn, Family, Month, Prefix, SegmentKind, Timestamp, Unknown};
use simulation::whatif::{Change, What};

use super::Kind;

pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize].clone()
    }
}

const REGISTRIES: [&str; 3] = ["RADB", "RIPE", "ALTDB"];
const ORIGINS: u32 = 14;

#[derive(Clone)]
pub struct World {
    kind: Kind,
    /// Origin 0 is an AS_SET; the number says which peers show it.
    announced: BTreeMap<(Prefix, Asn), u8>,
    /// As published.
    was: BTreeMap<(Prefix, Asn), u8>,
    vrps: BTreeSet<(Prefix, u8, Asn)>,
    objects: BTreeSet<(Prefix, Asn, &'static str)>,
}

fn origin(random: &mut Random) -> Asn {
    Asn(1_000 + random.below(u64::from(ORIGINS)) as u32)
}

/// Somewhere in 20.0.0.0/12 or 2a00::/28, so crowded that prefixes nest.
fn prefix(random: &mut Random) -> Prefix {
    let noise = u128::from(random.below(1 << 12));
    if random.below(3) == 0 {
        let len = 28 + random.below(9) as u8;
        Prefix::from_bits(Family::V6, 0x2a00 << 112 | noise << 92, len).unwrap()
    } else {
        let len = 12 + random.below(13) as u8;
        Prefix::from_bits(Family::V4, (20 << 120) | noise << 104, len).unwrap()
    }
}

/// Whether events of bogons can come of a change: what becomes of those a question does not ask.
pub fn is_of_bogons(prefix: &Prefix) -> bool {
    let listed = [bogon(), pool(), beside_pool(), "10.0.0.0/8".parse().unwrap()];
    listed.iter().any(|space| space.contains(prefix) || prefix.contains(space))
}

/// In a registry's pool; the two halves are listed apart.
fn pool() -> Prefix {
    "20.12.0.0/17".parse().unwrap()
}

fn beside_pool() -> Prefix {
    "20.12.128.0/17".parse().unwrap()
}

/// Space inside full bogons that is treated as public.
fn public() -> Prefix {
    "10.9.0.0/16".parse().unwrap()
}

fn bogon_or_beside(random: &mut Random) -> Prefix {
    let within = random.of(&[bogon(), pool(), beside_pool(), public(), "10.0.0.0/8".parse().unwrap()]);
    let len = within.len() - 2 + random.below(9) as u8;
    let noise = u128::from(random.below(1 << 16)) << 104;
    let bits = within.bits() | noise & !(u128::MAX << (128 - within.len()));
    Prefix::from_bits(Family::V4, bits, len).unwrap()
}

fn bogon() -> Prefix {
    "20.8.0.0/16".parse().unwrap()
}

impl World {
    pub fn new(random: &mut Random, kind: Kind) -> World {
        let mut world = World {
            kind,
            announced: BTreeMap::new(),
            was: BTreeMap::new(),
            vrps: BTreeSet::new(),
            objects: BTreeSet::new(),
        };
        for _ in 0..160 {
            let origin = if random.below(25) == 0 { Asn::ZERO } else { origin(random) };
            // The first two peers show nearly everything.
            let shown = random.of(&[0b011, 0b011, 0b011, 0b111, 0b111, 0b001]);
            world.announced.insert((prefix(random), origin), shown);
        }
        for _ in 0..10 {
            world
                .announced
                .insert((Prefix::from_bits(Family::V4, bogon().bits(), 24).unwrap(), origin(random)), 3);
        }
        for _ in 0..70 {
            world.vrps.insert(world.roa(random));
        }
        for _ in 0..70 {
            world.objects.insert(world.object(random));
        }
        world.was = world.announced.clone();
        world
    }

    /// Announces a prefix and nearly everything inside it down to some bits more; `skipped` in a hundred are not.
    pub fn announce_tree(&mut self, random: &mut Random, top: Prefix, bits: u8, origin: Asn, skipped: u64) {
        for more in 0..=bits {
            for n in 0..1_u128 << more {
                let len = top.len() + more;
                let prefix =
                    Prefix::from_bits(top.family(), top.bits() | n << (128 - u32::from(len)), len).unwrap();
                if random.below(100) >= skipped {
                    self.announced.insert((prefix, origin), 3);
                }
            }
        }
    }

    /// Everything announced, but by AS_SETs.
    pub fn announced(&self) -> BTreeSet<(Prefix, Asn)> {
        self.announced.keys().copied().filter(|(_, origin)| *origin != Asn::ZERO).collect()
    }

    /// A prefix at, above or below one that is announced, or anywhere.
    fn near(&self, random: &mut Random) -> (Prefix, Asn) {
        if random.below(6) == 0 {
            return (prefix(random), origin(random));
        }
        let keys: Vec<_> = self.announced.keys().copied().collect();
        let (near, own) = random.of(&keys);
        let prefix = match random.below(4) {
            0 => near.truncate(near.len() - random.below(4) as u8).unwrap(),
            1 => Prefix::from_bits(near.family(), near.bits(), near.len() + random.below(3) as u8).unwrap(),
            _ => near,
        };
        let own = if own == Asn::ZERO || random.below(3) == 0 { origin(random) } else { own };
        (prefix, own)
    }

    fn roa(&self, random: &mut Random) -> (Prefix, u8, Asn) {
        let (prefix, origin) = self.near(random);
        let asn = if random.below(12) == 0 { Asn::ZERO } else { origin };
        (prefix, prefix.len() + random.of(&[0, 0, 0, 1, 2, 6]), asn)
    }

    fn object(&self, random: &mut Random) -> (Prefix, Asn, &'static str) {
        let (prefix, origin) = self.near(random);
        (prefix, origin, random.of(&REGISTRIES))
    }

    /// From one to eight changes, some without effect.
    pub fn question(&self, random: &mut Random) -> String {
        let mut lines = Vec::new();
        for _ in 0..=random.below(8) {
            lines.push(self.line(random));
        }
        lines.join("\n")
    }

    fn line(&self, random: &mut Random) -> String {
        let vrps: Vec<_> = self.vrps.iter().copied().collect();
        let objects: Vec<_> = self.objects.iter().copied().collect();
        let announced: Vec<_> = self.announced.keys().copied().collect();
        match random.below(6) {
            0 => {
                let (prefix, max_length, asn) = self.roa(random);
                format!("+ roa {prefix}-{max_length} {asn}")
            }
            1 => {
                let (prefix, max_length, asn) = random.of(&vrps);
                format!("- roa {prefix}-{max_length} {asn}")
            }
            2 => {
                let (prefix, asn, registry) = self.object(random);
                format!("+ route {prefix} {asn} {registry}")
            }
            3 => {
                let (prefix, asn, registry) = random.of(&objects);
                let named = if random.below(2) == 0 { registry } else { "" };
                format!("- route {prefix} {asn} {named}")
            }
            4 => {
                // In, around and beside bogon space, too: full, administrative and public.
                let (near, asn) = self.near(random);
                let prefix = if random.below(4) == 0 { bogon_or_beside(random) } else { near };
                format!("+ announce {prefix} {asn}")
            }
            _ => loop {
                let (prefix, asn) = random.of(&announced);
                if asn != Asn::ZERO {
                    break format!("- announce {prefix} {asn}");
                }
            },
        }
    }

    /// Makes a change in the inputs themselves.
    pub fn make(&mut self, Change { adds, what }: &Change) {
        match (adds, what) {
            (true, What::Roa { prefix, max_length, origin }) => {
                self.vrps.insert((*prefix, *max_length, *origin));
            }
            (false, What::Roa { prefix, max_length, origin }) => {
                self.vrps.remove(&(*prefix, *max_length, *origin));
            }
            (true, What::Route { prefix, origin, registry }) => {
                let named = REGISTRIES.into_iter().find(|name| registry.as_deref() == Some(name));
                // No such registry is read where an excerpt or nothing is.
                self.objects.insert((*prefix, *origin, named.unwrap()));
            }
            (false, What::Route { prefix, origin, registry }) => self.objects.retain(|object| {
                (object.0, object.1) != (*prefix, *origin)
                    || registry.as_deref().is_some_and(|name| name != object.2)
            }),
            (true, What::Announce { prefix, origin }) => {
                let key = (*prefix, *origin);
                let shown = self.was.get(&key).copied().unwrap_or(0b011);
                self.announced.entry(key).or_insert(shown);
            }
            (false, What::Announce { prefix, origin }) => {
                self.announced.remove(&(*prefix, *origin));
            }
        }
    }

    pub fn inputs<'a>(&self, frameworks: &'a [Framework]) -> Inputs<'a> {
        let month: Month = "2024-05".parse().unwrap();
        let label = |what: &str| format!("{what} of 2024-05-01");
        let missing = |what: &str| Unknown::because(format!("no {what} are loaded"));
        let vrp = |(prefix, max_length, asn): &(Prefix, u8, Asn)| Vrp {
            prefix: *prefix,
            max_length: *max_length,
            asn: *asn,
            trust_anchor: TrustAnchor::Ripe,
        };
        let vrps = match self.kind {
            Kind::NoVrps => Err(missing("VRPs")),
            _ => Ok(Dated {
                data: VrpTable::new(self.vrps.iter().map(vrp).collect()).into(),
                label: label("VRPs"),
            }),
        };
        let irr = match self.kind {
            Kind::NoObjects => Err(missing("route objects")),
            _ => Ok(Dated { data: self.route_table().into(), label: label("route objects") }),
        };
        let excerpt = self.kind == Kind::Excerpt;
        let holder = Delegation {
            registry: Registry::RipeNcc,
            country: None,
            resource: Resource::Asns { first: Asn(1_000), last: Asn(999 + ORIGINS) },
            date: None,
            status: Status::Allocated,
            opaque_id: "holder".into(),
        };
        let space = Delegation {
            resource: Resource::Prefixes(vec!["20.0.0.0/12".parse().unwrap()]),
            ..holder.clone()
        };
        let block = |space: Prefix, class| BogonBlock {
            space: Space::Prefix(space),
            class,
            since: None,
            until: None,
            what: "a list".into(),
            source: "a list".into(),
            rule: "",
        };
        let listed = [
            block(bogon(), BogonClass::Full),
            block(pool(), BogonClass::Administrative),
            block(beside_pool(), BogonClass::Administrative),
        ];
        let references = References {
            vrps,
            irr,
            irr_excerpt: excerpt.then(|| Unknown::because("only an excerpt is loaded")),
            aut_nums: Err(missing("aut-num objects")),
            aut_num_registries: BTreeSet::new(),
            contacts: Err(missing("contacts")),
            contacts_excerpt: None,
            spoofer: Err(missing("sessions")),
            delegations: DelegationTable::new([holder, space]),
            asn_countries: DelegationTable::default(),
            names: BTreeMap::new(),
            organisations: OrganisationTable::new(None).into(),
            relationships: None,
            aspas: None,
            before: Before::default(),
            bogons: vec![BogonEpoch {
                from: month.span().start,
                table: BogonTable::new(listed, [public()], []),
            }],
            reports: Vec::new(),
        };
        let settings = Settings { full_feed_share_percent_min: 50, peers_min_visible: 2 };
        let collectors = vec![self.collector(month)];
        Inputs { month, frameworks, collectors, references, settings }
    }

    fn route_table(&self) -> RouteTable {
        let sources = REGISTRIES.into_iter().map(|name| {
            let mut dump = IrrDump::default();
            let source = dump.names.intern(name);
            let own = self.objects.iter().filter(|object| object.2 == name);
            let routes: Vec<RouteObject> = own
                .map(|(prefix, origin, _)| RouteObject {
                    prefix: *prefix,
                    origin: *origin,
                    created: None,
                    last_modified: None,
                    source,
                    maintainers: source,
                })
                .collect();
            IrrSource { authority: Authority::named(name), dump: IrrDump { routes, ..dump } }
        });
        RouteTable::new(sources.collect())
    }

    /// Tables at the beginning and the end of the month, with the same routes.
    fn collector(&self, month: Month) -> Collector {
        let span = month.span();
        let times = [span.start, Timestamp(span.end.0 - 3_600)];
        let mut sweep = Sweep::new(span, span.start, 40 * 86_400);
        for (file, time) in (0u32..).zip(times) {
            let table = self.table(time);
            let report = sweep.read(file, table.as_slice()).unwrap();
            assert_eq!(report.faults.total(), 0);
        }
        let swept = sweep.finish().unwrap();
        Collector {
            name: "alpha".to_owned(),
            peers: swept.peers,
            paths: swept.paths,
            coverage: swept.coverage,
            tables: vec![0, 1],
            recording: swept.recording,
        }
    }

    fn table(&self, time: Timestamp) -> Vec<u8> {
        let peers: Vec<PeerEntry> = (0u8..3)
            .map(|n| PeerEntry {
                bgp_id: Ipv4Addr::new(10, 0, 0, n + 1),
                address: IpAddr::V4(Ipv4Addr::new(195, 0, 0, n + 1)),
                asn: Asn(3_000 + u32::from(n)),
            })
            .collect();
        let mut writer = Writer::new(Vec::new());
        writer.peer_index_table(time, Ipv4Addr::LOCALHOST, "", &peers).unwrap();
        let mut rows: BTreeMap<Prefix, Vec<(u16, Route)>> = BTreeMap::new();
        for ((prefix, origin), shown) in &self.announced {
            for peer in (0u16..3).filter(|peer| shown >> peer & 1 == 1) {
                let first = [Asn(3_000 + u32::from(peer)), Asn(2_000)];
                let mut path =
                    AsPath::from_sequence(first.into_iter().chain([*origin]).filter(|n| *n != Asn::ZERO));
                if *origin == Asn::ZERO {
                    path.push_segment(SegmentKind::Set, &[Asn(1_001), Asn(1_002)]);
                }
                let route = Route {
                    origin: OriginCode::Igp,
                    path,
                    next_hop: match prefix.family() {
                        Family::V4 => IpAddr::V4(Ipv4Addr::new(195, 0, 0, 1)),
                        Family::V6 => IpAddr::V6(Ipv6Addr::new(0x2a01, 0, 0, 0, 0, 0, 0, 1)),
                    },
                    med: None,
                    local_pref: None,
                    communities: Vec::new(),
                    only_to_customer: None,
                };
                // Two routes of one peer are told apart by path identifiers, and their times add up.
                let twice = prefix.bits().count_ones() % 3 == 0 && peer == 0;
                for _ in 0..=usize::from(twice) {
                    rows.entry(*prefix).or_default().push((peer, route.clone()));
                }
            }
        }
        for (sequence, (prefix, routes)) in (0u32..).zip(&rows) {
            // One peer shows several origins of a prefix as routes with path identifiers.
            let mut written: Vec<(u32, Entry<'_>)> = Vec::new();
            for (id, (peer, route)) in (0u32..).zip(routes) {
                written.push((id, Entry { peer_index: *peer, originated: time, route }));
            }
            writer.rib_add_path(time, sequence, *prefix, &written).unwrap();
        }
        writer.into_inner()
    }
}

pub fn compute(inputs: &Inputs<'_>) -> Outcome {
    pipeline::month::compute(inputs, &InTurn).unwrap()
}
