use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use crate::budget::EXPANDED_BYTES_FREE;
use crate::{Budget, Compression, FetchError, Refusal, decompressed};

/// Examines a downloaded file: unpacks it to its end without keeping anything.
///
/// # Errors
/// Refused is what is empty, a page in place of data, damaged, or unpacks to more than the budget allows.
pub fn examine(path: &Path, is_page: bool, budget: &Budget) -> Result<Result<(), Refusal>, FetchError> {
    let io = |e| FetchError::io(path, e);
    let mut head = [0; 4];
    let mut file = File::open(path).map_err(io)?;
    let size = file.metadata().map_err(io)?.len();
    let known = read_up_to(&mut file, &mut head).map_err(io)?;
    let packed = Compression::of(&head[..known]) != Compression::Plain;
    if is_page && !packed {
        return Ok(Err(Refusal::Markup));
    }
    let input = decompressed(BufReader::with_capacity(1 << 16, File::open(path).map_err(io)?));
    let result =
        input.map_err(|e| Refusal::Damaged(e.to_string())).and_then(|input| unpack(input, size, budget));
    // A disk that fails is not the server's fault.
    Ok(match result {
        Err(Refusal::Damaged(why)) if !packed => return Err(io(io::Error::other(why))),
        other => other,
    })
}

fn unpack(mut input: impl Read, size: u64, budget: &Budget) -> Result<(), Refusal> {
    let damaged = |e: io::Error| Refusal::Damaged(e.to_string());
    let mut buffer = vec![0; 1 << 16];
    let ratio_bytes = size.saturating_mul(budget.expansion_ratio_max).max(EXPANDED_BYTES_FREE);
    let mut count = read_up_to(&mut input, &mut buffer).map_err(damaged)?;
    if is_markup(&buffer[..count]) {
        return Err(Refusal::Markup);
    }
    let mut expanded = 0_u64;
    while count > 0 {
        expanded += count as u64;
        if expanded > budget.expanded_bytes_max {
            return Err(Refusal::Expands { limit: format!("{} bytes", budget.expanded_bytes_max) });
        }
        if expanded > ratio_bytes {
            return Err(Refusal::Expands { limit: format!("{} times its size", budget.expansion_ratio_max) });
        }
        count = read_up_to(&mut input, &mut buffer).map_err(damaged)?;
    }
    if expanded == 0 { Err(Refusal::Empty) } else { Ok(()) }
}

/// Fills the buffer as far as there are bytes.
fn read_up_to(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// None of the formats read begins with `<`; pages that say "not now" do.
fn is_markup(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'<')
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn examined(bytes: &[u8], budget: Budget) -> Result<(), Refusal> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        examine(file.path(), false, &budget).unwrap()
    }

    fn packings(text: &[u8]) -> [Vec<u8>; 3] {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text).unwrap();
        let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bz.write_all(text).unwrap();
        [gz.finish().unwrap(), bz.finish().unwrap(), zstd::encode_all(text, 1).unwrap()]
    }

    #[test]
    fn a_packed_file_that_breaks_off_is_refused_wherever() {
        let text: Vec<u8> =
            (0..4_000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for packed in packings(&text) {
            examined(&packed, Budget::default()).unwrap();
            for cut in (4..packed.len()).step_by(97).chain([packed.len() - 1]) {
                let refused = examined(&packed[..cut], Budget::default());
                assert!(
                    matches!(refused, Err(Refusal::Damaged(_))),
                    "{cut} of {}: {refused:?}",
                    packed.len()
                );
            }
        }
    }

    #[test]
    fn bombs_are_refused_by_ratio_and_by_size() {
        let zeros = vec![0; 20 << 20];
        for bomb in packings(&zeros) {
            assert!(matches!(examined(&bomb, Budget::default()), Err(Refusal::Expands { .. })));
            let small = Budget { expanded_bytes_max: 1 << 20, ..Budget::default() };
            let refused = examined(&bomb, small).unwrap_err().to_string();
            assert!(refused.contains("1048576 bytes"), "{refused}");
        }
        let text = b"route: 192.0.2.0/24\n".repeat(50_000);
        for packed in packings(&text) {
            examined(&packed, Budget::default()).unwrap();
        }
    }

    #[test]
    fn pages_are_no_data() {
        for page in ["<!doctype html>", " \r\n<html>", "\u{feff} <?xml version='1.0'?>"] {
            assert!(matches!(examined(page.as_bytes(), Budget::default()), Err(Refusal::Markup)), "{page}");
            for packed in packings(page.as_bytes()) {
                assert!(matches!(examined(&packed, Budget::default()), Err(Refusal::Markup)), "{page}");
            }
        }
        assert!(matches!(examined(b"", Budget::default()), Err(Refusal::Empty)));
        for packed in packings(b"") {
            assert!(matches!(examined(&packed, Budget::default()), Err(Refusal::Empty)));
        }
        examined(b"AS64500 <a name>\n", Budget::default()).unwrap();
    }
}
