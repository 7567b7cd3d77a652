//! Prefixes and the method, asked for over HTTP.

mod page_server;
#[allow(dead_code)]
mod world;

use page_server::{routes, serve};

#[test]
fn a_prefix_shows_its_routes_what_covers_it_and_what_is_inside() {
    let server = serve(true);
    let answer = server.get("/prefix/10.3.0.0-16");
    let text = answer.text();
    for words in [
        "Announced by AS64497 Harbour Internet Exchange, AS64500 Meridian Broadband. More than one origin",
        "10.3.0.0/16 AS64497 Harbour Internet Exchange invalid another AS is authorised AS64500 10.0.0.0/16-24 AS64496 10.0.0.0/8-8 exact RIPE AS64500 10.0.0.0/16 RIPE",
        "VRPs of 2024-05-31",
        "Less specific routes, the shortest first. What this rests on Prefix Origin RPKI IRR Peer ASes First and last seen Not counted \
         because 10.0.0.0/8 AS64496 Lantern Transit not-found",
        "10.0.0.0/12 AS_SET valid",
        "Routes inside it, in the order of prefixes.",
        "10.3.7.0/24 AS1 valid",
        "AS64500 originated space of another network: 10.3.7.0/24",
    ] {
        assert!(text.to_lowercase().contains(&words.to_lowercase()), "`{words}` is not in {text}");
    }
    assert!(
        !answer.body.contains("href=\"/network/AS1\""),
        "a network that the month does not know has no page"
    );
    let events = server.get("/prefix/192.168.4.0-23").text();
    for words in [
        "originated space that nobody may announce: 192.168.4.0/24",
        "originated space that nobody may announce: 192.168.5.0/24",
    ] {
        assert!(events.contains(words), "`{words}` is not in {events}");
    }
    assert!(!events.contains("192.168.6.0/24"));
    let nothing = server.get("/prefix/203.0.113.0-24").text();
    assert!(nothing.contains("not reached by any route of the collectors loaded"), "{nothing}");
    let missing = server.get("/prefix/10.3.0.0-16?month=2024-04").text();
    assert!(missing.contains("cannot be read by prefix just now"), "{missing}");
}

#[test]
fn more_specific_routes_are_paged_and_all_there() {
    let server = serve(true);
    let (mut found, mut next, mut pages) = (Vec::new(), "/prefix/10.0.0.0%2F8".to_owned(), 0);
    loop {
        let answer = server.get(&next);
        let (_, list) = answer.body.split_once("id=\"specific\"").unwrap();
        let rows = list.split("<th scope=\"row\"><a href=\"/prefix/").skip(1);
        found.extend(rows.map(|row| row.split(['"', '?']).next().unwrap().replace('-', "/")));
        pages += 1;
        let link = list.split("rel=\"next\" href=\"").nth(1).map(|rest| rest.split('"').next().unwrap());
        match link {
            Some(link) => next = link.split('#').next().unwrap().replace("&#38;", "&"),
            None => break,
        }
    }
    let outer: routing::Prefix = "10.0.0.0/8".parse().unwrap();
    let mut inside: Vec<routing::Prefix> =
        routes().iter().map(|r| r.prefix).filter(|p| outer.contains(p) && *p != outer).collect();
    inside.sort();
    assert_eq!(found, inside.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(pages, inside.len().div_ceil(100));
}

#[test]
fn prefixes_are_read_in_every_form_and_refused_with_the_one_meant() {
    let server = serve(true);
    for (path, canonical) in [
        ("/prefix/10.3.0.0/16", "/prefix/10.3.0.0-16"),
        ("/prefix/2001:db8::/32?month=2024-05", "/prefix/2001:db8::-32?month=2024-05"),
    ] {
        let moved = server.get(path);
        assert_eq!((moved.status, moved.header("location")), (308, canonical), "{path}");
    }
    for (path, words, meant) in [
        ("/prefix/10.3.0.1-16", "host bits", "/prefix/10.3.0.0-16"),
        ("/prefix/10.3.0.1/16", "host bits", "/prefix/10.3.0.0-16"),
        ("/prefix/192.0.2.7", "The whole prefix is 192.0.2.7/32.", "/prefix/192.0.2.7-32"),
        ("/prefix/2001:db8::1", "The whole prefix is 2001:db8::1/128.", "/prefix/2001:db8::1-128"),
        ("/prefix/10.0.0.0-33", "Write it like", ""),
        ("/prefix/example.net", "Write it like", ""),
        ("/prefix/%FF", "holds no prefix", ""),
        ("/prefix/10.0.0.0-8?after=somewhere", "names no route", ""),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.text().contains(words), "{path}: {}", answer.text());
        assert_eq!(answer.body.contains(&format!("href=\"{meant}\">Go to")), !meant.is_empty(), "{path}");
    }
}

