use super::{MonthColumn, Scale, Trend};

/// A series by day: its name and what is known of it.
pub(crate) struct DayValues {
    pub(crate) name: &'static str,
    pub(crate) known: Vec<(String, f64)>,
}

impl Trend {
    /// A chart of shares over these days, in their order; a day without a value is a gap.
    pub(crate) fn by_day(
        id: &'static str,
        title: &'static str,
        days: &[String],
        nothing: &'static str,
        values: Vec<DayValues>,
    ) -> Trend {
        let column = |day: &String| MonthColumn { month: day.clone(), words: day.clone(), current: false };
        // The year stands above the chart.
        let labels: Vec<String> = days.iter().map(|day| day.get(5..).unwrap_or(day).to_owned()).collect();
        let values = values.into_iter().map(|series| {
            let place = |day: &String| days.iter().position(|at| at == day);
            let known = series.known.iter().filter_map(|(day, value)| Some((place(day)?, *value)));
            (series.name.to_owned(), known.collect())
        });
        let columns = days.iter().map(column).collect();
        Trend::placed((id, title), Scale::Percent, ("day", nothing), columns, &labels, values.collect())
    }
}
