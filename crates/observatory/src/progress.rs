//! Progress on standard error for whatever takes longer than two seconds; nothing when it is no terminal.

use std::io::{IsTerminal, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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

    /// A stage that reads files; how much they hold is not known before they are decompressed.
    pub fn bytes(&self, name: &'static str) -> Stage<'_> {
        self.begin(name, 0, "{spinner} {msg} {bytes} decompressed, {binary_bytes_per_sec}, {elapsed}")
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
        Stage { bar, name, began: Instant::now(), progress: self, shower }
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

    /// A stream whose bytes count as steps.
    pub fn counting<'s, R: Read + 's>(&'s self, input: R) -> impl Read + 's {
        Counting { input, stage: self }
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

struct Counting<'s, 'p, R> {
    input: R,
    stage: &'s Stage<'p>,
}

impl<R: Read> Read for Counting<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.stage.step(n as u64);
        Ok(n)
    }
}
