//! Third parties' events: told by their own times, never by the day of their file.

use std::collections::BTreeMap;

use anyhow::Result;
use pipeline::opinions::time;
use reference::Parsed;
use reference::opinions::{Opinion, bgpstream_com, grip, radar};
use routing::Month;

use super::SourceFile;
use super::choose::skew;
use super::parse::snapshots;
use crate::config::{Config, SourceKind};

/// An opinion with the place of the source it was read from.
pub struct Said {
    /// Index of the source.
    pub source: usize,
    /// The opinion.
    pub opinion: Opinion,
}

/// Reads what others say of a month, by time and id. One that several files hold counts once; where they differ,
/// the version that says more.
pub fn load_opinions(config: &Config, month: Month, files: &mut [Vec<SourceFile>]) -> Result<Vec<Said>> {
    let span = month.span();
    let mut said: BTreeMap<String, Said> = BTreeMap::new();
    for (index, source) in config.sources.iter().enumerate() {
        if source.kind.publisher().is_none() {
            continue;
        }
        let kind = source.kind;
        let parse = |input, faults: &mut _| {
            let parsed = match kind {
                SourceKind::GripEvents => grip::parse(input, faults),
                SourceKind::RadarEvents => radar::parse(input, faults),
                _ => bgpstream_com::parse(input, faults),
            }?;
            // A file without an event speaks of no day; it need not be dated to be left out.
            Ok(Parsed { stated: parsed.stated.or(Some(span.start)), ..parsed })
        };
        for snapshot in snapshots(index, source, &mut files[index], parse)? {
            let file = &mut files[index][snapshot.file];
            let all = snapshot.data.len();
            let within = |opinion: &Opinion| time(opinion).clip(span).is_some();
            let own: Vec<Opinion> = snapshot.data.into_iter().filter(within).collect();
            file.records_outside = (all - own.len()) as u64;
            file.used = !own.is_empty();
            let (days, words) = skew(month, snapshot.as_of);
            file.skew_days = Some(if file.used { 0 } else { days });
            file.status = match (own.len(), all) {
                (0, 0) => {
                    (file.as_of, file.skew_days) = (None, None);
                    "not used: it holds no event".to_owned()
                }
                (0, _) => format!("not used: no event of the month, the last one {words}"),
                (1, _) => "used: 1 event of the month".to_owned(),
                (n, _) => format!("used: {n} events of the month"),
            };
            for opinion in own {
                let new = Said { source: index, opinion };
                let known = said.get(&new.opinion.id);
                if known.is_none_or(|known| knowledge(&known.opinion) < knowledge(&new.opinion)) {
                    said.insert(new.opinion.id.clone(), new);
                }
            }
        }
    }
    let mut said: Vec<Said> = said.into_values().collect();
    said.sort_by(|a, b| (a.opinion.start, &a.opinion.id).cmp(&(b.opinion.start, &b.opinion.id)));
    Ok(said)
}

/// How much an opinion says; the rest of it makes the order total, so that files may come in any order.
fn knowledge(opinion: &Opinion) -> (bool, usize, usize, &Opinion) {
    let named = opinion.culprits.len() + opinion.victims.len() + opinion.prefixes.len();
    (opinion.end.is_some(), named, opinion.details.len() + opinion.tags.len(), opinion)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::discover;
    use crate::progress::Progress;

    #[test]
    fn events_of_the_month_are_told_once_and_every_file_says_what_became_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let event = |id: u32, day: &str, more: &str| {
            format!("{{\"id\":{id},\"leak_asn\":64500,\"min_ts\":\"{day}T12:00:00\"{more}}}")
        };
        let ended = ",\"max_ts\":\"2024-05-02T13:00:00\"";
        for (name, text) in [
            ("1.json", format!("[{},{}]", event(1, "2024-04-30", ""), event(2, "2024-05-02", ""))),
            ("2.json", format!("[{},{}]", event(2, "2024-05-02", ended), event(3, "2024-05-01", ""))),
            ("3.json", format!("[{}]", event(4, "2024-06-09", ""))),
            ("4.json", "[]".to_owned()),
            ("5.json", "<html>".to_owned()),
            // Began before the month and lasts into it.
            ("6.json", format!("[{}]", event(5, "2024-04-30", ended))),
        ] {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let path = dir.path().join("*.json");
        let text = format!("data = \"x\"\n[[source]]\nkind = \"radar_events\"\npath = {path:?}\n");
        let config = Config::parse(&text).unwrap();
        let month: Month = "2024-05".parse().unwrap();
        let mut files = discover(&config, month, &Progress::new(false)).unwrap();
        let said = load_opinions(&config, month, &mut files).unwrap();
        let told: Vec<(&str, bool)> =
            said.iter().map(|said| (said.opinion.id.as_str(), said.opinion.end.is_some())).collect();
        assert_eq!(told, [("radar-leak-5", true), ("radar-leak-3", false), ("radar-leak-2", true)]);
        let told: Vec<(bool, &str)> = files[0].iter().map(|f| (f.used, f.status.as_str())).collect();
        let expected = [
            (true, "used: 1 event of the month"),
            (true, "used: 2 events of the month"),
            (false, "not used: no event of the month, the last one 9 days after the month"),
            (false, "not used: it holds no event"),
            (false, "not admitted: this is not Cloudflare Radar events"),
            (true, "used: 1 event of the month"),
        ];
        assert_eq!(told.len(), expected.len());
        for ((used, told), (wanted, begin)) in told.iter().zip(expected) {
            assert!(*used == wanted && told.starts_with(begin), "{told}");
        }
        assert_eq!(files[0][0].records_outside, 1);
    }
}