#[test]
fn the_method_is_told_from_tables_and_framework_files() {
    let server = serve(true);
    let text = server.get("/method").text();
    for words in [
        "below 30 minutes 0.5; below 1 day 1; longer 1 for every whole 1 day, and 1 more",
        "0.6 ^ √(raw / 0.5), and 1 at raw 0",
        "Action 1: filtering: Mean of M2 + M2C, M3 + M3C, M4 + M4C",
        "Action 2: anti-spoofing, grades: Ready > 0.6, aspiring ≥ 0.6, otherwise lagging",
        "An economy, a region, the world: Mean of the networks' scores",
        "M1 Route leaks Action 1",
        "choice no source found: a default of ours",
    ] {
        assert!(text.replace("&#39;", "'").contains(words), "`{words}` is not in {text}");
    }
    for row in &measure::metric::METRICS {
        assert!(text.contains(&format!("{} {}", row.code, row.title)), "{}", row.code);
        let page = server.get(&format!("/method/{}", row.code)).text().replace("&#39;", "'");
        for words in [row.meaning, row.how, row.fix] {
            assert!(page.contains(words), "/method/{}: `{words}`", row.code);
        }
    }
    let old = server.get("/method?framework=2018-06").text();
    assert!(old.contains("Framework 2018-06 combines no metric into a score"), "{old}");
    // Every word of the glossary has a place of its own.
    let ids = server.get("/method").attributes("id");
    assert!(ids.iter().any(|id| id == "term-accomplice") && ids.iter().any(|id| id == "term-m1-m8"));
}

