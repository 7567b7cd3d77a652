//! Verdicts, replays, feeds and what others say, as pages show them.

mod page_server;
mod world;

use page_server::serve;

#[test]
fn an_event_shows_its_verdict_tree_and_what_others_say() {
    let server = serve(true);
    let text = server.get("/event/mo-00-incident").text();
    for words in [
        "AS64500 originated space of another network: 10.3.7.0/24, beside 10.3.0.0/16, of AS64501, AS64502,",
        "Incident because of more specific (more_specific):",
        "Judged by VRPs of rpki, as of 2024-05-01T00:00:00Z, 2 days before the event",
        "(+5 points)",
        "What speaks against it It was seen for a short time.",
        "What would turn it A registration before the event.",
        "GRIP: moas",
        "Its suspicion: 80 of 100. Its confidence: 50 of 100.",
        "(about a prefix in common, another culprit)",
        "Not seen passing it AS64498",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    let benign = server.get("/event/mo-01-benign").text();
    for words in [
        "judged benign",
        "It was judged benign: only incidents count.",
        "No third party whose events are loaded",
    ] {
        assert!(benign.contains(words), "`{words}` is not in {benign}");
    }
    let story = server.get("/event/bp-01-5feceb66ffc8").text();
    assert!(story.contains("Part of one story of 3 events"), "{story}");
}

#[test]
fn a_replay_is_stepped_through_by_its_address() {
    let server = serve(true);
    let first = server.get("/event/mo-00-incident");
    let text = first.text();
    for words in [
        "Before, 2024-05-20 23:59 UTC",
        "During, 2024-05-21 00:00 UTC",
        "After, 2024-05-21 01:30 UTC",
        "Change 1 of 4, 2024-05-21 00:00 UTC",
        "Left out: 3 routes held as it begins that change least.",
        "Left out: 4 changes from 2024-05-21T02:30:00Z on",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    // The culprit and the victim are marked in words, too.
    assert!(
        first.body.contains("<title>AS64500: culprit</title>")
            && first.body.contains("<title>AS64501: victim</title>")
    );
    let next = first.attributes("href").into_iter().find(|href| href.contains("step=2")).unwrap();
    let text = server.get(next.split('#').next().unwrap()).text();
    assert!(text.contains("Change 2 of 4, 2024-05-21 00:30 UTC"), "{text}");
    assert!(text.contains("64496 64497 64500 64496 64497 64500 64500"), "before and after: {text}");
    // What is registered is judged by the snapshot of then, and one that turns something is a step of its own.
    for words in [
        "10.3.7.0/24 from AS64500: RPKI not found, IRR not known.",
        "10.3.0.0/16 from AS64501: RPKI valid, IRR not known.",
        "RPKI by VRPs of 2024-05-19, 2 days before. IRR not known, because no source of kind `irr` is configured.",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    let turned = server.get("/event/mo-00-incident?step=3").text();
    for words in [
        "Change 3 of 4, 2024-05-21 01:00 UTC",
        "What was registered anew.",
        "10.3.7.0/24 AS64500 RPKI not found invalid (as) VRPs of 2024-05-21T01:00:00Z",
        "RPKI by VRPs of 2024-05-21T01:00:00Z, less than a day before.",
        "10.3.7.0/24 from AS64500: RPKI invalid (as), IRR not known.",
    ] {
        assert!(turned.contains(words), "`{words}` is not in {turned}");
    }
    assert!(!turned.contains("What changed then"), "{turned}");
    let last = server.get("/event/mo-00-incident?step=99").text();
    assert!(last.contains("Change 4 of 4") && last.contains("none: withdrawn"), "{last}");
    let begin = server.get("/event/mo-00-incident?step=0").text();
    assert!(
        begin.contains("Before the first of 4 changes") && !begin.contains("What changed then"),
        "{begin}"
    );
    assert_eq!(server.get("/event/mo-00-incident?step=x").status, 400);
    assert!(server.get("/event/bp-03-5feceb66ffc8").text().contains("No routes around it are kept"));
}

#[test]
fn everything_detected_is_found_by_verdict_kind_and_reason() {
    let server = serve(true);
    let shown = |query: &str| {
        let text = server.get(&format!("/events{query}")).text();
        let (before, _) = text.split_once(" Download as CSV").unwrap();
        let end = before.rfind(" of 17").unwrap();
        before[..end].rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!(shown(""), "17");
    assert_eq!(shown("?verdict=incident"), "15");
    assert_eq!(shown("?verdict=benign"), "1");
    assert_eq!(shown("?kind=misorigination&verdict=benign"), "1");
    assert_eq!(shown("?reason=unknown_history"), "1");
    let text = server.get("/events?verdict=undecided").text();
    assert!(text.contains("Route leak undecided Unknown history 10.5.0.0/16 not known"), "{text}");
    assert!(text.contains("Verdict incident 15 benign: explained 1 undecided 1"), "{text}");
    assert_eq!(server.get("/events?verdict=guilty").status, 400);
    assert_eq!(server.get("/events?reason=because").status, 400);
}

#[test]
fn what_others_say_is_listed_as_theirs() {
    let server = serve(true);
    let all = server.get("/others").text();
    assert!(all.contains("GRIP: moas") && all.contains("Cloudflare Radar: origin hijack"), "{all}");
    let unseen = server.get("/others?seen=false&network=AS64500").text();
    assert!(
        !unseen.contains("GRIP: moas") && unseen.contains("Ours nothing of the kind was seen"),
        "{unseen}"
    );
    assert!(unseen.contains("10.3.7.0/24 and 2 not named here"), "{unseen}");
    let network = server.get("/network/AS64500").text();
    assert!(network.contains("What others say and we did not see") && !network.contains("GRIP: moas"));
    assert!(
        server
            .get("/others?network=AS64498")
            .text()
            .contains("No third party’s events are among the sources")
    );
    assert_eq!(server.get("/others?network=x").status, 400);
}

#[test]
fn feeds_tell_stories_and_are_linked_from_their_pages() {
    let server = serve(true);
    for (page, feed) in [
        ("/incidents", "/incidents"),
        ("/network/AS64500", "/network/AS64500/incidents"),
        ("/economy/NL", "/economy/NL/incidents"),
    ] {
        let links = server.get(page).attributes("href");
        for ending in [".atom", ".json"] {
            assert!(links.contains(&format!("{feed}{ending}")), "{page}: {feed}{ending}");
        }
        let atom = server.get(&format!("{feed}.atom"));
        assert_eq!(atom.header("content-type"), "application/atom+xml; charset=utf-8");
        assert!(atom.body.starts_with(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">"
        ));
        let entries = atom.body.matches("<entry>").count();
        assert_eq!(
            entries,
            atom.body.matches("<id>urn:uuid:").count() - 1,
            "one id to an entry, one to the feed"
        );
        assert!(
            entries > 3 && atom.body.contains("Misorigination of 10.3.7.0/24 by AS64500"),
            "{}",
            atom.body
        );
        // Three events of one story are one entry.
        assert!(atom.body.contains("Bogon prefix of 192.168.0.0/24 and 2 more by AS64500"));
        assert!(!atom.body.contains("10.4.0.0/16"), "what is benign is no incident");
        assert!(atom.body.contains("href=\"http://localhost/event/mo-00-incident?month=2024-05\""));
        let json = server.get(&format!("{feed}.json"));
        assert_eq!(json.header("content-type"), "application/feed+json; charset=utf-8");
        let feed: serde_json::Value = serde_json::from_str(&json.body).unwrap();
        assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(feed["items"].as_array().unwrap().len(), entries);
        let again = server.ask(
            "/incidents.atom",
            &format!("If-None-Match: {}\r\n", server.get("/incidents.atom").header("etag")),
        );
        assert_eq!(again.status, 304);
    }
    let hostile = server.get("/incidents.atom").body;
    assert!(!hostile.contains("<script"), "{hostile}");
    let narrowed = server.get("/incidents.json?kind=misorigination").body;
    assert_eq!(narrowed.matches("\"content_text\"").count(), 1, "{narrowed}");
    assert_eq!(server.get("/network/AS9/incidents.atom").status, 404);
    assert_eq!(server.get("/economy/nowhere/incidents.json").status, 400);
}
