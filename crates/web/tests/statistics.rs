//! Statistics of the programmes and the page of each: what is shown, downloaded and refused.

mod page_server;
mod world;

use page_server::serve;

#[test]
fn every_figure_says_its_rule_and_its_numbers() {
    let server = serve(true);
    let text = server.get("/participants/statistics?programme=network-operators").text();
    for said in [
        // Growth, as the list has it and by day of approval.
        "Network operators 43 43 2",
        "Internet exchange points 1 none listed 2",
        "Left out: 41 of 43 participants, whose list does not say when they were approved.",
        "2020 2 2",
        "whoever left before is in no list",
        // Scores: mean and share ready of those with data.
        "Networks of the month 43 8 51",
        "Action 3: Coordination 0.950 25.0 % ready 0.250 25.0 % ready 0.500 25.0 % ready",
        "All other networks are all networks without the participants’",
        // Incidents per 100 networks.
        "Participants’ networks 43 2 1 7 4.65",
        "All other networks 8 1 1 7 12.5",
        // The share of networks with a valid route.
        "Of the participants’ networks that originate a route, 75.0 % have at least one that is RPKI valid, against 55.6 % of all networks.",
        "networks that originate no route are left out",
        "Participants’ networks 75.0 % of 4 80.0 % of 10",
        "Europe 75.0 % of 4 80.0 % of 10 40.0 % of 5 30.0 % of 10 55.6 % of 9 57.9 % of 19",
        "Framework 2024-01",
    ] {
        assert!(text.contains(said), "`{said}` is not in {text}");
    }
    // A programme whose lists name no networks compares nothing, and says so.
    let exchanges = server.get("/participants/statistics?programme=ixps").text();
    assert!(exchanges.contains("no list used for it names networks of these participants"), "{exchanges}");
    assert!(!exchanges.contains("Incidents caused"), "{exchanges}");
    // By quarter and month.
    let by = |step: &str| {
        server.get(&format!("/participants/statistics?programme=network-operators&by={step}")).text()
    };
    assert!(by("quarter").contains("2020-Q1 2 2 3 2"), "{}", by("quarter"));
    assert!(by("month").contains("2020-02 1 2"), "{}", by("month"));
}

#[test]
fn every_figure_can_be_downloaded() {
    let server = serve(true);
    let csv = |file: &str| {
        let answer = server.get(&format!("/participants/statistics/{file}.csv?programme=network-operators"));
        assert_eq!(answer.status, 200, "{file}");
        assert!(answer.header("content-type").starts_with("text/csv"), "{file}");
        answer.body.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(csv("growth").contains(&"2024-05,ixps,1,,2".replace(",,", ",0,")), "{:?}", csv("growth"));
    assert_eq!(
        csv("approvals")[..2],
        ["programme,year,approved,participants,networks,economies", "network-operators,2020,2,2,3,2"]
    );
    let scores = csv("scores");
    assert!(
        scores
            .contains(&"2024-05,network-operators,2024-01,others,coordination,0.25,0.25,1,0,3,4".to_owned()),
        "{scores:?}"
    );
    let incidents = csv("incidents");
    assert!(
        incidents.contains(&"2024-05,network-operators,2024-01,others,8,1,1,7,12.5".to_owned()),
        "{incidents:?}"
    );
    let roas = csv("roas");
    let theirs = "2024-05,network-operators,2024-01,participants,4,3,0.75,8,1,0,0,0,1,10,0.8";
    assert!(roas.contains(&theirs.to_owned()), "{roas:?}");
    assert!(csv("regions").contains(&theirs.replace("participants,", "participants,europe,")));
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let server = serve(true);
    for (path, status, said) in [
        ("/participants/statistics?programme=isps", 400, "Allowed are: network-operators, ixps"),
        ("/participants/statistics?by=decade", 400, "Allowed are: year, quarter, month"),
        ("/participants/statistics?month=2019-13", 400, "month"),
        ("/participants/statistics/figures.csv", 404, "growth.csv, approvals.csv"),
        ("/participants/statistics/growth", 404, "growth.csv"),
        ("/programme/isps", 404, "/programme/network-operators"),
        ("/programme/%ff", 404, "There is no programme"),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.text().contains(said), "{path}: {}", answer.text());
    }
    let empty = serve(false).get("/participants/statistics");
    assert_eq!(empty.status, 503, "{}", empty.text());
}

#[test]
fn a_programme_shows_its_actions_and_what_is_measured() {
    let server = serve(true);
    let text = server.get("/programme/cdns-and-clouds").text();
    for said in ["Actions 1 to 5; action 6 is recommended", "ROV extra", "AS-SET extra", "recommended Tools"]
    {
        assert!(text.contains(said), "`{said}` is not in {text}");
    }
    let text = server.get("/programme/network-operators").text();
    for said in [
        "43 participants in May 2024",
        "42 conformant, 1 not stated",
        "M7RPKI",
        "names an organisation that vouches",
    ] {
        assert!(text.contains(said), "`{said}` is not in {text}");
    }
    let text = server.get("/programme/ixps").text();
    assert!(text.contains("one of several") && text.contains("1 pending"), "{text}");
    assert!(server.get("/programme/equipment-vendors").text().contains("nobody takes part"));
    let api = server.get("/api/programmes").body;
    assert!(api.contains("\"requirement\":\"one_of\""), "{api}");
    let api = server.get("/api/statistics?programme=network-operators").body;
    assert!(api.contains("\"networks_with_valid_route_share\":0.75"), "{api}");
}
