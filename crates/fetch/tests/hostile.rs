//! Fetching from servers that are slow, lie, break off, answer pages, send bombs, or nothing: what is held
//! stays, time and bytes are bounded, and once the server behaves the right file is there.

mod server;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fetch::{Archive, Budget, FetchError, Fetched, Fetcher, Refusal, UrlTemplate};
use server::{Request, Server, Step, answer, stating};

const TEXT: &[u8] = b"route: 192.0.2.0/24\norigin: AS64500\n";

fn budget() -> Budget {
    Budget {
        bytes_max: 4 << 20,
        total: Duration::from_secs(5),
        stall: Duration::from_millis(250),
        attempts_max: 3,
        wait: Duration::from_millis(60),
        ..Budget::default()
    }
}

/// Bytes that do not pack well, packed.
fn packed(seed: u32) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(b"bytes: ").unwrap();
    for i in 0..60_000_u32 {
        gz.write_all(&(i ^ seed).wrapping_mul(2_654_435_761).rotate_left(7).to_le_bytes()).unwrap();
    }
    gz.finish().unwrap()
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn fetch(&self, url: &str, budget: Budget) -> Fetched {
        Fetcher::open(self.path(), budget).unwrap().fetch("test", url).unwrap()
    }

    /// The file held newest of a URL.
    fn held(&self, url: &str) -> Option<Vec<u8>> {
        let archive = Archive::open(self.path()).unwrap();
        let template = UrlTemplate::parse(url).unwrap();
        let (_, _, history) = archive.of(&template).next()?;
        Some(fs::read(archive.place(history.versions.last()?.digest)).unwrap())
    }

    /// Every file but the index, by name.
    fn files(&self) -> Vec<PathBuf> {
        let mut all = Vec::new();
        let mut open = vec![self.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { open.push(path) } else { all.push(path) }
            }
        }
        all.retain(|p| !p.ends_with("index.ndjson") && !p.ends_with("fetching.lock"));
        all.sort();
        all
    }
}

/// What a server does after it has once given `TEXT` is refused for a reason that contains `words`; what was
/// held is held, nothing is left over, and it is over in time.
#[track_caller]
fn refused(words: &str, requests: usize, bad: impl Fn(&Request, usize) -> Vec<Step> + Send + Sync + 'static) {
    let server = Server::start(move |request, before| match (request.path.as_str(), before) {
        ("/x", 0) => answer(200, &[], TEXT),
        _ => bad(request, before.saturating_sub(1)),
    });
    let (place, url) = (Place::new(), server.url("/x"));
    assert!(matches!(place.fetch(&url, budget()), Fetched::New { .. }));
    let before = (place.files(), place.held(&url));
    let began = Instant::now();
    match place.fetch(&url, budget()) {
        Fetched::Failed(refusal) => {
            let text = refusal.to_string();
            assert!(text.contains(words), "no `{words}` in `{text}`");
        }
        other => panic!("taken in: {other:?}"),
    }
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    assert_eq!((place.files(), place.held(&url)), before);
    assert_eq!(before.1.as_deref(), Some(TEXT));
    assert_eq!(server.requests().len(), requests + 1, "{:#?}", server.requests());
}

