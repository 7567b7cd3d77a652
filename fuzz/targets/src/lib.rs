//! What the targets do: one read of any octets, and what must hold after it.

mod mrt;

use std::io::Read;

use reference::{Parsed, ReadError};
use routing::FaultCounts;

/// A target by name. Each goes with the folder of its name in `corpus/`.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("mrt", mrt::file),
    ("rows", |octets| mrt::file(&mrt::table_of(octets))),
    ("update", |octets| mrt::file(&mrt::update_of(octets))),
    ("bz2", bz2),
    ("vrp", |octets| text(octets, |input, faults| reference::vrp::parse(input, faults))),
    ("aspa", |octets| text(octets, |input, faults| reference::aspa::parse(input, faults))),
    ("slurm", |octets| drop(reference::slurm::parse(octets))),
    ("irr", |octets| text(octets, |input, faults| reference::irr::parse(input, "RIPE", faults))),
    ("delegations", |octets| text(octets, |input, faults| reference::delegations::parse(input, faults))),
    ("asn_countries", |octets| text(octets, |input, faults| reference::asn_countries::parse(input, faults))),
    ("as_names", |octets| text(octets, |input, faults| reference::as_names::parse(input, faults))),
    ("organisations", |octets| text(octets, |input, faults| reference::organisations::parse(input, faults))),
    ("relationships", |octets| text(octets, |input, faults| reference::relationships::parse(input, faults))),
    ("contacts", |octets| text(octets, |input, faults| reference::contacts::parse(input, faults))),
    ("spoofer", |octets| text(octets, |input, faults| reference::spoofer::parse(input, faults))),
    ("full_bogons", |octets| {
        text(octets, |input, faults| reference::bogons::parse_full_bogons(input, faults))
    }),
    ("cidr_report", |octets| {
        text(octets, |input, faults| reference::bogons::parse_cidr_report(input, faults))
    }),
    ("participants", participants),
];

/// Gives octets to a target.
pub fn go(target: &str, octets: &[u8]) {
    let (_, go) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target has a name");
    go(octets);
}

/// Reads a text to its end. What was left out is told.
fn text<T>(octets: &[u8], parse: impl FnOnce(&[u8], &mut FaultCounts) -> Result<Parsed<T>, ReadError>) {
    let mut faults = FaultCounts::default();
    match parse(octets, &mut faults) {
        Ok(parsed) => assert!(parsed.records <= octets.len() as u64),
        Err(ReadError::NotThisFormat { found, .. }) => assert!(found.len() < 4_000, "{found}"),
        Err(ReadError::Io(error)) => panic!("memory does not fail: {error}"),
    }
    for fault in faults.first() {
        assert!(fault.detail.len() < 4_000, "{fault}");
    }
}

fn participants(octets: &[u8]) {
    for programme in programme::shipped() {
        text(octets, |input, faults| programme::parse(input, programme, faults));
    }
}

/// What comes out of a packed file is looked at so far; a few octets can stand for gigabytes.
const UNPACKED_MAX: u64 = 8 << 20;

/// What is whole for libbz2 is whole for ours, with the same octets; and threads change nothing.
fn bz2(octets: &[u8]) {
    let ours = |threads: usize| {
        let mut out = Vec::new();
        let end = bz2::Decoder::new(octets, threads).take(UNPACKED_MAX).read_to_end(&mut out);
        (
            out,
            end.err().map(|error| {
                *error.get_ref().and_then(|e| e.downcast_ref::<bz2::Damage>()).expect("its kind")
            }),
        )
    };
    let (out, damage) = ours(0);
    assert_eq!((&out, damage), (&ours(2).0, ours(2).1));
    let mut theirs = Vec::new();
    let end = bzip2::bufread::MultiBzDecoder::new(octets).take(UNPACKED_MAX).read_to_end(&mut theirs);
    // Nobody writes randomised blocks any more, ours refuses them.
    if damage.is_some_and(|damage| damage.reason == bz2::Reason::Randomised) {
        return;
    }
    assert_eq!(damage.is_none(), end.is_ok(), "{damage:?}, libbz2 {end:?}");
    if damage.is_none() {
        assert!(out == theirs, "{} octets, libbz2 {}", out.len(), theirs.len());
    }
}
