//! The world as `observatory demo` computes it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use store::{
    EventRow, IncidentRow, NetworkRow, ParticipantRow, PeerRow, PublicationRow, ReadinessRow,
    RoaChangeFilter, RoaChangeRow, RoaDayRow, RoaMonthRow, RoaNetworkRow, SourceRow, Store,
};

/// The months of the world.
pub const MONTHS: [&str; 3] = ["2024-03", "2024-04", "2024-05"];
/// The framework that is shown first.
pub const FRAMEWORK: &str = "2024-01";

/// A month.
pub struct Computed {
    pub head: PublicationRow,
    pub networks: BTreeMap<u32, NetworkRow>,
    /// By framework and ASN.
    pub readiness: BTreeMap<(String, u32), ReadinessRow>,
    pub events: Vec<EventRow>,
    /// Under the framework that is shown first.
    pub incidents: Vec<IncidentRow>,
    pub sources: Vec<SourceRow>,
    pub peers: Vec<PeerRow>,
    pub participants: Vec<ParticipantRow>,
    pub roas: Roas,
}

/// What ROAs cover.
pub struct Roas {
    pub month: RoaMonthRow,
    /// The world by day.
    pub world: Vec<RoaDayRow>,
    pub networks: BTreeMap<u32, RoaNetworkRow>,
    pub changes: Vec<RoaChangeRow>,
}

/// Runs the command until it serves, and returns what it said until then.
pub fn build(folder: &Path) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_observatory"))
        .args(["demo", "--listen", "127.0.0.1:0", "--keep"])
        .arg(folder)
        .env_remove("OBSERVATORY_CONFIG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(command.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    for line in lines {
        said.push(line.unwrap());
        if said.last().unwrap().starts_with("serving ") {
            break;
        }
    }
    command.kill().unwrap();
    command.wait().unwrap();
    assert!(said.last().is_some_and(|line| line.starts_with("serving ")), "it never came up: {said:?}");
    said
}

/// What a world in a folder was published as.
pub fn read(folder: &Path) -> Vec<Computed> {
    let url = format!("sqlite:{}?mode=rw", folder.join("data/store.sqlite").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&url).await.unwrap();
        let mut months = Vec::new();
        for month in MONTHS {
            let (id, head) = store.current(month).await.unwrap().expect("every month is published");
            let mut readiness = BTreeMap::new();
            for framework in &head.frameworks {
                for row in store.readiness_of_all(id, &framework.id, -1, i64::MAX).await.unwrap() {
                    readiness.insert((framework.id.clone(), row.asn), row);
                }
            }
            let networks = store.networks(id, -1, i64::MAX).await.unwrap();
            let mut of_networks = BTreeMap::new();
            for network in &networks {
                if let Some(row) = store.roa_network(id, network.asn).await.unwrap() {
                    of_networks.insert(network.asn, row);
                }
            }
            let every = RoaChangeFilter::default();
            let roas = Roas {
                month: store.roa_month(id).await.unwrap().expect("every month has it"),
                world: store.roa_days(id, "world", "").await.unwrap(),
                networks: of_networks,
                changes: store.roa_changes(id, &every, 0, (i64::MAX, 0)).await.unwrap(),
            };
            months.push(Computed {
                head,
                networks: networks.into_iter().map(|n| (n.asn, n)).collect(),
                readiness,
                events: store.events(id).await.unwrap(),
                incidents: store.incidents(id, FRAMEWORK).await.unwrap(),
                sources: store.sources(id).await.unwrap(),
                peers: store.peers(id).await.unwrap(),
                participants: store.participants(id).await.unwrap(),
                roas,
            });
        }
        months
    })
}

/// The world, computed once for every test that looks at it.
pub fn demo() -> &'static [Computed] {
    static WORLD: OnceLock<Vec<Computed>> = OnceLock::new();
    WORLD.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        build(folder.path());
        read(folder.path())
    })
}
