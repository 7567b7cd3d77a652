//! The same sums by the readers of others, each in the cheapest way its interface offers.

use std::fs::File;
use std::io::Read;

use bgpkit_parser::BgpkitParser;
use bgpkit_parser::models::{AsPath, AsPathSegment};
use reading::Sums;
use routecore::bgp::aspath::{self, Hop};
use routecore::bgp::message::PduParseInfo;
use routecore::bgp::path_attributes::{PathAttributes, WireformatPathAttribute};
use routecore::mrt::{MrtFile, RibEntry};

fn bgpkit_path(sums: &mut Sums, path: Option<&AsPath>) {
    sums.rows += 1;
    match path.and_then(|path| path.segments.last()) {
        Some(AsPathSegment::AsSequence(asns)) => {
            sums.origins += asns.last().map_or(0, |asn| u64::from(asn.to_u32()));
        }
        Some(AsPathSegment::AsSet(_)) => sums.as_set += 1,
        _ => sums.empty_path += 1,
    }
}

/// Route fields alone.
pub fn bgpkit_routes(mrt: File) -> Sums {
    let mut sums = Sums::default();
    for route in BgpkitParser::from_reader(mrt).into_route_iter() {
        bgpkit_path(&mut sums, route.as_path.as_deref());
    }
    sums
}

/// Everything.
pub fn bgpkit_elements(mrt: File) -> Sums {
    let mut sums = Sums::default();
    for element in BgpkitParser::from_reader(mrt).into_elem_iter() {
        bgpkit_path(&mut sums, element.as_path.as_ref());
    }
    sums
}

/// Entries in place, every attribute looked at, the last hop of the path.
pub fn routecore_origins(mut mrt: File) -> Sums {
    let mut octets = Vec::new();
    mrt.read_to_end(&mut octets).expect("the file can be read");
    let file = MrtFile::new(&octets);
    let mut sums = Sums::default();
    for (_, mut header) in file.tables().expect("a table begins with its peers") {
        let mut entries = header.entries();
        while entries.remaining() > 0 {
            let entry = RibEntry::parse(&mut entries).expect("the table is undamaged");
            sums.rows += 1;
            for attribute in PathAttributes::new(entry.attributes, PduParseInfo::modern()) {
                // Among others it gives an error for MP_REACH_NLRI as tables abbreviate it (RFC 6396 §4.3.4).
                let Ok(WireformatPathAttribute::AsPath(path)) = attribute else { continue };
                let path = path.value_into_parser();
                let path = aspath::AsPath::new(path.peek_all(), true);
                match path.expect("the table is undamaged").origin() {
                    Some(Hop::Asn(asn)) => sums.origins += u64::from(asn.into_u32()),
                    Some(Hop::Segment(_)) => sums.as_set += 1,
                    None => sums.empty_path += 1,
                }
            }
        }
    }
    sums
}
