//! Who takes part in the made-up world: every flag, every kind of score and of none, hostile texts.

use std::collections::BTreeMap;

use store::{
    CoverageRow, GradeCounts, IncidentFiguresRow, MembershipRow, ParticipantRow, ParticipantScoreRow,
    PopulationRow, PopulationsRow, ProgrammeRow,
};

use super::{FORMULA, HOSTILE};

pub fn participant(
    programme: &str,
    id: &str,
    organisation: &str,
    asns: &[u32],
    flags: &[(&str, &str)],
) -> ParticipantRow {
    let score = |key: &str, score: Option<f64>, why: Option<&str>| ParticipantScoreRow {
        key: key.to_owned(),
        score,
        published: why.is_none_or(|why| why.starts_with("no data")),
        grade: score.map(|score| if score >= 0.9 { "ready" } else { "aspiring" }.to_owned()),
        unknown: why.map(str::to_owned),
        networks: asns.len() as u32,
        with_data: u32::from(score.is_some()),
    };
    let irr = asns.first().map(|asn| f64::from(*asn % 10) / 10.0);
    let scores = vec![
        score("filtering", None, Some("no data: M2, M2C not measured")),
        score("anti_spoofing", None, Some("not published: not conformant with action 2")),
        score("coordination", Some(0.8999999), None),
        score("routing_information_irr", irr, irr.is_none().then_some("no data: no networks listed")),
    ];
    let network =
        |asn: &u32| MembershipRow { asn: *asn, from: None, to: None, counted: true, known: *asn < 65_000 };
    ParticipantRow {
        programme: programme.to_owned(),
        id: id.to_owned(),
        organisation: organisation.to_owned(),
        approved: (id != "3").then(|| format!("2020-0{id}-01")),
        areas: if id == "2" { vec!["DE".to_owned(), "NL".to_owned()] } else { vec!["NL".to_owned()] },
        networks: asns.iter().map(network).collect(),
        listed: "2024-05-31".to_owned(),
        source: "list".to_owned(),
        revision: None,
        also: Vec::new(),
        partners: Vec::new(),
        conformance: flags.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned())).collect(),
        scores: BTreeMap::from([(
            "2024-01".to_owned(),
            if programme == "ixps" { Vec::new() } else { scores },
        )]),
    }
}

/// Participants of two programmes.
pub fn rows() -> Vec<ParticipantRow> {
    let flags =
        [("filtering", "conformant"), ("anti_spoofing", "non-conformant"), ("coordination", "conformant")];
    let mut meridian = participant("network-operators", "1", "Meridian Group", &[64500, 64496], &flags);
    meridian.networks.push(MembershipRow {
        asn: 64499,
        from: None,
        to: Some("2024-04-30".to_owned()),
        counted: false,
        known: true,
    });
    let mut all = vec![
        meridian,
        participant("network-operators", "2", HOSTILE, &[64498], &flags),
        participant("network-operators", "3", FORMULA, &[], &[]),
        participant("ixps", "1", "Harbour Exchange", &[], &[("prevent", "conformant"), ("tools", "pending")]),
    ];
    for i in 0..40 {
        let id = format!("{}", 100 + i);
        all.push(ParticipantRow {
            approved: None,
            ..participant("network-operators", &id, &format!("Operator {i:02}"), &[65_000 + i], &flags)
        });
    }
    all
}

/// Figures of the programmes.
pub fn figures() -> Vec<ProgrammeRow> {
    let figures = |programme: &str, participants, asns| ProgrammeRow {
        programme: programme.to_owned(),
        framework: "2024-01".to_owned(),
        participants,
        asns,
        economies: 2,
        scores: vec![GradeCounts {
            key: "coordination".to_owned(),
            mean: (asns > 0).then_some(0.95),
            ready: asns,
            aspiring: 0,
            lagging: 0,
            no_data: 0,
        }],
        populations: (asns > 0).then(populations),
    };
    vec![figures("", 44, 43), figures("network-operators", 43, 43), figures("ixps", 1, 0)]
}

/// Participants' networks against all others: three of four with a valid route against two of five.
fn populations() -> PopulationsRow {
    let population = |networks, mean, caused, roas: CoverageRow, region: &str| PopulationRow {
        networks,
        scores: vec![GradeCounts {
            key: "coordination".to_owned(),
            mean: Some(mean),
            ready: 1,
            aspiring: 0,
            lagging: 3,
            no_data: networks - 4,
        }],
        incidents: Some(IncidentFiguresRow { caused, culprits: 1, passed_on: 7 }),
        roas: Some(roas),
        regions: BTreeMap::from([(region.to_owned(), roas)]),
    };
    let roas = |networks, with_valid, ipv4| CoverageRow { networks, with_valid, routes: [ipv4, [0, 0, 1]] };
    PopulationsRow {
        participants: population(43, 0.95, 2, roas(4, 3, [8, 1, 0]), "europe"),
        others: population(8, 0.25, 1, roas(5, 2, [3, 0, 6]), "europe"),
        everybody: population(51, 0.5, 3, roas(9, 5, [11, 1, 6]), "europe"),
    }
}
