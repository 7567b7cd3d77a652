use core::fmt;

use crate::Asn;

/// Kind of an AS_PATH segment (RFC 4271 §4.3, RFC 5065 §3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum SegmentKind {
    /// AS_SET: unordered.
    Set = 1,
    /// AS_SEQUENCE: ordered, nearest first.
    Sequence = 2,
    /// AS_CONFED_SEQUENCE.
    ConfedSequence = 3,
    /// AS_CONFED_SET.
    ConfedSet = 4,
}

impl SegmentKind {
    /// From the wire; `None` for an unknown code.
    pub const fn from_code(code: u8) -> Option<SegmentKind> {
        Some(match code {
            1 => SegmentKind::Set,
            2 => SegmentKind::Sequence,
            3 => SegmentKind::ConfedSequence,
            4 => SegmentKind::ConfedSet,
            _ => return None,
        })
    }
}

/// An AS path in the wire form of a four-octet AS_PATH attribute (RFC 6793): segments of (kind, count,
/// ASNs in network order). Valid by construction; equal bytes are equal paths.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AsPath(Vec<u8>);

/// A borrowed [`AsPath`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PathRef<'a>(&'a [u8]);

/// One segment of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Its kind.
    pub kind: SegmentKind,
    octets: &'a [u8],
}

/// Iterator over the segments of a path.
#[derive(Clone)]
pub struct Segments<'a>(&'a [u8]);

/// The origin AS as RFC 6811 §2 defines it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Origin {
    /// The last AS of the final AS_SEQUENCE.
    As(Asn),
    /// The final segment is an AS_SET: the distinguished value NONE.
    None,
    /// No AS outside confederation segments: the route starts at the speaker, whose AS is the origin.
    Speaker,
}

impl<'a> PathRef<'a> {
    /// Checks `octets` as a four-octet AS_PATH. `None` when a segment has an unknown kind, is empty or runs
    /// over the end (RFC 7606 §7.2).
    pub fn from_wire(octets: &'a [u8]) -> Option<PathRef<'a>> {
        let mut rest = octets;
        while let [kind, count, tail @ ..] = rest {
            SegmentKind::from_code(*kind)?;
            let len = usize::from(*count) * 4;
            if len == 0 || len > tail.len() {
                return None;
            }
            rest = &tail[len..];
        }
        rest.is_empty().then_some(PathRef(octets))
    }

    /// The path whose [`PathRef::octets`] these are, without checking them again.
    ///
    /// # Panics
    ///
    /// Later and in its methods, when they are no path's.
    pub fn from_octets(octets: &'a [u8]) -> PathRef<'a> {
        debug_assert!(PathRef::from_wire(octets).is_some(), "the octets of a path");
        PathRef(octets)
    }

    /// The wire octets.
    pub fn octets(self) -> &'a [u8] {
        self.0
    }

    /// The segments, nearest first.
    pub fn segments(self) -> Segments<'a> {
        Segments(self.0)
    }

    /// True when there is no segment.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The origin (RFC 6811 §2). Trailing confederation segments are looked through.
    #[inline]
    pub fn origin(self) -> Origin {
        match self.0 {
            // One AS_SEQUENCE, as most are.
            [2, count, asns @ ..] if asns.len() == usize::from(*count) * 4 => {
                Origin::As(Asn(asns.last_chunk().map_or(0, |last| u32::from_be_bytes(*last))))
            }
            _ => self.origin_of_segments(),
        }
    }

    #[inline(never)]
    fn origin_of_segments(self) -> Origin {
        let last =
            self.segments().filter(|s| matches!(s.kind, SegmentKind::Set | SegmentKind::Sequence)).last();
        match last {
            None => Origin::Speaker,
            Some(s) if s.kind == SegmentKind::Set => Origin::None,
            Some(s) => Origin::As(s.asn(s.len() - 1)),
        }
    }

    /// Every ASN in order, sets and confederation segments included.
    pub fn asns(self) -> impl Iterator<Item = Asn> + Clone + 'a {
        self.segments().flat_map(Segment::asns)
    }

    /// True when `is` says so of any ASN, sets and confederation segments included.
    #[inline]
    pub fn any(self, mut is: impl FnMut(Asn) -> bool) -> bool {
        let mut rest = self.0;
        while let [_, count, tail @ ..] = rest {
            let (asns, behind) = tail.split_at(usize::from(*count) * 4);
            if asns.as_chunks().0.iter().any(|asn| is(Asn(u32::from_be_bytes(*asn)))) {
                return true;
            }
            rest = behind;
        }
        false
    }

    /// The owned form.
    pub fn to_owned(self) -> AsPath {
        AsPath(self.0.to_vec())
    }
}

