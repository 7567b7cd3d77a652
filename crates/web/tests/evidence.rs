//! Incidents, events and the records that show them, asked for over HTTP.

mod page_server;
#[allow(dead_code)]
mod world;

use page_server::serve;
use world::HOSTILE;

const FILE: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

#[test]
fn incidents_are_filtered_sorted_counted_and_downloaded_alike() {
    let server = serve(true);
    let text = server.get("/incidents").text();
    for words in [
        "Going on as the data end, 2024-06-01 00:00",
        "since 2024-05-14 00:00 Bogon prefix: AS64500 Meridian Broadband, 192.168.0.0/24, 192.168.1.0/24, \
         192.168.2.0/24 and 3 more, for 29 min so far.",
        "caused it 2 passed it on 1 both 3Kind Route leak 0 Misorigination 0 Forged origin 0 Forged path 0 Bogon prefix 2 Bogon AS number 0",
        "2 of 2 incidents",
        "Bogon prefix M3, 6 events, Bogon AS64500 Meridian Broadband 192.168.0.0/24 192.168.1.0/24 192.168.2.0/24 and 3 \
         more 2024-05-03 00:00 2024-05-05 00:00 2 d 1 3",
        "May 2024 2 1 3",
        "April 2024 2 1 3",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    let found = |query: &str| -> String {
        let csv = server.get(&format!("/incidents.csv?{query}")).body;
        let ids = csv.lines().skip(1).map(|line| line.split(',').next().unwrap().rsplit_once('-').unwrap().0);
        let ids: Vec<&str> = ids.collect();
        let rows = server
            .get(&format!("/incidents?{query}"))
            .body
            .matches("<br><span class=\"quiet\"><abbr")
            .count();
        assert_eq!(ids.len(), rows, "{query}");
        ids.join(" ")
    };
    for (query, ids) in [
        ("", "M3-64500-1715644800 M3-64500-1714694400"),
        ("sort=start", "M3-64500-1714694400 M3-64500-1715644800"),
        ("sort=-adds&part=all", "M3-64500-1714694400 M3C-64497-1714694400 M3-64500-1715644800"),
        ("sort=-lasted&part=all", "M3C-64497-1714694400 M3-64500-1714694400 M3-64500-1715644800"),
        ("part=passed_on", "M3C-64497-1714694400"),
        ("metric=M3C&part=caused", "M3C-64497-1714694400"),
        ("ongoing=true", "M3-64500-1715644800"),
        ("from=2024-05-05", "M3-64500-1715644800"),
        ("to=2024-05-14", "M3-64500-1714694400"),
        ("prefix=192.168.12.0/24", ""),
        ("prefix=192.168.5.0/24&economy=nl&network=64500", "M3-64500-1715644800 M3-64500-1714694400"),
        ("kind=bogon_asn", ""),
        ("economy=de", ""),
        ("framework=2018-06", ""),
        ("verdict=incident", "M3-64500-1715644800 M3-64500-1714694400"),
        ("verdict=benign", ""),
        ("reason=bogon&verdict=incident", "M3-64500-1715644800 M3-64500-1714694400"),
        ("list=64500,64501", "M3-64500-1715644800 M3-64500-1714694400"),
        ("list=64501", ""),
        // A number that the month does not know may be a culprit, too, and so it is asked for.
        ("list=64999", ""),
        // No event of this kind is in any of them, though the metric counts both.
        ("kind=forged_origin&part=all", ""),
    ] {
        assert_eq!(found(query), ids, "{query}");
    }
    let none = server.get("/incidents?economy=de").text();
    assert!(none.contains("None of the 2 incidents meets all of this at once"), "{none}");
    let none = server.get("/incidents?framework=2018-06").text();
    assert!(none.contains("No incident counts under framework 2018-06 in May 2024"), "{none}");
    let csv = server.get("/incidents.csv");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert!(csv.header("content-disposition").contains("incidents-2024-05.csv"));
    // What the form does not show it carries along.
    let form = server.get("/incidents?kind=bogon_prefix&part=all&sort=-adds&month=2024-04").body;
    for kept in [
        "kind\" value=\"bogon_prefix",
        "part\" value=\"all",
        "sort\" value=\"-adds",
        "month\" value=\"2024-04",
    ] {
        assert!(form.contains(&format!("<input type=\"hidden\" name=\"{kept}\">")), "{kept}");
    }
}

#[test]
fn an_incident_is_told_from_the_sentence_to_the_record() {
    let server = serve(true);
    let text = server.get("/incident/M3-64500-1714694400-1000000").text();
    for words in [
        "AS64500 Meridian Broadband originated space that nobody may announce: 192.168.0.0/24, 192.168.1.0/24, \
         192.168.2.0/24 and 3 more, for 2 d. It adds 3 to M3.",
        "6 events of one metric and weight that overlap or touch are one incident 2 d",
        "1 d or longer: 2 whole times 1 d, and 1 more 3",
        "The culprit counts in full × 1",
        "What it adds to the raw value 3",
        "With all incidents of the month M3 of AS64500 is 3.5",
        "AS64500 Meridian Broadband culprit",
        "AS64497 Harbour Internet Exchange passed it on, distance 1",
        "AS64496 Lantern Transit passed it on, distance 2",
        "When, at 3 collectors",
        "AS64500 ×3 culprit → to AS64497 passed it on, distance 1 → to AS64496 passed it on, distance 2 → seen at rrc00, \
         rrc01, rrc02",
        "at byte 123456789",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    let passed_on = server.get("/incident/M3C-64497-1714694400-500000").text();
    for words in [
        "AS64497 Harbour Internet Exchange carried space further that nobody may announce",
        "Its neighbour on the path counts by distance 1 × 0.5",
        "What it adds to the raw value 1.5",
    ] {
        assert!(passed_on.contains(words), "`{words}` is not in {passed_on}");
    }
    let open = server.get("/incident/M3-64500-1715644800-1000000?page=2").text();
    for words in ["and still as the data end", "Shorter than 30 min 0.5", "11–13 of 13, page 2 of 2"] {
        assert!(open.contains(words), "`{words}` is not in {open}");
    }
}

#[test]
fn an_event_says_what_it_counts_for_and_why_not() {
    let server = serve(true);
    let text = server.get("/event/bp-00-5feceb66ffc8").text();
    for words in [
        "M3 of AS64500 Meridian Broadband 6 events, weight 1, adds 3",
        "M3C of AS64497 Harbour Internet Exchange 6 events, weight 0.5, adds 1.5",
        "192.168.0.0/16 is private use (RFC 1918): no network may announce it",
        "A network originated address space that nobody may announce.",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    let unknown = server.get("/event/ba-00-hostile").text();
    for words in ["An unknown network let out paths", "nobody answers for it", "comes from a list"] {
        assert!(unknown.contains(words), "`{words}` is not in {unknown}");
    }
    assert!(
        server.get("/event/bp-07-5feceb66ffc8?framework=2018-06").text().contains("under framework 2018-06")
    );
}

#[test]
fn an_incident_or_event_without_a_month_is_found_in_the_latest_that_has_it() {
    let server = serve(true);
    for (path, month) in [
        ("/incident/M3-64500-1714694400-1000000", "May 2024"),
        ("/incident/M3-64500-1714694400-1000000?month=2024-04", "April 2024"),
        ("/event/bp-00-5feceb66ffc8", "May 2024"),
        ("/event/bp-00-5feceb66ffc8?month=2024-04", "April 2024"),
    ] {
        let answer = server.get(path);
        assert!(answer.text().contains(&format!("in {month} ·")), "{path}: {}", answer.text());
        let cited = answer
            .attributes("href")
            .into_iter()
            .any(|link| link.contains("month=") && link.contains("framework="));
        assert!(cited, "{path}");
    }
}

#[test]
fn from_the_world_to_the_raw_record_by_links_alone() {
    let server = serve(true);
    // The first link on each page whose address begins so.
    let mut page = server.get("/incidents");
    for beginning in ["/incident/", "/event/", "/record/"] {
        let link = page.attributes("href").into_iter().find(|link| link.starts_with(beginning));
        let link = link.unwrap_or_else(|| panic!("no link to {beginning}…: {}", page.text()));
        page = server.get(&link);
        assert_eq!(page.status, 200, "{link}");
    }
    assert!(page.text().contains("Record at byte 123456789"), "{}", page.text());
    // And so does a network's page.
    let network = server.get("/network/AS64500").attributes("href");
    for beginning in ["/incident/M3-64500", "/event/bp-", "/record/9f86", "/method/M3", "/prefix/10."] {
        assert!(network.iter().any(|link| link.starts_with(beginning)), "{beginning}");
    }
}

#[test]
fn a_record_is_shown_field_by_field_and_octet_by_octet() {
    let server = serve(true);
    let answer = server.get(&format!("/record/{FILE}/123456789?peer=192.0.2.1"));
    let text = answer.text();
    for words in [
        "of updates.20240501.0000.gz, a file of rrc00",
        "byte 123456789 of the unpacked file, 5000 long",
        "The file was read to its end for this page and has this very digest.",
        "It could not be taken apart whole: 3 octets are left over at octet 4997.",
        "Type, subtype 13, 2: TABLE_DUMP_V2/RIB_IPV4_UNICAST 4–8",
        "Entry 2 of 2: 192.0.2.1, AS64496 64496 64497 64500 the one that shows it",
        "000010 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f",
        "904 more: download the record.",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    assert_eq!(answer.body.matches("<details class=\"entry\" open>").count(), 1);
    assert!(!answer.body.contains(HOSTILE) && answer.body.contains("&#60;script&#62;"));
    let octets = server.get(&format!("/record/{FILE}/123456789/octets"));
    assert_eq!((octets.status, octets.header("content-type")), (200, "application/octet-stream"));
    assert_eq!(octets.header("content-length"), "5000");
}

#[test]
fn a_record_that_stays_closed_says_why() {
    let server = serve(true);
    for (offset, status, words) in [
        (1, 503, "is not at hand"),
        (2, 503, "it is another file now."),
        (3, 503, "it lies too deep."),
        (4, 404, "no record begins there."),
    ] {
        let answer = server.get(&format!("/record/{FILE}/{offset}"));
        assert_eq!(answer.status, status, "{offset}");
        assert!(answer.text().contains(words) && answer.text().contains("Not shown"), "{}", answer.text());
        assert!(!answer.body.contains(HOSTILE));
        assert_eq!(server.get(&format!("/record/{FILE}/{offset}/octets")).status, status, "{offset}");
    }
    let long = "0".repeat(64);
    for (path, status, words) in [
        (format!("/record/{long}/1"), 404, "No file with this digest is among the sources of 2024-05"),
        ("/record/x/1".to_owned(), 400, "is no SHA-256"),
        (format!("/record/{FILE}/01"), 400, "is no byte offset"),
        (format!("/record/{FILE}/-1"), 400, "is no byte offset"),
    ] {
        let answer = server.get(&path);
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.text().contains(words), "{path}: {}", answer.text());
    }
}

/// What is typed and cannot be meant is refused in a sentence; what can be and is not there says how to widen it.
#[test]
fn a_filter_that_cannot_be_meant_is_refused_and_an_empty_one_says_how_to_widen_it() {
    let server = serve(true);
    for page in ["/incidents", "/events", "/incidents.csv", "/events.csv", "/incidents.atom"] {
        for (query, sentence) in [
            ("verdict=wrong", "`wrong` is not a value of verdict. Allowed are: incident, benign, undecided."),
            ("from=2024-05-10&to=2024-05-01", "from=2024-05-10 is not before to=2024-05-01"),
            ("economy=qq", "`qq` is not the code of an economy."),
            ("list=64500,AS-SET", "`AS-SET` is an as-set: a group is one as-set alone, or networks alone."),
            ("list=x", "`x` is not an AS number"),
        ] {
            let answer = server.get(&format!("{page}?{query}"));
            assert_eq!(answer.status, 400, "{page}?{query}");
            assert!(answer.text().contains(sentence), "{page}?{query}: {}", answer.text());
        }
    }
    for page in ["/incidents", "/events"] {
        let text = server.get(&format!("{page}?economy=de&from=2024-05-01")).text();
        assert!(text.contains("meets all of this at once. The figures beside each choice say"), "{text}");
    }
}

/// The feed and the download of a filtered page hold what the page does.
#[test]
fn feeds_and_downloads_of_a_filtered_page_hold_its_rows() {
    let server = serve(true);
    let events = |page: &str| -> Vec<String> {
        let body = server.get(page).body;
        let ids = body.split("href=\"/event/").skip(1);
        let ids = ids.map(|rest| rest.split(['"', '?']).next().unwrap().to_owned());
        let ids: std::collections::BTreeSet<String> = ids.collect();
        ids.into_iter().collect()
    };
    for query in [
        "kind=bogon_prefix&verdict=incident",
        "kind=bogon_asn&verdict=incident",
        "verdict=incident&from=2024-05-10",
        "verdict=incident&list=64500&to=2024-05-05",
        "verdict=benign",
        "verdict=undecided&month=2024-05",
        "verdict=incident&economy=NL&prefix=192.168.4.0/22",
    ] {
        let page = format!("/events?{query}");
        let listed = events(&page);
        let csv = server.get(&format!("/events.csv?{query}"));
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
        let mut rows: Vec<String> =
            csv.body.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect();
        rows.sort();
        assert_eq!(rows, listed, "{query}");
        let html = server.get(&page).body;
        let (_, feed) = html.split_once("type=\"application/feed+json\"").expect("a feed is offered");
        let (_, feed) = feed.split_once("href=\"").unwrap();
        let feed = feed.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let json: serde_json::Value = serde_json::from_str(&server.get(&feed).body).unwrap();
        // One entry tells a whole story, by its first event.
        let told: Vec<&str> =
            json["items"].as_array().unwrap().iter().map(|item| item["url"].as_str().unwrap()).collect();
        assert!(!told.is_empty() || listed.is_empty(), "{query}: {feed}");
        for url in &told {
            let id = url.split("/event/").nth(1).unwrap().split('?').next().unwrap();
            assert!(
                listed.iter().any(|listed| listed == id),
                "{query}: {feed} tells {id}, {page} has {listed:?}"
            );
        }
        let among = |event: &String| {
            let event: serde_json::Value =
                serde_json::from_str(&server.get(&format!("/api/events/{event}")).body).unwrap();
            let story = event["data"]["story"]
                .as_str()
                .map_or_else(|| event["data"]["id"].as_str().unwrap().to_owned(), str::to_owned);
            told.iter().any(|url| url.contains(&story))
        };
        assert!(
            listed.iter().filter(|_| !query.contains("prefix")).all(among),
            "{query}: {feed} lacks some of {listed:?}"
        );
    }
    let unfiltered = server.get("/incidents").body;
    assert!(unfiltered.contains("href=\"/incidents.atom\""), "a feed of everything is of the latest month");
}

/// What one table shows is not called going on: nobody knows when it ended, and the pages say why.
#[test]
fn an_event_of_a_lone_table_says_that_its_end_is_not_known() {
    let server = serve(true);
    // The event that one table shows.
    let id = "bp-03-5feceb66ffc8";
    let why = "only one table shows it, which stands for its day; how long it lasted is not known";
    let text = server.get(&format!("/event/{id}")).text();
    assert!(text.contains(&format!("by estimate ({why})")), "{text}");
    assert!(text.contains("end not known") && !text.contains("going on"), "{text}");
    assert!(!server.get("/events?ongoing=true").body.contains(id));
    let json: serde_json::Value =
        serde_json::from_str(&server.get(&format!("/api/events/{id}")).body).unwrap();
    assert_eq!(json["data"]["end_unknown"], "lone_table");
    let sentence = json["data"]["told"]["sentence"].as_str().unwrap();
    assert!(sentence.contains(&format!(" by estimate: {why})")), "{sentence}");
}

/// As many peers and paths as are kept: every step of the replay stays within the weight of a page, and says what is
/// left out.
#[test]
fn the_largest_replay_stays_light_and_says_what_is_left_out() {
    const BYTES_MAX: usize = 150_000;
    let server = serve(true);
    let id = world::LARGE;
    let steps = server.get(&format!("/event/{id}?step=99999")).text();
    let (_, of) = steps.split_once("Change ").expect("there are steps");
    let last: usize = of.split_once(" of ").unwrap().1.split([',', ' ']).next().unwrap().parse().unwrap();
    assert!(last > 150, "{last}");
    for step in [0, 1, last / 2, last] {
        for page in [
            format!("/event/{id}?step={step}"),
            format!("/incident/M3-64500-1715644800-1000000?event={id}&step={step}"),
        ] {
            let answer = server.get(&page);
            assert_eq!(answer.status, 200, "{page}");
            assert!(answer.body.len() < BYTES_MAX, "{page}: {} bytes", answer.body.len());
            let text = answer.text();
            for words in ["Left out: 400 routes held as it begins", "Left out: 900 changes from", "not drawn"]
            {
                assert!(text.contains(words), "{page}: `{words}` is not in {text}");
            }
        }
    }
    // A single peer shows it at first: whatever else is left out, that path is drawn.
    let body = server.get(&format!("/event/{id}?step=1")).body;
    let (_, replay) = body.split_once("<h3 id=\"replay\">").unwrap();
    assert!(replay.contains("<g class=\"node is-culprit\">"), "the culprit is not drawn");
}
