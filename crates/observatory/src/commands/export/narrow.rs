//! Which events and incidents are written: those of a network, of an economy, of a list of networks.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use routing::{Asn, economy_name};
use store::EventRow;

/// What events are narrowed to. A story is kept whole when one of its events is meant, so that it is the same
/// wherever it is told.
#[derive(clap::Args, Debug, Default)]
pub struct Narrow {
    /// Of events and incidents: those that this network caused, passed on or suffered.
    #[arg(long, value_name = "ASN")]
    network: Option<Asn>,
    /// Of events and incidents: those caused by a network of this economy (ISO 3166-1 alpha-2).
    #[arg(long, value_name = "CODE", value_parser = economy)]
    economy: Option<String>,
    /// Of events and incidents: those that one of these networks caused or suffered.
    #[arg(long, value_name = "ASN,ASN…", value_delimiter = ',')]
    list: Vec<Asn>,
}

fn economy(text: &str) -> Result<String, String> {
    let code = text.to_ascii_uppercase();
    match economy_name(&code) {
        Some(_) => Ok(code),
        None => Err("not the code of an economy: write two letters, such as NL".to_owned()),
    }
}

impl Narrow {
    /// Refuses what a table cannot be narrowed by.
    pub fn suits(&self, of_events: bool) -> Result<()> {
        if !of_events && (self.network.is_some() || self.economy.is_some() || !self.list.is_empty()) {
            bail!("--network, --economy and --list narrow `events` and `incidents` alone");
        }
        Ok(())
    }

    /// Those that are meant, in their order.
    pub fn keep(&self, mut events: Vec<EventRow>) -> Vec<EventRow> {
        let key = |event: &EventRow| event.story.clone().unwrap_or_else(|| event.id.clone());
        let meant: BTreeSet<String> = events.iter().filter(|event| self.means(event)).map(key).collect();
        events.retain(|event| meant.contains(&key(event)));
        events
    }

    fn means(&self, event: &EventRow) -> bool {
        let had_to_do = |asn: &Asn| event.culprit == Some(asn.0) || event.victims.contains(&asn.0);
        let passed_on = |asn: &Asn| event.accomplices.iter().any(|(other, _)| *other == asn.0);
        self.network.is_none_or(|asn| had_to_do(&asn) || passed_on(&asn))
            && (self.economy.is_none() || event.economy == self.economy)
            && (self.list.is_empty() || self.list.iter().any(had_to_do))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, story: Option<&str>, culprit: u32, victim: u32, economy: &str) -> EventRow {
        EventRow {
            id: id.to_owned(),
            story: story.map(str::to_owned),
            culprit: Some(culprit),
            victims: vec![victim],
            accomplices: vec![(9, 1)],
            economy: Some(economy.to_owned()),
            ..EventRow::default()
        }
    }

    #[test]
    fn a_story_is_kept_whole_and_what_is_not_meant_is_left_out() {
        let events = || {
            vec![
                event("a", Some("a"), 1, 2, "NL"),
                event("b", Some("a"), 1, 3, "NL"),
                event("c", None, 4, 2, "DE"),
                event("d", None, 5, 6, "DE"),
            ]
        };
        let kept = |narrow: Narrow| narrow.keep(events()).into_iter().map(|e| e.id).collect::<String>();
        let of = |asn| Narrow { network: Some(Asn(asn)), ..Narrow::default() };
        assert_eq!(kept(Narrow::default()), "abcd");
        assert_eq!([kept(of(3)), kept(of(2)), kept(of(9)), kept(of(8))], ["ab", "abc", "abcd", ""]);
        assert_eq!(kept(Narrow { economy: Some("DE".to_owned()), ..Narrow::default() }), "cd");
        assert_eq!(kept(Narrow { list: vec![Asn(3), Asn(5), Asn(9)], ..Narrow::default() }), "abd");
        assert_eq!(kept(Narrow { list: vec![Asn(3), Asn(5)], ..of(6) }), "d");
        assert!(
            of(1).suits(false).is_err()
                && of(1).suits(true).is_ok()
                && Narrow::default().suits(false).is_ok()
        );
        assert!(economy("XX").is_err() && economy("nl").is_ok_and(|code| code == "NL"));
    }
}
