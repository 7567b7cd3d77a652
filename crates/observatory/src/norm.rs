//! Frameworks by name: an id of those shipped, or a file.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use measure::framework::{self, Framework};

/// The longest framework file read: the shipped ones have some 20 KiB.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// The text of a framework: of a shipped one by its id, of any other by its file.
pub fn text(named: &str) -> Result<String> {
    if let Some((_, text)) = framework::shipped().iter().find(|(id, _)| *id == named) {
        return Ok((*text).to_owned());
    }
    let path = Path::new(named);
    if !path.exists() && !named.ends_with(".toml") {
        return Err(framework::UnknownFramework(named.to_owned()).into());
    }
    let mut text = String::new();
    let mut file = fetch::open(path)?.take(FILE_BYTES_MAX + 1);
    file.read_to_string(&mut text).with_context(|| format!("{named}: cannot be read as text"))?;
    if text.len() as u64 > FILE_BYTES_MAX {
        bail!("{named}: longer than {FILE_BYTES_MAX} bytes, which no framework is");
    }
    Ok(text)
}

/// A framework by id or file; what is wrong with a file is said with its line and column.
pub fn load(named: &str) -> Result<Framework> {
    framework::check(&text(named)?)
        .map_err(|error| anyhow!("{named}:{}:{}: {}", error.line, error.column, error.message))
}

/// The frameworks to grade a month by. Scores are named by the id, so each has one of its own, and a file that bears the
/// id of a shipped version must be that version.
pub fn load_all(named: &[String]) -> Result<Vec<Framework>> {
    let mut all: Vec<Framework> = Vec::new();
    for name in named {
        let framework = load(name)?;
        if let Some(twin) = all.iter().position(|other| other.id == framework.id) {
            bail!(
                "`frameworks`: {} and {name} are both {}: give each an `id` of its own",
                named[twin],
                framework.id
            );
        }
        let shipped = framework::shipped().iter().find(|(id, _)| *id == framework.id);
        if shipped.is_some_and(|(_, text)| framework::digest(text) != framework.digest) {
            bail!(
                "{name} has the id {0} and is not the shipped {0}: give a draft an `id` of its own",
                framework.id
            );
        }
        all.push(framework);
    }
    Ok(all)
}
