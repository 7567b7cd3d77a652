use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::mpsc::Receiver;

use crate::block::{Block, Workspace};
use crate::crew::{Crew, Decoded};
use crate::input::Input;
use crate::repeats::Repeats;
use crate::{BLOCK_BYTES_PER_LEVEL, Damage, PACKED_BYTES_MAX, Reason, magic};

/// Reads what bzip2 packed, any number of streams one after the other, on several threads.
///
/// A block is delivered when its checksum is right, so damage costs the bytes from its block on and none
/// before. Where a stream is damaged nothing after it is looked for.
///
/// With `n` threads up to `2n` blocks are decoded ahead. Memory, whatever the file: 9 MB for each thread; for each
/// block ahead up to 1 MB unpacked and twice as much packed as the file has for it, which is 100 kB as a rule and
/// 2.4 MB at most. What stands for many megabytes of repeats is unfolded as it is read.
pub struct Decoder<R> {
    input: Input<R>,
    crew: Crew,
    /// Decodes on the reader's own thread what was not begun ahead.
    own: Option<Box<Workspace>>,
    ahead: VecDeque<Ahead>,
    /// Where the search for blocks goes on, in bits of the file.
    searched: u64,
    /// A block found and not yet given to the crew: it ends where the next is found.
    found: Option<u64>,
    /// Memory to be used again.
    spare: Vec<Vec<u8>>,
    place: Place,
    /// What comes next, in bits of the file.
    at: u64,
    block: Vec<u8>,
    repeats: Repeats,
}

/// A block that is being decoded.
struct Ahead {
    at: u64,
    decoded: Receiver<Decoded>,
}

/// What comes next in the file.
#[derive(Clone, Copy)]
enum Place {
    /// The header of the first stream.
    Beginning,
    /// The header of another stream or the end of the file.
    BetweenStreams,
    /// A block or the end of the stream.
    InStream { block_bytes_max: usize, crc: u32 },
    /// Nothing.
    End,
    /// Nothing any more.
    Damaged(Damage),
}

impl<R: Read> Decoder<R> {
    /// Reads from `source`, on up to `threads_max` threads besides the reader's own; 0 decodes while it is read.
    /// Threads begin when there is more than one block and end when the decoder is dropped.
    pub fn new(source: R, threads_max: usize) -> Decoder<R> {
        Decoder {
            input: Input::new(source),
            crew: Crew::new(threads_max),
            own: None,
            ahead: VecDeque::new(),
            searched: 0,
            found: None,
            spare: Vec::new(),
            place: Place::Beginning,
            at: 0,
            block: Vec::new(),
            repeats: Repeats::default(),
        }
    }

    /// Goes on to the next block; false at the end of the file.
    fn advance(&mut self) -> io::Result<bool> {
        loop {
            match self.place {
                Place::Beginning => self.begin_stream()?,
                Place::BetweenStreams => {
                    self.input.read_up_to(self.at / 8 + 1);
                    if self.input.end() > self.at / 8 {
                        self.begin_stream()?;
                    } else if let Some(error) = self.input.take_error() {
                        return Err(error);
                    } else {
                        self.place = Place::End;
                    }
                }
                Place::InStream { block_bytes_max, crc } => {
                    if self.advance_in_stream(block_bytes_max, crc)? {
                        return Ok(true);
                    }
                }
                Place::End => return Ok(false),
                Place::Damaged(damage) => return Err(damage.into()),
            }
        }
    }

    fn begin_stream(&mut self) -> io::Result<()> {
        let head = self.peek(32)? as u32;
        let digit = head & 0xff;
        if head >> 8 != u32::from_be_bytes(*b"\0BZh") || !(0x31..=0x39).contains(&digit) {
            return Err(self.damaged(self.at, Reason::Header));
        }
        let block_bytes_max = (digit & 15) as usize * BLOCK_BYTES_PER_LEVEL;
        self.place = Place::InStream { block_bytes_max, crc: 0 };
        self.at += 32;
        Ok(())
    }

    /// Whether there was a block; else the stream ended.
    fn advance_in_stream(&mut self, block_bytes_max: usize, crc: u32) -> io::Result<bool> {
        match self.peek(magic::BITS)? {
            magic::BLOCK => {
                let block = self.decode()?;
                if block.packed.len() > block_bytes_max {
                    return Err(self.damaged(self.at, Reason::Size));
                }
                self.place = Place::InStream { block_bytes_max, crc: crc.rotate_left(1) ^ block.crc };
                self.at += block.end as u64;
                self.input.forget_before(self.at / 8);
                self.repeats = Repeats::new(&block.packed);
                self.spare.push(std::mem::replace(&mut self.block, block.packed));
                Ok(true)
            }
            magic::END => {
                let end = self.at;
                self.at += u64::from(magic::BITS);
                if self.peek(32)? as u32 != crc {
                    return Err(self.damaged(end, Reason::StreamChecksum));
                }
                self.at = (self.at + 32).next_multiple_of(8);
                self.place = Place::BetweenStreams;
                Ok(false)
            }
            _ => Err(self.damaged(self.at, Reason::Magic)),
        }
    }

