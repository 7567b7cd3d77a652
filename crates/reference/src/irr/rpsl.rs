use core::ops::Range;
use std::io::{self, BufRead};

use routing::FaultCounts;

use crate::fault;
use crate::lines::{Lines, text};

/// Largest object kept, in bytes; the largest real ones (as-sets) have some 300 kB.
const OBJECT_BYTES_MAX: usize = 4 << 20;

/// Splits an RPSL dump into objects (RFC 2622 §2) in one pass, holding one object at a time.
///
/// Objects are separated by blank lines. A line that begins with a space, a tab or `+` continues the value
/// above; `#` begins a comment; `%` at the start of a line is a server's remark. Names are lowered.
pub struct Objects<R> {
    lines: Lines<R>,
    object: Object,
}

/// One object; borrows nothing, is overwritten by the next.
#[derive(Default)]
pub struct Object {
    line: u64,
    bytes: Vec<u8>,
    attributes: Vec<(Range<usize>, Range<usize>)>,
    damaged: bool,
}

/// A name with its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attribute<'a> {
    /// In lower case.
    pub name: &'a [u8],
    /// Without comments and outer blanks; continuation lines are joined by one space.
    pub value: &'a [u8],
}

impl Object {
    /// Line of the first attribute, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The class: the name of the first attribute.
    pub fn class(&self) -> &[u8] {
        self.attributes.first().map_or(b"", |(name, _)| &self.bytes[name.clone()])
    }

    /// The attributes in order.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'_>> {
        self.attributes.iter().map(|(name, value)| Attribute {
            name: &self.bytes[name.clone()],
            value: &self.bytes[value.clone()],
        })
    }

    /// True when a line of it could not be read.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.attributes.clear();
        self.damaged = false;
    }

    /// `false` when `line` is no attribute.
    fn push_attribute(&mut self, line: &[u8]) -> bool {
        let Some(colon) = line.iter().position(|b| *b == b':') else { return false };
        let name = line[..colon].trim_ascii_end();
        let named = name.first().is_some_and(u8::is_ascii_alphabetic)
            && name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if !named {
            return false;
        }
        let start = self.bytes.len();
        self.bytes.extend(name.iter().map(u8::to_ascii_lowercase));
        let at = self.bytes.len();
        self.bytes.extend_from_slice(without_comment(&line[colon + 1..]));
        self.attributes.push((start..at, at..self.bytes.len()));
        true
    }

    /// `false` when there is nothing to continue.
    fn push_continuation(&mut self, line: &[u8]) -> bool {
        let Some((_, value)) = self.attributes.last_mut() else { return false };
        let more = without_comment(line);
        if !more.is_empty() {
            if value.start < value.end {
                self.bytes.push(b' ');
            }
            self.bytes.extend_from_slice(more);
            value.end = self.bytes.len();
        }
        true
    }
}

/// The value in front of a `#`, without outer blanks.
fn without_comment(value: &[u8]) -> &[u8] {
    let end = value.iter().position(|b| *b == b'#').unwrap_or(value.len());
    value[..end].trim_ascii()
}

impl<R: BufRead> Objects<R> {
    /// Starts at the beginning of a dump.
    pub fn new(input: R) -> Self {
        Objects { lines: Lines::new(input), object: Object::default() }
    }

    /// The next object, `None` at the end. Lines that are not RPSL are faults and left out.
    ///
    /// # Errors
    /// Those of the stream below.
    pub fn next(&mut self, faults: &mut FaultCounts) -> io::Result<Option<&Object>> {
        self.object.clear();
        let mut full = false;
        loop {
            let Some((number, line)) = self.lines.next(faults)? else {
                return Ok((!self.object.attributes.is_empty()).then_some(&self.object));
            };
            let object = &mut self.object;
            match line {
                [b'%' | b'#', ..] => continue,
                _ if line.trim_ascii().is_empty() => {
                    if !object.attributes.is_empty() {
                        return Ok(Some(&self.object));
                    }
                    // A continuation cannot span a blank line.
                    full = false;
                    continue;
                }
                _ if full => continue,
                _ if object.bytes.len() + line.len() > OBJECT_BYTES_MAX => {
                    full = true;
                    object.damaged = true;
                    let class = text(object.class()).into_owned();
                    fault::push(faults, fault::RPSL_OBJECT_TOO_LONG, number, &class);
                    continue;
                }
                _ => {}
            }
            let read = match line {
                [b' ' | b'\t' | b'+', rest @ ..] => object.push_continuation(rest),
                _ => object.push_attribute(line),
            };
            if !read {
                object.damaged = true;
                // A stray line of a person's object may name that person.
                let is_personal = matches!(object.class(), b"person" | b"role" | b"irt");
                let detail = text(if is_personal { object.class() } else { line });
                fault::push(faults, fault::RPSL_LINE, number, &detail);
            } else if object.attributes.len() == 1 && !matches!(line, [b' ' | b'\t' | b'+', ..]) {
                object.line = number;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: &[u8]) -> (Vec<Vec<(String, String)>>, FaultCounts) {
        let (mut faults, mut out) = (FaultCounts::default(), Vec::new());
        let mut objects = Objects::new(input);
        while let Some(o) = objects.next(&mut faults).unwrap() {
            out.push(
                o.attributes()
                    .map(|a| (text(a.name).into_owned(), text(a.value).into_owned()))
                    .collect::<Vec<_>>(),
            );
        }
        (out, faults)
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect()
    }

    #[test]
    fn continuations_comments_remarks_and_ends() {
        let (objects, faults) = all(
            b"% remark\r\n# head\n\nRoute: 192.0.2.0/24 # why\r\nmembers: a,\n b, # x\n+\n\tc\n% in between\n\
              remarks:\r\n+ d\n# mid\nsource:TEST\n \t \naut-num: AS1",
        );
        assert_eq!(
            objects,
            [
                pairs(&[
                    ("route", "192.0.2.0/24"),
                    ("members", "a, b, c"),
                    ("remarks", "d"),
                    ("source", "TEST")
                ]),
                pairs(&[("aut-num", "AS1")]),
            ]
        );
        assert_eq!(faults.total(), 0);
    }

    #[test]
    fn wrong_lines_are_faults_with_their_line() {
        let (objects, faults) = all(b" lost\nroute: x\n<b>\nno colon\norigin: y\xe9\n\n: z\n");
        assert_eq!(objects, [pairs(&[("route", "x"), ("origin", "y\u{e9}")])]);
        assert_eq!(faults.first().iter().map(|f| f.at).collect::<Vec<_>>(), [1, 3, 4, 7]);
        assert!(faults.first().iter().all(|f| f.kind == fault::RPSL_LINE));
    }

    #[test]
    fn faults_name_nobody() {
        let (_, faults) = all(b"person: x\nJane Doe, Main Street 1\n");
        assert_eq!(faults.first()[0].detail, "person");
    }

    #[test]
    fn a_giant_object_is_cut_and_the_next_is_whole() {
        let mut input = b"as-set: AS-BIG\n".to_vec();
        for _ in 0..OBJECT_BYTES_MAX / 1000 + 10 {
            input.extend([b"members: ".as_slice(), &[b'x'; 1000], b"\n"].concat());
        }
        input.extend(b"\nroute: y\n");
        let (objects, faults) = all(&input);
        assert_eq!((objects.len(), faults.total()), (2, 1));
        assert_eq!(objects[1], pairs(&[("route", "y")]));
    }
}
