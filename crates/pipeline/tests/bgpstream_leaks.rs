//! Leaks that another observer published, by their example paths alone, with relationships of years before.
//! `cargo test -p pipeline --test bgpstream_leaks -- --nocapture` prints every disagreement with its class.

mod worlds;

use std::collections::BTreeMap;
use std::io::Read;

use detect::path::Hops;
use detect::route_leak::{self, Knowledge, Walk};
use reference::relationships::{Relation, RelationshipTable};
use routing::{AsPath, Asn};

/// One published leak.
struct Published {
    id: String,
    path: Vec<Asn>,
    to: Vec<Asn>,
    leaker: Vec<Asn>,
}

/// Splits a line at the commas outside quotation marks.
fn columns(line: &str) -> Vec<String> {
    let (mut all, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(String::new()),
            c => all.last_mut().unwrap().push(c),
        }
    }
    all
}

fn published(text: &str) -> Vec<Published> {
    let numbers = |list: &str| {
        list.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok().map(Asn)).collect()
    };
    text.lines()
        .skip(1)
        .map(|line| {
            let c = columns(line);
            Published { id: c[0].clone(), path: numbers(&c[7]), to: numbers(&c[10]), leaker: numbers(&c[12]) }
        })
        .collect()
}

/// Why the published turn is none to us.
fn class(known: &Knowledge<'_>, walk: &Walk, leak: &Published) -> String {
    let table = known.relationships.unwrap();
    let hops = &walk.hops;
    let Some(at) = hops.iter().position(|hop| leak.leaker.contains(hop)) else {
        return "the leaker is not on the path".to_owned();
    };
    if (1..hops.len()).any(|i| hops[..i].contains(&hops[i])) {
        return "a network stands in two places".to_owned();
    }
    if at == 0 || at + 1 == hops.len() {
        return "the leaker is at an end of the path".to_owned();
    }
    let missing = |a: Asn, b: Asn| match (table.relation(a, b), table.knows(a) && table.knows(b)) {
        (Some(Relation::Customer), _) => Some("a customer by the file"),
        (Some(_), _) => None,
        (None, true) => Some("not linked in the file"),
        (None, false) => Some("a network the file does not know"),
    };
    match (missing(hops[at], hops[at + 1]), missing(hops[at], hops[at - 1])) {
        (Some(from), None) => format!("the source is {from}"),
        (None, Some(to)) => format!("the receiver is {to}"),
        (Some(from), Some(to)) => format!("the source is {from}, the receiver {to}"),
        (None, None) => "found".to_owned(),
    }
}

#[test]
fn published_leaks_by_path_alone() {
    let Some(data) = worlds::folder() else { return };
    // Of January 2016: the nearest that is not newer than the events of 2019 and 2020.
    let file = worlds::relationships(&data.join("world-2016/20160101.as-rel.txt.bz2"));
    let table = RelationshipTable::new(&file.links);
    let mut exchanges = file.exchanges.clone();
    exchanges.sort_unstable();
    let knowledge = Knowledge {
        relationships: Some(&table),
        aspas: None,
        exchanges: &exchanges,
        siblings: &|a, b| a == b,
    };
    let mut text = String::new();
    worlds::open(&data.join("incidents/bgpstream-com/leaks.csv")).read_to_string(&mut text).unwrap();
    let all = published(&text);
    let mut counts = BTreeMap::<String, u32>::new();
    let (mut same, mut judged, mut others) = (0, 0, 0);
    for leak in &all {
        let path = AsPath::from_sequence(leak.path.iter().copied());
        let walk = Walk::new(&Hops::of(path.as_ref(), Asn(0)), &knowledge);
        let found = route_leak::find(&walk, None, &knowledge);
        let ours = found.iter().any(|f| f.leaker.is_some_and(|l| leak.leaker.contains(&l)));
        let exact = ours && found.iter().any(|f| leak.to.contains(&f.to));
        let class = match (ours, exact, found.is_empty()) {
            (true, true, _) => "same leaker, same receiver".to_owned(),
            (true, false, _) => "same leaker, another receiver".to_owned(),
            (false, _, is_none) => {
                let verdict = if is_none { "no turn" } else { "another leaker" };
                format!("{verdict}: {}", class(&knowledge, &walk, leak))
            }
        };
        if !ours {
            println!("{} {} leaker {:?}: {class}", leak.id, path, leak.leaker);
        }
        let unjudged = ["not linked", "does not know", "two places"];
        judged += u32::from(!unjudged.iter().any(|why| class.contains(why)));
        same += u32::from(ours);
        others += u32::from(!ours && !found.is_empty());
        *counts.entry(class).or_default() += 1;
    }
    for (class, n) in &counts {
        println!("{n:4}  {class}");
    }
    println!(
        "{} published; of {judged} whose turn can be judged {same} agreed; in {others} of all another leaker was found",
        all.len()
    );
    assert_eq!(all.len(), 472);
    assert!(same * 10 > judged * 8, "where both links are known we agree: {same} of {judged}");
}
