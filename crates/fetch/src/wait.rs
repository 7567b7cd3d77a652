//! How long to wait before the next try.

use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, Instant, SystemTime};

use crate::{Budget, Refusal};

/// The wait after the first try; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The wait after the given try (from 1): `first` after the first one and twice as long after each further one,
/// no longer than `max`, with full jitter over its upper half, so that those who failed together do not come
/// back together.
pub fn backoff(attempt: u32, first: Duration, max: Duration) -> Duration {
    let whole = first.saturating_mul(1 << attempt.saturating_sub(1).min(20)).min(max);
    // Each RandomState has other keys: enough randomness to spread visits.
    let random = std::hash::RandomState::new().build_hasher().finish();
    whole / 2 + (whole / 2).mul_f64(random as f64 / u64::MAX as f64)
}

/// Waits before the next try, if there may be one: after a refusal of the given try (from 1) that may pass,
/// and while the budget lasts. `asked`: how long the server asks to be left alone.
pub fn tries_again(
    refusal: &Refusal,
    asked: Option<Duration>,
    attempt: u32,
    budget: &Budget,
    deadline: Instant,
) -> bool {
    let wait = asked.unwrap_or_default().max(backoff(attempt, FIRST_WAIT, budget.wait));
    let in_time = wait <= budget.wait && Instant::now() + wait < deadline;
    let again = refusal.is_temporary() && attempt < budget.attempts_max && in_time;
    if again {
        std::thread::sleep(wait);
    }
    again
}

/// What a `Retry-After` asks for (RFC 9110 §10.2.3): seconds, or a moment.
pub fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let moment = httpdate::parse_http_date(value).ok()?;
    Some(moment.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_bound_and_differ() {
        let (first, max) = (Duration::from_millis(500), Duration::from_secs(10));
        for attempt in 1..200 {
            let wait = backoff(attempt, first, max);
            assert!(wait <= max && wait >= first.min(max) / 2, "{attempt}: {wait:?}");
        }
        assert!(backoff(10, first, max) >= max / 2);
        let waits: std::collections::BTreeSet<Duration> = (0..20).map(|_| backoff(5, first, max)).collect();
        assert!(waits.len() > 10, "no jitter: {waits:?}");
    }

    #[test]
    fn a_server_says_when_to_come_back() {
        let now = httpdate::parse_http_date("Fri, 31 May 2024 12:00:00 GMT").unwrap();
        assert_eq!(retry_after(" 7 ", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Fri, 31 May 2024 12:01:00 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(retry_after("Fri, 31 May 2024 11:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("99999999999999999999999", now), Some(Duration::from_secs(u64::MAX)));
        for text in ["", "-1", "soon", "1.5"] {
            assert_eq!(retry_after(text, now), None, "{text}");
        }
    }
}
