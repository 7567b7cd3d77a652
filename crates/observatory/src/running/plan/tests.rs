//! The schedule under a made-up clock.

use store::Brought;

use super::*;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().0
}

fn config(text: &str) -> Config {
    Config::parse(&format!(
        "data = \"x\"\n{text}\n[[source]]\nkind = \"vrps\"\nname = \"vrps\"\nurl = \"http://h/v\"\n\
         [[source]]\nkind = \"irr\"\nname = \"irr\"\nauthority = \"RIPE\"\npath = \"ripe.db\"\n"
    ))
    .unwrap()
}

/// A job that is over, or runs when it has no end.
fn job(
    id: i64,
    kind: JobKind,
    subject: &str,
    state: JobState,
    started: i64,
    finished: Option<i64>,
) -> JobRow {
    JobRow {
        id,
        kind,
        subject: subject.to_owned(),
        state,
        due_at: started,
        attempts: 1,
        claimed_by: None,
        lease_until: None,
        started_at: Some(started),
        finished_at: finished,
        outcome: None,
        brought: Brought::default(),
    }
}

fn fetched(id: i64, started: i64, months: &[&str]) -> JobRow {
    let mut job = job(id, JobKind::Fetch, ALL_SOURCES, JobState::Done, started, Some(started + 60));
    job.brought.months = months.iter().map(|m| (*m).to_owned()).collect();
    job
}

fn computed(id: i64, month: &str, started: i64) -> JobRow {
    job(id, JobKind::Month, month, JobState::Done, started, Some(started + 600))
}

/// The plan as text: what, and how long from now.
fn shown(now: i64, config: &Config, jobs: &[JobRow], published: &[&str]) -> Vec<String> {
    let published: Vec<Month> = published.iter().map(|m| m.parse().unwrap()).collect();
    let plan = plan(Timestamp(now), config, jobs, &published);
    plan.iter().map(|p| format!("{} {} {:+}", p.kind.word(), p.subject, p.due_at - now)).collect()
}

#[test]
fn at_first_it_fetches_and_then_computes() {
    let now = at("2026-05-20T10:00:00Z");
    assert_eq!(shown(now, &config(""), &[], &[]), ["fetch * +0", "month 2026-05 +3600"]);
    let jobs = [fetched(1, now, &["2026-05"])];
    assert_eq!(shown(now + 60, &config(""), &jobs, &[]), ["fetch * +3540", "month 2026-05 +1"]);
    // Also where it brought nothing: files may be there that need no fetching.
    assert_eq!(
        shown(now + 60, &config(""), &[fetched(1, now, &[])], &[]),
        ["fetch * +3540", "month 2026-05 +0"]
    );
    let local = Config::parse("data = \"x\"\n[[source]]\nkind = \"vrps\"\npath = \"v\"\n").unwrap();
    assert_eq!(shown(now, &local, &[], &[]), ["month 2026-05 +0"]);
}

#[test]
fn a_month_to_date_follows_what_was_fetched_and_the_day() {
    let start = at("2026-05-20T10:00:00Z");
    let config = config("[run]\nfetch_interval_minutes = 30");
    let mut jobs = vec![fetched(1, start, &["2026-05"]), computed(2, "2026-05", start + 61)];
    let now = start + 1_000;
    assert_eq!(shown(now, &config, &jobs, &[]), ["fetch * +800", "month 2026-05 +85461"]);
    // A fetch that brought nothing for this month changes nothing.
    jobs.push(fetched(3, start + 1_800, &["2026-04"]));
    assert_eq!(shown(now, &config, &jobs, &[])[1], "month 2026-05 +85461");
    jobs.push(fetched(4, start + 3_600, &["2026-04", "2026-05"]));
    let now = start + 3_700;
    assert_eq!(shown(now, &config, &jobs, &[])[1], "month 2026-05 -39");
    // While it was computed already: it did not see that.
    jobs.push(computed(5, "2026-05", start + 3_660));
    assert_eq!(shown(now, &config, &jobs, &[])[1], "month 2026-05 -39");
    jobs.push(computed(6, "2026-05", start + 3_661));
    assert_eq!(shown(now, &config, &jobs, &[])[1], format!("month 2026-05 +{}", DAY - 39));
}

#[test]
fn computing_waits_for_a_fetch_but_not_for_one_that_fails_nor_for_ever() {
    let start = at("2026-05-20T10:00:00Z");
    let config = config("");
    let old = start - 2 * DAY;
    let mut jobs = vec![fetched(1, old, &[]), computed(2, "2026-05", old)];
    // Nothing ran for two days: first what is new is fetched.
    assert_eq!(
        shown(start, &config, &jobs, &[]),
        [format!("fetch * -{}", 2 * DAY - HOUR), "month 2026-05 +3600".to_owned()]
    );
    let mut running = job(3, JobKind::Fetch, ALL_SOURCES, JobState::Running, start, None);
    jobs.push(running.clone());
    assert_eq!(shown(start + 60, &config, &jobs, &[])[1], "month 2026-05 +3540");
    // Longer than an interval: it is due since then.
    assert_eq!(shown(start + 2 * HOUR, &config, &jobs, &[])[1], "month 2026-05 -3600");
    // A process that is gone is no failure.
    running.attempts = 2;
    jobs[2] = running.clone();
    assert_eq!(shown(start + 60, &config, &jobs, &[])[1], "month 2026-05 +3540");
    running.outcome = Some("the disk is full".to_owned());
    jobs[2] = running.clone();
    assert_eq!(
        shown(start + 60, &config, &jobs, &[])[1],
        format!("month 2026-05 {}", old + DAY - start - 60)
    );
    running.state = JobState::Waiting;
    running.due_at = start + 300;
    jobs[2] = running;
    assert_eq!(
        shown(start + 60, &config, &jobs, &[])[1],
        format!("month 2026-05 {}", old + DAY - start - 60)
    );
}

