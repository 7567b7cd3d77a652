//! A planted error in each field of a framework file is refused at its line.

use std::collections::HashSet;

use measure::framework::{FrameworkError, check, load, shipped};

fn refusal(text: &str) -> Result<(), FrameworkError> {
    check(text).map(|_| ())
}

/// The inline pairs of one line, `(key, value, column of the key)`: the line's own `key = value` and those of
/// inline tables in it.
fn pairs(line: &str) -> Vec<(&str, &str, usize)> {
    let code = line.trim_start();
    if code.starts_with('#') || code.is_empty() {
        return Vec::new();
    }
    // Values of the shipped files hold no ` = ` inside quotes but in prose, which is always the last value.
    let mut pairs = Vec::new();
    let mut from = 0;
    while let Some(at) = line[from..].find(" = ").map(|at| at + from) {
        let start = line[..at].rfind([' ', '{']).map_or(0, |i| i + 1);
        let rest = &line[at + 3..];
        let end = match rest.as_bytes()[0] {
            b'"' => 2 + rest[1..].find('"').unwrap(),
            b'{' | b'[' => {
                pairs.push((&line[start..at], rest, start));
                from = at + 3;
                continue;
            }
            _ => rest.find([',', ' ', '}']).unwrap_or(rest.len()),
        };
        pairs.push((&line[start..at], &rest[..end], start));
        from = at + 3 + end;
    }
    pairs
}

fn replaced(text: &str, line: usize, from: usize, len: usize, with: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[line].replace_range(from..from + len, with);
    lines.join("\n") + "\n"
}

/// Keys whose value is one of a few words, or a number.
const WORDS: &[&str] = &[
    "id",
    "status",
    "code",
    "unit",
    "use",
    "bogons",
    "mark",
    "key",
    "combine",
    "score",
    "kind",
    "gives",
    "participant",
    "area",
    "participant_mark",
    "area_mark",
    "grades_mark",
];

#[test]
fn a_wrong_key_a_wrong_type_and_a_wrong_value_are_refused_at_their_line() {
    // A line that stands under the same head in several places is tried once.
    let mut planted = HashSet::new();
    for (id, text) in shipped() {
        let mut head = "";
        for (number, line) in text.lines().enumerate() {
            if line.starts_with('[') {
                head = line;
            }
            for (key, value, column) in pairs(line) {
                let value_at = column + key.len() + 3;
                let mut plants = vec![(column, key.len(), format!("{key}_x"), column)];
                // An inline table or list that goes on over several lines is changed by its members.
                if value.len() > 1 || !value.starts_with('[') {
                    plants.push((value_at, value.len(), "true".to_owned(), value_at));
                }
                if value.starts_with('"') {
                    plants.push((value_at, value.len(), "\" \"".to_owned(), value_at));
                }
                if WORDS.contains(&key) && value.starts_with('"') {
                    plants.push((value_at, value.len(), "\"nonsense\"".to_owned(), value_at));
                }
                if value.as_bytes()[0].is_ascii_digit() {
                    for wrong in ["-1", "-0.5", "1e12", "nan", "99999999999999999999", "\"1\""] {
                        plants.push((value_at, value.len(), wrong.to_owned(), value_at));
                    }
                }
                for (from, len, with, at) in plants {
                    if !planted.insert((head, line, column, with.clone())) {
                        continue;
                    }
                    let error = refusal(&replaced(text, number, from, len, &with))
                        .expect_err(&format!("{id}:{}: {key} = {value} became {with}", number + 1));
                    assert_eq!(
                        (error.line, error.column),
                        (number + 1, at + 1),
                        "{id}: {key} = {value} became {with}: {error}"
                    );
                }
            }
        }
    }
    let planted = planted.len();
    assert!(planted > 1500, "{planted} errors planted");
    eprintln!("{planted} errors planted, all refused at line and column");
}

#[test]
fn a_missing_key_is_refused_at_the_head_of_its_table() {
    // These may be left out; leaving out `aspiring` breaks a worked example instead.
    const OPTIONAL: &[&str] = &["dismissed_by", "aspiring"];
    for (id, text) in shipped() {
        let mut head = 1;
        for (number, line) in text.lines().enumerate() {
            if line.starts_with('[') {
                head = number + 1;
            }
            let Some((key, value, 0)) = pairs(line).first().copied() else { continue };
            if OPTIONAL.contains(&key) || value == "[" {
                continue;
            }
            let error = refusal(&replaced(text, number, 0, line.len(), "")).expect_err(key);
            assert!(error.message.contains(key), "{id}:{}: {key} left out: {error}", number + 1);
            // At the top, what is superseded without an end is refused where it says so.
            let expected = if key == "effective_until" { line_of(text, "status = ") } else { head };
            assert_eq!(error.line, expected, "{id}: {key} left out: {error}");
        }
    }
}

