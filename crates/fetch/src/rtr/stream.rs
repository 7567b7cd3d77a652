//! A connection to a cache, every wait bounded.

use std::io::{self, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use super::Address;
use crate::{Budget, Refusal};

/// A TCP connection whose reads and writes end with the budget.
pub struct Stream {
    socket: TcpStream,
    stall: Duration,
    deadline: Instant,
}

/// Connects to the first address of the host that answers.
///
/// # Errors
/// When the name has no address, or none answers in time.
pub fn connect(address: &Address, budget: &Budget, deadline: Instant) -> Result<BufReader<Stream>, Refusal> {
    let all = (address.host.as_str(), address.port).to_socket_addrs();
    let all = all.map_err(|e| Refusal::Connection(e.to_string()))?;
    let mut refusal = Refusal::Connection(format!("`{}` has no address", address.host));
    for one in all {
        let left = deadline.saturating_duration_since(Instant::now()).min(budget.stall);
        if left.is_zero() {
            return Err(Refusal::TooSlow(budget.total));
        }
        match TcpStream::connect_timeout(&one, left) {
            Ok(socket) => {
                let stream = Stream { socket, stall: budget.stall, deadline };
                return Ok(BufReader::with_capacity(1 << 16, stream));
            }
            Err(error) => refusal = refused(error, budget, deadline),
        }
    }
    Err(refusal)
}

/// What a failed read or write means.
pub fn refused(error: io::Error, budget: &Budget, deadline: Instant) -> Refusal {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
            if deadline.saturating_duration_since(Instant::now()) < Duration::from_millis(20) {
                Refusal::TooSlow(budget.total)
            } else {
                Refusal::Stalled(budget.stall)
            }
        }
        io::ErrorKind::UnexpectedEof => Refusal::Connection("closed in the middle of an answer".to_owned()),
        _ => Refusal::Connection(error.to_string()),
    }
}

impl Stream {
    /// Time for the next step; never zero, which would mean forever.
    fn patience(&self) -> io::Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now()).min(self.stall);
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.patience()?))?;
        self.socket.read(buffer)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.patience()?))?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}
