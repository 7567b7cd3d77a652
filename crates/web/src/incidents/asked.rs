use detect::{EventKind, REASONS, Reason, Verdict};
use measure::metric::{METRICS, Metric, Unit};
use routing::{Asn, Prefix, PrefixError, Timestamp, economy_name};
use store::{Filter, IncidentOrder};

use crate::Site;
use crate::compare::column::Group;
use crate::compare::subject::{Members, TEXT_BYTES_MAX, members};
use crate::edition::Chosen;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::view::View;

/// What the table can be sorted by, the largest first or last.
pub(crate) const ORDERS: [(&str, IncidentOrder); 3] =
    [("start", IncidentOrder::Started), ("lasted", IncidentOrder::Lasted), ("adds", IncidentOrder::Adds)];

/// Whose part an incident is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Part {
    /// That of the network that caused it.
    #[default]
    Caused,
    /// That of a network that passed it on.
    PassedOn,
    /// Both.
    All,
}

/// Which incidents are asked for, in which order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) kind: Option<EventKind>,
    /// One metric, whatever kind and part say.
    pub(crate) metric: Option<Metric>,
    pub(crate) part: Part,
    pub(crate) verdict: Option<Verdict>,
    /// What decided its verdict.
    pub(crate) reason: Option<Reason>,
    /// As typed, and the moment.
    pub(crate) from: Option<(String, i64)>,
    pub(crate) to: Option<(String, i64)>,
    pub(crate) economy: Option<String>,
    pub(crate) network: Option<Asn>,
    /// Networks one of which caused it, and their numbers once [`Asked::of_month`] has looked them up.
    pub(crate) list: Option<(Members, Vec<u32>)>,
    pub(crate) prefix: Option<Prefix>,
    pub(crate) ongoing: bool,
    /// Place in [`ORDERS`], and whether the least comes first.
    pub(crate) sort: (usize, bool),
}

impl Part {
    pub(crate) const ALL: [Part; 3] = [Part::Caused, Part::PassedOn, Part::All];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Part::Caused => "caused",
            Part::PassedOn => "passed_on",
            Part::All => "all",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Part::Caused => "caused it",
            Part::PassedOn => "passed it on",
            Part::All => "both",
        }
    }

    /// Whether a metric is this part.
    pub(crate) const fn has(self, metric: Metric) -> bool {
        match self {
            Part::Caused => !metric.is_accomplice(),
            Part::PassedOn => metric.is_accomplice(),
            Part::All => true,
        }
    }

    /// Codes of the metrics of this part that count incidents, of a kind if one is given.
    pub(crate) fn metrics(self, kind: Option<EventKind>) -> Vec<String> {
        let counts = |metric: Metric| {
            metric.row().unit == Unit::WeightedIncidents
                && self.has(metric)
                && kind.is_none_or(|kind| metric.event_kinds().any(|counted| counted == kind))
        };
        METRICS.iter().filter(|row| counts(row.metric)).map(|row| row.code.to_owned()).collect()
    }
}

/// Whether incidents of this kind count for a metric together with those of other kinds.
pub(crate) fn shares_metric(kind: EventKind) -> bool {
    Metric::of_event(kind).0.sole_event_kind().is_none()
}

impl Asked {
    /// What a view of a month asks for, members of an as-set as of that month.
    pub(crate) async fn of_month(site: &Site, chosen: &Chosen, view: &View) -> Result<Asked, Refusal> {
        let mut asked = Asked::of(view)?;
        if let Some((members, numbers)) = &mut asked.list {
            *numbers = Group::of(site, chosen, members).await?.numbers();
        }
        Ok(asked)
    }

