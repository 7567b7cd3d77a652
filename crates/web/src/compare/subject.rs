//! What is compared, as it stands in an address: subjects separated by `;` or line breaks, each with a month and a
//! framework of its own where it needs one. `docs/compare.md` tells the grammar.

use core::fmt;

use routing::{Asn, Month, Region, RegionKind, as_set_reference, economy_name, economy_names};

/// Subjects side by side.
pub(crate) const SUBJECTS_MAX: usize = 8;

/// Longest text of all subjects, in bytes: addresses of 8 kB pass everywhere.
pub(crate) const TEXT_BYTES_MAX: usize = 8_000;

/// Networks of a pasted list.
pub(crate) const LIST_MAX: usize = 2_000;

/// Whose figures are asked for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Subject {
    World,
    /// By its code.
    Economy(String),
    /// A region of UN M49, or of a registry.
    Region(&'static str),
    /// The networks of a programme's participants; of all programmes where it is empty.
    Programme(&'static str),
    /// A participant by its programme and id.
    Participant(&'static str, String),
    Network(Asn),
    Group(Members),
}

/// A group of networks.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Members {
    /// Ascending, each once.
    List(Vec<Asn>),
    /// An as-set: `AS-NAME` or `REGISTRY::AS-NAME`, in capitals.
    Set(String),
}

/// A subject with the month and framework it is asked for in; the page's where there are none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct At {
    pub(crate) subject: Subject,
    pub(crate) month: Option<String>,
    pub(crate) framework: Option<String>,
}

/// What of a text cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wrong {
    /// The subject as written.
    pub(crate) piece: String,
    /// What is wrong with it, without a full stop.
    pub(crate) why: String,
    /// What was probably meant instead of it.
    pub(crate) meant: Option<String>,
}

const KINDS: [&str; 7] = ["economy", "region", "rir", "programme", "participant", "group", "world"];

/// All programmes together.
const ALL: &str = "all";

/// Reads subjects.
pub(crate) fn read(text: &str) -> Result<Vec<At>, Wrong> {
    let too_long = |why: String| Wrong { piece: shortened(text), why, meant: None };
    if text.len() > TEXT_BYTES_MAX {
        return Err(too_long(format!(
            "the subjects take {} bytes, an address carries {TEXT_BYTES_MAX}: compare fewer, or name a list by an as-set",
            text.len()
        )));
    }
    let pieces = text.split([';', '\n', '\r']).map(str::trim).filter(|piece| !piece.is_empty());
    let subjects = pieces.map(read_one).collect::<Result<Vec<At>, Wrong>>()?;
    if subjects.len() > SUBJECTS_MAX {
        return Err(too_long(format!(
            "{} subjects stand side by side nowhere: at most {SUBJECTS_MAX} are compared",
            subjects.len()
        )));
    }
    Ok(subjects)
}

/// Subjects as they stand in an address.
pub(crate) fn write(subjects: &[At]) -> String {
    subjects.iter().map(ToString::to_string).collect::<Vec<_>>().join(";")
}

fn read_one(piece: &str) -> Result<At, Wrong> {
    let wrong = |why: String, meant: Option<String>| Wrong { piece: shortened(piece), why, meant };
    let (text, at) = match piece.rsplit_once('@') {
        Some((text, at)) => (text.trim(), Some(at.trim())),
        None => (piece, None),
    };
    let subject = read_subject(text).map_err(|(why, meant)| {
        wrong(why, meant.map(|meant| at.map_or(meant.clone(), |at| format!("{meant}@{at}"))))
    })?;
    let (mut month, mut framework) = (None, None);
    if let Some(at) = at {
        let (of_month, of_framework) = at.split_once('/').map_or((at, None), |(m, f)| (m, Some(f)));
        if !of_month.is_empty() {
            let parsed = of_month.parse::<Month>().map_err(|error| {
                wrong(
                    format!("{error}: behind `@` stands a month, as in `{text}@2024-04`"),
                    Some(text.to_owned()),
                )
            })?;
            month = Some(parsed.to_string());
        }
        if let Some(id) = of_framework {
            let letter = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
            if id.is_empty() || id.len() > 40 || !id.bytes().all(letter) {
                let why =
                    format!("`{id}` is no framework: behind `/` stands one, as in `{text}@2024-04/2022-10`");
                return Err(wrong(why, Some(text.to_owned())));
            }
            framework = Some(id.to_owned());
        }
        if month.is_none() && framework.is_none() {
            return Err(wrong("nothing stands behind `@`".to_owned(), Some(text.to_owned())));
        }
    }
    Ok(At { subject, month, framework })
}

