//! What a wrong word, file or month is answered with: where it is, and the way out.

use serde_json::Value;

use crate::world::{World, gzip, has_data, observatory, real, run};

/// A configuration that `month` refuses, the exit code 1 and every text the message has.
#[track_caller]
fn refused(config: &str, texts: &[&str]) {
    let world = World::new(config);
    let ran = world.run(&["month", "2024-05"]);
    assert_eq!((ran.code, ran.text()), (Some(1), ""), "{}", ran.err);
    for text in texts {
        assert!(ran.err.contains(text), "no `{text}` in {}", ran.err);
    }
}

#[test]
fn wrong_words_of_a_configuration() {
    let source = |keys: &str| format!("[[source]]\n{keys}\n");
    refused(
        &source("kind = \"vrp\"\npath = \"x\""),
        &["observatory.toml:3: ", "`vrp`", "did you mean `vrps`?"],
    );
    refused(
        &source("kind = \"weather\"\npath = \"x\""),
        &["observatory.toml:3: ", "`weather`", "delegations", "bogons"],
    );
    refused(&source("kind = \"vrps\"\npth = \"x\""), &["observatory.toml:4: ", "did you mean `path`?"]);
    refused("treads = 2", &["observatory.toml:2: ", "did you mean `threads`?"]);
    refused("threads = 0", &["observatory.toml:2: ", "from 1 to"]);
    refused("frameworks = [\"2019-01\"]", &["observatory.toml:2: ", "2018-06", "2024-01"]);
    refused(&source("kind = \"irr\"\npath = \"x\""), &["observatory.toml:2: ", "`authority` is missing"]);
    refused(
        &source("kind = \"vrps\"\npath = \"x\"\ndate = \"May\""),
        &["observatory.toml:5: ", "2024-05-31"],
    );
    refused("treat_as_public = [\"AS64500-\"]", &["treat_as_public"]);
    refused("threads = = 2", &["observatory.toml:2: "]);
}

