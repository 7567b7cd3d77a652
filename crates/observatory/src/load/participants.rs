//! Lists of participants: dated, admitted and chosen as registrations are; lists of other days tell since when
//! a network belongs to its participant.

use std::collections::BTreeMap;

use anyhow::Result;
use programme::{Participant, Programme, history};
use routing::{Date, Month};

use super::choose::nearest;
use super::parse::snapshots;
use super::{Admission, Snapshot, SourceFile};
use crate::config::{Config, SourceKind};
use crate::progress::Progress;

/// The participants of one source in a month.
pub struct ParticipantList {
    /// Index of the source.
    pub source: usize,
    /// The programme.
    pub programme: &'static Programme,
    /// The day of the list.
    pub day: Date,
    /// Its participants, in the order of the list.
    pub participants: Vec<Participant>,
}

/// Reads every list and chooses for each source the one a month goes by: the last within the month, otherwise
/// the nearest. Whoever was approved after the month is left out.
pub fn load_participants(
    config: &Config,
    month: Month,
    files: &mut [Vec<SourceFile>],
    admission: &Admission,
    progress: &Progress,
) -> Result<Vec<ParticipantList>> {
    let sources = config.sources.iter().enumerate().filter(|(_, s)| s.kind == SourceKind::Participants);
    let sources: Vec<_> = sources.collect();
    let stage = progress.stage("reading participants", sources.len() as u64);
    let mut lists = Vec::new();
    for (index, source) in sources {
        let programme = source.programme.expect("a source of participants has its programme");
        let parse = |input, faults: &mut _| programme::parse(input, programme, faults);
        let found = snapshots(index, source, &mut files[index], parse)?;
        let whole = |_: &Snapshot<Vec<Participant>>| String::new();
        let admitted = admission.examine(&source.name, found, &mut files[index], whole);
        // A day's list may come in several files.
        let mut days: BTreeMap<Date, Vec<Participant>> = BTreeMap::new();
        for snapshot in &admitted {
            days.entry(snapshot.as_of.date()).or_default().extend(snapshot.data.iter().cloned());
        }
        for participants in days.values_mut() {
            participants.sort_by(|a, b| a.id.cmp(&b.id));
            participants.dedup_by(|b, a| a.id == b.id);
        }
        let by_day: Vec<(Date, &[Participant])> = days.iter().map(|(day, list)| (*day, &list[..])).collect();
        let chosen = nearest(month, config.reference_skew_days_max, admitted, files, |s| s.source);
        if let Some(first) = chosen.first() {
            let day = first.as_of.date();
            let in_time =
                |p: &Participant| p.approved.is_none_or(|approved| approved.start() < month.span().end);
            let participants = history(&by_day, day).into_iter().filter(in_time).collect();
            lists.push(ParticipantList { source: index, programme, day, participants });
        }
        stage.step(1);
    }
    Ok(lists)
}