/// What is wrong, and what was probably meant.
type Unread = (String, Option<String>);

fn read_subject(text: &str) -> Result<Subject, Unread> {
    if text.eq_ignore_ascii_case("world") {
        return Ok(Subject::World);
    }
    if text.bytes().next().is_some_and(|b| b.is_ascii_digit()) || is_network(text) {
        return text
            .parse()
            .map(Subject::Network)
            .map_err(|error: routing::AsnError| (error.to_string(), None));
    }
    let (kind, value) = text.split_once(':').unwrap_or(("", text));
    let value = value.trim();
    match kind.to_ascii_lowercase().as_str() {
        "economy" => economy(value),
        "region" | "rir" => region(value),
        "programme" => programme(value).map(Subject::Programme),
        "participant" => participant(value),
        "group" => members(value).map(Subject::Group).map_err(|why| (why, None)),
        _ => Err(unknown(text, kind, value)),
    }
}

fn is_network(text: &str) -> bool {
    let digits = text.get(2..).filter(|_| text.get(..2).is_some_and(|led| led.eq_ignore_ascii_case("AS")));
    digits.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

fn economy(value: &str) -> Result<Subject, Unread> {
    let code = value.to_ascii_uppercase();
    if economy_name(&code).is_some() {
        return Ok(Subject::Economy(code));
    }
    let why = format!("`{value}` is not an economy: two letters of ISO 3166-1, as in `economy:NL`");
    Err((why, economy_called(value).map(|code| format!("economy:{code}"))))
}

fn economy_called(value: &str) -> Option<&'static str> {
    let names: Vec<(&str, &str)> = economy_names().collect();
    let name = nearest(value, names.iter().map(|(_, name)| *name))?;
    names.iter().find(|(_, known)| *known == name).map(|(code, _)| *code)
}

fn region(value: &str) -> Result<Subject, Unread> {
    if let Some(region) = Region::with_slug(value) {
        return Ok(Subject::Region(region.slug));
    }
    let slugs = Region::all().map(|region| region.slug);
    let meant = nearest(value, slugs).and_then(Region::with_slug);
    let why =
        format!("`{value}` is not a region: one as in `region:europe`, or a registry as in `rir:ripencc`");
    Err((why, meant.map(|region| Subject::Region(region.slug).to_string())))
}

fn programme(value: &str) -> Result<&'static str, Unread> {
    let ids = || programme::shipped().iter().map(|programme| programme.id.as_str());
    if value.eq_ignore_ascii_case(ALL) {
        return Ok("");
    }
    ids().find(|id| id.eq_ignore_ascii_case(value)).ok_or_else(|| {
        let known: Vec<&str> = ids().chain([ALL]).collect();
        let meant = nearest(value, known.iter().copied()).map(|id| format!("programme:{id}"));
        (format!("`{value}` is not a programme: {}", known.join(", ")), meant)
    })
}

fn participant(value: &str) -> Result<Subject, Unread> {
    let Some((of, id)) = value.split_once('/') else {
        let why = format!(
            "`{value}` names no participant: its programme and id, as in `participant:network-operators/1`"
        );
        return Err((why, None));
    };
    let of = programme(of).map_err(|(why, meant)| {
        (why, meant.and_then(|m| Some(format!("participant:{}/{id}", m.strip_prefix("programme:")?))))
    })?;
    match decoded(id) {
        Some(id) if !id.is_empty() && id.len() <= 200 && !of.is_empty() => Ok(Subject::Participant(of, id)),
        _ => Err((format!("`{value}` names no participant: an id stands behind its programme"), None)),
    }
}

