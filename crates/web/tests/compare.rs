//! Subjects side by side, groups, participants and histories, asked for over HTTP.

mod page_server;
mod world;

use page_server::{Answer, serve};

/// With the semicolons of an address.
fn compare(path: &str) -> String {
    path.replace(';', "%3B")
}

/// Cells of a line of CSV.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

/// The row of a figure in a CSV: what stands under each heading.
fn figure(csv: &Answer, row: &str) -> std::collections::BTreeMap<String, String> {
    let mut lines = csv.body.lines().map(cells);
    let head = lines.next().unwrap();
    let line = lines.find(|line| line[1] == row).unwrap_or_else(|| panic!("no {row}: {}", csv.body));
    head.into_iter().zip(line).collect()
}

#[test]
fn subjects_stand_side_by_side_and_say_how_they_differ() {
    let server = serve(true);
    let csv =
        server.get(&compare("/compare.csv?subjects=AS64500;AS64499;economy:NL;group:64496,64500,1;AS7"));
    assert_eq!((csv.status, csv.header("content-type").split(';').next().unwrap()), (200, "text/csv"));
    let [me, no_data, nl, group, nobody] = ["AS64500", "AS64499", "economy:NL", "group:1,64496,64500", "AS7"]
        .map(|s| format!("{s}@2024-05/2024-01"));
    let irr = figure(&csv, "routing_information_irr");
    assert_eq!((irr[&me].as_str(), irr[&format!("{me} grade")].as_str()), ("0.8999999", "aspiring"));
    // No data stays none, says why, and differs from nothing.
    assert_eq!((irr[&no_data].as_str(), irr[&format!("{no_data} difference")].as_str()), ("", ""));
    assert_eq!(irr[&format!("{no_data} unknown")], "no data: M7IRR not measured");
    assert_eq!(irr[&format!("{nobody} unknown")], "AS7 is not in the data of 2024-05");
    // The group is pooled as an area is: (0.8999999 + 0.9642857) / 2.
    assert_eq!(irr[&group], "0.9321428");
    assert_eq!(irr[&format!("{group} networks with data")], "2");
    let difference: f64 = irr[&format!("{group} difference")].parse().unwrap();
    assert!((difference - 0.0321429).abs() < 1e-9, "{difference}");
    // An economy's score is the one its page shows.
    let page = server.get("/economy/NL").text();
    let shown = format!("{:.3}", irr[&nl].parse::<f64>().unwrap());
    assert!(page.contains(&shown), "{shown}");
    let grades = figure(&csv, "routing_information_irr.ready");
    assert_eq!((grades[&me].as_str(), grades[&group].as_str(), grades[&no_data].as_str()), ("0", "1", "0"));
    // Raw values of several networks are means over those known.
    let m3 = figure(&csv, "M3");
    assert_eq!((m3[&me].as_str(), m3[&group].as_str()), ("3.5", "1.75"));
    assert_eq!(m3[&format!("{group} difference")], "-1.75");
    assert_eq!(figure(&csv, "M5")[&format!("{me} unknown")], "no spoofing tests loaded");
    // 160 of 240 IPv4 routes are valid; what has no routes has no share.
    let valid = figure(&csv, "rpki_valid_ipv4");
    assert_eq!((valid[&me].as_str(), valid[&group].as_str()), ("0.6666666666666666", "0.6666666666666666"));
    assert_eq!(valid[&format!("{no_data} unknown")], "not known: no VRPs loaded");

    let page = server.get(&compare("/compare?subjects=AS64500;group:64496,64500;world@2024-04/2018-06"));
    assert_eq!(page.status, 200);
    let text = page.text();
    for said in [
        "0.032 higher, better",
        "1.75 less, better",
        "framework 2018-06 has no such score",
        "April 2024 · 2018-06",
        "AS64496, AS64500",
        "partial: the delegation file",
        "RPKI by month",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // The address to keep spells out month and framework of each.
    let links = page.attributes("href").join("\n");
    let stable = "/compare?subjects=AS64500%402024-05%2F2024-01%3Bgroup%3A64496%2C64500%402024-05%2F2024-01%3Bworld%402024-04%2F2018-06";
    assert!(links.contains(stable), "{links}");
    assert!(links.contains("/compare.csv?subjects="));
}

#[test]
fn kinds_of_events_that_were_never_found_are_unknown_and_others_counted() {
    let server = serve(true);
    let csv = server.get(&compare("/compare.csv?subjects=economy:NL;AS64500"));
    let bogons = figure(&csv, "bogon_prefix");
    assert!(!bogons["economy:NL@2024-05/2024-01"].is_empty());
    assert!(!bogons["AS64500@2024-05/2024-01"].is_empty());
    assert!(!csv.body.contains(",route_leak,"), "the world has none: it may not have been looked for");
}

#[test]
fn the_form_works_without_scripts_and_keeps_what_was_asked() {
    let server = serve(true);
    let empty = server.get("/compare");
    assert_eq!(empty.status, 200);
    assert!(empty.body.contains("<textarea") && empty.text().contains("The largest economies and the world"));
    // As a form sends it: line breaks.
    let sent = server.get("/compare?subjects=economy%3ANL%0D%0A%20AS64500%0D%0A&month=2024-04");
    assert_eq!(sent.status, 200);
    assert!(sent.body.contains("economy:NL\nAS64500</textarea>"), "{}", sent.body);
    assert!(sent.body.contains("name=\"month\" value=\"2024-04\""));
    for offer in empty.attributes("href").iter().filter(|link| link.starts_with("/compare?subjects=")) {
        assert_eq!(server.get(offer).status, 200, "{offer}");
    }
}

#[test]
fn what_cannot_be_compared_names_the_piece_and_what_was_meant() {
    let server = serve(true);
    for (path, status, said) in [
        ("/compare?subjects=world;NL", 400, "`NL`: it is no subject"),
        (
            "/compare?subjects=AS64500@2020-01",
            404,
            "in `AS64500@2020-01`: There is no publication of 2020-01",
        ),
        (
            "/compare?subjects=world@2024-05/1999-01",
            404,
            "in `world@2024-05/1999-01`: 2024-05 was not graded",
        ),
        ("/compare?subjects=group:AS-NONE", 404, "There is no as-set `AS-NONE` in 2024-05"),
        ("/compare?subjects=group:AS-LANTERN@2024-04", 404, "The publication of 2024-04 keeps no as-sets"),
        ("/compare?subjects=group:AS64500:AS-ALL", 400, "leads to more than 5000 networks"),
        ("/compare.csv", 400, "no subjects are named"),
        ("/compare?subjects=1;2;3;4;5;6;7;8;9", 400, "at most 8 are compared"),
        ("/group/64500,x", 400, "Write it like /group/64500,64501"),
        ("/group/AS-NONE", 404, "There is no as-set"),
        ("/participant/network-operator/1", 404, "There is no programme"),
        ("/participant/network-operators/Meridian", 404, "is no participant of"),
        ("/network/AS7/history", 404, "not in the data"),
        ("/economy/JM/history", 404, "has values of Jamaica"),
    ] {
        let answer = server.get(&compare(path));
        assert_eq!(answer.status, status, "{path}");
        let text = answer.text().replace("&#96;", "`");
        assert!(text.contains(said), "{path}: {text}");
    }
    let meant = server.get(&compare("/compare?subjects=world;NL&month=2024-04"));
    let link = "/compare?subjects=world%3Beconomy%3ANL&month=2024-04";
    assert!(meant.attributes("href").iter().any(|href| href == link), "{:?}", meant.attributes("href"));
    let hostile = server.get("/compare?subjects=%3Cscript%3Ealert(1)%3C/script%3E");
    assert!(hostile.status == 400 && !hostile.body.contains("<script>alert"));
}

#[test]
fn a_group_is_a_list_or_an_as_set_of_the_month() {
    let server = serve(true);
    let set = server.get("/group/as-meridian");
    assert_eq!(set.status, 200);
    let text = set.text();
    for said in [
        "2 networks of it in May 2024",
        "1 network not in the data of 2024-05: AS65000",
        "2 objects of RADB, RIPE, 2 levels deep, name 3 networks",
        "members that no registry used holds: AS-GONE",
        "(mbrs-by-ref) of AS-LANTERN: those are not followed",
        "1 member is neither a network nor a set and left out",
        "Meridian Broadband",
        "Lantern Transit",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let csv = server.get("/group/AS-MERIDIAN/networks.csv?sort=asn");
    assert_eq!(
        csv.body.lines().map(|line| line.split(',').next().unwrap()).collect::<Vec<_>>(),
        ["asn", "64496", "64500"]
    );
    let list = server.get("/group/AS64500,%2064496");
    assert!(list.text().contains("AS64496, AS64500"));
    // What its networks caused or suffered, and nothing else.
    let feed = server.get("/group/64500/incidents.json");
    assert_eq!((feed.status, feed.header("content-type")), (200, "application/feed+json; charset=utf-8"));
    let of_network = server.get("/network/AS64500/incidents.json");
    let entries = |answer: &Answer| answer.body.matches("\"id\":\"urn:uuid:").count();
    assert!(entries(&feed) > 0 && entries(&feed) <= entries(&of_network));
    assert_eq!(entries(&server.get("/group/64499/incidents.json")), 0);
    assert_eq!(
        server.get("/group/64500/incidents.atom").header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    let form = server.get("/group?members=64501%0D%0AAS64500&month=2024-04");
    assert_eq!((form.status, form.header("location")), (303, "/group/64500%2C64501?month=2024-04"));
    assert_eq!(server.get("/group").status, 200);
}

#[test]
fn a_participant_has_a_page_with_what_is_published_of_it() {
    let server = serve(true);
    let table = server.get("/participants?programme=network-operators");
    let link = table.attributes("href").into_iter().find(|href| href.starts_with("/participant/")).unwrap();
    assert_eq!(server.get(&link).status, 200);
    let page = server.get("/participant/network-operators/1");
    let text = page.text();
    for said in [
        "Meridian Group",
        "Approved 2020-01-01",
        "0.899 aspiring",
        "not published: not conformant with action 2",
        "Meridian Broadband",
        "AS64499 does not count in this month",
        "Action 4: Routing information not stated",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let meant = server.get("/participant/network-operators/meridian%20grup");
    assert!(meant.attributes("href").contains(&"/participant/network-operators/1".to_owned()));
}

#[test]
fn histories_hold_every_score_and_metric_of_every_month() {
    let server = serve(true);
    let csv = server.get("/network/AS64500/history.csv");
    let rows = |csv: &Answer, key: &str| -> Vec<String> {
        csv.body.lines().filter(|line| line.split(',').nth(3) == Some(key)).map(str::to_owned).collect()
    };
    assert_eq!(rows(&csv, "M3"), ["2024-04,2024-01,metric,M3,3.5,,,,", "2024-05,2024-01,metric,M3,3.5,,,,"]);
    assert_eq!(rows(&csv, "M5")[0], "2024-04,2024-01,metric,M5,,,no spoofing tests loaded,,");
    assert_eq!(
        rows(&csv, "routing_information_irr")[1],
        "2024-05,2024-01,score,routing_information_irr,0.8999999,aspiring,,,"
    );
    // Of an economy the means, with how many networks they are of.
    let csv = server.get("/economy/NL/history.csv");
    assert_eq!(rows(&csv, "M3")[0], "2024-04,2024-01,metric,M3,1.75,,,2,0");
    let csv = server.get("/participant/network-operators/1/history.csv");
    assert_eq!(rows(&csv, "M3")[1], "2024-05,2024-01,metric,M3,1.75,,,2,0");
    assert_eq!(
        rows(&csv, "anti_spoofing")[0].split(',').nth(4),
        Some(""),
        "what is not published is withheld"
    );
    let page = server.get("/network/AS64500/history").text();
    assert!(page.contains("No data in 2024-04, 2024-05: no spoofing tests loaded"), "{page}");
    assert_eq!(server.get("/region/europe/history").status, 200);
    for path in ["/network/AS64500", "/economy/NL"] {
        assert!(server.get(path).attributes("href").contains(&format!("{path}/history")), "{path}");
    }
}
