//! The text of `bgpdump -m`: one line per element or state change, fields parted by `|`.
//!
//! ```text
//! TABLE_DUMP2|time|B|peer|peer AS|prefix|path|origin|next hop|local pref|MED|communities|AG or NAG|aggregator|
//! BGP4MP|time|A|…the same…
//! BGP4MP|time|W|peer|peer AS|prefix
//! BGP4MP|time|STATE|peer|peer AS|old state|new state
//! ```
//!
//! The first word gains `_ET` for microsecond times, `_LOCAL` for sent messages and `_AP` for ADD-PATH, where
//! the path identifier follows the prefix. Times of table rows are those of the dump. A LOCAL_PREF or MED
//! that is absent is written 0, as `bgpdump` does. Where `bgpdump` is wrong this module is right (an absent
//! next hop is empty here, `255.255.255.255` there); `docs/bgpdump-differences.md` lists those places.

use core::fmt::{self, Write};
use core::net::IpAddr;
use std::io;

use routing::{Fault, Prefix};

use crate::mrt::{Attributes, Body, Communities, Community, Element, Record, StateChange};

/// Writes all lines of a record and gives what was wrong with it to `faults`.
///
/// # Errors
/// When `out` fails.
pub fn write_record(
    record: &Record<'_>,
    faults: &mut impl FnMut(Fault),
    out: &mut impl io::Write,
) -> io::Result<()> {
    let mut lines = String::new();
    if let Body::StateChange(change) = &record.body {
        push_state_change(&mut lines, record, change);
    }
    let mut result = Ok(());
    record.elements(faults, |element| {
        push_element(&mut lines, record, &element);
        // One RIB record can hold tens of thousands of rows.
        if lines.len() > 1 << 16 && result.is_ok() {
            result = out.write_all(lines.as_bytes());
            lines.clear();
        }
    });
    result?;
    out.write_all(lines.as_bytes())
}

/// Appends the line of an element.
pub fn push_element(line: &mut String, record: &Record<'_>, element: &Element<'_>) {
    write_element(line, record, element).expect("writing into a String cannot fail");
}

/// Appends the line of a state change.
pub fn push_state_change(line: &mut String, record: &Record<'_>, change: &StateChange) {
    let name = if record.kind.is_extended_time() { "BGP4MP_ET" } else { "BGP4MP" };
    write_start(line, name, record, "STATE")
        .and_then(|()| {
            let StateChange { session, old_state, new_state } = change;
            write_address(line, session.peer_address)?;
            writeln!(line, "|{}|{old_state}|{new_state}", session.peer_asn.0)
        })
        .expect("writing into a String cannot fail");
}

fn write_start(line: &mut String, name: &str, record: &Record<'_>, letter: &str) -> fmt::Result {
    write!(line, "{name}|{}", record.time.0)?;
    if record.kind.is_extended_time() {
        write!(line, ".{:06}", record.micros)?;
    }
    write!(line, "|{letter}|")
}

fn write_element(line: &mut String, record: &Record<'_>, element: &Element<'_>) -> fmt::Result {
    let letter = match (&record.body, element.route) {
        (Body::Update(_), Some(_)) => "A",
        (Body::Update(_), None) => "W",
        _ => "B",
    };
    write_start(line, name(record, element), record, letter)?;
    write_address(line, element.peer_address)?;
    write!(line, "|{}|", element.peer_asn.0)?;
    write_prefix(line, element.prefix)?;
    if let Some(path_id) = element.path_id {
        write!(line, "|{path_id}")?;
    }
    if let Some(route) = element.route {
        write_route(line, element, route)?;
    }
    line.write_char('\n')
}

fn name(record: &Record<'_>, element: &Element<'_>) -> &'static str {
    let add_path = element.path_id.is_some();
    match &record.body {
        Body::Update(_) => match (record.kind.is_extended_time(), element.local, add_path) {
            (false, false, false) => "BGP4MP",
            (false, false, true) => "BGP4MP_AP",
            (false, true, false) => "BGP4MP_LOCAL",
            (false, true, true) => "BGP4MP_LOCAL_AP",
            (true, false, false) => "BGP4MP_ET",
            (true, false, true) => "BGP4MP_ET_AP",
            (true, true, false) => "BGP4MP_ET_LOCAL",
            (true, true, true) => "BGP4MP_ET_LOCAL_AP",
        },
        Body::TableDump(_) => "TABLE_DUMP",
        _ if add_path => "TABLE_DUMP2_AP",
        _ => "TABLE_DUMP2",
    }
}

fn write_route(line: &mut String, element: &Element<'_>, route: &Attributes<'_>) -> fmt::Result {
    write!(line, "|{}|", route.path())?;
    if let Some(origin) = route.origin {
        write!(line, "{origin}")?;
    }
    line.write_char('|')?;
    if let Some(next_hop) = element.next_hop {
        write_address(line, next_hop)?;
    }
    write!(line, "|{}|{}|", route.local_pref.unwrap_or(0), route.med.unwrap_or(0))?;
    write_communities(line, route.communities.unwrap_or_default())?;
    line.write_str(if route.atomic_aggregate { "|AG|" } else { "|NAG|" })?;
    if let Some(aggregator) = route.aggregator {
        write!(line, "{} {}", aggregator.asn.0, aggregator.address)?;
    }
    line.write_char('|')
}

/// An address as `bgpdump` spells it: RFC 5952, but a single zero field is shortened to `::` too.
fn write_address(line: &mut String, address: IpAddr) -> fmt::Result {
    let at = line.len();
    write!(line, "{address}")?;
    if address.is_ipv6() && !line[at..].contains("::") {
        let fields: Vec<&str> = line[at..].split(':').collect();
        if let Some(zero) = fields.iter().position(|field| *field == "0") {
            let short = format!("{}::{}", fields[..zero].join(":"), fields[zero + 1..].join(":"));
            line.truncate(at);
            line.push_str(&short);
        }
    }
    Ok(())
}

fn write_prefix(line: &mut String, prefix: Prefix) -> fmt::Result {
    write_address(line, prefix.address())?;
    write!(line, "/{}", prefix.len())
}

fn write_communities(line: &mut String, communities: Communities<'_>) -> fmt::Result {
    for (i, community) in communities.iter().enumerate() {
        if i > 0 {
            line.write_char(' ')?;
        }
        match community {
            Community(0xFFFF_FF01) => line.write_str("no-export")?,
            Community(0xFFFF_FF02) => line.write_str("no-advertise")?,
            Community(0xFFFF_FF03) => line.write_str("local-AS")?,
            other => write!(line, "{other}")?,
        }
    }
    Ok(())
}