/// Reads the members of a group: an as-set, or networks separated by commas or spaces.
pub(crate) fn members(value: &str) -> Result<Members, String> {
    let words: Vec<&str> =
        value.split([',', ' ', '\t', '\n', '\r', ';']).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Err(
            "a group names its networks, as in `group:64500,64501`, or an as-set, as in `group:AS-EXAMPLE`"
                .to_owned(),
        );
    }
    if let [name] = words[..]
        && let Some(set) = as_set_reference(name)
    {
        return Ok(Members::Set(set));
    }
    let mut asns = Vec::new();
    for word in &words {
        match word.parse::<Asn>() {
            Ok(asn) => asns.push(asn),
            Err(_) if as_set_reference(word).is_some() => {
                return Err(format!("`{word}` is an as-set: a group is one as-set alone, or networks alone"));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    asns.sort_unstable();
    asns.dedup();
    if asns.len() > LIST_MAX {
        return Err(format!(
            "the list names {} networks, at most {LIST_MAX} are taken: divide it, or name an as-set",
            asns.len()
        ));
    }
    Ok(Members::List(asns))
}

/// What was meant by a word of no known kind.
fn unknown(text: &str, kind: &str, value: &str) -> Unread {
    let upper = text.to_ascii_uppercase();
    let meant = if as_set_reference(text).is_some() {
        Some(format!("group:{upper}"))
    } else if !kind.is_empty() {
        let kind = nearest(kind, KINDS);
        kind.map(|kind| if kind == "world" { kind.to_owned() } else { format!("{kind}:{value}") })
    } else if economy_name(&upper).is_some() {
        Some(format!("economy:{upper}"))
    } else if let Some(region) = Region::with_slug(text) {
        Some(Subject::Region(region.slug).to_string())
    } else if programme::shipped().iter().any(|programme| programme.id.eq_ignore_ascii_case(text)) {
        Some(format!("programme:{}", text.to_ascii_lowercase()))
    } else if nearest(text, ["world"]).is_some() {
        Some("world".to_owned())
    } else {
        economy_called(text).map(|code| format!("economy:{code}"))
    };
    let why = "it is no subject: AS64500, economy:NL, region:europe, rir:ripencc, programme:network-operators, \
               participant:network-operators/1, group:64500,64501, group:AS-EXAMPLE or world";
    (why.to_owned(), meant)
}

fn nearest<'a>(text: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text: String = text.chars().take(60).flat_map(char::to_lowercase).collect();
    let distance = |word: &str| strsim::osa_distance(&text, &word.to_lowercase());
    let near = words.into_iter().map(|word| (distance(word), word)).min_by_key(|(distance, _)| *distance);
    near.filter(|(distance, word)| *distance * 3 <= word.chars().count()).map(|(_, word)| word)
}

fn shortened(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    if short.len() < text.len() { short + "…" } else { short }
}

/// What must not stand in an id as it is.
const MARKS: [char; 6] = ['%', ';', '@', '\n', '\r', '\t'];

fn decoded(id: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = id.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if *first == b'%' {
            let digits = core::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::World => f.write_str("world"),
            Subject::Economy(code) => write!(f, "economy:{code}"),
            Subject::Region(slug) => {
                let by_registry =
                    Region::with_slug(slug).is_some_and(|region| region.kind == RegionKind::Rir);
                write!(f, "{}:{slug}", if by_registry { "rir" } else { "region" })
            }
            Subject::Programme("") => write!(f, "programme:{ALL}"),
            Subject::Programme(id) => write!(f, "programme:{id}"),
            Subject::Participant(of, id) => {
                write!(f, "participant:{of}/")?;
                id.chars().try_for_each(|c| match MARKS.contains(&c) {
                    true => write!(f, "%{:02X}", c as u32),
                    false => write!(f, "{c}"),
                })
            }
            Subject::Network(asn) => write!(f, "{asn}"),
            Subject::Group(members) => write!(f, "group:{members}"),
        }
    }
}

impl fmt::Display for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Members::Set(name) => f.write_str(name),
            Members::List(asns) => asns
                .iter()
                .enumerate()
                .try_for_each(|(i, asn)| write!(f, "{}{}", if i == 0 { "" } else { "," }, asn.0)),
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.subject)?;
        match (&self.month, &self.framework) {
            (None, None) => Ok(()),
            (month, None) => write!(f, "@{}", month.as_deref().unwrap_or_default()),
            (month, Some(framework)) => write!(f, "@{}/{framework}", month.as_deref().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests;