#[test]
fn a_metric_stands_side_by_side_under_every_framework() {
    let server = serve(true);
    let text = server.get("/method/M3").text();
    for words in [
        "Use differs Shown; any bogons seen Original calculator Scored; any bogons fit",
        "Scored; full bogons seen Announcement of the 2024-01 method: full bogons only",
        "From raw value to score differs no such rule",
        "29 minutes, 13 hours and 25 hours 29 min counts 0.5, 13 h counts 1, 1 d 1 h counts 2 3.5",
        "Raw value 2 Raw value 2 0.36",
        "Score 1.000 0.600 0.485 0.360",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    let spoofing = server.get("/method/M5").body;
    assert!(spoofing.contains(">ready</text>") && !server.get("/method/M3").body.contains(">ready</text>"));
    assert!(!server.get("/method/M7IRR").body.contains("class=\"curve\""));
    let moved = server.get("/method/m7rpki?month=2024-04");
    assert_eq!((moved.status, moved.header("location")), (308, "/method/M7RPKI?month=2024-04"));
}

#[test]
fn a_framework_page_has_every_rule_every_example_and_what_changed() {
    let server = serve(true);
    for (id, file) in measure::framework::shipped() {
        let answer = server.get(&format!("/method/framework/{id}"));
        let framework = measure::framework::load(id).unwrap();
        assert!(answer.body.contains(&framework.digest), "{id}");
        let text = answer.text().replace("&#39;", "'");
        for rule in framework.rules() {
            assert!(text.contains(&rule.words) && text.contains(&rule.basis.source), "{id}: {}", rule.key);
        }
        // What is computed as the page is made is what the file states.
        for example in &framework.examples {
            let row = format!("<b>{}</b>", example.computed(&framework).unwrap());
            assert!(answer.body.contains(&row), "{id}: {}", example.title);
        }
        let download = server.get(&format!("/method/framework/{id}.toml"));
        assert_eq!((download.body.as_str(), download.status), (*file, 200));
    }
    let text = server.get("/method/framework/2024-01").text();
    assert!(text.contains("M1 Route leaks, culprit Scored Shown seen Announcement"), "{text}");
    assert!(server.get("/method/framework/2018-06").text().contains("nothing before it"));
}

#[test]
fn a_kind_of_event_is_told_and_the_method_stands_before_any_month() {
    let server = serve(true);
    let text = server.get("/method/event/bogon_asn").text();
    for words in ["M4 Bogon AS numbers, M4C Bogon AS numbers passed on", "90 with a known culprit"] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    let empty = serve(false);
    for path in ["/method", "/method/M3", "/method/framework/2022-10", "/method/event/bogon_prefix"] {
        assert_eq!(empty.get(path).status, 200, "{path}");
    }
}

#[test]
fn two_frameworks_stand_side_by_side_with_who_changes_grade() {
    let server = serve(true);
    let page = server.get("/method/framework/2024-01");
    assert!(page.body.contains("/method/framework/2024-01/against/2022-10"), "the method page leads there");
    let text = server.get("/method/framework/2024-01/against/2022-10").text();
    for words in [
        "M3: scored, any bogons → scored, full bogons",
        "M7IRR without routes: 1 → no data",
        "M1 (scored by 2022-10) is unknown: no relationships",
        "routing information irr",
        "Every grade of a network that changes, by AS number",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    // Under 2022-10 a network without routes has the shares 1 and 0; since 2024-01 it has no data.
    let csv = server.get("/method/framework/2024-01/against/2022-10/changes.csv").body;
    let lost = csv.lines().filter(|line| line.contains(",routing_information_irr,1,ready,,,,"));
    assert!(lost.count() >= 2, "{csv}");
    assert!(csv.starts_with("month,scope,id,name,economy,score,before,before_grade,before_unknown,after,"));
    let same = server.get("/method/framework/2024-01/against/2024-01").text();
    assert!(same.contains("No rule differs") && same.contains("No network changes a grade"), "{same}");
    let unknown = server.get("/method/framework/2024-01/against/2019-01");
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains("There is no framework `2019-01` here"));
}

#[test]
fn a_framework_whose_file_a_month_keeps_has_its_page_in_that_month() {
    let server = serve(true);
    let (_, text) = measure::framework::shipped().iter().find(|(id, _)| *id == "2024-01").unwrap();
    let (rules, _) = text.split_once("[[example]]").unwrap();
    let draft = rules
        .replace("id = \"2024-01\"", "id = \"2026-01\"")
        .replace("status = \"current\"", "status = \"draft\"")
        .replace("dismissed_by = [\"rpki\", \"irr\"]", "dismissed_by = [\"irr\"]");
    let draft = draft + "[[example]]\ntitle = \"Nothing\"\nkind = \"curve\"\nraw = 0.0\ngives = 1.0\n";
    let digest = measure::framework::check(&draft).unwrap().digest;
    let kept = server.folder().join("lake/generation-of-2024-05/framework-2026-01.toml");
    std::fs::write(kept, &draft).unwrap();
    let page = server.get("/method/framework/2026-01?month=2024-05");
    assert_eq!(page.status, 200);
    assert!(page.body.contains(&digest));
    let told = page.text();
    assert!(told.contains("not yet; from 2024-01-01, if it is adopted"), "{told}");
    assert!(told.contains("Scored; dismissed by RPKI and IRR Scored; dismissed by IRR"), "{told}");
    assert_eq!(server.get("/method/framework/2026-01.toml?month=2024-05").body, draft);
    for absent in ["2026-01?month=2024-04", "2026-01.toml?month=2024-04", "2026-02", "..%2fframework-2026-01"]
    {
        let answer = server.get(&format!("/method/framework/{absent}"));
        assert_eq!(answer.status, 404, "{absent}");
        assert!(answer.text().contains("Frameworks shipped: 2018-06, 2022-10, 2024-01."), "{absent}");
    }
}
