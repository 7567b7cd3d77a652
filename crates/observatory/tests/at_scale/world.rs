//! A generated world: networks with names, scores, events and routes, month after month.

use std::collections::BTreeMap;
use std::path::Path;

use lake::{Lake, RouteRow};
use routing::{Asn, Month, Prefix, Region, Timestamp, economy_names};
use store::{
    AggregateRow, EventRow, FrameworkName, GradeCounts, IncidentRow, MembershipRow, MetricRow, NetworkRow,
    ParticipantRow, Publication, PublicationRow, ReadinessRow, ScoreRow, Store,
};

/// Deterministic and good enough to spread things (a splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.roll() % n.max(1)
    }

    /// Few are large, most are small: an index below `n`.
    pub fn skewed(&mut self, n: u64) -> u64 {
        let share = (self.roll() >> 11) as f64 / (1u64 << 53) as f64;
        ((n as f64).powf(share) - 1.0) as u64
    }
}

/// What a visitor may ask for.
pub struct World {
    pub months: Vec<String>,
    pub asns: Vec<u32>,
    pub economies: Vec<&'static str>,
    pub words: Vec<String>,
    /// As-sets and participants are numbered from 0.
    pub sets: u32,
    pub participants: u32,
    /// How long publishing each month took, in seconds.
    pub seconds: Vec<f64>,
}

const SYLLABLES: [&str; 24] = [
    "net", "tel", "com", "fi", "ber", "lan", "nor", "sud", "via", "link", "data", "air", "wave", "metro",
    "uni", "gov", "bank", "host", "cloud", "edge", "ora", "vel", "tran", "sit",
];
const SCORES: [&str; 5] =
    ["filtering", "anti_spoofing", "coordination", "routing_information_irr", "routing_information_rpki"];
const FRAMEWORKS: [&str; 2] = ["2024-01", "2022-10"];
const ROUTES_PER_NETWORK: u64 = 16;
const FIRST_ASN: u32 = 1_000;

fn word(dice: &mut Dice) -> String {
    (0..2 + dice.below(2)).map(|_| SYLLABLES[dice.below(SYLLABLES.len() as u64) as usize]).collect()
}

/// Publishes `months` months of `networks` networks, the last of them 2024-12.
pub async fn publish(folder: &Path, networks: u32, months: u32) -> World {
    std::fs::write(folder.join("observatory.toml"), "data = \"data\"\n").unwrap();
    let data = folder.join("data");
    std::fs::create_dir_all(&data).unwrap();
    let store =
        Store::open(&format!("sqlite:{}?mode=rwc", data.join("store.sqlite").display())).await.unwrap();
    let lake = Lake::open(data.join("lake")).unwrap();
    let mut dice = Dice(7);
    let economies: Vec<&'static str> = economy_names().map(|(code, _)| code).collect();
    let rows = network_rows(&mut dice, networks, &economies);
    let routes = route_rows(&mut dice, &rows);
    let (mut published, mut seconds) = (Vec::new(), Vec::new());
    let mut first_files: Option<std::path::PathBuf> = None;
    for back in (0..months).rev() {
        let number = 2024 * 12 + 11 - back;
        let month: Month = format!("{:04}-{:02}", number / 12, number % 12 + 1).parse().unwrap();
        let generation = format!("generated-{month}");
        let draft = lake.draft(&generation).unwrap();
        match &first_files {
            // The routes of every month are alike: only the first month's are encoded.
            Some(first) => {
                for name in [lake::ROUTES_FILE, lake::ROUTES_BY_PREFIX_FILE, lake::AS_SETS_FILE] {
                    let mut file = draft.create(name).unwrap();
                    std::io::copy(&mut std::fs::File::open(first.join(name)).unwrap(), &mut file).unwrap();
                }
            }
            None => {
                let file = draft.create(lake::ROUTES_FILE).unwrap();
                lake::write(file, lake::ROUTE_COLUMNS, routes.iter().map(RouteRow::to_values)).unwrap();
                lake::write_as_sets(&draft, as_sets(&mut dice, &rows)).unwrap();
                let mut sorted = routes.clone();
                sorted.sort_by_key(|route| (route.prefix, route.origin));
                lake::write_routes_by_prefix(draft.create(lake::ROUTES_BY_PREFIX_FILE).unwrap(), sorted)
                    .unwrap();
            }
        }
        let folder = draft.finish().unwrap();
        first_files.get_or_insert(folder);
        let publication = publication(&mut dice, month, generation, &rows);
        let started = std::time::Instant::now();
        store.publish(publication).await.unwrap();
        seconds.push(started.elapsed().as_secs_f64());
        published.push(month.to_string());
    }
    let words = (0..200).map(|i| rows[i * 31 % rows.len()].name.clone().unwrap()).collect();
    World {
        months: published,
        asns: rows.iter().map(|n| n.asn).collect(),
        economies,
        words,
        sets: networks / 4,
        participants: networks / 200,
        seconds,
    }
}

