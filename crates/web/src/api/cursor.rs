//! Cursors: the key of the last row shown, sealed with the list it is of, so that one of another list, month,
//! framework or filter is not taken for a place in this one.

use crate::reply;

/// Digits of the seal.
const SEAL_DIGITS: usize = 16;

/// The most a cursor may have.
pub(crate) const CURSOR_DIGITS_MAX: usize = 600;

/// How cursors are written, as a regular expression.
pub(crate) const PATTERN: &str = "^[0-9a-f]{18,600}$";

/// A text that is no cursor, or one of another list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NoPlace {
    Malformed,
    OfAnotherList,
}

fn seal(list: &str, key: &str) -> String {
    reply::hex(format!("{list}\n{key}").as_bytes())[..SEAL_DIGITS].to_owned()
}

/// The cursor behind the row with a key.
pub(crate) fn write(list: &str, key: &str) -> String {
    let digits: String = key.bytes().map(|byte| format!("{byte:02x}")).collect();
    seal(list, key) + &digits
}

/// The key of the row a cursor stands behind.
pub(crate) fn read(list: &str, cursor: &str) -> Result<String, NoPlace> {
    let digit = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
    if !(SEAL_DIGITS + 2..=CURSOR_DIGITS_MAX).contains(&cursor.len()) || !cursor.bytes().all(digit) {
        return Err(NoPlace::Malformed);
    }
    let (sealed, digits) = cursor.split_at(SEAL_DIGITS);
    let octet = |i: usize| digits.get(i..i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let octets: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(octet).collect();
    let key = octets.and_then(|octets| String::from_utf8(octets).ok()).ok_or(NoPlace::OfAnotherList)?;
    if seal(list, &key) == sealed { Ok(key) } else { Err(NoPlace::OfAnotherList) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_by_its_own_list_only() {
        let cursor = write("networks 2024-05", "64500");
        assert_eq!(read("networks 2024-05", &cursor), Ok("64500".to_owned()));
        assert_eq!(read("networks 2024-04", &cursor), Err(NoPlace::OfAnotherList));
        for wrong in [cursor.replace("36", "37"), format!("{cursor}0"), format!("{cursor}ff"), "0".repeat(18)]
        {
            assert_eq!(read("networks 2024-05", &wrong), Err(NoPlace::OfAnotherList), "{wrong}");
        }
        for wrong in ["", "x", &cursor[..17], &"0".repeat(602), "é0000000000000000000"] {
            assert_eq!(read("networks 2024-05", wrong), Err(NoPlace::Malformed), "{wrong}");
        }
    }
}
