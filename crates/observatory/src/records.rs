//! Raw records for the pages: found in the files of the configuration by their digest, taken apart as `bgp` reads.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bgp::mrt::dissect::{Section, dissect};
use bgp::mrt::excerpt;
use fetch::{Digest, LookBudget, LookError};
use web::{Closed, RecordField, RecordPlace, RecordSection, RecordShown};

use crate::config::Config;

/// What opening one record may cost: a table of a large collector is within it, the end of one packed by bzip2 may
/// not be.
const BUDGET: LookBudget =
    LookBudget { bytes_max: 2 << 30, expanded_bytes_max: 4 << 30, total: Duration::from_secs(20) };

/// Where the files of a configuration are.
#[derive(Debug)]
pub struct RecordFiles {
    /// Fetched files, by digest.
    archive: PathBuf,
    /// Sources of files that were there: name and path or glob.
    given: Vec<(String, String)>,
}

impl RecordFiles {
    /// The files of a configuration.
    pub fn of(config: &Config) -> RecordFiles {
        let given = config.sources.iter().filter(|source| source.url.is_none());
        RecordFiles {
            archive: config.archive(),
            given: given.map(|source| (source.name.clone(), source.path.clone())).collect(),
        }
    }

    /// Where the file may be: nothing but what the configuration names.
    fn places(&self, place: &RecordPlace, digest: Digest) -> Vec<PathBuf> {
        let archived = fetch::Archive::open(&self.archive).map(|archive| archive.place(digest));
        let mut places: Vec<PathBuf> = archived.into_iter().filter(|path| path.is_file()).collect();
        for (_, pattern) in self.given.iter().filter(|(name, _)| *name == place.source) {
            let found = fetch::find(pattern, Path::new(""), |name| std::env::var(name).ok());
            let named = |path: &PathBuf| path.file_name() == Some(OsStr::new(&place.file));
            places.extend(found.into_iter().flatten().filter(named));
        }
        places
    }
}

impl web::Records for RecordFiles {
    fn open(&self, place: &RecordPlace) -> Result<RecordShown, Closed> {
        let digest: Digest = place.digest.parse().map_err(Closed::Absent)?;
        let mut closed = Closed::Absent(format!(
            "{} is not where the configuration of this server has it; its record is at byte {} of the file with \
             this SHA-256",
            place.file, place.offset
        ));
        for path in self.places(place, digest) {
            match fetch::look(&path, digest, BUDGET, |input| excerpt(input, place.offset)) {
                Ok(excerpt) => {
                    let dissection = dissect(&excerpt.octets, &excerpt.peers);
                    return Ok(RecordShown {
                        sections: dissection.sections.into_iter().map(section).collect(),
                        stopped: dissection.stopped,
                        octets: excerpt.octets,
                    });
                }
                Err(error) => closed = words(&error, place),
            }
        }
        Err(closed)
    }
}

/// Why a record stays closed; paths of this machine are nobody's business.
fn words(error: &LookError, place: &RecordPlace) -> Closed {
    let RecordPlace { file, offset, .. } = place;
    match error {
        LookError::Changed { found, .. } => Closed::Changed(format!(
            "{file} is not the file any more that the month was computed from: its SHA-256 is {found} now. Nothing \
             of it is shown"
        )),
        LookError::Costly { what, .. } => Closed::Costly(format!(
            "the record at byte {offset} of {file} is not opened here: {what}. With the file at hand it can be read \
             by anyone"
        )),
        LookError::Io { source, .. } => match source.kind() {
            std::io::ErrorKind::UnexpectedEof => {
                Closed::NoRecord(format!("{file} ends before a record at byte {offset} does"))
            }
            std::io::ErrorKind::InvalidData => {
                Closed::NoRecord(format!("no record begins at byte {offset} of {file}: {source}"))
            }
            _ => Closed::Absent(format!("{file} cannot be read just now")),
        },
    }
}

fn section(section: Section) -> RecordSection {
    let fields = section.fields.into_iter().map(|field| RecordField {
        depth: field.depth,
        name: field.name.to_owned(),
        value: field.value,
        octets: field.octets,
    });
    RecordSection {
        title: section.title,
        octets: section.octets,
        entry: section.entry,
        peer: section.peer.map(|(address, asn)| (address.to_string(), asn.0)),
        fields: fields.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use web::Records;

    fn files(folder: &Path) -> (RecordFiles, RecordPlace) {
        let mrt = folder.join("updates.mrt");
        let session = bgp::mrt::Session {
            peer_address: "192.0.2.1".parse().unwrap(),
            peer_asn: routing::Asn(64500),
            local_address: "192.0.2.2".parse().unwrap(),
            local_asn: routing::Asn(64501),
            interface: 0,
            local: false,
        };
        let mut writer = bgp::mrt::write::Writer::new(Vec::new());
        for time in [1_714_521_600, 1_714_521_601] {
            let prefixes = ["198.51.100.0/24".parse().unwrap()];
            writer.withdraw(routing::Timestamp(time), &session, &prefixes).unwrap();
        }
        let bytes = writer.into_inner();
        std::fs::write(&mrt, &bytes).unwrap();
        let (digest, _) = fetch::digest_of(&mrt).unwrap();
        let place = RecordPlace {
            source: "rrc00".to_owned(),
            file: "updates.mrt".to_owned(),
            digest: digest.to_string(),
            offset: bytes.len() as u64 / 2,
        };
        let given = vec![("rrc00".to_owned(), folder.join("*.mrt").to_string_lossy().into_owned())];
        (RecordFiles { archive: folder.join("archive"), given }, place)
    }

    #[test]
    fn a_record_is_opened_of_the_very_file_and_of_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let (files, place) = files(folder.path());
        let shown = files.open(&place).unwrap();
        assert_eq!(shown.stopped, None);
        assert!(shown.sections[0].fields[0].value.starts_with("2024-05-01T00:00:01Z"));
        let closed = |place: RecordPlace| files.open(&place).unwrap_err();
        assert!(matches!(closed(RecordPlace { offset: 1, ..place.clone() }), Closed::NoRecord(_)));
        assert!(matches!(closed(RecordPlace { offset: 9_999, ..place.clone() }), Closed::NoRecord(_)));
        assert!(matches!(
            closed(RecordPlace { source: "rrc01".to_owned(), ..place.clone() }),
            Closed::Absent(_)
        ));
        // Names lead to files of the configuration only.
        std::fs::write(folder.path().join("secret"), "x").unwrap();
        for file in ["secret", "../updates.mrt", "archive"] {
            assert!(matches!(
                closed(RecordPlace { file: file.to_owned(), ..place.clone() }),
                Closed::Absent(_)
            ));
        }
        let mrt = folder.path().join("updates.mrt");
        let mut bytes = std::fs::read(&mrt).unwrap();
        bytes.push(0);
        std::fs::write(&mrt, bytes).unwrap();
        let Closed::Changed(words) = closed(place) else { panic!("a changed file is refused") };
        assert!(
            words.contains("is not the file any more") && !words.contains(&*folder.path().to_string_lossy())
        );
    }
}