/// Bytes of every file below a folder.
pub fn bytes_in(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let size = |entry: std::fs::DirEntry| match entry.metadata().unwrap() {
        meta if meta.is_dir() => bytes_in(&entry.path()),
        meta => meta.len(),
    };
    entries.map(size).sum()
}

fn network_rows(dice: &mut Dice, networks: u32, economies: &[&'static str]) -> Vec<NetworkRow> {
    let mut asn = FIRST_ASN;
    let mut row = || {
        asn += 1 + dice.below(4) as u32;
        let code = economies[dice.skewed(economies.len() as u64) as usize];
        let registry = Region::of_economy(code).map_or("RIPE NCC", |[region, _]| match region.slug {
            "africa" => "AFRINIC",
            "americas" => "ARIN",
            "asia" | "oceania" => "APNIC",
            _ => "RIPE NCC",
        });
        let routes = [1 + dice.skewed(4 * ROUTES_PER_NETWORK), dice.skewed(ROUTES_PER_NETWORK)];
        NetworkRow {
            asn,
            name: Some(format!("{}-{}", word(dice).to_uppercase(), word(dice).to_uppercase())),
            organisation: Some(format!("{} {} Ltd", word(dice), word(dice))),
            economy: Some(code.to_owned()),
            economy_from: Some("delegation file".to_owned()),
            registry: registry.to_owned(),
            status: Some("assigned".to_owned()),
            customers: Some(dice.skewed(500) as u32),
            routes,
            space: routes.map(|n| n as f64),
            rpki: Some(routes.map(|n| [n / 2, n / 9, n - n / 2 - n / 9])),
            irr: Some(routes.map(|n| [n / 2, n / 4, 0, n - n / 2 - n / 4])),
            ..NetworkRow::default()
        }
    };
    (0..networks).map(|_| row()).collect()
}

fn route_rows(dice: &mut Dice, networks: &[NetworkRow]) -> Vec<RouteRow> {
    let mut routes = Vec::new();
    let mut next = 0u32;
    for network in networks {
        for _ in 0..network.routes[0] {
            next += 1;
            let address = core::net::Ipv4Addr::from(0x0100_0000 + (next << 8));
            let prefix: Prefix = format!("{address}/24").parse().unwrap();
            routes.push(route(dice, prefix, network.asn));
        }
        for _ in 0..network.routes[1] {
            next += 1;
            let prefix: Prefix = format!("2a{:02x}:{:x}::/32", next >> 16, next & 0xffff).parse().unwrap();
            routes.push(route(dice, prefix, network.asn));
        }
    }
    routes
}

fn route(dice: &mut Dice, prefix: Prefix, origin: u32) -> RouteRow {
    let rpki = ["valid", "not-found", "invalid"][dice.skewed(3) as usize];
    RouteRow {
        prefix,
        origin: Some(Asn(origin)),
        rpki: Some(rpki.to_owned()),
        rpki_reason: (rpki == "invalid").then(|| "as".to_owned()),
        irr: Some(["exact", "none", "covered", "wrong_origin"][dice.skewed(4) as usize].to_owned()),
        irr_authority: Some("RIPE".to_owned()),
        peers: 40,
        first_seen: Timestamp(1_714_521_600),
        last_seen: Timestamp(1_717_199_999),
        full_feed_peers: 30,
        excluded: None,
        vrps: (rpki != "not-found").then(|| format!("AS{origin} {prefix}-{}", prefix.len())),
        route_objects: None,
    }
}

fn publication(
    dice: &mut Dice,
    month: Month,
    generation: String,
    networks: &[NetworkRow],
) -> Publication<'static> {
    let start = month.span().start.0;
    let readiness: Vec<ReadinessRow> = FRAMEWORKS
        .iter()
        .flat_map(|framework| networks.iter().map(|n| readiness(dice, framework, n)).collect::<Vec<_>>())
        .collect();
    let (mut events, mut incidents) = (Vec::new(), Vec::new());
    for i in 0..networks.len() / 20 {
        let culprit = &networks[dice.below(networks.len() as u64) as usize];
        let event = event(dice, i, culprit, start);
        let economy = culprit.economy.clone();
        let culprit = culprit.asn;
        incidents.extend(FRAMEWORKS.iter().map(|framework| IncidentRow {
            framework: (*framework).to_owned(),
            id: format!("i-{i}"),
            metric: "M3".to_owned(),
            network: culprit,
            economy: economy.clone(),
            ongoing: false,
            start: event.start,
            end: event.end,
            weight: 1.0,
            adds: 1.0,
            events: vec![event.id.clone()],
            prefixes: vec![event.prefix.clone()],
            culprit: Some(culprit),
            verdict: "incident".to_owned(),
            reason: "bogon".to_owned(),
            confidence: 100,
            ..IncidentRow::default()
        }));
        events.push(event);
    }
    Publication {
        aggregates: aggregates(networks, &readiness),
        head: PublicationRow {
            month: month.to_string(),
            revision: 0,
            result: generation.clone(),
            generation,
            frameworks: FRAMEWORKS
                .map(|id| FrameworkName { id: id.to_owned(), digest: "generated".to_owned() })
                .to_vec(),
            reason: "generated".to_owned(),
            supersedes: None,
            published_at: start,
            data_time: Some((start, start + 86_400)),
            summary: serde_json::json!({}),
        },
        sources: Vec::new(),
        networks: networks.to_vec(),
        readiness: readiness.into(),
        events: events.into(),
        replays: Vec::new(),
        opinions: Vec::new(),
        incidents,
        peers: Vec::new(),
        participants: participants(networks),
        programmes: Vec::new(),
        foreign_series: Vec::new(),
        foreign: Vec::new(),
        roas: store::RoaRows::default(),
    }
}

