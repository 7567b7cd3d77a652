use serde_json::Value;

/// Rows as CSV (RFC 4180), safe to open in a spreadsheet: a text that would be taken for a formula gets an
/// apostrophe in front.
pub(crate) fn write(names: &[&str], rows: &[Vec<Value>]) -> String {
    let mut out = names.join(",");
    out.push_str("\r\n");
    for row in rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(list) => quoted(&list.iter().map(plain).collect::<Vec<_>>().join(" ")),
        Value::Object(_) => quoted(&value.to_string()),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_out() {
        for text in ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1"] {
            let written = cell(&text.into());
            assert!(written.trim_start_matches('"').starts_with('\''), "{written:?}");
        }
        assert_eq!(cell(&json!("=1,\"2\"")), "\"'=1,\"\"2\"\"\"");
        assert_eq!(cell(&json!(["=1", "b"])), "'=1 b");
        assert_eq!(cell(&json!([64500, 64501])), "64500 64501");
        assert_eq!(
            [json!(-1), json!(0.5), json!(null), json!(true)].map(|v| cell(&v)),
            ["-1", "0.5", "", "true"]
        );
    }
}
