use std::borrow::Cow;

/// Splits one line of comma-separated values (RFC 4180, without line breaks inside quotes) into `columns`,
/// trimmed. Gives up with `false` on a quote that is not closed.
pub(crate) fn split<'a>(line: &'a str, columns: &mut Vec<Cow<'a, str>>) -> bool {
    columns.clear();
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start();
        if let Some(quoted) = trimmed.strip_prefix('"') {
            let Some((value, tail)) = unquote(quoted) else { return false };
            columns.push(value);
            match tail.trim_start().strip_prefix(',') {
                Some(next) => rest = next,
                None => return tail.trim().is_empty(),
            }
        } else {
            match rest.split_once(',') {
                Some((value, next)) => {
                    columns.push(Cow::Borrowed(value.trim()));
                    rest = next;
                }
                None => {
                    columns.push(Cow::Borrowed(rest.trim()));
                    return true;
                }
            }
        }
    }
}

/// The value up to the closing quote and what follows it.
fn unquote(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut value = Cow::Borrowed("");
    let mut rest = text;
    loop {
        let (head, tail) = rest.split_once('"')?;
        if value.is_empty() {
            value = Cow::Borrowed(head);
        } else {
            value.to_mut().push_str(head);
        }
        match tail.strip_prefix('"') {
            Some(next) => {
                value.to_mut().push('"');
                rest = next;
            }
            None => return Some((value, tail)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Option<Vec<String>> {
        let mut columns = Vec::new();
        split(line, &mut columns).then(|| columns.iter().map(|c| c.to_string()).collect())
    }

    #[test]
    fn quotes_commas_and_blanks() {
        assert_eq!(of("a, b ,c").unwrap(), ["a", "b", "c"]);
        assert_eq!(of(r#""a","b,c" ,"d ""e""""#).unwrap(), ["a", "b,c", "d \"e\""]);
        assert_eq!(of(r#""""x",y"#).unwrap(), ["\"x", "y"]);
        assert_eq!(of("a,,").unwrap(), ["a", "", ""]);
        assert_eq!(of("").unwrap(), [""]);
        assert_eq!(of("\"a"), None);
        assert_eq!(of("\"a\"b,c"), None);
    }
}
