use lake::{ROUTE_COLUMNS, RouteRow, Value};

/// Routes as CSV.
pub(crate) fn write(rows: &[RouteRow]) -> String {
    let names: Vec<&str> = ROUTE_COLUMNS.iter().map(|column| column.name).collect();
    table(&names, rows.iter().map(RouteRow::to_values))
}

/// A table as CSV (RFC 4180), safe to open in a spreadsheet: a cell that would be taken for a formula gets an
/// apostrophe in front.
pub(crate) fn table<R: AsRef<[Value]>>(names: &[&str], rows: impl IntoIterator<Item = R>) -> String {
    let mut out = names.join(",");
    out.push_str("\r\n");
    for row in rows {
        let cells: Vec<String> = row.as_ref().iter().map(cell).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(n) => n.to_string(),
        Value::Float(n) => n.to_string(),
        Value::Boolean(b) => b.to_string(),
        Value::Text(word) => text(word),
    }
}

/// A text as a cell.
pub(crate) fn text(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_out() {
        let text = |text: &str| cell(&Value::Text(text.to_owned()));
        assert_eq!(text("=cmd()"), "'=cmd()");
        assert_eq!(text("=1,\"2\""), "\"'=1,\"\"2\"\"\"");
        assert_eq!(text("a\r\nb"), "\"a\r\nb\"");
        assert_eq!(text("192.0.2.0/24"), "192.0.2.0/24");
        assert_eq!(cell(&Value::Null), "");
    }
}