fn readiness(dice: &mut Dice, framework: &str, network: &NetworkRow) -> ReadinessRow {
    let score = |key: &&str| {
        let score = (dice.below(5) > 0).then(|| dice.below(1_000) as f64 / 999.0);
        let grade = score.map(|s| {
            if s >= 0.9 {
                "ready"
            } else if s >= 0.5 {
                "aspiring"
            } else {
                "lagging"
            }
        });
        ScoreRow {
            key: (*key).to_owned(),
            score,
            grade: grade.map(str::to_owned),
            unknown: score.is_none().then(|| "no data: not measured in the generated world".to_owned()),
        }
    };
    let scores = SCORES.iter().map(score).collect();
    let metric = |code: &&str| MetricRow {
        metric: (*code).to_owned(),
        value: Some(0.5),
        unknown: None,
        because: "176 valid, 21 invalid, 60 not-found of 257 counted routes (VRPs of 2024-05-31)".to_owned(),
    };
    ReadinessRow {
        framework: framework.to_owned(),
        asn: network.asn,
        scores,
        metrics: ["M1", "M2", "M2C", "M3", "M3C", "M4", "M4C", "M5", "M7IRR", "M7RPKI", "M8"]
            .iter()
            .map(metric)
            .collect(),
        counted_routes: network.routes,
        excluded_routes: BTreeMap::new(),
    }
}

