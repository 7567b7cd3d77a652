//! AS names in the shapes people publish them.

use std::io::BufRead;

use routing::{Asn, FaultCounts};
use serde_json::Value;

use crate::country::Country;
use crate::fault;
use crate::lines::{Lines, skip_blank};
use crate::parsed::{Parsed, ReadError, Tally};

const EXPECTED: &str = "a list of AS names";
/// Longest name kept, in characters.
const NAME_CHARS_MAX: usize = 200;

/// What a network is called.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AsName {
    /// The AS number.
    pub asn: Asn,
    /// The name, without the country at its end.
    pub name: Box<str>,
    /// The country when the text ends in `, CC`.
    pub country: Option<Country>,
}

/// Reads names: `AS6.5 NAME`, `64500:NAME, CC`, `64500 NAME, CC`, or one JSON object
/// `{"64500": "NAME, CC"}`. Entries without a name are left out. They state no date.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when hardly an entry is right.
pub fn parse(mut input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Vec<AsName>>, ReadError> {
    let (before, first) = skip_blank(&mut input)?;
    if first == Some(b'{') {
        return parse_json(input, before + 1, faults);
    }
    let mut lines = Lines::new(input);
    let (mut names, mut tally) = (Vec::new(), Tally::default());
    while let Some((number, line)) = lines.next_text(faults)? {
        let number = before + number;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let asn_end = line.find([' ', '\t', ':']).unwrap_or(line.len());
        match line[..asn_end].parse() {
            Ok(asn) => {
                tally.accepted += 1;
                names.extend(named(asn, line[asn_end..].trim_start_matches([' ', '\t', ':'])));
            }
            Err(_) => {
                tally.refuse(line);
                fault::push(faults, fault::BAD_ASN, number, line);
            }
        }
    }
    tally.check(EXPECTED)?;
    Ok(Parsed { records: tally.accepted, content: names, stated: None, format: "lines", complete: true })
}

fn parse_json(
    input: impl BufRead,
    first_line: u64,
    faults: &mut FaultCounts,
) -> Result<Parsed<Vec<AsName>>, ReadError> {
    let (mut names, mut tally) = (Vec::new(), Tally::default());
    let end =
        crate::json::members(input, first_line, &mut |piece| match (piece.member.parse(), &piece.value) {
            (Ok(asn), Value::String(text)) => {
                tally.accepted += 1;
                names.extend(named(asn, text));
            }
            (Ok(_), _) => {
                tally.refuse(piece.member);
                fault::push(faults, fault::JSON_ELEMENT, piece.line, piece.member);
            }
            (Err(_), _) => {
                tally.refuse(piece.member);
                fault::push(faults, fault::BAD_ASN, piece.line, piece.member);
            }
        })?;
    let complete = end.report(faults, &mut tally);
    tally.check(EXPECTED)?;
    Ok(Parsed { records: tally.accepted, content: names, stated: None, format: "json", complete })
}

fn named(asn: Asn, text: &str) -> Option<AsName> {
    let text = text.trim();
    let (name, country) = match text.rsplit_once(',') {
        Some((name, tail)) if tail.starts_with(' ') => match tail.trim().parse::<Country>() {
            Ok(country) if tail.trim().bytes().all(|b| b.is_ascii_uppercase()) => {
                (name.trim(), Some(country))
            }
            _ => (text, None),
        },
        _ => (text, None),
    };
    let name: Box<str> = name.chars().take(NAME_CHARS_MAX).collect();
    (!name.is_empty()).then_some(AsName { asn, name, country })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(u32, String, String)>, FaultCounts) {
        let mut faults = FaultCounts::default();
        let parsed = parse(text.as_bytes(), &mut faults).unwrap();
        let shown = |c: Option<Country>| c.map_or(String::new(), |c| c.to_string());
        (parsed.content.iter().map(|n| (n.asn.0, n.name.to_string(), shown(n.country))).collect(), faults)
    }

    #[test]
    fn every_shape() {
        let own = |a: u32, n: &str, c: &str| (a, n.to_owned(), c.to_owned());
        let (names, faults) = read(
            "AS6.5 ISC-32AS - Internet, Inc.\r\n7:DSTL, EU\nAS0     -Reserved AS-\n8\n9:X, Inc\nbad line\n",
        );
        assert_eq!(
            names,
            [
                own(6 * 65536 + 5, "ISC-32AS - Internet, Inc.", ""),
                own(7, "DSTL", "EU"),
                own(0, "-Reserved AS-", ""),
                own(9, "X, Inc", ""),
            ]
        );
        assert_eq!((faults.total(), faults.first()[0].at), (1, 6));
        let (names, faults) = read("{\"50088\": \"FITL-IE Fort, GB\",\n \"x\": \"y\",\n \"7\": \"z\"}");
        assert_eq!(names, [own(50088, "FITL-IE Fort", "GB"), own(7, "z", "")]);
        assert_eq!((faults.total(), faults.first()[0].at), (1, 2));
    }

    #[test]
    fn a_web_page_is_no_list() {
        let page = "<!DOCTYPE html>\n<html>\n<title>503</title>\n";
        let error = parse(page.as_bytes(), &mut FaultCounts::default()).unwrap_err();
        assert!(matches!(error, ReadError::NotThisFormat { .. }), "{error}");
    }
}
