use web::{Closed, RecordField, RecordPlace, RecordSection, RecordShown, Records};

use super::{FILE, HOSTILE};

/// One record of one file: a table's row with two entries, the second of the peer that shows the wrong state. Of
/// the places around it each is closed for another reason.
#[derive(Debug)]
pub struct Files;

impl Records for Files {
    fn open(&self, place: &RecordPlace) -> Result<RecordShown, Closed> {
        assert_eq!((place.source.as_str(), place.digest.as_str()), ("rrc00", FILE));
        match place.offset {
            123_456_789 => {}
            1 => return Err(Closed::Absent(format!("{} is not at hand {HOSTILE}", place.file))),
            2 => return Err(Closed::Changed("it is another file now".to_owned())),
            3 => return Err(Closed::Costly("it lies too deep".to_owned())),
            _ => return Err(Closed::NoRecord("no record begins there".to_owned())),
        }
        let field = |depth, name: &str, value: &str, octets| RecordField {
            depth,
            name: name.to_owned(),
            value: value.to_owned(),
            octets,
        };
        let entry = |n: usize, peer: &str| RecordSection {
            title: format!("Entry {n} of 2"),
            octets: 12 + n..20 + n,
            entry: true,
            peer: Some((peer.to_owned(), 64496)),
            fields: vec![
                field(0, "AS_PATH", "64496 64497 64500 [type 2, well-known transitive]", 12..20),
                field(1, "Unknown attribute", HOSTILE, 12..20),
            ],
        };
        let header = vec![field(0, "Type, subtype", "13, 2: TABLE_DUMP_V2/RIB_IPV4_UNICAST", 4..8)];
        let header = RecordSection {
            title: "MRT header".to_owned(),
            octets: 0..12,
            entry: false,
            peer: None,
            fields: header,
        };
        Ok(RecordShown {
            octets: (0..=255).cycle().take(5_000).collect(),
            sections: vec![header, entry(1, "192.0.2.9"), entry(2, "192.0.2.1")],
            stopped: Some("3 octets are left over at octet 4997".to_owned()),
        })
    }
}
