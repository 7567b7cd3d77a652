use routing::{Month, Timestamp};
use store::SourceRow;

use crate::assets;
use crate::edition::{Chosen, shipped};
use crate::format::{Digest, Moment};
use crate::incidents::Asked;
use crate::link::Link;

/// How many sources the foot of a page names; the rest stand on the sources page.
const SOURCES_NAMED_MAX: usize = 12;

/// What surrounds every page.
pub(crate) struct Frame {
    pub(crate) title: String,
    pub(crate) stylesheet: &'static str,
    pub(crate) script: &'static str,
    pub(crate) mark: &'static str,
    pub(crate) world: Link,
    pub(crate) incidents: Link,
    pub(crate) participants: Link,
    pub(crate) roas: Link,
    pub(crate) compare: Link,
    pub(crate) foreign: Link,
    pub(crate) sources: Link,
    pub(crate) method: Link,
    pub(crate) whatif: Link,
    /// The page itself: `world`, `network`, `incidents`, `participants`, `roas`, `compare`, `sources`, `method`, `whatif` or
    /// nothing of these.
    pub(crate) here: &'static str,
    pub(crate) search: String,
    /// Feeds of what the page shows: title, address of the Atom feed and of the JSON one.
    pub(crate) feeds: Vec<(String, Link, Link)>,
    pub(crate) edition: Option<EditionFrame>,
}

/// Something that can be chosen instead of what is shown.
pub(crate) struct Choice {
    pub(crate) label: String,
    pub(crate) link: Link,
    pub(crate) current: bool,
}

/// What the numbers of a page rest on.
pub(crate) struct EditionFrame {
    pub(crate) month: String,
    pub(crate) month_words: String,
    /// Said of a month that was not over when it was published.
    pub(crate) to_date: Option<String>,
    /// By year, the latest first.
    pub(crate) months: Vec<(String, Vec<Choice>)>,
    /// Named in the address by the visitor, so that the search keeps them.
    pub(crate) month_named: bool,
    pub(crate) framework_named: bool,
    pub(crate) frameworks: Vec<Choice>,
    pub(crate) framework: String,
    /// Its page; the method where this version does not ship it.
    pub(crate) framework_link: Link,
    pub(crate) framework_digest: Digest,
    pub(crate) framework_title: Option<String>,
    pub(crate) revision: i64,
    pub(crate) supersedes: Option<i64>,
    pub(crate) reason: String,
    pub(crate) published_at: Moment,
    pub(crate) data_time: Option<(Moment, Moment)>,
    pub(crate) result: Digest,
    pub(crate) generation: Digest,
    pub(crate) sources: Vec<String>,
    pub(crate) sources_more: usize,
    /// This very view with month and framework spelled out.
    pub(crate) cite: Link,
    /// What a number rests on, in one sentence, for hovering.
    pub(crate) stamp: String,
}

impl Frame {
    /// Around a page that shows no publication.
    pub(crate) fn bare(title: &str) -> Frame {
        Frame {
            title: title.to_owned(),
            stylesheet: assets::stylesheet(),
            script: assets::script(),
            mark: assets::mark(),
            world: Link::to("/"),
            incidents: Link::to("/incidents"),
            participants: Link::to("/participants"),
            compare: Link::to("/compare"),
            foreign: Link::to("/foreign"),
            roas: Link::to("/roas"),
            sources: Link::to("/sources"),
            method: Link::to("/method"),
            whatif: Link::to("/whatif"),
            here: "",
            search: String::new(),
            feeds: Vec::new(),
            edition: None,
        }
    }

    /// With the feeds at a path, `.atom` and `.json`. A feed is of the latest month, whichever is shown.
    pub(crate) fn with_feeds(mut self, path: &str, title: &str) -> Frame {
        let at = |ending: &str| Link::to(format!("{path}{ending}"));
        self.feeds.push((title.to_owned(), at(".atom"), at(".json")));
        self
    }

    /// With the feeds of what was detected and meets what is asked for; `chosen` names the month if the visitor did.
    pub(crate) fn with_feeds_like(mut self, asked: &Asked, chosen: &Chosen) -> Frame {
        if !asked.narrows() {
            return self.with_feeds("/incidents", "Routing incidents");
        }
        let at = |ending: &str| asked.feed(chosen.link_to(format!("/incidents{ending}")));
        self.feeds.push(("Routing incidents that meet this filter".to_owned(), at(".atom"), at(".json")));
        self
    }

    /// Around a page of a publication; `link` is the page's address with its whole state.
    pub(crate) fn of(chosen: &Chosen, here: &'static str, title: &str, link: &Link) -> Frame {
        Frame::of_item(chosen, here, title, link, link)
    }

