//! April 2018 as one event's collectors saw it, with a daily bogon report and every kind of registry: small,
//! and yet no table of it is empty.

use std::path::Path;
use std::sync::OnceLock;

use crate::world::{DATA, World, has_data};

pub const APRIL: &str = "2018-04";

/// Every table, and a framework under which it has rows: only the first one counted reported bogons.
pub const TABLES: [(&str, &str); 6] = [
    ("routes", "2024-01"),
    ("networks", "2024-01"),
    ("economies", "2024-01"),
    ("events", "2024-01"),
    ("incidents", "2024-01"),
    ("counted", "2018-06"),
];

/// A source of the configuration.
pub struct Source {
    pub kind: &'static str,
    pub name: String,
    /// Relative to the data folder.
    pub file: String,
    pub rest: String,
}

impl Source {
    fn new(kind: &'static str, name: &str, file: &str, rest: &str) -> Source {
        Source { kind, name: name.to_owned(), file: file.to_owned(), rest: rest.to_owned() }
    }
}

/// The sources: some forty collectors, and two of each kind whose files could contradict each other.
pub fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for event in ["e05", "e06"] {
        let folder = format!("incidents/hijack-observations/{event}");
        let mut files: Vec<String> = std::fs::read_dir(Path::new(DATA).join(&folder))
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        for file in files {
            let collector =
                file.trim_end_matches(".mrt.gz").trim_end_matches(".rib").trim_end_matches(".updates");
            let rest = format!("collector = \"{collector}\"");
            sources.push(Source::new("mrt", &format!("{event} {file}"), &format!("{folder}/{file}"), &rest));
        }
    }
    let day = "date = 2016-02-01";
    sources.extend([
        Source::new("bogons", "daily report", "manrs-2018/cidr/*.txt.gz", ""),
        Source::new("vrps", "vrps", "world-2016/2016-02_tabi_roa.csv.gz", day),
        Source::new("vrps", "roas AFRINIC", "world-2022/2022-01-02_afrinic_roas.csv.gz", ""),
        Source::new("delegations", "registry 2016", "world-2016/delegated-afrinic-extended-20160130.gz", ""),
        Source::new("delegations", "registry 2022", "world-2022/delegated-afrinic-extended-20220401.gz", ""),
        Source::new("as_names", "names 2014", "world-2014/asnames_20140524.txt.gz", ""),
        Source::new("as_names", "names 2016", "world-2016/pyasn_asnames.json.gz", day),
        Source::new("organisations", "holders", "world-2016/2016-02_tabi_organisations.csv.gz", day),
        Source::new(
            "irr",
            "RIPE",
            "world-2016/irr-excerpt-2016-04-06/ripe-db-route.txt",
            "authority = \"RIPE\"\ndate = 2016-04-06",
        ),
        Source::new(
            "irr",
            "RADB",
            "world-2016/irr-excerpt-2016-04-06/ripe-db-route.txt",
            "authority = \"RADB\"\ndate = 2016-04-06",
        ),
    ]);
    sources
}

/// A configuration of sources whose files lie in `folder`.
pub fn config<'a>(top: &str, folder: &str, sources: impl IntoIterator<Item = &'a Source>) -> String {
    let mut text = format!("reference_skew_days_max = 3000\n{top}\n");
    for Source { kind, name, file, rest } in sources {
        text += &format!(
            "[[source]]\nkind = \"{kind}\"\nname = \"{name}\"\npath = \"{folder}/{file}\"\n{rest}\n"
        );
    }
    text
}

/// The month, published once by one thread.
pub fn april() -> Option<&'static World> {
    static APRIL_WORLD: OnceLock<Option<World>> = OnceLock::new();
    let compute = || {
        has_data().then(|| {
            let world = World::shared("april", &config("threads = 1", "${WORLD_DATA}", &sources()));
            world.month(APRIL);
            world
        })
    };
    APRIL_WORLD.get_or_init(compute).as_ref()
}
