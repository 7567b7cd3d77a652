use store::GradeCounts;

/// How many of an economy's networks with data are graded ready. Frameworks grade networks, and means for
/// participants alone: an economy has no grade, so the map shows this share and not a grade.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shade {
    Most,
    Many,
    Some,
    Few,
    /// Networks are registered in it, and none has data.
    NoData,
    /// No network is known.
    Absent,
}

impl Shade {
    /// Those that a legend shows, the best first.
    pub(crate) const ALL: [Shade; 5] = [Shade::Most, Shade::Many, Shade::Some, Shade::Few, Shade::NoData];

    /// By quarters; what lies on a bound belongs to the better side.
    pub(crate) fn of(score: &GradeCounts) -> Shade {
        let with_data = score.ready + score.aspiring + score.lagging;
        let at_least =
            |quarters: u64| u128::from(score.ready) * 4 >= u128::from(with_data) * u128::from(quarters);
        match with_data {
            0 => Shade::NoData,
            _ if at_least(3) => Shade::Most,
            _ if at_least(2) => Shade::Many,
            _ if at_least(1) => Shade::Some,
            _ => Shade::Few,
        }
    }

    /// Names the pattern and the class in the style sheet.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Shade::Most => "most",
            Shade::Many => "many",
            Shade::Some => "some",
            Shade::Few => "few",
            Shade::NoData => "no-data",
            Shade::Absent => "absent",
        }
    }

    /// As the legend says it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Shade::Most => "75\u{202f}% or more",
            Shade::Many => "50 to 75\u{202f}%",
            Shade::Some => "25 to 50\u{202f}%",
            Shade::Few => "less than 25\u{202f}%",
            Shade::NoData => "no data",
            Shade::Absent => "no network known",
        }
    }
}
