//! `/record/{digest}/{offset}`: the raw record that shows a wrong state, field by field and as octets.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use store::SourceFileRow;
use tokio::task::JoinError;

use crate::Site;
use crate::edition::Chosen;
use crate::format::{Digest, Size};
use crate::frame::Frame;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;

/// Opens raw records where the files are at hand.
pub trait Records: Send + Sync + fmt::Debug {
    /// The record at a place. It may take seconds and blocks: it is called outside the threads that answer.
    ///
    /// # Errors
    /// Why it stays closed, in words for a visitor.
    fn open(&self, place: &RecordPlace) -> Result<RecordShown, Closed>;
}

/// Where a record is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordPlace {
    /// The source that the file belongs to.
    pub source: String,
    /// The file's name without folders.
    pub file: String,
    /// SHA-256 of its raw bytes.
    pub digest: String,
    /// Byte offset of the record in the decompressed file.
    pub offset: u64,
}

/// A record as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordShown {
    /// All its octets.
    pub octets: Vec<u8>,
    /// What they stand for.
    pub sections: Vec<RecordSection>,
    /// Why the rest could not be taken apart.
    pub stopped: Option<String>,
}

/// A part of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordSection {
    /// What it is.
    pub title: String,
    /// Where it stands in the record.
    pub octets: Range<usize>,
    /// True for one entry of several in a table.
    pub entry: bool,
    /// The peer whose entry it is: address and AS number; `None` where the file does not say.
    pub peer: Option<(String, u32)>,
    /// Its fields.
    pub fields: Vec<RecordField>,
}

/// A field of a part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordField {
    /// 0 for one of its own, 1 for a part of the one before.
    pub depth: u8,
    /// Its name.
    pub name: String,
    /// What it says.
    pub value: String,
    /// Where it stands in the record.
    pub octets: Range<usize>,
}

/// Why a record is not shown, in words for a visitor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Closed {
    /// The file is not at hand.
    Absent(String),
    /// The file is another one now.
    Changed(String),
    /// It would cost more than a page may.
    Costly(String),
    /// There is no record at this place.
    NoRecord(String),
}

/// The kind of the sources whose files hold records.
const RECORDINGS: &str = "mrt";

/// Records opened at the same time.
pub(crate) const OPENED_MAX: usize = 2;

/// How long a visitor waits for others to finish.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Octets written out on the page.
const HEX_MAX: usize = 4_096;

/// Entries of a table written out on the page besides the one asked for.
const ENTRIES_MAX: usize = 24;

/// Fields of one part written out on the page.
const FIELDS_MAX: usize = 200;

impl Closed {
    /// In words.
    pub(crate) fn words(&self) -> &str {
        match self {
            Closed::Absent(words)
            | Closed::Changed(words)
            | Closed::Costly(words)
            | Closed::NoRecord(words) => words,
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Closed::NoRecord(_) => StatusCode::NOT_FOUND,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    frame: Frame,
    source: String,
    file: SourceFileRow,
    digest: Digest,
    offset: u64,
    size: Size,
    shown: Option<Shown>,
    closed: Option<Closed>,
    sources: Link,
    octets: Link,
    json: Link,
}

/// A record on the page.
struct Shown {
    bytes: u64,
    sections: Vec<SectionItem>,
    entries_more: usize,
    stopped: Option<String>,
    hex: Vec<HexLine>,
    hex_more: usize,
}

struct SectionItem {
    section: RecordSection,
    /// The entry asked for: unfolded.
    asked: bool,
    /// The AS path of an entry, to tell it by.
    brief: String,
    fields_more: usize,
}

struct HexLine {
    offset: String,
    octets: String,
    text: String,
}

/// `/record/{digest}/{offset}`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    place: Result<Path<(String, String)>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (digest, offset) = read(place)?;
    let (chosen, source, file) = find(&site, &view, &digest).await?;
    let place = RecordPlace { source: source.clone(), file: file.name.clone(), digest, offset };
    let opened = open(&site, place.clone()).await?;
    let link = chosen
        .link_to(format!("/record/{}/{offset}", place.digest))
        .with("month", &chosen.edition.head.month)
        .with_some("peer", view.get("peer"));
    let status = opened.as_ref().err().map_or(StatusCode::OK, Closed::status);
    let (shown, closed) = match opened {
        Ok(record) => (Some(Shown::new(record, view.get("peer"))), None),
        Err(closed) => (None, Some(closed)),
    };
    let title = format!("Record at byte {offset} of {}", file.name);
    let page = RecordPage {
        frame: Frame::of_item(&chosen, "incidents", &title, &link, &chosen.link_to("/incidents")),
        sources: chosen.link_to("/sources").with("source", &source),
        octets: link.clone().on(format!("/record/{}/{offset}/octets", place.digest)),
        json: Link::to(format!("/api/records/{}-{offset}", place.digest))
            .with("month", &chosen.edition.head.month),
        size: Size(file.size_bytes.unsigned_abs()),
        digest: Digest(place.digest),
        source,
        file,
        offset,
        shown,
        closed,
    };
    let mut response = reply::page(&headers, &page)?;
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    Ok(response)
}

/// `/record/{digest}/{offset}/octets`: the record itself.
pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    place: Result<Path<(String, String)>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    let (digest, offset) = read(place)?;
    let (_, source, file) = find(&site, &view, &digest).await?;
    let name = format!("attachment; filename=\"{}-{offset}.mrt\"", &digest[..12]);
    let record = open(&site, RecordPlace { source, file: file.name, digest, offset }).await?;
    let record = record.map_err(|closed| Refusal::closed(closed.status(), closed.words()))?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, record.octets).into_response())
}

