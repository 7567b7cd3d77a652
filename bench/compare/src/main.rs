//! Our reader and our judging beside others on one input, in one run: equal sums first, then times, then instructions.
//!
//! - `compare relationships TABLE` guesses who is whose provider from the paths of a table.
//! - `compare tables FOLDER ROUNDS` prints the tables for `table.mrt` and what is packed of it; FOLDER also holds
//!   `vrps.csv`, `pfx.csv` and `relationships.txt`.
//! - `compare updates FILE ROUNDS` prints the table for updates.
//! - `compare growth` prints what a month costs as worlds grow.
//! - `compare read WAY FILE TIMES` goes one way and prints sums and costs; the tables are made of it.

mod growth;
mod peers;
mod registered;
mod run;
mod sweep;
mod tables;
mod ways;

use std::error::Error;
use std::path::Path;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["read", way, file, times] => run::here(way, Path::new(file), times.parse()?),
        ["relationships", table] => {
            print!("{}", registered::relationships(Path::new(table))?);
            Ok(())
        }
        ["tables", folder, rounds] => tables::of_a_table(Path::new(folder), rounds.parse()?),
        ["updates", file, rounds] => tables::of_updates(Path::new(file), rounds.parse()?),
        ["growth"] => growth::curves(),
        _ => Err("usage: compare relationships|tables|updates|growth|read …".into()),
    }
}
