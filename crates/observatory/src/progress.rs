//! Progress on standard error for whatever takes longer than two seconds; nothing when it is no terminal.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Shows stages and remembers how long each took.
pub struct Progress {
    shown: bool,
    times: std::sync::Mutex<Vec<(&'static str, Duration)>>,
}

/// A stage that is running.
pub struct Stage<'a> {
    bar: ProgressBar,
    name: &'static str,
    began: Instant,
    progress: &'a Progress,
    /// Shows the bar when patience is over; dropping the sender tells it that the stage is.
    shower: Option<(Sender<()>, JoinHandle<()>)>,
    elements: Arc<AtomicU64>,
}

/// Longer than this and a bar appears.
const PATIENCE: Duration = Duration::from_secs(2);

impl Progress {
    /// Bars on a terminal unless `quiet`.
    pub fn new(quiet: bool) -> Progress {
        Progress { shown: !quiet && std::io::stderr().is_terminal(), times: Default::default() }
    }

    /// A stage of so many steps.
    pub fn stage(&self, name: &'static str, steps: u64) -> Stage<'_> {
        self.begin(name, steps, "{spinner} {msg} {bar:30} {pos}/{len} {elapsed}")
    }

    /// A stage that reads files of which nobody knows how long they are.
    pub fn bytes(&self, name: &'static str) -> Stage<'_> {
        self.begin(name, 0, "{spinner} {msg} {bytes}, {binary_bytes_per_sec}, {elapsed}")
    }

    /// A stage that reads `octets` of files of routes, as they lie on the disk: bytes, routes per second, time
    /// left.
    pub fn routes(&self, name: &'static str, octets: u64) -> Stage<'_> {
        let stage = self.begin(name, octets, "{msg}");
        let (elements, began) = (stage.elements.clone(), stage.began);
        let style = ProgressStyle::with_template(
            "{spinner} {msg} {bar:30} {bytes}/{total_bytes}, {routes}, {elapsed}, {eta} left",
        );
        let per_second = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let seconds = began.elapsed().as_secs_f64().max(0.1);
            let routes = elements.load(Ordering::Relaxed) as f64 / seconds;
            // A bar that cannot be written is no reason to stop.
            let _ = write!(out, "{} routes/s", HumanCount(routes as u64));
        };
        stage.bar.set_style(style.expect("the templates are ours").with_key("routes", per_second));
        stage
    }

    fn begin(&self, name: &'static str, length: u64, template: &str) -> Stage<'_> {
        let style = ProgressStyle::with_template(template).expect("the templates are ours");
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden());
        bar.set_style(style);
        bar.set_message(name);
        let shower = self.shown.then(|| {
            let (alive, over) = channel();
            let bar = bar.clone();
            (alive, std::thread::spawn(move || show_after_patience(&bar, &over)))
        });
        Stage { bar, name, began: Instant::now(), progress: self, shower, elements: Arc::default() }
    }

    /// Seconds of each stage that is over, in order.
    pub fn seconds(&self) -> Vec<(&'static str, f64)> {
        let times = self.times.lock().expect("no stage panics while it holds the lock");
        times.iter().map(|(name, time)| (*name, time.as_secs_f64())).collect()
    }
}

impl Stage<'_> {
    /// So much more is done.
    pub fn step(&self, by: u64) {
        self.bar.inc(by);
    }

    /// What counts bytes as steps, from any thread.
    pub fn watch(&self) -> impl Fn(u64) + Send + 'static {
        let bar = self.bar.clone();
        move |octets| bar.inc(octets)
    }

    /// Where routes read are counted.
    pub fn elements(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.elements)
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        if let Some((alive, thread)) = self.shower.take() {
            drop(alive);
            // It holds nothing that could be lost; a bar that was not shown is no reason to fail.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
        let mut times = self.progress.times.lock().expect("no stage panics while it holds the lock");
        times.push((self.name, self.began.elapsed()));
    }
}

/// Also a stage that takes one long step shows that it lives.
fn show_after_patience(bar: &ProgressBar, over: &Receiver<()>) {
    if over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar.enable_steady_tick(Duration::from_millis(200));
    }
}