fn read(place: Result<Path<(String, String)>, PathRejection>) -> Result<(String, u64), Refusal> {
    let advice = "Records are named by the SHA-256 of their file and a byte offset; events link to theirs.";
    let Path((digest, offset)) = place.map_err(|_| Refusal::wrong("the address names no record", advice))?;
    if digest.len() != 64 || !digest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        let what = format!("`{digest}` is no SHA-256: 64 lower-case hexadecimal digits");
        return Err(Refusal::wrong(what, advice));
    }
    match offset.parse::<u64>() {
        Ok(n) if n.to_string() == offset => Ok((digest, n)),
        _ => Err(Refusal::wrong(format!("`{offset}` is no byte offset"), advice)),
    }
}

/// The file with this digest in the month named; where none is, in the latest month that used it.
async fn find(site: &Site, view: &View, digest: &str) -> Result<(Chosen, String, SourceFileRow), Refusal> {
    let view = match view.get("month") {
        Some(_) => view.clone(),
        None => match month_of_file(site, digest).await? {
            Some(month) => view.clone().with("month", &month),
            None => view.clone(),
        },
    };
    let chosen = site.choose(&view).await?;
    match file_of(&chosen.edition.sources, digest) {
        Some((source, file)) => Ok((chosen, source, file)),
        None => {
            let what =
                format!("No file with this digest is among the sources of {}", chosen.edition.head.month);
            let advice =
                "The address of a record names the month that its file was used for: start from an event.";
            Err(Refusal::absent(what, vec![advice.to_owned()]))
        }
    }
}

async fn month_of_file(site: &Site, digest: &str) -> Result<Option<String>, Refusal> {
    for month in site.store.months().await? {
        if let Some((id, _)) = site.store.current(&month).await?
            && file_of(&site.store.sources(id).await?, digest).is_some()
        {
            return Ok(Some(month));
        }
    }
    Ok(None)
}

/// A recording of a month's sources by its digest, with the source's name. Other files hold no records.
pub(crate) fn file_of(sources: &[store::SourceRow], digest: &str) -> Option<(String, SourceFileRow)> {
    let sources = sources.iter().filter(|source| source.kind == RECORDINGS);
    let files = sources.flat_map(|source| source.files.iter().map(move |file| (source, file)));
    let found = files.into_iter().find(|(_, file)| file.digest == digest);
    found.map(|(source, file)| (source.name.clone(), file.clone()))
}

/// Opens a record; only so many are opened at a time.
pub(crate) async fn open(site: &Site, place: RecordPlace) -> Result<Result<RecordShown, Closed>, JoinError> {
    let turn = Arc::clone(&site.opening).acquire_owned();
    let Ok(Ok(turn)) = tokio::time::timeout(WAIT_MAX, turn).await else {
        let words = "others are opening records just now: try again in a moment";
        return Ok(Err(Closed::Costly(words.to_owned())));
    };
    let records = Arc::clone(&site.records);
    // Whoever asked may have gone: the turn ends with the work.
    let opened = move || {
        let _turn = turn;
        records.open(&place)
    };
    tokio::task::spawn_blocking(opened).await
}

impl Shown {
    fn new(record: RecordShown, peer: Option<&str>) -> Shown {
        let RecordShown { octets, sections, stopped } = record;
        let hex = octets.chunks(16).take(HEX_MAX / 16).enumerate().map(|(i, line)| HexLine {
            offset: format!("{:06x}", i * 16),
            // As wide as a whole line, so that the texts stand below one another.
            octets: format!(
                " {:<48}",
                line.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(" ")
            ),
            text: line
                .iter()
                .map(|&octet| if octet.is_ascii_graphic() { char::from(octet) } else { '·' })
                .collect(),
        });
        let hex = hex.collect();
        let (mut kept, mut entries, mut entries_more) = (Vec::new(), 0, 0);
        for mut section in sections {
            let asked = section.peer.as_ref().is_some_and(|(address, _)| Some(address.as_str()) == peer);
            if section.entry && !asked {
                entries += 1;
                if entries > ENTRIES_MAX {
                    entries_more += 1;
                    continue;
                }
            }
            let path = section.fields.iter().find(|field| field.name == "AS_PATH");
            let brief = path
                .map_or(String::new(), |path| path.value.split(" [").next().unwrap_or_default().to_owned());
            let fields_more = section.fields.len().saturating_sub(FIELDS_MAX);
            section.fields.truncate(FIELDS_MAX);
            kept.push(SectionItem { section, asked, brief, fields_more });
        }
        Shown {
            bytes: octets.len() as u64,
            sections: kept,
            entries_more,
            stopped,
            hex,
            hex_more: octets.len().saturating_sub(HEX_MAX),
        }
    }
}
