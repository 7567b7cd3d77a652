//! Public sessions of CAIDA's Spoofer: volunteers' machines send packets with a false source address, and its
//! servers say what became of them.
//!
//! Results are told apart by what stood in place of the source: a *routed* address, of somebody else's
//! announced space, or a *private* one (RFC 1918, RFC 4193). Either has left its network without a check of
//! sources (BCP 38) when it was received.

use std::collections::BTreeMap;
use std::io::{BufRead, Cursor, Read};

use core::net::IpAddr;
use routing::{Asn, Family, FaultCounts, FaultKind, Prefix, Span, Timestamp};
use serde_json::Value;

use crate::fault;
use crate::json::{self, Take, Walked, walk};
use crate::lines::{LINE_BYTES_MAX, Lines, skip_blank};
use crate::parsed::{Parsed, ReadError, Tally};

const EXPECTED: &str = "Spoofer sessions (pages with `hydra:member`, a list, or a session per line)";

/// One run of the Spoofer client.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Session {
    /// Spoofer's number of it.
    pub id: u64,
    /// When it ran.
    pub time: Timestamp,
    /// What it found, one per address family tested: IPv4 first.
    pub tests: Vec<Test>,
}

/// What a session found over one address family.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Test {
    /// The client's network, as Spoofer says; `None` when it does not know.
    pub asn: Option<Asn>,
    /// Where the client is: a /24, or a /40 for IPv6, as precise as Spoofer publishes it.
    pub prefix: Prefix,
    /// Whether a NAT stands before the client; `None` when it is not said.
    pub behind_nat: Option<bool>,
    /// What became of packets whose source was somebody else's announced address.
    pub routed: Fate,
    /// What became of packets whose source was a private address.
    pub private: Fate,
}

/// What became of the packets with a false source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Fate {
    /// Not said, not tried, or honest packets did not arrive either.
    #[default]
    Unknown,
    /// They did not arrive, honest ones did.
    Blocked,
    /// They arrived with another source than they were sent with.
    Rewritten,
    /// They arrived.
    Received,
}

impl Test {
    /// Whether packets with a false source got out, judged by those `fates` of it that count; `None` when the
    /// test cannot say. A source rewritten by the client's own NAT never reached the network; without word of
    /// a NAT it is not known who rewrote it.
    pub fn got_out(&self, fates: impl IntoIterator<Item = Fate> + Clone) -> Option<bool> {
        let any = |wanted: Fate| fates.clone().into_iter().any(|fate| fate == wanted);
        if any(Fate::Received) {
            return Some(true);
        }
        if any(Fate::Rewritten) {
            return (self.behind_nat == Some(false)).then_some(false);
        }
        any(Fate::Blocked).then_some(false)
    }
}

/// What a file holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sessions {
    /// Public sessions in the order of the file.
    pub sessions: Vec<Session>,
    /// Sessions marked as not public; nothing is kept of them.
    pub not_public: u64,
}

/// Tests by network.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SpooferTable {
    times: Vec<Timestamp>,
    tests: BTreeMap<Asn, Vec<(Timestamp, u64, Test)>>,
}

impl SpooferTable {
    /// From the sessions of all pages, in any order. A session that several pages hold counts once; where they
    /// differ, the version that knows more.
    pub fn new(sessions: impl IntoIterator<Item = Session>) -> SpooferTable {
        let mut by_id: BTreeMap<u64, Session> = BTreeMap::new();
        for session in sessions {
            match by_id.get_mut(&session.id) {
                Some(known) if knowledge(known) < knowledge(&session) => *known = session,
                Some(_) => {}
                None => {
                    by_id.insert(session.id, session);
                }
            }
        }
        let mut table = SpooferTable::default();
        for session in by_id.into_values() {
            table.times.push(session.time);
            for test in session.tests {
                if let Some(asn) = test.asn {
                    table.tests.entry(asn).or_default().push((session.time, session.id, test));
                }
            }
        }
        table.times.sort_unstable();
        table.tests.values_mut().for_each(|tests| tests.sort_unstable());
        table
    }

