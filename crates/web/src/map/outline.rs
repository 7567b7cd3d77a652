use std::sync::LazyLock;

/// Outlines of economies, made by `front/outlines` from Natural Earth: the size of the drawing in the first
/// line, then a code and its outline to a line.
const TEXT: &str = include_str!("outlines.txt");

pub(super) static OUTLINES: LazyLock<Outlines> = LazyLock::new(|| {
    parse(TEXT).expect("the outlines were written by the script beside them, and a test reads them")
});

/// Every outline, in the order of the codes.
pub(super) struct Outlines {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) all: Vec<Outline>,
    /// Land to which ISO 3166-1 gives no code of its own.
    pub(super) unassigned: &'static str,
}

/// An economy's place on the drawing.
#[derive(Debug)]
pub(super) struct Outline {
    pub(super) code: &'static str,
    pub(super) drawn: Drawn,
}

/// How an economy is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Drawn {
    /// The `d` of an SVG path.
    Path(&'static str),
    /// The middle of one too small to be seen.
    Dot(u32, u32),
}

impl Outlines {
    pub(super) fn of(&self, code: &str) -> Option<&Outline> {
        self.all.binary_search_by(|outline| outline.code.cmp(code)).ok().map(|i| &self.all[i])
    }
}

fn parse(text: &'static str) -> Option<Outlines> {
    let mut lines = text.lines();
    let (width, height) = lines.next()?.split_once(' ')?;
    let mut outlines = Outlines {
        width: width.parse().ok()?,
        height: height.parse().ok()?,
        all: Vec::new(),
        unassigned: "",
    };
    for line in lines {
        let (code, drawn) = line.split_once(' ')?;
        match drawn.strip_prefix('@') {
            _ if code == "--" => outlines.unassigned = drawn,
            Some(place) => {
                let (x, y) = place.split_once(',')?;
                let drawn = Drawn::Dot(x.parse().ok()?, y.parse().ok()?);
                outlines.all.push(Outline { code, drawn });
            }
            None => outlines.all.push(Outline { code, drawn: Drawn::Path(drawn) }),
        }
    }
    Some(outlines)
}
