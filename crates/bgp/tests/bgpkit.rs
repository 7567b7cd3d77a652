//! Our elements against those of bgpkit-parser, on every MRT file: equal but for those in [`DIFFERENCES`].

mod data;

use std::io::Cursor;

use bgp::mrt::{Element, Item, Reader};
use bgpkit_parser::BgpkitParser;
use bgpkit_parser::models::{BgpElem, Community, ElemType, MetaCommunity};

fn ours(mrt: &[u8]) -> Vec<String> {
    let mut reader = Reader::new(mrt);
    let mut rows = Vec::new();
    while let Some(item) = reader.next().expect("memory does not fail") {
        if let Item::Record(record) = item {
            record.elements(&mut |_| {}, |element| rows.push(our_row(&element)));
        }
    }
    rows
}

/// In the terms of bgpkit-parser, which gives rows of tables the time they were received, and 0 for LOCAL_PREF
/// and MED where they are absent. (Record times and absences are checked against bgpdump.)
fn our_row(element: &Element<'_>) -> String {
    let time = element.originated.unwrap_or(element.time);
    let Element { micros, peer_address, peer_asn, prefix, path_id, .. } = element;
    let start = format!("{}.{micros:06} {peer_address} {} {prefix} {path_id:?}", time.0, peer_asn.0);
    let Some(route) = element.route else { return format!("W {start}") };
    let mut communities: Vec<String> =
        route.communities.unwrap_or_default().iter().map(|c| c.to_string()).collect();
    communities.extend(route.large_communities.unwrap_or_default().iter().map(|c| c.to_string()));
    format!(
        "A {start} | {} | {:?} {:?} {:?} {:?} {:?} | {} {:?} {:?}",
        route.path(),
        route.origin.map(|o| o.to_string()),
        element.next_hop,
        route.local_pref.unwrap_or(0),
        route.med.unwrap_or(0),
        communities,
        route.atomic_aggregate,
        route.aggregator.map(|a| (a.asn.0, a.address)),
        route.only_to_customer.map(|asn| asn.0),
    )
}

fn theirs(mrt: &[u8]) -> Vec<String> {
    let parser = BgpkitParser::from_reader(Cursor::new(mrt)).disable_warnings();
    parser.into_elem_iter().map(|elem| their_row(&elem)).collect()
}

fn their_row(elem: &BgpElem) -> String {
    let micros = (elem.timestamp * 1e6).round() as i64;
    let start = format!(
        "{}.{:06} {} {} {} {:?}",
        micros.div_euclid(1_000_000),
        micros.rem_euclid(1_000_000),
        elem.peer_ip,
        elem.peer_asn.to_u32(),
        elem.prefix.prefix,
        elem.prefix.path_id
    );
    if elem.elem_type == ElemType::WITHDRAW {
        return format!("W {start}");
    }
    let all = elem.communities.as_deref().unwrap_or_default();
    let mut communities: Vec<String> = all
        .iter()
        .filter_map(|c| match c {
            MetaCommunity::Plain(c) => Some(match c {
                Community::NoExport => "65535:65281".to_owned(),
                Community::NoAdvertise => "65535:65282".to_owned(),
                Community::NoExportSubConfed => "65535:65283".to_owned(),
                Community::Custom(asn, value) => format!("{}:{value}", asn.to_u32()),
            }),
            _ => None,
        })
        .collect();
    communities.extend(all.iter().filter_map(|c| match c {
        MetaCommunity::Large(c) => {
            Some(format!("{}:{}:{}", c.global_admin, c.local_data[0], c.local_data[1]))
        }
        _ => None,
    }));
    format!(
        "A {start} | {} | {:?} {:?} {:?} {:?} {:?} | {} {:?} {:?}",
        elem.as_path.as_ref().map(|path| path.to_string()).unwrap_or_default(),
        elem.origin.map(|o| o.to_string()),
        elem.next_hop,
        elem.local_pref.unwrap_or(0),
        elem.med.unwrap_or(0),
        communities,
        elem.atomic,
        elem.aggr_asn.zip(elem.aggr_ip).map(|(asn, address)| (asn.to_u32(), address)),
        elem.only_to_customer.map(|asn| asn.to_u32()),
    )
}

