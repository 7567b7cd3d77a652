//! What others say happened: events that third parties publish. A second opinion, kept apart from ours.
//!
//! Each publisher has its own words and numbers; what they have in common stands in [`Opinion`], the rest in
//! its details, in the publisher's words. Nothing here is judged, and nothing becomes an event of ours.

pub mod bgpstream_com;
pub mod grip;
pub mod radar;

use routing::{Asn, Prefix, Timestamp};
use serde_json::Value;

use crate::{fault, json};

/// Prefixes kept of one opinion; a leak can name thousands.
pub const PREFIXES_MAX: usize = 1000;
/// Networks, tags and details kept of one opinion, each.
const LISTED_MAX: usize = 60;
/// Longest text kept, in characters.
const TEXT_CHARS_MAX: usize = 300;

/// What kind of thing somebody says has happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Claim {
    /// A prefix originated by somebody it is not of.
    Hijack,
    /// A path that is not as it was announced.
    Path,
    /// A route passed on beyond whom it was meant for.
    Leak,
}

impl Claim {
    /// Every claim.
    pub const ALL: [Claim; 3] = [Claim::Hijack, Claim::Path, Claim::Leak];

    /// Stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Claim::Hijack => "hijack",
            Claim::Path => "path",
            Claim::Leak => "leak",
        }
    }
}

/// One event as a third party tells it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Opinion {
    /// Its id, as the publisher writes it, led by the publisher's code.
    pub id: String,
    /// What is claimed.
    pub claim: Claim,
    /// The publisher's own word for it, such as `submoas`.
    pub called: String,
    /// When it began, or was noticed.
    pub start: Timestamp,
    /// When it ended; `None` when the publisher does not say.
    pub end: Option<Timestamp>,
    /// Whom the publisher holds to have done it, ascending; several when it does not decide.
    pub culprits: Vec<Asn>,
    /// Whose it was, ascending.
    pub victims: Vec<Asn>,
    /// Prefixes announced, at most [`PREFIXES_MAX`].
    pub prefixes: Vec<Prefix>,
    /// How many prefixes the publisher counts.
    pub prefixes_all: u64,
    /// How suspicious, 0 to 100, where the publisher says so.
    pub suspicion: Option<u8>,
    /// How sure the publisher is, 0 to 100, where it says so.
    pub confidence: Option<u8>,
    /// Tags in the publisher's words.
    pub tags: Vec<String>,
    /// What else the publisher says: a name and a text each.
    pub details: Vec<(&'static str, String)>,
}

/// AS numbers and prefixes of an event that cannot be read: the event is kept without them, and each is told.
type Unread = Vec<Wrong>;

impl Opinion {
    fn new(id: String, claim: Claim, called: &str, start: Timestamp) -> Opinion {
        Opinion {
            id,
            claim,
            called: cut(called),
            start,
            end: None,
            culprits: Vec::new(),
            victims: Vec::new(),
            prefixes: Vec::new(),
            prefixes_all: 0,
            suspicion: None,
            confidence: None,
            tags: Vec::new(),
            details: Vec::new(),
        }
    }

    fn tag(&mut self, text: &str) {
        let text = cut(text);
        if !text.is_empty() && self.tags.len() < LISTED_MAX && !self.tags.contains(&text) {
            self.tags.push(text);
        }
    }

    fn detail(&mut self, name: &'static str, text: &str) {
        if !text.trim().is_empty() && self.details.len() < LISTED_MAX {
            self.details.push((name, cut(text)));
        }
    }

    /// Sorts what has no order of its own and keeps each once. An end before the start is none.
    fn tidy(mut self) -> Opinion {
        for asns in [&mut self.culprits, &mut self.victims] {
            asns.sort_unstable();
            asns.dedup();
            asns.truncate(LISTED_MAX);
        }
        self.prefixes.sort_unstable();
        self.prefixes.dedup();
        self.prefixes_all = self.prefixes_all.max(self.prefixes.len() as u64);
        self.prefixes.truncate(PREFIXES_MAX);
        self.end = self.end.filter(|end| *end >= self.start);
        self
    }
}

/// What is wrong and with which value.
type Wrong = (routing::FaultKind, String);

/// A text without control characters, cut to a readable length.
fn cut(text: &str) -> String {
    let clean = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.take(TEXT_CHARS_MAX).collect()
}

/// A time in UTC, also with the zone shortened to `+00`.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.strip_suffix("+00").unwrap_or(text).parse().ok()
}

/// A time as text or as Unix seconds; `None` where there is none or it cannot be read.
fn moment_in(value: Option<&Value>) -> Option<Timestamp> {
    match value? {
        Value::String(text) => moment(text),
        Value::Null => None,
        number => json::seconds(number).filter(|at| at.0 > 0),
    }
}

/// AS numbers of a list, or one alone; 0 stands for none.
fn asns_in(value: Option<&Value>, unread: &mut Unread) -> Vec<Asn> {
    let read = |value: &Value, unread: &mut Unread| {
        let asn = json::asn(value);
        if asn.is_none() {
            unread.push((fault::BAD_ASN, cut_value(value)));
        }
        asn.filter(|asn| asn.0 != 0)
    };
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list.iter().filter_map(|one| read(one, unread)).collect(),
        Some(one) => read(one, unread).into_iter().collect(),
    }
}

/// Prefixes of a list, or one alone.
fn prefixes_in(value: Option<&Value>, unread: &mut Unread) -> Vec<Prefix> {
    let read = |value: &Value, unread: &mut Unread| {
        let prefix = value.as_str().and_then(|text| text.parse::<Prefix>().ok());
        if prefix.is_none() {
            unread.push((fault::BAD_PREFIX, cut_value(value)));
        }
        prefix
    };
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list.iter().filter_map(|one| read(one, unread)).collect(),
        Some(one) => read(one, unread).into_iter().collect(),
    }
}

/// A figure from 0 to 100.
fn percent(value: Option<&Value>) -> Option<u8> {
    let number = value?.as_f64().filter(|n| (0.0..=100.0).contains(n))?;
    Some(number.round() as u8)
}

/// An id: a text or a whole number.
fn id(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(named(text)),
        Value::Number(n) => Some(n.as_u64()?.to_string()),
        _ => None,
    }
}

/// An id in letters that addresses can hold.
fn named(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    text.trim().chars().take(80).map(plain).collect()
}

fn lacks(name: &str) -> Wrong {
    (fault::JSON_ELEMENT, format!("an event without `{name}`"))
}

fn cut_value(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}
