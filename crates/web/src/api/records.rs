use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, objects};
use super::problem::{self, Problem};
use crate::record::{self, Closed, RecordField, RecordPlace, RecordSection, RecordShown};

/// Octets answered in hexadecimal.
const HEX_OCTETS_MAX: usize = 64 << 10;

/// A raw record with its place.
pub(crate) struct Record {
    place: RecordPlace,
    shown: RecordShown,
}

impl Resource for Record {
    const NAME: &'static str = "Record";
    const FIELDS: &'static [Field<Self>] = &[
        field("source", Kind::Text, "The source that the file belongs to.", |r| {
            r.place.source.as_str().into()
        }),
        field("name", Kind::Text, "The file's name without folders.", |r| r.place.file.as_str().into()),
        field("file", Kind::Text, "SHA-256 of its raw bytes, found to be so for this answer.", |r| {
            r.place.digest.as_str().into()
        }),
        field("offset", Kind::Integer, "Byte offset of the record in the decompressed file.", |r| {
            r.place.offset.into()
        }),
        field("length", Kind::Integer, "Its octets, header included.", |r| r.shown.octets.len().into()),
        field("sections", Kind::List(&Kind::Object(RecordSection::item)), "Its parts.", |r| {
            objects(&r.shown.sections)
        }),
        maybe("stopped", Kind::Text, "Why the rest could not be taken apart; null when all was.", |r| {
            r.shown.stopped.as_deref().into()
        }),
        field("octets", Kind::Text, "Its first 65536 octets in hexadecimal.", |r| {
            let octets = r.shown.octets.iter().take(HEX_OCTETS_MAX);
            octets.map(|octet| format!("{octet:02x}")).collect::<String>().into()
        }),
    ];
}

impl Resource for RecordSection {
    const NAME: &'static str = "RecordSection";
    const FIELDS: &'static [Field<Self>] = &[
        field("title", Kind::Text, "What it is.", |s| s.title.as_str().into()),
        field("start", Kind::Integer, "Its first octet in the record.", |s| s.octets.start.into()),
        field("end", Kind::Integer, "The octet after its last.", |s| s.octets.end.into()),
        field("entry", Kind::Boolean, "Whether it is one entry of several in a table.", |s| s.entry.into()),
        maybe("peer", Kind::Text, "Address of the peer whose entry it is.", |s| {
            s.peer.as_ref().map(|(address, _)| address.as_str()).into()
        }),
        maybe("peer_asn", Kind::Asn, "AS of that peer.", |s| s.peer.as_ref().map(|(_, asn)| *asn).into()),
        field("fields", Kind::List(&Kind::Object(RecordField::item)), "Its fields.", |s| objects(&s.fields)),
    ];
}

impl Resource for RecordField {
    const NAME: &'static str = "RecordField";
    const FIELDS: &'static [Field<Self>] = &[
        field("depth", Kind::Integer, "1 for a part of the field before, otherwise 0.", |f| f.depth.into()),
        field("name", Kind::Text, "Its name.", |f| f.name.as_str().into()),
        field("value", Kind::Text, "What it says.", |f| f.value.as_str().into()),
        field("start", Kind::Integer, "Its first octet in the record.", |f| f.octets.start.into()),
        field("end", Kind::Integer, "The octet after its last.", |f| f.octets.end.into()),
    ];
}

/// Digest and offset of a record as a path names it.
pub(crate) fn named(text: &str) -> Option<(&str, u64)> {
    let (digest, offset) = text.split_once('-')?;
    let hexadecimal = digest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let whole = !offset.is_empty() && offset.len() <= 15 && offset.bytes().all(|b| b.is_ascii_digit());
    (digest.len() == 64 && hexadecimal && whole).then_some((digest, offset.parse().ok()?))
}

/// `/api/records/{record}`
pub(crate) async fn show(asked: Asked) -> Result<(Asked, Body), Problem> {
    let found = named(&asked.named).and_then(|(digest, offset)| {
        let (source, file) = record::file_of(&asked.chosen.edition.sources, digest)?;
        Some(RecordPlace { source, file: file.name, digest: digest.to_owned(), offset })
    });
    let Some(place) = found else {
        let detail = format!("no file with this digest is among the sources of {}", asked.month());
        return Err(Problem::new(problem::UNKNOWN_RECORD, detail));
    };
    let opened = record::open(&asked.site, place.clone()).await?;
    let shown = opened.map_err(|closed| {
        let code = match closed {
            Closed::NoRecord(_) => problem::UNKNOWN_RECORD,
            _ => problem::RECORD_UNAVAILABLE,
        };
        Problem::new(code, closed.words())
    })?;
    let body = asked.one(&Record { place, shown });
    Ok((asked, body))
}

/// How a record is named, as a regular expression.
pub(crate) const PATTERN: &str = "^[0-9a-f]{64}-[0-9]{1,15}$";
