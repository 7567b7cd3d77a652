use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::Damage;
use crate::block::{Block, Workspace};

/// Threads that decode blocks. They begin as there is work for them and end with the crew.
pub(crate) struct Crew {
    shared: Arc<Shared>,
    /// Closed by dropping it.
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
    threads_max: usize,
}

struct Shared {
    waiting: Mutex<Receiver<Job>>,
    /// Jobs given and not yet finished.
    unfinished: AtomicUsize,
    /// Nobody wants the results any more.
    abandoned: AtomicBool,
}

struct Job {
    bytes: Vec<u8>,
    /// Where in them the block begins.
    bit: usize,
    spare: Vec<u8>,
    reply: Sender<Decoded>,
}

/// A job done.
pub(crate) struct Decoded {
    pub(crate) block: Result<Block, Damage>,
    /// The bytes it was decoded from.
    pub(crate) bytes: Vec<u8>,
}

impl Crew {
    pub(crate) fn new(threads_max: usize) -> Crew {
        let (jobs, waiting) = mpsc::channel();
        let shared = Shared {
            waiting: Mutex::new(waiting),
            unfinished: AtomicUsize::new(0),
            abandoned: AtomicBool::new(false),
        };
        Crew { shared: Arc::new(shared), jobs: Some(jobs), threads: Vec::new(), threads_max }
    }

    /// Threads there may be.
    pub(crate) fn threads_max(&self) -> usize {
        self.threads_max
    }

    /// Whether no thread has begun.
    pub(crate) fn is_idle(&self) -> bool {
        self.threads.is_empty()
    }

    /// Has the block at bit `bit` of `bytes` decoded, into the memory of `spare`. Where no thread can be had, the
    /// receiver is told nothing and closed.
    pub(crate) fn decode(&mut self, bytes: Vec<u8>, bit: usize, spare: Vec<u8>) -> Receiver<Decoded> {
        let (reply, receiver) = mpsc::channel();
        let unfinished = self.shared.unfinished.fetch_add(1, Ordering::Relaxed);
        if unfinished >= self.threads.len() && self.threads.len() < self.threads_max {
            let shared = self.shared.clone();
            let begun = thread::Builder::new().name("bz2".to_owned()).spawn(move || work(&shared));
            self.threads.extend(begun);
        }
        if !self.threads.is_empty()
            && let Some(jobs) = &self.jobs
        {
            // The receiver lives as long as the crew.
            let _ = jobs.send(Job { bytes, bit, spare, reply });
        }
        receiver
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.shared.abandoned.store(true, Ordering::Relaxed);
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn work(shared: &Shared) {
    let mut workspace = Workspace::new();
    loop {
        let job = shared.waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { bytes, bit, spare, reply }) = job else { return };
        if shared.abandoned.load(Ordering::Relaxed) {
            return;
        }
        let block = workspace.decode(&bytes, bit, spare);
        shared.unfinished.fetch_sub(1, Ordering::Relaxed);
        // Nobody waits for what turned out not to be a block.
        let _ = reply.send(Decoded { block, bytes });
    }
}
