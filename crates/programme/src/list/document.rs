//! The JSON form: `{"measurement_date": …, "participants": [{"id": …, "name": …, …}]}`.

use core::cell::Cell;
use core::fmt;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};

use reference::{ReadError, fault as listed_fault};
use routing::Date;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{List, ListRead};
use crate::{Conformance, Participant, fault};

const EXPECTED: &str = "a list of this programme's participants (JSON with `participants`)";

pub(super) fn read(input: &mut impl BufRead, list: &mut List<'_>) -> Result<ListRead, ReadError> {
    let walked = walk(input, |value, line| participant(list, &value, line))?;
    if let Some((line, why)) = &walked.broken {
        list.refuse(listed_fault::JSON_BROKEN, *line, why);
    } else if !walked.seen {
        let found = "JSON without `participants`".to_owned();
        return Err(ReadError::NotThisFormat { expected: EXPECTED, found });
    }
    let stated = walked.stated.as_ref().and_then(|text| date(list, text, 1));
    let complete = walked.broken.is_none();
    Ok(ListRead { expected: EXPECTED, format: "participants JSON", stated, complete })
}

/// What a document says besides its participants.
pub(crate) struct Walked {
    /// Its `measurement_date`.
    pub(crate) stated: Option<Value>,
    /// Whether there was `participants`.
    pub(crate) seen: bool,
    /// The line at which it breaks off or is damaged, and how.
    pub(crate) broken: Option<(u64, String)>,
}

/// Hands over the participants of a document one by one, each with the line on which it ends.
pub(crate) fn walk(input: &mut impl BufRead, mut each: impl FnMut(Value, u64)) -> Result<Walked, ReadError> {
    while input.fill_buf()?.first().is_some_and(|b| b"\xef\xbb\xbf".contains(b)) {
        input.consume(1);
    }
    let line = Cell::new(1);
    let mut document = serde_json::Deserializer::from_reader(Counted { input, line: &line });
    let mut stated = None;
    let mut seen = false;
    let mut each = |value: Value| each(value, line.get());
    let walk = Walk { each: &mut each, stated: &mut stated, seen: &mut seen };
    let ended = walk.deserialize(&mut document).and_then(|()| document.end());
    let broken = match ended {
        Ok(()) => None,
        Err(error) if error.is_io() => return Err(ReadError::Io(error.into())),
        Err(error) => Some((line.get(), error.to_string())),
    };
    Ok(Walked { stated, seen, broken })
}

/// Counts the lines that went through.
struct Counted<'a, R> {
    input: R,
    line: &'a Cell<u64>,
}

impl<R: BufRead> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(out)?;
        let lines = out[..n].iter().filter(|b| **b == b'\n').count() as u64;
        self.line.set(self.line.get() + lines);
        Ok(n)
    }
}

/// Hands over the participants one by one.
struct Walk<'a> {
    each: &'a mut dyn FnMut(Value),
    stated: &'a mut Option<Value>,
    seen: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `participants`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "participants" => {
                    *self.seen = true;
                    members.next_value_seed(Elements(&mut *self.each))?;
                }
                "measurement_date" => *self.stated = Some(members.next_value()?),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct Elements<'a>(&'a mut dyn FnMut(Value));

impl<'de> DeserializeSeed<'de> for Elements<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of participants")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element()? {
            (self.0)(value);
        }
        Ok(())
    }
}

fn participant(list: &mut List<'_>, value: &Value, line: u64) {
    let organisation =
        value.get("name").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
    let Some(organisation) = organisation else {
        return list.refuse(listed_fault::JSON_ELEMENT, line, &value.to_string());
    };
    let id = match value.get("id") {
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(id)) if !id.trim().is_empty() => id.trim().to_owned(),
        _ => organisation.to_owned(),
    };
    let mut conformance = BTreeMap::new();
    let programme = list.programme;
    let mut stated = false;
    for (_, item) in programme.items() {
        let mut found = Some(value);
        for member in item.member.split('.') {
            found = found.and_then(|value| value.get(member));
        }
        let Some(found) = found else { continue };
        stated = true;
        match Conformance::ALL.iter().find(|known| found.as_str() == Some(known.as_str())) {
            Some(known) => {
                conformance.insert(item.key.clone(), *known);
            }
            None => fault::push(
                list.faults,
                fault::UNKNOWN_CONFORMANCE,
                line,
                &format!("{}: {found}", item.member),
            ),
        }
    }
    if !stated {
        // A participant of another programme.
        return list.refuse(listed_fault::JSON_ELEMENT, line, &value.to_string());
    }
    let approved =
        value.get("member_since").filter(|v| !v.is_null()).and_then(|since| date(list, since, line));
    let texts = |member: &str| -> Vec<String> {
        let listed = value.get(member).and_then(Value::as_array).into_iter().flatten();
        listed.map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect()
    };
    let (areas, numbers) = (texts("areas_served"), texts("ASNs"));
    let partners = texts("partners").into_iter().map(|name| name.trim().to_owned());
    let participant = Participant {
        id,
        organisation: organisation.to_owned(),
        approved,
        areas: list.areas(areas.iter().map(String::as_str), line),
        networks: list.networks(numbers.iter().map(String::as_str), approved, line),
        partners: partners.filter(|name| !name.is_empty()).collect(),
        conformance,
    };
    list.accept(participant, line);
}

fn date(list: &mut List<'_>, value: &Value, line: u64) -> Option<Date> {
    let read = value.as_str().and_then(|text| text.parse().ok());
    if read.is_none() {
        fault::push(list.faults, listed_fault::BAD_DATE, line, &value.to_string());
    }
    read
}
