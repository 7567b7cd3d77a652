#![allow(dead_code)]
//! The pages of the made-up world, asked for over HTTP.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::world;

/// A server on a free port; its folder goes with it.
pub struct Server {
    address: SocketAddr,
    folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The text of the page as a reader sees it: no tags, single spaces.
    pub fn text(&self) -> String {
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

    pub fn attributes(&self, name: &str) -> Vec<String> {
        let start = format!(" {name}=\"");
        let rest = self.body.split(&start).skip(1);
        rest.map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")).collect()
    }
}

/// The routes of the world and some that cover them, one by two origins.
pub fn routes() -> Vec<lake::RouteRow> {
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

/// Serves the world, or nothing at all.
pub fn serve(filled: bool) -> Server {
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
            let mut sorted = routes();
            sorted.sort_by_key(|route| (route.prefix, route.origin));
            lake::write_routes_by_prefix(std::fs::File::create(place).unwrap(), sorted).unwrap();
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, web::router(state)).await.unwrap() });
        address
    });
    Server { address, folder, _runtime: runtime }
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

    /// Where its store and lake are.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(path, "")
    }

    pub fn ask(&self, path: &str, headers: &str) -> Answer {
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
