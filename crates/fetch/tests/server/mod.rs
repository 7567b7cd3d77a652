//! A loopback server that answers as it is told: well, slowly, falsely or not at all.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A piece of an answer.
#[derive(Clone)]
pub enum Step {
    /// These bytes at once.
    Send(Vec<u8>),
    /// Silence.
    Wait(Duration),
    /// These bytes over and over, until the other side has enough.
    Endless(Vec<u8>),
    /// The connection is reset in place of an answer.
    Reset,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// Path and query.
    pub path: String,
    /// Everything before the empty line.
    pub head: String,
}

impl Request {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let of = |line: &'_ str| line.split_once(':').is_some_and(|(n, _)| n.eq_ignore_ascii_case(name));
        self.head.lines().skip(1).find(|l| of(l)).and_then(|l| l.split_once(':')).map(|(_, v)| v.trim())
    }
}

/// A running server; it ends with its owner.
pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    over: Arc<AtomicBool>,
}

/// So many requests and there is something wrong with the client.
const REQUESTS_MAX: usize = 2_000;

impl Server {
    /// Starts; `answer` gets each request with how many of its path came before it.
    pub fn start(answer: impl Fn(&Request, usize) -> Vec<Step> + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let over = Arc::new(AtomicBool::new(false));
        let (log, end, answer) = (requests.clone(), over.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), log, answer) = (stream, log.clone(), answer.clone()) else { return };
                std::thread::spawn(move || {
                    let _ = serve(stream, &log, &*answer);
                });
            }
        });
        Server { address, requests, over }
    }

    /// A URL of this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Request>>,
    answer: &dyn Fn(&Request, usize) -> Vec<Step>,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    // Looked at, not taken: closing with bytes unread resets the connection.
    let mut buffer = vec![0; 1 << 14];
    let head = loop {
        let count = stream.peek(&mut buffer)?;
        let text = String::from_utf8_lossy(&buffer[..count]).into_owned();
        if count == 0 || text.contains("\r\n\r\n") {
            break text;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let request = Request { path, head };
    let before = {
        let mut log = log.lock().unwrap();
        let before = log.iter().filter(|r| r.path == request.path).count();
        log.push(request.clone());
        if log.len() > REQUESTS_MAX {
            return Ok(());
        }
        before
    };
    let steps = answer(&request, before);
    if matches!(steps.first(), Some(Step::Reset)) {
        return Ok(());
    }
    stream.read_exact(&mut vec![0; request.head.len()])?;
    for step in steps {
        match step {
            Step::Send(bytes) => stream.write_all(&bytes)?,
            Step::Wait(time) => std::thread::sleep(time),
            Step::Endless(bytes) => loop {
                stream.write_all(&bytes)?;
            },
            Step::Reset => return Ok(()),
        }
    }
    stream.shutdown(Shutdown::Write)?;
    let _ = stream.read(&mut buffer);
    Ok(())
}

/// An answer with its length stated.
pub fn answer(status: u16, headers: &[&str], body: &[u8]) -> Vec<Step> {
    stating(status, headers, body.len(), body)
}

/// An answer that states a length of its own choice.
pub fn stating(status: u16, headers: &[&str], length: usize, body: &[u8]) -> Vec<Step> {
    let mut bytes = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n").into_bytes();
    for header in headers {
        bytes.extend(format!("{header}\r\n").bytes());
    }
    bytes.extend(b"\r\n");
    bytes.extend(body);
    vec![Step::Send(bytes)]
}
