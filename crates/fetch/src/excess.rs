//! Sees whether a server sends more than it stated: what is left in a connection's buffer when its answer has
//! been read in full.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};

/// Connects as usual and watches what is left over at the end.
#[derive(Debug)]
pub struct Watching {
    inner: DefaultConnector,
    excess: Arc<AtomicBool>,
}

/// A connection that is watched.
#[derive(Debug)]
pub struct Watched {
    inner: Box<dyn Transport>,
    excess: Arc<AtomicBool>,
}

impl Watching {
    /// Sets `excess` when a connection ends with bytes that belong to no answer.
    pub fn new(excess: Arc<AtomicBool>) -> Watching {
        Watching { inner: DefaultConnector::default(), excess }
    }
}

impl Connector<()> for Watching {
    type Out = Watched;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<()>,
    ) -> Result<Option<Watched>, ureq::Error> {
        let inner = self.inner.connect(details, chained)?;
        Ok(inner.map(|inner| Watched { inner, excess: self.excess.clone() }))
    }
}

impl Transport for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.inner.buffers().input().is_empty() {
            self.excess.store(true, Ordering::Relaxed);
        }
    }
}
