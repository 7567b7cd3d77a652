//! What the store promises of jobs.

use store::{Brought, Ending, JOBS_OVER_MAX, JobKind, JobRow, JobState, Planned, Store};

fn fetch(subject: &str, due_at: i64) -> Planned {
    Planned { kind: JobKind::Fetch, subject: subject.to_owned(), due_at }
}

fn month(subject: &str, due_at: i64) -> Planned {
    Planned { kind: JobKind::Month, subject: subject.to_owned(), due_at }
}

async fn arrange(store: &Store, wanted: &[Planned], now: i64) {
    store.arrange(&store.jobs().await.unwrap(), wanted, now).await.unwrap();
}

/// Kind, subject, state and due time of every job, the earliest first.
async fn shown(store: &Store) -> Vec<String> {
    let jobs = store.jobs().await.unwrap();
    assert!(jobs.is_sorted_by(|a, b| a.id > b.id));
    let one = |j: &JobRow| format!("{} {} {} {}", j.kind.word(), j.subject, j.state.word(), j.due_at);
    jobs.iter().rev().map(one).collect()
}

/// Runs on an empty table of jobs and leaves it so, but for jobs that are over.
pub async fn suite(store: &Store) {
    planning(store).await;
    claiming(store).await;
    ending(store).await;
    at_the_same_time(store).await;
    bounded(store).await;
}

async fn planning(store: &Store) {
    assert_eq!(store.jobs().await.unwrap(), []);
    arrange(store, &[fetch("*", 100), month("2026-05", 200)], 50).await;
    assert_eq!(shown(store).await, ["fetch * waiting 100", "month 2026-05 waiting 200"]);
    // What waits is moved; what is due already stays; what is not wanted goes.
    arrange(store, &[fetch("*", 90), month("2026-05", 150)], 50).await;
    assert_eq!(shown(store).await, ["fetch * waiting 90", "month 2026-05 waiting 150"]);
    arrange(store, &[fetch("*", 120)], 95).await;
    assert_eq!(shown(store).await, ["fetch * waiting 90"]);
    // A plan that others have overtaken adds nothing.
    let seen = store.jobs().await.unwrap();
    arrange(store, &[fetch("*", 90), fetch("one", 95)], 50).await;
    store.arrange(&seen, &[fetch("*", 90), fetch("two", 95)], 50).await.unwrap();
    assert_eq!(shown(store).await, ["fetch * waiting 90", "fetch one waiting 95"]);
    arrange(store, &[fetch("*", 90)], 50).await;
    // Nor one for which a number has become free meanwhile: there is one open job of a kind and subject.
    arrange(store, &[fetch("*", 90), fetch("one", 95)], 50).await;
    let seen = store.jobs().await.unwrap();
    arrange(store, &[fetch("*", 90)], 50).await;
    arrange(store, &[fetch("*", 90), fetch("two", 95)], 50).await;
    store.arrange(&seen, &[fetch("*", 90), fetch("one", 95), fetch("two", 96)], 50).await.unwrap();
    assert_eq!(shown(store).await, ["fetch * waiting 90", "fetch two waiting 95"]);
    arrange(store, &[fetch("*", 90)], 50).await;
}

async fn claiming(store: &Store) {
    assert_eq!(store.claim(JobKind::Fetch, "a", 89, 99).await.unwrap(), None, "it is not due");
    assert_eq!(store.claim(JobKind::Month, "a", 99, 109).await.unwrap(), None, "it is of another kind");
    let a = store.claim(JobKind::Fetch, "a", 90, 100).await.unwrap().unwrap();
    assert_eq!(
        (a.state, a.attempts, a.started_at, a.lease_until),
        (JobState::Running, 1, Some(90), Some(100))
    );
    assert_eq!(a.claimed_by.as_deref(), Some("a"));
    assert_eq!(store.claim(JobKind::Fetch, "b", 99, 109).await.unwrap(), None, "it is taken");
    // What runs is neither moved nor removed nor doubled.
    arrange(store, &[fetch("*", 500)], 91).await;
    arrange(store, &[], 91).await;
    assert_eq!(shown(store).await, ["fetch * running 90"]);

    assert!(store.renew(&a, 120).await.unwrap());
    assert_eq!(store.claim(JobKind::Fetch, "b", 119, 129).await.unwrap(), None, "its lease was renewed");
    let b = store.claim(JobKind::Fetch, "b", 120, 130).await.unwrap().unwrap();
    assert_eq!((b.id, b.attempts, b.started_at), (a.id, 2, Some(90)));
    // Whoever lost it has nothing more to say.
    assert!(!store.renew(&a, 900).await.unwrap());
    assert!(!store.give_back(&a, 121).await.unwrap());
    assert!(!store.finish(&a, "late", &Ending::Done(Brought::default()), 121).await.unwrap());
    assert_eq!(shown(store).await, ["fetch * running 90"]);
    // The same process with an earlier claim has not either.
    let again = store.claim(JobKind::Fetch, "b", 130, 140).await.unwrap().unwrap();
    assert!(!store.renew(&b, 900).await.unwrap());

    assert!(store.give_back(&again, 131).await.unwrap());
    let job = &store.jobs().await.unwrap()[0];
    assert_eq!((job.state, job.attempts, job.due_at), (JobState::Waiting, 2, 131));
    assert_eq!((job.claimed_by.as_deref(), job.lease_until), (None, None));
}

