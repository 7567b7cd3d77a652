//! `cargo xtask bench`: the input, the peers, the tables, in one go. What is measured is in the workspace `bench/`; this
//! calls what is needed in turn.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// Where the table stands in `docs/benchmarks.md`.
const BEGIN: &str = "<!-- cargo xtask bench --write: begin -->";
const END: &str = "<!-- end -->";

/// How much of updates are to be read, at least.
const UPDATES_MIN: u64 = 10_000_000;

/// What was asked for.
struct Wish {
    /// A table to measure on; without it one is made up.
    table: Option<PathBuf>,
    /// One of so many records of the made-up table.
    stride: u32,
    rounds: u32,
    write: bool,
}

/// Runs it. `arguments` stand behind `bench`.
pub fn run(root: &Path, arguments: &[String]) -> Result<()> {
    let Some(wish) = wish(arguments)? else {
        println!(
            "usage: cargo xtask bench [TABLE] [stride=25] [rounds=5] [--write]\n\n\
             TABLE is an MRT table, not compressed, with vrps.csv and pfx.csv beside it; without it ribgen makes one.\n\
             --write keeps the tables in docs/benchmarks.md."
        );
        return Ok(());
    };
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from).join("bench");
    let folder = match &wish.table {
        Some(table) => beside(table, &target.join("given"))?,
        None => made_up(root, &target, wish.stride)?,
    };
    let programs = target.join("programs");
    eprintln!("building bench/ …");
    let built = Command::new("cargo")
        .args(["build", "--quiet", "--release", "--locked", "--manifest-path"])
        .arg(root.join("bench/Cargo.toml"))
        .args(["--package", "compare", "--package", "lookups"])
        .env("CARGO_TARGET_DIR", &programs)
        .env("RUSTFLAGS", "-C target-cpu=x86-64-v3")
        .status()?;
    ensure!(built.success(), "bench/ does not build");
    let program = |name: &str| Command::new(programs.join("release").join(name));

    packed(&folder)?;
    let relationships = folder.join("relationships.txt");
    if !relationships.is_file() {
        fs::write(
            &relationships,
            output(program("compare").arg("relationships").arg(folder.join("table.mrt")))?,
        )?;
    }
    let rounds = wish.rounds.to_string();
    let mut text = heading(root)?;
    eprintln!("tables …");
    text += &output(program("compare").arg("tables").arg(&folder).arg(&rounds))?;
    match updates(root, &target, |file| {
        output(program("compare").args(["read", "updates"]).arg(file).arg("1"))
    })? {
        Some(file) => {
            eprintln!("updates …");
            text += &output(program("compare").arg("updates").arg(file).arg(&rounds))?;
        }
        None => text += "Updates: SKIPPED, no file of updates at hand.\n\n",
    }
    eprintln!("look-ups …");
    text += "### Look-ups (RFC 6811)\n\n";
    let [vrps, pairs] = ["vrps.csv", "pfx.csv"].map(|name| folder.join(name));
    text += &output(program("lookups").arg(vrps).arg(pairs).arg("15"))?;
    eprintln!("growth …");
    text += "\n### As worlds grow\n\n";
    text += &output(program("compare").arg("growth"))?;
    print!("{text}");
    if wish.write {
        let document = root.join("docs/benchmarks.md");
        let before = fs::read_to_string(&document).context("docs/benchmarks.md")?;
        fs::write(&document, replaced(&before, &text)?)?;
        eprintln!("written to docs/benchmarks.md");
    }
    Ok(())
}

fn wish(arguments: &[String]) -> Result<Option<Wish>> {
    let mut wish = Wish { table: None, stride: 25, rounds: 5, write: false };
    for argument in arguments {
        match argument.split_once('=') {
            Some(("stride", number)) => wish.stride = number.parse().context("stride")?,
            Some(("rounds", number)) => wish.rounds = number.parse().context("rounds")?,
            _ if argument == "--write" => wish.write = true,
            _ if argument == "--help" => return Ok(None),
            _ if argument.starts_with('-') => bail!("`{argument}` is not known, --help tells what is"),
            _ => wish.table = Some(PathBuf::from(argument)),
        }
    }
    Ok(Some(wish))
}

/// `text` between the two marks of the document, in the place of what was there.
pub fn replaced(document: &str, text: &str) -> Result<String> {
    let (head, rest) =
        document.split_once(BEGIN).context("docs/benchmarks.md lacks the mark of the beginning")?;
    let (_, tail) = rest.split_once(END).context("docs/benchmarks.md lacks the mark of the end")?;
    Ok(format!("{head}{BEGIN}\n\n{}\n\n{END}{tail}", text.trim()))
}

