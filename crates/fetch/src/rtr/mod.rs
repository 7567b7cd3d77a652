//! Takes a set of VRPs and ASPAs from an RPKI cache: RTR version 0 (RFC 6810), 1 (RFC 8210) and 2
//! (draft-ietf-sidrops-8210bis), over plain TCP.
//!
//! A whole set is asked for first; afterwards only what changed since the serial that is held. Whatever in
//! the changes does not fit what is held leads to the whole set being asked for.

mod address;
mod exchange;
mod pdu;
mod set;
mod stream;
#[cfg(test)]
mod tests;

use std::time::Instant;

use routing::Timestamp;
use serde::{Deserialize, Serialize};

pub use address::Address;
pub use pdu::{CODES, code};
pub use set::Set;

use crate::wait::tries_again;
use crate::{Budget, Refusal};
use exchange::{Ask, Stop, exchange};
use pdu::Intervals;

/// Highest version spoken, and the one that is tried first.
const VERSION_MAX: u8 = 2;
/// So long after it was last asked for, the whole set is asked for again: changes may have been lost where
/// nobody sees it, and a cache may have learned a higher version.
const WHOLE_SECONDS: i64 = 86_400;

/// Where a cache stood when it was last asked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct CacheState {
    /// Version spoken: 0, 1 or 2. ASPAs come in version 2 only.
    pub version: u8,
    /// Session: a cache that starts anew has another one.
    pub session: u16,
    /// Serial number of the set within the session and version.
    pub serial: u32,
    /// Seconds after which the cache wants to be asked again (RFC 8210 §6); not stated in version 0.
    pub refresh: Option<u32>,
    /// Seconds to wait after a failure.
    pub retry: Option<u32>,
    /// Seconds after which the set is no longer to be used.
    pub expire: Option<u32>,
    /// VRPs in the set.
    pub vrps: u64,
    /// ASPAs in the set.
    pub aspas: u64,
    /// When the whole set was asked for, Unix seconds.
    pub whole: i64,
}

/// What a cache gave.
pub struct Synchronised {
    /// Where it stands.
    pub state: CacheState,
    /// The set.
    pub set: Set,
    /// The set is the one that was held.
    pub unchanged: bool,
}

/// Asks a cache for its set, trying again within the budget; `held` is what was taken from it last.
///
/// # Errors
/// Whatever keeps it from ending with a whole set.
pub fn synchronise(
    address: &Address,
    held: Option<(CacheState, Set)>,
    now: Timestamp,
    budget: &Budget,
) -> Result<Synchronised, Refusal> {
    let deadline = Instant::now() + budget.total;
    let mut held = held.filter(|(state, _)| {
        state.version <= VERSION_MAX && (0..WHOLE_SECONDS).contains(&(now.0 - state.whole))
    });
    let mut version = VERSION_MAX;
    let mut attempt = 1;
    loop {
        let stop = match stream::connect(address, budget, deadline) {
            Err(refusal) => Stop::Refused(refusal),
            Ok(mut stream) => {
                let (ask, whole, mut set) = match held.take() {
                    Some((s, set)) => (
                        Ask::Since { version: s.version, session: s.session, serial: s.serial },
                        s.whole,
                        set,
                    ),
                    None => (Ask::Whole { version }, now.0, Set::default()),
                };
                match exchange(&mut stream, ask, &mut set, budget, deadline) {
                    Ok(end) => {
                        let unchanged = matches!(ask, Ask::Since { .. }) && end.changes == 0;
                        let Intervals { refresh, retry, expire } = end.intervals;
                        let state = CacheState {
                            version: end.version,
                            session: end.session,
                            serial: end.serial,
                            refresh,
                            retry,
                            expire,
                            vrps: set.vrps(),
                            aspas: set.aspas(),
                            whole,
                        };
                        return Ok(Synchronised { state, set, unchanged });
                    }
                    Err(stop) => stop,
                }
            }
        };
        match stop {
            // Each leads to fewer possibilities: a lower version, or no more changes.
            Stop::Version(lower) => version = lower,
            Stop::Whole => {}
            Stop::Refused(refusal) => {
                if !tries_again(&refusal, None, attempt, budget, deadline) {
                    return Err(refusal);
                }
                attempt += 1;
            }
        }
    }
}