fn line_of(text: &str, start: &str) -> usize {
    1 + text.lines().position(|line| line.starts_with(start)).unwrap()
}

/// Changes the `nth` (from 0) place where `from` stands to `to`; the refusal must be at that line and say
/// `because`.
fn refused(nth: usize, from: &str, to: &str, because: &str) {
    let text = shipped().iter().find(|(id, _)| *id == "2024-01").unwrap().1;
    let (at, _) = text.match_indices(from).nth(nth).unwrap_or_else(|| panic!("`{from}` is not in the file"));
    let changed = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
    let error = refusal(&changed).expect_err(to);
    let line = changed[..at].lines().count().max(1) + usize::from(changed[..at].ends_with('\n'));
    let last = line + to.matches('\n').count();
    assert!((line..=last).contains(&error.line), "{to}: {error}, expected at line {line}");
    assert!(error.message.contains(because), "{to}: {error}, expected: {because}");
}

#[test]
fn what_is_allowed_is_said() {
    refused(0, "title = ", "titel = ", "did you mean `title`? Allowed: ");
    refused(0, "[aggregation]", "[agregation]", "did you mean `aggregation`?");
    refused(0, "code = \"M7IRR\"", "code = \"M7irr\"", "did you mean `M7IRR`?");
    refused(0, "code = \"M2C\"", "code = \"M2\"", "repeats M2");
    refused(0, "code = \"ROV\"", "code = \"M9\"", "M7IRR, M7RPKI, M8, ROV");
    refused(0, "combine = \"mean\"", "combine = \"median\"", "mean, min, sum");
    refused(0, "mark = \"seen\"", "mark = \"sean\"", "did you mean `seen`? Allowed: seen, fit, choice");
    refused(0, "id = \"2024-01\"", "id = \"2024-13\"", "year and month");
    refused(0, "action = 1", "action = 2", "M1 belongs to action 1");
    refused(0, "unit = \"prefixes\"", "unit = \"share\"", "M5 is measured in \"prefixes\"");
    refused(0, "base = 0.6", "base = 1.6", "allowed is 0.01 to 0.99");
    refused(0, "effective_from = 2024-01-01", "effective_from = 2024-02-30", "not TOML");
    refused(0, "effective_from = 2024-01-01", "effective_from = \"2024-01-01\"", "without quotes");
    refused(0, "effective_from = 2024-01-01", "effective_from = 2024-01-01T00:00:00Z", "is no date");
    refused(0, "effective_from = 2024-01-01", "effective_from = 1024-01-01", "1990 to 2200");
    refused(0, "id = ", "id = = ", "not TOML");
}

#[test]
fn rules_that_contradict_each_other_are_refused() {
    refused(0, "below_seconds = 86400", "below_seconds = 1800", "more than 1800");
    refused(0, "count = 1.0", "count = 0.25", "may not count less");
    refused(0, "count = 0.5", "count = 0.5001", "at most 3 decimals");
    let beyond = |count, plus| {
        format!("beyond_per_period = {count}\nbeyond_period_seconds = 86400\nbeyond_plus = {plus}")
    };
    refused(0, &beyond("1.0", "1.0"), &beyond("0.0", "0.5"), "is too little");
    refused(0, "weights = [0.5, 0.25", "weights = [0.25, 0.5", "may not grow with distance");
    refused(0, "weights = [0.5", "weights = [1.5", "allowed is 0 to 1");
    refused(0, "beyond = 0.01", "beyond = 0.02", "may not grow with distance");
    refused(0, "beyond = 0.01", "beyond = 0.0000001", "at most 6 decimals");
    refused(0, "[\"M3\", \"M3C\"]", "[\"M3\", \"M2\"]", "repeats M2");
    refused(0, "[\"M3\", \"M3C\"]", "[\"M3\", \"M3C\", \"M1\"]", "is M1: it is shown in this framework");
    refused(0, "[\"M3\", \"M3C\"]", "[\"M3\", \"M3C\", \"M8\"]", "does not belong to action 1");
    refused(0, "[[\"M5\"]]", "[[]]", "at least one metric");
    refused(0, "[[\"M5\"]]", "[]", "at least one component");
    refused(
        0,
        "combine = \"mean\"\ncomponents = [[\"M8\"]]",
        "combine = \"sum\"\ncomponents = [[\"M8\"]]",
        "cannot be added",
    );
    refused(0, "ready = { at_least = 0.80 }", "ready = { at_least = 1.80 }", "allowed is 0 to 1");
    refused(
        0,
        "ready = { at_least = 0.80 }",
        "ready = { at_least = 0.8, above = 0.8 }",
        "one of `at_least` and `above`",
    );
    refused(0, "ready = { at_least = 0.80 }", "ready = { atleast = 0.80 }", "did you mean `at_least`?");
    refused(0, "aspiring = { at_least = 0.60 }", "aspiring = { at_least = 0.80 }", "begin below `ready`");
    refused(1, "aspiring = { at_least = 0.60 }", "aspiring = { above = 0.60 }", "begin below `ready`");
    refused(0, "without_routes = \"no data\"", "without_routes = \"none\"", "\"no data\" or a share");
    refused(0, "\"exact\", \"covered\"", "\"exact\", \"exact\"", "each may stand once");
    refused(0, "registered = [\"exact\", \"covered\"]", "registered = []", "at least one state");
    refused(0, "received = [\"routed\", \"private\"]", "received = []", "at least one false source");
    refused(0, "\"routed\", \"private\"", "\"routed\", \"routed\"", "each may stand once");
    refused(0, "\"routed\", \"private\"", "\"router\"", "did you mean `routed`? Allowed: routed, private");
    refused(0, "{ min = 8, max = 24 }", "{ min = 8, max = 33 }", "allowed is 0 to 32");
    refused(0, "{ min = 8, max = 24 }", "{ min = 25, max = 24 }", "not be less than `min`");
    refused(0, "\"as-set origin\"", "\"as_set origin\"", "did you mean `as-set origin`?");
    refused(0, "gives = 3.5", "gives = 3.0", "by this framework it is 3.5");
    refused(0, "gives = 0.48557742697128237", "gives = 0.4855774269712823", "by this framework it is");
    refused(0, "gives = \"no data\"", "gives = 0.0", "by this framework it is \"no data\"");
    refused(0, "kind = \"curve\"", "kind = \"curve\"\nseconds = [1]", "unknown key `seconds`");
}