    fn of(view: &View) -> Result<Asked, Refusal> {
        let kind = view.word("kind", &EventKind::ALL.map(EventKind::code))?;
        let codes = Part::All.metrics(None);
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let metric = view.word("metric", &codes)?;
        let reasons: Vec<&str> = REASONS.iter().map(|row| row.code).collect();
        let reason = view.word("reason", &reasons)?;
        let verdict = view.word("verdict", &Verdict::ALL.map(Verdict::code))?;
        let part = view.word("part", &Part::ALL.map(Part::word))?;
        let (from, to) = (moment(view, "from")?, moment(view, "to")?);
        if let (Some((since, from)), Some((before, to))) = (&from, &to)
            && from >= to
        {
            let what = format!("from={since} is not before to={before}: no moment lies between them");
            return Err(Refusal::wrong(what, "Exchange them, or leave one out."));
        }
        let words: Vec<String> =
            ORDERS.iter().flat_map(|(word, _)| [(*word).to_owned(), format!("-{word}")]).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let sort = view.word("sort", &words)?.unwrap_or("-start");
        let place = ORDERS.iter().position(|(word, _)| *word == sort.trim_start_matches('-'));
        Ok(Asked {
            kind: kind.and_then(|kind| kind.parse().ok()),
            metric: metric.and_then(|code| code.parse().ok()),
            part: Part::ALL.into_iter().find(|p| part == Some(p.word())).unwrap_or_default(),
            reason: reason.and_then(|code| code.parse().ok()),
            verdict: verdict.and_then(|code| code.parse().ok()),
            from,
            to,
            economy: economy(view)?,
            network: view.get("network").map(network).transpose()?,
            list: view.get("list").map(list).transpose()?,
            prefix: view.get("prefix").map(prefix).transpose()?,
            ongoing: view.word("ongoing", &["true"])?.is_some(),
            sort: (place.unwrap_or(0), !sort.starts_with('-')),
        })
    }

    /// A link with all of this.
    pub(crate) fn put(&self, link: Link) -> Link {
        let (place, ascending) = self.sort;
        let sort = format!("{}{}", if ascending { "" } else { "-" }, ORDERS[place].0);
        let part = (self.part != Part::default()).then_some(self.part.word());
        let text = |asked: &Option<(String, i64)>| asked.as_ref().map(|(text, _)| text.clone());
        link.with_some("kind", self.kind.map(EventKind::code))
            .with_some("metric", self.metric.map(Metric::code))
            .with_some("part", part)
            .with_some("verdict", self.verdict.map(Verdict::code))
            .with_some("reason", self.reason.map(Reason::code))
            .with_some("from", text(&self.from).as_deref())
            .with_some("to", text(&self.to).as_deref())
            .with_some("economy", self.economy.as_deref())
            .with_some("network", self.network.map(|asn| asn.to_string()).as_deref())
            .with_some("list", self.list.as_ref().map(|(members, _)| members.to_string()).as_deref())
            .with_some("prefix", self.prefix.map(|prefix| prefix.to_string()).as_deref())
            .with_some("ongoing", self.ongoing.then_some("true"))
            .with_some("sort", (sort != "-start").then_some(sort.as_str()))
    }

    /// A link to the feed of events that meet it: a feed knows neither order nor part.
    pub(crate) fn feed(&self, link: Link) -> Link {
        let kind = self.kind.or_else(|| self.metric.and_then(Metric::sole_event_kind));
        Asked { kind, metric: None, part: Part::default(), sort: (0, false), ..self.clone() }.put(link)
    }

    /// What the form must carry along: everything that has no field of its own.
    pub(crate) fn kept(&self, view: &View) -> Vec<(&'static str, String)> {
        let keys = ["month", "framework", "kind", "metric", "part", "verdict", "reason", "sort"];
        keys.into_iter().filter_map(|key| Some((key, view.get(key)?.to_owned()))).collect()
    }

    pub(crate) fn order(&self) -> (IncidentOrder, bool) {
        (ORDERS[self.sort.0].1, !self.sort.1)
    }

    /// Everything but kind, metric, part, verdict and reason, so that these can be counted.
    pub(crate) fn filter_of_all(&self) -> Filter {
        Filter {
            culprit: self.network.map(|asn| asn.0),
            economy: self.economy.clone(),
            prefix: self.prefix,
            from: self.from.as_ref().map(|(_, at)| *at),
            to: self.to.as_ref().map(|(_, at)| *at),
            ongoing: self.ongoing,
            culprits: self.list.as_ref().map(|(_, numbers)| numbers.clone()),
            ..Filter::default()
        }
    }

    /// The same of incidents that hold an event of a kind.
    pub(crate) fn filter_of_kind(&self, kind: EventKind) -> Filter {
        Filter { event_kind: Some(kind.code().to_owned()), ..self.filter_of_all() }
    }

    /// Codes of the metrics asked for.
    pub(crate) fn metrics(&self) -> Vec<String> {
        match self.metric {
            Some(metric) => vec![metric.code().to_owned()],
            None => self.part.metrics(self.kind),
        }
    }

