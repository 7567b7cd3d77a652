//! The pages of a made-up world, asked for over HTTP.

mod page_server;
mod world;

use std::collections::BTreeSet;

use page_server::serve;
use world::{FORMULA, HOSTILE};

const PAGES: [&str; 60] = [
    "/",
    "/?score=routing_information_irr&sort=economy",
    "/economy/NL",
    "/economy/DE?sort=-name&coordination_grade=ready",
    "/economy/ZZ?routing_information_rpki_grade=lagging",
    "/region/europe",
    "/region/ripencc?sort=coordination",
    "/search?q=holding",
    "/?sort=-routing_information_rpki&page=2",
    "/?month=2024-04&framework=2018-06",
    "/network/AS64500",
    "/network/AS64500?rpki=invalid&sort=-peers",
    "/network/AS64500?page=2&events=2",
    "/network/AS64500?framework=2018-06",
    "/network/AS64498",
    "/network/AS64499",
    "/network/AS64501",
    "/incidents",
    "/incidents?part=all&sort=-adds&economy=nl&network=AS64500&from=2024-05-03&to=2024-05-05T00:00:00Z",
    "/incidents?ongoing=true&prefix=192.168.0.0/16&kind=bogon_asn&month=2024-04",
    "/incident/M3-64500-1714694400-1000000",
    "/incident/M3C-64497-1714694400-500000",
    "/incident/M3-64500-1715644800-1000000?page=2",
    "/event/bp-12-5feceb66ffc8",
    "/event/ba-00-hostile",
    "/record/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/123456789?peer=192.0.2.1",
    "/record/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/123456789?month=2024-04",
    "/prefix/10.3.0.0-16",
    "/prefix/10.0.0.0%2F8?after=10.12.0.0/16%2064500",
    "/prefix/2001:db8::-32",
    "/prefix/192.168.4.0-24",
    "/prefix/203.0.113.0-24",
    "/prefix/10.3.0.0-16?month=2024-04",
    "/method",
    "/method?framework=2018-06",
    "/method/M3",
    "/method/M4C?framework=2018-06",
    "/method/M5",
    "/method/M7RPKI",
    "/method/ROV",
    "/method/framework/2024-01",
    "/method/framework/2018-06",
    "/method/event/bogon_prefix",
    "/roas",
    "/roas?scope=economy&area=NL&economies=-ipv6_valid",
    "/roas?month=2024-04",
    "/roas/changes",
    "/roas/changes?day=2024-05-06&move=turned_invalid&network=AS64500&economy=NL&prefix=10.0.0.0/8",
    "/participants",
    "/participants?programme=network-operators&economy=nl&sort=-coordination&page=2",
    "/participants?programme=ixps&name=harbour",
    "/participants?programme=equipment-vendors&month=2024-04",
    "/sources",
    "/sources?source=rrc00&page=2",
    "/event/mo-00-incident",
    "/event/mo-00-incident?step=2",
    "/events?verdict=incident",
    "/others",
    "/search?q=meridian+or+not",
    "/search?q=%3Cscript%3E",
];

#[test]
fn pages_are_guarded_and_bring_nothing_of_others() {
    let server = serve(true);
    for path in
        PAGES.into_iter().chain(["/nowhere", "/network/AS1", "/network/x", "/static/no.css", "/livez"])
    {
        let answer = server.get(path);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            ),
            "{path}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(!answer.header("referrer-policy").is_empty(), "{path}");
        for forbidden in [" style=", "<style", " onclick", "javascript:", "src=\"http", "href=\"http"] {
            assert!(!answer.body.contains(forbidden), "{path} holds {forbidden}");
        }
        let ours = answer.body.matches("<script type=\"module\" src=\"/static/observatory.").count();
        assert_eq!(answer.body.matches("<script").count(), ours, "{path} holds a script that is not ours");
    }
}

#[test]
fn pages_are_whole_documents() {
    let server = serve(true);
    for path in PAGES.into_iter().filter(|path| !path.contains("%3C")) {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
        let opened = |tag: &str| {
            answer.body.matches(&format!("<{tag}>")).count()
                + answer.body.matches(&format!("<{tag} ")).count()
        };
        for tag in ["html", "body", "main", "header", "footer", "h1"] {
            assert_eq!(opened(tag), 1, "{path}: {tag}");
        }
        for tag in [
            "section", "article", "div", "table", "tr", "td", "th", "ul", "ol", "li", "details", "svg", "p",
            "a", "dl", "dd", "span", "nav",
        ] {
            assert_eq!(opened(tag), answer.body.matches(&format!("</{tag}>")).count(), "{path}: {tag}");
        }
        assert_eq!(opened("table") > 0, answer.body.contains("scope=\"col\""), "{path}");
        let ids = answer.attributes("id");
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{path}: {ids:?}");
        for name in ["aria-labelledby", "for"] {
            for id in answer.attributes(name) {
                assert!(ids.contains(&id), "{path}: {name}={id}");
            }
        }
        let transferred = server.packed(path).1.len();
        assert!(transferred < 150_000, "{path}: {transferred} bytes");
        assert!(answer.body.len() < 400_000, "{path} has {} bytes", answer.body.len());
    }
}

