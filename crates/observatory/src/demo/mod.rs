//! The demonstration world: made up, bundled, computed by the same line as the real one.
//!
//! It is written in `tables/`: networks, what changed of them, what was announced wrongly, who was tested, who
//! takes part. Everything else — recordings, registries, lists — follows from those. `docs/demo.md` tells its
//! stories, with the values that come out; a test holds them together.

mod announcements;
mod as_sets;
mod configuration;
mod foreign;
mod irr;
mod lent;
mod networks;
mod opinions;
mod participants;
mod recordings;
mod register;
mod registries;
mod rpki;
mod spoofer;
mod table;
mod topology;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use registries::Dump;
use routing::{Date, Month, Timestamp};

use crate::config::Config;
use crate::progress::Progress;

/// The months of the world.
pub const MONTHS: [&str; 3] = ["2024-03", "2024-04", MONTH];

/// The last of them, which is shown first.
pub const MONTH: &str = "2024-05";

/// 2024-03-01T00:00:00Z.
const START: Timestamp = Timestamp(1_709_251_200);
/// 2024-06-01T00:00:00Z.
const END: Timestamp = Timestamp(1_717_200_000);

/// Writes the world into `folder`, computes its months and returns the path of its configuration.
pub async fn build(folder: &Path) -> Result<PathBuf> {
    let world = folder.join("world");
    write_world(&world).with_context(|| format!("the world cannot be written to {}", world.display()))?;
    let data = folder.join("data");
    let path = folder.join("observatory.toml");
    let text = configuration::configuration(&data.to_string_lossy(), &world.to_string_lossy());
    fs::write(&path, text).with_context(|| path.display().to_string())?;
    let config = Config::read(&path)?;
    register::write(&crate::month::Data::open(&config).await?.store).await?;
    for month in MONTHS {
        let month: Month = month.parse().expect("a month");
        crate::month::run(&config, month, &Progress::new(false)).await?;
    }
    Ok(path)
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn write_world(world: &Path) -> Result<()> {
    let mut announcements = announcements::Announcements::new();
    for collector in recordings::collectors() {
        let folder = world.join(collector);
        fs::create_dir_all(&folder)?;
        for (name, bytes) in recordings::recorded(collector, &mut announcements)? {
            fs::write(folder.join(name), bytes)?;
        }
    }
    for (name, text) in texts() {
        fs::write(world.join(name), text)?;
    }
    Ok(())
}

/// Everything that is text, by the name of its file.
fn texts() -> Vec<(String, String)> {
    let mut texts = vec![("exceptions.slurm".to_owned(), rpki::slurm())];
    let mut file = |name: String, text: String| texts.push((name, text));
    for taken in rpki::DAYS {
        file(format!("rpki-{taken}.json"), rpki::rpki(day(taken)));
    }
    for last in ["2024-03-31", "2024-04-30", "2024-05-31"] {
        for authority in irr::AUTHORITIES {
            file(format!("{}-{last}.db", authority.to_lowercase()), irr::database(authority, day(last)));
        }
    }
    for first in ["2024-03-01", "2024-04-01", "2024-05-01", "2024-05-16"] {
        for registry in registries::REGISTRIES {
            // AFRINIC's file of April never came, and that of May late.
            let day = match (registry, first) {
                ("afrinic", "2024-04-01" | "2024-05-01") => continue,
                ("afrinic", "2024-05-16") => day("2024-05-22"),
                _ => day(first),
            };
            let name = format!("delegated-{registry}-extended-{}", day.to_string().replace('-', ""));
            file(name, registries::delegations(registry, day));
        }
        file(format!("fullbogons-{first}.txt"), registries::bogons(day(first)));
    }
    let middle = day("2024-04-15");
    file(format!("asn-countries-{middle}.csv"), registries::asn_countries(middle));
    file(format!("names-{middle}.txt"), registries::names(middle));
    file(format!("relationships-{middle}.txt"), registries::relationships(middle));
    file("origins-2024-02-25.dat".to_owned(), registries::origins(day("2024-02-25")));
    for known in ["2024-04-01", "2024-05-15"] {
        file(format!("organisations-{known}.txt"), registries::organisations(day(known)));
    }
    for reported in ["2024-03-14", "2024-03-15", "2024-03-16", "2024-04-20", "2024-05-28"] {
        file(format!("bogons-announced-{reported}.txt"), registries::bogons_announced());
    }
    // A dump too old for March, a whole one, and one that lost two contacts of three.
    for (dumped, dump) in
        [("2024-02-05", Dump::Whole), ("2024-04-30", Dump::Whole), ("2024-05-31", Dump::Third)]
    {
        let (nets, pocs) = registries::peeringdb(day(dumped), dump);
        file(format!("peeringdb-net-{dumped}.json"), nets);
        file(format!("peeringdb-poc-{dumped}.json"), pocs);
    }
    let connected = "2024-04-30";
    file(format!("peeringdb-netixlan-{connected}.json"), registries::connections(day(connected)));
    texts.extend(spoofer::pages());
    texts.extend(participants::lists());
    texts.extend(opinions::files());
    texts.extend(foreign::files());
    texts
}
