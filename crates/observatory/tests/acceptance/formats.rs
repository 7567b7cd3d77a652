//! One table in three forms.

use lake::Value;

use crate::april::{APRIL, TABLES, april};
use crate::world::{Csv, World};

/// A cell of another form as CSV has it, before a formula is defused.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.clone(),
        Value::Integer(n) => n.to_string(),
        Value::Float(n) => n.to_string(),
        Value::Boolean(b) => b.to_string(),
    }
}

#[test]
fn every_table_holds_the_same_rows_in_every_form() {
    let Some(april) = april() else { return };
    for (table, framework) in TABLES {
        let export = |form| {
            let args = ["export", table, "--month", APRIL, "--framework", framework, "--format", form];
            april.run(&args).ok().out
        };
        let csv = Csv::read(&export("csv"));
        assert!(csv.rows.len() > 1, "{table}");
        let ndjson = String::from_utf8(export("ndjson")).unwrap();
        assert_eq!(ndjson.lines().count(), csv.rows.len(), "{table}");
        for (line, row) in ndjson.lines().zip(&csv.rows) {
            let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
            assert_eq!(object.keys().collect::<Vec<_>>(), csv.columns.iter().collect::<Vec<_>>());
            for (value, cell) in object.values().zip(row) {
                match value {
                    serde_json::Value::Null => assert_eq!(cell, ""),
                    serde_json::Value::String(text) => {
                        assert_eq!(cell.strip_prefix('\'').unwrap_or(cell), text)
                    }
                    serde_json::Value::Bool(b) => assert_eq!(cell, b.to_string()),
                    serde_json::Value::Array(list) => {
                        let words =
                            list.iter().map(|one| one.as_str().map_or(one.to_string(), str::to_owned));
                        assert_eq!(cell, words.collect::<Vec<_>>().join(" "), "{line}");
                    }
                    number => assert_eq!(cell.parse::<f64>().ok(), number.as_f64(), "{line}"),
                }
            }
        }
        let parquet = export("parquet");
        assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"), "{table}");
        let place = april.write(&format!("{table}.parquet"), parquet);
        let rows: Vec<Vec<Value>> = lake::rows(&place, None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), csv.rows.len(), "{table}");
        for (ours, row) in rows.iter().zip(&csv.rows) {
            let ours: Vec<String> = ours.iter().map(cell).collect();
            let row: Vec<&str> = row.iter().map(|c| c.strip_prefix('\'').unwrap_or(c)).collect();
            assert_eq!(ours, row, "{table}");
        }
    }
}

const DELEGATIONS: &str = "2|afrinic|20240501|1|19840101|20240501|+0000\n\
    afrinic|*|asn|*|1|summary\n\
    afrinic|ZA|asn|1228|5|19910301|allocated|A\n";

/// Names and holders that a spreadsheet would run are defused in CSV, and untouched elsewhere.
#[test]
fn formulas_in_names_are_defused() {
    let world = World::new(
        "[[source]]\nkind = \"delegations\"\npath = \"delegated.txt\"\n\
         [[source]]\nkind = \"as_names\"\npath = \"names.txt\"\ndate = 2024-05-01\n\
         [[source]]\nkind = \"organisations\"\npath = \"holders.csv\"\ndate = 2024-05-01\n",
    );
    let names = ["=cmd()|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "a,\"b\"=1"];
    let lines: Vec<String> = names.iter().zip(1228..).map(|(name, asn)| format!("{asn} {name}\n")).collect();
    world.write("delegated.txt", DELEGATIONS);
    world.write("names.txt", lines.concat());
    world.write("holders.csv", "afrinic,=HYPERLINK(1),1228\nafrinic,ORG-X,1229\n");
    world.month("2024-05");
    let csv = Csv::read(&world.export("networks", "2024-05", "csv"));
    let (name, holder) = (csv.place("name"), csv.place("organisation"));
    let shown: Vec<&str> = csv.rows.iter().map(|r| &r[name]).collect();
    assert_eq!(shown, ["'=cmd()|' /C calc'!A0", "'+1+1", "'-2+3", "'@SUM(A1)", "a,\"b\"=1"]);
    assert_eq!(&csv.rows[0][holder], "'=HYPERLINK(1)");
    let formula = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    assert!(csv.rows.iter().all(|row| !row.iter().any(formula)));
    let ndjson = String::from_utf8(world.export("networks", "2024-05", "ndjson")).unwrap();
    let first: serde_json::Value = serde_json::from_str(ndjson.lines().next().unwrap()).unwrap();
    assert_eq!(first["name"], names[0]);
}