const PATH_ID: &str = "RFC 8050 §4.1: bgpkit-parser leaves out the path identifiers of table rows";
const AS4_PATH: &str = "RFC 6793 §4.2.3: bgpkit-parser does not merge AS4_PATH in TABLE_DUMP";
const ENTRY: &str = "RFC 6396 Appendix B: bgpkit-parser does not read BGP4MP/ENTRY";

/// File, elements only bgpkit-parser has, elements only we have, and why.
const DIFFERENCES: &[(&str, usize, usize, &str)] = &[
    ("mrt/bview.ipv4_unicast_add_path.gz", 62, 62, PATH_ID),
    ("mrt/bview.ipv6_unicast_add_path.gz", 62, 62, PATH_ID),
    ("mrt/mrtparse-samples/bird-mrtdump_rib", 14, 14, PATH_ID),
    ("mrt/mrtparse-samples/bird6-mrtdump_rib", 8, 8, PATH_ID),
    ("mrt/mrtparse-samples/openbgpd_rib_table-mp", 0, 31, ENTRY),
    ("mrt/namex-bgpd-rib-inet.mrt", 750, 750, AS4_PATH),
    ("mrt/namex-bgpd-rib-inet6.mrt", 81, 81, AS4_PATH),
];

/// True when `why` is what parts the two rows.
fn explains(why: &str, theirs: &str, ours: &str) -> bool {
    let without = |row: &str, field: usize| {
        row.split(' ').enumerate().filter(|(i, _)| *i != field).map(|(_, f)| f.to_owned()).collect::<Vec<_>>()
    };
    match why {
        PATH_ID => without(theirs, 5) == without(ours, 5) && theirs.contains(" None | "),
        AS4_PATH => {
            let (t, o): (Vec<_>, Vec<_>) = (theirs.split(' ').collect(), ours.split(' ').collect());
            t.len() == o.len()
                && t.iter().zip(&o).all(|(t, o)| t == o || *t == "23456" || t.starts_with("Some((23456"))
        }
        _ => false,
    }
}

#[test]
fn every_element_is_the_one_bgpkit_parser_reads_or_is_listed() {
    let Some(root) = data::root() else { return };
    let mut found = Vec::new();
    for file in data::mrt_files(&root) {
        let mrt = data::read(&root, &file);
        let (theirs, ours) = (theirs(&mrt), ours(&mrt));
        // In an update with both, bgpkit-parser gives the announced prefixes first: each kind has its order.
        let (mut more, mut fewer) = (Vec::new(), Vec::new());
        for kind in ["A ", "W "] {
            let of_kind = |rows: &[String]| -> Vec<String> {
                rows.iter().filter(|row| row.starts_with(kind)).cloned().collect()
            };
            let (theirs, ours) = (of_kind(&theirs), of_kind(&ours));
            if theirs.len() != ours.len() {
                more.extend(theirs);
                fewer.extend(ours);
                continue;
            }
            for (theirs, ours) in theirs.into_iter().zip(ours).filter(|(theirs, ours)| theirs != ours) {
                more.push(theirs);
                fewer.push(ours);
            }
        }
        if more.is_empty() && fewer.is_empty() {
            continue;
        }
        if let Some((.., why)) = DIFFERENCES.iter().find(|(name, ..)| *name == file) {
            for (theirs, ours) in more.iter().zip(&fewer) {
                assert!(explains(why, theirs, ours), "{file}: not because of {why}\n< {theirs}\n> {ours}");
            }
        }
        found.push((file, more.len(), fewer.len()));
    }
    let listed: Vec<_> =
        DIFFERENCES.iter().map(|(file, more, fewer, _)| (file.to_string(), *more, *fewer)).collect();
    assert_eq!(found, listed);
}