async fn ending(store: &Store) {
    let claimed = store.claim(JobKind::Fetch, "a", 140, 150).await.unwrap().unwrap();
    assert!(store.finish(&claimed, "the disk's full", &Ending::Again(200), 145).await.unwrap());
    assert_eq!(shown(store).await, ["fetch * waiting 200"]);
    let job = &store.jobs().await.unwrap()[0];
    assert_eq!((job.outcome.as_deref(), job.finished_at), (Some("the disk's full"), Some(145)));
    // What was tried keeps its time.
    arrange(store, &[fetch("*", 150)], 146).await;
    arrange(store, &[], 146).await;
    assert_eq!(shown(store).await, ["fetch * waiting 200"]);

    let claimed = store.claim(JobKind::Fetch, "a", 200, 210).await.unwrap().unwrap();
    let brought = Brought { months: vec!["2026-05".to_owned()], lacking: vec!["it's ✓".to_owned()] };
    assert!(store.finish(&claimed, "2 new files", &Ending::Done(brought.clone()), 205).await.unwrap());
    let job = &store.jobs().await.unwrap()[0];
    assert_eq!((job.state, job.attempts, job.finished_at), (JobState::Done, 4, Some(205)));
    assert_eq!((job.claimed_by.as_deref(), &job.brought), (None, &brought));
    assert!(!store.finish(&claimed, "twice", &Ending::Again(1), 206).await.unwrap());
    assert_eq!(store.claim(JobKind::Fetch, "a", 1_000, 1_010).await.unwrap(), None, "it is over");
    // The next one may be planned now.
    arrange(store, &[fetch("*", 300)], 206).await;
    let claimed = store.claim(JobKind::Fetch, "a", 300, 310).await.unwrap().unwrap();
    store.finish(&claimed, "in vain", &Ending::Failed(Brought::default()), 305).await.unwrap();
    assert_eq!(shown(store).await, ["fetch * done 200", "fetch * failed 300"]);
}

/// Many at once: each job is claimed once, the longest due first.
async fn at_the_same_time(store: &Store) {
    let names: Vec<String> = (0..12).map(|i| format!("source {i:02}")).collect();
    let wanted: Vec<Planned> = (400..).zip(&names).map(|(due_at, name)| fetch(name, due_at)).collect();
    let seen = store.jobs().await.unwrap();
    // The same plan from several processes is one plan.
    let plans = (0..4).map(|_| store.arrange(&seen, &wanted, 350));
    for plan in join(plans).await {
        plan.unwrap();
    }
    assert_eq!(shown(store).await.len(), 2 + names.len());
    let claimants: Vec<String> = (0..6).map(|i| format!("process {i}")).collect();
    let claims = claimants.iter().map(|by| async move {
        let mut own = Vec::new();
        // An empty hand says that there is none, or that another was quicker.
        for _ in 0..40 {
            own.extend(store.claim(JobKind::Fetch, by, 500, 600).await.unwrap());
        }
        own
    });
    let claimed: Vec<JobRow> = join(claims).await.into_iter().flatten().collect();
    let mut subjects: Vec<&str> = claimed.iter().map(|job| job.subject.as_str()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, names);
    assert!(claimed.iter().all(|job| job.attempts == 1));
    for job in &claimed {
        store.finish(job, "", &Ending::Done(Brought::default()), 501).await.unwrap();
    }
}

async fn bounded(store: &Store) {
    let before = store.jobs().await.unwrap().len() as i64;
    let due = 0..JOBS_OVER_MAX - before + 5;
    let wanted: Vec<Planned> = due.clone().map(|at| month(&format!("{at}"), at)).collect();
    arrange(store, &wanted, 0).await;
    for at in due {
        let job = store.claim(JobKind::Month, "a", at, at + 1).await.unwrap().unwrap();
        store.finish(&job, "", &Ending::Done(Brought::default()), at).await.unwrap();
    }
    arrange(store, &[month("2026-06", 1)], 0).await;
    let jobs = store.jobs().await.unwrap();
    assert_eq!(jobs.len() as i64, JOBS_OVER_MAX + 1, "the open one does not count");
    assert!(jobs.iter().all(|job| job.subject != "*"), "the oldest went");
    arrange(store, &[], 0).await;
}

/// All of them at once, each in its own task of one thread.
async fn join<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut open: Vec<_> = all.map(|f| (Box::pin(f), None)).collect();
    std::future::poll_fn(|cx| {
        for (future, done) in &mut open {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(cx)
            {
                *done = Some(value);
            }
        }
        match open.iter().all(|(_, done)| done.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    open.into_iter().filter_map(|(_, done)| done).collect()
}
