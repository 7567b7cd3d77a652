//! `read`: exit codes, standard input, compression, readers that go away.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use crate::april::{APRIL, april};
use crate::world::{DATA, World, gzip, has_data, observatory, real, run, wait};
use crate::worlds::{AUTUMN, Autumn, autumn};

const UPDATES: &str = "mrt/ris.rrc06.updates.1427846400.gz";

fn path(name: &str) -> String {
    PathBuf::from(DATA).join(name).to_str().unwrap().to_owned()
}

#[test]
fn exit_codes() {
    if !has_data() {
        return;
    }
    let world = World::new("");
    let whole = real(UPDATES);
    let cut = world.write("cut.mrt", &whole[..whole.len() - 5]);
    let packed = fs::read(path(UPDATES)).unwrap();
    let broken = world.write("broken.gz", &packed[..packed.len() / 2]);
    let count = |file: &str| run(observatory(&["read", "--count", file]));

    let ran = count(&path(UPDATES)).ok();
    assert_eq!(ran.err, "");
    let all = ran.text().to_owned();
    assert!(all.starts_with("entries=0 elements=1557 prefixes=500 "), "{all}");

    let ran = count(cut.to_str().unwrap());
    assert_eq!(ran.code, Some(3));
    assert!(ran.err.contains("cut.mrt: offset 9"), "file and offset: {}", ran.err);
    let ran = count(broken.to_str().unwrap());
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("broken.gz: offset "), "{}", ran.err);
    assert!(!ran.text().contains("elements=0 "), "what came before is counted: {}", ran.text());
    let ran = count("no-such-file.mrt");
    assert_eq!((ran.code, ran.err.contains("no-such-file.mrt")), (Some(1), true), "{}", ran.err);
    let ran = count("/proc/self/mem");
    assert_eq!((ran.code, ran.err.contains("/proc/self/mem")), (Some(1), true), "{}", ran.err);
    assert_eq!(run(observatory(&["read"])).code, Some(2));
    assert_eq!(run(observatory(&["read", "--format", "xml", "x"])).code, Some(2));
    assert_eq!(run(observatory(&["reed", "x"])).code, Some(2));
    // A file that cannot be read does not keep the others from being read.
    let ran = run(observatory(&["read", "--count", "no-such-file.mrt", &path(UPDATES)]));
    assert_eq!((ran.code, ran.text()), (Some(1), all.as_str()));
}

#[test]
fn standard_input_and_every_compression() {
    if !has_data() {
        return;
    }
    let world = World::new("");
    let plain = real(UPDATES);
    let mut bz2 = Vec::new();
    bzip2::read::BzEncoder::new(&plain[..], bzip2::Compression::fast()).read_to_end(&mut bz2).unwrap();
    let forms = [
        world.write("plain", &plain),
        world.write("gz", gzip(&plain)),
        world.write("bz2", bz2),
        world.write("zst", zstd::encode_all(&plain[..], 1).unwrap()),
    ];
    let expected = run(observatory(&["read", &path(UPDATES)])).ok().out;
    assert!(expected.len() > 100_000);
    for form in forms {
        let file = run(observatory(&["read", form.to_str().unwrap()])).ok();
        assert_eq!((file.out == expected, file.err.as_str()), (true, ""), "{}", form.display());
        let mut command = observatory(&["read", "-"]);
        command.stdin(File::open(&form).unwrap());
        assert!(run(command).ok().out == expected, "{} from standard input", form.display());
    }
}

/// The network with the most routes.
fn most_routes(autumn: &Autumn) -> String {
    let mut routes = std::collections::BTreeMap::new();
    for row in &autumn.routes.rows {
        *routes.entry(&row[1]).or_insert(0) += 1;
    }
    routes.into_iter().filter(|(o, _)| !o.is_empty()).max_by_key(|(_, n)| *n).unwrap().0.to_owned()
}

#[test]
fn whoever_has_read_enough_is_not_told_off() {
    if !has_data() {
        return;
    }
    let Some(april) = april() else { return };
    let Some(autumn) = autumn() else { return };
    let updates = path("mrt/updates.20190101.0000.gz");
    let commands = [
        (observatory(&["read", &updates]), 141),
        (observatory(&["read", "--format", "ndjson", &updates]), 141),
        // All of these print far more than a pipe holds.
        (april.command(&["export", "events", "--month", APRIL]), 141),
        (april.command(&["export", "events", "--month", APRIL, "--format", "ndjson"]), 141),
        (autumn.world.command(&["export", "routes", "--month", AUTUMN, "--format", "ndjson"]), 141),
        (autumn.world.command(&["explain", &most_routes(autumn), "--month", AUTUMN, "--all"]), 141),
        (
            observatory(&[
                "score",
                "--framework",
                "2018-06",
                "--events",
                &path("manrs-2018/2018-05.jsonl.gz"),
            ]),
            141,
        ),
    ];
    for (mut command, code) in commands {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'));
        let status = wait(&mut child, Duration::from_secs(60));
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((err.as_str(), status.code()), ("", Some(code)), "{command:?}");
    }
}
