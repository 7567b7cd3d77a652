use programme::{Column, Programme};
use store::{AggregateRow, GradeCounts, ProgrammeRow};

use crate::area::grades;
use crate::bar::SmallBar;
use crate::edition::Chosen;
use crate::format::{Count, Score};
use crate::score::{ScoreWords, score_words};

/// The figures of a programme.
pub(crate) struct Figures {
    pub(crate) participants: Count,
    /// Their networks; `None` where lists of the programme name none.
    pub(crate) networks: Option<Count>,
    /// Economies they serve; `None` where lists of the programme name none.
    pub(crate) economies: Option<Count>,
    pub(crate) scores: Vec<Compared>,
}

/// One score of the participants' networks beside that of all networks.
pub(crate) struct Compared {
    pub(crate) words: ScoreWords,
    pub(crate) theirs: (Option<Score>, SmallBar),
    pub(crate) everybody: Option<(Option<Score>, SmallBar)>,
}

impl Figures {
    pub(crate) fn new(
        chosen: &Chosen,
        programme: &Programme,
        row: &ProgrammeRow,
        world: Option<&AggregateRow>,
    ) -> Figures {
        let compared = |score: &GradeCounts| {
            let everybody = world.and_then(|world| world.scores.iter().find(|s| s.key == score.key));
            Compared {
                words: score_words(chosen.rules, &score.key),
                theirs: graded(score),
                everybody: everybody.map(graded),
            }
        };
        let networks = programme.has(Column::Networks);
        Figures {
            participants: Count(row.participants),
            networks: networks.then_some(Count(row.asns)),
            economies: programme.has(Column::Areas).then_some(Count(row.economies)),
            scores: if networks { row.scores.iter().map(compared).collect() } else { Vec::new() },
        }
    }
}

fn graded(score: &GradeCounts) -> (Option<Score>, SmallBar) {
    (score.mean.map(Score), grades(score).small())
}