#[test]
fn every_link_leads_somewhere() {
    let server = serve(true);
    let mut seen: BTreeSet<String> = PAGES.iter().map(|path| (*path).to_owned()).collect();
    let mut broken = Vec::new();
    for path in PAGES {
        let answer = server.get(path);
        let ids = answer.attributes("id");
        for link in answer.attributes("href").into_iter().chain(answer.attributes("src")) {
            let (target, fragment) =
                link.split_once('#').map_or((link.as_str(), None), |(t, f)| (t, Some(f)));
            if target.is_empty() {
                assert!(ids.iter().any(|id| Some(id.as_str()) == fragment), "{path}: #{fragment:?}");
                continue;
            }
            assert!(target.starts_with('/'), "{path}: {link}");
            if seen.insert(target.to_owned()) {
                let status = server.get(target).status;
                if ![200, 303].contains(&status) {
                    broken.push(format!("{path} → {link}: {status}"));
                }
            }
        }
    }
    assert!(seen.len() > 60, "{}", seen.len());
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_world_says_what_is_known_and_why_the_rest_is_not() {
    let server = serve(true);
    let text = server.get("/").text();
    for words in [
        "Routing security in May 2024",
        "81 234 networks",
        "no data: M2, M2C not measured",
        "no data: M5 not measured",
        "ready 40 617 50.0 %",
        "invalid 12 345 1.0 %",
        "wrong origin 120 000",
        "Not used: nothing-there, peeringdb",
        "Partial",
        "From VRPs of 2024-05-31",
        "Shown by 2 collectors, 61 peers, 44 of them with a full feed",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    assert!(server.get("/?framework=2018-06").text().contains("combines none into a score"));
}

#[test]
fn economies_are_sorted_and_paged_by_the_server() {
    let server = serve(true);
    let rows = |path: &str| -> Vec<String> {
        let body = server.get(path).body;
        body.split("<abbr class=\"code\">").skip(1).map(|rest| rest[..2].to_owned()).collect()
    };
    assert_eq!(rows("/?sort=economy")[..3], ["AR", "AT", "AU"]);
    assert_eq!(rows("/?sort=-economy")[..2], ["ZZ", "NL"]);
    let (first, second) = (rows("/?sort=economy"), rows("/?sort=economy&page=2"));
    assert_eq!((first.len(), second.len()), (15, 15));
    assert_eq!(first.iter().chain(&second).collect::<BTreeSet<_>>().len(), 30);
    // Without data it comes last whichever way the rest is sorted.
    for sort in ["routing_information_rpki", "-routing_information_rpki"] {
        assert_eq!(rows(&format!("/?sort={sort}&page=2")).last().unwrap(), "ZZ");
    }
}

#[test]
fn a_network_shows_scores_reasons_events_and_routes() {
    let server = serve(true);
    let text = server.get("/network/AS64500").text();
    for words in [
        "Meridian Broadband",
        "NL Netherlands, from delegation file of ripencc",
        "0.899",
        "no data: M2, M2C not measured",
        "M2 Hijacks: no data",
        "3.5 weighted incidents",
        "To improve",
        "ready ≥ 0.9, aspiring ≥ 0.5",
        "AS64500 originated space that nobody may announce: 192.168.12.0/24, for",
        "and still as the data end",
        "Passed on by AS64497 (distance 1), AS64496 (distance 2)",
        "at byte 123456789",
        "260 of 260 routes",
        "IPv4 240 232 61 440 × /24 160 60 20",
        "seen by 1 full-feed peer AS, 2 are needed",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    assert!(!text.contains("0.900"), "a score below a threshold is not shown as reaching it");
    let accomplice = server.get("/network/AS64496").text();
    assert!(accomplice.contains("accomplice at distance 2"));
    let unknown = server.get("/network/AS64499").text();
    for words in ["registry not loaded", "No name", "no VRPs loaded", "no data: M8 not measured"] {
        assert!(unknown.contains(words), "`{words}` is not in {unknown}");
    }
}

#[test]
fn routes_are_filtered_sorted_paged_and_downloaded_alike() {
    let server = serve(true);
    let rows = |path: &str| server.get(path).body.matches("<tr><th scope=\"row\"><a href=\"/prefix/").count();
    let invalid = world::routes().iter().filter(|route| route.rpki.as_deref() == Some("invalid")).count();
    assert_eq!(rows("/network/AS64500?rpki=invalid"), invalid);
    assert_eq!([1, 2, 3].map(|page| rows(&format!("/network/AS64500?page={page}"))), [100, 100, 60]);
    assert_eq!(rows("/network/AS64500?family=ipv6&rpki=invalid"), 1);
    let none = server.get("/network/AS64500?family=ipv6&irr=none").text();
    assert!(none.contains("None of the 260 routes meets this filter"));
    let csv = server.get("/network/AS64500/routes.csv?rpki=invalid&sort=-prefix");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert!(csv.header("content-disposition").contains("AS64500-routes-2024-05.csv"));
    assert_eq!(csv.body.lines().count(), invalid + 1);
    assert!(csv.body.lines().nth(1).unwrap().starts_with("2001:db8::/48,64500,invalid,length"));
    let all = server.get("/network/AS64500/routes.csv").body;
    assert!(all.contains(&format!(",'{FORMULA},")) && !all.contains(&format!(",{FORMULA}")));
}

#[test]
fn participants_stand_in_the_columns_of_their_programme() {
    let server = serve(true);
    let text = server.get("/participants?name=meridian").text();
    for words in [
        "43 participants 43 networks 2 economies served",
        "Coordination Action 3 0.950ready 43, aspiring 0, lagging 0, no data 0 0.771ready 40 617",
        "1 of 43 participants",
        "Organisation Approved Areas served ASNs Action 1 · mandatory Filtering Action 2 · recommended",
        // Flag, then score: none for lack of data; none published; aspiring; and what no list says.
        "Meridian Group 2020-01-01 NL AS64500 AS64496 conformant no data not conformant not published conformant \
         0.899 aspiring not stated IRR 0.000 aspiring",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    let exchange = server.get("/participants?programme=ixps").text();
    for words in ["Harbour Exchange 2020-01-01 NL conformant", "pending", "not stated", "one of several"] {
        assert!(exchange.contains(words), "`{words}` is not in {exchange}");
    }
    assert!(!exchange.contains("ASNs") && !exchange.contains("0.771"));
    let none = server.get("/participants?programme=equipment-vendors").text();
    assert!(none.contains("No list of this programme’s participants was used for May 2024"));
    let network = server.get("/network/AS64500").text();
    assert!(
        network.contains("Takes part Meridian Group, Network operators, approved 2020-01-01"),
        "{network}"
    );
    assert!(server.get("/network/AS64499").text().contains("not in the list of 2024-04-30"));
    assert!(server.get("/network/AS64501").text().contains("Takes part in no list loaded"));
}

#[test]
fn participants_are_filtered_sorted_paged_and_downloaded_alike() {
    let server = serve(true);
    let rows = |path: &str| -> Vec<String> {
        let csv = server.get(&path.replacen("/participants", "/participants.csv", 1)).body;
        csv.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect()
    };
    assert_eq!(rows("/participants?economy=de"), ["2"]);
    assert_eq!(rows("/participants?sort=approved")[..2], ["1", "2"]);
    assert_eq!(rows("/participants?sort=-approved")[..2], ["2", "1"]);
    assert_eq!(rows("/participants?sort=-networks")[0], "1");
    assert_eq!(rows("/participants?sort=routing_information_irr")[..2], ["1", "100"]);
    assert_eq!(rows("/participants?sort=-routing_information_irr").last().unwrap(), "3");
    assert_eq!(rows("/participants?programme=ixps"), ["1"]);
    let shown = |path: &str| server.get(path).body.matches("<td class=\"areas\">").count();
    assert_eq!([1, 2].map(|page| shown(&format!("/participants?page={page}"))), [25, 18]);
    let csv = server.get("/participants.csv?name=cmd");
    assert!(csv.header("content-disposition").contains("network-operators-2024-05.csv"));
    let line = csv.body.lines().nth(1).unwrap();
    assert!(line.starts_with(&format!("3,'{FORMULA},,NL,,2024-05-31,,,,,")), "{line}");
    assert!(
        server
            .get("/participants?name=nobody")
            .text()
            .contains("None of the 43 participants meets this filter")
    );
}

#[test]
fn hostile_texts_stay_texts() {
    let server = serve(true);
    for path in ["/network/AS64498", "/sources", "/search?q=alert", "/participants?economy=DE"] {
        let body = match server.get(path) {
            answer if answer.status == 303 => server.get(answer.header("location")).body,
            answer => answer.body,
        };
        assert!(!body.contains(HOSTILE) && !body.contains("<script>"), "{path}");
        assert!(body.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{path}");
    }
    let search = server.get("/search?q=%22%3E%3Cscript%3E").body;
    assert!(search.contains("value=\"&#34;&#62;&#60;script&#62;\""), "{search}");
}

#[test]
fn what_cannot_be_shown_is_refused_in_plain_words() {
    let server = serve(true);
    for (path, status, words) in [
        ("/nowhere", 404, "There is no page at this address"),
        ("/network/AS4294967296", 400, "out of range: an AS number is at most 4294967295"),
        ("/network/AS-SET", 400, "is not an AS number"),
        ("/network/%FF", 400, "holds no AS number"),
        ("/network/AS64999", 404, "AS64999 is not in the data of 2024-05"),
        ("/network/AS64999/routes.csv", 404, "AS64999 is not in the data of 2024-05"),
        ("/?month=2024-13", 400, "is not a month"),
        ("/?month=%00", 400, "`\u{fffd}` is not a month"),
        ("/participants?programme=%07", 400, "`\u{fffd}` is not a value of programme"),
        ("/?month=2023-01", 404, "There is no publication of 2023-01"),
        ("/?framework=1999-01", 404, "was not graded by framework"),
        ("/?page=0", 400, "is not a page number"),
        ("/?sort=beauty", 400, "cannot be sorted by"),
        ("/network/AS64500?rpki=perhaps", 400, "is not a value of rpki"),
        ("/network/AS64500?sort=beauty", 400, "is not a value of sort"),
        ("/participants?programme=isps", 400, "is not a value of programme"),
        ("/participants?economy=Nederland", 400, "is not the code of an economy"),
        ("/participants?sort=beauty", 400, "cannot be sorted by"),
        ("/sources?source=x", 404, "There is no source"),
        ("/incidents?kind=hijack", 400, "is not a value of kind"),
        ("/incidents?metric=M8", 400, "is not a value of metric"),
        ("/incidents?part=half", 400, "is not a value of part"),
        ("/incidents?from=yesterday", 400, "is not a time"),
        ("/incidents?economy=Nederland", 400, "is not the code of an economy"),
        ("/incidents?network=AS-SET", 400, "is not an AS number"),
        ("/incidents?prefix=192.0.2.1/24", 400, "Did you mean prefix=192.0.2.0/24?"),
        ("/incidents?sort=beauty", 400, "is not a value of sort"),
        ("/incident/nothing", 404, "There is no incident `nothing` in 2024-05 under framework 2024-01"),
        ("/incident/M3-64500-1714694400-1000000?framework=2018-06", 404, "it is one under framework 2024-01"),
        ("/event/nothing", 404, "There is no event `nothing` in 2024-05"),
        ("/method/M9", 404, "There is no metric `M9`"),
        ("/method/framework/1999-01", 404, "Frameworks shipped: 2018-06, 2022-10, 2024-01"),
        ("/method/event/hijack", 404, "There is no kind of event `hijack`"),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.text().contains(words), "{path}: {}", answer.text());
    }
    let moved = server.get("/network/64500?month=2024-04");
    assert_eq!((moved.status, moved.header("location")), (308, "/network/AS64500?month=2024-04"));
}

#[test]
fn sources_show_dates_digests_and_faults() {
    let server = serve(true);
    let text = server.get("/sources").text();
    for words in [
        "5 sources",
        "233 files",
        "17 attribute-length An attribute is longer than its message. RFC 7606 §4",
        "Held since 2024-05-12, because the dump shrank by 66 %.",
        "346 MB",
        "2024-05-31 from content",
        "inside the month",
        "220 more files of rrc00",
        "230 files, 1.0 GB, 283 950 410 records, 17 faults",
        "No file was found at this path",
        "12 outside the month",
    ] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    let files = |path: &str| server.get(path).body.matches("<br><span class=\"quiet\">MRT</span>").count();
    assert_eq!([1, 2].map(|page| files(&format!("/sources?source=rrc00&page={page}"))), [200, 30]);
}

#[test]
fn pages_and_files_can_be_kept() {
    let server = serve(true);
    let first = server.get("/");
    let tag = first.header("etag").to_owned();
    assert_eq!(first.body, server.get("/").body);
    let again = server.ask("/", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(server.ask("/", "If-None-Match: \"other\"\r\n").status, 200);
    let sheet = first.attributes("href").into_iter().find(|link| link.ends_with(".css")).unwrap();
    let file = server.get(&sheet);
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(file.header("content-type").starts_with("text/css"));
    assert!(!file.body.contains("url(") && !file.body.contains("@import"));
}

#[test]
fn health_is_told_apart_from_life() {
    let (full, empty) = (serve(true), serve(false));
    assert_eq!((full.get("/livez").status, full.get("/readyz").status), (200, 200));
    assert_eq!((empty.get("/livez").status, empty.get("/readyz").status), (200, 503));
    let page = empty.get("/");
    assert_eq!(page.status, 503);
    assert!(page.text().contains("Nothing is published yet"));
}