    /// Around a page of something that need not be in another month or under another framework: those lead to
    /// the list at `elsewhere`.
    pub(crate) fn of_item(
        chosen: &Chosen,
        here: &'static str,
        title: &str,
        link: &Link,
        elsewhere: &Link,
    ) -> Frame {
        Frame {
            world: chosen.link_to("/"),
            incidents: chosen.link_to("/incidents"),
            participants: chosen.link_to("/participants"),
            compare: chosen.link_to("/compare"),
            foreign: chosen.link_to("/foreign"),
            roas: chosen.link_to("/roas"),
            sources: chosen.link_to("/sources"),
            method: chosen.link_to("/method"),
            whatif: chosen.link_to("/whatif"),
            here,
            edition: Some(EditionFrame::of(chosen, link, elsewhere)),
            ..Frame::bare(title)
        }
    }
}

impl EditionFrame {
    fn of(chosen: &Chosen, link: &Link, elsewhere: &Link) -> EditionFrame {
        let head = &chosen.edition.head;
        let choice = |label: &str, key: &'static str, current: bool| Choice {
            label: label.to_owned(),
            link: if current { link } else { elsewhere }.clone().with(key, label),
            current,
        };
        let mut months: Vec<(String, Vec<Choice>)> = Vec::new();
        for month in &chosen.months {
            let choice = choice(month, "month", *month == head.month);
            let year = month.get(..4).unwrap_or(month);
            match months.last_mut() {
                Some((last, choices)) if last == year => choices.push(choice),
                _ => months.push((year.to_owned(), vec![choice])),
            }
        }
        let framework =
            |name: &store::FrameworkName| choice(&name.id, "framework", name.id == chosen.framework.id);
        let named: Vec<String> = chosen.edition.sources.iter().filter(|s| s.used).map(in_short).collect();
        let cite = link.clone().with("month", &head.month).with("framework", &chosen.framework.id);
        let query = chosen.link.to_string();
        let data_time = head.data_time.map(|(start, end)| (Moment(start), Moment(end)));
        EditionFrame {
            month: head.month.clone(),
            to_date: chosen.to_date(),
            month_words: month_in_words(&head.month),
            months,
            month_named: query.contains("month="),
            framework_named: query.contains("framework="),
            frameworks: head.frameworks.iter().map(framework).collect(),
            framework_link: chosen.link_to(match chosen.rules {
                Some(rules) => format!("/method/framework/{}", rules.id),
                // A shipped version by that name is not the file it was graded by.
                None if shipped().iter().any(|rules| rules.id == chosen.framework.id) => "/method".to_owned(),
                None => format!("/method/framework/{}", chosen.framework.id),
            }),
            framework: chosen.framework.id.clone(),
            framework_digest: Digest(chosen.framework.digest.clone()),
            framework_title: chosen.rules.map(|rules| rules.title.clone()),
            revision: head.revision,
            supersedes: head.supersedes,
            reason: head.reason.clone(),
            published_at: Moment(head.published_at),
            data_time,
            result: Digest(head.result.clone()),
            generation: Digest(head.generation.clone()),
            sources_more: named.len().saturating_sub(SOURCES_NAMED_MAX),
            stamp: stamp(chosen, &named),
            sources: named.into_iter().take(SOURCES_NAMED_MAX).collect(),
            cite,
        }
    }
}

fn stamp(chosen: &Chosen, sources: &[String]) -> String {
    let head = &chosen.edition.head;
    let data = match head.data_time {
        Some((start, end)) => format!("Data {} to {}", Timestamp(start), Timestamp(end)),
        None => format!("No BGP data in {}", head.month),
    };
    let more = sources.len().saturating_sub(SOURCES_NAMED_MAX);
    let mut listed = sources.iter().take(SOURCES_NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        listed.push_str(&format!(" and {more} more"));
    }
    let digest = Digest(chosen.framework.digest.clone());
    format!(
        "{data}. Framework {} (sha256 {}…). Revision {}. Sources: {}.",
        chosen.framework.id,
        digest.short(),
        head.revision,
        if listed.is_empty() { "none" } else { &listed }
    )
}

/// A source with the days its files speak of.
fn in_short(source: &SourceRow) -> String {
    let days = source.files.iter().filter(|file| file.used).filter_map(|file| file.as_of);
    let (first, last) = (days.clone().min(), days.max());
    let day = |at: i64| Timestamp(at).date().to_string();
    match (first.map(day), last.map(day)) {
        (Some(first), Some(last)) if first == last => format!("{} ({first})", source.name),
        (Some(first), Some(last)) => format!("{} ({first} to {last})", source.name),
        _ => source.name.clone(),
    }
}

/// `2024-05` as `May 2024`.
pub(crate) fn month_in_words(month: &str) -> String {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let Ok(parsed) = month.parse::<Month>() else { return month.to_owned() };
    let (year, number, _) = parsed.first_day().ymd();
    format!("{} {year}", NAMES[usize::from(number) - 1])
}