    /// The kind asked for that a metric alone does not tell.
    pub(crate) fn kind_in_metric(&self) -> Option<EventKind> {
        self.kind.filter(|kind| self.metric.is_none() && shares_metric(*kind))
    }

    /// Which incidents; `None` where nothing can be meant.
    pub(crate) fn filter(&self) -> Option<Filter> {
        let (kinds, own) = (self.metrics(), self.kind_in_metric());
        let all = own.map_or_else(|| self.filter_of_all(), |kind| self.filter_of_kind(kind));
        (!kinds.is_empty()).then(|| Filter { kinds, ..self.judged(all) })
    }

    /// Which events.
    pub(crate) fn filter_of_events(&self) -> Filter {
        let kinds = self.kind.map(|kind| kind.code().to_owned()).into_iter().collect();
        Filter { kinds, ..self.judged(self.filter_of_all()) }
    }

    fn judged(&self, filter: Filter) -> Filter {
        Filter {
            verdict: self.verdict.map(|verdict| verdict.code().to_owned()),
            reason: self.reason.map(|reason| reason.code().to_owned()),
            ..filter
        }
    }

    /// Whether it leaves anything out besides the part.
    pub(crate) fn narrows(&self) -> bool {
        let Asked {
            kind,
            metric,
            part: _,
            verdict,
            reason,
            from,
            to,
            economy,
            network,
            list,
            prefix,
            ongoing,
            sort: _,
        } = self;
        *ongoing
            || verdict.is_some()
            || list.is_some()
            || kind.is_some()
            || metric.is_some()
            || reason.is_some()
            || from.is_some()
            || to.is_some()
            || economy.is_some()
            || network.is_some()
            || prefix.is_some()
    }

    pub(crate) fn typed_from(&self) -> &str {
        self.from.as_ref().map_or("", |(text, _)| text)
    }

    pub(crate) fn typed_to(&self) -> &str {
        self.to.as_ref().map_or("", |(text, _)| text)
    }

    pub(crate) fn typed_network(&self) -> String {
        self.network.map(|asn| asn.to_string()).unwrap_or_default()
    }

    pub(crate) fn typed_list(&self) -> String {
        self.list.as_ref().map(|(members, _)| members.to_string()).unwrap_or_default()
    }

    pub(crate) fn typed_prefix(&self) -> String {
        self.prefix.map(|prefix| prefix.to_string()).unwrap_or_default()
    }
}

fn moment(view: &View, key: &'static str) -> Result<Option<(String, i64)>, Refusal> {
    let Some(text) = view.get(key) else { return Ok(None) };
    match text.parse::<Timestamp>() {
        Ok(at) => Ok(Some((text.to_owned(), at.0))),
        Err(error) => {
            let advice = format!("A day will do as well: {key}=2024-05-03. Times are UTC.");
            Err(Refusal::wrong(error.to_string(), advice))
        }
    }
}

fn economy(view: &View) -> Result<Option<String>, Refusal> {
    let Some(code) = view.get("economy") else { return Ok(None) };
    let upper = code.to_ascii_uppercase();
    if economy_name(&upper).is_some() {
        return Ok(Some(upper));
    }
    Err(Refusal::wrong(
        format!("`{code}` is not the code of an economy"),
        "Write two letters (ISO 3166-1 alpha-2), such as economy=NL.",
    ))
}

fn network(text: &str) -> Result<Asn, Refusal> {
    text.parse::<Asn>().map_err(|error| Refusal::wrong(error.to_string(), "Write it like network=AS64500."))
}

fn list(text: &str) -> Result<(Members, Vec<u32>), Refusal> {
    const ADVICE: &str = "Write it like list=64500,64501 or list=AS-EXAMPLE.";
    if text.len() > TEXT_BYTES_MAX {
        let why = format!("the list takes {} bytes, an address carries {TEXT_BYTES_MAX}", text.len());
        return Err(Refusal::wrong(why, "Divide it, or name an as-set."));
    }
    Ok((members(text).map_err(|why| Refusal::wrong(why, ADVICE))?, Vec::new()))
}

fn prefix(text: &str) -> Result<Prefix, Refusal> {
    text.parse::<Prefix>().map_err(|error| {
        let advice = match &error {
            PrefixError::HostBits { suggestion, .. } => format!("Did you mean prefix={suggestion}?"),
            _ => "Write it like prefix=192.0.2.0/24.".to_owned(),
        };
        Refusal::wrong(error.to_string(), advice)
    })
}
