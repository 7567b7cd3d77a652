//! `observatory read`: every BGP element of MRT files.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use bgp::mrt::{Body, Counter, Element, Item, Reader, Record, Safi, StateChange};
use routing::{Fault, FaultCounts, Origin};
use serde::Serialize;

use crate::progress::Progress;

/// Print every BGP element of MRT files.
///
/// Reads TABLE_DUMP, TABLE_DUMP_V2, BGP4MP and BGP4MP_ET, plain or packed with gzip, bzip2 or zstd. A damaged
/// record is reported on standard error with its file and offset and skipped, and reading goes on.
///
/// Exit code: 0 when nothing was skipped, 3 when something was, 1 when a file could not be read to its end,
/// 2 for a wrong command line.
#[derive(clap::Args, Debug)]
pub struct Read {
    /// MRT files; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Bgpdump)]
    format: Format,
    /// Print one line of counts over all files instead: entries (rows of tables), elements (announced and
    /// withdrawn prefixes, rows included), distinct prefixes, the sum of origin ASNs, routes left out of that
    /// sum because their path ends in an AS_SET or is empty, decompressed bytes.
    #[arg(long, conflicts_with = "format")]
    count: bool,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Format {
    /// What `bgpdump -m` prints; docs/bgpdump-differences.md lists where that is wrong and this is not.
    Bgpdump,
    /// One JSON object per element or state change.
    Ndjson,
}

/// Exit code when something was skipped.
const SKIPPED: u8 = 3;
/// Exit code when a file could not be read to its end.
const UNREADABLE: u8 = 1;

/// Runs the command.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(read: &Read) -> anyhow::Result<ExitCode> {
    let out = io::stdout().lock();
    // A bar among rows on one terminal would make both unreadable.
    let progress = Progress::new(out.is_terminal() && !read.count);
    let mut out = BufWriter::with_capacity(1 << 16, out);
    match read_files(read, &progress, &mut out).and_then(|code| out.flush().map(|()| code)) {
        Ok(code) => Ok(ExitCode::from(code)),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            Ok(ExitCode::from(super::EXIT_OUTPUT_CLOSED))
        }
        Err(error) => Err(error).context("standard output cannot be written"),
    }
}

/// Errors are those of `out`; those of the inputs are reported and show in the exit code.
fn read_files(read: &Read, progress: &Progress, out: &mut impl Write) -> io::Result<u8> {
    let stage = progress.bytes("reading");
    let mut counter = Counter::default();
    let mut skipped = false;
    let mut unreadable = false;
    for path in &read.files {
        let name = path.display().to_string();
        let input = match fetch::open_watched(path, stage.watch()) {
            Ok(input) => input,
            Err(error) => {
                eprintln!("{error}");
                unreadable = true;
                continue;
            }
        };
        let mut reader = Reader::new(input);
        let mut faults = FaultCounts::default();
        let result = if read.count {
            counter.read(&mut reader, |fault| report(&name, fault, &mut faults))
        } else {
            print(&mut reader, read.format, &mut |fault| report(&name, fault, &mut faults), out)?
        };
        if let Err(error) = result {
            eprintln!("{name}: offset {}: the file ends here for its reader: {error}", reader.offset());
            unreadable = true;
        }
        summarise(&name, &faults);
        skipped |= faults.skipped() > 0;
    }
    if read.count {
        let total = counter.total();
        writeln!(
            out,
            "entries={} elements={} prefixes={} origin_sum={} as_set={} empty_path={} bytes={}",
            total.entries,
            total.elements,
            total.prefixes,
            total.origin_sum,
            total.as_set,
            total.empty_path,
            total.bytes
        )?;
    }
    Ok(match (unreadable, skipped) {
        (true, _) => UNREADABLE,
        (false, true) => SKIPPED,
        (false, false) => 0,
    })
}

/// The outer error is of `out`, the inner one of the input.
fn print<R: io::Read>(
    reader: &mut Reader<R>,
    format: Format,
    faults: &mut impl FnMut(Fault),
    out: &mut impl Write,
) -> io::Result<io::Result<()>> {
    loop {
        match reader.next() {
            Err(error) => return Ok(Err(error)),
            Ok(None) => return Ok(Ok(())),
            Ok(Some(Item::Fault(fault))) => faults(fault),
            Ok(Some(Item::Record(record))) => match format {
                Format::Bgpdump => bgp::bgpdump::write_record(&record, faults, out)?,
                Format::Ndjson => write_ndjson(&record, faults, out)?,
            },
        }
    }
}

