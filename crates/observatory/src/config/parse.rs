use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use reference::protectors::Protectors;
use routing::{Asn, Date, Timestamp};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::origin::{self, Origin};
use super::{Config, KINDS, Source, nearest};
use super::{keys, run};
use crate::load::Limits;

/// Line and message of what is wrong.
pub type Wrong = (usize, String);

const TOP_KEYS: &[&str] = &[
    "data",
    "store",
    "frameworks",
    "reference_skew_days_max",
    "shrink_percent_max",
    "unreadable_percent_max",
    "full_feed_share_percent_min",
    "peers_min_visible",
    "route_servers",
    "gap_seconds_max",
    "threads",
    "memory_mib",
    "checkpoint_seconds",
    "treat_as_public",
    "ddos_protection",
    "fetch",
    "run",
    "api",
    "source",
];
const SOURCE_KEYS: &[&str] =
    &["kind", "preset", "name", "path", "url", "cadence", "licence", "age_hours_max", "date"];

/// A table of the file with its place.
pub struct Section<'a> {
    text: &'a str,
    values: BTreeMap<String, &'a Spanned<DeValue<'a>>>,
    line: usize,
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}

impl<'a> Section<'a> {
    /// Reads a table whose keys must all be among `known`.
    fn new(text: &'a str, table: &'a DeTable<'a>, line: usize, known: &[&str]) -> Result<Self, Wrong> {
        let mut values = BTreeMap::new();
        for (key, value) in table {
            let name = key.get_ref();
            if !known.contains(&name.as_ref()) {
                let hint = match nearest(name, known.iter().copied()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("known keys are {}", known.join(", ")),
                };
                return Err((line_of(text, key.span().start), format!("unknown key `{name}`: {hint}")));
            }
            values.insert(name.to_string(), value);
        }
        Ok(Section { text, values, line })
    }

    /// A table within this one.
    pub fn section(&self, key: &str, known: &[&str]) -> Result<Option<Section<'a>>, Wrong> {
        match self.values.get(key).map(|v| v.get_ref()) {
            None => Ok(None),
            Some(DeValue::Table(table)) => Section::new(self.text, table, self.line(key), known).map(Some),
            Some(_) => Err((self.line(key), format!("`{key}` is written as a `[{key}]` section"))),
        }
    }

    /// Whether a key is there.
    pub fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Where it begins.
    pub fn start(&self) -> usize {
        self.line
    }

    /// Where a key's value is.
    pub fn line(&self, key: &str) -> usize {
        self.values.get(key).map_or(self.line, |v| line_of(self.text, v.span().start))
    }

    /// A text.
    pub fn string(&self, key: &str) -> Result<Option<String>, Wrong> {
        match self.values.get(key).map(|v| v.get_ref()) {
            None => Ok(None),
            Some(DeValue::String(s)) => Ok(Some(s.to_string())),
            Some(_) => Err((self.line(key), format!("`{key}` must be a text in quotes"))),
        }
    }

    fn required(&self, key: &str, what: &str) -> Result<String, Wrong> {
        let value = self.string(key)?.filter(|s| !s.is_empty());
        value.ok_or_else(|| (self.line, format!("`{key}` is missing: {what}")))
    }

    /// A whole number within bounds.
    pub fn number(&self, key: &str, default: u64, min: u64, max: u64) -> Result<u64, Wrong> {
        let wrong = || (self.line(key), format!("`{key}` must be a whole number from {min} to {max}"));
        match self.values.get(key).map(|v| v.get_ref()) {
            None => Ok(default),
            Some(DeValue::Integer(i)) => {
                let n = u64::from_str_radix(i.as_str(), i.radix()).map_err(|_| wrong())?;
                (min..=max).contains(&n).then_some(n).ok_or_else(wrong)
            }
            Some(_) => Err(wrong()),
        }
    }

    /// A list of texts.
    pub fn strings(&self, key: &str) -> Result<Option<Vec<String>>, Wrong> {
        let wrong = || (self.line(key), format!("`{key}` must be a list of texts: [\"…\", \"…\"]"));
        let Some(value) = self.values.get(key) else { return Ok(None) };
        let DeValue::Array(items) = value.get_ref() else { return Err(wrong()) };
        let text = |v: &Spanned<DeValue<'_>>| match v.get_ref() {
            DeValue::String(s) => Ok(s.to_string()),
            _ => Err(wrong()),
        };
        items.iter().map(text).collect::<Result<Vec<_>, _>>().map(Some)
    }

    fn flag(&self, key: &str) -> Result<bool, Wrong> {
        match self.values.get(key).map(|v| v.get_ref()) {
            None => Ok(false),
            Some(DeValue::Boolean(b)) => Ok(*b),
            Some(_) => Err((self.line(key), format!("`{key}` must be true or false"))),
        }
    }

    fn time(&self, key: &str) -> Result<Option<Timestamp>, Wrong> {
        let parse = |s: &str| s.parse::<Date>().map(Date::start).or_else(|_| s.parse::<Timestamp>());
        let wrong = || {
            (
                self.line(key),
                format!("`{key}` must be a date like 2024-05-31 or a time like 2024-05-31T12:00:00Z"),
            )
        };
        match self.values.get(key).map(|v| v.get_ref()) {
            None => Ok(None),
            Some(DeValue::String(s)) => parse(s).map(Some).map_err(|_| wrong()),
            Some(DeValue::Datetime(d)) => parse(&d.to_string()).map(Some).map_err(|_| wrong()),
            Some(_) => Err(wrong()),
        }
    }
}

