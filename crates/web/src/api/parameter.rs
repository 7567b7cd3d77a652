//! The parameters of questions: what may stand in each, and the nearest right word where it does not.

use detect::{EventKind, REASONS, Verdict};
use measure::framework::{Grade, ScoreKey};
use measure::metric::Unit;
use routing::{Asn, AsnError, Month, Prefix, PrefixError, Region, Timestamp};
use serde_json::{Value, json};

use super::cursor;
use super::problem::{self, Problem};
use super::records;

/// The most rows of one answer.
pub(crate) const LIMIT_MAX: usize = 1_000;

/// Rows of an answer when nothing is said.
pub(crate) const LIMIT_DEFAULT: usize = 100;

/// What a parameter holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Holds {
    Month,
    Framework,
    Limit,
    Cursor,
    /// Names of the fields of the answer's rows, separated by commas.
    Fields,
    Asn,
    Prefix,
    Economy,
    /// Slug of a region.
    Region,
    Word(&'static [&'static str]),
    /// An event.
    Event,
    /// An incident.
    Incident,
    /// A raw record.
    Record,
    /// A source.
    Source,
    /// RFC 3339, a day or Unix seconds.
    Moment,
    /// `2024-05-03`.
    Day,
    /// An area of whatever scope.
    Area,
}

/// One parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) holds: Holds,
    pub(crate) about: &'static str,
    pub(crate) example: &'static str,
}

const fn parameter(
    name: &'static str,
    holds: Holds,
    about: &'static str,
    example: &'static str,
) -> Parameter {
    Parameter { name, holds, about, example }
}

pub(crate) const MONTH: Parameter =
    parameter("month", Holds::Month, "The month; the latest one published when not given.", "2024-05");
pub(crate) const FRAMEWORK: Parameter = parameter(
    "framework",
    Holds::Framework,
    "Version of the measurement framework; the month's first when not given.",
    "2024-01",
);
pub(crate) const AGAINST: Parameter = parameter(
    "against",
    Holds::Framework,
    "The framework compared with: a shipped version, or one that the month was graded by.",
    "2022-10",
);
pub(crate) const FIELDS: Parameter =
    parameter("fields", Holds::Fields, "Only these fields, separated by commas.", "");
pub(crate) const LIMIT: Parameter = parameter("limit", Holds::Limit, "The most rows to answer.", "10");
pub(crate) const CURSOR: Parameter =
    parameter("cursor", Holds::Cursor, "Where to go on: taken from `links.next` of the answer before.", "");
pub(crate) const ASN: Parameter =
    parameter("asn", Holds::Asn, "AS number: `64500`, `AS64500` or asdot `1.10`.", "AS65540");
pub(crate) const PREFIX: Parameter = parameter(
    "prefix",
    Holds::Prefix,
    "Canonical prefix, no host bits set; in a path the slash may be written `%2F` or `-`.",
    "192.0.2.0/24",
);
pub(crate) const ECONOMY: Parameter =
    parameter("economy", Holds::Economy, "ISO 3166-1 alpha-2 code, or ZZ, EU, AP.", "NL");
pub(crate) const REGION: Parameter = parameter(
    "region",
    Holds::Region,
    "Region or sub-region of UN M49, or registry, as `/api/regions` lists them.",
    "europe",
);
pub(crate) const EVENT: Parameter = parameter("id", Holds::Event, "Id of the event.", "");
pub(crate) const SOURCE: Parameter = parameter("name", Holds::Source, "Name of the source.", "");

pub(crate) const INCIDENT: Parameter = parameter("id", Holds::Incident, "Id of the incident.", "");
pub(crate) const RECORD: Parameter = parameter(
    "record",
    Holds::Record,
    "SHA-256 of the file and byte offset in it, as the sightings of an event have them, joined by `-`.",
    "",
);
pub(crate) const KIND: Parameter =
    parameter("kind", Holds::Word(&KINDS), "Only of this kind of event.", KINDS[0]);
pub(crate) const VERDICT: Parameter =
    parameter("verdict", Holds::Word(&VERDICTS), "Only with this verdict.", VERDICTS[0]);
pub(crate) const REASON: Parameter =
    parameter("reason", Holds::Word(&REASON_CODES), "Only with this reason for the verdict.", "rpki_valid");