/// Says what was skipped, the first times in full, and counts everything.
fn report(name: &str, fault: Fault, faults: &mut FaultCounts) {
    if fault.kind.skipped && faults.skipped() < FaultCounts::KEPT_MAX as u64 {
        eprintln!("{name}: offset {}: {fault}; {} bytes skipped", fault.at, fault.extent);
    }
    faults.push(fault);
}

fn summarise(name: &str, faults: &FaultCounts) {
    for (kind, times) in faults.iter() {
        let effect = if kind.skipped { "skipped" } else { "read all the same" };
        eprintln!("{name}: {times} × {}: {} [{}], {effect}", kind.code, kind.meaning, kind.rule);
    }
}

/// One line of NDJSON. Times are Unix seconds; what is absent is left out.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
struct Line {
    /// `entry` (row of a table), `announce`, `withdraw` or `state`.
    kind: &'static str,
    time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    micros: Option<u32>,
    peer_address: String,
    peer_asn: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_state: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_state: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_id: Option<u32>,
    #[serde(skip_serializing_if = "is_false")]
    multicast: bool,
    /// The collector sent this itself.
    #[serde(skip_serializing_if = "is_false")]
    sent: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    originated: Option<i64>,
    #[serde(flatten)]
    route: Option<Route>,
}

#[derive(Serialize)]
struct Route {
    as_path: String,
    /// Absent when the path is empty or ends in an AS_SET.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin_asn: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_hop: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_pref: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    med: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    communities: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    large_communities: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    atomic_aggregate: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    aggregator_asn: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aggregator_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_to_customer: Option<u32>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for a reference
fn is_false(value: &bool) -> bool {
    !value
}

fn write_ndjson(record: &Record<'_>, faults: &mut impl FnMut(Fault), out: &mut impl Write) -> io::Result<()> {
    let mut result = Ok(());
    let mut write = |line: &Line| {
        if result.is_ok() {
            let written = serde_json::to_writer(&mut *out, line).map_err(io::Error::from);
            result = written.and_then(|()| out.write_all(b"\n"));
        }
    };
    if let Body::StateChange(change) = &record.body {
        write(&state_line(record, change));
    }
    record.elements(faults, |element| write(&element_line(record, &element)));
    result
}

fn state_line(record: &Record<'_>, change: &StateChange) -> Line {
    Line {
        kind: "state",
        time: record.time.0,
        micros: record.kind.is_extended_time().then_some(record.micros),
        peer_address: change.session.peer_address.to_string(),
        peer_asn: change.session.peer_asn.0,
        old_state: Some(change.old_state),
        new_state: Some(change.new_state),
        prefix: None,
        path_id: None,
        multicast: false,
        sent: change.session.local,
        originated: None,
        route: None,
    }
}

fn element_line(record: &Record<'_>, element: &Element<'_>) -> Line {
    let kind = match (&record.body, element.route) {
        (Body::Update(_), Some(_)) => "announce",
        (Body::Update(_), None) => "withdraw",
        _ => "entry",
    };
    Line {
        kind,
        time: element.time.0,
        micros: record.kind.is_extended_time().then_some(element.micros),
        peer_address: element.peer_address.to_string(),
        peer_asn: element.peer_asn.0,
        old_state: None,
        new_state: None,
        prefix: Some(element.prefix.to_string()),
        path_id: element.path_id,
        multicast: element.safi == Safi::Multicast,
        sent: element.local,
        originated: element.originated.map(|time| time.0),
        route: element.route.map(|route| Route {
            as_path: route.path().to_string(),
            origin_asn: match route.origin_as() {
                Origin::As(asn) => Some(asn.0),
                Origin::None | Origin::Speaker => None,
            },
            origin: route.origin.map(|origin| origin.to_string()),
            next_hop: element.next_hop.map(|address| address.to_string()),
            local_pref: route.local_pref,
            med: route.med,
            communities: route.communities.unwrap_or_default().iter().map(|c| c.to_string()).collect(),
            large_communities: route
                .large_communities
                .unwrap_or_default()
                .iter()
                .map(|c| c.to_string())
                .collect(),
            atomic_aggregate: route.atomic_aggregate,
            aggregator_asn: route.aggregator.map(|a| a.asn.0),
            aggregator_address: route.aggregator.map(|a| a.address.to_string()),
            only_to_customer: route.only_to_customer.map(|asn| asn.0),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bgp::mrt::write::Writer;
    use bgp::mrt::{OriginCode, Session};
    use routing::{AsPath, Asn, Timestamp};

    /// An announcement, a state change and a withdrawal of documentation prefixes.
    fn mrt() -> Vec<u8> {
        let session = Session {
            peer_address: "192.0.2.1".parse().unwrap(),
            peer_asn: Asn(64500),
            local_address: "192.0.2.2".parse().unwrap(),
            local_asn: Asn(64501),
            interface: 0,
            local: false,
        };
        let route = bgp::mrt::write::Route {
            origin: OriginCode::Igp,
            path: AsPath::from_sequence([Asn(64500), Asn(64496)]),
            next_hop: "192.0.2.1".parse().unwrap(),
            med: None,
            local_pref: None,
            communities: Vec::new(),
            only_to_customer: None,
        };
        let prefixes = ["198.51.100.0/24".parse().unwrap()];
        let mut writer = Writer::new(Vec::new());
        writer.announce(Timestamp(1000), &session, &prefixes, &route).unwrap();
        writer.state_change(Timestamp(1001), &session, 6, 1).unwrap();
        writer.withdraw(Timestamp(1002), &session, &prefixes).unwrap();
        writer.into_inner()
    }

    fn outcome(contents: &[&[u8]], format: Format, count: bool) -> (String, u8) {
        let folder = tempfile::tempdir().unwrap();
        let files = contents.iter().enumerate().map(|(i, content)| {
            let path = folder.path().join(format!("{i}.mrt"));
            std::fs::write(&path, content).unwrap();
            path
        });
        let read = Read { files: files.collect(), format, count };
        let mut out = Vec::new();
        let code = read_files(&read, &Progress::new(true), &mut out).unwrap();
        (String::from_utf8(out).unwrap(), code)
    }

    #[test]
    fn rows_and_objects() {
        let (text, code) = outcome(&[&mrt()], Format::Bgpdump, false);
        let rows = "BGP4MP|1000|A|192.0.2.1|64500|198.51.100.0/24|64500 64496|IGP|192.0.2.1|0|0||NAG||\n\
                    BGP4MP|1001|STATE|192.0.2.1|64500|6|1\n\
                    BGP4MP|1002|W|192.0.2.1|64500|198.51.100.0/24\n";
        assert_eq!((text.as_str(), code), (rows, 0));
        let (text, code) = outcome(&[&mrt()], Format::Ndjson, false);
        let lines: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
        assert_eq!((kinds, code), (vec!["announce", "state", "withdraw"], 0));
        assert_eq!(lines[0]["origin_asn"], 64496);
        assert_eq!(lines[0]["as_path"], "64500 64496");
        assert_eq!(lines[2].get("as_path"), None);
    }

    #[test]
    fn counts_are_over_all_files() {
        let mrt = mrt();
        let (text, code) = outcome(&[&mrt, &mrt], Format::Bgpdump, true);
        let expected = format!(
            "entries=0 elements=4 prefixes=1 origin_sum=128992 as_set=0 empty_path=0 bytes={}\n",
            mrt.len() * 2
        );
        assert_eq!((text, code), (expected, 0));
    }

    #[test]
    fn exit_codes() {
        let mrt = mrt();
        let cut = &mrt[..mrt.len() - 1];
        let (text, code) = outcome(&[cut, &mrt], Format::Bgpdump, false);
        assert_eq!((text.lines().count(), code), (5, SKIPPED));
        let (text, code) = outcome(&[b"\x1f\x8b\x08\x00broken", &mrt], Format::Bgpdump, false);
        assert_eq!((text.lines().count(), code), (3, UNREADABLE));
        let read = Read { files: vec!["/no/such/file".into()], format: Format::Bgpdump, count: false };
        assert_eq!(read_files(&read, &Progress::new(true), &mut Vec::new()).unwrap(), UNREADABLE);
    }
}
