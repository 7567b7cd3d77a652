//! Statements about what is to come out.

use detect::{BogonClass, EventKind, REASONS};
use measure::framework::{Grade, ScoreKey};
use measure::metric::{METRICS, Metric};
use reference::irr::IrrState;
use reference::vrp::{InvalidReason, Validation};
use routing::{Asn, Family, Prefix, SpanEnd};

use super::path;
use crate::expectation::{
    EventExpected, Expected, IncidentExpected, RouteExpected, ScoreExpected, SpanExpected, Stated,
    ValueExpected,
};
use crate::words::{Words, Wrong, not_a_word};
use crate::world::World;

/// The framework meant where none is named.
const FRAMEWORK: &str = "2024-01";

const THINGS: &[&str] = &[
    "span",
    "coverage",
    "outside",
    "feed",
    "peers-min",
    "route",
    "event",
    "no",
    "incident",
    "network",
    "economy",
];

/// `expect …`
pub fn expect(world: &mut World, words: &mut Words<'_>, line: &str) -> Result<(), Wrong> {
    let next = words.peek().unwrap_or_default();
    let what = if next.strip_prefix("AS").is_some_and(|n| n.parse::<u32>().is_ok()) {
        of_network(words)?
    } else if THINGS.contains(&next) {
        words.next("a thing")?;
        thing(next, words)?
    } else {
        let message = not_a_word(next, THINGS) + " — or a network such as AS64496";
        return words.wrong(message);
    };
    let mut framework = FRAMEWORK.to_owned();
    if words.take("under") {
        let drafts = world.drafts.iter().map(|draft| draft.id.as_str());
        framework = match drafts.into_iter().find(|id| words.peek() == Some(id)) {
            Some(draft) => words.next("a framework").map(|_| draft.to_owned())?,
            None => {
                let known: Vec<&'static str> =
                    measure::framework::shipped().iter().map(|(id, _)| *id).collect();
                words.one_of(&known)?.to_owned()
            }
        };
    }
    world.expectations.push(Stated { line: words.line, text: line.trim().to_owned(), framework, what });
    Ok(())
}

fn thing(name: &str, words: &mut Words<'_>) -> Result<Expected, Wrong> {
    Ok(match name {
        "span" => Expected::Span(span(words)?),
        "coverage" => {
            let collector = words.next("a collector")?.to_owned();
            let mut stretches = Vec::new();
            if !words.take("none") {
                while words.at_moment() {
                    stretches.push(words.span()?);
                }
            }
            Expected::Coverage { collector, stretches }
        }
        "outside" => Expected::Outside(words.value("a number of records")?),
        "feed" => {
            let peer = words.value("an AS number")?;
            let family = family(words)?;
            Expected::Feed { peer, family, word: words.one_of(&["full", "partial", "route-server"])? }
        }
        "peers-min" => {
            let family = family(words)?;
            Expected::PeersMin { family, peers: words.value("a number of peer ASes")? }
        }
        "route" => Expected::Route(route(words)?),
        "event" => Expected::Event(event(words)?),
        "incident" => Expected::Incident(incident(words)?),
        "network" => network(words)?,
        "economy" => economy(words)?,
        _ => nothing(words)?,
    })
}

fn family(words: &mut Words<'_>) -> Result<Family, Wrong> {
    Ok(if words.one_of(&["IPv4", "IPv6"])? == "IPv4" { Family::V4 } else { Family::V6 })
}

/// `AS64496`, or `none` for the origin of a path that ends in an AS_SET.
fn origin(words: &mut Words<'_>) -> Result<Option<Asn>, Wrong> {
    if words.take("none") { Ok(None) } else { words.value("an AS number or `none`").map(Some) }
}

/// `expect span [at COLLECTOR] ASN PREFIX [path PATH] SPAN END [estimated]`
fn span(words: &mut Words<'_>) -> Result<SpanExpected, Wrong> {
    let collector = if words.take("at") { Some(words.next("a collector")?.to_owned()) } else { None };
    let peer = words.value("an AS number")?;
    let prefix = words.value("a prefix")?;
    let path = if words.take("path") { Some(path(words)?) } else { None };
    let time = words.span()?;
    let ends = ENDS.map(|(word, _)| word);
    let word = words.one_of(&ends)?;
    let (_, end) = ENDS.into_iter().find(|(w, _)| *w == word).expect("one of them");
    Ok(SpanExpected { collector, peer, prefix, path, time, end, estimated: words.take("estimated") })
}

