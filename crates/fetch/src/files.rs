use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::{FetchError, decompressed};

/// Files that match a path or glob, after `${NAME}` was replaced by the environment variable NAME and a
/// relative path was taken from `base`. In the order of their names; folders are left out.
///
/// # Errors
/// When a variable is not set, the pattern is malformed, nothing matches or a folder cannot be listed.
pub fn find(
    pattern: &str,
    base: &Path,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Vec<PathBuf>, FetchError> {
    let expanded = expand(pattern, variable)?;
    let full = base.join(expanded);
    let full = full.to_string_lossy();
    let wrong = |reason: String| FetchError::Pattern { pattern: full.to_string(), reason };
    let mut files = Vec::new();
    for entry in glob::glob(&full).map_err(|e| wrong(e.to_string()))? {
        let path = entry.map_err(|e| FetchError::Io { path: e.path().to_owned(), source: e.into() })?;
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() { Err(FetchError::NoMatch(full.into_owned())) } else { Ok(files) }
}

fn expand(path: &str, variable: impl Fn(&str) -> Option<String>) -> Result<String, FetchError> {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, tail)) = after.split_once('}') else {
            let reason = "`${` without a closing `}`".to_owned();
            return Err(FetchError::Pattern { pattern: path.to_owned(), reason });
        };
        let value = variable(name)
            .ok_or_else(|| FetchError::Variable { path: path.to_owned(), variable: name.to_owned() })?;
        out.push_str(before);
        out.push_str(&value);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

/// Opens a file for reading, decompressed; `-` is standard input.
///
/// # Errors
/// When it cannot be opened or its first bytes cannot be read.
pub fn open(path: &Path) -> Result<Box<dyn Read + Send>, FetchError> {
    open_watched(path, |_| ())
}

/// As [`open`]; `watch` is told how many bytes were taken from the file, before they are decompressed.
///
/// # Errors
/// When it cannot be opened or its first bytes cannot be read.
pub fn open_watched(
    path: &Path,
    watch: impl Fn(u64) + Send + 'static,
) -> Result<Box<dyn Read + Send>, FetchError> {
    let io = |source| FetchError::Io { path: path.to_owned(), source };
    if path == Path::new("-") {
        let input = Watched { input: std::io::stdin(), watch };
        return decompressed(BufReader::with_capacity(1 << 16, input)).map_err(io);
    }
    let file = File::open(path).map_err(io)?;
    if file.metadata().map_err(io)?.is_dir() {
        return Err(io(std::io::ErrorKind::IsADirectory.into()));
    }
    decompressed(BufReader::with_capacity(1 << 16, Watched { input: file, watch })).map_err(io)
}

struct Watched<R, W> {
    input: R,
    watch: W,
}

impl<R: Read, W: Fn(u64)> Read for Watched<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.input.read(buffer)?;
        (self.watch)(n as u64);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_and_globs() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.txt", "c.csv"] {
            std::fs::write(dir.path().join(name), name).unwrap();
        }
        std::fs::create_dir(dir.path().join("z.txt")).unwrap();
        let home = dir.path().to_string_lossy().into_owned();
        let found = find("${HERE}/*.txt", Path::new("/"), |n| (n == "HERE").then(|| home.clone())).unwrap();
        let names: Vec<_> = found.iter().map(|p| p.file_name().unwrap().to_string_lossy()).collect();
        assert_eq!(names, ["a.txt", "b.txt"]);
        assert!(matches!(find("${NO}/x", dir.path(), |_| None), Err(FetchError::Variable { .. })));
        assert!(matches!(find("${NO/x", dir.path(), |_| None), Err(FetchError::Pattern { .. })));
        assert!(matches!(find("*.none", dir.path(), |_| None), Err(FetchError::NoMatch(_))));
    }

    #[test]
    fn packed_files_are_told_by_content() {
        use std::io::Write;
        let dir = tempfile::tempdir().unwrap();
        let text = b"routes".repeat(1000);
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&text).unwrap();
        let mut twice = gz.finish().unwrap();
        twice.extend(twice.clone());
        let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bz.write_all(&text).unwrap();
        let zst = zstd::encode_all(&text[..], 1).unwrap();
        for (packed, times) in [(twice, 2), (bz.finish().unwrap(), 1), (zst, 1), (text.clone(), 1)] {
            let path = dir.path().join("x.bin");
            std::fs::write(&path, packed).unwrap();
            let mut out = Vec::new();
            open(&path).unwrap().read_to_end(&mut out).unwrap();
            assert_eq!(out, text.repeat(times));
            let taken = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
            let count = std::sync::Arc::clone(&taken);
            let watch = move |n| {
                count.fetch_add(n, std::sync::atomic::Ordering::Relaxed);
            };
            std::io::copy(&mut open_watched(&path, watch).unwrap(), &mut std::io::sink()).unwrap();
            assert_eq!(taken.load(std::sync::atomic::Ordering::Relaxed), path.metadata().unwrap().len());
        }
        assert!(open(dir.path()).is_err());
    }
}
