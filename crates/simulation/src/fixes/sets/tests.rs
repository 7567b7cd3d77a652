use lake::{AsSetRow, CustomerRow, CustomersKnown, Lake};

use super::*;

const OWN: Asn = Asn(64500);

/// A generation with the as-sets `name: members` of RIPE, and what is known of networks.
struct World {
    sets: Vec<(&'static str, &'static str)>,
    customers: Vec<u32>,
    /// What networks name as their sets.
    named: Vec<(u32, &'static str)>,
    related: Result<&'static str, &'static str>,
    contacts: Result<&'static str, &'static str>,
}

fn world(sets: &[(&'static str, &'static str)], customers: &[u32]) -> World {
    World {
        sets: sets.to_vec(),
        customers: customers.to_vec(),
        named: Vec::new(),
        related: Ok("relationships of 2024-05-01"),
        contacts: Ok("PeeringDB of 2024-05-02"),
    }
}

fn set((name, members): (&str, &str)) -> AsSetRow {
    let mut row = AsSetRow { name: name.to_owned(), registry: "RIPE".to_owned(), ..AsSetRow::default() };
    for member in members.split(' ').filter(|member| !member.is_empty()) {
        match member.parse() {
            Ok(asn) => row.asns.push(asn),
            Err(_) => row.sets.push(member.to_owned()),
        }
    }
    row
}

impl World {
    fn pack(&self) -> Pack {
        let dir = tempfile::tempdir().unwrap();
        let draft = Lake::open(dir.path().to_owned()).unwrap().draft("g").unwrap();
        lake::write_as_sets(&draft, self.sets.iter().copied().map(set).collect()).unwrap();
        let owned = |known: Result<&str, &str>| known.map(str::to_owned).map_err(str::to_owned);
        let known = CustomersKnown { customers: owned(self.related), as_sets: owned(self.contacts) };
        let mut rows: BTreeMap<Asn, CustomerRow> = BTreeMap::new();
        for n in &self.customers {
            rows.insert(Asn(*n), CustomerRow { asn: Asn(*n), related: true, ..CustomerRow::default() });
        }
        if !self.customers.is_empty() {
            let customers = self.customers.iter().copied().map(Asn).collect();
            rows.insert(OWN, CustomerRow { asn: OWN, related: true, customers, as_sets: Vec::new() });
        }
        for (asn, sets) in &self.named {
            let row = rows.entry(Asn(*asn)).or_default();
            row.asn = Asn(*asn);
            row.as_sets = sets.split(' ').map(str::to_owned).collect();
        }
        lake::write_customers(&draft, &known, rows.into_values()).unwrap();
        pack_of(&draft.finish().unwrap())
    }
}

fn pack_of(folder: &Path) -> Pack {
    let mut pack = Pack {
        month: "2024-05".to_owned(),
        asn: OWN.0,
        framework: "2024-01".to_owned(),
        inputs: Vec::new(),
        items: Vec::new(),
        outcome: None,
        notes: Vec::new(),
    };
    let subject = Subject {
        asn: OWN,
        registry: String::new(),
        siblings: Vec::new(),
        prefixes: vec!["10.0.0.0/8".parse().unwrap()],
        part_in: Vec::new(),
    };
    items(folder, &subject, &mut pack).unwrap();
    pack
}

fn text(pack: &Pack) -> String {
    pack.items.iter().flat_map(|item| &item.fixes).filter_map(|fix| fix.text.clone()).collect()
}

#[test]
fn every_customer_that_the_set_lacks_is_a_line_to_add() {
    let sets = [
        // 99 is no customer, which is nobody's fault; 2 is found in a set within.
        ("AS-OWN", "AS64500 AS1 AS99 AS-WITHIN"),
        ("AS-WITHIN", "AS2 AS-OWN"),
        ("AS-FOUR", "AS4"),
        ("AS5:AS-ALL", "AS5"),
        ("AS64500:AS-OTHER", "AS3"),
    ];
    let mut world = world(&sets, &[1, 2, 3, 4, 5, 6, 7]);
    // 6 names a set that no registry holds, 7 the very set that lacks it.
    world.named = vec![(64500, "RIPE::AS-OWN"), (4, "AS-FOUR"), (6, "AS-GONE"), (7, "AS-OWN")];
    let pack = world.pack();
    assert_eq!(pack.items.len(), 1, "{pack:?}");
    assert_eq!(
        pack.items[0].problem,
        "5 of its 7 customers, by relationships of 2024-05-01, are not found in RIPE::AS-OWN, which PeeringDB of \
         2024-05-02 names as its set: filters made from it leave their routes out."
    );
    let members: Vec<String> = text(&pack).lines().map(|line| line.replace("members:        ", "")).collect();
    assert_eq!(members, ["AS3", "AS-FOUR", "AS5:AS-ALL", "AS6", "AS7"]);
    assert_eq!(
        pack.items[0].fixes[0].what,
        "Add these lines to RIPE::AS-OWN in RIPE, or to a set within it."
    );
    assert!(!format!("{pack:?}").contains("AS99"), "{pack:?}");
    // Under its number, when it names none.
    world.named.remove(0);
    let pack = world.pack();
    assert!(pack.items[0].problem.contains("6 of its 7 customers"), "{pack:?}");
    assert!(pack.items[0].problem.contains("in AS64500:AS-OTHER, under its number"), "{pack:?}");
}

#[test]
fn a_set_with_all_customers_says_so() {
    let mut world = world(&[("AS64500:AS-A", "AS64500 AS1"), ("AS64500:AS-B", "AS2 AS-GONE")], &[1, 2]);
    let pack = world.pack();
    assert_eq!(pack.items, []);
    let all = "AS64500:AS-A, AS64500:AS-B, under its number, names all 2 customers of AS64500";
    assert!(pack.notes.iter().any(|note| note.starts_with(all)), "{:?}", pack.notes);
    world.customers = vec![1, 2, 3];
    let pack = world.pack();
    assert!(pack.items[0].fixes[0].warnings[0].contains("no routing registry loaded: AS-GONE"), "{pack:?}");
    assert!(pack.items[0].fixes[0].what.contains("that you name to your providers"), "{pack:?}");
}

#[test]
fn what_is_not_known_is_said_and_is_no_lack() {
    let says = |world: &World, why: &str| {
        let pack = world.pack();
        assert_eq!(pack.items, [], "{why}");
        let note = pack.notes.iter().find(|note| note.contains("is not known"));
        assert!(note.is_some_and(|note| note.contains(why)), "{why}: {:?}", pack.notes);
        assert!(!pack.notes.iter().any(|note| note.contains("names all 1") || note.contains("no customers")));
    };
    let sets = [("AS-ELSE", "AS64500"), ("AS64500:AS-PEER:AS1", "AS1")];
    says(
        &world(&sets, &[1]),
        "which as-set is its own is not known: PeeringDB of 2024-05-02 names none, and no",
    );
    says(
        &World { contacts: Err("nothing"), ..world(&sets, &[1]) },
        "what it names in PeeringDB is not known (nothing)",
    );
    says(&world(&sets, &[]), "the relationships of 2024-05-01 know no link of it");
    says(&World { related: Err("none loaded"), ..world(&sets, &[1]) }, "none loaded");
    let gone = World { named: vec![(64500, "AS-GONE")], ..world(&sets, &[1]) };
    says(&gone, "AS-GONE, which PeeringDB of 2024-05-02 names as its set, is in no routing registry loaded");
    let names: Vec<(String, String)> =
        (0..40).map(|n| (format!("AS-{n}"), format!("AS64500 AS-{}", n + 1))).collect();
    let deep: Vec<(&'static str, &'static str)> =
        names.into_iter().map(|(a, b)| (&*a.leak(), &*b.leak())).collect();
    says(
        &World { named: vec![(64500, "AS-0")], ..world(&deep, &[1]) },
        "has sets within sets more than 32 deep",
    );
}

#[test]
fn a_month_that_keeps_none_of_it_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let lake = Lake::open(dir.path().to_owned()).unwrap();
    let pack = pack_of(&lake.draft("none").unwrap().finish().unwrap());
    assert!(pack.items.is_empty() && pack.notes[0].starts_with("No as-sets were loaded"), "{pack:?}");
    let draft = lake.draft("old").unwrap();
    lake::write_as_sets(&draft, vec![set(("AS-X", "AS64500"))]).unwrap();
    let pack = pack_of(&draft.finish().unwrap());
    assert_eq!(pack.items, []);
    assert!(pack.notes[1].contains("published before relationships were kept"), "{:?}", pack.notes);
}

#[test]
fn who_is_in_no_set_gets_one_with_its_customers() {
    let pack = world(&[("AS-ELSE", "AS1")], &[1, 2]).pack();
    let own = pack.items[0].fixes[0].text.as_ref().unwrap();
    assert!(own.contains("members:        AS64500\nmembers:        AS1\nmembers:        AS2\n"), "{own}");
}