/// How the end of a span is written.
pub const ENDS: [(&str, SpanEnd); 7] = [
    ("withdrawn", SpanEnd::Withdrawn),
    ("replaced", SpanEnd::Replaced),
    ("absent", SpanEnd::AbsentFromTable),
    ("session-down", SpanEnd::SessionDown),
    ("data-end", SpanEnd::DataEnd),
    ("data-gap", SpanEnd::DataGap),
    ("table-only", SpanEnd::TableOnly),
];

/// `expect route PREFIX ORIGIN [rpki …] [irr …] [bogon …] [peers N] [full-feeds N] [seen SECONDS]
/// [counted | not-counted "REASON"]`
fn route(words: &mut Words<'_>) -> Result<RouteExpected, Wrong> {
    let mut route = RouteExpected {
        prefix: words.value("a prefix")?,
        origin: origin(words)?,
        rpki: None,
        irr: None,
        bogon: None,
        peers: None,
        full_feeds: None,
        seen_seconds: None,
        excluded: None,
    };
    while words.peek().is_some_and(|w| w != "under") {
        let facts = &["rpki", "irr", "bogon", "peers", "full-feeds", "seen", "counted", "not-counted"];
        match words.one_of(facts)? {
            "rpki" => route.rpki = Some(rpki(words)?),
            "irr" => {
                let states = ["exact", "covered", "wrong-origin", "none", "unknown"];
                let word = words.one_of(&states)?;
                let all = [IrrState::Exact, IrrState::Covered, IrrState::WrongOrigin, IrrState::NoObject];
                route.irr = Some(all.into_iter().find(|s| s.to_string() == word));
            }
            "bogon" => {
                route.bogon = Some(match words.one_of(&["full", "administrative", "no"])? {
                    "full" => Some(BogonClass::Full),
                    "administrative" => Some(BogonClass::Administrative),
                    _ => None,
                });
            }
            "peers" => route.peers = Some(words.value("a number of peer ASes")?),
            "full-feeds" => route.full_feeds = Some(words.value("a number of peer ASes")?),
            "seen" => route.seen_seconds = Some(words.value("seconds")?),
            "counted" => route.excluded = Some(None),
            _ => route.excluded = Some(Some(words.next("a reason in quotation marks")?.to_owned())),
        }
    }
    Ok(route)
}

fn rpki(words: &mut Words<'_>) -> Result<Option<Validation>, Wrong> {
    Ok(match words.one_of(&["valid", "invalid", "not-found", "unknown"])? {
        "valid" => Some(Validation::Valid),
        "not-found" => Some(Validation::NotFound),
        "unknown" => None,
        _ => Some(Validation::Invalid(match words.one_of(&["as", "length", "as0"])? {
            "as" => InvalidReason::As,
            "length" => InvalidReason::Length,
            _ => InvalidReason::As0,
        })),
    })
}

