//! What would be otherwise, and fix packs: pages and API.

mod api_server;
#[allow(dead_code)]
mod world;

use api_server::serve;

#[test]
fn a_question_stands_in_the_address_and_is_answered_without_scripts() {
    let server = serve(true);
    let page = server.get("/whatif");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<textarea id=\"changes\" name=\"changes\""), "{}", page.body);
    let page = server.get("/whatif?changes=%2B+roa+10.3.0.0/16+AS64501&as=AS64501");
    assert_eq!(page.status, 200, "{}", page.body);
    for said in [
        "RPKI not-found, IRR none → RPKI invalid (as), IRR none",
        "10.3.0.0/16-16 AS64501",
        "third party",
        "M7RPKI: 0.7500 → 0.6500",
        "Events and incidents stay as they were judged",
        "VRPs of 2024-05-01; route objects of 2024-05-01",
    ] {
        assert!(page.body.contains(said), "{said} is missing in\n{}", page.body);
    }
    let own = server.get("/whatif?changes=add+roa+10.3.0.0/16+64500");
    assert!(own.body.contains("M7RPKI: 0.7500 → 0.7600"), "{}", own.body);
    assert!(own.body.contains("Nobody else"), "{}", own.body);
}

#[test]
fn what_is_wrong_with_a_question_is_told_beside_it() {
    let server = serve(true);
    let page = server.get("/whatif?changes=%2B+roa+10.3.0.1/16+AS64500%0A%3Cscript%3E");
    assert_eq!(page.status, 400);
    assert!(page.body.contains("line 1, column 7: `10.3.0.1/16` has host bits set"), "{}", page.body);
    assert!(page.body.contains("<code>+ roa 10.3.0.0/16 AS64500</code>"), "{}", page.body);
    assert!(!page.body.contains("<script>"), "what was typed is text");
    assert_eq!(server.get("/whatif?changes=x&as=AS64500&month=2024-05").status, 400);
    assert_eq!(server.get("/whatif?as=nobody").status, 400);
    let none = server.get("/api/whatif?changes=%20%0A%23");
    assert_eq!(
        (none.status, none.json()["suggestion"].as_str().unwrap()),
        (400, "+ roa 192.0.2.0/24 AS64500")
    );
    let wrong = server.get("/api/whatif?changes=%2B%20roa%2010.3.0.1/16%20AS64500").json();
    assert_eq!(wrong["code"], "malformed_parameter");
    assert_eq!(wrong["suggestion"], "+ roa 10.3.0.0/16 AS64500");
    let many = format!("/api/whatif?changes={}", "%2B%20roa%2010.3.0.0/16%20AS64500%0A".repeat(201));
    assert!(server.get(&many).json()["detail"].as_str().unwrap().contains("more than 200 changes"));
    assert_eq!(server.get("/api/whatif").json()["code"], "missing_parameter");
}

#[test]
fn a_pack_names_the_exact_repair_and_what_it_leads_to() {
    let server = serve(true);
    let page = server.get("/network/AS64500/fixes");
    assert_eq!(page.status, 200, "{}", page.body);
    for said in [
        "Create a ROA for 10.3.0.0/16, origin AS64500, without a maximum length",
        "route:          10.3.0.0/16\norigin:         AS64500\nmnt-by:         YOUR-MNT\nsource:         RIPE",
        "After these: M7IRR 0.76",
        "/network/AS64500/fixes.txt",
    ] {
        assert!(page.body.contains(said), "{said} is missing in\n{}", page.body);
    }
    let text = server.get("/network/AS64500/fixes.txt");
    assert!(text.header("content-disposition").contains("AS64500-fixes-2024-05.txt"));
    assert!(text.body.contains("+ route 10.3.0.0/16 AS64500 RIPE"), "{}", text.body);
    let pack = server.get("/api/networks/64500/fixes").json();
    let items = pack["data"]["items"].as_array().unwrap();
    assert!(items.iter().any(|item| item["metric"] == "M7RPKI" && item["prefix"] == "10.3.0.0/16"), "{pack}");
    assert_eq!(pack["data"]["outcome"]["network"]["asn"], 64500);
    assert_eq!(server.get("/network/AS4200000001/fixes").status, 404);
    assert_eq!(server.get("/network/64500/fixes").status, 308);
    let network = server.get("/network/AS64500");
    assert!(network.body.contains("href=\"/network/AS64500/fixes\""), "{}", network.body);
}

#[test]
fn who_is_in_no_as_set_is_told_how_to_be_in_one() {
    let server = serve(true);
    let named = server.get("/network/AS64500/fixes.txt").body;
    assert!(named.contains("As-sets that name AS64500: AS-MERIDIAN (RIPE)"), "{named}");
    assert!(!named.contains("as-set: "), "{named}");
    let elsewhere = tempfile::tempdir().unwrap();
    let draft = lake::Lake::open(elsewhere.path().to_owned()).unwrap().draft("g").unwrap();
    let other =
        lake::AsSetRow { name: "AS-OTHER".to_owned(), asns: vec![routing::Asn(645)], ..Default::default() };
    lake::write_as_sets(&draft, vec![other]).unwrap();
    let kept = server.folder().join("lake/generation-of-2024-05").join(lake::AS_SETS_FILE);
    std::fs::copy(draft.finish().unwrap().join(lake::AS_SETS_FILE), kept).unwrap();
    let unnamed = server.get("/network/AS64500/fixes.txt").body;
    assert!(
        unnamed.contains("AS-SET: It announces") && unnamed.contains("as-set:         AS64500:AS-ALL"),
        "{unnamed}"
    );
    assert!(unnamed.contains("members:        AS64500"), "{unnamed}");
    // April has no as-sets.
    let april = server.get("/network/AS64500/fixes.txt?month=2024-04").body;
    assert!(
        april.contains("whether one names AS64500, and its own one its customers, is not known"),
        "{april}"
    );
}

#[test]
fn events_with_the_same_repair_stand_together() {
    let server = serve(true);
    let page = server.get("/network/AS64500/fixes").body;
    // Thirteen were found; three are bogons for a registry alone, which this framework does not count.
    assert!(page.contains("AS64500 began 10 events (bogon prefix)."), "{page}");
    assert_eq!(page.matches("Stop announcing it, and filter private").count(), 1, "{page}");
    assert!(page.contains("<a href=\"/event/bp-00-5feceb66ffc8\"><code>192.168.0.0/24</code></a>"), "{page}");
    let text = server.get("/network/AS64500/fixes.txt").body;
    assert!(text.contains("\n    192.168.0.0/24 (event bp-00-5feceb66ffc8)\n"), "{text}");
    let pack = server.get("/api/networks/64500/fixes").json();
    let items = pack["data"]["items"].as_array().unwrap();
    let bogons: Vec<_> = items.iter().filter(|item| item["metric"] == "M3").collect();
    assert_eq!((bogons.len(), bogons[0]["events"].as_array().unwrap().len()), (1, 10), "{pack}");
    assert_eq!(bogons[0]["events"][0]["event"], "bp-00-5feceb66ffc8");
}