    /// How many sessions ran within `span`, and when the first and the last of them did.
    pub fn within(&self, span: Span) -> Option<(u64, Timestamp, Timestamp)> {
        let from = self.times.partition_point(|t| *t < span.start);
        let to = self.times.partition_point(|t| *t < span.end);
        let times = self.times.get(from..to)?;
        Some((times.len() as u64, *times.first()?, *times.last()?))
    }

    /// The network's tests within `span` in the order of time, each with its session's number.
    pub fn tests(&self, asn: Asn, span: Span) -> impl Iterator<Item = (u64, &Test)> {
        let all = self.tests.get(&asn).map_or(&[][..], Vec::as_slice);
        let from = all.partition_point(|(time, ..)| *time < span.start);
        all[from..].iter().take_while(move |(time, ..)| *time < span.end).map(|(_, id, test)| (*id, test))
    }
}

/// How many results a session has; the rest of it makes the order total, so that pages may come in any order.
fn knowledge(session: &Session) -> (usize, &Session) {
    let fates = session.tests.iter().flat_map(|test| [test.routed, test.private]);
    (fates.filter(|fate| *fate != Fate::Unknown).count(), session)
}

/// Reads a page of Spoofer's API (`hydra:member`), a plain list of sessions, or one session per line. A client
/// is an address or a prefix and is cut to its /24 or /40. Economies and links are passed over. Stated date:
/// the last session's.
///
/// The API gives public sessions only and marks none; a session that says `public`, `sharePublic` or
/// `anonymized` is false was exported from elsewhere and is not kept.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when it is none of these.
pub fn parse(mut input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Sessions>, ReadError> {
    let mut found = Found::default();
    let (blank, first) = skip_blank(&mut input)?;
    let before = blank + 1;
    let (format, complete) = match first {
        Some(b'[') => {
            // A list becomes the one member of an object: what is damaged in it stays damaged.
            let object = b"{\"hydra:member\":".chain(input).chain(&b"}"[..]);
            ("list", found.walk(object, before, faults)?.1)
        }
        _ => {
            let mut line = Vec::new();
            input.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut line)?;
            let alone: Option<Value> = serde_json::from_slice(&line).ok();
            let whole = Cursor::new(line).chain(input);
            if alone.is_some_and(|value| value.get("session").is_some()) {
                ("session per line", found.lines(whole, blank, faults)?)
            } else {
                let (walked, complete) = found.walk(whole, before, faults)?;
                if complete && !walked.has(MEMBER) {
                    let found = format!("JSON without `{MEMBER}`");
                    return Err(ReadError::NotThisFormat { expected: EXPECTED, found });
                }
                ("page", complete)
            }
        }
    };
    found.tally.check(EXPECTED)?;
    let stated = found.content.sessions.iter().map(|s| s.time).max();
    let records = found.content.sessions.len() as u64;
    Ok(Parsed { content: found.content, stated, format, records, complete })
}

const MEMBER: &str = "hydra:member";

#[derive(Default)]
struct Found {
    content: Sessions,
    tally: Tally,
}

impl Found {
    fn walk(
        &mut self,
        input: impl BufRead,
        first_line: u64,
        faults: &mut FaultCounts,
    ) -> std::io::Result<(Walked, bool)> {
        let walked = walk(input, first_line, &[(MEMBER, Take::Each)], &mut |piece| {
            self.take(session(&piece.value, piece.line, faults), piece.line, faults);
        })?;
        let complete = walked.report(faults, &mut self.tally);
        Ok((walked, complete))
    }

    /// Whether the last line is whole.
    fn lines(&mut self, input: impl BufRead, blank: u64, faults: &mut FaultCounts) -> std::io::Result<bool> {
        let mut lines = Lines::new(input);
        let mut complete = true;
        while let Some((number, line)) = lines.next(faults)? {
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let at = blank + number;
            let value = serde_json::from_slice::<Value>(line);
            complete = !value.as_ref().is_err_and(serde_json::Error::is_eof);
            let read = match value {
                Ok(value) => session(&value, at, faults),
                Err(error) => Err((fault::JSON_ELEMENT, error.to_string())),
            };
            self.take(read, at, faults);
        }
        Ok(complete)
    }