/// `expect event KIND culprit ASN|unknown PREFIX [asn ASN] SPAN [full|administrative]
/// [incident|benign|undecided] [reason CODE] [type N] [from ASN] [to ASN] [victims ASN …] [peers N]
/// [sightings N] [accomplices ASN@DISTANCE … | no-accomplices] [credits ASN … | no-credits] [estimated]
/// [ongoing|over|end-unknown]`
fn event(words: &mut Words<'_>) -> Result<EventExpected, Wrong> {
    let kind = kind(words)?;
    words.expect("culprit")?;
    let culprit = if words.take("unknown") { None } else { Some(words.value("an AS number")?) };
    let prefix = words.value("a prefix")?;
    let bogon_asn = if words.take("asn") { Some(words.value("an AS number")?) } else { None };
    let mut event = EventExpected {
        kind,
        culprit,
        prefix,
        bogon_asn,
        time: words.span()?,
        class: None,
        verdict: None,
        reason: None,
        leak_type: None,
        from: None,
        to: None,
        victims: None,
        peers: None,
        accomplices: None,
        credits: None,
        sightings: None,
        estimated: false,
        end: None,
    };
    while words.peek().is_some_and(|w| w != "under") {
        let facts = &[
            "full",
            "administrative",
            "incident",
            "benign",
            "undecided",
            "reason",
            "type",
            "from",
            "to",
            "victims",
            "peers",
            "sightings",
            "accomplices",
            "no-accomplices",
            "credits",
            "no-credits",
            "estimated",
            "ongoing",
            "over",
            "end-unknown",
        ];
        match words.one_of(facts)? {
            "full" => event.class = Some(BogonClass::Full),
            "administrative" => event.class = Some(BogonClass::Administrative),
            word @ ("incident" | "benign" | "undecided") => event.verdict = word.parse().ok(),
            "reason" => {
                let codes: Vec<&'static str> = REASONS.iter().map(|row| row.code).collect();
                event.reason = words.one_of(&codes)?.parse().ok();
            }
            "type" => event.leak_type = Some(words.value("a type from 1 to 6")?),
            "from" => event.from = Some(words.value("an AS number")?),
            "to" => event.to = Some(words.value("an AS number")?),
            "victims" => {
                let mut all: Vec<Asn> = vec![words.value("an AS number")?];
                while words.peek().is_some_and(|w| w.starts_with("AS")) {
                    all.push(words.value("an AS number")?);
                }
                event.victims = Some(all);
            }
            "peers" => event.peers = Some(words.value("a number of peer ASes")?),
            "accomplices" => {
                let mut all = vec![accomplice(words)?];
                while words.peek().is_some_and(|w| w.contains('@')) {
                    all.push(accomplice(words)?);
                }
                all.sort_unstable();
                event.accomplices = Some(all);
            }
            "sightings" => event.sightings = Some(words.value("a number of records")?),
            "credits" => {
                let mut all = vec![words.value("an AS number")?];
                while words.peek().is_some_and(|w| w.starts_with("AS")) {
                    all.push(words.value("an AS number")?);
                }
                event.credits = Some(all);
            }
            "no-credits" => event.credits = Some(Vec::new()),
            "no-accomplices" => event.accomplices = Some(Vec::new()),
            "estimated" => event.estimated = true,
            word => event.end = Some(word),
        }
    }
    Ok(event)
}

fn kind(words: &mut Words<'_>) -> Result<EventKind, Wrong> {
    let kinds = EventKind::ALL.map(EventKind::code);
    let word = words.one_of(&kinds)?;
    Ok(word.parse().expect("one of the codes"))
}

fn accomplice(words: &mut Words<'_>) -> Result<(Asn, u16), Wrong> {
    let word = words.next("an accomplice like AS64500@1")?;
    let read = word.split_once('@').and_then(|(asn, far)| Some((asn.parse().ok()?, far.parse().ok()?)));
    read.map_or_else(|| words.wrong(format!("`{word}` is no accomplice: write AS64500@1")), Ok)
}

/// `expect incident ASN METRIC SPAN adds N [weight W] [events N]`
fn incident(words: &mut Words<'_>) -> Result<IncidentExpected, Wrong> {
    let (asn, metric) = (words.value("an AS number")?, metric(words)?);
    let time = words.span()?;
    words.expect("adds")?;
    let adds = number(words)?;
    let weight = if words.take("weight") { Some(number(words)?) } else { None };
    let events = if words.take("events") { Some(words.value("a number of events")?) } else { None };
    Ok(IncidentExpected { asn, metric, time, adds, weight, events })
}

/// `expect no span | event | incident ASN METRIC | network ASN | route PREFIX [ORIGIN]`
fn nothing(words: &mut Words<'_>) -> Result<Expected, Wrong> {
    Ok(match words.one_of(&["event", "incident", "network", "route"])? {
        "event" => Expected::NoEvent,
        "incident" => Expected::NoIncident { asn: words.value("an AS number")?, metric: metric(words)? },
        "network" => Expected::NoNetwork(words.value("an AS number")?),
        _ => {
            let prefix: Prefix = words.value("a prefix")?;
            let origin = if words.is_over() { None } else { Some(origin(words)?) };
            Expected::NoRoute { prefix, origin }
        }
    })
}

