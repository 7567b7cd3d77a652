//! The pages of a made-up world, asked for over HTTP.

mod world;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use world::{FORMULA, HOSTILE};

/// A server on a free port; its folder goes with it.
struct Server {
    address: SocketAddr,
    _folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The text of the page as a reader sees it: no tags, single spaces.
    fn text(&self) -> String {
        let mut out = String::new();
        for (i, piece) in self.body.split('<').enumerate() {
            let (tag, text) = if i == 0 { ("", piece) } else { piece.split_once('>').unwrap_or((piece, "")) };
            if ["td", "th", "br", "li", "dd", "dt", "h3", "a", "/span"]
                .iter()
                .any(|open| tag.starts_with(open))
            {
                out.push(' ');
            }
            out.push_str(text);
        }
        let text = out.split([' ', '\n', '\u{a0}', '\u{202f}']).filter(|word| !word.is_empty());
        text.collect::<Vec<_>>().join(" ").replace("&#62;", ">").replace("&#38;", "&")
    }

    fn attributes(&self, name: &str) -> Vec<String> {
        let start = format!(" {name}=\"");
        let rest = self.body.split(&start).skip(1);
        rest.map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")).collect()
    }
}

/// The routes of the world and some that cover them, one by two origins.
fn routes() -> Vec<lake::RouteRow> {
    let mut routes = world::routes();
    let text = |text: &str| Some(text.to_owned());
    for (prefix, origin, rpki) in [
        ("10.0.0.0/8", Some(64496), "not-found"),
        ("10.0.0.0/12", None, "valid"),
        ("10.3.0.0/16", Some(64497), "invalid"),
        ("10.3.7.0/24", Some(1), "valid"),
    ] {
        let mut route = routes[0].clone();
        (route.prefix, route.origin) = (prefix.parse().unwrap(), origin.map(routing::Asn));
        (route.rpki, route.rpki_reason) = (text(rpki), (rpki == "invalid").then(|| "as".to_owned()));
        routes.push(route);
    }
    routes
}

fn serve(filled: bool) -> Server {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let address = runtime.block_on(async {
        let state = match filled {
            true => world::state(folder.path()).await,
            false => world::empty_state(folder.path()).await,
        };
        if filled {
            // For the later month alone: the other one is a month whose table is missing.
            let place = folder.path().join("lake/generation-of-2024-05").join(lake::ROUTES_BY_PREFIX_FILE);
            lake::write_routes_by_prefix(std::fs::File::create(place).unwrap(), &routes()).unwrap();
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, web::router(state)).await.unwrap() });
        address
    });
    Server { address, _folder: folder, _runtime: runtime }
}

impl Server {
    fn get(&self, path: &str) -> Answer {
        self.ask(path, "")
    }

    fn ask(&self, path: &str, headers: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n")
            .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| {
            line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).unwrap()
        };
        Answer { status, headers: lines.map(header).collect(), body: body.to_owned() }
    }
}

