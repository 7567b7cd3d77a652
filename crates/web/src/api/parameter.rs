//! The parameters of questions: what may stand in each, and the nearest right word where it does not.

use detect::{EventKind, REASONS, Verdict};
use measure::framework::{Grade, ScoreKey};
use measure::metric::Unit;
use routing::{Asn, AsnError, Month, Prefix, PrefixError, Region, Timestamp};
use serde_json::{Value, json};

use super::cursor;
use super::problem::{self, Problem};
use super::records;
use super::whatif;
use crate::compare::subject::{TEXT_BYTES_MAX, members};

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
    /// What is compared.
    Subjects,
    /// Networks separated by commas, or an as-set.
    Members,
    /// A programme and the id of a participant, joined by `:`.
    Participant,
    /// Changes of ROAs, route objects and announcements, one a line.
    Changes,
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
pub(crate) const SERIES: Parameter =
    parameter("series", Holds::Source, "Name of the foreign series, as `/api/foreign` lists it.", "");
pub(crate) const SOURCE: Parameter = parameter("name", Holds::Source, "Name of the source.", "");

pub(crate) const INCIDENT: Parameter = parameter("id", Holds::Incident, "Id of the incident.", "");
pub(crate) const RECORD: Parameter = parameter(
    "record",
    Holds::Record,
    "SHA-256 of the file and byte offset in it, as the sightings of an event have them, joined by `-`.",
    "",
);
pub(crate) const SUBJECTS: Parameter = parameter(
    "subjects",
    Holds::Subjects,
    "What is compared, separated by `;`: AS64500, economy:NL, region:europe, rir:ripencc, world, \
     programme:network-operators, participant:network-operators/1, group:64500,64501 or group:AS-EXAMPLE; each may \
     have its own month and framework, as in AS64500@2024-04/2022-10.",
    "economy:NL;world",
);
pub(crate) const PARTICIPANT: Parameter = parameter(
    "participant",
    Holds::Participant,
    "Programme and id of the participant, joined by `:`.",
    "network-operators:1",
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
pub(crate) const LIST: Parameter = parameter(
    "list",
    Holds::Members,
    "Only with one of these networks as the culprit: ASNs separated by commas, or an as-set of the month's registries.",
    "AS64548,AS65540",
);
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

pub(crate) const CHANGES: Parameter = parameter(
    "changes",
    Holds::Changes,
    "One change a line, `+` for what would be there and `-` for what would be gone: `+ roa 192.0.2.0/24-28 AS64500`, \
     `- route 192.0.2.0/24 AS64500 RIPE`, `+ announce 2001:db8::/32 AS64500`. In an address `+` is written `%2B`, or as \
     the word `add`.",
    "+ roa 192.0.2.0/24 AS65540",
);
pub(crate) const ASKING: Parameter = parameter(
    "as",
    Holds::Asn,
    "Who asks: everybody else is a third party. Whoever the changes name when not given.",
    "AS65540",
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
            Holds::Participant => {
                participant(text)?;
            }
            Holds::Members => {
                if text.len() > TEXT_BYTES_MAX {
                    return Err(wrong(format!(
                        "it takes {} bytes, and at most {TEXT_BYTES_MAX} are read",
                        text.len()
                    )));
                }
                members(text).map_err(wrong)?;
            }
            // What is read is what is compared: errors name the piece.
            Holds::Subjects => {}
            Holds::Changes => {
                whatif::changes(text)?;
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
            Holds::Subjects => json!({ "type": "string", "format": "subjects", "maxLength": TEXT_BYTES_MAX }),
            Holds::Members => json!({ "type": "string", "format": "networks", "maxLength": TEXT_BYTES_MAX }),
            Holds::Participant => {
                let ids: Vec<&str> =
                    programme::shipped().iter().map(|programme| programme.id.as_str()).collect();
                json!({ "type": "string", "pattern": format!("^({}):[A-Za-z0-9._-]{{1,100}}$", ids.join("|")) })
            }
            Holds::Changes => json!({ "type": "string", "format": "routing-changes" }),
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

/// A programme and the id of one of its participants.
pub(crate) fn participant(text: &str) -> Result<(&'static str, &str), Problem> {
    let wrong = |detail: String| Problem::new(problem::MALFORMED_PARAMETER, detail).of(PARTICIPANT.name);
    let ids = || programme::shipped().iter().map(|programme| programme.id.as_str());
    let Some((of, id)) = text.split_once(':').filter(|(_, id)| !id.is_empty()) else {
        return Err(wrong(format!("`{text}` names no participant: write its programme, `:` and its id")));
    };
    let known = ids().find(|known| *known == of);
    let unknown = || wrong(format!("`{of}` is not a programme")).suggest(nearest(of, ids())).allowing(ids());
    known.map(|known| (known, id)).ok_or_else(unknown)
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
mod tests;