/// `expect network ASN [registered "WORDS"] [economy CC|none] [routes IPV4 IPV6]`
fn network(words: &mut Words<'_>) -> Result<Expected, Wrong> {
    let asn = words.value("an AS number")?;
    let (mut registered, mut economy, mut routes) = (None, None, None);
    while !words.is_over() {
        match words.one_of(&["registered", "economy", "routes"])? {
            "registered" => registered = Some(words.next("words in quotation marks")?.to_owned()),
            "economy" => {
                let code = words.next("a country code or `none`")?;
                economy = Some((code != "none").then(|| code.to_owned()));
            }
            _ => routes = Some([words.value("a number")?, words.value("a number")?]),
        }
    }
    Ok(Expected::Network { asn, registered, economy, routes })
}

/// `expect economy CC|world SCORE N|none with N without N`
fn economy(words: &mut Words<'_>) -> Result<Expected, Wrong> {
    let code = words.next("a country code or `world`")?;
    let economy = if code == "world" { String::new() } else { code.to_owned() };
    let keys: Vec<&'static str> = ScoreKey::ALL.iter().map(|k| k.as_str()).collect();
    let word = words.one_of(&keys)?;
    let key = *ScoreKey::ALL.iter().find(|k| k.as_str() == word).expect("one of them");
    let score = if words.take("none") { None } else { Some(number(words)?) };
    words.expect("with")?;
    let with_data = words.value("a number of networks")?;
    words.expect("without")?;
    Ok(Expected::Economy { economy, key, score, with_data, no_data: words.value("a number of networks")? })
}

/// `expect ASN METRIC VALUE`, `expect ASN SCORE VALUE GRADE`
fn of_network(words: &mut Words<'_>) -> Result<Expected, Wrong> {
    let asn: Asn = words.value("an AS number")?;
    let codes: Vec<&'static str> = METRICS.iter().map(|row| row.code).collect();
    let keys: Vec<&'static str> = ScoreKey::ALL.iter().map(|k| k.as_str()).collect();
    let word = words.one_of(&[codes, keys].concat())?;
    if let Ok(metric) = word.parse::<Metric>() {
        return Ok(Expected::Metric { asn, metric, value: value(words)? });
    }
    let key = *ScoreKey::ALL.iter().find(|k| k.as_str() == word).expect("a metric or a score");
    let value = if words.take("no-data") {
        ScoreExpected::NoData(words.next("a reason in quotation marks")?.to_owned())
    } else if words.take("not-used") {
        ScoreExpected::NotUsed
    } else {
        let score = number(words)?;
        let grades: Vec<&'static str> = Grade::ALL.iter().map(|g| g.as_str()).collect();
        let word = words.one_of(&grades)?;
        ScoreExpected::Graded(score, *Grade::ALL.iter().find(|g| g.as_str() == word).expect("one of them"))
    };
    Ok(Expected::Score { asn, key, value })
}

fn value(words: &mut Words<'_>) -> Result<ValueExpected, Wrong> {
    Ok(if words.take("unknown") {
        ValueExpected::Unknown(words.next("a reason in quotation marks")?.to_owned())
    } else if words.take("not-used") {
        ValueExpected::NotUsed
    } else if words.take("yes") {
        ValueExpected::Flag(true)
    } else if words.take("no") {
        ValueExpected::Flag(false)
    } else {
        ValueExpected::Number(number(words)?)
    })
}

fn metric(words: &mut Words<'_>) -> Result<Metric, Wrong> {
    let codes: Vec<&'static str> = METRICS.iter().map(|row| row.code).collect();
    Ok(words.one_of(&codes)?.parse().expect("one of the codes"))
}

/// A number, or a fraction such as `2/3`.
fn number(words: &mut Words<'_>) -> Result<f64, Wrong> {
    let word = words.next("a number")?;
    let (above, below) = word.split_once('/').unwrap_or((word, "1"));
    match (above.parse::<f64>(), below.parse::<f64>()) {
        (Ok(above), Ok(below)) if below != 0.0 => Ok(above / below),
        _ => words.wrong(format!("`{word}` is no number: write 0.5 or 2/3")),
    }
}
