//! One record by its place in a file, with the peers that it refers to.

use std::io::{self, Read};

use super::Item;
use super::classify::{Kind, TABLE_DUMP_V2};
use super::peers::PeerTable;
use super::reader::{RECORD_BYTES_MAX, Reader};
use super::record::{HEADER_BYTES, Header};

/// A record as it stands in its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Excerpt {
    /// Its octets, header included.
    pub octets: Vec<u8>,
    /// The peers that its entries refer to: the PEER_INDEX_TABLE at the start of the file, empty without one.
    pub peers: PeerTable,
}

/// Reads the record at `offset` of decompressed bytes, and of what is before it only the table of peers.
///
/// # Errors
/// `UnexpectedEof` when the bytes end before the record does, `InvalidData` when no record can begin there, and
/// whatever the input fails with.
pub fn excerpt(mut input: impl Read, offset: u64) -> io::Result<Excerpt> {
    let first = record(&mut input)?;
    let is_peer_table = Header::parse(&first)
        .is_some_and(|header| matches!(header.kind, Kind { code: TABLE_DUMP_V2, subtype: 1 }));
    let peers = if is_peer_table { peers(&first)? } else { PeerTable::default() };
    if offset == 0 {
        return Ok(Excerpt { octets: first, peers });
    }
    let Some(between) = offset.checked_sub(first.len() as u64) else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it lies inside the first record of the file",
        ));
    };
    let skipped = io::copy(&mut input.by_ref().take(between), &mut io::sink())?;
    if skipped < between {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Excerpt { octets: record(&mut input)?, peers })
}

/// The octets of the record that begins here.
fn record(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut octets = vec![0; HEADER_BYTES];
    input.read_exact(&mut octets)?;
    let len = Header::parse(&octets).map_or(0, |header| header.len);
    if len > RECORD_BYTES_MAX {
        let what = format!("a record of {len} octets is none: the longest have {RECORD_BYTES_MAX}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    // As much room as is really read: a length may lie.
    let read = input.take(u64::from(len)).read_to_end(&mut octets)?;
    if (read as u64) < u64::from(len) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(octets)
}

fn peers(table: &[u8]) -> io::Result<PeerTable> {
    match Reader::new(table).next()? {
        Some(Item::Record(record)) => Ok(record.peers.clone()),
        _ => Ok(PeerTable::default()),
    }
}
