use store::Brought;

use super::*;

const NOW: i64 = 1_800_000_000;

fn job(id: i64, kind: JobKind, subject: &str, state: JobState, at: i64) -> JobRow {
    JobRow {
        id,
        kind,
        subject: subject.to_owned(),
        state,
        due_at: at,
        attempts: 1,
        claimed_by: None,
        lease_until: Some(at),
        started_at: Some(at),
        finished_at: Some(at),
        outcome: Some("no answer".to_owned()),
        brought: Brought::default(),
    }
}

fn told(mut jobs: Vec<JobRow>) -> Vec<String> {
    jobs.sort_by_key(|job| -job.id);
    examine(NOW, &[], &jobs).into_iter().map(|stale| format!("{}: {}", stale.what, stale.why)).collect()
}

#[test]
fn the_latest_job_of_each_says_how_it_stands() {
    use JobKind::{Fetch, Month};
    use JobState::{Done, Failed, Running, Waiting};
    let failed = || job(1, Month, "2026-12", Failed, NOW - 500);
    assert_eq!(told(vec![failed()]), ["month 2026-12: failed: no answer"]);
    assert_eq!(told(vec![failed(), job(2, Month, "2026-12", Done, NOW - 100)]), [""; 0]);
    // One that only waits for its time does not hide the failure before it.
    let mut planned = job(2, Month, "2026-12", Waiting, NOW + 100);
    (planned.attempts, planned.outcome) = (0, None);
    assert_eq!(told(vec![failed(), planned.clone()]).len(), 1);
    assert_eq!(told(vec![job(1, Month, "2026-12", Failed, NOW - 8 * 86_400)]), [""; 0]);
    // A fetch of all sources has asked again.
    let source = || job(1, Fetch, "vrps", Failed, NOW - 500);
    assert_eq!(told(vec![source()]), ["fetch of vrps: failed: no answer"]);
    assert_eq!(told(vec![source(), job(2, Fetch, "*", Done, NOW - 100)]), [""; 0]);
    planned.due_at = NOW - 1_000;
    assert_eq!(told(vec![planned]), ["month 2026-12: waits since 2027-01-15T07:43:20Z"]);
    assert_eq!(told(vec![job(1, Fetch, "*", Running, NOW - 100)]), [""; 0]);
    assert!(told(vec![job(1, Fetch, "*", Running, NOW - 1_000)])[0].contains("its process is gone"));
    assert!(told(vec![job(1, Fetch, "*", Waiting, NOW + 60)])[0].contains("tried again at"));
}
