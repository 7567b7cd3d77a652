use detect::{EventKind, REASONS, Reason};
use measure::metric::{METRICS, Metric, Unit};
use routing::{Asn, Prefix, PrefixError, Timestamp};
use store::{Filter, IncidentOrder};

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
    /// What decided its verdict.
    pub(crate) reason: Option<Reason>,
    /// As typed, and the moment.
    pub(crate) from: Option<(String, i64)>,
    pub(crate) to: Option<(String, i64)>,
    pub(crate) economy: Option<String>,
    pub(crate) network: Option<Asn>,
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

impl Asked {
    pub(crate) fn of(view: &View) -> Result<Asked, Refusal> {
        let kind = view.word("kind", &EventKind::ALL.map(EventKind::code))?;
        let codes = Part::All.metrics(None);
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let metric = view.word("metric", &codes)?;
        let reasons: Vec<&str> = REASONS.iter().map(|row| row.code).collect();
        let reason = view.word("reason", &reasons)?;
        let part = view.word("part", &Part::ALL.map(Part::word))?;
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
            from: moment(view, "from")?,
            to: moment(view, "to")?,
            economy: economy(view)?,
            network: view.get("network").map(network).transpose()?,
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
            .with_some("reason", self.reason.map(Reason::code))
            .with_some("from", text(&self.from).as_deref())
            .with_some("to", text(&self.to).as_deref())
            .with_some("economy", self.economy.as_deref())
            .with_some("network", self.network.map(|asn| asn.to_string()).as_deref())
            .with_some("prefix", self.prefix.map(|prefix| prefix.to_string()).as_deref())
            .with_some("ongoing", self.ongoing.then_some("true"))
            .with_some("sort", (sort != "-start").then_some(sort.as_str()))
    }

    /// What the form must carry along: everything that has no field of its own.
    pub(crate) fn kept(&self, view: &View) -> Vec<(&'static str, String)> {
        let keys = ["month", "framework", "kind", "metric", "part", "reason", "sort"];
        keys.into_iter().filter_map(|key| Some((key, view.get(key)?.to_owned()))).collect()
    }

    pub(crate) fn order(&self) -> (IncidentOrder, bool) {
        (ORDERS[self.sort.0].1, !self.sort.1)
    }

    /// Everything but kind, metric and part, so that these can be counted.
    pub(crate) fn filter_of_all(&self) -> Filter {
        Filter {
            kinds: Vec::new(),
            verdict: None,
            reason: self.reason.map(|reason| reason.code().to_owned()),
            answers: None,
            culprit: self.network.map(|asn| asn.0),
            economy: self.economy.clone(),
            prefix: self.prefix,
            from: self.from.as_ref().map(|(_, at)| *at),
            to: self.to.as_ref().map(|(_, at)| *at),
            ongoing: self.ongoing,
        }
    }

    /// `None` where nothing can be meant.
    pub(crate) fn filter(&self) -> Option<Filter> {
        let kinds = match self.metric {
            Some(metric) => vec![metric.code().to_owned()],
            None => self.part.metrics(self.kind),
        };
        (!kinds.is_empty()).then(|| Filter { kinds, ..self.filter_of_all() })
    }

    /// Whether it leaves anything out besides the part.
    pub(crate) fn narrows(&self) -> bool {
        let Asked { kind, metric, part: _, reason, from, to, economy, network, prefix, ongoing, sort: _ } =
            self;
        *ongoing
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
    if code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Ok(Some(code.to_ascii_uppercase()));
    }
    Err(Refusal::wrong(
        format!("`{code}` is not the code of an economy"),
        "Write two letters (ISO 3166-1 alpha-2), such as economy=NL.",
    ))
}

fn network(text: &str) -> Result<Asn, Refusal> {
    text.parse::<Asn>().map_err(|error| Refusal::wrong(error.to_string(), "Write it like network=AS64500."))
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
