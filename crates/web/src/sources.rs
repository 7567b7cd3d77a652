mod jobs;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use routing::Asn;
use store::{FaultRow, PeerRow, SourceFileRow, SourceRow};

use crate::Site;
use crate::format::{Count, Day, Digest, Size, count, counted};
use crate::frame::Frame;
use crate::link::{Link, Pages};
use crate::refusal::Refusal;
use crate::reply;
use crate::sign::Sign;
use crate::view::View;
use jobs::Jobs;

/// Files of one source where all sources are shown.
const FILES_MAX: usize = 10;

/// Peers on one page.
const PEERS_PER_PAGE: usize = 100;

/// Files on one page of a source shown alone.
const FILES_PER_PAGE: usize = 200;

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage {
    frame: Frame,
    kinds: Vec<Kind>,
    totals: Totals,
    /// The source shown alone, with the pages of its files.
    alone: Option<(String, Pages)>,
    all: Link,
    /// Peers on this page of them, and the pages; none where one source is shown alone.
    peers: Vec<Peer>,
    peer_pages: Pages,
    /// What runs by itself; none where one source is shown alone.
    jobs: Option<Jobs>,
}

/// A peer of a collector.
struct Peer {
    collector: String,
    asn: Asn,
    address: String,
    family: &'static str,
    prefixes: Count,
    share_percent: u8,
    full: Sign,
}

/// Sources of one kind.
struct Kind {
    words: &'static str,
    code: String,
    used_for: String,
    sources: Vec<Source>,
}

struct Totals {
    sources: String,
    files: String,
    size: Size,
    records: Count,
    faults: Count,
    unused: Vec<String>,
}

/// One source with the files shown of it.
struct Source {
    name: String,
    path: String,
    status: String,
    used: Sign,
    is_used: bool,
    used_for: String,
    files: Vec<File>,
    files_more: usize,
    totals: Totals,
    alone: Link,
}

/// One file.
struct File {
    name: String,
    digest: Digest,
    size: Size,
    bytes: Count,
    format: String,
    as_of: Option<Day>,
    as_of_from: String,
    skew: Option<Skew>,
    used: Sign,
    is_used: bool,
    status: String,
    records: Count,
    outside: Count,
    elements: Count,
    faults: Count,
    skipped: Count,
    kinds: Vec<FaultKind>,
    first: Vec<String>,
}

struct Skew {
    words: String,
    title: String,
}

impl Skew {
    fn new(words: &str, title: &str) -> Skew {
        Skew { words: words.to_owned(), title: title.to_owned() }
    }
}

struct FaultKind {
    code: String,
    meaning: String,
    rule: String,
    count: Count,
}

/// `/sources`; with `?source=` one of them with all its files.
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let rows = &chosen.edition.sources;
    let all = chosen.link_to("/sources");
    let mut link = all.clone();
    let mut kinds: Vec<Kind> = Vec::new();
    let mut alone = None;
    let wanted = view.get("source");
    for row in rows.iter().filter(|row| wanted.is_none_or(|name| name == row.name)) {
        let own = all.clone().with("source", &row.name);
        let range = match wanted {
            Some(name) => {
                let pages = Pages::new(row.files.len(), FILES_PER_PAGE, view.page("page")?, "page", &own);
                link = own.clone().paged("page", pages.page);
                let range = pages.range();
                alone = Some((name.to_owned(), pages));
                range
            }
            None => 0..row.files.len().min(FILES_MAX),
        };
        // Where not all are shown, those with something to say come first.
        let mut files: Vec<&SourceFileRow> = row.files.iter().collect();
        if wanted.is_none() {
            // What went wrong first, then what was used; files of other months are no news.
            files.sort_by_key(|file| match file {
                file if file.faults > 0 || file.status.starts_with("not admitted") => 0,
                file if file.used => 1,
                _ => 2,
            });
        }
        let source = Source::new(row, &files[range], own);
        match kinds.iter_mut().find(|kind| kind.code == row.kind) {
            Some(kind) => kind.sources.push(source),
            None => kinds.push(Kind {
                words: kind_words(&row.kind),
                code: row.kind.clone(),
                used_for: row.used_for.clone(),
                sources: vec![source],
            }),
        }
    }
    if let (Some(name), true) = (wanted, kinds.is_empty()) {
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        let advice = format!("Sources of this month: {}.", names.join(", "));
        return Err(Refusal::absent(
            format!("There is no source `{name}` in this publication"),
            vec![advice],
        ));
    }
    kinds.sort_by_key(|kind| kind_order(&kind.code));
    let peers: &[PeerRow] = if wanted.is_some() { &[] } else { &chosen.edition.peers };
    let peer_pages = Pages::new(peers.len(), PEERS_PER_PAGE, view.page("peers")?, "peers", &all);
    if wanted.is_none() {
        link = all.clone().paged("peers", peer_pages.page);
    }
    let jobs = if wanted.is_none() { Jobs::of(&site.store).await? } else { None };
    let month = crate::frame::month_in_words(&chosen.edition.head.month);
    let page = SourcesPage {
        frame: Frame::of(&chosen, "sources", &format!("Sources of {month}"), &link),
        totals: Totals::of(rows),
        kinds,
        alone,
        all,
        peers: peers[peer_pages.range()].iter().map(Peer::new).collect(),
        peer_pages,
        jobs,
    };
    reply::page(&headers, &page)
}