#[test]
fn a_finished_month_is_computed_for_a_while_and_then_left_alone() {
    let config = config("[run]\nlate_days_max = 3");
    let end = at("2026-06-01");
    let mut jobs = vec![computed(1, "2026-05", end - HOUR), fetched(2, end + HOUR, &["2026-05", "2026-06"])];
    let months = |now: i64, jobs: &[JobRow], published: &[&str]| {
        let plan = shown(now, &config, jobs, published);
        plan.into_iter().filter(|p| p.starts_with("month")).collect::<Vec<_>>()
    };
    // Late files came.
    let now = end + HOUR + 61;
    assert_eq!(months(now, &jobs, &["2026-04"]), ["month 2026-05 +0", "month 2026-06 +0"]);
    jobs.push(computed(3, "2026-05", now));
    jobs.push(computed(4, "2026-06", now));
    assert_eq!(months(end + 2 * HOUR, &jobs, &[])[0], format!("month 2026-05 +{}", DAY - HOUR + 61));
    jobs.push(fetched(5, end + 3 * DAY - HOUR, &["2026-06"]));
    assert_eq!(months(end + 3 * DAY - 1, &jobs, &[]).len(), 2);
    assert_eq!(months(end + 3 * DAY, &jobs, &[]).len(), 1);
    // What came for it at the last moment is still computed.
    jobs.push(fetched(6, end + 3 * DAY - 70, &["2026-05"]));
    assert_eq!(months(end + 3 * DAY, &jobs, &[]).len(), 2);
    // Published by hand and over for long: left alone; lately over: not.
    assert_eq!(months(end + DAY, &jobs[..0], &["2026-04", "2026-05"]).len(), 2);
    assert_eq!(months(end + 3 * DAY, &jobs[..0], &["2026-04", "2026-05"]).len(), 1);
    // Never computed, never published: nobody asked for it.
    assert_eq!(months(end + DAY, &jobs[..0], &[]).len(), 1);
}

#[test]
fn after_a_long_stop_the_month_that_was_begun_is_finished() {
    let (config, end) = (config(""), at("2026-06-01"));
    let mut jobs = vec![fetched(1, end - 6 * DAY, &[]), computed(2, "2026-05", end - 6 * DAY + 61)];
    let now = end + 20 * DAY;
    assert_eq!(shown(now, &config, &jobs, &["2026-05"])[0], format!("fetch * {}", HOUR - 26 * DAY));
    assert_eq!(reach(Timestamp(now), &config.run, &jobs, &[]).date().to_string(), "2026-05-01");
    jobs.push(fetched(3, now, &["2026-05"]));
    assert_eq!(shown(now + 61, &config, &jobs, &["2026-05"])[1], "month 2026-05 +0");
    jobs.push(computed(4, "2026-05", now + 61));
    assert_eq!(shown(now + 100, &config, &jobs, &["2026-05"])[1..], ["month 2026-06 +0"]);
    assert_eq!(reach(Timestamp(now), &config.run, &jobs, &[]).date().to_string(), "2026-06-01");
}

#[test]
fn what_failed_is_needed_as_before() {
    let now = at("2026-05-20T10:00:00Z");
    let config = config("");
    let mut jobs = vec![
        fetched(1, now - 600, &["2026-05"]),
        job(2, JobKind::Month, "2026-05", JobState::Failed, now - 500, Some(now - 60)),
    ];
    assert_eq!(shown(now, &config, &jobs, &[])[1], "month 2026-05 +3540");
    // A failed fetch does not bring the next one nearer, and one that lasted longer than the interval ends first.
    jobs[0].state = JobState::Failed;
    assert_eq!(shown(now, &config, &jobs, &[])[0], "fetch * +3000");
    jobs[0].started_at = Some(now - 2 * HOUR);
    jobs[0].finished_at = Some(now - 10);
    assert_eq!(shown(now, &config, &jobs, &[])[0], "fetch * -10");
}

#[test]
fn a_source_that_failed_is_asked_again_by_itself() {
    let now = at("2026-05-20T10:00:00Z");
    let config = config("");
    let mut jobs = vec![fetched(1, now, &["2026-05"])];
    jobs[0].brought.lacking = vec!["vrps".to_owned(), "gone from the configuration".to_owned()];
    assert_eq!(shown(now + 60, &config, &jobs, &[])[..2], ["fetch * +3540", "fetch vrps +60"]);
    // It stays in the plan until it is over, and is then left to the next fetch of all.
    jobs.push(job(2, JobKind::Fetch, "vrps", JobState::Running, now + 120, None));
    assert_eq!(shown(now + 130, &config, &jobs, &[]).len(), 3);
    jobs[1].state = JobState::Failed;
    jobs[1].finished_at = Some(now + 200);
    assert_eq!(shown(now + 300, &config, &jobs, &[]).len(), 2);
    let mut next = fetched(3, now + HOUR, &[]);
    next.brought.lacking = vec!["vrps".to_owned()];
    jobs.push(next);
    assert_eq!(shown(now + HOUR + 70, &config, &jobs, &[])[1], "fetch vrps +50");
}