impl<'a> Segment<'a> {
    /// Number of ASNs; at least 1.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(self) -> usize {
        self.octets.len() / 4
    }

    /// The ASN at `index`.
    pub fn asn(self, index: usize) -> Asn {
        let o = &self.octets[index * 4..index * 4 + 4];
        Asn(u32::from_be_bytes([o[0], o[1], o[2], o[3]]))
    }

    /// The ASNs in order.
    pub fn asns(self) -> impl DoubleEndedIterator<Item = Asn> + ExactSizeIterator + Clone + 'a {
        (0..self.len()).map(move |i| self.asn(i))
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        let [kind, count, tail @ ..] = self.0 else { return None };
        let (octets, rest) = tail.split_at(usize::from(*count) * 4);
        self.0 = rest;
        let kind = SegmentKind::from_code(*kind).expect("a PathRef holds only known segment kinds");
        Some(Segment { kind, octets })
    }
}

impl AsPath {
    /// A path of one AS_SEQUENCE (several segments when longer than 255).
    pub fn from_sequence(asns: impl IntoIterator<Item = Asn>) -> AsPath {
        let asns: Vec<Asn> = asns.into_iter().collect();
        let mut path = AsPath::default();
        for part in asns.chunks(255) {
            path.push_segment(SegmentKind::Sequence, part);
        }
        path
    }

    /// Appends a segment.
    ///
    /// # Panics
    /// When `asns` is empty or longer than 255: the wire form has no such segment.
    pub fn push_segment(&mut self, kind: SegmentKind, asns: &[Asn]) {
        let count = u8::try_from(asns.len()).expect("a segment holds at most 255 ASNs");
        assert!(count > 0, "a segment holds at least one ASN");
        self.0.extend_from_slice(&[kind as u8, count]);
        for asn in asns {
            self.0.extend_from_slice(&asn.0.to_be_bytes());
        }
    }

    /// The borrowed form.
    pub fn as_ref(&self) -> PathRef<'_> {
        PathRef(&self.0)
    }
}

impl fmt::Display for PathRef<'_> {
    /// `1 2 {3,4} (5 6) [7,8]`: sequence, set, confederation sequence, confederation set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, segment) in self.segments().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            let (open, between, close) = match segment.kind {
                SegmentKind::Sequence => ("", " ", ""),
                SegmentKind::Set => ("{", ",", "}"),
                SegmentKind::ConfedSequence => ("(", " ", ")"),
                SegmentKind::ConfedSet => ("[", ",", "]"),
            };
            f.write_str(open)?;
            for (j, asn) in segment.asns().enumerate() {
                if j > 0 {
                    f.write_str(between)?;
                }
                write!(f, "{}", asn.0)?;
            }
            f.write_str(close)?;
        }
        Ok(())
    }
}

impl fmt::Display for AsPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_ref(), f)
    }
}

impl fmt::Debug for PathRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl fmt::Debug for AsPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a(n: &[u32]) -> Vec<Asn> {
        n.iter().copied().map(Asn).collect()
    }

    #[test]
    fn origin_follows_rfc_6811() {
        assert_eq!(AsPath::from_sequence(a(&[1, 2, 3])).as_ref().origin(), Origin::As(Asn(3)));
        assert_eq!(AsPath::default().as_ref().origin(), Origin::Speaker);
        let mut set = AsPath::from_sequence(a(&[1]));
        set.push_segment(SegmentKind::Set, &a(&[2, 3]));
        assert_eq!(set.as_ref().origin(), Origin::None);
        let mut confed = AsPath::default();
        confed.push_segment(SegmentKind::ConfedSequence, &a(&[65000]));
        assert_eq!(confed.as_ref().origin(), Origin::Speaker);
        confed.push_segment(SegmentKind::Sequence, &a(&[9]));
        confed.push_segment(SegmentKind::ConfedSet, &a(&[65001]));
        assert_eq!(confed.as_ref().origin(), Origin::As(Asn(9)));
        assert_eq!(confed.to_string(), "(65000) 9 [65001]");
    }

    #[test]
    fn long_sequences_are_split() {
        let path = AsPath::from_sequence((1..=600).map(Asn));
        assert_eq!(path.as_ref().segments().map(Segment::len).collect::<Vec<_>>(), [255, 255, 90]);
        assert_eq!(path.as_ref().asns().last(), Some(Asn(600)));
    }

    #[test]
    fn wire_is_checked() {
        assert!(PathRef::from_wire(&[]).is_some());
        assert!(PathRef::from_wire(&[2, 1, 0, 0, 0, 1]).is_some());
        for bad in [&[2u8][..], &[2, 1, 0, 0, 0], &[5, 1, 0, 0, 0, 1], &[2, 0], &[2, 1, 0, 0, 0, 1, 2]] {
            assert!(PathRef::from_wire(bad).is_none(), "{bad:?}");
        }
    }
}