/// As-sets of a few networks each, every tenth of them with other sets inside.
fn as_sets(dice: &mut Dice, networks: &[NetworkRow]) -> Vec<lake::AsSetRow> {
    let any = |dice: &mut Dice| Asn(networks[dice.below(networks.len() as u64) as usize].asn);
    let all = networks.len() as u64 / 4;
    (0..all)
        .map(|i| {
            let mut asns: Vec<Asn> = (0..1 + dice.skewed(200)).map(|_| any(dice)).collect();
            asns.sort_unstable();
            asns.dedup();
            let inside = if i % 10 == 0 { 1 + dice.skewed(6) } else { 0 };
            lake::AsSetRow {
                name: format!("AS-SET-{i}"),
                registry: "RADB".to_owned(),
                asns,
                sets: (0..inside).map(|_| format!("AS-SET-{}", dice.below(all))).collect(),
                ..lake::AsSetRow::default()
            }
        })
        .collect()
}

/// Participants of ten networks each.
fn participants(networks: &[NetworkRow]) -> Vec<ParticipantRow> {
    let member = |network: &NetworkRow| MembershipRow {
        asn: network.asn,
        from: None,
        to: None,
        counted: true,
        known: true,
    };
    let participant = |(id, networks): (usize, &[NetworkRow])| ParticipantRow {
        programme: "network-operators".to_owned(),
        id: id.to_string(),
        organisation: format!("Participant {id}"),
        approved: Some("2020-01-01".to_owned()),
        areas: Vec::new(),
        networks: networks.iter().take(10).map(member).collect(),
        listed: "2024-05-31".to_owned(),
        source: "generated".to_owned(),
        revision: None,
        also: Vec::new(),
        partners: Vec::new(),
        conformance: BTreeMap::new(),
        scores: BTreeMap::new(),
    };
    networks.chunks_exact(200).enumerate().map(participant).collect()
}

fn event(dice: &mut Dice, i: usize, culprit: &NetworkRow, start: i64) -> EventRow {
    let from = start + dice.below(20 * 86_400) as i64;
    EventRow {
        id: format!("e-{i:06}"),
        kind: "bogon_prefix".to_owned(),
        class: "full".to_owned(),
        culprit: Some(culprit.asn),
        economy: culprit.economy.clone(),
        prefix: format!("10.{}.{}.0/24", dice.below(256), dice.below(256)),
        bogon_asn: None,
        start: from,
        end: from + dice.below(5 * 86_400) as i64,
        ongoing: false,
        estimated: false,
        rule: "10.0.0.0/8 is private use (RFC 1918): no network may announce it".to_owned(),
        rule_source: "IANA IPv4 special-purpose address registry".to_owned(),
        peers: 5,
        collectors: vec!["rrc00".to_owned()],
        accomplices: vec![(culprit.asn + 1, 1)],
        verdict: "incident".to_owned(),
        reason: "bogon".to_owned(),
        confidence: 100,
        ..EventRow::default()
    }
}

fn aggregates(networks: &[NetworkRow], readiness: &[ReadinessRow]) -> Vec<AggregateRow> {
    let mut areas: BTreeMap<(&str, &str, &str), AggregateRow> = BTreeMap::new();
    for (network, row) in networks.iter().cycle().zip(readiness) {
        let economy = network.economy.as_deref().unwrap_or("ZZ");
        let regions = Region::of_economy(economy).into_iter().flatten().map(|region| ("region", region.slug));
        for (scope, area) in [("world", ""), ("economy", economy)].into_iter().chain(regions) {
            let totals = areas.entry((&row.framework, scope, area)).or_insert_with(|| AggregateRow {
                framework: row.framework.clone(),
                scope: scope.to_owned(),
                area: area.to_owned(),
                networks: 0,
                routes: [0; 2],
                scores: SCORES
                    .iter()
                    .map(|key| GradeCounts {
                        key: (*key).to_owned(),
                        mean: Some(0.5),
                        ready: 0,
                        aspiring: 0,
                        lagging: 0,
                        no_data: 0,
                    })
                    .collect(),
                events: BTreeMap::from([("bogon_prefix".to_owned(), 3)]),
                partial: false,
            });
            totals.networks += 1;
            for (counts, score) in totals.scores.iter_mut().zip(&row.scores) {
                match score.grade.as_deref() {
                    Some("ready") => counts.ready += 1,
                    Some("aspiring") => counts.aspiring += 1,
                    Some(_) => counts.lagging += 1,
                    None => counts.no_data += 1,
                }
            }
        }
    }
    areas.into_values().collect()
}
