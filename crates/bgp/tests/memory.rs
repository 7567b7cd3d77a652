//! Memory stays bounded whatever the input says. Alone in its process, because it looks at the process.

mod data;

use std::io::{self, Read};

use bgp::mrt::{Item, Reader, fault};

/// Octets that look like headers of records with great lengths, which lead to no other header.
struct Lies {
    left: u64,
    at: usize,
}

const HEADER: [u8; 12] = [0x50, 0, 0, 0, 0, 13, 0, 2, 0x00, 0xFF, 0xFF, 0xF1];

impl Read for Lies {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = buffer.len().min(self.left as usize).min(60_000);
        for octet in &mut buffer[..len] {
            *octet = HEADER[self.at % HEADER.len()];
            self.at += 1;
        }
        self.left -= len as u64;
        Ok(len)
    }
}

fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn lying_lengths_do_not_fill_the_memory() {
    let Some(before) = peak_kib() else { return data::skipped("no /proc/self/status") };
    let total = 256 << 20;
    let mut reader = Reader::new(Lies { left: total, at: 0 });
    let mut skipped = 0;
    while let Some(item) = reader.next().unwrap() {
        let Item::Fault(fault) = item else { panic!("{item:?}") };
        assert!(fault.kind.skipped && fault::ALL.contains(&fault.kind));
        skipped += fault.extent;
    }
    assert_eq!(skipped, total);
    let grown = peak_kib().unwrap() - before;
    assert!(grown < 80 << 10, "{grown} KiB more");
}
