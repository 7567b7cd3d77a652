//! Where a month that takes long lays down what it has read, so that a run that was killed goes on from there.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use fetch::Digest;
use pipeline::sweep::{FileReport, Shelf, Sweep};
use routing::Month;
use sha2::Digest as _;

use crate::config::Config;

/// The place of one collector's sweep of a month.
pub struct Workbench {
    folder: PathBuf,
    /// The files of the sweep, in its order.
    digests: Vec<Digest>,
    buffered_max: usize,
    every: Duration,
    last: Instant,
}

/// Length of a digest.
const DIGEST: usize = 32;

impl Workbench {
    /// For a collector whose files are those of `digests`; what is more than `buffered_max` bytes of its journal
    /// goes to the disk.
    pub fn new(
        config: &Config,
        month: Month,
        collector: &str,
        digests: Vec<Digest>,
        buffered_max: usize,
    ) -> Workbench {
        let name: String = sha2::Sha256::digest(collector)[..8].iter().map(|b| format!("{b:02x}")).collect();
        Workbench {
            folder: of_month(&config.data, month).join(name),
            digests,
            buffered_max,
            every: Duration::from_secs(config.checkpoint_seconds),
            last: Instant::now(),
        }
    }

    /// The sweep as it was put down last, with the reports of the files it had read; from the beginning when it
    /// was not, or when those files are not the first of today's.
    pub fn take_up(&self, mut sweep: Sweep, numbers: &[u32]) -> Result<(Sweep, Vec<FileReport>)> {
        let path = self.folder.join("standing");
        let standing = match std::fs::read(&path) {
            Ok(standing) => standing,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok((self.begin(sweep)?, Vec::new()));
            }
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        let done = self.digests.iter().zip(standing.chunks_exact(DIGEST));
        let done = done.take_while(|(digest, written)| digest.0 == **written).count();
        // Behind the digests of the files read stands one of nothing.
        let rest = standing.get(done * DIGEST..).and_then(|rest| rest.strip_prefix(&[0; DIGEST]));
        if let Some(rest) = rest
            && let Some(reports) = sweep.resume(rest, &numbers[..done], self.shelf(), self.buffered_max)?
        {
            tracing::info!(
                "going on behind {done} of {} files that were read before it was stopped",
                self.digests.len()
            );
            return Ok((sweep, reports));
        }
        Ok((self.begin(sweep)?, Vec::new()))
    }

    fn begin(&self, sweep: Sweep) -> Result<Sweep> {
        match std::fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| self.folder.display().to_string());
            }
            _ => {}
        }
        Ok(sweep.shelving(self.shelf(), self.buffered_max))
    }

    fn shelf(&self) -> Box<dyn Shelf> {
        Box::new(OnDisk { path: self.folder.join("journal"), file: None })
    }

    /// Puts the sweep down behind the files of `reports`, if the last time was long ago.
    pub fn put_down(&mut self, sweep: &mut Sweep, reports: &[FileReport]) -> Result<()> {
        if self.last.elapsed() < self.every || reports.len() == self.digests.len() {
            return Ok(());
        }
        let mut put = || -> io::Result<()> {
            std::fs::create_dir_all(&self.folder)?;
            let standing = sweep.standing(reports)?;
            let new = self.folder.join("standing.new");
            let mut file = File::create(&new)?;
            for digest in &self.digests[..reports.len()] {
                file.write_all(&digest.0)?;
            }
            file.write_all(&[0; DIGEST])?;
            file.write_all(&standing)?;
            file.sync_all()?;
            std::fs::rename(new, self.folder.join("standing"))?;
            File::open(&self.folder)?.sync_all()
        };
        put().with_context(|| self.folder.display().to_string())?;
        self.last = Instant::now();
        Ok(())
    }
}

/// The month is published: nothing is left to go on from. What runs that were killed left of other months goes
/// too, since only one run writes at a time.
pub fn clear(data: &Path) -> Result<()> {
    let folder = data.join("work");
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| folder.display().to_string())
        }
        _ => Ok(()),
    }
}

fn of_month(data: &Path, month: Month) -> PathBuf {
    data.join("work").join(month.to_string())
}

/// A journal's file, made when there is something to lay down.
struct OnDisk {
    path: PathBuf,
    file: Option<File>,
}

impl OnDisk {
    fn open(&mut self) -> io::Result<&mut File> {
        if self.file.is_none() {
            let folder = self.path.parent().expect("it lies in the folder of its collector");
            std::fs::create_dir_all(folder)?;
            self.file = Some(File::options().read(true).append(true).create(true).open(&self.path)?);
        }
        Ok(self.file.as_mut().expect("just opened"))
    }
}

impl Shelf for OnDisk {
    fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        self.open()?.write_all(octets)
    }

    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        file.read_exact_at(into, at)
    }

    fn truncate(&mut self, octets: u64) -> io::Result<()> {
        self.open()?.set_len(octets)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), File::sync_all)
    }
}
