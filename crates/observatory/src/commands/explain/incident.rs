//! An incident, a story or an event: what happened, its verdict tree, what others say, the records that show it.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use measure::framework::Framework;
use routing::{Asn, Timestamp};
use store::{EventRow, OpinionRow, PublicationRow, Store};

/// Parts of a story or an incident told one by one.
const PARTS_MAX: usize = 20;

/// What others say, told beside it.
const OPINIONS_MAX: i64 = 20;

/// Explains what has this id in a publication.
pub async fn explain(
    store: &Store,
    publication: i64,
    head: &PublicationRow,
    framework: &str,
    rules: &[Framework],
    id: &str,
) -> Result<String> {
    let mut text = String::new();
    let events = match store.incident(publication, framework, id).await? {
        Some(incident) => {
            writeln!(
                text,
                "Incident {id}: {} of {} from {} to {}, weight {}, adds {} under framework {framework}.",
                incident.metric,
                Asn(incident.network),
                Timestamp(incident.start),
                Timestamp(incident.end),
                incident.weight,
                incident.adds
            )?;
            store.events_named(publication, &incident.events).await?
        }
        None => match store.event(publication, id).await? {
            Some(event) => match event.story.as_deref() {
                // A story has the id of its first event.
                Some(story) if story == id => {
                    let parts = store.events_of_story(publication, story, i64::MAX).await?;
                    writeln!(text, "Story {id} of {} events.", parts.len())?;
                    parts
                }
                _ => vec![event],
            },
            None => bail!(
                "there is no network, incident or event `{id}` in {}: `observatory export incidents --month {}` \
                 lists ids",
                head.month,
                head.month
            ),
        },
    };
    for event in events.iter().take(PARTS_MAX) {
        tell(&mut text, event, rules)?;
    }
    if events.len() > PARTS_MAX {
        let ids: Vec<&str> = events[PARTS_MAX..].iter().map(|event| event.id.as_str()).collect();
        writeln!(text, "\nAnd {} more: {}", ids.len(), ids.join(" "))?;
    }
    let ids: Vec<String> = events.iter().take(PARTS_MAX).map(|event| event.id.clone()).collect();
    let said = store.opinions_of_events(publication, &ids, OPINIONS_MAX).await?;
    writeln!(text, "\nOthers say")?;
    if said.is_empty() {
        writeln!(text, "  No third party whose events are loaded tells of it.")?;
    }
    for opinion in &said {
        writeln!(text, "  {}", said_by(opinion))?;
    }
    Ok(text)
}

fn tell(text: &mut String, event: &EventRow, rules: &[Framework]) -> Result<()> {
    let told = web::tell(event);
    writeln!(text, "\nEvent {}", event.id)?;
    writeln!(text, "  {}\n  {}", told.sentence, told.verdict)?;
    writeln!(text, "  {} [{}]", event.rule, event.rule_source)?;
    for (heading, sentences) in told.parts() {
        if !sentences.is_empty() {
            writeln!(text, "  {heading}")?;
        }
        for sentence in sentences {
            writeln!(text, "    - {sentence}")?;
        }
    }
    writeln!(text, "  What it counts for")?;
    for rules in rules {
        writeln!(text, "    - {}: {}", rules.id, web::counting(event, rules).because)?;
    }
    let numbers = |asns: &mut dyn Iterator<Item = u32>| {
        asns.map(|asn| Asn(asn).to_string()).collect::<Vec<_>>().join(", ")
    };
    if !event.accomplices.is_empty() {
        writeln!(text, "  Passed on by {}", numbers(&mut event.accomplices.iter().map(|(asn, _)| *asn)))?;
    }
    if !event.credits.is_empty() {
        writeln!(text, "  Not seen passing it: {}", numbers(&mut event.credits.iter().copied()))?;
    }
    for sighting in &event.sightings {
        writeln!(
            text,
            "  {} AS{} at {}: path {}; {} to {} ({}); record at {} of file {}",
            sighting.collector,
            sighting.peer_asn,
            sighting.peer,
            sighting.path,
            Timestamp(sighting.start),
            Timestamp(sighting.end),
            sighting.end_because,
            sighting.offset,
            &sighting.file[..12.min(sighting.file.len())]
        )?;
    }
    Ok(())
}

fn said_by(opinion: &OpinionRow) -> String {
    let named = |asns: &[u32]| asns.iter().map(|asn| Asn(*asn).to_string()).collect::<Vec<_>>().join(", ");
    let end = opinion.end.map_or_else(|| "no end given".to_owned(), |end| Timestamp(end).to_string());
    let mut text =
        format!("{}: {}, {} to {end}", opinion.publisher, opinion.called, Timestamp(opinion.start));
    for (name, asns) in [("culprit", &opinion.culprits), ("victim", &opinion.victims)] {
        if !asns.is_empty() {
            text.push_str(&format!(", {name} {}", named(asns)));
        }
    }
    format!("{text} ({})", opinion.id)
}