impl Peer {
    fn new(row: &PeerRow) -> Peer {
        Peer {
            collector: row.collector.clone(),
            asn: Asn(row.asn),
            address: row.address.clone(),
            family: if row.family == 4 { "IPv4" } else { "IPv6" },
            prefixes: Count(row.prefixes),
            share_percent: row.share_percent,
            full: Sign::feed(row.full_feed, row.route_server),
        }
    }
}

impl Totals {
    fn of(rows: &[SourceRow]) -> Totals {
        let files = || rows.iter().flat_map(|row| &row.files);
        let sum = |of: fn(&SourceFileRow) -> i64| files().map(|file| count(of(file)).0).sum::<u64>();
        Totals {
            sources: counted(rows.len() as u64, "source", "sources"),
            files: counted(files().count() as u64, "file", "files"),
            size: Size(sum(|file| file.size_bytes)),
            records: Count(sum(|file| file.records)),
            faults: Count(sum(|file| file.faults)),
            unused: rows.iter().filter(|row| !row.used).map(|row| row.name.clone()).collect(),
        }
    }
}

impl Source {
    fn new(row: &SourceRow, shown: &[&SourceFileRow], alone: Link) -> Source {
        Source {
            name: row.name.clone(),
            path: row.path.clone(),
            status: besides_used(&row.status),
            used: Sign::used(row.used),
            is_used: row.used,
            used_for: row.used_for.clone(),
            files_more: row.files.len() - shown.len(),
            files: shown.iter().map(|file| File::new(&row.kind, file)).collect(),
            totals: Totals::of(core::slice::from_ref(row)),
            alone,
        }
    }
}

impl File {
    fn new(kind: &str, row: &SourceFileRow) -> File {
        let bytes = count(row.size_bytes);
        let skew = match (row.skew_days, kind) {
            (Some(0), _) => Some(Skew::new("inside the month", "0 days")),
            (Some(days), _) => {
                let days = counted(days.unsigned_abs(), "day", "days");
                Some(Skew::new(&days, &format!("{days} from the month")))
            }
            (None, "mrt") => Some(Skew::new("by record", "every record has its own time")),
            (None, _) => None,
        };
        let fault_kind = |row: &FaultRow| FaultKind {
            code: row.code.clone(),
            meaning: row.meaning.clone(),
            rule: row.rule.clone(),
            count: count(row.count),
        };
        File {
            name: row.name.clone(),
            digest: Digest(row.digest.clone()),
            size: Size(bytes.0),
            bytes,
            format: row.format.clone(),
            as_of: row.as_of.map(Day),
            as_of_from: row.as_of_from.clone(),
            skew,
            used: Sign::used(row.used),
            is_used: row.used,
            status: besides_used(&row.status),
            records: count(row.records),
            outside: count(row.records_outside),
            elements: count(row.elements),
            faults: count(row.faults),
            skipped: count(row.skipped),
            kinds: row.fault_kinds.iter().map(fault_kind).collect(),
            first: row.first_faults.clone(),
        }
    }
}

/// A status without the word that its sign says already.
fn besides_used(status: &str) -> String {
    let rest = status.strip_prefix("used").map(|rest| rest.trim_start_matches([':', ',', ' ']));
    rest.unwrap_or(status).to_owned()
}

/// Kinds of sources in the order they are shown, in words.
const KINDS: [(&str, &str); 13] = [
    ("mrt", "Routes"),
    ("vrps", "Validated ROA payloads"),
    ("slurm", "Local exceptions to the RPKI"),
    ("aspas", "Provider authorisations"),
    ("irr", "Internet Routing Registry"),
    ("delegations", "Delegations of the registries"),
    ("asn_countries", "Economies of networks, substitute"),
    ("as_names", "Names of networks"),
    ("organisations", "Organisations"),
    ("relationships", "Relationships between networks"),
    ("contacts", "Contacts"),
    ("bogons", "Bogons"),
    ("participants", "Participants of the programmes"),
];

fn kind_order(code: &str) -> usize {
    KINDS.iter().position(|(known, _)| *known == code).unwrap_or(KINDS.len())
}

fn kind_words(code: &str) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == code).map_or("Others", |(_, words)| words)
}
