//! Where a source's files come from: `path`, `url` or `preset`.

use fetch::{Budget, Cadence, PRESETS, Preset, UrlTemplate};

use super::parse::{Section, Wrong};
use super::{KINDS, SourceKind, nearest};

/// Where the files of one source come from; a preset may bring several.
pub struct Origin {
    /// What it is called beside the source's name; empty where there is only one.
    pub part: &'static str,
    /// Path or glob, or the URL as written.
    pub path: String,
    /// What to fetch; `None` for files that are there.
    pub url: Option<UrlTemplate>,
    /// How often something new appears.
    pub cadence: Option<Cadence>,
}

/// The preset that a source names.
pub fn preset(section: &Section<'_>) -> Result<Option<&'static Preset>, Wrong> {
    let Some(name) = section.string("preset")? else { return Ok(None) };
    let line = section.line("preset");
    let preset = Preset::named(&name).ok_or_else(|| {
        let hint = match nearest(&name, PRESETS.iter().map(|p| p.name)) {
            Some(word) => format!("did you mean `{word}`?"),
            None => "`observatory sources --presets` lists them".to_owned(),
        };
        (line, format!("unknown preset `{name}`: {hint}"))
    })?;
    for key in ["kind", "authority"] {
        if section.has(key) {
            return Err((section.line(key), format!("`{key}` comes from the preset `{name}`: leave it out")));
        }
    }
    if section.has("path") {
        return Err((section.line("path"), "`path` and `preset` exclude each other".to_owned()));
    }
    Ok(Some(preset))
}

/// The origins of a source: exactly one of `path`, `url` and `preset`, or a preset from another `url`.
pub fn origins(
    section: &Section<'_>,
    preset: Option<&'static Preset>,
    collector: Option<&str>,
) -> Result<Vec<Origin>, Wrong> {
    let (path, url) = (section.string("path")?, section.string("url")?);
    let paged = url.as_deref().is_some_and(|u| u.contains("{page}"));
    if paged && section.string("kind")?.as_deref() != Some(SourceKind::Spoofer.row().name) {
        return Err((section.line("url"), "`{page}` is for the pages of kind `spoofer` only".to_owned()));
    }
    if url.as_deref().is_some_and(|u| u.starts_with("rtr:")) {
        let kind = preset.map(|p| p.feeds[0].kind.to_owned()).or(section.string("kind")?);
        if !KINDS.iter().any(|k| k.kind.is_of_caches() && Some(k.name) == kind.as_deref()) {
            let message = "`rtr:` is for RPKI caches, which serve the kinds `vrps` and `aspas` only";
            return Err((section.line("url"), message.to_owned()));
        }
    }
    let cadence = match section.string("cadence")? {
        None => None,
        Some(text) => Some(text.parse::<Cadence>().map_err(|e| (section.line("cadence"), e))?),
    };
    match (path.filter(|p| !p.is_empty()), url, preset) {
        (Some(_), Some(_), _) => {
            let message = "`path` and `url` exclude each other: files that are there have a path, files to \
                           fetch a URL";
            Err((section.line("url"), message.to_owned()))
        }
        (Some(path), None, _) => {
            if let Some(key) = ["cadence", "age_hours_max"].into_iter().find(|key| section.has(key)) {
                return Err((section.line(key), format!("`{key}` means nothing without `url` or `preset`")));
            }
            Ok(vec![Origin { part: "", path, url: None, cadence: None }])
        }
        (None, Some(url), preset) => {
            let line = section.line("url");
            let one = preset.filter(|p| p.feeds.len() == 1).and_then(|p| p.feeds[0].cadence.parse().ok());
            if preset.is_some_and(|p| p.feeds.len() > 1) {
                return Err((
                    line,
                    "this preset has several URLs: give each its own source instead".to_owned(),
                ));
            }
            fetched("", &url, cadence.or(one)).map_err(|e| (line, e)).map(|origin| vec![origin])
        }
        (None, None, Some(preset)) => {
            check_collector(section, preset, collector)?;
            let mut all = Vec::new();
            for feed in preset.feeds {
                let of_feed = feed.cadence.parse().expect("the cadences of presets are tested");
                let url = preset.url(feed, collector);
                // A cadence of the configuration is for a preset of one file only: several have their own.
                let chosen = cadence.filter(|_| preset.feeds.len() == 1).unwrap_or(of_feed);
                all.push(fetched(feed.part, &url, Some(chosen)).map_err(|e| (section.line("preset"), e))?);
            }
            if cadence.is_some() && preset.feeds.len() > 1 {
                let message = "this preset has several files with a cadence each: give each its own source \
                               with a `url` instead";
                return Err((section.line("cadence"), message.to_owned()));
            }
            Ok(all)
        }
        (None, None, None) => {
            let message = "`path` is missing: the file or files, as a path or a glob; or `url`, to fetch them; \
                           or `preset`, a public source by its name";
            Err((section.start(), message.to_owned()))
        }
    }
}

fn fetched(part: &'static str, url: &str, cadence: Option<Cadence>) -> Result<Origin, String> {
    let template = UrlTemplate::parse(url).map_err(|e| format!("`{url}`: {e}"))?;
    match cadence {
        _ if !template.is_series() => {}
        None => {
            return Err(
                "`cadence` is missing: how often such a file appears, such as 5m, 2h, 1d or 1mo".to_owned()
            );
        }
        Some(cadence) => template.fits(cadence)?,
    }
    Ok(Origin { part, path: url.to_owned(), url: Some(template), cadence })
}

fn check_collector(section: &Section<'_>, preset: &Preset, collector: Option<&str>) -> Result<(), Wrong> {
    match collector {
        None if preset.is_of_a_collector() => {
            let message = format!(
                "`collector` is missing: preset `{}` is of one, such as {}",
                preset.name, preset.collector
            );
            Err((section.line("preset"), message))
        }
        Some(name) if preset.is_of_a_collector() => {
            let letters = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
            if name.starts_with('.') || name.is_empty() || !name.bytes().all(letters) {
                return Err((section.line("collector"), format!("`{name}` is no collector's name")));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

const FETCH_KEYS: &[&str] = &[
    "bytes_max",
    "expanded_bytes_max",
    "expansion_ratio_max",
    "records_max",
    "total_seconds_max",
    "stall_seconds_max",
    "wait_seconds_max",
    "attempts_max",
    "redirects_max",
];

/// The bounds of `[fetch]`.
pub fn budget(top: &Section<'_>) -> Result<Budget, Wrong> {
    let default = Budget::default();
    let Some(section) = top.section("fetch", FETCH_KEYS)? else { return Ok(default) };
    let seconds = |key: &str, default: std::time::Duration, min: u64| {
        section.number(key, default.as_secs(), min, 604_800).map(std::time::Duration::from_secs)
    };
    Ok(Budget {
        bytes_max: section.number("bytes_max", default.bytes_max, 1, 1 << 50)?,
        expanded_bytes_max: section.number("expanded_bytes_max", default.expanded_bytes_max, 1, 1 << 50)?,
        expansion_ratio_max: section.number(
            "expansion_ratio_max",
            default.expansion_ratio_max,
            1,
            1 << 20,
        )?,
        records_max: section.number("records_max", default.records_max, 1, 1 << 32)?,
        total: seconds("total_seconds_max", default.total, 1)?,
        stall: seconds("stall_seconds_max", default.stall, 1)?,
        wait: seconds("wait_seconds_max", default.wait, 0)?,
        attempts_max: section.number("attempts_max", default.attempts_max.into(), 1, 100)? as u32,
        redirects_max: section.number("redirects_max", default.redirects_max.into(), 0, 20)? as u32,
    })
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, KINDS, Source};

    fn sources(text: &str) -> Vec<Source> {
        Config::parse(&format!("data = \"x\"\n[[source]]\n{text}\n")).unwrap().sources
    }

    #[track_caller]
    fn wrong(text: &str, words: &str) {
        let (line, message) = Config::parse(&format!("data = \"x\"\n[[source]]\n{text}\n")).unwrap_err();
        let shown = format!("{line}: {message}");
        assert!(shown.contains(words), "no `{words}` in `{shown}`");
    }

    #[test]
    fn a_url_beside_a_path() {
        let one =
            &sources("kind = \"vrps\"\nurl = \"https://h/vrps.json\"\nlicence = \"CC0\"\nage_hours_max = 5")
                [0];
        assert_eq!((one.path.as_str(), one.age_hours_max), ("https://h/vrps.json", Some(5)));
        assert!(one.url.is_some() && one.licence.as_deref() == Some("CC0"));
        wrong("kind = \"vrps\"\npath = \"x\"\nurl = \"https://h/\"", "5: `path` and `url` exclude");
        wrong("kind = \"vrps\"", "2: `path` is missing");
        for kind in ["vrps", "aspas"] {
            let cache = &sources(&format!("kind = \"{kind}\"\nurl = \"rtr://cache.example\""))[0];
            assert!(cache.url.as_ref().is_some_and(|u| u.is_cache()));
        }
        wrong("kind = \"irr\"\nauthority = \"RIPE\"\nurl = \"rtr://h\"", "5: `rtr:` is for RPKI caches");
        wrong("preset = \"radb\"\nurl = \"rtr://h\"", "4: `rtr:` is for RPKI caches");
        wrong("kind = \"vrps\"\nurl = \"rtr://h/{YYYY}\"\ncadence = \"1d\"", "4: `rtr://h/{YYYY}`: behind");
        wrong("kind = \"vrps\"\nurl = \"ftp://h/\"", "4: `ftp://h/`: `ftp:` is not fetched");
        wrong("kind = \"vrps\"\nurl = \"https://h/{YYYYMMDD}\"", "4: `cadence` is missing");
        wrong(
            "kind = \"vrps\"\nurl = \"https://h/{YYYYMM}\"\ncadence = \"1d\"",
            "4: files every 1d need `{DD}`",
        );
        wrong("kind = \"vrps\"\nurl = \"https://h/\"\ncadence = \"daily\"", "5: `daily` is no cadence");
        wrong(
            "kind = \"vrps\"\nurl = \"https://h/{page}\"",
            "4: `{page}` is for the pages of kind `spoofer`",
        );
        wrong("kind = \"vrps\"\npath = \"x\"\ncadence = \"1d\"", "5: `cadence` means nothing without");
    }

    #[test]
    fn a_preset_brings_its_files() {
        let all = sources("preset = \"ripe-irr\"");
        let names: Vec<_> = all.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["ripe-irr aut-num", "ripe-irr route", "ripe-irr route6"]);
        assert!(all.iter().all(|s| s.authority.as_deref() == Some("RIPE") && s.age_hours_max == Some(48)));
        let all = sources("preset = \"ripe-ris\"\ncollector = \"rrc06\"");
        assert!(all.iter().all(|s| s.collector.as_deref() == Some("rrc06")));
        assert_eq!(all[1].name, "ripe-ris rrc06 updates");
        let own =
            &sources("preset = \"routinator\"\nurl = \"http://localhost:8323/json\"\nname = \"ours\"")[0];
        assert_eq!((own.name.as_str(), own.path.as_str()), ("ours", "http://localhost:8323/json"));
        wrong("preset = \"ripe-irs\"", "3: unknown preset `ripe-irs`: did you mean `ripe-irr`?");
        wrong("preset = \"ripe-ris\"", "3: `collector` is missing");
        wrong("preset = \"ripe-ris\"\ncollector = \"../x\"", "4: `../x` is no collector's name");
        wrong("preset = \"radb\"\nkind = \"irr\"", "4: `kind` comes from the preset");
        wrong("preset = \"radb\"\ncollector = \"rrc00\"", "4: `collector` means nothing for kind `irr`");
        wrong("preset = \"ripe-irr\"\nurl = \"https://h/\"", "4: this preset has several URLs");
    }

    #[test]
    fn every_preset_is_of_kinds_there_are() {
        for preset in fetch::PRESETS {
            let kind = preset.feeds[0].kind;
            assert!(preset.feeds.iter().all(|f| f.kind == kind), "{}", preset.name);
            let row =
                KINDS.iter().find(|k| k.name == kind).unwrap_or_else(|| panic!("{}: {kind}", preset.name));
            assert_eq!(row.keys.contains(&"authority"), preset.authority.is_some(), "{}", preset.name);
            assert_eq!(row.keys.contains(&"collector"), preset.is_of_a_collector(), "{}", preset.name);
        }
    }

    #[test]
    fn bounds_of_fetching() {
        let config = Config::parse("data = \"x\"\n[fetch]\nstall_seconds_max = 7\n").unwrap();
        assert_eq!(config.fetch.stall.as_secs(), 7);
        let (line, message) = Config::parse("data = \"x\"\n[fetch]\nstall_second_max = 7\n").unwrap_err();
        assert_eq!(line, 3);
        assert!(message.contains("did you mean `stall_seconds_max`?"), "{message}");
    }
}