    /// The next bits, up to 48; an error when there are fewer.
    fn peek(&mut self, bits: u32) -> io::Result<u64> {
        let end = self.at + u64::from(bits);
        self.input.read_up_to(end.div_ceil(8));
        if self.input.end() * 8 < end {
            return Err(self.over());
        }
        let (bytes, start) = self.input.window();
        Ok(magic::peek(bytes, (self.at - start * 8) as usize) >> (magic::BITS - bits))
    }

    /// The file ended, or could not be read further.
    fn over(&mut self) -> io::Error {
        match self.input.take_error() {
            Some(error) => error,
            None => self.damaged(self.input.end() * 8, Reason::Truncated),
        }
    }

    fn damaged(&mut self, bit: u64, reason: Reason) -> io::Error {
        let damage = Damage { bit, reason };
        self.place = Place::Damaged(damage);
        damage.into()
    }

    /// The block at `self.at`; its end is counted from there.
    fn decode(&mut self) -> io::Result<Block> {
        if let Some(decoded) = self.decoded_ahead() {
            // What was decoded ahead ends where something like a block was found. Where that is inside this
            // one, it was too short; and what fails otherwise fails here too.
            let Decoded { block, bytes } = decoded;
            self.spare.push(bytes);
            if let Ok(mut block) = block {
                block.end -= (self.at % 8) as usize;
                return Ok(block);
            }
        }
        self.input.read_up_to(self.at / 8 + PACKED_BYTES_MAX as u64);
        let own = self.own.get_or_insert_with(|| Box::new(Workspace::new()));
        let (bytes, start) = self.input.window();
        let (from, start) = ((self.at - start * 8) as usize, start * 8);
        match own.decode(bytes, from, self.spare.pop().unwrap_or_default()) {
            Ok(mut block) => {
                block.end -= from;
                Ok(block)
            }
            Err(Damage { reason: Reason::Truncated, .. }) if self.input.is_over() => Err(self.over()),
            Err(Damage { reason: Reason::Truncated, bit }) => Err(self.damaged(start + bit, Reason::Size)),
            Err(Damage { bit, reason }) => Err(self.damaged(start + bit, reason)),
        }
    }

    /// The block at `self.at`, where the crew has it.
    fn decoded_ahead(&mut self) -> Option<Decoded> {
        loop {
            while self.ahead.front().is_some_and(|ahead| ahead.at < self.at) {
                self.ahead.pop_front();
            }
            self.fill_ahead();
            match self.ahead.front() {
                Some(ahead) if ahead.at == self.at => return self.ahead.pop_front()?.decoded.recv().ok(),
                Some(ahead) if ahead.at < self.at => {}
                _ => return None,
            }
        }
    }

    /// Looks for blocks and gives them to the crew, until twice as many as it has threads are on their way.
    fn fill_ahead(&mut self) {
        let blocks_max = 2 * self.crew.threads_max();
        let end_max = self.at / 8 + ((blocks_max + 1) * PACKED_BYTES_MAX) as u64;
        while self.ahead.len() < blocks_max {
            let (bytes, start) = self.input.window();
            let from = self.searched.saturating_sub(start * 8) as usize;
            if let Some(bit) = magic::find(bytes, from) {
                let at = start * 8 + bit as u64;
                self.searched = at + 1;
                self.dispatch(at);
                self.found = Some(at);
                continue;
            }
            let whole = (self.input.end() * 8).saturating_sub(u64::from(magic::BITS) - 1);
            self.searched = self.searched.max(whole);
            if self.input.is_over() {
                // A lone block is not worth a thread.
                if !self.crew.is_idle() {
                    self.dispatch(self.input.end() * 8);
                }
                return;
            }
            if self.found.is_some_and(|found| self.input.end() - found / 8 > PACKED_BYTES_MAX as u64) {
                self.dispatch(self.input.end() * 8);
                continue;
            }
            if self.input.end() >= end_max {
                return;
            }
            self.input.read_on();
        }
    }

    /// Gives the block found to the crew; it ends at the latest at bit `end`.
    fn dispatch(&mut self, end: u64) {
        let Some(at) = self.found.take().filter(|found| *found >= self.at) else { return };
        let (window, start) = self.input.window();
        let range = (at / 8 - start) as usize..(end.div_ceil(8) - start) as usize;
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.clear();
        bytes.extend_from_slice(&window[range]);
        let decoded = self.crew.decode(bytes, (at % 8) as usize, self.spare.pop().unwrap_or_default());
        self.ahead.push_back(Ahead { at, decoded });
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let count = self.repeats.undo(&self.block, out).map_err(|r| self.damaged(self.at, r))?;
            if count > 0 || !self.advance()? {
                return Ok(count);
            }
        }
    }
}
