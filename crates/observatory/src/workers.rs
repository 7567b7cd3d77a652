//! The threads on which independent jobs are done.

use std::sync::atomic::{AtomicUsize, Ordering};

/// At most so many jobs at a time.
#[derive(Clone, Copy)]
pub struct Threads(pub usize);

impl pipeline::month::Workers for Threads {
    fn each(&self, jobs: usize, job: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                if turn >= jobs {
                    break;
                }
                job(turn);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.0.min(jobs) {
                scope.spawn(work);
            }
            work();
        });
    }
}