    fn take(&mut self, read: Result<Option<Session>, Wrong>, line: u64, faults: &mut FaultCounts) {
        match read {
            Ok(session) => {
                self.tally.accepted += 1;
                self.content.not_public += u64::from(session.is_none());
                self.content.sessions.extend(session);
            }
            Err((kind, detail)) => {
                self.tally.refuse(&detail);
                fault::push(faults, kind, line, &detail);
            }
        }
    }
}

/// What is wrong and with which value.
type Wrong = (FaultKind, String);

/// A session; `None` when it is not public. Faults name members, and contents only where they cannot be read.
fn session(value: &Value, line: u64, faults: &mut FaultCounts) -> Result<Option<Session>, Wrong> {
    let lacks = |name: &str| (fault::JSON_ELEMENT, format!("a session with `{name}`"));
    if ["public", "sharePublic", "anonymized"].iter().any(|name| value.get(name) == Some(&Value::Bool(false)))
    {
        return Ok(None);
    }
    let id = match value.get("session") {
        Some(Value::String(text)) => text.parse().ok(),
        Some(number) => number.as_u64(),
        None => None,
    };
    let id = id.ok_or_else(|| lacks("session"))?;
    let time = value.get("timestamp").and_then(Value::as_str).ok_or_else(|| lacks("timestamp"))?;
    let time = time.parse().map_err(|_| (fault::BAD_TIME, time.to_owned()))?;
    let mut tests = Vec::new();
    for (family, [client, asn, nat, routed, private]) in [
        (Family::V4, ["client4", "asn4", "nat4", "routedspoof", "privatespoof"]),
        (Family::V6, ["client6", "asn6", "nat6", "routedspoof6", "privatespoof6"]),
    ] {
        let given = |name: &str| value.get(name).filter(|v| !v.is_null());
        let Some(text) = given(client) else { continue };
        let text = text.as_str().ok_or_else(|| lacks(client))?;
        let prefix = prefix(text, family).ok_or_else(|| (fault::BAD_PREFIX, text.to_owned()))?;
        let bad_asn = |v: &Value| (fault::BAD_ASN, cut(v));
        let asn = given(asn).map(|v| json::asn(v).ok_or_else(|| bad_asn(v))).transpose()?;
        let nat = given(nat).map(|v| v.as_bool().ok_or_else(|| lacks(nat))).transpose()?;
        let mut fate = |name: &str| match given(name).map(|v| (v.as_str(), v)) {
            None => Fate::Unknown,
            Some((Some("unknown"), _)) => Fate::Unknown,
            Some((Some("blocked"), _)) => Fate::Blocked,
            Some((Some("rewritten"), _)) => Fate::Rewritten,
            Some((Some("received"), _)) => Fate::Received,
            Some((_, other)) => {
                fault::push(faults, fault::UNKNOWN_RESULT, line, &format!("{name}: {}", cut(other)));
                Fate::Unknown
            }
        };
        let (routed, private) = (fate(routed), fate(private));
        tests.push(Test { asn, prefix, behind_nat: nat, routed, private });
    }
    Ok(Some(Session { id, time, tests }))
}

/// The /24 or /40 of an address or a prefix at least as long.
fn prefix(text: &str, family: Family) -> Option<Prefix> {
    let keep = match family {
        Family::V4 => 24,
        Family::V6 => 40,
    };
    let (address, len) = match text.split_once('/') {
        Some((address, len)) => (address, len.parse().ok()?),
        None => (text, family.bits()),
    };
    let given = Prefix::from_address(address.parse::<IpAddr>().ok()?, len)?;
    if given.family() == family { given.truncate(keep) } else { None }
}

fn cut(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}
