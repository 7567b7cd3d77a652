//! A loopback RPKI cache that answers as it is told: well, slowly, falsely or not at all.

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
    /// These bytes one by one, with a wait before each.
    Drip(Vec<u8>, Duration),
    /// These bytes over and over, until the other side has enough.
    Endless(Vec<u8>),
    /// Silence.
    Wait(Duration),
}

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Query {
    /// Everything, in a version.
    Reset(u8),
    /// What came after a serial of a session, in a version.
    Serial(u8, u16, u32),
}

/// A running cache; it ends with its owner.
pub struct Cache {
    address: SocketAddr,
    queries: Arc<Mutex<Vec<Query>>>,
    over: Arc<AtomicBool>,
}

impl Cache {
    /// Starts; `answer` gets each connection's query with how many came before it.
    pub fn start(answer: impl Fn(Query, usize) -> Vec<Step> + Send + Sync + 'static) -> Cache {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let queries: Arc<Mutex<Vec<Query>>> = Arc::default();
        let over = Arc::new(AtomicBool::new(false));
        let (log, end, answer) = (queries.clone(), over.clone(), Arc::new(answer));
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
        Cache { address, queries, over }
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("rtr://{}", self.address)
    }

    /// What was asked so far.
    pub fn queries(&self) -> Vec<Query> {
        self.queries.lock().unwrap().clone()
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Query>>,
    answer: &dyn Fn(Query, usize) -> Vec<Step>,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    let mut head = [0; 8];
    stream.read_exact(&mut head)?;
    let [version, kind, s0, s1, length @ ..] = head;
    let query = match (kind, u32::from_be_bytes(length)) {
        (2, 8) => Query::Reset(version),
        (1, 12) => {
            let mut serial = [0; 4];
            stream.read_exact(&mut serial)?;
            Query::Serial(version, u16::from_be_bytes([s0, s1]), u32::from_be_bytes(serial))
        }
        other => panic!("no query: {other:?}"),
    };
    let before = {
        let mut log = log.lock().unwrap();
        log.push(query);
        log.len() - 1
    };
    for step in answer(query, before) {
        match step {
            Step::Send(bytes) => stream.write_all(&bytes)?,
            Step::Drip(bytes, pause) => {
                for byte in bytes {
                    std::thread::sleep(pause);
                    stream.write_all(&[byte])?;
                }
            }
            Step::Endless(bytes) => loop {
                stream.write_all(&bytes)?;
            },
            Step::Wait(time) => std::thread::sleep(time),
        }
    }
    stream.shutdown(Shutdown::Write)?;
    let _ = stream.read(&mut [0; 1 << 12]);
    Ok(())
}

fn unit(version: u8, kind: u8, field: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![version, kind];
    bytes.extend(field.to_be_bytes());
    bytes.extend((8 + body.len() as u32).to_be_bytes());
    bytes.extend(body);
    bytes
}

/// An answer in full: what it says between its beginning and its end.
pub fn answer(version: u8, session: u16, serial: u32, units: &[Vec<u8>]) -> Vec<u8> {
    let mut end: Vec<u8> = serial.to_be_bytes().to_vec();
    if version > 0 {
        end.extend([3_600_u32, 600, 7_200].iter().flat_map(|n| n.to_be_bytes()));
    }
    [unit(version, 3, session, &[]), units.concat(), unit(version, 7, session, &end)].concat()
}

/// 192.0.`third`.0/24 of an AS comes or goes.
pub fn vrp(version: u8, announced: bool, third: u8, asn: u32) -> Vec<u8> {
    let head = [u8::from(announced), 24, 24, 0, 192, 0, third, 0];
    unit(version, 4, 0, &[&head[..], &asn.to_be_bytes()].concat())
}

/// The providers of a customer come, or go if there is none.
pub fn aspa(customer: u32, providers: &[u32]) -> Vec<u8> {
    let asns = [&[customer], providers].concat();
    let body: Vec<u8> = asns.iter().flat_map(|n| n.to_be_bytes()).collect();
    unit(2, 11, u16::from(!providers.is_empty()) << 8, &body)
}

/// There is no way from that serial.
pub fn cache_reset(version: u8) -> Vec<u8> {
    unit(version, 8, 0, &[])
}

/// An Error Report without a text.
pub fn error(version: u8, code: u16) -> Vec<u8> {
    unit(version, 10, code, &[0; 8])
}

/// There is something new.
pub fn notify(version: u8, session: u16, serial: u32) -> Vec<u8> {
    unit(version, 0, session, &serial.to_be_bytes())
}
