//! `docs/frameworks.md` says of every key what the code reads.

use std::fmt::Write as _;

use measure::framework::schema::{Holds, SCHEMA};
use measure::framework::{check, shipped};

const BEGIN: &str =
    "<!-- schema: written by `UPDATE_DOCS=1 cargo test -p measure --test framework_docs` -->\n";
const END: &str = "<!-- end of schema -->";

fn tables() -> String {
    let mut out = String::new();
    for table in SCHEMA {
        let name = if table.name.is_empty() { "Before the first table" } else { table.name };
        writeln!(out, "### {name}\n\n{}\n", table.meaning).unwrap();
        writeln!(out, "| key | what may stand there | meaning |\n|---|---|---|").unwrap();
        for key in table.keys {
            let quoted =
                |words: Vec<&str>| words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
            let holds = match key.holds {
                Holds::Said(text) => text.to_owned(),
                Holds::Word(words) => quoted(words()),
                Holds::Words(words) => format!("a list of {}", quoted(words())),
            };
            let optional = if key.required { "" } else { " (may be left out)" };
            writeln!(out, "| `{}`{optional} | {holds} | {} |", key.name, key.meaning).unwrap();
        }
        out.push('\n');
    }
    out
}

#[test]
fn the_document_says_what_is_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/frameworks.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the document has a place for the schema");
    let (shown, after) = rest.split_once(END).expect("and an end of it");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}\n{}{END}{after}", tables())).unwrap();
    } else {
        assert_eq!(shown.trim_start(), tables(), "rewrite it with UPDATE_DOCS=1");
    }
}

/// What the schema calls required is refused when it is left out of every table that has it, and nothing else is
/// for want of the key alone.
#[test]
fn what_is_required_is_what_is_asked_for() {
    for (id, text) in shipped() {
        for table in SCHEMA {
            let from = if table.name.is_empty() { 0 } else { text.find(table.name).unwrap_or(text.len()) };
            let Some(body) = text.get(from..).filter(|body| !body.is_empty()) else { continue };
            let end = body[1..].find("\n[").map_or(body.len(), |end| end + 2);
            for key in table.keys.iter().filter(|key| key.required) {
                let line = body[..end].lines().find(|line| line.starts_with(&format!("{} = ", key.name)));
                let line = line.unwrap_or_else(|| panic!("{id}: {} lacks {}", table.name, key.name));
                if line.ends_with('[') {
                    continue;
                }
                let without = format!("{}{}", &text[..from], body.replacen(&format!("{line}\n"), "\n", 1));
                let error = check(&without).expect_err(key.name);
                let wanted = format!("lacks the key `{}`", key.name);
                assert!(error.message.contains(&wanted), "{id} {} {}: {error}", table.name, key.name);
            }
        }
    }
}
