//! A folder with a configuration and what the binary makes of it.

use std::fs;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The folder of real data.
pub const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
/// Longer than this and a run counts as hung.
const PATIENCE: Duration = Duration::from_secs(300);

/// Says aloud that a test does not run; where everything must be there, it fails instead.
pub fn skipped(why: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
    eprintln!("SKIPPED: {why}");
}

/// Whether the real data are there.
pub fn has_data() -> bool {
    let there = Path::new(DATA).is_dir();
    if !there {
        skipped("no folder ../shared/data");
    }
    there
}

/// A file of the real data, unpacked if it is packed with gzip.
pub fn real(name: &str) -> Vec<u8> {
    let raw = fs::read(Path::new(DATA).join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    if !name.ends_with(".gz") {
        return raw;
    }
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(&raw[..]).read_to_end(&mut bytes).unwrap();
    bytes
}

/// Packs with gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut out, bytes).unwrap();
    out.finish().unwrap()
}

/// What a run of the binary left.
pub struct Ran {
    /// Exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: String,
    /// Wall time.
    pub took: Duration,
}

impl Ran {
    /// Asserts success.
    #[track_caller]
    pub fn ok(self) -> Ran {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self
    }

    /// Standard output as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }

    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
}

/// The binary, in the current folder.
pub fn observatory(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_observatory"));
    command.args(args).env("WORLD_DATA", DATA).env_remove("OBSERVATORY_CONFIG").stdin(Stdio::null());
    command
}

/// Runs a command to its end; one that hangs is killed and fails the test.
pub fn run(mut command: Command) -> Ran {
    let (mut out, mut err) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    command.stdout(out.try_clone().unwrap()).stderr(err.try_clone().unwrap());
    let began = Instant::now();
    let status = wait(&mut command.spawn().unwrap(), PATIENCE);
    let took = began.elapsed();
    let mut ran = Ran { code: status.code(), out: Vec::new(), err: String::new(), took };
    out.rewind().unwrap();
    out.read_to_end(&mut ran.out).unwrap();
    err.rewind().unwrap();
    err.read_to_string(&mut ran.err).unwrap();
    assert!(!ran.err.contains("panicked at"), "{command:?}: {}", ran.err);
    ran
}

/// Waits for the end of a process, no longer than `limit`.
pub fn wait(child: &mut Child, limit: Duration) -> ExitStatus {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if began.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("hung: still running after {limit:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A configuration in a folder of its own.
pub struct World {
    /// The folder; what the binary writes is in `var` below it.
    pub folder: PathBuf,
    /// Removes the folder of a world that only one test uses.
    _temporary: Option<tempfile::TempDir>,
}

impl World {
    /// A world that only one test uses. `config` lacks the key `data`.
    pub fn new(config: &str) -> World {
        let temporary = tempfile::tempdir().unwrap();
        let world = World { folder: temporary.path().to_owned(), _temporary: Some(temporary) };
        world.configure(config);
        world
    }

    /// A world that several tests share: it stays until the next run.
    pub fn shared(name: &str, config: &str) -> World {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let world = World { folder, _temporary: None };
        world.configure(config);
        world
    }

    /// Replaces the configuration.
    pub fn configure(&self, config: &str) {
        self.write("observatory.toml", format!("data = \"var\"\n{config}"));
    }

    /// Writes a file of the folder and returns its name.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// The binary in the world's folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = observatory(args);
        command.current_dir(&self.folder);
        command
    }

    /// Runs the binary in the world's folder.
    pub fn run(&self, args: &[&str]) -> Ran {
        run(self.command(args))
    }

    /// Publishes a month and returns its summary.
    #[track_caller]
    pub fn month(&self, month: &str) -> Value {
        self.run(&["month", month, "--json"]).ok().json()
    }

    /// A table of a published month.
    #[track_caller]
    pub fn export(&self, table: &str, month: &str, format: &str) -> Vec<u8> {
        self.run(&["export", table, "--month", month, "--format", format]).ok().out
    }

    /// The digest of a table as CSV.
    #[track_caller]
    pub fn digest(&self, table: &str, month: &str) -> String {
        use sha2::Digest;
        let digest = sha2::Sha256::digest(self.export(table, month, "csv"));
        digest.iter().map(|b| format!("{b:02x}")).collect()
    }

    /// The month's current publication with all its rows as JSON, but for the moment of publication.
    pub fn stored(&self, month: &str) -> Value {
        let url = format!("sqlite:{}?mode=rw", self.folder.join("var/store.sqlite").display());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = store::Store::open(&url).await.unwrap();
            let (id, head) = store.current(month).await.unwrap().unwrap();
            let mut readiness = Vec::new();
            let mut areas = Vec::new();
            let mut incidents = Vec::new();
            for framework in &head.frameworks {
                readiness.extend(store.readiness_of_all(id, &framework.id, -1, i64::MAX).await.unwrap());
                for scope in ["world", "economy"] {
                    areas.extend(store.aggregates(id, &framework.id, scope).await.unwrap());
                }
                incidents.extend(store.incidents(id, &framework.id).await.unwrap());
            }
            serde_json::json!({
                "sources": store.sources(id).await.unwrap(),
                "networks": store.networks(id, -1, i64::MAX).await.unwrap(),
                "readiness": readiness,
                "areas": areas,
                "events": store.events(id).await.unwrap(),
                "incidents": incidents,
                "opinions": store.opinions_after(id, &store::OpinionFilter::default(), (i64::MIN, ""), i64::MAX).await.unwrap(),
                "revisions": store.revisions(month).await.unwrap(),
                "head": head,
            })
        })
    }

    /// Names of what lies in the lake.
    pub fn lake(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.join("var/lake"))
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// The rows of a CSV text with the names of its columns.
pub struct Csv {
    /// The columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<csv::StringRecord>,
}

impl Csv {
    /// Reads a CSV text; every row has as many cells as there are columns.
    pub fn read(text: &[u8]) -> Csv {
        let mut reader = csv::Reader::from_reader(text);
        let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
        Csv { columns, rows: reader.records().map(Result::unwrap).collect() }
    }

    /// The place of a column.
    #[track_caller]
    pub fn place(&self, column: &str) -> usize {
        self.columns.iter().position(|c| c == column).unwrap_or_else(|| panic!("no column {column}"))
    }
}
