//! AS_PATH in either width, and its merger with AS4_PATH (RFC 6793).

use routing::{PathRef, SegmentKind};

use super::fault::{AS_PATH_WIDTH, AS4_PATH_CONFEDERATION, AS4_PATH_LONGER, AS4_PATH_MALFORMED, Damage};

/// One segment in wire form: its code and its ASNs, `width` octets each.
struct RawSegment<'a> {
    code: u8,
    asns: &'a [u8],
    width: usize,
}

impl RawSegment<'_> {
    fn is_confederation(&self) -> bool {
        self.code == SegmentKind::ConfedSequence as u8 || self.code == SegmentKind::ConfedSet as u8
    }

    /// What it adds to the length of a path: RFC 4271 §9.1.2.2 (a set counts one) and RFC 5065 §5.3
    /// (confederation segments do not count).
    fn hops(&self) -> usize {
        match self.code {
            code if code == SegmentKind::Sequence as u8 => self.asns.len() / self.width,
            code if code == SegmentKind::Set as u8 => 1,
            _ => 0,
        }
    }
}

/// Walks segments of a known-good path.
fn segments(octets: &[u8], width: usize) -> impl Iterator<Item = RawSegment<'_>> + Clone {
    let mut rest = octets;
    core::iter::from_fn(move || {
        let [code, count, tail @ ..] = rest else { return None };
        let (asns, after) = tail.split_at_checked(usize::from(*count) * width)?;
        rest = after;
        Some(RawSegment { code: *code, asns, width })
    })
}

/// The rules of RFC 7606 §7.2 for ASNs of `width` octets.
fn is_well_formed(octets: &[u8], width: usize) -> bool {
    let mut rest = octets;
    while let [code, count, tail @ ..] = rest {
        let len = usize::from(*count) * width;
        if SegmentKind::from_code(*code).is_none() || len == 0 || len > tail.len() {
            return false;
        }
        rest = &tail[len..];
    }
    rest.is_empty()
}

/// Brings AS_PATH, and AS4_PATH where it counts, into the four-octet wire form. `scratch` holds what has to be
/// rewritten; a path already in four octets is borrowed. `None` when AS_PATH is malformed.
pub(crate) fn normalise<'a>(
    as_path: &'a [u8],
    as4_path: Option<&[u8]>,
    four_octets: bool,
    scratch: &'a mut Vec<u8>,
    note: &mut dyn FnMut(Damage),
) -> Option<PathRef<'a>> {
    let as_declared = if four_octets { 4 } else { 2 };
    let width = if is_well_formed(as_path, as_declared) {
        as_declared
    } else {
        // Some writers put the other width than their record's subtype promises. AS 0 stands in no path
        // (RFC 7607 §2), but the halves of four-octet ASNs are full of it.
        let other = 6 - as_declared;
        let is_zero = |asn: &[u8]| asn.iter().all(|octet| *octet == 0);
        if !is_well_formed(as_path, other)
            || segments(as_path, other).any(|s| s.asns.chunks_exact(other).any(is_zero))
        {
            return None;
        }
        note(Damage::new(AS_PATH_WIDTH, format!("{other} octets instead of {as_declared}")));
        other
    };
    if width == 4 {
        return PathRef::from_wire(as_path);
    }
    scratch.clear();
    let as4_path = as4_path.and_then(|as4| usable(as4, as_path, note));
    match as4_path {
        None => segments(as_path, 2).for_each(|s| push(scratch, s.code, s.asns, 2)),
        Some(as4) => merge(as_path, as4, scratch),
    }
    PathRef::from_wire(scratch)
}

/// AS4_PATH if it may be merged (RFC 6793 §4.2.3 and §6).
fn usable<'a>(as4: &'a [u8], as_path: &[u8], note: &mut dyn FnMut(Damage)) -> Option<&'a [u8]> {
    if !is_well_formed(as4, 4) {
        note(Damage::new(AS4_PATH_MALFORMED, format!("{} octets", as4.len())));
        return None;
    }
    if segments(as4, 4).any(|s| s.is_confederation()) {
        note(Damage::new(AS4_PATH_CONFEDERATION, ""));
    }
    let hops = |octets, width| segments(octets, width).map(|s| s.hops()).sum::<usize>();
    let (old, new) = (hops(as_path, 2), hops(as4, 4));
    if old < new {
        note(Damage::new(AS4_PATH_LONGER, format!("{new} hops against {old}")));
        return None;
    }
    (new > 0).then_some(as4)
}

/// RFC 6793 §4.2.3: as many leading hops of AS_PATH as it is longer, then AS4_PATH. A confederation segment
/// is taken along when it leads or stands beside a segment that is taken.
fn merge(as_path: &[u8], as4: &[u8], scratch: &mut Vec<u8>) {
    let hops = |octets, width| segments(octets, width).map(|s| s.hops()).sum::<usize>();
    let mut missing = hops(as_path, 2) - hops(as4, 4);
    for segment in segments(as_path, 2) {
        if segment.is_confederation() {
            push(scratch, segment.code, segment.asns, 2);
            continue;
        }
        if missing == 0 {
            break;
        }
        let hops = segment.hops();
        if hops > missing {
            push_joined(scratch, segment.code, &segment.asns[..missing * 2], 2);
            break;
        }
        push_joined(scratch, segment.code, segment.asns, 2);
        missing -= hops;
    }
    for segment in segments(as4, 4).filter(|s| !s.is_confederation()) {
        push_joined(scratch, segment.code, segment.asns, 4);
    }
}

fn push(path: &mut Vec<u8>, code: u8, asns: &[u8], width: usize) {
    path.extend_from_slice(&[code, (asns.len() / width) as u8]);
    for asn in asns.chunks_exact(width) {
        path.extend_from_slice(if width == 2 { &[0, 0] } else { &[] });
        path.extend_from_slice(asn);
    }
}

/// Like [`push`], but a sequence continues the sequence before it while it fits into one segment, so that
/// equal paths have equal bytes.
fn push_joined(path: &mut Vec<u8>, code: u8, asns: &[u8], width: usize) {
    let mut last = None;
    let mut at = 0;
    for segment in segments(path, 4) {
        last = Some((at, segment.code, segment.asns.len() / 4));
        at += 2 + segment.asns.len();
    }
    let count = asns.len() / width;
    let sequence = SegmentKind::Sequence as u8;
    match last {
        Some((at, kind, before)) if kind == sequence && code == sequence && before + count <= 255 => {
            path[at + 1] = (before + count) as u8;
            let end = path.len();
            push(path, code, asns, width);
            path.drain(end..end + 2);
        }
        _ => push(path, code, asns, width),
    }
}

#[cfg(test)]
mod tests;
