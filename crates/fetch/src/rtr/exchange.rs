//! One question to a cache and its answer.

use std::io::{BufReader, Read, Write};
use std::time::Instant;

use super::pdu::{
    HEADER_BYTES, Header, Intervals, Pdu, Violation, code, error_report, kind, reset_query, serial_query,
};
use super::set::Set;
use super::stream::refused;
use crate::{Budget, Refusal};

/// What to ask for.
#[derive(Clone, Copy, Debug)]
pub enum Ask {
    /// Everything.
    Whole { version: u8 },
    /// What came after a serial.
    Since { version: u8, session: u16, serial: u32 },
}

/// How a question ended well.
#[derive(Debug)]
pub struct End {
    /// Version of the answer.
    pub version: u8,
    /// Session of the answer.
    pub session: u16,
    /// Serial of the set as it is now.
    pub serial: u32,
    /// How long it is good for.
    pub intervals: Intervals,
    /// Records that came or went.
    pub changes: u64,
}

/// Why there is no set.
#[derive(Debug)]
pub enum Stop {
    /// The cache speaks a lower version: ask again in this one.
    Version(u8),
    /// What is held cannot be brought up to date: ask for everything.
    Whole,
    /// Something failed.
    Refused(Refusal),
}

/// Asks, and brings `set` to where the cache is; unless that ends well, the set is worth nothing.
///
/// # Errors
/// See [`Stop`]. What the cache did wrong it is told before.
pub fn exchange<S: Read + Write>(
    stream: &mut BufReader<S>,
    ask: Ask,
    set: &mut Set,
    budget: &Budget,
    deadline: Instant,
) -> Result<End, Stop> {
    let asked = match ask {
        Ask::Whole { version } | Ask::Since { version, .. } => version,
    };
    let mut talk = Talk { stream, budget, deadline, received: 0, unit: Vec::new(), version: asked };
    talk.run(ask, set).map_err(|wrong| {
        let stop = match wrong {
            Wrong::Stop(stop) => stop,
            Wrong::Violation(violation) => {
                talk.report(&violation);
                Stop::Refused(Refusal::Protocol(violation.words))
            }
        };
        match (ask, stop) {
            (Ask::Since { .. }, Stop::Refused(Refusal::Protocol(_) | Refusal::Cache { .. })) => Stop::Whole,
            (_, stop) => stop,
        }
    })
}

/// So much of a wrong unit is sent back.
const ECHO_BYTES_MAX: usize = 1 << 10;

struct Talk<'a, S> {
    stream: &'a mut BufReader<S>,
    budget: &'a Budget,
    deadline: Instant,
    /// Bytes so far.
    received: u64,
    /// The last unit, as far as it was read.
    unit: Vec<u8>,
    /// Version spoken, or asked in.
    version: u8,
}

enum Wrong {
    Stop(Stop),
    Violation(Violation),
}

impl From<Violation> for Wrong {
    fn from(violation: Violation) -> Wrong {
        Wrong::Violation(violation)
    }
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Wrong {
        Wrong::Stop(Stop::Refused(refusal))
    }
}

