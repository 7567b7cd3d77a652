use core::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use routing::FaultCounts;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::fault;
use crate::parsed::Tally;

/// Largest single list element or value read, in bytes.
const ELEMENT_BYTES_MAX: u64 = 4 << 20;

/// What to do with a member of the document.
#[derive(Clone, Copy)]
pub(crate) enum Take {
    /// A list: hand over its elements one by one.
    Each,
    /// Hand over the whole value.
    Whole,
    /// An object: look at its members by the same rules.
    Inside,
}

/// A piece of the document.
pub(crate) struct Piece<'a> {
    /// Name of the member it stands in.
    pub member: &'a str,
    pub value: Value,
    /// Line on which the piece ends, from 1.
    pub line: u64,
}

/// How the walk through a document ended.
pub(crate) struct Walked {
    /// The members of `wanted` that were there.
    pub seen: Vec<String>,
    /// Where and why the text breaks off.
    broken: Option<(u64, String)>,
}

impl Walked {
    /// Counts a broken end as a fault; `false` when there was one.
    pub fn report(&self, faults: &mut FaultCounts, tally: &mut Tally) -> bool {
        let Some((line, why)) = &self.broken else { return true };
        fault::push(faults, fault::JSON_BROKEN, *line, why);
        if tally.accepted == 0 {
            tally.refuse(why);
        }
        false
    }

    /// True when the document has this member.
    pub fn has(&self, member: &str) -> bool {
        self.seen.iter().any(|m| m == member)
    }
}

/// Reads a JSON document as a stream: memory holds one element at a time. Members are looked up in `wanted`;
/// others are passed over; `*` stands for every name. Errors of the reader below come back as they are.
pub(crate) fn walk(
    input: impl BufRead,
    first_line: u64,
    wanted: &[(&str, Take)],
    each: &mut dyn FnMut(Piece<'_>),
) -> io::Result<Walked> {
    let place = Place { line: Rc::new(Cell::new(first_line)), left: Rc::new(Cell::new(ELEMENT_BYTES_MAX)) };
    let counted = Counted { input, place: place.clone(), failed: Rc::default() };
    let failed = counted.failed.clone();
    let mut document = serde_json::Deserializer::from_reader(counted);
    let mut seen = Vec::new();
    let seed = Members { wanted, each, place: &place, seen: &mut seen };
    let ended = seed.deserialize(&mut document).and_then(|()| {
        place.renew();
        document.end()
    });
    let broken = match ended {
        Ok(()) => None,
        Err(e) => match failed.take() {
            Some(error) => return Err(error),
            None => Some((place.line.get(), e.to_string())),
        },
    };
    Ok(Walked { seen, broken })
}

/// Like [`walk`], handing over every member of a document that is one object.
pub(crate) fn members(
    input: impl BufRead,
    first_line: u64,
    each: &mut dyn FnMut(Piece<'_>),
) -> io::Result<Walked> {
    walk(input, first_line, &[("*", Take::Whole)], each)
}

/// Where the reader stands and how much it may still read for the current element.
#[derive(Clone)]
struct Place {
    line: Rc<Cell<u64>>,
    left: Rc<Cell<u64>>,
}

impl Place {
    fn renew(&self) {
        self.left.set(ELEMENT_BYTES_MAX);
    }
}

struct Counted<R> {
    input: R,
    place: Place,
    failed: Rc<Cell<Option<io::Error>>>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.place.left.get() == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a single value is too large"));
        }
        let n = match self.input.read(out) {
            Ok(n) => n,
            Err(e) => {
                let copy = io::Error::new(e.kind(), e.to_string());
                if e.kind() != io::ErrorKind::Interrupted {
                    self.failed.set(Some(e));
                }
                return Err(copy);
            }
        };
        let lines = out[..n].iter().filter(|b| **b == b'\n').count() as u64;
        self.place.line.set(self.place.line.get() + lines);
        self.place.left.set(self.place.left.get().saturating_sub(n as u64));
        Ok(n)
    }
}

struct Members<'a, 'b> {
    wanted: &'a [(&'a str, Take)],
    each: &'b mut dyn FnMut(Piece<'_>),
    place: &'a Place,
    seen: &'b mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Members<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

/// The visitor's answers to everything that is not what was hoped for: passed over.
macro_rules! pass_over_scalars {
    () => {
        fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("a JSON value")
        }
        fn visit_bool<E>(self, _: bool) -> Result<(), E> {
            Ok(())
        }
        fn visit_i64<E>(self, _: i64) -> Result<(), E> {
            Ok(())
        }
        fn visit_u64<E>(self, _: u64) -> Result<(), E> {
            Ok(())
        }
        fn visit_f64<E>(self, _: f64) -> Result<(), E> {
            Ok(())
        }
        fn visit_str<E>(self, _: &str) -> Result<(), E> {
            Ok(())
        }
        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }
    };
}

impl<'de> Visitor<'de> for Members<'_, '_> {
    type Value = ();

