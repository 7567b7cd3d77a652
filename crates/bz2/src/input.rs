use std::io::{self, Read};

/// Bytes asked for at a time.
const PIECE: usize = 64 << 10;

/// The part of a file that is looked at: from the block that comes next to as far as was read ahead.
pub(crate) struct Input<R> {
    source: R,
    bytes: Vec<u8>,
    /// Where in the file `bytes` begins.
    start: u64,
    ended: bool,
    /// Met while reading ahead; it shows when what comes before is used up.
    error: Option<io::Error>,
}

impl<R: Read> Input<R> {
    pub(crate) fn new(source: R) -> Input<R> {
        Input { source, bytes: Vec::new(), start: 0, ended: false, error: None }
    }

    /// What is there, and where in the file it begins.
    pub(crate) fn window(&self) -> (&[u8], u64) {
        (&self.bytes, self.start)
    }

    /// The place in the file after what is there.
    pub(crate) fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// Whether nothing more comes.
    pub(crate) fn is_over(&self) -> bool {
        self.ended || self.error.is_some()
    }

    /// The error that ended it, once.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Reads a piece more, unless it is over.
    pub(crate) fn read_on(&mut self) {
        if self.is_over() {
            return;
        }
        let known = self.bytes.len();
        self.bytes.resize(known + PIECE, 0);
        let count = loop {
            match self.source.read(&mut self.bytes[known..]) {
                Ok(count) => break count,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.error = Some(e);
                    break 0;
                }
            }
        };
        self.bytes.truncate(known + count);
        self.ended = count == 0 && self.error.is_none();
    }

    /// Reads on until the place `end` of the file is there or it is over.
    pub(crate) fn read_up_to(&mut self, end: u64) {
        while self.end() < end && !self.is_over() {
            self.read_on();
        }
    }

    /// Lets go of what stands before a place of the file, when it is enough to be worth moving the rest.
    pub(crate) fn forget_before(&mut self, place: u64) {
        let done = (place.saturating_sub(self.start) as usize).min(self.bytes.len());
        if done > self.bytes.len() / 2 {
            self.bytes.drain(..done);
            self.start += done as u64;
        }
    }
}
