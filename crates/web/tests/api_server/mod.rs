#![allow(dead_code)]
//! The made-up world behind `/api`, asked over HTTP.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use lake::RouteRow;
use routing::Asn;
use serde_json::Value;

use crate::world;

/// A server on a free port; its folder goes with it.
pub struct Server {
    address: SocketAddr,
    folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The rows of a list.
    pub fn rows(&self) -> Vec<Value> {
        self.json()["data"].as_array().unwrap_or_else(|| panic!("{}", self.body)).clone()
    }
}

/// The routes of the world and some that cover them, one by two origins.
pub fn routes() -> Vec<RouteRow> {
    let mut routes = world::routes();
    for (prefix, origin) in [
        ("10.0.0.0/8", Some(64496)),
        ("10.0.0.0/12", None),
        ("10.3.0.0/16", Some(64497)),
        ("10.3.7.0/24", Some(1)),
    ] {
        let mut route = routes[0].clone();
        route.prefix = prefix.parse().unwrap();
        route.origin = origin.map(Asn);
        routes.push(route);
    }
    routes
}

/// Serves the world, or nothing at all.
pub fn serve(filled: bool) -> Server {
    serve_more(filled, Vec::new(), web::Keys::default())
}

/// Serves the world, or nothing at all, and further publications; `/v1` asks for one of the keys.
pub fn serve_more(filled: bool, more: Vec<store::Publication>, keys: web::Keys) -> Server {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let address = runtime.block_on(async {
        let state = match filled {
            true => world::state(folder.path()).await,
            false => world::empty_state(folder.path()).await,
        };
        if filled {
            write_routes_by_prefix(folder.path());
        }
        for publication in more {
            state.store.publish(publication).await.unwrap();
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            axum::serve(listener, web::router_with(state, web::SourceStates::default(), keys)).await.unwrap()
        });
        address
    });
    Server { address, folder, _runtime: runtime }
}

/// For the later month alone, so that the other one is a month whose table is missing.
fn write_routes_by_prefix(folder: &Path) {
    let place = folder.join("lake/generation-of-2024-05").join(lake::ROUTES_BY_PREFIX_FILE);
    let mut sorted = routes();
    sorted.sort_by_key(|route| (route.prefix, route.origin));
    lake::write_routes_by_prefix(std::fs::File::create(place).unwrap(), sorted).unwrap();
}

impl Server {
    /// Head and body as they come to a visitor who takes them packed, the body not unpacked.
    pub fn packed(&self, path: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
        (String::from_utf8(bytes[..end].to_vec()).unwrap(), bytes.split_off(end + 4))
    }

    /// Where store and lake lie.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }

    pub fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n")
            .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Answer { status, headers, body: body.to_owned() }
    }

    /// Every row of a list, page by page, and how many pages there were.
    pub fn walk(&self, path: &str) -> (Vec<Value>, usize) {
        let (mut rows, mut pages, mut next) = (Vec::new(), 0, path.to_owned());
        loop {
            let answer = self.get(&next);
            assert_eq!(answer.status, 200, "{next}: {}", answer.body);
            rows.extend(answer.rows());
            pages += 1;
            match answer.json()["links"]["next"].as_str() {
                Some(link) => next = link.to_owned(),
                None => return (rows, pages),
            }
        }
    }
}
