//! A month under a framework that it need not have been graded by.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use measure::framework::{self, Framework};
use simulation::{Month, NotKept, Simulation, simulate};
use store::StoreError;
use tokio::task::spawn_blocking;

use crate::Site;
use crate::edition::{Edition, shipped};
use crate::refusal::Refusal;

/// How many comparisons are kept in memory. A publication never changes, so what is kept is right.
const TRIALS_MAX: usize = 8;

/// What a comparison is kept by: the publication and the digests of both frameworks.
type Key = (i64, String, String);

/// The comparisons asked for of late.
#[derive(Debug, Default)]
pub(crate) struct Trials(Mutex<BTreeMap<Key, Arc<Simulation>>>);

/// Why a month cannot be compared.
#[derive(Debug)]
pub(crate) enum TrialError {
    /// Its facts were not kept.
    NotKept(NotKept),
    /// The store failed.
    Store(StoreError),
    /// The lake failed.
    Lake(lake::LakeError),
    /// The computation was cut off.
    Cut(tokio::task::JoinError),
}

impl From<StoreError> for TrialError {
    fn from(error: StoreError) -> TrialError {
        TrialError::Store(error)
    }
}

impl From<TrialError> for Refusal {
    fn from(error: TrialError) -> Refusal {
        match error {
            TrialError::NotKept(why) => Refusal::absent(why.to_string(), Vec::new()),
            TrialError::Store(error) => error.into(),
            TrialError::Lake(error) => error.into(),
            TrialError::Cut(error) => error.into(),
        }
    }
}

/// A framework by its id: a shipped one, or one whose file the publication keeps; `None` when there is neither.
pub(crate) fn framework(
    site: &Site,
    edition: &Edition,
    id: &str,
) -> Result<Option<Framework>, lake::LakeError> {
    if let Some(rules) = shipped().iter().find(|rules| rules.id == id) {
        return Ok(Some(rules.clone()));
    }
    let kept = lake::framework(&site.lake.generation(&edition.head.generation), id)?;
    Ok(kept.and_then(|text| framework::check(&text).ok()))
}

/// Who changes grade in a month between two frameworks.
pub(crate) async fn of(
    site: &Site,
    edition: &Edition,
    before: &Framework,
    after: &Framework,
) -> Result<Arc<Simulation>, TrialError> {
    let key = (edition.id, before.digest.clone(), after.digest.clone());
    let kept = || site.trials.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept().get(&key) {
        return Ok(Arc::clone(known));
    }
    let directory = edition.directory(&site.store).await?.clone();
    let participants = edition.participants.clone();
    let folder = site.lake.generation(&edition.head.generation);
    let (before, after) = (before.clone(), after.clone());
    let month = edition.head.month.clone();
    let computed = spawn_blocking(move || {
        let facts = lake::facts(&folder).map_err(TrialError::Lake)?;
        let facts = facts.ok_or(TrialError::NotKept(NotKept(month)))?;
        let of = Month { facts: &facts, directory: &directory, participants: &participants };
        Ok::<Simulation, TrialError>(simulate(&of, &before, &after, false))
    });
    let simulation = Arc::new(computed.await.map_err(TrialError::Cut)??);
    let mut kept = kept();
    if kept.len() >= TRIALS_MAX {
        kept.pop_first();
    }
    kept.insert(key, Arc::clone(&simulation));
    Ok(simulation)
}
