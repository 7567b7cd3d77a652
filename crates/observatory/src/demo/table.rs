//! The tables the world is written in: a row a line, columns between bars, `#` begins a remark.

use routing::Timestamp;

/// The rows of a table, each with as many cells as it has columns. The tables are part of the program: one that
/// is not right is a bug.
pub fn rows<const COLUMNS: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; COLUMNS]> {
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let found = cells.len();
        cells.try_into().unwrap_or_else(|_| panic!("{found} columns in place of {COLUMNS}: {line}"))
    })
}

/// Numbers of a cell.
pub fn numbers(cell: &str) -> Vec<u32> {
    cell.split_whitespace().map(|n| n.parse().unwrap_or_else(|_| panic!("no number: {n}"))).collect()
}

/// The moment `2024-05-12T06:00`, in UTC.
pub fn moment(cell: &str) -> Timestamp {
    format!("{cell}:00Z").parse().unwrap_or_else(|_| panic!("no moment: {cell}"))
}

/// Seconds of `29m`, `13h`, `2d`, `0s`; `end` is longer than the world lasts.
pub fn seconds(cell: &str) -> i64 {
    if cell == "end" {
        return 400 * 86_400;
    }
    let (number, unit) = cell.split_at(cell.len() - 1);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => panic!("no duration: {cell}"),
    };
    number.parse::<i64>().unwrap_or_else(|_| panic!("no duration: {cell}")) * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_and_blank_lines_are_no_rows() {
        let all: Vec<[&str; 2]> = rows("# a | b\n\n 1 | x y \n2|\n").collect();
        assert_eq!(all, [["1", "x y"], ["2", ""]]);
    }

    #[test]
    fn moments_and_durations() {
        assert_eq!(moment("2024-05-12T06:00").to_string(), "2024-05-12T06:00:00Z");
        assert_eq!(["0s", "29m", "13h", "2d"].map(seconds), [0, 1740, 46_800, 172_800]);
    }
}