/// A change elsewhere than where it shows is refused where it shows.
#[test]
fn what_is_missing_as_a_whole_is_named() {
    let text = shipped().iter().find(|(id, _)| *id == "2024-01").unwrap().1;
    let without = |table: &str| {
        let at = text.find(table).unwrap();
        let end = at + text[at + 1..].find("\n[").unwrap() + 1;
        refusal(&format!("{}{}", &text[..at], &text[end..])).expect_err(table)
    };
    assert!(without("[[metric]]\ncode = \"M5C\"").message.contains("lacks M5C"));
    assert!(without("[curve]").message.contains("lacks the key `curve`"));
    assert!(without("[spoofing]").message.contains("lacks the key `spoofing`"));
    assert!(without("[irr]").message.contains("lacks the key `irr`"));
    assert!(without("[routes]").message.contains("lacks the key `routes`"));
    let no_score = without("[[score]]\nkey = \"coordination\"");
    assert!(no_score.message.contains("M8 is scored but no score has it"), "{no_score}");
    let unscored = refusal(&text.replacen("use = \"scored\"", "use = \"shown\"", 1)).unwrap_err();
    assert!(unscored.message.contains("is M2: it is shown in this framework, not scored"), "{unscored}");
    assert_eq!(unscored.line, line_of(text, "components = "));
    let examples = text.find("[[example]]").unwrap();
    assert!(refusal(&text[..examples]).unwrap_err().message.contains("lacks the key `example`"));
    assert!(refusal("").unwrap_err().message.contains("lacks the key `id`"));

    let old = shipped()[0].1;
    let end = "effective_until = 2022-10-01";
    let refused = |to: &str| refusal(&old.replace(end, to)).unwrap_err();
    assert!(refused("effective_until = 2018-06-01").message.contains("later than `effective_from`"));
    let curve = "\n[curve]\nbase = 0.6\nscale = 0.5\nexponent = 0.5\nmark = \"fit\"\nsource = \"x\"\n";
    let useless = refusal(&format!("{old}{curve}")).unwrap_err();
    assert!(useless.message.contains("`curve` is of no use"), "{useless}");
    assert_eq!(useless.line, old.lines().count() + 2);
    let spoofing = "\n[spoofing]\nreceived = [\"routed\"]\nmark = \"seen\"\nsource = \"x\"\n";
    let useless = refusal(&format!("{old}{spoofing}")).unwrap_err();
    assert!(useless.message.contains("`spoofing` is of no use: the framework does not have M5"), "{useless}");
    let current = refusal(&old.replace("status = \"superseded\"", "status = \"current\"")).unwrap_err();
    assert_eq!(current.line, line_of(old, "effective_until"), "{current}");
}

#[test]
fn shipped_files_load_and_carry_their_digest() {
    for (id, text) in shipped() {
        let framework = load(id).unwrap();
        assert_eq!((&*framework.id, framework.metrics.len()), (*id, 15));
        assert!(framework.examples.len() >= 14, "{id}");
        assert_eq!(framework.digest.len(), 64);
        assert_ne!(check(&format!("{text}# a word more\n")).unwrap().digest, framework.digest);
        assert!(text.is_ascii() && text.lines().all(|line| !line.ends_with(' ')), "{id}");
    }
    assert_eq!(
        measure::framework::digest("abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert!(load("2019-01").unwrap_err().to_string().contains("2018-06, 2022-10, 2024-01 are shipped"));
}