#[test]
fn silence_is_given_up() {
    refused("nothing came for 0.25 s", 3, |_, _| {
        vec![
            Step::Send(b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nab".to_vec()),
            Step::Wait(Duration::from_secs(2)),
        ]
    });
    refused("nothing came for 0.25 s", 3, |_, _| vec![Step::Wait(Duration::from_secs(2))]);
}

#[test]
fn drops_are_given_up_when_time_is_over() {
    let server = Server::start(|_, _| {
        let mut steps = vec![Step::Send(b"HTTP/1.1 200 X\r\nContent-Length: 9000\r\n\r\n".to_vec())];
        for _ in 0..100 {
            steps.extend([Step::Send(b"a".to_vec()), Step::Wait(Duration::from_millis(50))]);
        }
        steps
    });
    let began = Instant::now();
    let budget = Budget { total: Duration::from_millis(700), ..budget() };
    let fetched = Place::new().fetch(&server.url("/x"), budget);
    assert!(matches!(fetched, Fetched::Failed(Refusal::TooSlow(_))), "{fetched:?}");
    assert!(began.elapsed() < Duration::from_millis(1_500), "{:?}", began.elapsed());
}

#[test]
fn headers_in_drops_are_given_up_too() {
    let server = Server::start(|_, _| {
        let mut steps = vec![Step::Send(b"HTTP/1.1 200 X\r\n".to_vec())];
        for _ in 0..100 {
            steps.extend([Step::Send(b"X-A: a\r\n".to_vec()), Step::Wait(Duration::from_millis(50))]);
        }
        steps
    });
    let began = Instant::now();
    let budget = Budget { total: Duration::from_millis(700), ..budget() };
    let fetched = Place::new().fetch(&server.url("/x"), budget);
    assert!(matches!(fetched, Fetched::Failed(Refusal::TooSlow(_))), "{fetched:?}");
    assert!(began.elapsed() < Duration::from_millis(1_500), "{:?}", began.elapsed());
}

#[test]
fn a_length_that_is_too_long_or_too_short() {
    refused("connection failed", 3, |_, _| stating(200, &[], 100, TEXT));
    refused("more was sent", 3, |_, _| stating(200, &[], 10, TEXT));
    refused("connection failed", 3, |_, _| {
        vec![Step::Send(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nasn:\r\n".to_vec())]
    });
    refused("more than 4194304 bytes", 1, |_, _| stating(200, &[], 5 << 30, TEXT));
}

#[test]
fn a_packed_file_that_breaks_off_is_not_taken_in() {
    let whole = packed(1);
    refused("damaged or breaks off", 1, move |_, _| answer(200, &[], &whole[..whole.len() - 9]));
}

#[test]
fn pages_in_place_of_data() {
    refused("HTML", 1, |_, _| answer(200, &[], b"\n <!DOCTYPE html><title>Maintenance</title>"));
    refused("HTML", 1, |_, _| answer(200, &["Content-Type: text/html; charset=utf-8"], b"Be back soon"));
    refused("empty", 1, |_, _| answer(200, &[], b""));
    refused("encoding `br`", 1, |_, _| answer(200, &["Content-Encoding: br"], TEXT));
}

#[test]
fn redirects_end() {
    refused("more than 5 in a row", 6, |_, n| answer(302, &[&format!("Location: /{n}")], b""));
    refused("more than 5 in a row", 6, |_, _| answer(301, &["Location: /x"], b""));
    refused("neither https nor http", 1, |_, _| answer(302, &["Location: file:///etc/passwd"], b""));
    refused("does not say where", 1, |_, _| answer(307, &[], b""));
    let server = Server::start(|request, _| match request.path.as_str() {
        "/latest" => answer(302, &["Location: day/20240501.txt"], b"moved"),
        _ => answer(200, &[], TEXT),
    });
    let place = Place::new();
    assert!(matches!(place.fetch(&server.url("/latest"), budget()), Fetched::New { .. }));
    assert_eq!(place.held(&server.url("/latest")).as_deref(), Some(TEXT));
}

#[test]
fn bombs_and_endless_bodies() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(&vec![0; 64 << 20]).unwrap();
    let bomb = gz.finish().unwrap();
    refused("100 times its size", 1, move |_, _| answer(200, &[], &bomb));
    refused("more than 4194304 bytes", 1, |_, _| {
        vec![Step::Send(b"HTTP/1.1 200 X\r\n\r\n".to_vec()), Step::Endless(vec![b'x'; 1 << 16])]
    });
    refused("connection failed", 3, |_, _| {
        vec![
            Step::Send(b"HTTP/1.1 200 X\r\n".to_vec()),
            Step::Endless(b"X-A: aaaaaaaaaaaaaaaaaaaa\r\n".to_vec()),
        ]
    });
}

#[test]
fn statuses() {
    refused("not there (status 404)", 1, |_, _| answer(404, &[], b"no"));
    refused("status 403", 1, |_, _| answer(403, &[], b"no"));
    refused("status 500", 3, |_, _| answer(500, &[], b"no"));
    refused("status 429 and asks to wait 9999 s", 1, |_, _| answer(429, &["Retry-After: 9999"], b"no"));
    refused("status 206", 1, |_, _| answer(206, &["Content-Range: bytes 0-9/10"], b"0123456789"));
    refused("status 304", 1, |_, _| answer(304, &[], b""));
}

#[test]
fn a_server_that_asks_for_patience_gets_it() {
    let server = Server::start(|_, before| match before {
        0 => answer(503, &["Retry-After: 1"], b"busy"),
        _ => answer(200, &[], TEXT),
    });
    let began = Instant::now();
    let patient = Budget { wait: Duration::from_secs(2), ..budget() };
    assert!(matches!(Place::new().fetch(&server.url("/x"), patient), Fetched::New { .. }));
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_reset_connection_is_tried_again() {
    let server = Server::start(|_, before| match before {
        0 | 1 => vec![Step::Reset],
        _ => answer(200, &[], TEXT),
    });
    let place = Place::new();
    assert!(matches!(place.fetch(&server.url("/x"), budget()), Fetched::New { .. }));
    assert_eq!(server.requests().len(), 3);
    refused("connection failed", 3, |_, _| vec![Step::Reset]);
}

/// Gives the first half of `first`, then what is asked for of `later`.
fn breaking_off(first: Vec<u8>, later: Vec<u8>) -> Server {
    Server::start(move |request, before| {
        let tag = |body: &[u8]| format!("ETag: \"{}\"", body.iter().map(|b| u64::from(*b)).sum::<u64>());
        if before == 0 {
            return stating(200, &[&tag(&first)], first.len(), &first[..first.len() / 2]);
        }
        let from =
            request.header("Range").and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
        let same = request.header("If-Range").is_none_or(|t| tag(&later).ends_with(t));
        match from.filter(|_| same) {
            Some(from) => {
                let range = format!("Content-Range: bytes {from}-{}/{}", later.len() - 1, later.len());
                answer(206, &[&range, &tag(&later)], &later[from..])
            }
            None => answer(200, &[&tag(&later)], &later),
        }
    })
}

#[test]
fn a_download_goes_on_where_it_broke_off() {
    let whole = packed(2);
    for attempts_max in [1, 3] {
        let server = breaking_off(whole.clone(), whole.clone());
        let (place, url) = (Place::new(), server.url("/x.gz"));
        let budget = Budget { attempts_max, ..budget() };
        let mut fetched = place.fetch(&url, budget);
        if attempts_max == 1 {
            // By a later run.
            assert!(matches!(fetched, Fetched::Failed(Refusal::Connection(_))), "{fetched:?}");
            assert_eq!(place.held(&url), None);
            fetched = place.fetch(&url, budget);
        }
        assert!(matches!(fetched, Fetched::New { .. }), "{fetched:?}");
        assert_eq!(place.held(&url).as_ref(), Some(&whole));
        let asked = server.requests();
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[1].header("Range"), Some(format!("bytes={}-", whole.len() / 2).as_str()));
        assert_eq!(place.files().len(), 1, "{:?}", place.files());
    }
}

#[test]
fn the_rest_of_another_version_is_never_added() {
    let (first, later) = (packed(3), packed(4));
    let server = breaking_off(first, later.clone());
    let place = Place::new();
    let fetched = place.fetch(&server.url("/x"), budget());
    assert!(matches!(fetched, Fetched::New { .. }), "{fetched:?}");
    assert_eq!(place.held(&server.url("/x")), Some(later));
}

#[test]
fn a_server_that_lies_about_the_rest() {
    let whole = packed(5);
    let half = whole.len() / 2;
    for lie in ["bytes 0-9/10".to_owned(), format!("bytes {half}-{half}/{}", half + 1), String::new()] {
        let (body, lie) = (whole.clone(), format!("Content-Range: {lie}"));
        let server = Server::start(move |request, _| match request.header("Range") {
            Some(_) => answer(206, &[&lie, "ETag: \"a\""], b"x"),
            None => stating(200, &["ETag: \"a\""], body.len(), &body[..body.len() / 2]),
        });
        let place = Place::new();
        let fetched = place.fetch(&server.url("/x"), budget());
        assert!(matches!(fetched, Fetched::Failed(_)), "{fetched:?}");
        assert_eq!(place.held(&server.url("/x")), None);
    }
}

/// A text has no checksum of its own: what the server says of the rest must fit what was asked for, and what it
/// said of the whole.
#[test]
fn the_rest_of_a_text_must_fit() {
    const LIST: &[u8] = b"192.0.2.0/24\n198.51.100.0/24\n203.0.113.0/24\n";
    const HALF: usize = LIST.len() / 2;
    // A longer file by the same tag.
    let server = Server::start(|request, _| match request.header("Range") {
        Some(_) => {
            let range = format!("Content-Range: bytes {HALF}-{}/{}", LIST.len(), LIST.len() + 1);
            answer(206, &[&range, "ETag: \"a\""], &[&LIST[HALF..], b"x"].concat())
        }
        None => stating(200, &["ETag: \"a\""], LIST.len(), &LIST[..HALF]),
    });
    let place = Place::new();
    let fetched = place.fetch(&server.url("/x"), budget());
    assert!(matches!(fetched, Fetched::Failed(_)), "{fetched:?}");
    assert!(server.requests().iter().any(|r| r.header("Range").is_some()));
    assert_eq!(place.held(&server.url("/x")), None);
    // A rest that begins one byte later than asked, once.
    let server = Server::start(|request, before| {
        let from =
            request.header("Range").and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
        match from {
            Some(from) => {
                let from: usize = if before == 1 { from + 1 } else { from };
                let range = format!("Content-Range: bytes {from}-{}/{}", LIST.len() - 1, LIST.len());
                answer(206, &[&range, "ETag: \"a\""], &LIST[from..])
            }
            None => stating(200, &["ETag: \"a\""], LIST.len(), &LIST[..HALF]),
        }
    });
    let fetched = place.fetch(&server.url("/x"), Budget { attempts_max: 6, ..budget() });
    assert!(matches!(fetched, Fetched::New { .. }), "{fetched:?}");
    assert_eq!(place.held(&server.url("/x")).as_deref(), Some(LIST));
}

#[test]
fn the_same_is_not_sent_twice() {
    for (validator, condition) in [
        ("ETag: \"v1\"", "If-None-Match"),
        ("Last-Modified: Fri, 31 May 2024 12:00:00 GMT", "If-Modified-Since"),
    ] {
        let value = validator.split_once(": ").unwrap().1;
        let server = Server::start(move |request, _| match request.header(condition) {
            Some(known) if known == value => answer(304, &[], b""),
            _ => answer(200, &[validator], TEXT),
        });
        let (place, url) = (Place::new(), server.url("/x"));
        assert!(matches!(place.fetch(&url, budget()), Fetched::New { .. }));
        let files = place.files();
        for _ in 0..3 {
            assert!(matches!(place.fetch(&url, budget()), Fetched::Unchanged));
        }
        assert_eq!(server.requests().iter().filter(|r| r.header(condition) == Some(value)).count(), 3);
        assert_eq!(place.files(), files);
        // A file that was lost is fetched again.
        fs::remove_file(&files[0]).unwrap();
        assert!(matches!(place.fetch(&url, budget()), Fetched::New { .. }));
        assert_eq!(place.files(), files);
    }
    // The same bytes from a server that knows no versions.
    let server = Server::start(|_, _| answer(200, &[], TEXT));
    let (place, url) = (Place::new(), server.url("/x"));
    place.fetch(&url, budget());
    assert!(matches!(place.fetch(&url, budget()), Fetched::Unchanged));
    assert_eq!(place.files().len(), 1);
}

#[test]
fn what_a_url_gave_stays_in_order() {
    let server = Server::start(|_, before| answer(200, &[], format!("day {}\n", before % 2).as_bytes()));
    let (place, url) = (Place::new(), server.url("/x"));
    for _ in 0..3 {
        assert!(matches!(place.fetch(&url, budget()), Fetched::New { .. }));
    }
    let archive = Archive::open(place.path()).unwrap();
    let template = UrlTemplate::parse(&url).unwrap();
    let (_, _, history) = archive.of(&template).next().unwrap();
    let texts: Vec<_> = history.versions.iter().map(|v| fs::read(archive.place(v.digest)).unwrap()).collect();
    assert_eq!(texts, [b"day 1\n".to_vec(), b"day 0\n".to_vec()]);
}

#[test]
fn an_index_that_was_cut_off_goes_on() {
    let server = Server::start(|request, _| answer(200, &[], request.path.as_bytes()));
    let place = Place::new();
    for path in ["/a", "/b"] {
        place.fetch(&server.url(path), budget());
    }
    let index = place.path().join("index.ndjson");
    let whole = fs::read(&index).unwrap();
    let first = whole.iter().position(|b| *b == b'\n').unwrap() + 1;
    for cut in first..whole.len() {
        fs::write(&index, &whole[..cut]).unwrap();
        assert_eq!(place.held(&server.url("/a")).as_deref(), Some(&b"/a"[..]));
        assert_eq!(place.held(&server.url("/b")), None, "cut at {cut}");
    }
    place.fetch(&server.url("/b"), budget());
    assert_eq!(place.held(&server.url("/b")).as_deref(), Some(&b"/b"[..]));
    assert_eq!(fs::read_to_string(&index).unwrap().lines().count(), 2);
    // Damage in the middle is none that a crash leaves: it is told.
    let mut damaged = whole;
    damaged[3] ^= 0x40;
    fs::write(&index, damaged).unwrap();
    assert!(matches!(Archive::open(place.path()), Err(FetchError::Index { .. })));
}

#[test]
fn one_fetcher_at_a_time() {
    let place = Place::new();
    let first = Fetcher::open(place.path(), budget()).unwrap();
    assert!(matches!(Fetcher::open(place.path(), budget()), Err(FetchError::Busy(_))));
    drop(first);
    Fetcher::open(place.path(), budget()).unwrap();
}