    pass_over_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.place.renew();
        while list.next_element::<IgnoredAny>()?.is_some() {
            self.place.renew();
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.place.renew();
        while let Some(name) = members.next_key::<String>()? {
            self.place.renew();
            let take = self.wanted.iter().find(|(n, _)| *n == name || *n == "*").map(|(_, take)| *take);
            // What should be a list and is none is as good as absent: nothing of it is read.
            let mut is_there = take.is_some();
            let read = match take {
                Some(Take::Inside) => members.next_value_seed(Members {
                    wanted: self.wanted,
                    each: &mut *self.each,
                    place: self.place,
                    seen: &mut *self.seen,
                }),
                Some(Take::Each) => members.next_value_seed(Elements {
                    member: &name,
                    each: &mut *self.each,
                    place: self.place,
                    is_list: &mut is_there,
                }),
                Some(Take::Whole) => {
                    let value = members.next_value()?;
                    (self.each)(Piece { member: &name, value, line: self.place.line.get() });
                    Ok(())
                }
                // Lists nobody asked for may be long; they are passed over element by element so that the
                // budget for one value does not stop them.
                None => members.next_value_seed(Members {
                    wanted: &[],
                    each: &mut *self.each,
                    place: self.place,
                    seen: &mut *self.seen,
                }),
            };
            if is_there && self.seen.len() < self.wanted.len() && !self.seen.contains(&name) {
                self.seen.push(name);
            }
            read?;
            self.place.renew();
        }
        Ok(())
    }
}

struct Elements<'a, 'b> {
    member: &'a str,
    each: &'b mut dyn FnMut(Piece<'_>),
    place: &'a Place,
    is_list: &'b mut bool,
}

impl<'de> DeserializeSeed<'de> for Elements<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        *self.is_list = false;
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, '_> {
    type Value = ();

    pass_over_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        *self.is_list = true;
        self.place.renew();
        while let Some(value) = list.next_element()? {
            (self.each)(Piece { member: self.member, value, line: self.place.line.get() });
            self.place.renew();
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            self.place.renew();
        }
        Ok(())
    }
}

/// An AS number as JSON formats write it: `"AS64500"`, `"64500"` or `64500`.
pub(crate) fn asn(value: &Value) -> Option<routing::Asn> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(n) => n.as_u64().and_then(|n| u32::try_from(n).ok()).map(routing::Asn),
        _ => None,
    }
}

/// Unix seconds, whole or with a fraction, within the years 1970 to 9999.
pub(crate) fn seconds(value: &Value) -> Option<routing::Timestamp> {
    const LAST: f64 = 253_402_300_799.0;
    value.as_f64().filter(|s| (0.0..=LAST).contains(s)).map(|s| routing::Timestamp(s as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: impl BufRead, wanted: &[(&str, Take)]) -> io::Result<(Vec<(String, u64)>, Walked)> {
        let mut seen = Vec::new();
        let end = walk(text, 1, wanted, &mut |p| seen.push((format!("{}={}", p.member, p.value), p.line)))?;
        Ok((seen, end))
    }

    const WANTED: &[(&str, Take)] = &[("a", Take::Each), ("b", Take::Whole), ("in", Take::Inside)];

    #[test]
    fn members_are_found_where_they_are_wanted() {
        let text =
            "{\"x\":{\"a\":[9]},\"a\":[1,\n[2]],\"in\":{\"b\":\n{\"c\":3}},\"y\":[{\"a\":[8]}], \"b\":null}";
        let (seen, end) = pieces(text.as_bytes(), WANTED).unwrap();
        let all: Vec<_> = seen.iter().map(|(t, line)| (t.as_str(), *line)).collect();
        assert_eq!(all, [("a=1", 1), ("a=[2]", 2), ("b={\"c\":3}", 3), ("b=null", 3)]);
        assert!(end.broken.is_none() && end.has("in") && !end.has("x"));
        for no_list in ["3", "\"x\"", "null", "{\"c\":[1]}"] {
            let (seen, end) = pieces(format!("{{\"a\":{no_list},\"b\":1}}").as_bytes(), WANTED).unwrap();
            assert!(seen.len() == 1 && end.has("b") && !end.has("a"), "{no_list}");
        }
    }

    #[test]
    fn a_giant_value_ends_the_walk_and_a_long_list_does_not() {
        let giant = format!("{{\"a\":[1,\"{}\"]}}", "x".repeat(ELEMENT_BYTES_MAX as usize + 1));
        let (seen, end) = pieces(giant.as_bytes(), WANTED).unwrap();
        assert_eq!(seen.len(), 1);
        assert!(end.broken.unwrap().1.contains("too large"));
        for member in ["a", "unwanted"] {
            let long =
                format!("{{\"{member}\":[{}0],\"b\":1}}", "1234567,".repeat(ELEMENT_BYTES_MAX as usize / 4));
            let (seen, end) = pieces(long.as_bytes(), WANTED).unwrap();
            assert!(end.broken.is_none() && seen.last().unwrap().0 == "b=1", "{member}");
        }
    }

    #[test]
    fn deep_nesting_and_trailing_text_are_broken() {
        for text in ["[".repeat(100_000), format!("{{\"a\":{}", "[".repeat(100_000)), "{} {}".to_owned()] {
            assert!(pieces(text.as_bytes(), WANTED).unwrap().1.broken.is_some());
        }
    }

    #[test]
    fn errors_of_the_stream_come_back() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk"))
            }
        }
        let text = io::BufReader::new(b"{\"a\":[1,".chain(Failing));
        assert_eq!(pieces(text, WANTED).err().unwrap().to_string(), "the disk");
    }
}
