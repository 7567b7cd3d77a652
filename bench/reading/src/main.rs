//! Reads one table as often as asked, so that instructions can be counted as a difference:
//! `reading rows|elements|count|walk FILE TIMES`. FILE is MRT, not compressed. `reading make FILE ROWS` writes a
//! made-up table.

use std::error::Error;
use std::fs::File;

use reading::{Sums, count, elements, made_up, rows, walk};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [way, file, number] = arguments.as_slice() else {
        return Err("usage: reading rows|elements|count|walk FILE TIMES, or reading make FILE ROWS".into());
    };
    let number: usize = number.parse()?;
    let read = match way.as_str() {
        "rows" => rows as fn(File) -> Sums,
        "elements" => elements,
        "count" => count,
        "walk" => walk,
        "make" => return Ok(std::fs::write(file, made_up::table(number)?)?),
        other => return Err(format!("no way of reading is called {other}").into()),
    };
    for _ in 0..number {
        println!("{:?}", read(File::open(file)?));
    }
    Ok(())
}
