//! An event in plain sentences: what happened, how it was judged, by what, what speaks against it, and what would
//! turn it. Pages, API, exports and the command line all take these.

use detect::{EventKind, Reason};
use routing::{Asn, Timestamp};
use serde_json::Value;
use store::EventRow;

use crate::format::{Lasting, counted};

/// An event and its verdict tree, every part a whole sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// What happened.
    pub sentence: String,
    /// The verdict with its reason.
    pub verdict: String,
    /// What it was judged by.
    pub inputs: Vec<String>,
    /// Rules that fired.
    pub fired: Vec<String>,
    /// What speaks against the verdict.
    pub against: Vec<String>,
    /// What would turn it.
    pub flips: Vec<String>,
}

impl Told {
    /// The parts of the tree, each under its heading.
    pub fn parts(&self) -> [(&'static str, &[String]); 4] {
        [
            ("Judged by", &self.inputs),
            ("Rules that fired", &self.fired),
            ("What speaks against it", &self.against),
            ("What would turn it", &self.flips),
        ]
    }
}

/// Tells an event.
pub fn tell(event: &EventRow) -> Told {
    let clauses = |part: &str| -> Vec<String> {
        event.tree[part].as_array().into_iter().flatten().filter_map(clause).collect()
    };
    let inputs = event.tree["inputs"].as_array().into_iter().flatten();
    Told {
        sentence: sentence(event),
        verdict: verdict(event),
        inputs: inputs.filter_map(|one| input(one, event.start)).collect(),
        fired: clauses("fired"),
        against: clauses("against"),
        flips: clauses("flips"),
    }
}

/// `AS64500 originated space of another network: 192.0.2.0/24, …, for 2 h, shown by 14 peer ASes.`
fn sentence(event: &EventRow) -> String {
    let culprit = event.culprit.map_or_else(|| "An unknown network".to_owned(), |asn| Asn(asn).to_string());
    let kind = event.kind.parse::<EventKind>().ok();
    let did = match kind {
        Some(kind) if event.verdict == "incident" => format!("{culprit} {}", kind.row().did),
        // What is no incident is not told as a deed.
        Some(kind) => {
            let by = event.culprit.map(|asn| format!(" by {}", Asn(asn))).unwrap_or_default();
            format!("What can look like {}{by}", lower(kind.row().title))
        }
        None => format!("{culprit} did something that this version has no word for"),
    };
    let is_incident = event.verdict == "incident";
    let mut text = format!("{did}: {}", event.prefix);
    if let Some(related) = &event.related {
        text.push_str(&format!(", beside {related}"));
    }
    if let Some(bogon) = event.bogon_asn {
        text.push_str(&format!(", with {} on its path", Asn(bogon)));
    }
    if let Some(between) = between(event) {
        text.push_str(&format!(", {between}"));
    }
    if !event.victims.is_empty() {
        let of = if is_incident { "at the cost of" } else { "of" };
        text.push_str(&format!(", {of} {}", asns(&event.victims)));
    }
    let lasting = Lasting(event.end.saturating_sub(event.start));
    text.push_str(&format!(
        ", from {} to {} ({lasting}{}), {}.",
        Timestamp(event.start),
        Timestamp(event.end),
        match (event.ongoing, end_unknown(event)) {
            (true, _) => ", and still as the data end".to_owned(),
            (false, Some(why)) => format!(" by estimate: {why}"),
            (false, None) => String::new(),
        },
        match event.peers {
            0 => "named by a daily list".to_owned(),
            n => format!("shown by {}", counted(n.into(), "peer AS", "peer ASes")),
        }
    ));
    // A program compares sentences: they hold plain spaces.
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

/// From whom a leaker had the route, and to whom it passed it on.
pub(crate) fn between(event: &EventRow) -> Option<String> {
    match event.leak_between {
        (Some(from), Some(to)) => Some(format!("from {} to {}", Asn(from), Asn(to))),
        (Some(from), None) => Some(format!("learned from {}", Asn(from))),
        (None, Some(to)) => Some(format!("to {}", Asn(to))),
        (None, None) => None,
    }
}

/// Why it is not known when an event ended.
pub(crate) fn end_unknown(event: &EventRow) -> Option<&'static str> {
    Some(match event.end_unknown.as_deref()? {
        "lone_table" => "only one table shows it, which stands for its day; how long it lasted is not known",
        "table_only" => "the last table that shows it stands for its day; when it ended is not known",
        _ => "data are missing from there on; when it ended is not known",
    })
}

fn verdict(event: &EventRow) -> String {
    let because = match event.reason.parse::<Reason>() {
        Ok(reason) => format!("{} ({}): {}", lower(reason.row().title), reason.code(), reason.row().meaning),
        Err(_) => format!("{}.", event.reason),
    };
    let cause = match &event.likely_cause {
        Some(cause) => format!(" Likely cause: {cause}."),
        None => String::new(),
    };
    format!("{} because of {because}{cause} Confidence {} of 100.", capital(&event.verdict), event.confidence)
}

/// A title inside a sentence; what is written in capitals stays.
fn lower(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => title.to_owned(),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// How many networks a sentence names.
const NAMED_MAX: usize = 4;

fn asns(list: &[u32]) -> String {
    let named: Vec<String> = list.iter().take(NAMED_MAX).map(|asn| Asn(*asn).to_string()).collect();
    match list.len().saturating_sub(NAMED_MAX) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn clause(clause: &Value) -> Option<String> {
    let sentence = clause["sentence"].as_str()?;
    Some(match clause["points"].as_i64() {
        Some(1) => format!("{sentence} (+1 point)"),
        Some(-1) => format!("{sentence} (-1 point)"),
        Some(points) => format!("{sentence} ({points:+} points)"),
        None => sentence.to_owned(),
    })
}

/// `start` is the event's.
fn input(input: &Value, start: i64) -> Option<String> {
    let mut text = input["label"].as_str()?.to_owned();
    let as_of = input["as_of"].as_str();
    if let Some(at) = as_of {
        text.push_str(&format!(", as of {at}"));
    }
    let at = as_of.and_then(|at| at.parse::<Timestamp>().ok());
    let way = match at {
        Some(at) if at.0 <= start => "before",
        Some(_) => "after",
        None => "from",
    };
    match input["skew_days"].as_u64() {
        Some(0) => text.push_str(&format!(", less than a day {way} the event")),
        Some(1) => text.push_str(&format!(", a day {way} the event")),
        Some(days) => text.push_str(&format!(", {days} days {way} the event")),
        None => {}
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_is_told_in_whole_sentences() {
        let event = EventRow {
            kind: "misorigination".to_owned(),
            verdict: "incident".to_owned(),
            reason: "new_origin".to_owned(),
            likely_cause: Some("typo".to_owned()),
            confidence: 90,
            culprit: Some(64500),
            victims: vec![64501],
            prefix: "192.0.2.0/24".to_owned(),
            related: Some("192.0.0.0/16".to_owned()),
            start: 1_714_708_800,
            end: 1_714_712_400,
            peers: 1,
            tree: json!({
                "inputs": [{ "what": "vrps", "label": "VRPs", "as_of": "2024-05-02T00:00:00Z", "skew_days": 1 }],
                "fired": [{ "rule": "x", "sentence": "It is new.", "points": 3 }],
                "against": [{ "rule": "y", "sentence": "Nothing.", "points": null }],
                "flips": [],
            }),
            ..EventRow::default()
        };
        let told = tell(&event);
        assert_eq!(
            told.sentence,
            "AS64500 originated space of another network: 192.0.2.0/24, beside 192.0.0.0/16, at the cost of \
             AS64501, from 2024-05-03T04:00:00Z to 2024-05-03T05:00:00Z (1 h), shown by 1 peer AS."
        );
        assert!(
            told.verdict.starts_with("Incident because of new origin (new_origin): A network"),
            "{told:?}"
        );
        assert!(told.verdict.ends_with("Likely cause: typo. Confidence 90 of 100."), "{told:?}");
        assert_eq!(told.inputs, ["VRPs, as of 2024-05-02T00:00:00Z, a day before the event"]);
        assert_eq!(told.fired, ["It is new. (+3 points)"]);
        assert_eq!((told.against, told.flips.len()), (vec!["Nothing.".to_owned()], 0));
        let benign = EventRow {
            verdict: "benign".to_owned(),
            culprit: None,
            reason: "rpki_valid".to_owned(),
            ..event
        };
        let told = tell(&benign);
        assert!(
            told.sentence.starts_with(
                "What can look like misorigination: 192.0.2.0/24, beside 192.0.0.0/16, of AS64501"
            ),
            "{told:?}"
        );
        assert!(told.verdict.starts_with("Benign because of RPKI valid (rpki_valid): "), "{told:?}");
    }
}