const PAGES: [&str; 51] = [
    "/",
    "/economy/NL",
    "/economy/DE?sort=-name&coordination_grade=ready",
    "/economy/ZZ?routing_information_rpki_grade=lagging",
    "/region/europe",
    "/region/ripencc?sort=coordination",
    "/search?q=holding",
    "/?sort=-routing_information_rpki&page=2",
    "/?score=routing_information_irr&sort=economy",
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
    "/participants",
    "/participants?programme=network-operators&economy=nl&sort=-coordination&page=2",
    "/participants?programme=ixps&name=harbour",
    "/participants?programme=equipment-vendors&month=2024-04",
    "/sources",
    "/sources?source=rrc00&page=2",
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
        assert!(answer.body.len() < 150_000, "{path} has {} bytes", answer.body.len());
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
        "AS64500 announced the bogon prefix 192.168.12.0/24 for",
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
fn incidents_are_filtered_sorted_counted_and_downloaded_alike() {
    let server = serve(true);
    let text = server.get("/incidents").text();
    for words in [
        "Going on as the data end, 2024-06-01 00:00",
        "since 2024-05-14 00:00 Bogon prefix: AS64500 Meridian Broadband, 192.168.0.0/24, 192.168.1.0/24, \
         192.168.2.0/24 and 3 more, for 29 min so far.",
        "caused it 2 passed it on 1 both 3Kind Bogon prefix 2 Bogon AS number 0",
        "2 of 2 incidents",
        "Bogon prefix M3, 6 events AS64500 Meridian Broadband 192.168.0.0/24 192.168.1.0/24 192.168.2.0/24 and 3 \
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
    ] {
        assert_eq!(found(query), ids, "{query}");
    }
    let none = server.get("/incidents?economy=de").text();
    assert!(none.contains("None of the 2 incidents meets this filter"), "{none}");
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

const FILE: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

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

#[test]
fn a_prefix_shows_its_routes_what_covers_it_and_what_is_inside() {
    let server = serve(true);
    let answer = server.get("/prefix/10.3.0.0-16");
    let text = answer.text();
    for words in [
        "Announced by AS64497 Harbour Internet Exchange, AS64500 Meridian Broadband. More than one origin",
        "10.3.0.0/16 AS64497 Harbour Internet Exchange invalid another AS is authorised exact RIPE",
        "VRPs of 2024-05-31",
        "less specific routes, the shortest first. Prefix Origin RPKI IRR Peer ASes First seen Last seen Not counted \
         because 10.0.0.0/8 AS64496 Lantern Transit not-found",
        "10.0.0.0/12 AS_SET valid",
        "Routes inside it, in the order of prefixes.",
        "10.3.7.0/24 AS1 valid",
        "No event of May 2024 is about this prefix",
    ] {
        assert!(text.to_lowercase().contains(&words.to_lowercase()), "`{words}` is not in {text}");
    }
    assert!(
        !answer.body.contains("href=\"/network/AS1\""),
        "a network that the month does not know has no page"
    );
    let events = server.get("/prefix/192.168.4.0-23").text();
    for words in ["announced the bogon prefix 192.168.4.0/24", "announced the bogon prefix 192.168.5.0/24"] {
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
        ("/prefix/192.0.2.7", "Did you mean 192.0.2.7/32?", "/prefix/192.0.2.7-32"),
        ("/prefix/2001:db8::1", "Did you mean 2001:db8::1/128?", "/prefix/2001:db8::1-128"),
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
fn the_search_finds_numbers_and_names() {
    let server = serve(true);
    for query in ["AS%2064500", "64500", "as64500.", "AS64500", "meridian+broadband+holding", "0.64500"] {
        let answer = server.get(&format!("/search?q={query}"));
        assert_eq!((answer.status, answer.header("location")), (303, "/network/AS64500"), "{query}");
    }
    let kept = server.get("/search?q=64500&month=2024-04");
    assert_eq!(kept.header("location"), "/network/AS64500?month=2024-04");
    let several = server.get("/search?q=holding").text();
    assert!(several.contains("Lantern Transit") && several.contains("Harbour Internet Exchange"));
    // The way people type: another order, half a word, accents, a slip of the finger.
    for query in ["transit+lantern", "L%C3%A4ntern", "lantern%2C+tr"] {
        assert_eq!(
            server.get(&format!("/search?q={query}")).header("location"),
            "/network/AS64496",
            "{query}"
        );
    }
    let mended = server.get("/search?q=lanturn").text();
    assert!(mended.contains("Nothing is named “lanturn”") && mended.contains("Lantern Transit"), "{mended}");
    assert!(server.get("/search?q=100%25").text().contains("Nothing of this month has “100%” in its name"));
    // Prefixes, addresses, economies and regions have pages of their own.
    for (query, location) in [
        ("192.0.2.0/24", "/prefix/192.0.2.0-24"),
        ("192.0.2.7", "/prefix/192.0.2.7-32"),
        ("2001:DB8::/32", "/prefix/2001:db8::-32"),
        ("netherlands", "/economy/NL"),
        ("de", "/economy/DE"),
        ("western+europe", "/region/western-europe"),
        ("RIPE+NCC", "/region/ripencc"),
    ] {
        let answer = server.get(&format!("/search?q={query}"));
        assert_eq!((answer.status, answer.header("location")), (303, location), "{query}");
    }
    assert_eq!(server.get("/search?q=").status, 200);
    assert_eq!(server.get("/search?q=4294967296").status, 400);
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

#[test]
fn an_area_shows_its_networks_sorted_filtered_and_as_csv() {
    let server = serve(true);
    let rows = |path: &str| {
        let body = server.get(path).body;
        let table = body.split("id=\"networks-caption\"").nth(1).unwrap_or_default().to_owned();
        table.split("/network/AS").skip(1).map(|rest| rest[..5].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rows("/economy/NL"), ["64500", "64496"], "those with most routes first");
    assert_eq!(rows("/economy/NL?sort=asn"), ["64496", "64500"]);
    assert_eq!(rows("/economy/NL?sort=name"), ["64496", "64500"]);
    assert_eq!(rows("/economy/NL?sort=routing_information_rpki"), ["64500", "64496"]);
    assert_eq!(rows("/economy/NL?routing_information_rpki_grade=ready"), ["64496"]);
    assert_eq!(rows("/region/europe?coordination_grade=ready"), ["64500", "64496", "64497"]);
    assert_eq!(rows("/region/ripencc").len(), 5, "those whose economy is no country are registered too");
    assert!(server.get("/economy/NL?coordination_grade=lagging").text().contains("meets this filter"));
    let csv = server.get("/region/europe/networks.csv?coordination_grade=ready&sort=-asn");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    let lines: Vec<&str> = csv.body.lines().collect();
    assert!(
        lines[0].starts_with("asn,name,organisation,economy,registry,routes_ipv4,routes_ipv6,incidents,")
    );
    assert_eq!(lines[1].split(',').next(), Some("64500"));
    assert_eq!(lines.len(), 4);
    for (path, status) in [
        ("/economy/nl", 308),
        ("/region/Europe", 308),
        ("/economy/KP", 404),
        ("/economy/Netherlands", 400),
        ("/region/atlantis", 404),
        ("/economy/NL?sort=beauty", 400),
        ("/economy/NL?coordination_grade=great", 400),
        ("/economy/KP/networks.csv", 404),
    ] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
}
