//! Memory does not grow with the file, whatever it is; alone in its process, for that is where it is measured.

mod craft;

use std::io::{self, ErrorKind, Read};

use bz2::Decoder;
use craft::packed;

/// The most memory this process ever held, in bytes.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? << 10)
}

/// The same bytes for ever, with what was read counted.
struct Endless<'a> {
    head: &'a [u8],
    turn: &'a [u8],
    read: usize,
}

impl Read for &mut Endless<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        for byte in out.iter_mut() {
            let after = self.read.saturating_sub(self.head.len()) % self.turn.len();
            *byte = *self.head.get(self.read).unwrap_or(&self.turn[after]);
            self.read += 1;
        }
        Ok(out.len())
    }
}

#[test]
fn memory_is_bounded() {
    let Some(before) = peak_bytes() else {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no /proc/self/status");
        eprintln!("SKIPPED: no /proc/self/status");
        return;
    };
    // 45 bytes that stand for 22 million, thirty times: read slowly, so that what is ahead is as much as may be.
    let bomb = packed(&vec![0; 22_000_000], 9);
    let bombs = bomb.repeat(30);
    let (mut decoder, mut total, mut buffer) = (Decoder::new(&bombs[..], 2), 0, vec![0; 100_000]);
    loop {
        match decoder.read(&mut buffer).unwrap() {
            0 => break,
            count => total += count,
        }
    }
    assert_eq!(total, 30 * 22_000_000);
    drop(decoder);
    let header = &bomb[..4];
    let magic = &bomb[4..10];
    // A block that never ends, nothing but beginnings of blocks, and a block of one bit for ever.
    for (name, turn) in
        [("noise", &[0x5a, 0xa5, 0x13][..]), ("magics", magic), ("ones", &[0xff]), ("zeros", &[0])]
    {
        let head = [header, magic].concat();
        let mut source = Endless { head: &head, turn, read: 0 };
        let end = Decoder::new(&mut source, 2).read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(end.kind(), ErrorKind::InvalidData, "{name}: {end}");
        assert!(source.read < 16 << 20, "{name}: {} bytes were read", source.read);
    }
    let grown = peak_bytes().unwrap() - before;
    eprintln!("{grown} bytes at most on two threads");
    assert!(grown < 80 << 20, "{grown} bytes");
}

/// A source that fails is told after what came before, and asked again.
#[test]
fn a_failing_source() {
    struct Failing<'a>(&'a [u8], Option<usize>);
    impl Read for Failing<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let left = self.0.len() - self.1.unwrap_or_default();
            if left == 0 && self.1.take().is_some() {
                return Err(io::Error::other("no more"));
            }
            let count = left.min(out.len()).min(1_000);
            self.0.read(&mut out[..count])
        }
    }
    let text = craft::Dice(9).bytes(350_000, 256);
    let file = packed(&text, 1);
    let left = packed(&[], 1).len() + 30_000;
    for threads in [0, 2] {
        let mut decoder = Decoder::new(Failing(&file, Some(left)), threads);
        let mut out = Vec::new();
        assert_eq!(decoder.read_to_end(&mut out).unwrap_err().to_string(), "no more");
        assert!(out.len() >= 200_000 && text.starts_with(&out));
        decoder.read_to_end(&mut out).unwrap();
        assert!(out == text);
    }
}
