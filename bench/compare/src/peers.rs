//! The same sums by the readers of others, each in the cheapest way its interface offers.

use std::io::Read;

use bgpkit_parser::BgpkitParser;
use bgpkit_parser::models::{AsPath, AsPathSegment, ElemType};
use reading::{Sums, Updates};
use routecore::bgp::aspath::{self, Hop};
use routecore::bgp::message::{Message, PduParseInfo};
use routecore::bgp::path_attributes::{PathAttributes, WireformatPathAttribute};
use routecore::mrt::{Bgp4Mp, MrtFile, RibEntry};

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
pub fn bgpkit_routes(mrt: impl Read) -> Sums {
    let mut sums = Sums::default();
    for route in BgpkitParser::from_reader(mrt).into_route_iter() {
        bgpkit_path(&mut sums, route.as_path.as_deref());
    }
    sums
}

/// Everything.
pub fn bgpkit_elements(mrt: impl Read) -> Sums {
    let mut sums = Sums::default();
    for element in BgpkitParser::from_reader(mrt).into_elem_iter() {
        bgpkit_path(&mut sums, element.as_path.as_ref());
    }
    sums
}

/// Entries in place, every attribute looked at, the last hop of the path.
pub fn routecore_origins(mut mrt: impl Read, room: usize) -> Sums {
    let mut octets = Vec::with_capacity(room);
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

fn last_asn(path: Option<&AsPath>) -> u64 {
    match path.and_then(|path| path.segments.last()) {
        Some(AsPathSegment::AsSequence(asns)) => asns.last().map_or(0, |asn| u64::from(asn.to_u32())),
        _ => 0,
    }
}

/// Everything.
pub fn bgpkit_updates(mrt: impl Read) -> Updates {
    let mut sums = Updates::default();
    for element in BgpkitParser::from_reader(mrt).into_elem_iter() {
        match element.elem_type {
            ElemType::ANNOUNCE => {
                sums.announced += 1;
                sums.origins += last_asn(element.as_path.as_ref());
            }
            ElemType::WITHDRAW => sums.withdrawn += 1,
        }
    }
    sums
}

/// The prefixes and the last hop of the path of every message.
pub fn routecore_updates(mut mrt: impl Read) -> Updates {
    let mut octets = Vec::new();
    mrt.read_to_end(&mut octets).expect("the file can be read");
    let mut sums = Updates::default();
    for message in MrtFile::new(&octets).messages() {
        // Of others it gives out no message.
        let Bgp4Mp::MessageAs4(message) = message else { continue };
        let Ok(Message::Update(update)) = message.bgp_msg() else { continue };
        let count = update.announcements().map_or(0, |all| all.filter(Result::is_ok).count()) as u64;
        sums.announced += count;
        sums.withdrawn += update.withdrawals().map_or(0, |all| all.filter(Result::is_ok).count()) as u64;
        if count > 0
            && let Ok(Some(path)) = update.aspath()
            && let Some(Hop::Asn(asn)) = path.origin()
        {
            sums.origins += count * u64::from(asn.into_u32());
        }
    }
    sums
}
