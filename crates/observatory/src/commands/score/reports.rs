//! Daily bogon reports as what M3 is counted from.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, bail};
use detect::BogonClass;
use measure::Value;
use measure::framework::Framework;
use measure::m3_bogon_prefix::{self, BogonEvent, of_day};
use reference::bogons::{self, BogonTable};
use routing::{Asn, Date, FaultCounts, Month, Unknown};

/// The reports of a folder.
pub struct Reports {
    days: BTreeSet<Date>,
    events: BTreeMap<Asn, Vec<BogonEvent>>,
}

impl Reports {
    /// Reads every file of a folder that has a day in its name.
    pub fn read(folder: &Path) -> Result<Reports> {
        let mut reports = Reports { days: BTreeSet::new(), events: BTreeMap::new() };
        let reserved = BogonTable::new([], [], []);
        let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
        let mut paths = entries.map(|e| Ok(e?.path())).collect::<std::io::Result<Vec<_>>>()?;
        paths.sort();
        for path in paths {
            let named = path.file_name().and_then(|name| name.to_str());
            let Some(day) = named.and_then(Date::find_in) else { continue };
            if !reports.days.insert(day) {
                bail!("{}: there is another report of {day}", path.display());
            }
            let mut faults = FaultCounts::default();
            let input = BufReader::new(fetch::open(&path)?);
            let report =
                bogons::parse_cidr_report(input, &mut faults).with_context(|| path.display().to_string())?;
            if faults.skipped() > 0 {
                eprintln!("{}: {} lines cannot be read and are left out", path.display(), faults.skipped());
            }
            let set = reserved.at(day);
            for line in report.content {
                // A report names what registries keep back; what IANA keeps back is a full bogon whoever reports it.
                let full = set.contains(line.prefix).is_some_and(|m| m.class == bogons::BogonClass::Full);
                let class = if full { BogonClass::Full } else { BogonClass::Administrative };
                reports.events.entry(line.origin).or_default().push(of_day(day, class));
            }
        }
        if reports.days.is_empty() {
            bail!("{}: no file has a day in its name, such as 20180425.txt.gz", folder.display());
        }
        Ok(reports)
    }

    /// M3 of a network and month; `None` where no day of the month is reported.
    pub fn m3(&self, framework: &Framework, asn: Asn, month: Month) -> Option<f64> {
        let span = month.span();
        let reported = self.days.iter().any(|day| span.contains(day.start()));
        let events = self.events.get(&asn).map_or(&[][..], Vec::as_slice);
        let known = if reported { Ok(events) } else { Err(Unknown::because("no report of the month")) };
        m3_bogon_prefix::measure(framework, span, known).ok().map(Value::to_f64)
    }
}