pub(crate) const SEEN: Parameter = parameter(
    "seen",
    Holds::Word(&["true", "false"]),
    "true: only what tells of an event of ours; false: only what we did not see.",
    "false",
);
pub(crate) const NAMED: Parameter =
    parameter("network", Holds::Asn, "Only with this network named as culprit or victim.", "AS65540");
pub(crate) const METRIC: Parameter =
    parameter("metric", Holds::Word(&INCIDENT_METRICS), "Only those that count for this metric.", "");
pub(crate) const FROM: Parameter = parameter(
    "from",
    Holds::Moment,
    "Only what was there at this moment or later: RFC 3339, a day, or Unix seconds.",
    "2024-05-03",
);
pub(crate) const TO: Parameter = parameter(
    "to",
    Holds::Moment,
    "Only what was there before this moment: RFC 3339, a day, or Unix seconds.",
    "2024-05-04T12:00:00Z",
);
pub(crate) const NETWORK: Parameter =
    parameter("network", Holds::Asn, "Only with this network as the culprit.", "AS65540");
pub(crate) const ABOUT_PREFIX: Parameter = parameter(
    "prefix",
    Holds::Prefix,
    "Only about this prefix, one that covers it or a more specific one.",
    "192.0.2.0/24",
);
pub(crate) const SCOPE: Parameter = parameter(
    "scope",
    Holds::Word(&store::ROA_SCOPES),
    "What kind of area: the world when not given.",
    "economy",
);
pub(crate) const AREA: Parameter = parameter(
    "area",
    Holds::Area,
    "An economy's code, or the slug of a region, registry or programme; left out for the world and for all \
     programmes together.",
    "NL",
);
pub(crate) const DAY: Parameter = parameter("day", Holds::Day, "Only of this day.", "2024-05-03");
pub(crate) const MOVE: Parameter =
    parameter("move", Holds::Word(&store::ROA_MOVES), "Only this kind of change.", "turned_invalid");
pub(crate) const ORIGIN: Parameter =
    parameter("network", Holds::Asn, "Only routes that this network originates.", "AS65540");
pub(crate) const ONGOING: Parameter = parameter(
    "ongoing",
    Holds::Word(&["true"]),
    "Only what was still seen as the data or the month ended.",
    "true",
);

/// Kinds of events.
const KINDS: [&str; EventKind::ALL.len()] = {
    let mut out = [""; EventKind::ALL.len()];
    let mut i = 0;
    while i < out.len() {
        out[i] = EventKind::ALL[i].code();
        i += 1;
    }
    out
};

/// Verdicts.
pub(crate) const VERDICTS: [&str; Verdict::ALL.len()] = {
    let mut out = [""; Verdict::ALL.len()];
    let mut i = 0;
    while i < out.len() {
        out[i] = Verdict::ALL[i].code();
        i += 1;
    }
    out
};

/// Reasons for verdicts.
pub(crate) static REASON_CODES: [&str; REASON_COUNT] = {
    let mut out = [""; REASON_COUNT];
    let mut i = 0;
    while i < out.len() {
        out[i] = REASONS[i].code;
        i += 1;
    }
    out
};

const REASON_COUNT: usize = detect::REASONS.len();

/// Metrics that count incidents.
pub(crate) const INCIDENT_METRICS: [&str; 8] = {
    let mut out = [""; 8];
    let (mut i, mut n) = (0, 0);
    while i < METRICS_ALL {
        let row = &measure::metric::METRICS[i];
        if matches!(row.unit, Unit::WeightedIncidents) {
            out[n] = row.code;
            n += 1;
        }
        i += 1;
    }
    out
};

const METRICS_ALL: usize = measure::metric::METRICS.len();

/// What a grade can be asked for by.
pub(crate) const GRADES: &[&str] =
    &[Grade::Ready.as_str(), Grade::Aspiring.as_str(), Grade::Lagging.as_str(), NO_DATA];

/// A score that is not known.
pub(crate) const NO_DATA: &str = "no_data";

const fn grade(name: &'static str) -> Parameter {
    parameter(name, Holds::Word(GRADES), "Only networks with this grade of the score.", "")
}

