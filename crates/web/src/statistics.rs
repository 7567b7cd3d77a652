//! How the programmes grow, and what taking part goes with: participants, networks and economies, scores,
//! incidents and ROAs of participants' networks against everybody's, over all published months.

mod csv;
pub(crate) mod growth;
pub(crate) mod series;

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use measure::framework::ScoreKey;
use routing::{Month, Region};
use store::{CoverageRow, ParticipantRow, PopulationRow, ProgrammeRow};

use crate::Site;
use crate::edition::Chosen;
use crate::format::{Count, Decimal, Score, Share};
use crate::frame::{Choice, Frame};
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::trend::{Scale, Trend, Values};
use crate::view::View;

use growth::{By, Growth, growth};
use series::{
    ALL, POPULATIONS, by_population, by_programme, chart_of, per_hundred, populations, programmes, ready,
    valid, with_valid, word_of,
};

/// The files there are, by figure.
const FIGURES: [&str; 6] = ["growth", "approvals", "scores", "incidents", "roas", "regions"];

#[derive(Template)]
#[template(path = "statistics.html")]
struct StatisticsPage {
    frame: Frame,
    /// Programmes to choose from.
    choices: Vec<Choice>,
    /// The one chosen.
    title: &'static str,
    participants: Link,
    /// Its actions; of all together there is no page.
    programme: Option<Link>,
    csv: Vec<(&'static str, Link)>,
    /// Of the month shown, every programme: title and participants; networks and economies where lists name any.
    counts: Vec<(&'static str, Count, [Option<Count>; 2])>,
    sizes: [Trend; 3],
    by: By,
    steps: Vec<Choice>,
    growth: Growth,
    approvals: Trend,
    /// Of the month shown; nothing where the programme's lists name no networks.
    now: Option<Now>,
    scores: Vec<Trend>,
    incidents: Trend,
    coverage: [Trend; 2],
}

/// The populations in the month shown.
struct Now {
    networks: [Count; 3],
    scores: Vec<ScoreLine>,
    incidents: Vec<IncidentLine>,
    coverage: Vec<(&'static str, Option<Coverage>)>,
    /// Of the participants' networks and of all: those with at least one valid route.
    headline: Option<[Share; 2]>,
    regions: Vec<(String, [Option<Coverage>; 3])>,
}

/// Incidents of a population.
struct IncidentLine {
    name: &'static str,
    networks: Count,
    /// Caused, networks that caused any, and passed on; nothing where nothing was observed.
    counts: Option<[Count; 3]>,
    rate: Option<Decimal>,
}

/// A score of the populations: mean and share ready.
struct ScoreLine {
    title: &'static str,
    cells: Vec<Option<(Score, Share)>>,
}

/// ROA coverage of a population.
struct Coverage {
    networks: Share,
    originate: Count,
    routes: Share,
    all: Count,
}

impl Coverage {
    fn of(row: &CoverageRow) -> Coverage {
        Coverage {
            networks: Share { part: row.with_valid, whole: row.networks },
            originate: Count(row.networks),
            routes: Share { part: row.valid(), whole: row.all() },
            all: Count(row.all()),
        }
    }
}

/// What is asked for.
struct Asked {
    /// The programme's id; empty for all together.
    programme: &'static str,
    title: &'static str,
    by: By,
}

impl Asked {
    fn of(view: &View) -> Result<Asked, Refusal> {
        let words: Vec<&str> = programmes().map(|(id, _)| word_of(id)).collect();
        let word = view.word("programme", &words)?.unwrap_or(ALL);
        let named = programmes().find(|(id, _)| word_of(id) == word);
        let (programme, title) = named.expect("the word is one of those allowed");
        Ok(Asked { programme, title, by: By::of(view.word("by", &By::WORDS)?) })
    }

    /// An address with what is asked for, as far as it is not what is shown otherwise.
    fn put(&self, link: Link) -> Link {
        let programme = (!self.programme.is_empty()).then_some(self.programme);
        link.with_some("programme", programme)
            .with_some("by", (self.by != By::Year).then_some(self.by.word()))
    }

    fn rows<'a>(&'a self, chosen: &'a Chosen) -> impl Iterator<Item = &'a ParticipantRow> {
        let all = self.programme.is_empty();
        chosen.edition.participants.iter().filter(move |row| all || row.programme == self.programme)
    }
}

/// Every published month of the framework: the programme asked for, and every programme.
async fn history(site: &Site, chosen: &Chosen) -> Result<Vec<(String, ProgrammeRow)>, Refusal> {
    Ok(site.store.programmes_history(&chosen.framework.id).await?)
}

/// `/participants/statistics`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let asked = Asked::of(&view)?;
    let all = history(&site, &chosen).await?;
    let own: Vec<(String, ProgrammeRow)> =
        all.iter().filter(|(_, row)| row.programme == asked.programme).cloned().collect();
    let month = chosen.edition.head.month.as_str();
    let link = asked.put(chosen.link_to("/participants/statistics"));
    let until: Month = month.parse().map_err(|_| Refusal::absent("The month cannot be read", Vec::new()))?;
    let of_month = chosen.edition.programmes.iter().filter(|row| row.framework == chosen.framework.id);
    let of_month: Vec<&ProgrammeRow> = of_month.collect();
    let choice = |(id, title): (&'static str, &'static str)| Choice {
        label: title.to_owned(),
        link: Asked { programme: id, title, by: asked.by }.put(chosen.link_to("/participants/statistics")),
        current: id == asked.programme,
    };
    let step = |word: &str| {
        let by = By::of(Some(word));
        let link = Asked { by, ..asked }.put(chosen.link_to("/participants/statistics")).at("approvals");
        Choice { label: word.to_owned(), link, current: by == asked.by }
    };
    let counts = programmes().filter_map(|(id, title)| {
        let row = of_month.iter().find(|row| row.programme == id)?;
        let listed = [row.asns, row.economies].map(|n| (n > 0).then_some(Count(n)));
        Some((title, Count(row.participants), listed))
    });
    let named = |file: &'static str| {
        (file, asked.put(chosen.link_to(format!("/participants/statistics/{file}.csv"))))
    };
    let programme = (!asked.programme.is_empty()).then_some(asked.programme);
    let title = format!("Statistics: {}", asked.title);
    let page = StatisticsPage {
        frame: Frame::of(&chosen, "participants", &title, &link),
        choices: programmes().map(choice).collect(),
        title: asked.title,
        participants: chosen.link_to("/participants").with_some("programme", programme),
        programme: programme.map(|id| chosen.link_to(format!("/programme/{id}"))),
        csv: FIGURES.map(named).into(),
        counts: counts.collect(),
        sizes: [
            by_programme("participants-by-month", "Participants", month, &all, |row| Some(row.participants)),
            by_programme("networks-by-month", "Networks of participants", month, &all, |row| {
                (row.asns > 0).then_some(row.asns)
            }),
            by_programme("economies-by-month", "Economies served", month, &all, |row| {
                (row.economies > 0).then_some(row.economies)
            }),
        ],
        by: asked.by,
        steps: By::WORDS.map(step).into(),
        growth: growth(asked.rows(&chosen), asked.by, until),
        approvals: approvals(&growth(asked.rows(&chosen), By::Month, until), month),
        now: of_month.iter().find(|row| row.programme == asked.programme).and_then(|row| now(row)),
        scores: scores(&own, month),
        incidents: by_population(
            "incidents-per-100",
            "Incidents caused per 100 networks",
            Scale::Rate,
            month,
            &own,
            per_hundred,
        ),
        coverage: [
            by_population(
                "networks-with-valid",
                "Share of networks with at least one valid route",
                Scale::Score,
                month,
                &own,
                |row| with_valid(row.roas.as_ref()?),
            ),
            by_population(
                "valid-routes",
                "Share of routes that are valid",
                Scale::Score,
                month,
                &own,
                |row| valid(row.roas.as_ref()?),
            ),
        ],
    };
    reply::page(&headers, &page)
}

/// How participants, networks and economies grew by the days of approval.
fn approvals(growth: &Growth, month: &str) -> Trend {
    let line = |name: &str, of: fn(&growth::Reached) -> u64| Values {
        name: name.to_owned(),
        known: growth.reached.iter().map(|row| (row.month, of(row) as f64)).collect(),
    };
    let values = vec![
        line("Participants", |row| row.participants),
        line("Networks", |row| row.networks),
        line("Economies", |row| row.economies),
    ];
    let months = growth.reached.iter().map(|row| row.month).collect();
    Trend::new("approvals-by-month", "So far, by day of approval", Scale::Count, month, months, values)
}

fn scores(own: &[(String, ProgrammeRow)], month: &str) -> Vec<Trend> {
    let known =
        |key: &&ScoreKey| own.iter().any(|(_, row)| row.scores.iter().any(|score| score.key == key.as_str()));
    let chart = |key: &ScoreKey| {
        let (id, title) = chart_of(*key);
        by_population(id, title, Scale::Score, month, own, |row| {
            row.scores.iter().find(|score| score.key == key.as_str())?.mean
        })
    };
    ScoreKey::ALL.iter().filter(known).map(chart).collect()
}

fn now(row: &ProgrammeRow) -> Option<Now> {
    let of = populations(row);
    let rows: [&PopulationRow; 3] = [of.first()?.2, of.get(1)?.2, of.get(2)?.2];
    let line = |key: &ScoreKey| {
        let cell = |row: &PopulationRow| {
            let score = row.scores.iter().find(|score| score.key == key.as_str())?;
            ready(score)?;
            let whole = score.ready + score.aspiring + score.lagging;
            Some((Score(score.mean?), Share { part: score.ready, whole }))
        };
        let known = rows.iter().any(|row| row.scores.iter().any(|score| score.key == key.as_str()));
        known.then(|| ScoreLine { title: chart_of(*key).1, cells: rows.into_iter().map(cell).collect() })
    };
    let slugs = rows[2].regions.keys();
    let regions = slugs.map(|slug| {
        let name = Region::with_slug(slug).map_or("Economy not known, or in no region", |region| region.name);
        (name.to_owned(), rows.map(|row| row.regions.get(slug).map(Coverage::of)))
    });
    Some(Now {
        networks: rows.map(|row| Count(row.networks)),
        scores: ScoreKey::ALL.iter().filter_map(line).collect(),
        incidents: of.iter().map(|(_, name, row)| incident_line(name, row)).collect(),
        headline: coverage(rows[0]).zip(coverage(rows[2])).map(|(a, b)| [a.networks, b.networks]),
        coverage: of.iter().map(|(_, name, row)| (*name, coverage(row))).collect(),
        regions: regions.collect(),
    })
}

fn incident_line(name: &'static str, row: &PopulationRow) -> IncidentLine {
    IncidentLine {
        name,
        networks: Count(row.networks),
        counts: row.incidents.map(|figures| [figures.caused, figures.culprits, figures.passed_on].map(Count)),
        rate: per_hundred(row).map(|rate| Decimal((rate * 100.0).round() / 100.0)),
    }
}

fn coverage(row: &PopulationRow) -> Option<Coverage> {
    row.roas.as_ref().filter(|roas| roas.networks > 0).map(Coverage::of)
}

/// `/participants/statistics/{figure}.csv`
pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    file: Result<Path<String>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    let named = file.ok().and_then(|Path(file)| {
        FIGURES.iter().find(|figure| file.strip_suffix(".csv") == Some(**figure)).copied()
    });
    let Some(figure) = named else {
        let files = FIGURES.map(|figure| format!("{figure}.csv")).join(", ");
        return Err(Refusal::absent(
            "The statistics have no such figure",
            vec![format!("There is {files}.")],
        ));
    };
    let chosen = site.choose(&view).await?;
    let asked = Asked::of(&view)?;
    let mut rows = history(&site, &chosen).await?;
    if figure != "growth" {
        rows.retain(|(_, row)| row.programme == asked.programme);
    }
    let month = chosen.edition.head.month.as_str();
    let text = match figure {
        "growth" => csv::growth_over_months(&rows),
        "approvals" => {
            let until = month.parse().map_err(|_| Refusal::absent("The month cannot be read", Vec::new()))?;
            csv::approvals(word_of(asked.programme), asked.by, &growth(asked.rows(&chosen), asked.by, until))
        }
        "scores" => csv::scores(&rows),
        "incidents" => csv::incidents(&rows),
        "roas" => csv::roas(&rows),
        _ => csv::regions(&rows),
    };
    let name = format!("attachment; filename=\"{}-{figure}-{month}.csv\"", word_of(asked.programme));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, text).into_response())
}
