//! What a foreign series states of participants, item by item, beside what our register and lists state. Both are
//! statements, not measurements: where they differ, that is named and nobody is called wrong.

use std::collections::BTreeMap;

use programme::Programme;
use store::{ForeignRow, ParticipantRow};

use crate::Site;
use crate::edition::Chosen;
use crate::format::Count;
use crate::link::Link;
use crate::participant::{path_of, titles};
use crate::refusal::Refusal;
use crate::sign::Sign;

/// Differences that a page lists; a participant's page has all of its own.
const DIFFERENCES_MAX: usize = 50;

/// How two statements of one item stand to each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Stand {
    Same,
    Differs,
    OnlyOurs,
    OnlyTheirs,
}

impl Stand {
    const ALL: [Stand; 4] = [Stand::Same, Stand::Differs, Stand::OnlyOurs, Stand::OnlyTheirs];

    /// `None` where neither states anything.
    fn of(ours: Option<&str>, theirs: Option<&str>) -> Option<Stand> {
        match (ours, theirs) {
            (None, None) => None,
            (Some(ours), Some(theirs)) if ours == theirs => Some(Stand::Same),
            (Some(_), Some(_)) => Some(Stand::Differs),
            (Some(_), None) => Some(Stand::OnlyOurs),
            (None, Some(_)) => Some(Stand::OnlyTheirs),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Stand::Same => "the same",
            Stand::Differs => "differs",
            Stand::OnlyOurs => "only ours states it",
            Stand::OnlyTheirs => "only theirs states it",
        }
    }
}

/// One item of a participant.
pub(crate) struct Flag {
    pub(crate) item: String,
    pub(crate) ours: Sign,
    pub(crate) theirs: Sign,
    pub(crate) difference: &'static str,
}

/// What one series states of a participant.
pub(crate) struct Stated {
    pub(crate) label: String,
    pub(crate) link: Link,
    pub(crate) day: String,
    pub(crate) source: String,
    pub(crate) flags: Vec<Flag>,
}

fn flags(programme: &Programme, ours: &ParticipantRow, theirs: &ForeignRow) -> Vec<(Stand, Flag)> {
    let one = |(key, item): (&str, String)| {
        let (a, b) = (ours.conformance.get(key), theirs.stated.get(key));
        let (a, b) = (a.map(String::as_str), b.map(String::as_str));
        let stand = Stand::of(a, b)?;
        let flag = Flag {
            item,
            ours: Sign::conformance(a),
            theirs: Sign::conformance(b),
            difference: stand.words(),
        };
        Some((stand, flag))
    };
    titles(programme).into_iter().filter_map(one).collect()
}

/// What the foreign series of the month state of a participant.
pub(crate) async fn of_participant(
    site: &Site,
    chosen: &Chosen,
    programme: &Programme,
    row: &ParticipantRow,
) -> Result<Vec<Stated>, Refusal> {
    let subject = format!("{}/{}", row.programme, row.id);
    let theirs = site.store.foreign_of_subject(chosen.edition.id, &subject).await?;
    if theirs.iter().all(|theirs| theirs.stated.is_empty()) {
        return Ok(Vec::new());
    }
    let series = site.store.foreign_series(chosen.edition.id).await?;
    let stated = theirs.into_iter().filter(|theirs| !theirs.stated.is_empty()).map(|theirs| Stated {
        label: series
            .iter()
            .find(|s| s.series == theirs.series)
            .map_or_else(|| theirs.series.clone(), |s| s.label.clone()),
        link: chosen.link_to(format!("/foreign/{}", theirs.series)),
        flags: flags(programme, row, &theirs).into_iter().map(|(_, flag)| flag).collect(),
        day: theirs.day,
        source: theirs.source,
    });
    Ok(stated.collect())
}

/// What a series states of the participants of one programme, beside ours.
pub(crate) struct OfProgramme {
    pub(crate) title: &'static str,
    /// Participants of theirs of whom anything is stated, and how many of those are among ours.
    pub(crate) theirs: Count,
    pub(crate) both: Count,
    /// By item: its title and how many are the same, differ, only ours, only theirs.
    pub(crate) items: Vec<(String, [Count; 4])>,
    pub(crate) differences: Vec<Difference>,
    pub(crate) more: usize,
}

/// An item of which the two state something else.
pub(crate) struct Difference {
    pub(crate) name: String,
    pub(crate) link: Link,
    pub(crate) flag: Flag,
}

/// The same of a whole series, programme by programme.
pub(crate) fn of_series(chosen: &Chosen, rows: &[ForeignRow]) -> Vec<OfProgramme> {
    let ours: BTreeMap<(&str, &str), &ParticipantRow> = chosen
        .edition
        .participants
        .iter()
        .map(|row| ((row.programme.as_str(), row.id.as_str()), row))
        .collect();
    let mut all = Vec::new();
    for programme in programme::shipped() {
        let of = |row: &&ForeignRow| row.participant.as_ref().is_some_and(|(of, _)| *of == programme.id);
        let theirs: Vec<&ForeignRow> = rows.iter().filter(of).filter(|row| !row.stated.is_empty()).collect();
        if theirs.is_empty() {
            continue;
        }
        let (mut both, mut differences) = (0, Vec::new());
        let mut counts: BTreeMap<String, [u64; 4]> = BTreeMap::new();
        for row in &theirs {
            let Some((_, id)) = &row.participant else { continue };
            let Some(own) = ours.get(&(programme.id.as_str(), id.as_str())) else { continue };
            both += 1;
            for (stand, flag) in flags(programme, own, row) {
                let place = Stand::ALL.iter().position(|known| *known == stand).unwrap_or_default();
                counts.entry(flag.item.clone()).or_default()[place] += 1;
                if stand == Stand::Differs {
                    let link = chosen.link_to(path_of(&programme.id, id));
                    differences.push(Difference { name: own.organisation.clone(), link, flag });
                }
            }
        }
        let more = differences.len().saturating_sub(DIFFERENCES_MAX);
        differences.truncate(DIFFERENCES_MAX);
        all.push(OfProgramme {
            title: &programme.title,
            theirs: Count(theirs.len() as u64),
            both: Count(both),
            items: titles(programme)
                .into_iter()
                .filter_map(|(_, title)| Some((title.clone(), counts.get(&title)?.map(Count))))
                .collect(),
            differences,
            more,
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_statements_are_the_same_differ_or_are_one_sided() {
        let stand = |a, b| Stand::of(a, b).map(Stand::words);
        assert_eq!(stand(None, None), None);
        assert_eq!(stand(Some("pending"), Some("pending")), Some("the same"));
        assert_eq!(stand(Some("conformant"), Some("pending")), Some("differs"));
        assert_eq!(stand(Some("conformant"), None), Some("only ours states it"));
        assert_eq!(stand(None, Some("planned")), Some("only theirs states it"));
    }
}
