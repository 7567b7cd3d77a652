use anyhow::Result;
use reference::spoofer::{self, SpooferTable};
use routing::Month;

use super::SourceFile;
use super::choose::skew;
use super::parse::snapshots;
use crate::config::{Config, SourceKind};

/// Reads Spoofer's sessions; `None` when no file could be read.
///
/// Sessions carry their own time, so every page is read and those of the month count. They are events, not
/// registrations: a page may hold as few as it likes, and none is preferred for its day.
pub fn load_spoofer(
    config: &Config,
    month: Month,
    files: &mut [Vec<SourceFile>],
) -> Result<Option<SpooferTable>> {
    let span = month.span();
    let mut pages = Vec::new();
    for (index, source) in config.sources.iter().enumerate().filter(|(_, s)| s.kind == SourceKind::Spoofer) {
        // A page without a session speaks of no day; it need not be dated to be left out.
        let parse = |input, faults: &mut _| {
            let page = spoofer::parse(input, faults)?;
            Ok(reference::Parsed { stated: page.stated.or(Some(span.start)), ..page })
        };
        pages.extend(snapshots(index, source, &mut files[index], parse)?);
    }
    for page in &pages {
        let file = &mut files[page.source][page.file];
        let all = &page.data.sessions;
        let within = all.iter().filter(|s| span.contains(s.time)).count();
        file.records_outside = (all.len() - within) as u64;
        file.used = within > 0;
        let (days, words) = skew(month, page.as_of);
        file.skew_days = Some(if file.used { 0 } else { days });
        file.status = match (within, all.len()) {
            (0, 0) => {
                (file.as_of, file.skew_days) = (None, None);
                "not used: it holds no public session".to_owned()
            }
            (0, _) => format!("not used: no session of the month, the last one {words}"),
            (1, _) => "used: 1 session of the month".to_owned(),
            (n, _) => format!("used: {n} sessions of the month"),
        };
        if page.data.not_public > 0 {
            file.status.push_str(&format!("; {} not public left out", page.data.not_public));
        }
    }
    if pages.is_empty() {
        return Ok(None);
    }
    Ok(Some(SpooferTable::new(pages.into_iter().flat_map(|page| page.data.sessions))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::discover;
    use crate::progress::Progress;

    fn page(sessions: &[(u64, &str, &str)]) -> String {
        let session = |(id, day, more): &(u64, &str, &str)| {
            format!(
                "{{\"session\":{id},\"timestamp\":\"{day}T12:00:00+00:00\",\"asn4\":\"64500\",\
                 \"client4\":\"192.0.2.0/24\",\"routedspoof\":\"received\"{more}}}"
            )
        };
        let all: Vec<String> = sessions.iter().map(session).collect();
        format!("{{\"hydra:member\":[{}]}}", all.join(","))
    }

    #[test]
    fn every_page_is_read_and_says_what_became_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let broken = page(&[(9, "2024-05-02", "")]);
        for (name, text) in [
            ("1.json", page(&[(1, "2024-04-30", ""), (2, "2024-05-01", "")])),
            ("2.json", page(&[(2, "2024-05-01", ""), (3, "2024-05-31", ""), (4, "2024-06-01", "")])),
            ("3.json", page(&[(5, "2024-05-09", ""), (6, "2024-05-10", ",\"public\":false")])),
            ("4.json", page(&[(7, "2024-06-09", "")])),
            ("5.json", page(&[])),
            ("6.json", "<html>".to_owned()),
            ("7.json", broken[..broken.len() - 2].to_owned()),
        ] {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let path = dir.path().join("*.json");
        let text = format!("data = \"x\"\n[[source]]\nkind = \"spoofer\"\npath = {path:?}\n");
        let config = Config::parse(&text).unwrap();
        let month: Month = "2024-05".parse().unwrap();
        let mut files = discover(&config, month, &Progress::new(false)).unwrap();
        let table = load_spoofer(&config, month, &mut files).unwrap().unwrap();
        assert_eq!(table.within(month.span()).unwrap().0, 3, "sessions 2, 3 and 5");
        let told: Vec<(bool, &str)> = files[0].iter().map(|f| (f.used, f.status.as_str())).collect();
        let expected = [
            (true, "used: 1 session of the month"),
            (true, "used: 2 sessions of the month"),
            (true, "used: 1 session of the month; 1 not public left out"),
            (false, "not used: no session of the month, the last one 9 days after the month"),
            (false, "not used: it holds no public session"),
            (false, "not admitted: this is not Spoofer sessions"),
            (false, "not admitted: the text breaks off in the middle"),
        ];
        assert_eq!(told.len(), expected.len());
        for ((used, told), (wanted, begin)) in told.iter().zip(expected) {
            assert!(*used == wanted && told.starts_with(begin), "{told}");
        }
        assert_eq!(files[0][1].records_outside, 1);
    }

    #[test]
    fn nothing_readable_is_nothing() {
        let config = Config::parse("data = \"x\"\n").unwrap();
        assert_eq!(load_spoofer(&config, "2024-05".parse().unwrap(), &mut []).unwrap(), None);
    }
}