/// A folder with links to a given table and to what is beside it.
fn beside(table: &Path, folder: &Path) -> Result<PathBuf> {
    let table = table.canonicalize().with_context(|| table.display().to_string())?;
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    let from = table.parent().context("a file has a folder")?;
    for (name, place) in
        [("table.mrt", table.clone()), ("vrps.csv", from.join("vrps.csv")), ("pfx.csv", from.join("pfx.csv"))]
    {
        ensure!(place.is_file(), "{} is missing", place.display());
        std::os::unix::fs::symlink(place, folder.join(name))?;
    }
    Ok(folder.to_owned())
}

/// A table made up by ribgen; kept, since it is always the same.
fn made_up(root: &Path, target: &Path, stride: u32) -> Result<PathBuf> {
    let folder = target.join(format!("stride-{stride}"));
    let table = folder.join("table.mrt");
    if table.is_file() {
        return Ok(folder);
    }
    let manifest = root.join("../shared/tools/ribgen/Cargo.toml");
    ensure!(manifest.is_file(), "no ribgen at {}: give a table", manifest.display());
    eprintln!("making a table …");
    fs::create_dir_all(&folder)?;
    let part = folder.join("table.part");
    let made = Command::new("cargo")
        .args(["run", "--quiet", "--release", "--manifest-path"])
        .arg(manifest)
        .arg("--")
        .arg(&part)
        .arg(format!("stride={stride}"))
        .arg(format!("vrps={}", folder.join("vrps.csv").display()))
        .arg(format!("pfx={}", folder.join("pfx.csv").display()))
        .env("CARGO_TARGET_DIR", target.join("ribgen"))
        .status()?;
    ensure!(made.success(), "ribgen failed");
    fs::rename(part, table)?;
    Ok(folder)
}

/// Packs the table by what is installed, once.
fn packed(folder: &Path) -> Result<()> {
    for (ending, programs) in
        [("gz", &["gzip -6"][..]), ("bz2", &["lbzip2 -9", "bzip2 -9"]), ("zst", &["zstd -q -3"])]
    {
        let place = folder.join(format!("table.mrt.{ending}"));
        if place.is_file() {
            continue;
        }
        for program in programs {
            let (name, options) = program.split_once(' ').unwrap_or((program, ""));
            let part = folder.join("packing");
            let packing = Command::new(name)
                .args(options.split(' '))
                .arg("-c")
                .stdin(fs::File::open(folder.join("table.mrt"))?)
                .stdout(fs::File::create(&part)?)
                .status();
            if packing.is_ok_and(|status| status.success()) {
                fs::rename(part, &place)?;
                break;
            }
        }
    }
    Ok(())
}

/// One real file of updates so often that there is enough of it.
fn updates(root: &Path, target: &Path, count: impl Fn(&Path) -> Result<String>) -> Result<Option<PathBuf>> {
    let from = root.join("../shared/data/mrt/updates.20190101.0000.gz");
    let (once, all) = (target.join("updates-once.mrt"), target.join("updates.mrt"));
    if all.is_file() || !from.is_file() {
        return Ok(all.is_file().then_some(all));
    }
    let unpacked = Command::new("gzip").arg("-dc").arg(&from).output()?;
    ensure!(unpacked.status.success(), "gzip -dc {}", from.display());
    fs::write(&once, &unpacked.stdout)?;
    let counted = count(&once)?;
    let sums = counted.lines().find_map(|line| line.strip_prefix("sums ")).context("no sums")?;
    let elements: u64 = sums.rsplit(' ').next().unwrap_or_default().parse()?;
    ensure!(elements > 0, "no updates in {}", from.display());
    fs::write(&all, unpacked.stdout.repeat(UPDATES_MIN.div_ceil(elements) as usize))?;
    Ok(Some(all))
}

fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed");
    Ok(String::from_utf8(output.stdout)?)
}

/// Machine, commit, date.
fn heading(root: &Path) -> Result<String> {
    let said = |program: &str, arguments: &[&str]| -> String {
        let output = Command::new(program).args(arguments).current_dir(root).output();
        output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
    };
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| cpu.lines().find_map(|line| line.strip_prefix(name)?.split(": ").nth(1));
    let model = field("model name").unwrap_or("a processor that does not say which");
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let mut commit = said("git", &["rev-parse", "--short", "HEAD"]);
    if !said("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty() {
        commit += " with changes";
    }
    Ok(format!(
        "{model}, {cores} cores; {}; {}; commit {commit}; {}. Built for x86-64-v3.\n\n",
        said("rustc", &["--version"]),
        said("valgrind", &["--version"]),
        said("date", &["-u", "+%Y-%m-%d"]),
    ))
}