impl Config {
    /// Reads a configuration from its text.
    ///
    /// # Errors
    /// The line, from 1, and what is wrong there.
    pub fn parse(text: &str) -> Result<Config, Wrong> {
        let root = DeTable::parse(text)
            .map_err(|e| (e.span().map_or(1, |s| line_of(text, s.start)), e.message().to_owned()))?;
        let top = Section::new(text, root.get_ref(), 1, TOP_KEYS)?;
        let mut sources: Vec<Source> = Vec::new();
        if let Some(value) = top.values.get("source") {
            let wrong = || (top.line("source"), "sources are written as `[[source]]` sections".to_owned());
            let DeValue::Array(items) = value.get_ref() else { return Err(wrong()) };
            for item in items {
                let DeValue::Table(table) = item.get_ref() else { return Err(wrong()) };
                for source in of_section(text, table, line_of(text, item.span().start))? {
                    if source.name == crate::register::SOURCE {
                        let message = "`register` is the name of the register of participants: give the source \
                                       another `name`";
                        return Err((source.line, message.to_owned()));
                    }
                    if let Some(twin) = sources.iter().find(|s| s.name == source.name) {
                        let message = format!(
                            "the source of line {} is named `{}` already: give each source a `name` of its own",
                            twin.line, source.name
                        );
                        return Err((source.line, message));
                    }
                    sources.push(source);
                }
            }
        }
        let labels: Vec<(&str, usize)> =
            sources.iter().filter_map(|s| Some((s.label.as_deref()?, s.line))).collect();
        if let Some(clash) = crate::load::labels_clash(&labels) {
            return Err(clash);
        }
        // Where two files contradict each other one of them wins: not by the order of writing.
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        let frameworks =
            top.strings("frameworks")?.unwrap_or_else(|| vec!["2024-01".into(), "2018-06".into()]);
        let twin = frameworks.iter().enumerate().find(|(i, named)| frameworks[..*i].contains(named));
        if let Some((_, twin)) = twin {
            return Err((top.line("frameworks"), format!("`frameworks` names `{twin}` twice")));
        }
        if frameworks.is_empty() {
            return Err((top.line("frameworks"), "`frameworks` must name at least one version".to_owned()));
        }
        let known: Vec<&str> = measure::framework::shipped().iter().map(|(id, _)| *id).collect();
        let is_file = |named: &str| named.ends_with(".toml");
        if let Some(wrong) =
            frameworks.iter().find(|named| !is_file(named) && !known.contains(&named.as_str()))
        {
            let message = format!(
                "unknown framework `{wrong}`: known are {}; a framework of your own is named by its file, which ends in .toml",
                known.join(", ")
            );
            return Err((top.line("frameworks"), message));
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let data = PathBuf::from(top.required("data", "the folder for everything the observatory writes")?);
        let store = match top.string("store")? {
            None => format!("sqlite:{}?mode=rwc", data.join("store.sqlite").display()),
            Some(url) if ["sqlite:", "postgres://", "postgresql://"].iter().any(|s| url.starts_with(s)) => {
                url
            }
            Some(_) => {
                let message = "`store` must be a URL that begins with sqlite: or postgres://";
                return Err((top.line("store"), message.to_owned()));
            }
        };
        Ok(Config {
            data,
            store,
            frameworks,
            reference_skew_days_max: top.number("reference_skew_days_max", 31, 0, 36_500)? as u32,
            admission: Limits {
                shrink_percent_max: top.number("shrink_percent_max", 30, 1, 100)? as u8,
                unreadable_percent_max: top.number("unreadable_percent_max", 20, 0, 100)? as u8,
            },
            full_feed_share_percent_min: top.number("full_feed_share_percent_min", 75, 1, 100)? as u8,
            peers_min_visible: top.number("peers_min_visible", 2, 2, 10_000)? as u32,
            route_servers: asns(&top, "route_servers")?,
            gap_seconds_max: top.number("gap_seconds_max", 3_600, 1, 2_678_400)? as i64,
            threads: top.number("threads", cores as u64, 1, 1_024)? as usize,
            memory_mib: top.number("memory_mib", 512, 64, 1_048_576)? as usize,
            checkpoint_seconds: top.number("checkpoint_seconds", 30, 0, 86_400)?,
            treat_as_public: top.strings("treat_as_public")?.unwrap_or_default(),
            ddos_protection: protectors(&top)?,
            fetch: origin::budget(&top)?,
            run: run::of(&top)?,
            keys: keys::of(&top)?,
            sources,
        })
    }
}

/// A list of AS numbers, in their order.
fn asns(top: &Section<'_>, key: &str) -> Result<Vec<Asn>, Wrong> {
    let wrong = |text| (top.line(key), format!("`{key}` lists AS numbers like \"AS64496\", not \"{text}\""));
    let listed = top.strings(key)?.unwrap_or_default();
    let asns = listed.into_iter().map(|text| text.parse::<Asn>().map_err(|_| wrong(text)));
    let asns: BTreeSet<Asn> = asns.collect::<Result<_, _>>()?;
    Ok(asns.into_iter().collect())
}

/// The list of networks that protect others: the one given, or the shipped one.
fn protectors(top: &Section<'_>) -> Result<Protectors, Wrong> {
    let Some(entries) = top.strings("ddos_protection")? else { return Ok(Protectors::default()) };
    let read = |text: &String| {
        Protectors::parse_entry(text).ok_or_else(|| {
            let message =
                format!("`{text}` must be like \"AS64500 Example Shield: what the entry rests on\"");
            (top.line("ddos_protection"), message)
        })
    };
    Ok(Protectors::new(entries.iter().map(read).collect::<Result<_, _>>()?))
}

/// The sources of one `[[source]]`: one, or as many as its preset has files.
fn of_section(text: &str, table: &DeTable<'_>, line: usize) -> Result<Vec<Source>, Wrong> {
    let every_key: Vec<&str> = SOURCE_KEYS.iter().chain(KINDS.iter().flat_map(|k| k.keys)).copied().collect();
    let section = Section::new(text, table, line, &every_key)?;
    let names = || KINDS.iter().map(|k| k.name);
    let listed = || KINDS.iter().map(|k| format!("\n  {:<14} {}", k.name, k.meaning)).collect::<String>();
    let preset = origin::preset(&section)?;
    let kind_name = match preset {
        Some(preset) => preset.feeds[0].kind.to_owned(),
        None => section.required("kind", &format!("it is one of{}", listed()))?,
    };
    let kind = KINDS.iter().find(|k| k.name == kind_name).ok_or_else(|| {
        let hint = match nearest(&kind_name, names()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("it is one of{}", listed()),
        };
        (section.line("kind"), format!("unknown kind `{kind_name}`: {hint}"))
    })?;
    let allowed: Vec<&str> = SOURCE_KEYS.iter().chain(kind.keys).copied().collect();
    if let Some(key) = section.values.keys().find(|k| !allowed.contains(&k.as_str())) {
        let message =
            format!("`{key}` means nothing for kind `{}`: it takes {}", kind.name, allowed.join(", "));
        return Err((section.line(key), message));
    }
    let collector = section.string("collector")?;
    let origins = origin::origins(&section, preset, collector.as_deref())?;
    let authority = match preset {
        Some(preset) => preset.authority.map(str::to_owned),
        None => section.string("authority")?,
    };
    if kind.keys.contains(&"authority") && authority.is_none() {
        return Err((
            line,
            "`authority` is missing: the registry's name, such as \"RIPE\" or \"RADB\"".into(),
        ));
    }
    let programme = match kind.keys.contains(&"programme") {
        true => Some(programme_of(&section)?),
        false => None,
    };
    let label = match kind.keys.contains(&"label") {
        true => Some(label_of(&section)?),
        false => None,
    };
    let own = match preset {
        Some(_) => collector.as_ref(),
        None => collector.as_ref().or(authority.as_ref()).or(programme.map(|p| &p.id)).or(label.as_ref()),
    };
    let first = preset.map_or(kind.name, |p| p.name);
    let name =
        section.string("name")?.unwrap_or_else(|| own.map_or(first.to_owned(), |o| format!("{first} {o}")));
    let excerpt = section.flag("excerpt")?;
    let licence = section.string("licence")?.or(preset.map(|p| p.licence.to_owned()));
    let age_hours_max = match section.number("age_hours_max", 0, 1, 1_000_000)? {
        0 => preset.map(|p| p.age_hours_max),
        hours => Some(hours as u32),
    };
    let date = section.time("date")?;
    let source = |origin: Origin| Source {
        kind: kind.kind,
        name: if origin.part.is_empty() { name.clone() } else { format!("{name} {}", origin.part) },
        path: origin.path,
        url: origin.url,
        cadence: origin.cadence,
        licence: licence.clone(),
        age_hours_max,
        date,
        collector: collector.clone(),
        authority: authority.clone(),
        programme,
        label: label.clone(),
        excerpt,
        line,
    };
    Ok(origins.into_iter().map(source).collect())
}

/// What a section calls its foreign series.
fn label_of(section: &Section<'_>) -> Result<String, Wrong> {
    let label =
        section.required("label", "what the series is and whose, such as \"Original Observatory, 2022\"")?;
    match crate::load::series_name(&label).is_empty() {
        true => Err((section.line("label"), "`label` needs a letter or a digit of ASCII".to_owned())),
        false => Ok(label),
    }
}

/// The programme that a section names.
fn programme_of(section: &Section<'_>) -> Result<&'static programme::Programme, Wrong> {
    let known: Vec<&str> = programme::shipped().iter().map(|p| p.id.as_str()).collect();
    let id = section.required("programme", &format!("it is one of {}", known.join(", ")))?;
    programme::load(&id).map_err(|unknown| (section.line("programme"), unknown.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        let (line, message) = Config::parse(text).unwrap_err();
        format!("{line}: {message}")
    }

    #[test]
    fn a_whole_configuration() {
        let config = Config::parse(
            "data = \"x\"\nthreads = 2\n[[source]]\nkind = \"irr\"\nauthority = \"RIPE\"\npath = \"a\"\ndate = 2024-05-31\n",
        )
        .unwrap();
        assert_eq!(config.sources[0].name, "irr RIPE");
        assert_eq!(config.sources[0].date.unwrap().to_string(), "2024-05-31T00:00:00Z");
        assert_eq!(config.reference_skew_days_max, 31);
    }

    #[test]
    fn wrong_words_are_named_with_the_nearest_right_one() {
        assert_eq!(wrong("dat = \"x\""), "1: unknown key `dat`: did you mean `data`?");
        assert_eq!(
            wrong("data = \"x\"\n[[source]]\nkind = \"vrp\"\npath = \"a\""),
            "3: unknown kind `vrp`: did you mean `vrps`?"
        );
        assert_eq!(
            wrong("data = \"x\"\n[[source]]\nkind = \"vrps\"\npath = \"a\"\nauthority = \"RIPE\""),
            "5: `authority` means nothing for kind `vrps`: it takes kind, preset, name, path, url, \
             cadence, licence, age_hours_max, date"
        );
        assert_eq!(
            wrong("data = \"x\"\n\n[[source]]\nkind = \"vrps\"\npth = \"a\""),
            "5: unknown key `pth`: did you mean `path`?"
        );
    }

    #[test]
    fn values_are_checked() {
        assert!(wrong("data = 3").starts_with("1: `data` must be a text"));
        assert!(wrong("data = \"x\"\nstore = \"mysql://x\"").starts_with("2: `store` must be a URL"));
        assert!(wrong("threads = 1").contains("`data` is missing"));
        assert!(wrong("data = \"x\"\nthreads = 0").starts_with("2: `threads` must be a whole number from 1"));
        assert!(wrong("data = \"x\"\nframeworks = [\"2024-02\"]").contains("known are"));
        assert!(
            wrong("data = \"x\"\n[[source]]\nkind = \"irr\"\npath = \"a\"")
                .contains("`authority` is missing")
        );
        assert!(
            wrong("data = \"x\"\n[[source]]\nkind=\"vrps\"\npath=\"a\"\ndate=\"May\"")
                .starts_with("5: `date`")
        );
        assert_eq!(
            wrong("data = \"x\"\n[[source]]\nkind=\"participants\"\npath=\"a\"\nprogramme=\"isps\""),
            "5: there is no programme `isps`: known are network-operators, ixps, cdns-and-clouds, equipment-vendors"
        );
        assert!(
            wrong("data = \"x\"\n[[source]]\nkind=\"participants\"\npath=\"a\"")
                .starts_with("2: `programme` is missing")
        );
        assert!(wrong("data = \n").starts_with("1: "));
    }

    #[test]
    fn every_kind_has_one_row() {
        for (i, row) in KINDS.iter().enumerate() {
            assert!(KINDS[..i].iter().all(|k| k.kind != row.kind && k.name != row.name));
            assert_eq!(row.kind.row().name, row.name);
        }
    }
}
