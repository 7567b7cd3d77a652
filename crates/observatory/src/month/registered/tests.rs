//! What a question answers equals the month computed anew from inputs with the changes made.

mod packs;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use measure::framework::{Framework, load, shipped};
use measure::metric::METRICS;
use pipeline::month::{Inputs, Outcome};
use simulation::Standing;
use simulation::whatif::{Change, Ground, State, What, answer, parse, what_if};

use super::super::rows::Routes;
use world::{Random, World, compute, is_of_bogons};

/// Questions of each kind of world.
const QUESTIONS: [(Kind, usize); 4] =
    [(Kind::Whole, 700), (Kind::Excerpt, 120), (Kind::NoVrps, 100), (Kind::NoObjects, 100)];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Whole,
    Excerpt,
    NoVrps,
    NoObjects,
}

type RouteKey = (String, Option<u32>);

/// RPKI, why invalid, IRR, its registry.
type States = (Option<String>, Option<String>, Option<String>, Option<String>);

/// States of all routes of a month.
fn routes_of(outcome: &Outcome, inputs: &Inputs<'_>) -> BTreeMap<RouteKey, States> {
    let rows = Routes::new(outcome, inputs).by_prefix();
    rows.map(|row| {
        let key = (row.prefix.to_string(), row.origin.map(|asn| asn.0));
        (key, (row.rpki, row.rpki_reason, row.irr, row.irr_authority))
    })
    .collect()
}

/// By network, framework and metric or score: the value, the grade, why there is none.
type Graded = BTreeMap<(u32, String, String), (Option<f64>, Option<String>, Option<String>)>;

fn grades_of(outcome: &Outcome, inputs: &Inputs<'_>) -> Graded {
    let mut all = Graded::new();
    for (framework, graded) in inputs.frameworks.iter().zip(&outcome.graded) {
        for (i, network) in outcome.networks.iter().enumerate() {
            let metrics = graded.metrics(framework, inputs, network, &outcome.verdicts);
            let key = |name: &str| (network.asn.0, graded.framework.clone(), name.to_owned());
            for row in METRICS.iter().filter(|row| row.code.starts_with("M7")) {
                let Some(explained) = metrics.get(&row.metric) else { continue };
                let value = explained.value.as_ref();
                let unknown = value.err().map(ToString::to_string);
                all.insert(key(row.code), (value.ok().map(|v| v.to_f64()), None, unknown));
            }
            for action in &graded.readiness[i].actions {
                let grade = action.grade.map(|grade| grade.as_str().to_owned());
                let unknown = action.score.as_ref().err().map(|why| why.0.clone());
                all.insert(key(action.key.as_str()), (action.score.as_ref().ok().copied(), grade, unknown));
            }
        }
    }
    all
}

/// What the answer says of every route and network, over what was published.
fn told(
    answer: &simulation::whatif::Answer,
    mut routes: BTreeMap<RouteKey, States>,
    mut grades: Graded,
) -> (BTreeMap<RouteKey, States>, Graded) {
    for route in &answer.routes {
        let key = (route.prefix.clone(), route.origin);
        let owned = |word: Option<&'static str>| word.map(str::to_owned);
        let states = |state: &State| {
            let State { rpki, rpki_reason, irr, irr_authority, .. } = state.clone();
            (owned(rpki), owned(rpki_reason), owned(irr), irr_authority)
        };
        let published = routes.remove(&key);
        assert_eq!(published, route.before.as_ref().map(states), "before: {key:?}");
        if let Some(after) = &route.after {
            routes.insert(key, states(after));
        }
    }
    for network in &answer.networks {
        let key = |name: &str| (network.asn, network.framework.clone(), name.to_owned());
        for metric in &network.metrics {
            let before = (metric.before, None, metric.before_unknown.clone());
            let after = (metric.after, None, metric.after_unknown.clone());
            assert_eq!(grades.insert(key(metric.metric), after), Some(before), "{:?}", key(metric.metric));
        }
        for score in &network.scores {
            let standing = |s: &Standing| (s.score, s.grade.map(str::to_owned), s.unknown.clone());
            let was = grades.insert(key(score.score), standing(&score.after));
            assert_eq!(was, Some(standing(&score.before)), "{:?}", key(score.score));
        }
    }
    (routes, grades)
}

/// States that differ in the reason or the registry alone are the same state, which an answer does not list.
fn in_short(routes: &BTreeMap<RouteKey, States>) -> BTreeMap<&RouteKey, (&Option<String>, &Option<String>)> {
    routes.iter().map(|(key, (rpki, _, irr, _))| (key, (rpki, irr))).collect()
}

