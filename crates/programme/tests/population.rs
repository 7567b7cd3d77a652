//! The population study of May 2022 (FRAMEWORK §7): participants by the direct customers of their networks.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::PathBuf;

use bzip2::read::MultiBzDecoder;
use programme::{load, parse};
use reference::relationships::{RelationshipTable, Size};
use routing::{Asn, FaultCounts};

/// What the study counts as participants are AS numbers: those of the operators' and of the CDN and cloud
/// providers' programme together, each number once however often it is listed (863 of 870; two operators'
/// numbers and five of the other programme's stand twice). One without a known link has no customers and is
/// small. Counted by organisation the figures are others: 388, 278, 20.
#[test]
fn size_classes_of_2022() {
    let data = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/world-2022"));
    if !data.is_dir() {
        assert!(std::env::var("CI").is_err(), "{} is missing", data.display());
        eprintln!("SKIPPED: {} is missing", data.display());
        return;
    }
    let mut faults = FaultCounts::default();
    let mut listed = 0;
    let mut asns: BTreeSet<Asn> = BTreeSet::new();
    for (programme, file) in [("network-operators", "manrs_isps.csv"), ("cdns-and-clouds", "manrs_cdns.csv")]
    {
        let input = BufReader::new(File::open(data.join(file)).unwrap());
        let parsed = parse(input, load(programme).unwrap(), &mut faults).unwrap();
        for network in parsed.content.iter().flat_map(|p| &p.networks) {
            listed += 1;
            asns.insert(network.asn);
        }
    }
    let mut text = Vec::new();
    MultiBzDecoder::new(File::open(data.join("20220301.as-rel.txt.bz2")).unwrap())
        .read_to_end(&mut text)
        .unwrap();
    let links = reference::relationships::parse(&text[..], &mut faults).unwrap().content.links;
    assert_eq!(faults.total(), 0, "{:?}", faults.first());
    let graph = RelationshipTable::new(&links);
    let count = |size| asns.iter().filter(|asn| graph.size(**asn) == size).count();
    assert_eq!((listed, asns.len()), (870, 863));
    assert_eq!([Size::Small, Size::Medium, Size::Large].map(count), [520, 319, 24]);
}
