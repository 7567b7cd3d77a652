//! Finding the next record that holds when a length leads nowhere.

use std::io::{self, Read};

use routing::{Fault, Timestamp};

use super::classify::Class;
use super::fault::{self, Damage};
use super::reader::{RECORD_BYTES_MAX, Reader, Step};
use super::record::{self, HEADER_BYTES};

/// How many octets of false candidates may be verified for each octet that is passed over. Bounds the work
/// on bytes made to look like nested records; real damage stays far below.
const VERIFIED_PER_OCTET_MAX: usize = 256;

/// How many records of kinds that are not read are followed to find one that is.
const RECORDS_BETWEEN_MAX: usize = 8;

/// How far apart in time neighbouring records may be.
const SECONDS_BETWEEN_MAX: u64 = 86_400;

/// How many octets already passed over are kept in the buffer.
const SCANNED_KEPT_MAX: usize = 1 << 20;

impl<R: Read> Reader<R> {
    /// True when the file ends exactly `ahead` octets from here or a header of a known kind stands there.
    /// Records of other kinds may stand between, as long as their lengths lead to one of these.
    pub(super) fn leads_on(&mut self, ahead: usize) -> io::Result<bool> {
        let mut ahead = ahead;
        for _ in 0..RECORDS_BETWEEN_MAX {
            if !self.has(ahead + HEADER_BYTES)? {
                return Ok(self.buffered() == ahead);
            }
            let Some(header) = self.header(ahead) else { return Ok(false) };
            if header.len > RECORD_BYTES_MAX {
                return Ok(false);
            }
            if matches!(header.kind.class(), Class::Routing | Class::Ignored) {
                return Ok(true);
            }
            ahead += HEADER_BYTES + header.len as usize;
        }
        // As many lengths as this do not fit each other by chance.
        Ok(true)
    }

    /// Passes over octets, at least `first` of them, up to the next record that holds or the end of the file.
    pub(super) fn resynchronise(&mut self, first: usize, mut damage: Damage) -> io::Result<Step> {
        self.forget_damaged_peers();
        let from = self.offset();
        let mut ahead = first;
        let mut allowance = RECORD_BYTES_MAX as usize;
        loop {
            if !self.has(ahead + HEADER_BYTES)? {
                let rest = self.buffered();
                self.consume(rest);
                break;
            }
            if self.holds(ahead, &mut allowance)? {
                if damage.kind == fault::TRUNCATED_RECORD {
                    damage.kind = fault::DAMAGED_HEADER;
                }
                self.consume(ahead);
                break;
            }
            ahead += 1;
            allowance += VERIFIED_PER_OCTET_MAX;
            if ahead >= SCANNED_KEPT_MAX {
                self.consume(ahead);
                ahead = 0;
            }
        }
        let extent = self.offset() - from;
        Ok(Step::Fault(Fault { kind: damage.kind, at: from, extent, detail: damage.detail }))
    }

    /// A record of a kind that is read, whose body fits its length, with a record or the end behind it, and of
    /// the time of its neighbours.
    fn holds(&mut self, ahead: usize, allowance: &mut usize) -> io::Result<bool> {
        let Some(header) = self.header(ahead) else { return Ok(false) };
        let len = header.len as usize;
        if header.kind.class() != Class::Routing || header.len > RECORD_BYTES_MAX || len > *allowance {
            return Ok(false);
        }
        let end = ahead + HEADER_BYTES + len;
        if !self.has(end)? {
            return Ok(false);
        }
        *allowance -= len;
        if record::verify(header.kind, self.octets(ahead + HEADER_BYTES, len)).is_err()
            || !self.leads_on(end)?
        {
            return Ok(false);
        }
        // One neighbour is enough: the time of the other may be what is damaged.
        let neighbours = [self.last_time(), self.header(end).map(|next| next.time)];
        let near = |time: Timestamp| time.0.abs_diff(header.time.0) <= SECONDS_BETWEEN_MAX;
        Ok(neighbours == [None, None] || neighbours.into_iter().flatten().any(near))
    }
}