#[test]
fn an_answer_equals_the_month_computed_anew() {
    let frameworks: Vec<Framework> = shipped().iter().map(|(id, _)| load(id).unwrap()).collect();
    let mut random = Random(0x5eed_0001);
    let (mut changed, mut graded, mut broken, mut bogons) = (0, 0, 0, 0);
    for (kind, questions) in QUESTIONS {
        let base = World::new(&mut random, kind);
        let inputs = base.inputs(&frameworks);
        let outcome = compute(&inputs);
        let (routes, grades) = (routes_of(&outcome, &inputs), grades_of(&outcome, &inputs));
        let dir = tempfile::tempdir().unwrap();
        let lake = lake::Lake::open(dir.path().to_owned()).unwrap();
        let draft = lake.draft("g").unwrap();
        lake::write_facts(&draft, &pipeline::month::facts(&inputs, &outcome)).unwrap();
        super::write(&draft, &inputs, &outcome).unwrap();
        let folder = draft.finish().unwrap();
        for question in 0..questions {
            let text = base.question(&mut random);
            let changes = parse(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
            let mut edited = base.clone();
            changes.iter().for_each(|change| edited.make(change));
            let inputs = edited.inputs(&frameworks);
            let outcome = compute(&inputs);
            let (expected_routes, mut expected_grades) =
                (routes_of(&outcome, &inputs), grades_of(&outcome, &inputs));

            let answer = what_if(&folder, "2024-05", &changes, None, &frameworks).unwrap();
            let announced = |change: &&Change| matches!(change.what, What::Announce { .. });
            let mut of_bogons = changes.iter().filter(announced).map(Change::prefix);
            let of_bogons = of_bogons.any(|prefix| is_of_bogons(&prefix));
            bogons += usize::from(of_bogons);
            let (told_routes, mut told_grades) = told(&answer, routes.clone(), grades.clone());
            let what = format!("{kind:?} {question}:\n{text}");
            if of_bogons {
                // Their events are not looked at again, as every answer says.
                for grades in [&mut told_grades, &mut expected_grades] {
                    grades.retain(|(_, _, name), _| name != "filtering");
                }
            }
            assert_eq!(in_short(&told_routes), in_short(&expected_routes), "{what}");
            assert_eq!(told_grades, expected_grades, "{what}");
            changed += answer.routes.len();
            broken += answer.third_parties.len();
            let moved = |n: &simulation::whatif::NetworkChange| n.scores.iter().any(|s| s.before != s.after);
            graded += answer.networks.iter().filter(|n| moved(n)).count();
            let exact: BTreeSet<&RouteKey> = expected_routes.keys().collect();
            assert_eq!(exact, told_routes.keys().collect(), "{what}");
        }
    }
    eprintln!("{changed} routes changed, {broken} third parties broke, {graded} networks' scores moved");
    assert!(changed > 2_000 && graded > 500 && broken > 50, "the questions ask for something");
    assert!(bogons > 100, "{bogons} questions ask about bogons");
}

#[test]
fn what_has_no_effect_is_said() {
    let frameworks = [load("2024-01").unwrap()];
    let base = World::new(&mut Random(7), Kind::Whole);
    let inputs = base.inputs(&frameworks);
    let outcome = compute(&inputs);
    let dir = tempfile::tempdir().unwrap();
    let draft = lake::Lake::open(dir.path().to_owned()).unwrap().draft("g").unwrap();
    lake::write_facts(&draft, &pipeline::month::facts(&inputs, &outcome)).unwrap();
    super::write(&draft, &inputs, &outcome).unwrap();
    let folder = draft.finish().unwrap();
    let ask = |text: &str| what_if(&folder, "2024-05", &parse(text).unwrap(), None, &frameworks).unwrap();
    let route = outcome.routes.iter().find(|route| route.origin.is_some()).unwrap();
    let (prefix, origin) = (route.prefix, route.origin.unwrap());
    let answer = ask(&format!("+ announce {prefix} {origin}"));
    assert!(answer.routes.is_empty() && answer.notes[0].contains("announced already"), "{answer:?}");
    let answer = ask("- roa 203.0.113.0/24 AS1\n+ route 203.0.113.0/24 AS1 NOWHERE");
    assert!(answer.notes[0].contains("no such VRP"), "{:?}", answer.notes);
    assert!(answer.notes[1].contains("read no dump of NOWHERE"), "{:?}", answer.notes);
    assert!(answer.notes.iter().any(|note| note.contains("AS1 is not among the networks")), "{answer:?}");
    // There and back again is nothing at all.
    let there = ask(&format!("- announce {prefix} {origin}\n+ announce {prefix} {origin}"));
    assert!(there.routes.is_empty(), "{there:?}");
    // Who asks is no third party; everybody else is.
    let text = format!("+ roa {prefix} AS0");
    let change = parse(&text).unwrap();
    let all = Ground::read(&folder, "2024-05", &[prefix]).unwrap();
    for (asking, third) in [(Some(origin), false), (None, true)] {
        let answer = answer_of(&all, &change, asking, &frameworks);
        let own = answer.routes.iter().find(|route| route.origin == Some(origin.0));
        if let Some(own) = own {
            assert_eq!(own.third_party, third);
        }
    }
    assert!(matches!(change[0].what, What::Roa { .. }));
    let missing = what_if(dir.path(), "2024-05", &change, None, &frameworks).unwrap_err();
    assert!(missing.to_string().contains("`observatory month 2024-05` computes it anew"), "{missing}");
}

fn answer_of(
    ground: &Ground,
    changes: &[Change],
    asking: Option<routing::Asn>,
    frameworks: &[Framework],
) -> simulation::whatif::Answer {
    answer(ground, changes, asking, frameworks).unwrap()
}