impl<S: Read + Write> Talk<'_, S> {
    fn run(&mut self, ask: Ask, set: &mut Set) -> Result<End, Wrong> {
        let query = match ask {
            Ask::Whole { version } => reset_query(version),
            Ask::Since { version, session, serial } => serial_query(version, session, serial),
        };
        let sent = self.stream.get_mut().write_all(&query);
        sent.map_err(|e| refused(e, self.budget, self.deadline))?;
        let session = self.opened(ask)?;
        let mut changes = 0;
        loop {
            let (header, pdu) = self.next()?;
            if header.version != self.version && header.kind != kind::SERIAL_NOTIFY {
                let words =
                    format!("version {} within a session of version {}", header.version, self.version);
                return Err(Violation::new(code::UNEXPECTED_VERSION, words).into());
            }
            changes += 1;
            match pdu {
                Pdu::Prefix { announced, vrp } => set.take(announced, vrp)?,
                Pdu::Aspa { announced, families, customer, providers } => {
                    changes -= u64::from(!set.take_aspa(announced, families, customer, providers)?);
                }
                Pdu::SerialNotify | Pdu::RouterKey => changes -= 1,
                Pdu::EndOfData { session: other, serial, intervals } => {
                    if other != session {
                        return Err(corrupt(format!("session {other} at the end of session {session}")));
                    }
                    match ask {
                        // Serial number arithmetic (RFC 1982 §3.2).
                        Ask::Since { serial: before, .. } if (serial.wrapping_sub(before) as i32) < 0 => {
                            return Err(corrupt(format!("serial {serial} after {before}")));
                        }
                        _ => {}
                    }
                    return Ok(End {
                        version: self.version,
                        session,
                        serial,
                        intervals,
                        changes: changes - 1,
                    });
                }
                Pdu::ErrorReport { code, text } => return Err(Refusal::Cache { code, text }.into()),
                Pdu::CacheResponse { .. } => return Err(corrupt("an answer begins within another")),
                Pdu::CacheReset => return Err(corrupt("a Cache Reset within an answer")),
            }
            if set.records() > self.budget.records_max {
                return Err(Refusal::TooMany { records_max: self.budget.records_max }.into());
            }
        }
    }

    /// Up to the beginning of the answer: its session, and the version from now on (RFC 8210 §7).
    fn opened(&mut self, ask: Ask) -> Result<u16, Wrong> {
        loop {
            let (header, pdu) = self.next()?;
            let asked = self.version;
            match pdu {
                // Of whatever version.
                Pdu::SerialNotify => {}
                Pdu::ErrorReport { code: code::UNSUPPORTED_VERSION, text } => {
                    let lower = header.version.min(asked.saturating_sub(1));
                    return Err(if asked == 0 || header.version > asked {
                        Refusal::Cache { code: code::UNSUPPORTED_VERSION, text }.into()
                    } else {
                        Wrong::Stop(Stop::Version(lower))
                    });
                }
                Pdu::ErrorReport { code, text } => return Err(Refusal::Cache { code, text }.into()),
                _ if header.version > asked => {
                    let words = format!("version {} in answer to version {asked}", header.version);
                    return Err(Violation::new(code::UNEXPECTED_VERSION, words).into());
                }
                Pdu::CacheReset => {
                    return Err(match ask {
                        Ask::Since { .. } => Wrong::Stop(Stop::Whole),
                        Ask::Whole { .. } => corrupt("a Cache Reset in answer to a Reset Query"),
                    });
                }
                Pdu::CacheResponse { session } => {
                    self.version = header.version;
                    return match ask {
                        Ask::Since { version, session: held, .. }
                            if (version, held) != (header.version, session) =>
                        {
                            Err(Wrong::Stop(Stop::Whole))
                        }
                        _ => Ok(session),
                    };
                }
                _ => return Err(corrupt("records before the answer begins")),
            }
        }
    }

    /// Tells the cache what it did wrong, unless that was itself a report. Whether it arrives or not, the
    /// connection ends.
    fn report(&mut self, violation: &Violation) {
        if self.unit.get(1) != Some(&kind::ERROR_REPORT) {
            let unit = &self.unit[..self.unit.len().min(ECHO_BYTES_MAX)];
            let _ = self.stream.get_mut().write_all(&error_report(self.version, violation, unit));
        }
    }

    /// The next unit.
    fn next(&mut self) -> Result<(Header, Pdu), Wrong> {
        self.unit.clear();
        self.fill(HEADER_BYTES)?;
        let head = *self.unit.first_chunk().expect("a header was just filled in");
        let header = Header::read(head)?;
        self.fill(header.body_bytes())?;
        let pdu = Pdu::read(&header, &self.unit[HEADER_BYTES..])?;
        Ok((header, pdu))
    }

    /// Reads so many bytes more of the unit; headers see to it that they are few.
    fn fill(&mut self, count: usize) -> Result<(), Wrong> {
        self.received += count as u64;
        if self.received > self.budget.bytes_max {
            return Err(Refusal::TooLarge { bytes_max: self.budget.bytes_max }.into());
        }
        let start = self.unit.len();
        self.unit.resize(start + count, 0);
        let read = self.stream.read_exact(&mut self.unit[start..]);
        read.map_err(|e| {
            self.unit.truncate(start);
            refused(e, self.budget, self.deadline).into()
        })
    }
}

fn corrupt(words: impl Into<String>) -> Wrong {
    Violation::new(code::CORRUPT_DATA, words).into()
}
