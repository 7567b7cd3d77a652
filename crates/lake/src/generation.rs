use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::LakeError;

/// The folder that holds the generations.
#[derive(Clone, Debug)]
pub struct Lake {
    root: PathBuf,
}

/// A generation being written; dropped without [`Draft::finish`] it leaves nothing behind.
pub struct Draft {
    temporary: tempfile::TempDir,
    place: PathBuf,
}

const DRAFT_PREFIX: &str = "draft-";
/// Of what is being removed: under its own name a generation is whole.
const GONE_PREFIX: &str = "gone-";

impl Lake {
    /// The lake at `root`, which is made if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(root: PathBuf) -> Result<Lake, LakeError> {
        fs::create_dir_all(&root).map_err(|source| LakeError::Io { path: root.clone(), source })?;
        Ok(Lake { root })
    }

    /// The folder of a generation, whether it exists or not.
    pub fn generation(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Begins a generation.
    ///
    /// # Errors
    /// When its temporary folder cannot be made.
    pub fn draft(&self, name: &str) -> Result<Draft, LakeError> {
        let temporary = tempfile::Builder::new().prefix(DRAFT_PREFIX).tempdir_in(&self.root);
        let temporary = temporary.map_err(|source| LakeError::Io { path: self.root.clone(), source })?;
        Ok(Draft { temporary, place: self.generation(name) })
    }

    /// Removes generations that nothing names, and what a killed run left half written or half removed.
    ///
    /// # Errors
    /// When a folder cannot be listed or removed.
    pub fn sweep_out(&self, named: &[String]) -> Result<(), LakeError> {
        let io = |source| LakeError::Io { path: self.root.clone(), source };
        for entry in fs::read_dir(&self.root).map_err(io)? {
            let entry = entry.map_err(io)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !named.contains(&name) {
                self.remove(&name).map_err(|source| LakeError::Io { path: entry.path(), source })?;
            }
        }
        Ok(())
    }
}

impl Lake {
    /// Takes a generation its name before anything of it goes: one of which a killed run removed a part would be taken for
    /// whole by the next that makes it.
    fn remove(&self, name: &str) -> io::Result<()> {
        let place = self.root.join(name);
        if name.starts_with(DRAFT_PREFIX) || name.starts_with(GONE_PREFIX) {
            return remove_if_there(&place);
        }
        let gone = self.root.join(format!("{GONE_PREFIX}{name}"));
        remove_if_there(&gone)?;
        fs::rename(&place, &gone)?;
        sync_folder(&self.root)?;
        remove_if_there(&gone)
    }
}

fn remove_if_there(place: &Path) -> io::Result<()> {
    match fs::remove_dir_all(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

impl Draft {
    /// A file of the generation, created for writing.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn create(&self, name: &str) -> Result<File, LakeError> {
        let path = self.temporary.path().join(name);
        File::create(&path).map_err(|source| LakeError::Io { path, source })
    }

    /// Syncs every file and the folder and gives the generation its name. One that exists already is the
    /// same by its name and stays.
    ///
    /// # Errors
    /// When something cannot be synced or renamed.
    pub fn finish(self) -> Result<PathBuf, LakeError> {
        let Draft { temporary, place } = self;
        if place.is_dir() {
            return Ok(place);
        }
        let sync = || -> io::Result<()> {
            for entry in fs::read_dir(temporary.path())? {
                File::open(entry?.path())?.sync_all()?;
            }
            sync_folder(temporary.path())?;
            fs::rename(temporary.path(), &place)?;
            sync_folder(place.parent().expect("a generation lies in the lake"))
        };
        sync().map_err(|source| LakeError::Io { path: place.clone(), source })?;
        // The folder has another name now; there is nothing left to remove.
        let _ = temporary.keep();
        Ok(place)
    }
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_is_there_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let lake = Lake::open(dir.path().join("lake")).unwrap();
        drop(lake.draft("a").unwrap());
        assert_eq!(fs::read_dir(dir.path().join("lake")).unwrap().count(), 0);
        let draft = lake.draft("a").unwrap();
        draft.create("x").unwrap();
        assert!(!lake.generation("a").exists());
        draft.finish().unwrap();
        assert!(lake.generation("a").join("x").is_file());
        lake.draft("a").unwrap().finish().unwrap();
        fs::create_dir(dir.path().join("lake/draft-left-by-a-kill")).unwrap();
        lake.sweep_out(&["a".to_owned()]).unwrap();
        let left: Vec<_> =
            fs::read_dir(dir.path().join("lake")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["a"]);
    }

    #[test]
    fn nothing_half_removed_stands_under_its_name() {
        const FILES: usize = 3_000;
        let dir = tempfile::tempdir().unwrap();
        let lake = Lake::open(dir.path().join("lake")).unwrap();
        let draft = lake.draft("a").unwrap();
        (0..FILES).for_each(|n| drop(File::create(draft.temporary.path().join(n.to_string())).unwrap()));
        let place = draft.finish().unwrap();
        // Left by a run that was killed while it removed the same generation before.
        fs::create_dir_all(dir.path().join("lake/gone-a/x")).unwrap();
        std::thread::scope(|scope| {
            let watched = scope.spawn(|| {
                while let Ok(files) = fs::read_dir(&place) {
                    let whole = files.count() == FILES;
                    assert!(whole || !place.is_dir(), "a part of it is gone, and it still has its name");
                }
            });
            while !watched.is_finished() {
                lake.sweep_out(&[]).unwrap();
            }
            watched.join().unwrap();
        });
        assert_eq!(fs::read_dir(dir.path().join("lake")).unwrap().count(), 0);
    }
}
