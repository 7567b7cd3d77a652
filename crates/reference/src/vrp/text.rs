use std::borrow::Cow;
use std::io::BufRead;

use routing::{FaultCounts, FaultKind, Timestamp};

use super::parse::Fields;
use super::{TrustAnchor, Vrp};
use crate::columns;
use crate::fault;
use crate::lines::Lines;
use crate::parsed::{Parsed, ReadError, Tally};

const EXPECTED: &str = "a list of VRPs";

/// How the lines of a text are to be read.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// Columns of ASN, prefix, maximum length and, when there is one, trust anchor.
    Csv { asn: usize, prefix: usize, max_length: usize, trust_anchor: Option<usize> },
    /// `roa PREFIX max LENGTH as ASN;`, or `route …` in BIRD 2.
    Bird,
    /// `roa-set {`, lines `PREFIX [maxlen LENGTH] source-as ASN`, `}`.
    OpenBgpd,
    /// Figures without VRPs.
    Summary,
}

/// Every format in lines. `before`: lines already passed.
pub(super) fn parse(
    input: impl BufRead,
    before: u64,
    faults: &mut FaultCounts,
) -> Result<Parsed<Vec<Vrp>>, ReadError> {
    let mut lines = Lines::new(input);
    let (mut vrps, mut tally) = (Vec::new(), Tally::default());
    let mut shape: Option<(Shape, &'static str)> = None;
    let mut stated = None;
    let mut complete = true;
    while let Some((number, line)) = lines.next_text(faults)? {
        let number = before + number;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((shape, _)) = shape else {
            let (found, is_record) = recognise(line)?;
            if found.0 == Shape::Summary {
                stated = line.strip_prefix("Summary at ").and_then(|t| t.parse::<Timestamp>().ok());
            }
            complete = found.0 != Shape::OpenBgpd;
            shape = Some(found);
            if is_record {
                take(line, found.0, number, &mut vrps, &mut tally, faults);
            }
            continue;
        };
        if shape == Shape::OpenBgpd && line == "}" {
            complete = true;
            continue;
        }
        take(line, shape, number, &mut vrps, &mut tally, faults);
    }
    tally.check(EXPECTED)?;
    let format = shape.map_or("empty", |(_, format)| format);
    Ok(Parsed { records: tally.accepted, content: vrps, stated, format, complete })
}

/// Tells the format by the first line that holds anything, and whether that line is a record already.
fn recognise(line: &str) -> Result<((Shape, &'static str), bool), ReadError> {
    let mut columns = Vec::new();
    let wrong = || ReadError::NotThisFormat {
        expected: EXPECTED,
        found: format!("a text that begins `{}`", line.chars().take(60).collect::<String>().escape_debug()),
    };
    if line.starts_with("roa ") || line.starts_with("route ") {
        return Ok(((Shape::Bird, "bird"), true));
    }
    if line.starts_with("roa-set") && line.ends_with('{') {
        return Ok(((Shape::OpenBgpd, "openbgpd"), false));
    }
    if line.starts_with("Summary at ") {
        return Ok(((Shape::Summary, "summary"), false));
    }
    if !columns::split(line, &mut columns) {
        return Err(wrong());
    }
    let named = |names: &[&str]| columns.iter().position(|c| names.iter().any(|n| c.eq_ignore_ascii_case(n)));
    let asn = named(&["asn"]);
    let prefix = named(&["ip prefix", "prefix"]);
    if let (Some(asn), Some(prefix)) = (asn, prefix) {
        let max_length = named(&["max length", "maxlength", "maxlen"]).ok_or_else(wrong)?;
        let trust_anchor = named(&["trust anchor", "ta"]);
        return Ok(((Shape::Csv { asn, prefix, max_length, trust_anchor }, "csv"), false));
    }
    let plain = Shape::Csv { asn: 0, prefix: 1, max_length: 2, trust_anchor: None };
    let looks_right = columns.len() >= 3
        && columns[0].parse::<routing::Asn>().is_ok()
        && columns[1].contains('/')
        && (columns[2].is_empty() || columns[2].parse::<u32>().is_ok());
    if looks_right { Ok(((plain, "csv without header"), true)) } else { Err(wrong()) }
}

fn take(
    line: &str,
    shape: Shape,
    number: u64,
    vrps: &mut Vec<Vrp>,
    tally: &mut Tally,
    faults: &mut FaultCounts,
) {
    let vrp = match shape {
        Shape::Csv { asn, prefix, max_length, trust_anchor } => {
            let mut columns = Vec::new();
            let whole = columns::split(line, &mut columns);
            // Some published lists drop the length of single addresses.
            if let Some(address) = columns.get_mut(prefix).filter(|c| c.parse::<core::net::IpAddr>().is_ok())
            {
                fault::push(faults, fault::NO_LENGTH, number, address);
                let len = if address.contains(':') { "/128" } else { "/32" };
                address.to_mut().push_str(len);
            }
            csv(if whole { &columns } else { &[] }, [asn, prefix, max_length], trust_anchor, line)
        }
        Shape::Bird => bird(line),
        Shape::OpenBgpd => openbgpd(line),
        Shape::Summary => return,
    };
    match vrp {
        Ok(vrp) => {
            tally.accepted += 1;
            vrps.push(vrp);
        }
        Err((kind, detail)) => {
            tally.refuse(line);
            fault::push(faults, kind, number, &detail);
        }
    }
}

type Read = Result<Vrp, (FaultKind, String)>;

fn csv(columns: &[Cow<'_, str>], at: [usize; 3], trust_anchor: Option<usize>, line: &str) -> Read {
    let [Some(asn), Some(prefix), Some(max_length)] = at.map(|i| columns.get(i)) else {
        return Err((fault::WRONG_COLUMNS, line.to_owned()));
    };
    let trust_anchor = trust_anchor.and_then(|i| columns.get(i)).map_or("", |c| c);
    Fields { asn, prefix, max_length, trust_anchor: TrustAnchor::from_name(trust_anchor) }.read()
}

fn bird(line: &str) -> Read {
    let wrong = || (fault::WRONG_COLUMNS, line.to_owned());
    let words: Vec<&str> = line.strip_suffix(';').ok_or_else(wrong)?.split_whitespace().collect();
    let ["roa" | "route", prefix, "max", max_length, "as", asn] = words[..] else { return Err(wrong()) };
    Fields { asn, prefix, max_length, trust_anchor: TrustAnchor::NotSaid }.read()
}

fn openbgpd(line: &str) -> Read {
    let words: Vec<&str> = line.split_whitespace().take(8).collect();
    // rpki-client adds `expires SECONDS` at the end.
    let (prefix, max_length, asn) = match words[..] {
        [prefix, "source-as", asn] | [prefix, "source-as", asn, "expires", _] => (prefix, "", asn),
        [prefix, "maxlen", max_length, "source-as", asn]
        | [prefix, "maxlen", max_length, "source-as", asn, "expires", _] => (prefix, max_length, asn),
        _ => return Err((fault::WRONG_COLUMNS, line.to_owned())),
    };
    Fields { asn, prefix, max_length, trust_anchor: TrustAnchor::NotSaid }.read()
}
