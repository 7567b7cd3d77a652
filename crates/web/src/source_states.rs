//! What is known of the sources outside any publication: how fetching goes. Whoever serves says where from.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// How fetching for one source goes. Times are Unix seconds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceState {
    /// Its name in the configuration.
    pub name: String,
    /// Files held.
    pub held_files: u64,
    /// The moment that the newest file speaks of.
    pub newest: Option<i64>,
    /// When its newest file counts as too old.
    pub age_seconds_max: Option<i64>,
    /// When it was last asked for with success.
    pub last_success: Option<i64>,
    /// When that last failed, and why.
    pub last_failure: Option<(i64, String)>,
}

type Ask = dyn Fn() -> Result<Vec<SourceState>, String> + Send + Sync;

/// Where the states come from; by default there are none.
#[derive(Clone, Default)]
pub struct SourceStates {
    ask: Option<Arc<Ask>>,
    kept: Arc<Mutex<Option<Kept>>>,
}

/// States, and when they were read.
type Kept = (Instant, Arc<Vec<SourceState>>);

/// Asking reads files: what is known is kept for so long.
const KEPT: Duration = Duration::from_secs(10);

impl SourceStates {
    /// States as `ask` tells them; it may block.
    pub fn of(ask: impl Fn() -> Result<Vec<SourceState>, String> + Send + Sync + 'static) -> SourceStates {
        SourceStates { ask: Some(Arc::new(ask)), kept: Arc::default() }
    }

    /// The states of now, or of a moment ago; none where they cannot be had, which is logged.
    pub(crate) async fn get(&self) -> Arc<Vec<SourceState>> {
        let Some(ask) = self.ask.clone() else { return Arc::default() };
        // Held while asking: of many who ask at once, one reads.
        let mut kept = self.kept.lock().await;
        if let Some((at, states)) = &*kept
            && at.elapsed() < KEPT
        {
            return Arc::clone(states);
        }
        let states = match tokio::task::spawn_blocking(move || ask()).await {
            Ok(Ok(states)) => Arc::new(states),
            Ok(Err(error)) => {
                tracing::warn!(error, "the states of the sources cannot be read");
                Arc::default()
            }
            Err(error) => {
                tracing::error!(%error, "the states of the sources cannot be read");
                Arc::default()
            }
        };
        *kept = Some((Instant::now(), Arc::clone(&states)));
        states
    }
}

impl std::fmt::Debug for SourceStates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceStates").field("known", &self.ask.is_some()).finish_non_exhaustive()
    }
}