/// One for each score.
pub(crate) const GRADE_PARAMETERS: [(ScoreKey, Parameter); 5] = [
    (ScoreKey::Filtering, grade("filtering_grade")),
    (ScoreKey::AntiSpoofing, grade("anti_spoofing_grade")),
    (ScoreKey::Coordination, grade("coordination_grade")),
    (ScoreKey::RoutingInformationIrr, grade("routing_information_irr_grade")),
    (ScoreKey::RoutingInformationRpki, grade("routing_information_rpki_grade")),
];

impl Parameter {
    /// Whether a text may stand here; fields are looked at where the rows are known.
    pub(crate) fn examine(&self, text: &str) -> Result<(), Problem> {
        let wrong = |detail: String| Problem::new(problem::MALFORMED_PARAMETER, detail).of(self.name);
        match self.holds {
            Holds::Month => {
                text.parse::<Month>().map_err(|error| wrong(error.to_string()))?;
            }
            Holds::Limit => {
                limit(text).ok_or_else(|| {
                    wrong(format!("`{text}` is not a limit: write a whole number from 1 to {LIMIT_MAX}"))
                })?;
            }
            Holds::Framework => {
                let letter = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
                if text.is_empty() || text.len() > 40 || !text.bytes().all(letter) {
                    return Err(wrong(format!("`{text}` is not a framework: write one like 2024-01")));
                }
            }
            Holds::Economy => {
                if text.len() != 2 || !text.bytes().all(|b| b.is_ascii_alphabetic()) {
                    return Err(wrong(format!("`{text}` is not an economy: write two letters such as NL")));
                }
            }
            Holds::Region => {
                if Region::with_slug(text).is_none() {
                    let slugs = || Region::all().map(|region| region.slug);
                    let detail = format!("`{text}` is not a region");
                    return Err(wrong(detail).suggest(nearest(text, slugs())).allowing(slugs()));
                }
            }
            Holds::Word(words) if !words.contains(&text) => {
                let detail = format!("`{text}` is not a value of {}", self.name);
                let suggestion = nearest(text, words.iter().copied());
                return Err(wrong(detail).suggest(suggestion).allowing(words.iter().copied()));
            }
            Holds::Asn => {
                asn(text).map_err(|problem| problem.of(self.name))?;
            }
            Holds::Prefix => {
                prefix(text)?;
            }
            Holds::Moment => {
                text.parse::<Timestamp>().map_err(|error| wrong(error.to_string()))?;
            }
            Holds::Day => {
                text.parse::<routing::Date>().map_err(|error| wrong(error.to_string()))?;
            }
            Holds::Area => {
                let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
                if text.is_empty() || text.len() > 60 || !text.bytes().all(letter) {
                    return Err(wrong(format!(
                        "`{text}` is not an area: write one like NL or western-europe"
                    )));
                }
            }
            Holds::Record => {
                records::named(text).ok_or_else(|| {
                    wrong(format!("`{text}` names no record: write the file's SHA-256, `-` and the offset"))
                })?;
            }
            Holds::Word(_)
            | Holds::Cursor
            | Holds::Fields
            | Holds::Event
            | Holds::Incident
            | Holds::Source => {}
        }
        Ok(())
    }

    /// JSON Schema of the value; `fields` are the names that may be asked for.
    pub(crate) fn schema(&self, fields: &[&str]) -> Value {
        match self.holds {
            Holds::Month => json!({ "type": "string", "pattern": "^[12][0-9]{3}-(0[1-9]|1[0-2])$" }),
            Holds::Framework => json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,40}$" }),
            Holds::Limit => json!({
                "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT,
            }),
            Holds::Cursor => json!({ "type": "string", "pattern": cursor::PATTERN }),
            Holds::Fields => json!({
                "type": "array", "minItems": 1, "items": { "type": "string", "enum": fields },
            }),
            Holds::Asn => json!({ "type": "string", "format": "asn" }),
            Holds::Prefix => json!({ "type": "string", "format": "ip-prefix" }),
            Holds::Economy => json!({ "type": "string", "pattern": "^[A-Za-z]{2}$" }),
            Holds::Region => {
                let slugs: Vec<&str> = Region::all().map(|region| region.slug).collect();
                json!({ "type": "string", "enum": slugs })
            }
            Holds::Word(words) => json!({ "type": "string", "enum": words }),
            Holds::Record => json!({ "type": "string", "pattern": records::PATTERN }),
            Holds::Moment => json!({ "type": "string", "format": "moment" }),
            Holds::Day => json!({ "type": "string", "format": "date" }),
            Holds::Area => json!({ "type": "string", "pattern": "^[A-Za-z0-9-]{1,60}$" }),
            Holds::Event | Holds::Incident => {
                json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,100}$" })
            }
            Holds::Source => json!({ "type": "string", "minLength": 1, "maxLength": 100 }),
        }
    }
}

