//! How many requests of each route, how they ended and how long they took.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::exposition::{Exposition, Sort};

/// Upper bounds of the buckets in seconds, as they are written.
const BOUNDS: [(f64, &str); 10] = [
    (0.005, "0.005"),
    (0.01, "0.01"),
    (0.025, "0.025"),
    (0.05, "0.05"),
    (0.1, "0.1"),
    (0.25, "0.25"),
    (0.5, "0.5"),
    (1.0, "1"),
    (2.5, "2.5"),
    (10.0, "10"),
];

/// Requests by the pattern of their route and the class of their status. Neither comes from the visitor, so there
/// are never more of them than routes and classes.
#[derive(Debug, Default)]
pub(crate) struct Requests(Mutex<BTreeMap<(Arc<str>, u16), Taken>>);

#[derive(Debug, Default)]
struct Taken {
    /// Those not above each bound and above the one before it.
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: Duration,
}

/// Counts a request when its answer begins.
pub(crate) async fn count(State(requests): State<Arc<Requests>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    // An address that is none has no pattern.
    let route: Arc<str> =
        request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).into();
    let response = next.run(request).await;
    requests.add(route, response.status().as_u16() / 100, began.elapsed());
    response
}

impl Requests {
    fn add(&self, route: Arc<str>, class: u16, took: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = all.entry((route, class)).or_default();
        if let Some(bucket) = BOUNDS.iter().position(|(bound, _)| took.as_secs_f64() <= *bound) {
            taken.buckets[bucket] += 1;
        }
        taken.count += 1;
        taken.sum += took;
    }

    pub(crate) fn write(&self, text: &mut Exposition) {
        let meaning = "Requests by route and class of status: seconds until the answer began.";
        let name = "observatory_http_request_duration_seconds";
        let mut family = text.family(name, Sort::Histogram, meaning);
        for ((route, class), taken) in &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            let class = format!("{class}xx");
            let labels = [("route", &**route), ("status", class.as_str())];
            let mut below = 0;
            for ((_, bound), bucket) in BOUNDS.iter().zip(taken.buckets) {
                below += bucket;
                family.part("_bucket", &[labels[0], labels[1], ("le", bound)], below);
            }
            family.part("_bucket", &[labels[0], labels[1], ("le", "+Inf")], taken.count);
            family.part("_sum", &labels, taken.sum.as_secs_f64());
            family.part("_count", &labels, taken.count);
        }
    }
}
