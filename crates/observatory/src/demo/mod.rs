//! The demonstration world: made up, bundled, computed by the same line as the real one.

mod files;
mod networks;
mod participants;
mod routes;
mod spoofer;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use routing::Month;

use crate::config::Config;
use crate::progress::Progress;

/// The month the world is about.
pub const MONTH: &str = "2024-05";

/// Writes the world into `folder`, computes its month and returns the path of its configuration.
pub async fn build(folder: &Path) -> Result<PathBuf> {
    let world = folder.join("world");
    write_world(&world).with_context(|| format!("the world cannot be written to {}", world.display()))?;
    let data = folder.join("data");
    let path = folder.join("observatory.toml");
    let text = files::configuration(&data.to_string_lossy(), &world.to_string_lossy());
    fs::write(&path, text).with_context(|| path.display().to_string())?;
    let config = Config::read(&path)?;
    let month: Month = MONTH.parse().expect("a month");
    crate::month::run(&config, month, &Progress::new(false)).await?;
    Ok(path)
}

fn write_world(world: &Path) -> Result<()> {
    for (collector, recorded) in [("north", routes::north()?), ("south", routes::south()?)] {
        let folder = world.join(collector);
        fs::create_dir_all(&folder)?;
        for (name, bytes) in recorded {
            fs::write(folder.join(name), bytes)?;
        }
    }
    let (nets, pocs) = files::peeringdb();
    let mut texts = vec![
        ("rpki.json".to_owned(), files::rpki()),
        ("exceptions.slurm".to_owned(), files::slurm()),
        ("fullbogons-2024-05-01.txt".to_owned(), files::bogons()),
        ("names.txt".to_owned(), files::names()),
        ("organisations.txt".to_owned(), files::organisations()),
        ("relationships.txt".to_owned(), files::relationships()),
        ("peeringdb-net.json".to_owned(), nets),
        ("peeringdb-poc.json".to_owned(), pocs),
    ];
    for authority in ["RIPE", "APNIC", "AFRINIC", "RADB"] {
        texts.push((format!("{}.db", authority.to_lowercase()), files::irr(authority)));
    }
    for registry in files::registries() {
        texts.push((format!("delegated-{registry}-extended-20240430"), files::delegations(registry)));
    }
    texts.extend(spoofer::pages());
    texts.extend(participants::lists());
    for (name, text) in texts {
        fs::write(world.join(name), text)?;
    }
    Ok(())
}