/// A limit.
pub(crate) fn limit(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    let limit = if digits { text.parse().ok()? } else { return None };
    (1..=LIMIT_MAX).contains(&limit).then_some(limit)
}

/// An AS number.
pub(crate) fn asn(text: &str) -> Result<Asn, Problem> {
    text.parse::<Asn>().map_err(|error| {
        let code = match error {
            AsnError::Malformed(_) => problem::MALFORMED_ASN,
            AsnError::OutOfRange(_) => problem::ASN_OUT_OF_RANGE,
        };
        Problem::new(code, error.to_string()).of(ASN.name)
    })
}

/// A prefix; before its length a `-` may stand for the `/`.
pub(crate) fn prefix(text: &str) -> Result<Prefix, Problem> {
    let written = match text.rsplit_once('-') {
        Some((address, len)) if !text.contains('/') => format!("{address}/{len}"),
        _ => text.to_owned(),
    };
    written.parse::<Prefix>().map_err(|error| {
        let (code, suggestion) = match &error {
            PrefixError::HostBits { suggestion, .. } => {
                (problem::PREFIX_HOST_BITS, Some(suggestion.to_string()))
            }
            PrefixError::Malformed(_) | PrefixError::TooLong(_) => (problem::MALFORMED_PREFIX, None),
        };
        Problem::new(code, error.to_string()).of(PREFIX.name).suggest(suggestion)
    })
}

/// The word most like a text, if any is like it.
pub(crate) fn nearest<'a>(text: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text: Vec<char> = text.chars().take(100).flat_map(char::to_lowercase).collect();
    let distance = |word: &str| {
        let mut row: Vec<usize> = (0..=text.len()).collect();
        for (i, letter) in word.chars().enumerate() {
            let mut corner = i;
            row[0] = i + 1;
            for (j, typed) in text.iter().enumerate() {
                let changed = corner + usize::from(*typed != letter);
                corner = row[j + 1];
                row[j + 1] = changed.min(corner + 1).min(row[j] + 1);
            }
        }
        row[text.len()]
    };
    let near = words.into_iter().map(|word| (distance(word), word)).min_by_key(|(distance, _)| *distance);
    near.filter(|(distance, word)| *distance * 2 <= word.chars().count()).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_named_and_a_far_one_is_not() {
        let words = ["month", "framework", "limit", "cursor", "fields", "economy"];
        for (typed, meant) in
            [("moth", "month"), ("Month", "month"), ("field", "fields"), ("framwork", "framework")]
        {
            assert_eq!(nearest(typed, words), Some(meant), "{typed}");
        }
        assert_eq!(nearest("xyzzy", words), None);
        assert_eq!(nearest("", words), None);
    }

    #[test]
    fn grades_are_asked_for_by_the_names_of_their_columns() {
        for (key, parameter) in GRADE_PARAMETERS {
            assert_eq!(parameter.name, format!("{key}_grade"));
        }
        assert_eq!(ScoreKey::ALL.len(), GRADE_PARAMETERS.len());
    }

    #[test]
    fn limits_and_prefixes_are_read_as_documented() {
        assert_eq!(
            ["1", "1000", "0", "1001", "+1", "", "01"].map(limit),
            [Some(1), Some(1000), None, None, None, None, Some(1)]
        );
        assert_eq!(prefix("2001:db8::-32").unwrap().to_string(), "2001:db8::/32");
        assert_eq!(prefix("192.0.2.0/24").unwrap().to_string(), "192.0.2.0/24");
        assert!(prefix("192.0.2.1-24").is_err() && prefix("-").is_err());
    }
}