#[test]
fn files_that_are_not_there() {
    let source = |path: &str| format!("\n[[source]]\nkind = \"vrps\"\npath = \"{path}\"\n");
    refused(&source("none-*.csv"), &["source `vrps` (line 3)", "no file matches `none-*.csv`"]);
    refused(&source("${NO_SUCH_VARIABLE}/x"), &["source `vrps` (line 3)", "NO_SUCH_VARIABLE", "not set"]);
    refused(&source("${NO_SUCH"), &["source `vrps` (line 3)", "without a closing `}`"]);
    refused(&source("/proc/self/mem"), &["source `vrps` (line 3)", "/proc/self/mem"]);
    let world = World::new("");
    let ran = world.run(&["month", "2024-05", "--config", "elsewhere.toml"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("elsewhere.toml"), "{}", ran.err);
}

#[test]
fn a_file_of_no_day() {
    let world = World::new("[[source]]\nkind = \"vrps\"\npath = \"list\"\n");
    world.write("list", "64500,192.0.2.0/24,24\n");
    let ran = world.run(&["month", "2024-05"]);
    assert_eq!(ran.code, Some(1));
    for text in ["list (source `vrps`, line 2)", "add `date = \"YYYY-MM-DD\"`"] {
        assert!(ran.err.contains(text), "{}", ran.err);
    }
}

#[test]
fn wrong_months() {
    let world = World::new("");
    for month in ["2024-13", "2024", "May", "2024-5", "2024-05-01", "+024-05", ""] {
        let ran = world.run(&["month", month]);
        assert_eq!((ran.code, ran.text()), (Some(2), ""), "{month}: {}", ran.err);
    }
    for command in [&["export", "routes"][..], &["explain", "AS1"]] {
        let ran = world.run(&[command, &["--month", "2024-05"]].concat());
        assert_eq!((ran.code, ran.text()), (Some(1), ""));
        assert!(ran.err.contains("run `observatory month 2024-05`"), "{}", ran.err);
    }
}

/// A month of one small table with VRPs of some content: exit code 0, its summary and its VRP source.
#[track_caller]
fn with_vrps(name: &str, content: &[u8]) -> (Value, Value) {
    let world = World::new(&format!(
        "reference_skew_days_max = 3000\n\
         [[source]]\nkind = \"mrt\"\npath = \"${{WORLD_DATA}}/mrt/ris.rrc06.updates.1427846400.gz\"\n\
         [[source]]\nkind = \"vrps\"\ndate = 2015-04-01\npath = \"{name}\"\n"
    ));
    world.write(name, content);
    let summary = world.month("2015-04");
    let stored = world.stored("2015-04");
    let sources = stored["sources"].as_array().unwrap();
    let vrps = sources.iter().find(|s| s["name"] == "vrps").unwrap().clone();
    (summary, vrps)
}

/// A server's error page with status 200, half an archive, nothing at all: not admitted, and the month runs.
#[test]
fn what_is_no_list_of_vrps_is_not_admitted() {
    if !has_data() {
        return;
    }
    let list = real("world-2016/2016-02_tabi_roa.csv.gz");
    let (summary, source) = with_vrps("whole.csv.gz", &gzip(&list));
    assert_eq!(source["used"], true);
    assert!(summary["rpki"]["not_found"].as_u64().unwrap() > 100, "{summary}");
    let html =
        "<!DOCTYPE html>\n<html><head><title>Maintenance</title></head>\n<body>Back soon</body></html>\n";
    let packed = gzip(&list);
    let vrp = "{\"asn\": \"AS64500\", \"prefix\": \"192.0.2.0/24\", \"maxLength\": 24, \"ta\": \"x\"}";
    let json = format!("{{\"metadata\": {{}}, \"roas\": [{}]}}", [vrp; 50].join(","));
    let (_, source) = with_vrps("whole.json", json.as_bytes());
    assert_eq!(source["used"], true);
    for (name, content) in [
        ("page.csv", html.as_bytes()),
        ("page.json", html.as_bytes()),
        ("half.csv.gz", &packed[..packed.len() / 2]),
        ("half.json", &json.as_bytes()[..json.len() / 2]),
        ("noughts.csv", &[0; 4096]),
    ] {
        let (summary, source) = with_vrps(name, content);
        assert_eq!(source["used"], false, "{name}: {source}");
        let status = source["files"][0]["status"].as_str().unwrap();
        assert!(status.starts_with("not admitted: "), "{name}: {status}");
        assert_eq!(source["status"], status, "{name}");
        assert!(summary["rpki"]["unknown"].as_str().unwrap().contains("`vrps`"), "{name}: {summary}");
        assert!(summary["routes"]["ipv4"].as_u64().unwrap() > 100, "{name}: {summary}");
    }
}

/// A delegation file that holds less than it says would make networks vanish and bogons appear.
#[test]
fn a_delegation_file_that_lost_a_line() {
    if !has_data() {
        return;
    }
    let world = World::new(
        "reference_skew_days_max = 3000\n[[source]]\nkind = \"delegations\"\npath = \"delegated.txt\"\n",
    );
    let whole = String::from_utf8(real("world-2016/delegated-afrinic-extended-20160130.gz")).unwrap();
    world.write("delegated.txt", &whole);
    assert!(world.month("2015-10")["networks"].as_u64().unwrap() > 1_000);
    let short = whole.lines().filter(|l| !l.contains("|asn|2905|")).fold(String::new(), |t, l| t + l + "\n");
    assert!(short.len() < whole.len());
    world.write("delegated.txt", short);
    assert_eq!(world.month("2015-10")["networks"], 0);
    let file = world.stored("2015-10")["sources"][0]["files"][0].clone();
    assert!(file["status"].as_str().unwrap().starts_with("not admitted: "), "{file}");
    assert!(file["first_faults"][0].as_str().unwrap().contains("says "), "{file}");
}

/// Routes that came before the break are kept, and the break is told.
#[test]
fn half_an_archive_of_routes() {
    if !has_data() {
        return;
    }
    let world = World::new("[[source]]\nkind = \"mrt\"\npath = \"half.gz\"\n");
    let packed = gzip(&real("mrt/ris.rrc06.updates.1427846400.gz"));
    world.write("half.gz", &packed[..packed.len() / 2]);
    let summary = world.month("2015-04");
    let elements = summary["mrt"]["elements"].as_u64().unwrap();
    assert!((100..1_500).contains(&elements), "{elements}");
    assert_eq!(summary["faults"]["mrt"], 1);
    let file = world.stored("2015-04")["sources"][0]["files"][0].clone();
    assert_eq!(file["fault_kinds"][0]["code"], "stream-broken", "{file}");
    assert!(file["first_faults"][0].as_str().unwrap().starts_with("offset "), "{file}");
}

/// A local exception that cannot be read stops the run: verdicts would not be what the operator meant.
#[test]
fn a_local_exception_that_cannot_be_read() {
    let world = World::new("[[source]]\nkind = \"slurm\"\npath = \"slurm.json\"\n");
    world.write("slurm.json", "<html>");
    let ran = world.run(&["month", "2024-05"]);
    assert_eq!((ran.code, ran.text()), (Some(1), ""));
    assert!(ran.err.contains("slurm.json (source `slurm`)"), "{}", ran.err);
}

#[test]
fn help_is_worth_reading() {
    let help = |args: &[&str]| run(observatory(args)).ok().text().to_owned();
    let top = help(&["--help"]);
    for code in ["0 done", "1 an error", "2 the command line is wrong", "3 done, but"] {
        assert!(top.replace("\n", " ").contains(code), "no `{code}` in {top}");
    }
    for (command, purpose) in [
        ("read", "3 when something was"),
        ("month", "publish it"),
        ("export", "published month"),
        ("explain", "how a network's values came about"),
        ("score", "raw values"),
        ("serve", "pages"),
    ] {
        assert!(top.lines().any(|l| l.trim_start().starts_with(&format!("{command} "))), "{top}");
        let text = help(&[command, "--help"]);
        assert!(text.replace("\n", " ").contains(purpose), "{command}: no `{purpose}` in {text}");
    }
    assert_eq!(run(observatory(&[])).code, Some(2));
}
