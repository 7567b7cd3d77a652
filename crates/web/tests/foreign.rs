//! Foreign series: pages, API and what stands beside ours.

mod api_server;
#[allow(dead_code)]
mod world;

use api_server::serve;

#[test]
fn a_series_stands_beside_ours_under_its_label() {
    let server = serve(true);
    let list = server.get("/foreign");
    assert_eq!(list.status, 200, "{}", list.body);
    let page = server.get("/foreign/theirs-may-2024?score=coordination");
    assert_eq!(page.status, 200, "{}", page.body);
    for body in [&list.body, &page.body] {
        assert!(body.contains("Theirs &#38; others&#39;, May 2024"), "{body}");
        assert!(body.contains("from theirs, of 2024-05-31"), "{body}");
        assert!(!body.contains("<script>alert"));
    }
    // What was not published is not compared, and every difference is told with both values.
    assert!(page.body.contains("network-operators/1") && page.body.contains("href=\"/network/AS64500\""));
    let of_network = server.get("/network/AS64500").body;
    assert!(
        of_network.contains("The original said") && of_network.contains("Coordination 0.25"),
        "{of_network}"
    );
    assert!(of_network.contains("of the participant Meridian Group"));
    assert!(!server.get("/network/AS64497").body.contains("The original said"));
}

#[test]
fn the_table_of_a_series_is_that_of_the_api_and_holds_no_formula() {
    let server = serve(true);
    let (rows, _) = server.walk("/api/foreign/theirs-may-2024/scores?limit=2");
    assert_eq!(rows.len(), 7);
    let whole = server.get("/api/foreign/theirs-may-2024/scores.csv?limit=1000").body;
    let download = server.get("/foreign/theirs-may-2024/comparison.csv");
    assert_eq!(download.body, whole);
    assert_eq!(whole.lines().count(), 8);
    assert!(whole.contains(",'=cmd(),") && whole.contains("not among our networks"), "{whole}");
    let both = rows.iter().filter(|row| !row["theirs"].is_null() && !row["ours"].is_null());
    for row in both {
        let apart = row["ours"].as_f64().unwrap() - row["theirs"].as_f64().unwrap();
        assert!((row["difference"].as_f64().unwrap() - apart).abs() < 1e-12, "{row}");
    }
    // Null where either has no data, and never 0.
    assert!(
        rows.iter()
            .all(|row| row["difference"].is_null() == (row["theirs"].is_null() || row["ours"].is_null()))
    );
    let agreements = server.get("/api/foreign").rows();
    assert_eq!(agreements.len(), 2);
    for agreement in &agreements {
        let of = |row: &&serde_json::Value| row["score"] == agreement["score"];
        let own: Vec<_> = rows.iter().filter(of).collect();
        let compared = own.iter().filter(|row| !row["difference"].is_null());
        assert_eq!(agreement["with_both"], compared.clone().count());
        let sum: f64 = compared.map(|row| row["difference"].as_f64().unwrap().abs()).sum();
        let mean = sum / agreement["with_both"].as_f64().unwrap();
        assert!((agreement["mean_difference"].as_f64().unwrap() - mean).abs() < 1e-12, "{agreement}");
        let all: u64 = agreement["grades"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
        assert_eq!(all as usize, own.len());
    }
}

#[test]
fn what_is_not_there_is_told() {
    let server = serve(true);
    let absent = server.get("/foreign/nothing");
    assert!(absent.status == 404 && absent.body.contains("theirs-may-2024"), "{}", absent.body);
    let problem = server.get("/api/foreign/nothing/scores");
    assert_eq!((problem.status, problem.json()["code"].as_str()), (404, Some("unknown_series")));
    for path in [
        "/foreign/theirs-may-2024?score=best",
        "/foreign/theirs-may-2024?page=0",
        "/foreign/theirs-may-2024?page=x",
        "/foreign/%FF",
    ] {
        assert_eq!(server.get(path).status, 400, "{path}");
    }
    assert_eq!(server.get("/foreign/theirs-may-2024?page=99").status, 200);
    assert_eq!(server.get("/foreign/theirs-may-2024?framework=2018-06").status, 200);
    assert_eq!(serve(false).get("/foreign").status, 503);
}

#[test]
fn what_a_series_states_stands_beside_what_our_list_states() {
    let server = serve(true);
    let text = server.get("/participant/ixps/1").body;
    for said in [
        "What others state of it",
        "had it on 2024-05-31 (theirs), beside what list states here as of 2024-05-31",
        "only theirs states it",
    ] {
        assert!(text.contains(said), "{said} is missing in\n{text}");
    }
    let rows = |body: &str| -> Vec<String> {
        let from = body.split("stated-1-caption\">").nth(1).unwrap_or_default();
        let table = from.split("</table>").next().unwrap_or_default();
        table
            .split("<tr>")
            .skip(2)
            .map(|row| {
                row.rsplit("<td>")
                    .next()
                    .unwrap_or_default()
                    .split("</td>")
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned()
            })
            .collect()
    };
    // Prevent; coordinate, of which our list says nothing; tools: pending here, conformant there.
    assert_eq!(
        rows(&server.get("/participant/ixps/1").body),
        ["the same", "only theirs states it", "differs"]
    );
    let series = server.get("/foreign/theirs-may-2024");
    assert!(
        series.body.contains("It states something of 2 participants; 1 of them are among ours"),
        "{}",
        series.body
    );
    assert!(series.body.contains("<a href=\"/participant/ixps/1\">Harbour Exchange</a>"), "{}", series.body);
    assert!(!series.body.contains("Nobody of ours"));
    assert!(!server.get("/participant/network-operators/2").body.contains("What others state of it"));
}
