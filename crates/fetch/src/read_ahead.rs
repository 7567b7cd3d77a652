use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Buffers in all: one that is read, one that is filled, and those between.
const BUFFERS: usize = 4;
/// Bytes of each.
const BUFFER_BYTES: usize = 1 << 20;

/// Reads ahead on a thread of its own, 4 MiB at most, so that unpacking and what is done with the bytes happen
/// at the same time. What fits into one buffer is read without a thread.
///
/// An error comes after every byte before it, and again whenever reading is tried again.
pub(crate) struct ReadAhead<R> {
    state: State<R>,
    buffer: Vec<u8>,
    /// Bytes of the buffer already handed out.
    taken: usize,
}

enum State<R> {
    /// Nothing was read yet.
    New(R),
    /// A thread reads.
    Ahead(Ahead),
    /// Nothing more comes.
    Over,
    Failed(ErrorKind, String),
}

struct Ahead {
    filled: Receiver<Filled>,
    /// Buffers that were read, to be filled again.
    spare: Sender<Vec<u8>>,
}

struct Filled {
    buffer: Vec<u8>,
    /// How reading ended, where it did.
    end: Option<io::Result<()>>,
}

impl<R: Read + Send + 'static> ReadAhead<R> {
    pub(crate) fn new(source: R) -> ReadAhead<R> {
        ReadAhead { state: State::New(source), buffer: Vec::new(), taken: 0 }
    }

    /// Puts the next bytes into `buffer`; false when there are none.
    fn advance(&mut self) -> io::Result<bool> {
        let spent = std::mem::take(&mut self.buffer);
        self.taken = 0;
        match std::mem::replace(&mut self.state, State::Over) {
            State::New(mut source) => {
                let Filled { buffer, end } = fill(&mut source, spent);
                self.buffer = buffer;
                self.state = match end {
                    None => State::Ahead(begin(source)?),
                    Some(Ok(())) => State::Over,
                    Some(Err(e)) => State::Failed(e.kind(), e.to_string()),
                };
                Ok(true)
            }
            State::Ahead(ahead) => {
                // The thread may have reached the end and be gone.
                let _ = ahead.spare.send(spent);
                let Ok(Filled { buffer, end }) = ahead.filled.recv() else {
                    self.state =
                        State::Failed(ErrorKind::Other, "the thread that unpacks broke off".to_owned());
                    return Ok(true);
                };
                self.buffer = buffer;
                self.state = match end {
                    None => State::Ahead(ahead),
                    Some(Ok(())) => State::Over,
                    Some(Err(e)) => State::Failed(e.kind(), e.to_string()),
                };
                Ok(true)
            }
            State::Over => Ok(false),
            State::Failed(kind, message) => {
                let error = io::Error::new(kind, message.clone());
                self.state = State::Failed(kind, message);
                Err(error)
            }
        }
    }
}

impl<R: Read + Send + 'static> Read for ReadAhead<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !out.is_empty() {
            let rest = &self.buffer[self.taken..];
            if !rest.is_empty() {
                let count = rest.len().min(out.len());
                out[..count].copy_from_slice(&rest[..count]);
                self.taken += count;
                return Ok(count);
            }
            if !self.advance()? {
                break;
            }
        }
        Ok(0)
    }
}

/// Starts the thread. It ends with the source, or when nobody wants the next buffer.
fn begin<R: Read + Send + 'static>(mut source: R) -> io::Result<Ahead> {
    let (send_filled, filled) = channel();
    let (spare, spares) = channel();
    for _ in 1..BUFFERS {
        // Both ends are here.
        let _ = spare.send(Vec::new());
    }
    thread::Builder::new().name("read-ahead".to_owned()).spawn(move || {
        while let Ok(buffer) = spares.recv() {
            let filled = fill(&mut source, buffer);
            let is_last = filled.end.is_some();
            if send_filled.send(filled).is_err() || is_last {
                return;
            }
        }
    })?;
    Ok(Ahead { filled, spare })
}

fn fill(source: &mut impl Read, mut buffer: Vec<u8>) -> Filled {
    buffer.clear();
    let end = match source.take(BUFFER_BYTES as u64).read_to_end(&mut buffer) {
        Ok(BUFFER_BYTES) => None,
        Ok(_) => Some(Ok(())),
        Err(e) => Some(Err(e)),
    };
    Filled { buffer, end }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    /// Counts to `end` in bytes, then fails or ends; what was read is counted.
    struct Counter {
        at: usize,
        end: usize,
        fails: bool,
        read: &'static AtomicUsize,
    }

    impl Read for Counter {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if self.at == self.end && self.fails {
                return Err(io::Error::new(ErrorKind::InvalidData, "damaged"));
            }
            let count = out.len().min(self.end - self.at).min(70_000);
            for byte in &mut out[..count] {
                *byte = (self.at % 251) as u8;
                self.at += 1;
            }
            self.read.store(self.at, Ordering::SeqCst);
            Ok(count)
        }
    }

    fn counter(end: usize, fails: bool) -> Counter {
        Counter { at: 0, end, fails, read: Box::leak(Box::default()) }
    }

    #[test]
    fn the_same_bytes_and_the_same_end() {
        for end in [0, 1, BUFFER_BYTES - 1, BUFFER_BYTES, BUFFER_BYTES + 1, 9 * BUFFER_BYTES + 77] {
            for fails in [false, true] {
                let (mut plain, mut right) = (counter(end, fails), Vec::new());
                let plainly = plain.read_to_end(&mut right).map_err(|e| e.to_string());
                let (mut ahead, mut out) = (ReadAhead::new(counter(end, fails)), Vec::new());
                assert_eq!(ahead.read_to_end(&mut out).map_err(|e| e.to_string()), plainly);
                assert!(out == right, "{end} bytes");
                let again = ahead.read(&mut [0; 9]);
                assert_eq!(again.map_err(|e| (e.kind(), e.to_string())).is_err(), fails);
            }
        }
    }

    #[test]
    fn it_goes_ahead_and_not_too_far() {
        let source = counter(64 * BUFFER_BYTES, false);
        let read = source.read;
        let mut ahead = ReadAhead::new(source);
        assert_eq!(ahead.read(&mut [0; 10]).unwrap(), 10);
        let mut seen = 0;
        for _ in 0..200 {
            thread::sleep(Duration::from_millis(5));
            seen = read.load(Ordering::SeqCst);
            if seen == BUFFERS * BUFFER_BYTES {
                break;
            }
        }
        thread::sleep(Duration::from_millis(20));
        assert_eq!((seen, read.load(Ordering::SeqCst)), (BUFFERS * BUFFER_BYTES, BUFFERS * BUFFER_BYTES));
    }

    #[test]
    fn a_thread_that_breaks_off_is_no_end() {
        struct Breaks(usize);
        impl Read for Breaks {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                self.0 += out.len();
                assert!(self.0 < 3 * BUFFER_BYTES, "planted");
                Ok(out.len())
            }
        }
        let mut out = Vec::new();
        let error = ReadAhead::new(Breaks(0)).read_to_end(&mut out).unwrap_err();
        assert_eq!(error.to_string(), "the thread that unpacks broke off");
    }
}
