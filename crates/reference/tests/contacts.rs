//! Contacts of PeeringDB.

mod data;

use reference::contacts::{self, ContactTable, PeeringDb, Role, Visibility};
use reference::exchange_points::ExchangePoints;
use reference::{Parsed, ReadError};
use routing::{Asn, FaultCounts};

fn read(text: &str) -> (Parsed<PeeringDb>, FaultCounts) {
    let mut faults = FaultCounts::default();
    (contacts::parse(text.as_bytes(), &mut faults).unwrap_or_else(|e| panic!("{text}: {e}")), faults)
}

const NETS: &str = "{\"meta\":{\"generated\":1700000000.5},\"data\":[{\"id\":1,\"asn\":65001,\"status\":\"ok\"},
  {\"id\":2,\"asn\":65002,\"status\":\"ok\"},{\"id\":3,\"asn\":65003,\"status\":\"deleted\"},{\"id\":4,\"asn\":65004,\"status\":\"ok\",
  \"poc_set\":[{\"role\":\"Abuse\",\"visible\":\"Users\",\"email\":\"a@example.net\",\"status\":\"ok\"},7]},{\"asn\":5},{\"id\":6,\"asn\":\"x\"}]}";
const POCS: &str = "{\"data\":[{\"net_id\":1,\"role\":\"NOC\",\"visible\":\"Public\",\"name\":\"Jane Doe\",\"phone\":\"+1\",\"email\":\" \",\"status\":\"ok\"},
  {\"net_id\":2,\"role\":\"Sales\",\"visible\":\"Public\",\"phone\":\"\",\"email\":null,\"status\":\"ok\"},
  {\"net_id\":1,\"role\":\"Policy\",\"visible\":\"Private\",\"email\":\"b@example.net\",\"status\":\"deleted\"},
  {\"net_id\":9,\"role\":\"NOC\",\"email\":\"c@example.net\"},{\"net_id\":\"Jane\",\"role\":\"NOC\"}],\"meta\":{}}";

#[test]
fn networks_and_contacts_are_joined_in_any_order() {
    let ((nets, faults), (pocs, more)) = (read(NETS), read(POCS));
    assert_eq!((nets.stated.unwrap().0, pocs.stated), (1_700_000_000, None));
    assert_eq!(
        faults.first().iter().map(|f| (f.at, f.kind.code)).collect::<Vec<_>>(),
        [(3, "json-element"); 2]
    );
    assert_eq!(more.first()[0].at, 4);
    assert!(!more.first()[0].detail.contains("Jane"), "faults hold nothing personal");
    let table = ContactTable::new([pocs.content.clone(), nets.content.clone()]);
    assert_eq!(table, ContactTable::new([nets.content, pocs.content]));
    let one = table.contacts(Asn(65001)).unwrap();
    assert_eq!((one.len(), one[0].role, one[0].has_email, one[0].has_phone), (1, Role::Noc, false, true));
    assert!(!format!("{table:?}").contains("Jane") && !format!("{table:?}").contains("@"));
    assert!(table.is_reachable(Asn(65001)) && !table.is_reachable(Asn(65002)));
    assert_eq!(table.contacts(Asn(65002)).unwrap().len(), 1);
    assert_eq!(table.contacts(Asn(65003)), None, "deleted");
    assert_eq!(table.contacts(Asn(65004)).unwrap()[0].visibility, Visibility::Users);
    assert_eq!(table.orphans(), 1);
}

#[test]
fn whole_dumps_and_empty_pages() {
    let dump = format!("{{\"poc\":{POCS},\"org\":{{\"data\":[{{\"id\":1}}]}},\"net\":{NETS}}}");
    let table = ContactTable::new([read(&dump).0.content]);
    assert!(table.is_reachable(Asn(65001)));
    assert_eq!(read("{\"data\":[],\"meta\":{}}").0.records, 0);
}

#[test]
fn connections_to_exchange_points() {
    const CONNECTIONS: &str = "{\"data\":[{\"id\":1,\"net_id\":1,\"ix_id\":26,\"asn\":65001,\"status\":\"ok\"},
      {\"net_id\":2,\"ix_id\":26,\"asn\":65002,\"operational\":true},{\"net_id\":3,\"ix_id\":26,\"asn\":65003,\"operational\":false},
      {\"net_id\":4,\"ix_id\":26,\"asn\":65004,\"status\":\"deleted\"},{\"net_id\":5,\"ix_id\":-1,\"asn\":65005}]}";
    let (read_alone, faults) = read(CONNECTIONS);
    let answer = read_alone.content;
    assert_eq!((read_alone.records, faults.skipped()), (2, 1));
    assert!(answer.networks.is_empty() && answer.contacts.is_empty(), "a connection is no network");
    assert_eq!(ExchangePoints::new(answer.connections.clone()).common(Asn(65001), Asn(65002)), Some(1));
    let dump = format!(
        "{{\"net\":{NETS},\"netixlan\":{CONNECTIONS},\"ixlan\":{{\"data\":[{{\"id\":1,\"ix_id\":26}}]}}}}"
    );
    let whole = read(&dump).0.content;
    assert_eq!((whole.connections, whole.networks.len()), (answer.connections, 3));
}

#[test]
fn other_texts_are_told_apart() {
    for text in [
        "",
        "<html>",
        "{}",
        "[]",
        "{\"roas\":[]}",
        "{\"data\":[{\"id\":1,\"name\":\"x\"}]}",
        "{\"data\":[{\"asn\":{}}]}",
    ] {
        let read = contacts::parse(text.as_bytes(), &mut FaultCounts::default());
        assert!(matches!(read, Err(ReadError::NotThisFormat { .. })), "{text}: {read:?}");
    }
}

#[test]
fn real_pages() {
    let Some(folder) = data::folder() else { return };
    for part in ["peeringdb/prod-anon-2026", "peeringdb/fixtures"] {
        let folder = folder.join(part);
        let mut answers = Vec::new();
        for (kind, marker) in [("net", "\"asn\":"), ("poc", "\"net_id\":")] {
            let pages = data::files(&folder, kind).into_iter().filter(|p| {
                let name = p.file_name().unwrap().to_str().unwrap();
                name.strip_prefix(kind).is_some_and(|rest| rest.starts_with(['-', '.']))
            });
            for path in pages {
                let mut faults = FaultCounts::default();
                let parsed = contacts::parse(data::open(&path), &mut faults).unwrap();
                assert_eq!(faults.total(), 0, "{}: {:?}", path.display(), faults.first());
                let text = data::read(&path);
                assert_eq!(parsed.records as usize, text.matches(marker).count(), "{}", path.display());
                answers.push(parsed.content);
            }
        }
        let nets: usize = answers.iter().map(|a| a.networks.len()).sum();
        let pocs: usize = answers.iter().map(|a| a.contacts.len()).sum();
        let table = ContactTable::new(answers);
        assert_eq!(table.asns().count(), nets);
        let listed: usize = table.asns().map(|a| table.contacts(a).unwrap().len()).sum();
        assert_eq!(listed + table.orphans() as usize, pocs);
        assert!(listed > 0, "{part}");
        let page = folder.join("netixlan.json");
        if page.exists() {
            let parsed = contacts::parse(data::open(&page), &mut FaultCounts::default()).unwrap();
            assert_eq!((parsed.records, parsed.content.connections[0].exchange_point), (1, 1));
        }
        for other in ["org-page1.json", "org.json", "ix.json", "ixlan.json"] {
            let path = folder.join(other);
            if path.exists() {
                let read = contacts::parse(data::open(&path), &mut FaultCounts::default());
                assert!(matches!(read, Err(ReadError::NotThisFormat { .. })), "{other}");
            }
        }
    }
}

#[test]
fn a_network_names_its_as_sets_in_one_line() {
    let nets = "{\"data\":[{\"id\":1,\"asn\":65001,\"irr_as_set\":\"RIPE::as65001:AS-All, as-x RS-Y AS65001\"},
      {\"id\":2,\"asn\":65002,\"irr_as_set\":\"\"},{\"id\":3,\"asn\":65003,\"irr_as_set\":\"AS-GONE\",\"status\":\"deleted\"},
      {\"id\":4,\"asn\":65004,\"irr_as_set\":null}]}";
    let sets = read(nets).0.content.as_sets;
    assert_eq!(sets, [(Asn(65001), vec!["RIPE::AS65001:AS-ALL".to_owned(), "AS-X".to_owned()])]);
}
