use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use routing::FaultCounts;

use crate::fault;

/// Longest line read, in bytes; the longest known real one is an RPSL policy of some 20 kB.
pub(crate) const LINE_BYTES_MAX: usize = 1 << 20;

/// Lines of a text of any origin: `\n` or `\r\n`, a missing last newline, a byte order mark, any bytes.
/// A line longer than [`LINE_BYTES_MAX`] is a fault and left out.
pub(crate) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub fn new(input: R) -> Self {
        Lines { input, buffer: Vec::new(), number: 0 }
    }

    /// The next line without its end, and its number from 1; `None` at the end of the text.
    pub fn next(&mut self, faults: &mut FaultCounts) -> io::Result<Option<(u64, &[u8])>> {
        loop {
            self.buffer.clear();
            let limit = LINE_BYTES_MAX as u64 + 1;
            if self.input.by_ref().take(limit).read_until(b'\n', &mut self.buffer)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if self.buffer.len() as u64 == limit && self.buffer.last() != Some(&b'\n') {
                self.skip_rest()?;
                let head = text(&self.buffer[..80]).into_owned();
                fault::push(faults, fault::LINE_TOO_LONG, self.number, &head);
                continue;
            }
            break;
        }
        let mut line = self.buffer.as_slice();
        if self.number == 1 {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        line = line.strip_suffix(b"\n").unwrap_or(line);
        Ok(Some((self.number, line.strip_suffix(b"\r").unwrap_or(line))))
    }

    /// The next line as text, see [`text`].
    pub fn next_text(&mut self, faults: &mut FaultCounts) -> io::Result<Option<(u64, Cow<'_, str>)>> {
        Ok(self.next(faults)?.map(|(number, line)| (number, text(line))))
    }

    fn skip_rest(&mut self) -> io::Result<()> {
        loop {
            let (used, done) = match self.input.fill_buf() {
                Ok([]) => return Ok(()),
                Ok(bytes) => match bytes.iter().position(|b| *b == b'\n') {
                    Some(at) => (at + 1, true),
                    None => (bytes.len(), false),
                },
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            self.input.consume(used);
            if done {
                return Ok(());
            }
        }
    }
}

/// Passes over white space and a byte order mark: how many lines, and the byte that follows.
pub(crate) fn skip_blank(input: &mut impl BufRead) -> io::Result<(u64, Option<u8>)> {
    let mut lines = 0;
    loop {
        let bytes = match input.fill_buf() {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        if bytes.is_empty() {
            return Ok((lines, None));
        }
        let blank =
            bytes.iter().take_while(|b| b.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(b)).count();
        lines += bytes[..blank].iter().filter(|b| **b == b'\n').count() as u64;
        let first = bytes.get(blank).copied();
        input.consume(blank);
        if first.is_some() {
            return Ok((lines, first));
        }
    }
}

/// Bytes as text: UTF-8, or Latin-1 when they are not UTF-8 (RPSL dumps mix both).
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|b| char::from(*b)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_marks_and_bytes() {
        let mut faults = FaultCounts::default();
        let mut lines = Lines::new(&b"\xef\xbb\xbfa\r\n\nb\xe9\nlast"[..]);
        for want in [(1, "a"), (2, ""), (3, "bé"), (4, "last")] {
            let (number, line) = lines.next_text(&mut faults).unwrap().unwrap();
            assert_eq!((number, &*line), want);
        }
        assert!(lines.next(&mut faults).unwrap().is_none());
        assert_eq!(faults.total(), 0);
    }

    #[test]
    fn a_line_at_the_limit_is_read_and_one_above_is_a_fault() {
        let mut input = vec![b'x'; LINE_BYTES_MAX];
        input.push(b'\n');
        input.extend(vec![b'y'; LINE_BYTES_MAX + 1]);
        input.extend(b"\nz");
        let mut faults = FaultCounts::default();
        let mut lines = Lines::new(io::BufReader::with_capacity(100, &input[..]));
        let (number, line) = lines.next(&mut faults).unwrap().unwrap();
        assert_eq!((number, line.len()), (1, LINE_BYTES_MAX));
        assert_eq!(lines.next(&mut faults).unwrap(), Some((3, &b"z"[..])));
        assert_eq!(faults.total(), 1);
        assert_eq!(faults.first()[0].at, 2);
    }
}
